/* flow_edit: see flow_edit.h. */
#include "flow/flow_edit.h"

#include "base/utf8.h"
#include "core/audit.h"
#include "flow/flow_tap.h"
#include "flow/flow_talk.h"

/* ---- reading ---- */

static const struct err *steps_load(struct tx *tx, struct arena *a, struct shop_id shop, int64_t version,
                                    struct flow_step *ret, size_t *ret_count)
{
    struct flow_steps_of_row *rows = NULL;
    TRY(flow_steps_of(tx, a, shop, version, FLOW_STEPS_MAX, &rows, ret_count));
    for (size_t i = 0; i < *ret_count; i++)
        ret[i] = (struct flow_step){(enum flow_step_kind)rows[i].kind, rows[i].key, rows[i].text_en, rows[i].text_zh,
                                    rows[i].is_required};
    return NULL;
}

static const struct err *counts_load(struct tx *tx, struct arena *a, struct shop_id shop, struct flow_edit *edit)
{
    struct flow_reach_counts_row *rows = NULL;
    size_t count = 0;
    TRY(flow_reach_counts(tx, a, shop, edit->id, 100, &rows, &count));
    for (size_t i = 0; i < edit->step_count; i++) {
        struct flow_step_view *view = &edit->steps[i];
        for (size_t r = 0; r < count; r++) {
            if (!str_eq(rows[r].step_key, view->step.key))
                continue;
            view->reached = rows[r].reached;
            view->answered = rows[r].answered;
            view->has_left = rows[r].has_left;
        }
    }
    return NULL;
}

static const struct err *triggers_load(struct tx *tx, struct arena *a, struct shop_id shop, struct flow_edit *edit)
{
    struct flow_triggers_of_row *rows = NULL;
    struct product_card *cards = NULL;
    int64_t *ids = NULL;
    TRY(flow_triggers_of(tx, a, shop, edit->id, FLOW_TRIGGERS_MAX, &rows, &edit->trigger_count));
    TRY_NEW_ARRAY(a, edit->triggers, edit->trigger_count + 1);
    TRY_NEW_ARRAY(a, cards, edit->trigger_count + 1);
    TRY_NEW_ARRAY(a, ids, edit->trigger_count + 1);
    for (size_t i = 0; i < edit->trigger_count; i++)
        ids[i] = rows[i].product_id.v;
    TRY(catalog_cards(tx, a, ids, edit->trigger_count, cards));
    for (size_t i = 0; i < edit->trigger_count; i++)
        edit->triggers[i] = (struct flow_trigger_view){
            {rows[i].id}, rows[i].hashtag, cards[i].id.v != 0 ? cards[i].title : STR_NONE, rows[i].post_id.v != 0};
    return NULL;
}

const struct err *flow_edit_load(struct tx *tx, struct arena *a, struct shop_id shop, struct flow_id flow,
                                 struct flow_edit *ret)
{
    struct flow_row_row row;
    struct flow_draft_row_row draft;
    struct flow_version_row_row live;
    struct flow_step steps[FLOW_STEPS_MAX];
    bool found = false;
    TRY(flow_row(tx, a, shop, flow, &row, &found));
    if (!found)
        return ERR(a, ERR_NOT_FOUND, "flow.gone", "flow %lld", (long long)flow.v);
    *ret = (struct flow_edit){.id = flow, .name = row.name, .is_standard = row.is_standard};
    TRY(flow_version_row(tx, a, shop, row.live_version_id, &live));
    TRY(flow_draft_row(tx, a, shop, flow, &draft, &ret->has_draft));
    ret->live_number = live.number;
    ret->version_id = ret->has_draft ? draft.id : row.live_version_id;
    TRY(steps_load(tx, a, shop, ret->version_id, steps, &ret->step_count));
    TRY_NEW_ARRAY(a, ret->steps, ret->step_count + 1);
    for (size_t i = 0; i < ret->step_count; i++)
        ret->steps[i].step = steps[i];
    ret->steps[ret->step_count++].step = (struct flow_step){FLOW_PAY, S("pay"), S(""), S(""), true};
    TRY(counts_load(tx, a, shop, ret));
    return triggers_load(tx, a, shop, ret);
}

/* ---- the draft ---- */

struct draft {
    int64_t version_id;
    struct flow_step steps[FLOW_STEPS_MAX + 1];
    size_t count;
};

