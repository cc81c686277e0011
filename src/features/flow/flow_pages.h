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
    struct form_fault fault;
    bool may_change;
};

enum { FLOW_SAMPLES_MAX = 4 };

/* A step as the customer meets it: the bot's words and the buttons below, with the shop's own
 * products. */
struct flow_card {
    const struct flow_step_view *view;
    str name,
        other_language; /* of a question: its words, and what readers of the other language get */
    str says, samples[FLOW_SAMPLES_MAX];
    size_t sample_count;
    bool may_up, may_down, may_move;
    int64_t answered_width, left_width, open_width; /* of 1000, which the fullest step has */
};

struct flow_edit_view {
    struct page page;
    struct flow_edit edit;
    struct flow_card *cards;
    size_t card_count;
    str *gone;                     /* names of the steps that the draft took away */
    struct product_card *products; /* to choose from for a hashtag */
    size_t product_count;
    struct post_id post_id;        /* the hashtag is set up for this post; 0 = any */
    str post_text;
    str fault_form; /* what was refused: "add", "hashtag", a step's key, or "" for the page */
    struct form_fault fault;
    struct flow_step typed;        /* what stood in that form */
    str typed_hashtag;
    bool has_quantity, has_people, may_change;
};

struct flow_person_view {
    struct contact_id contact_id;
    struct conversation_id conversation_id;
    str name, note;
    const char *tone, *glyph;      /* of the note's badge */
    int64_t reached_ms;
    struct face face;
};

struct flow_people_view {
    struct page page;
    struct flow_id flow_id;
    enum flow_people what;
    str key, step;                 /* step in words */
    struct flow_step_view figures;
    struct flow_person_view *people;
    size_t people_count;
    int64_t next_run;              /* 0: these are all */
    struct url_safe next;
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
    bool has_draft, is_outdated, may_change;
    int64_t live_number;
    struct flow_line_view *lines;
    size_t line_count;
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    size_t input_count;
    str country;
};

const char *flow_step_name(enum flow_step_kind kind);  /* i18n keys */
const char *flow_step_hint(enum flow_step_kind kind);
/* A question's words in this language, else in the other; for other steps their name. */
str flow_step_words(const struct locale *locale, const struct flow_step *step);

/* What handlers share. */
const struct err *flow_may_change(struct web *w, bool *ret) MUST_CHECK;
const struct err *flow_page_start(struct web *w, struct page *page, str title,
                                  str back_suffix) MUST_CHECK;
str flow_title(struct web *w, const struct flow_edit *edit);
/* The views of the steps; edit, products and what was typed are there. */
const struct err *flow_cards_fill(struct web *w, struct tx *tx,
                                  struct flow_edit_view *v) MUST_CHECK;

/* JSON of a flow, of flows and of people, for the API. */
const struct err *flow_edit_json(struct web *w, const struct flow_edit *edit) MUST_CHECK;
const struct err *flow_people_json(struct web *w, const struct flow_people_view *v) MUST_CHECK;
const struct err *flow_list_json(struct web *w, const struct flow_list_view *v) MUST_CHECK;

/* Routes. */
route_handler flow_list_get, flow_create_post, flow_edit_get, flow_step_post, flow_steps_post,
    flow_publish_post, flow_discard_post, flow_trigger_post, flow_trigger_remove_post,
    flow_people_get, flow_try_get, flow_try_post, flow_try_again_post;

#endif
