/* flow_edit: what the console changes: the draft of a flow, its publication, triggers, and "try it
 * as a customer". Published versions never change; the first change makes a draft as a copy of the
 * live version, and a draft that has become the live version again is dropped. Private.
 */
#ifndef FLOW_FLOW_EDIT_H
#define FLOW_FLOW_EDIT_H

#include "flow/flow.h"
#include "http/form.h"

enum {
    FLOW_NAME_MAX = 60,
    FLOW_QUESTION_MAX = 200,
    FLOW_FLOWS_MAX = 50,
    FLOW_TRIGGERS_MAX = 500,
    FLOW_PEOPLE_MAX = 50
};
enum flow_people {
    FLOW_PEOPLE_UNSET = 0,
    FLOW_PEOPLE_REACHED,
    FLOW_PEOPLE_ANSWERED,
    FLOW_PEOPLE_LEFT
};

/* What the draft does to a step of the live version. */
enum flow_change {
    FLOW_CHANGE_UNSET = 0,
    FLOW_CHANGE_NEW,
    FLOW_CHANGE_REWORDED,
    FLOW_CHANGE_MOVED
};

struct flow_step_view {
    struct flow_step step;
    enum flow_change change;             /* UNSET: as customers have it */
    int64_t reached, answered, has_left; /* over all versions that have the step */
};

ID_TYPE(flow_trigger);

struct flow_trigger_view {
    struct flow_trigger_id id;
    struct post_id post_id;    /* 0 = any */
    str hashtag, product;      /* product's title, or absent: the post's own */
};

ID_TYPE(flow_revision);

struct flow_edit {
    struct flow_id id;
    str name;
    bool is_standard, has_draft;
    int64_t version_id, live_number, live_since_ms;
    struct flow_revision_id revision; /* of these steps: another one after each change */
    struct flow_step_view *steps; /* of the draft if there is one; the last is the payment */
    size_t step_count;
    struct flow_step *gone;    /* steps of the live version that the draft has not */
    size_t gone_count;
    size_t change_count;       /* of the draft against the live version */
    struct flow_trigger_view *triggers;
    size_t trigger_count;
};

const struct err *flow_edit_load(struct tx *tx, struct arena *a, struct shop_id shop,
                                 struct flow_id flow, struct flow_edit *ret) MUST_CHECK;
/* INVALID "flow.error.too_many_flows" beyond FLOW_FLOWS_MAX. */
const struct err *flow_edit_create(struct turn *t, struct shop_id shop, str name,
                                   struct flow_id *ret) MUST_CHECK;
/* A key that is absent adds the step before the address; an unknown one is NOT_FOUND
 * "flow.error.step_gone". */
const struct err *flow_edit_put(struct turn *t, struct shop_id shop, struct flow_id flow,
                                const struct flow_step *step) MUST_CHECK;
/* One place up (-1) or down (1); at the end nothing changes. */
const struct err *flow_edit_move(struct turn *t, struct shop_id shop, struct flow_id flow, str key,
                                 int by) MUST_CHECK;
/* Right before another step. */
const struct err *flow_edit_place(struct turn *t, struct shop_id shop, struct flow_id flow, str key,
                                  str before) MUST_CHECK;
const struct err *flow_edit_remove(struct turn *t, struct shop_id shop, struct flow_id flow,
                                   str key) MUST_CHECK;
/* `seen`: the revision that was looked at; 0: whatever it is. CONFLICT
 * "flow.error.changed_meanwhile" when it is another now, "flow.error.no_draft" when nothing is to
 * be published; a revision that is live already is published once. */
const struct err *flow_edit_publish(struct turn *t, struct shop_id shop, struct flow_id flow,
                                    int64_t seen, int64_t *ret_number) MUST_CHECK;
/* The same CONFLICT; without a draft nothing. */
const struct err *flow_edit_discard(struct turn *t, struct shop_id shop, struct flow_id flow,
                                    int64_t seen) MUST_CHECK;
const struct err *flow_trigger_remove(struct turn *t, struct shop_id shop, int64_t id) MUST_CHECK;

/* A conversation of the actor with herself: the draft if there is one. */
const struct err *flow_preview_begin(struct turn *t, struct shop_id shop, struct flow_id flow,
                                     str language, int64_t *ret_run) MUST_CHECK;
struct flow_preview_act {
    struct shop_id shop_id;
    struct flow_id flow_id;
    str text, token;
    const struct form *form;   /* the address */
    bool is_sample;            /* an address of nobody: a try needs no typing */
};
const struct err *flow_preview_do(struct turn *t, const struct flow_preview_act *act) MUST_CHECK;

#endif