static const struct err *draft_open(struct turn *t, struct shop_id shop, struct flow_id flow, struct draft *ret)
{
    struct flow_edit edit;
    TRY(flow_edit_load(t->tx, t->arena, shop, flow, &edit));
    ret->version_id = edit.version_id;
    ret->count = edit.step_count - 1; /* without the payment */
    for (size_t i = 0; i < ret->count; i++)
        ret->steps[i] = edit.steps[i].step;
    if (edit.has_draft)
        return NULL;
    ret->version_id = turn_new_id(t);
    return flow_version_insert(t->tx, t->arena, ret->version_id, shop, flow, 0, 0, t->actor);
}

static const struct err *draft_save(struct turn *t, struct shop_id shop, const struct draft *draft)
{
    int64_t gone = 0;
    TRY(flow_steps_check(t->arena, draft->steps, draft->count));
    TRY(flow_steps_delete(t->tx, t->arena, shop, draft->version_id, &gone));
    for (size_t i = 0; i < draft->count; i++) {
        const struct flow_step *s = &draft->steps[i];
        TRY(flow_step_insert(t->tx, t->arena, turn_new_id(t), shop, draft->version_id, (int64_t)i, s->kind, s->key,
                             s->text_en, s->text_zh, s->is_required));
    }
    return NULL;
}

static const struct err *draft_find(struct turn *t, const struct draft *draft, str key, size_t *ret)
{
    for (*ret = 0; *ret < draft->count; (*ret)++) {
        if (str_eq(draft->steps[*ret].key, key))
            return NULL;
    }
    return ERR(t->arena, ERR_NOT_FOUND, "flow.error.step_unknown", "%.*s", STR_ARG(key));
}

static const struct err *text_check(struct arena *a, str text, const char *field)
{
    if (text.len > FLOW_QUESTION_MAX || !utf8_is_title(text))
        return err_with_field(a, ERR(a, ERR_INVALID, "address.too_long", "%zu bytes", text.len), field);
    return NULL;
}

static str or_empty(str s)
{
    return str_is_absent(s) ? S("") : str_trim(s);
}

const struct err *flow_edit_put(struct turn *t, struct shop_id shop, struct flow_id flow, const struct flow_step *step)
{
    struct draft draft;
    struct flow_step put = *step;
    size_t at = 0;
    put.text_en = or_empty(step->text_en);
    put.text_zh = or_empty(step->text_zh);
    TRY(text_check(t->arena, put.text_en, "text_en"));
    TRY(text_check(t->arena, put.text_zh, "text_zh"));
    TRY(draft_open(t, shop, flow, &draft));
    if (!str_is_empty(step->key)) {
        TRY(draft_find(t, &draft, step->key, &at));
        put.kind = draft.steps[at].kind;
        draft.steps[at] = put;
        return draft_save(t, shop, &draft);
    }
    if (put.kind != FLOW_QUESTION && put.kind != FLOW_QUANTITY)
        return ERR(t->arena, ERR_INVALID, "flow.error.step_unknown", "kind %d", (int)put.kind);
    if (draft.count >= FLOW_STEPS_MAX)
        return ERR(t->arena, ERR_INVALID, "flow.error.too_many_steps", "%zu", draft.count);
    /* Before the summary; questions and numbers right after the choice, so that the address stays near the end. */
    for (at = draft.count - 1; at > 0 && draft.steps[at - 1].kind == FLOW_ADDRESS;)
        at--;
    for (size_t i = draft.count; i > at; i--)
        draft.steps[i] = draft.steps[i - 1];
    struct id_text id = id_format(turn_new_id(t));
    TRY(str_dup(t->arena, put.kind == FLOW_QUANTITY ? S("quantity") : id_str(&id), &put.key));
    draft.steps[at] = put;
    draft.count++;
    return draft_save(t, shop, &draft);
}

const struct err *flow_edit_move(struct turn *t, struct shop_id shop, struct flow_id flow, str key, bool up)
{
    struct draft draft;
    size_t at = 0;
    TRY(draft_open(t, shop, flow, &draft));
    TRY(draft_find(t, &draft, key, &at));
    size_t to = up ? at - 1 : at + 1; /* up from the first wraps beyond count */
    if (to >= draft.count)
        return NULL;
    struct flow_step moved = draft.steps[at];
    draft.steps[at] = draft.steps[to];
    draft.steps[to] = moved;
    return draft_save(t, shop, &draft);
}

const struct err *flow_edit_remove(struct turn *t, struct shop_id shop, struct flow_id flow, str key)
{
    struct draft draft;
    size_t at = 0;
    TRY(draft_open(t, shop, flow, &draft));
    TRY(draft_find(t, &draft, key, &at));
    for (size_t i = at; i + 1 < draft.count; i++)
        draft.steps[i] = draft.steps[i + 1];
    draft.count--;
    return draft_save(t, shop, &draft);
}

