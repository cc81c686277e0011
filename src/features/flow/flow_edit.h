/* flow_edit: what the console changes: the draft of a flow, its publication, triggers, and "try it as a customer".
 * Published versions never change; the first edit makes a draft as a copy of the live version. Private.
 */
#ifndef FLOW_FLOW_EDIT_H
#define FLOW_FLOW_EDIT_H

#include "flow/flow.h"
#include "http/form.h"

enum { FLOW_NAME_MAX = 60, FLOW_QUESTION_MAX = 200, FLOW_TRIGGERS_MAX = 100, FLOW_PEOPLE_MAX = 200 };
enum flow_people { FLOW_PEOPLE_UNSET = 0, FLOW_PEOPLE_REACHED, FLOW_PEOPLE_ANSWERED, FLOW_PEOPLE_LEFT };

struct flow_step_view {
    struct flow_step step;
    int64_t reached, answered, has_left; /* over all versions that have the step */
};

ID_TYPE(flow_trigger);

struct flow_trigger_view {
    struct flow_trigger_id id;
    str hashtag, product;      /* product's title, or absent: the post's own */
    bool is_one_post;
};

struct flow_edit {
    struct flow_id id;
    str name;
    bool is_standard, has_draft;
    int64_t version_id, live_number;
    struct flow_step_view *steps; /* of the draft if there is one; the last is the payment */
    size_t step_count;
    struct flow_trigger_view *triggers;
    size_t trigger_count;
};

const struct err *flow_edit_load(struct tx *tx, struct arena *a, struct shop_id shop, struct flow_id flow,
                                 struct flow_edit *ret) MUST_CHECK;
const struct err *flow_edit_create(struct turn *t, struct shop_id shop, str name, struct flow_id *ret) MUST_CHECK;
/* A key that is absent adds the step before the summary; an unknown one is NOT_FOUND. */
const struct err *flow_edit_put(struct turn *t, struct shop_id shop, struct flow_id flow, const struct flow_step *step) MUST_CHECK;
const struct err *flow_edit_move(struct turn *t, struct shop_id shop, struct flow_id flow, str key, bool up) MUST_CHECK;
const struct err *flow_edit_remove(struct turn *t, struct shop_id shop, struct flow_id flow, str key) MUST_CHECK;
/* CONFLICT "flow.error.no_draft". */
const struct err *flow_edit_publish(struct turn *t, struct shop_id shop, struct flow_id flow, int64_t *ret_number) MUST_CHECK;
const struct err *flow_edit_discard(struct turn *t, struct shop_id shop, struct flow_id flow) MUST_CHECK;
const struct err *flow_trigger_remove(struct turn *t, struct shop_id shop, int64_t id) MUST_CHECK;

/* A conversation of the actor with herself: the draft if there is one. */
const struct err *flow_preview_begin(struct turn *t, struct shop_id shop, struct flow_id flow, str language,
                                     int64_t *ret_run) MUST_CHECK;
struct flow_preview_act {
    struct shop_id shop_id;
    struct flow_id flow_id;
    str text, token;
    const struct form *form;   /* the address */
};
const struct err *flow_preview_do(struct turn *t, const struct flow_preview_act *act) MUST_CHECK;

#endif
