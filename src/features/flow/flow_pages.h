/* What the templates of feature flow show. */
#ifndef FLOW_FLOW_PAGES_H
#define FLOW_FLOW_PAGES_H

#include "core/address.h"
#include "flow/flow_edit.h"
#include "flow_sql.h"
#include "web/page.h"

struct flow_list_view {
    struct page page;
    struct flow_rows_row *flows;
    size_t flow_count;
    bool may_change;
};

struct flow_edit_view {
    struct page page;
    struct flow_edit edit;
    struct product_card *products; /* to choose from for a hashtag */
    size_t product_count;
    struct post_id post_id;        /* the hashtag is set up for this post; 0 = any */
    bool has_quantity, has_people, may_change;
};

struct flow_person_view {
    struct contact_id contact_id;
    struct conversation_id conversation_id;
    str name, note;
    int64_t reached_ms;
    struct face face;
};

struct flow_people_view {
    struct page page;
    struct flow_id flow_id;
    str step, what;                /* in words */
    struct flow_person_view *people;
    size_t people_count;
};

struct flow_line_view {
    bool is_customer, is_last;
    str text;
    struct chat_button buttons[CHAT_BUTTONS_MAX];
    size_t button_count;
    bool has_form;
};

struct flow_try_view {
    struct page page;
    struct flow_id flow_id;
    str flow_name;
    struct flow_line_view *lines;
    size_t line_count;
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    size_t input_count;
    str country;
};

const char *flow_step_name(enum flow_step_kind kind);  /* i18n keys */
const char *flow_step_hint(enum flow_step_kind kind);

/* JSON of a flow and of people, for the API. */
const struct err *flow_edit_json(struct web *w, const struct flow_edit *edit) MUST_CHECK;
const struct err *flow_people_json(struct web *w, const struct flow_people_view *v) MUST_CHECK;
const struct err *flow_list_json(struct web *w, const struct flow_list_view *v) MUST_CHECK;

/* Routes. */
route_handler flow_list_get, flow_create_post, flow_edit_get, flow_step_post, flow_steps_post, flow_publish_post,
    flow_discard_post, flow_trigger_post, flow_trigger_remove_post, flow_people_get, flow_try_get, flow_try_post,
    flow_try_again_post;

#endif