const struct err *flow_edit_publish(struct turn *t, struct shop_id shop, struct flow_id flow, int64_t *ret_number)
{
    struct flow_draft_row_row draft;
    struct flow_version_last_row last;
    bool found = false;
    TRY(flow_draft_row(t->tx, t->arena, shop, flow, &draft, &found));
    if (!found)
        return ERR(t->arena, ERR_CONFLICT, "flow.error.no_draft", "flow %lld", (long long)flow.v);
    TRY(flow_version_last(t->tx, t->arena, shop, flow, &last));
    *ret_number = last.number + 1;
    TRY(flow_draft_publish(t->tx, t->arena, shop, draft.id, *ret_number, t->now_ms, t->actor));
    TRY(flow_live_set(t->tx, t->arena, shop, flow, draft.id));
    return audit_write(t, &(struct audit){.shop_id = shop, .action = "flow.published", .subject_id = flow.v});
}

const struct err *flow_edit_discard(struct turn *t, struct shop_id shop, struct flow_id flow)
{
    struct flow_draft_row_row draft;
    int64_t gone = 0;
    bool found = false;
    TRY(flow_draft_row(t->tx, t->arena, shop, flow, &draft, &found));
    if (!found)
        return NULL;
    TRY(flow_steps_delete(t->tx, t->arena, shop, draft.id, &gone));
    return flow_version_delete(t->tx, t->arena, shop, draft.id, &gone);
}

const struct err *flow_edit_create(struct turn *t, struct shop_id shop, str name, struct flow_id *ret)
{
    struct flow_id standard;
    struct draft draft = {.version_id = turn_new_id(t)};
    int64_t version = 0;
    TRY(flow_standard(t, shop, &standard, &version));
    TRY(steps_load(t->tx, t->arena, shop, version, draft.steps, &draft.count));
    *ret = (struct flow_id){turn_new_id(t)};
    TRY(flow_insert(t->tx, t->arena, *ret, shop, name, false, draft.version_id, t->now_ms));
    TRY(flow_version_insert(t->tx, t->arena, draft.version_id, shop, *ret, 1, t->now_ms, t->actor));
    return draft_save(t, shop, &draft);
}

const struct err *flow_trigger_remove(struct turn *t, struct shop_id shop, int64_t id)
{
    int64_t gone = 0;
    return flow_trigger_delete(t->tx, t->arena, shop, id, &gone);
}

/* ---- try it as a customer ---- */

const struct err *flow_preview_begin(struct turn *t, struct shop_id shop, struct flow_id flow, str language, int64_t *ret_run)
{
    struct flow_edit edit;
    TRY(flow_edit_load(t->tx, t->arena, shop, flow, &edit));
    struct flow_start start = {.shop_id = shop, .flow_id = flow, .version_id = edit.version_id, .language = language,
                               .product_from = FLOW_FROM_SHOP};
    return flow_talk_start(t, &start, ret_run);
}

/* A draft that was discarded meanwhile ends its preview: another one begins. */
const struct err *flow_preview_do(struct turn *t, const struct flow_preview_act *act)
{
    struct flow_preview_run_row row;
    struct flow_talk *k = NULL;
    struct flow_tap tap;
    bool found = false, is_ok = false;
    TRY(flow_preview_run(t->tx, t->arena, act->shop_id, act->flow_id, t->actor, &row, &found));
    if (!found)
        return ERR(t->arena, ERR_NOT_FOUND, "flow.gone", "no preview");
    TRY(flow_talk_load(t, act->shop_id, row.id, NULL, &k));
    if (str_is_empty(act->token) && act->form != NULL && flow_rules_step(&k->facts, &k->state)->kind == FLOW_ADDRESS &&
        str_is_empty(act->text))
        return flow_talk_form(k, act->form);
    if (str_is_empty(act->token)) {
        if (str_is_empty(act->text))
            return ERR(t->arena, ERR_INVALID, "chat.empty", "neither words nor a button");
        TRY(flow_talk_heard(k, act->text));
        return flow_talk_typed(k, act->text);
    }
    TRY(flow_tap_read(t->platform, t->arena, row.id, act->token, &tap, &is_ok));
    if (!is_ok)
        return ERR(t->arena, ERR_INVALID, "flow.stale", "a token of another preview");
    return flow_talk_tapped(k, tap.serial, &tap.choice);
}
