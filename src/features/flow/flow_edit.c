/* flow_edit: see flow_edit.h. */
#include "flow/flow_edit.h"

#include "base/utf8.h"
#include "core/audit.h"
#include "flow/flow_tap.h"
#include "flow/flow_talk.h"

/* ---- reading ---- */

struct version {
    int64_t revision; /* the id of its last step: steps are written anew with each change */
    struct flow_step steps[FLOW_STEPS_MAX + 1];
    size_t count;
};

static const struct err *version_load(struct tx *tx, struct arena *a, struct shop_id shop,
                                      int64_t id, struct version *ret)
{
    struct flow_steps_of_row *rows = NULL;
    *ret = (struct version){0};
    TRY(flow_steps_of(tx, a, shop, id, FLOW_STEPS_MAX, &rows, &ret->count));
    for (size_t i = 0; i < ret->count; i++) {
        ret->steps[i] = (struct flow_step){(enum flow_step_kind)rows[i].kind, rows[i].key,
                                           rows[i].text_en, rows[i].text_zh, rows[i].is_required};
        ret->revision = rows[i].id;
    }
    return NULL;
}

static bool step_find(const struct flow_step *steps, size_t count, str key, size_t *ret)
{
    for (*ret = 0; *ret < count; (*ret)++) {
        if (str_eq(steps[*ret].key, key))
            return true;
    }
    return false;
}

static bool step_same(const struct flow_step *x, const struct flow_step *y)
{
    return str_eq(x->key, y->key) && str_eq(x->text_en, y->text_en) &&
           str_eq(x->text_zh, y->text_zh) && x->is_required == y->is_required;
}

static bool version_same(const struct flow_step *x, size_t x_count, const struct version *y)
{
    for (size_t i = 0; i < x_count && x_count == y->count; i++) {
        if (!step_same(&x[i], &y->steps[i]))
            return false;
    }
    return x_count == y->count;
}

/* Which steps of the draft kept their order: the longest run of places in the live version that
 * only rises. A step outside it was moved. `place`: in the live version, -1 = not there. */
static void kept_find(const int *place, size_t count, bool *ret_kept)
{
    int length[FLOW_STEPS_MAX] = {0}, before[FLOW_STEPS_MAX], last = -1;
    for (size_t i = 0; i < count; i++) {
        ret_kept[i] = false;
        before[i] = -1;
        length[i] = place[i] >= 0;
        for (size_t j = 0; j < i && place[i] >= 0; j++) {
            if (place[j] >= 0 && place[j] < place[i] && length[j] + 1 > length[i]) {
                length[i] = length[j] + 1;
                before[i] = (int)j;
            }
        }
        if (place[i] >= 0 && (last < 0 || length[i] > length[last]))
            last = (int)i;
    }
    for (; last >= 0; last = before[last])
        ret_kept[last] = true;
}

static const struct err *compare(struct arena *a, const struct version *draft,
                                 const struct version *live, struct flow_edit *ret)
{
    int place[FLOW_STEPS_MAX];
    bool kept[FLOW_STEPS_MAX];
    size_t at = 0;
    for (size_t i = 0; i < draft->count; i++)
        place[i] = step_find(live->steps, live->count, draft->steps[i].key, &at) ? (int)at : -1;
    kept_find(place, draft->count, kept);
    for (size_t i = 0; i < draft->count; i++) {
        struct flow_step_view *view = &ret->steps[i];
        if (place[i] < 0)
            view->change = FLOW_CHANGE_NEW;
        else if (!step_same(&draft->steps[i], &live->steps[place[i]]))
            view->change = FLOW_CHANGE_REWORDED;
        else if (!kept[i])
            view->change = FLOW_CHANGE_MOVED;
        ret->change_count += view->change != FLOW_CHANGE_UNSET;
    }
    TRY_NEW_ARRAY(a, ret->gone, live->count + 1);
    for (size_t i = 0; i < live->count; i++) {
        if (!step_find(draft->steps, draft->count, live->steps[i].key, &at))
            ret->gone[ret->gone_count++] = live->steps[i];
    }
    ret->change_count += ret->gone_count;
    return NULL;
}

static const struct err *counts_load(struct tx *tx, struct arena *a, struct shop_id shop,
                                     struct flow_edit *edit)
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

static const struct err *triggers_load(struct tx *tx, struct arena *a, struct shop_id shop,
                                       struct flow_edit *edit)
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
        edit->triggers[i] =
            (struct flow_trigger_view){{rows[i].id},
                                       rows[i].post_id,
                                       rows[i].hashtag,
                                       cards[i].id.v != 0 ? cards[i].title : STR_NONE};
    return NULL;
}

static const struct err *steps_load(struct tx *tx, struct arena *a, struct shop_id shop,
                                    int64_t live_id, struct flow_edit *ret)
{
    struct version shown, live;
    TRY(version_load(tx, a, shop, ret->version_id, &shown));
    ret->revision = (struct flow_revision_id){shown.revision};
    TRY_NEW_ARRAY(a, ret->steps, shown.count + 1);
    for (size_t i = 0; i < shown.count; i++)
        ret->steps[i].step = shown.steps[i];
    ret->step_count = shown.count + 1;
    ret->steps[shown.count].step = (struct flow_step){FLOW_PAY, S("pay"), S(""), S(""), true};
    if (!ret->has_draft)
        return NULL;
    TRY(version_load(tx, a, shop, live_id, &live));
    return compare(a, &shown, &live, ret);
}

const struct err *flow_edit_load(struct tx *tx, struct arena *a, struct shop_id shop,
                                 struct flow_id flow, struct flow_edit *ret)
{
    struct flow_row_row row;
    struct flow_draft_row_row draft;
    struct flow_version_row_row live;
    bool found = false;
    TRY(flow_row(tx, a, shop, flow, &row, &found));
    if (!found)
        return ERR(a, ERR_NOT_FOUND, "flow.error.flow_gone", "flow %lld", (long long)flow.v);
    *ret = (struct flow_edit){.id = flow, .name = row.name, .is_standard = row.is_standard};
    TRY(flow_version_row(tx, a, shop, row.live_version_id, &live));
    TRY(flow_draft_row(tx, a, shop, flow, &draft, &ret->has_draft));
    ret->live_number = live.number;
    ret->live_since_ms = live.published_ms;
    ret->version_id = ret->has_draft ? draft.id : row.live_version_id;
    TRY(steps_load(tx, a, shop, row.live_version_id, ret));
    TRY(counts_load(tx, a, shop, ret));
    return triggers_load(tx, a, shop, ret);
}

/* ---- the draft ---- */

/* The steps that are changed, in memory until draft_save. */
struct draft {
    struct shop_id shop_id;
    struct flow_id flow_id;
    int64_t id;                /* 0: there is none yet */
    struct version live, now;
};

static const struct err *draft_open(struct turn *t, struct shop_id shop, struct flow_id flow,
                                    struct draft *ret)
{
    struct flow_row_row row;
    struct flow_draft_row_row draft;
    int64_t held = 0;
    bool found = false;
    TRY(flow_hold(t->tx, t->arena, shop, flow, &held));
    if (held == 0)
        return ERR(t->arena, ERR_NOT_FOUND, "flow.error.flow_gone", "flow %lld", (long long)flow.v);
    *ret = (struct draft){.shop_id = shop, .flow_id = flow};
    TRY(flow_row(t->tx, t->arena, shop, flow, &row, &found));
    TRY(version_load(t->tx, t->arena, shop, row.live_version_id, &ret->live));
    TRY(flow_draft_row(t->tx, t->arena, shop, flow, &draft, &found));
    ret->id = found ? draft.id : 0;
    if (found)
        TRY(version_load(t->tx, t->arena, shop, draft.id, &ret->now));
    else
        ret->now = ret->live;
    return NULL;
}

static const struct err *draft_drop(struct turn *t, const struct draft *draft)
{
    int64_t gone = 0;
    if (draft->id == 0)
        return NULL;
    TRY(flow_steps_delete(t->tx, t->arena, draft->shop_id, draft->id, &gone));
    return flow_version_delete(t->tx, t->arena, draft->shop_id, draft->id, &gone);
}

static const struct err *steps_write(struct turn *t, struct shop_id shop, int64_t version,
                                     const struct flow_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        TRY(flow_step_insert(t->tx, t->arena, turn_new_id(t), shop, version, (int64_t)i,
                             steps[i].kind, steps[i].key, steps[i].text_en, steps[i].text_zh,
                             steps[i].is_required));
    return NULL;
}

static const struct err *draft_save(struct turn *t, struct draft *draft)
{
    int64_t gone = 0;
    TRY(flow_steps_check(t->arena, draft->now.steps, draft->now.count));
    if (version_same(draft->now.steps, draft->now.count, &draft->live))
        return draft_drop(t, draft);
    if (draft->id == 0) {
        draft->id = turn_new_id(t);
        TRY(flow_version_insert(t->tx, t->arena, draft->id, draft->shop_id, draft->flow_id, 0, 0,
                                t->actor));
    }
    TRY(flow_steps_delete(t->tx, t->arena, draft->shop_id, draft->id, &gone));
    return steps_write(t, draft->shop_id, draft->id, draft->now.steps, draft->now.count);
}

static const struct err *draft_find(struct turn *t, const struct draft *draft, str key, size_t *ret)
{
    if (step_find(draft->now.steps, draft->now.count, key, ret))
        return NULL;
    return ERR(t->arena, ERR_NOT_FOUND, "flow.error.step_gone", "%.*s", STR_ARG(key));
}

static const struct err *text_check(struct arena *a, str text, const char *field)
{
    if (utf8_count(text) > FLOW_QUESTION_MAX || !utf8_is_title(text))
        return err_with_field(
            a, ERR(a, ERR_INVALID, "flow.error.question_bad", "%zu bytes", text.len), field);
    return NULL;
}

static str or_empty(str s)
{
    return str_is_absent(s) ? S("") : str_trim(s);
}

static void step_shift(struct draft *draft, size_t from, size_t to)
{
    struct flow_step moved = draft->now.steps[from];
    for (size_t i = from; i < to; i++)
        draft->now.steps[i] = draft->now.steps[i + 1];
    for (size_t i = from; i > to; i--)
        draft->now.steps[i] = draft->now.steps[i - 1];
    draft->now.steps[to] = moved;
}

static const struct err *step_add(struct turn *t, struct draft *draft, struct flow_step *put)
{
    if (put->kind != FLOW_QUESTION && put->kind != FLOW_QUANTITY)
        return ERR(t->arena, ERR_INVALID, "flow.error.step_unknown", "kind %d", (int)put->kind);
    if (draft->now.count >= FLOW_STEPS_MAX)
        return ERR(t->arena, ERR_INVALID, "flow.error.too_many_steps", "%zu", draft->now.count);
    struct id_text id = id_format(turn_new_id(t));
    TRY(str_dup(t->arena, put->kind == FLOW_QUANTITY ? S("quantity") : id_str(&id), &put->key));
    /* Before the summary; questions and numbers right after the choice, so that the address stays
     * near the end. */
    size_t at = draft->now.count - 1;
    while (at > 0 && draft->now.steps[at - 1].kind == FLOW_ADDRESS)
        at--;
    draft->now.steps[draft->now.count++] = *put;
    step_shift(draft, draft->now.count - 1, at);
    return NULL;
}

const struct err *flow_edit_put(struct turn *t, struct shop_id shop, struct flow_id flow,
                                const struct flow_step *step)
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
        put.kind = draft.now.steps[at].kind;
        draft.now.steps[at] = put;
    } else {
        TRY(step_add(t, &draft, &put));
    }
    return draft_save(t, &draft);
}

const struct err *flow_edit_move(struct turn *t, struct shop_id shop, struct flow_id flow, str key,
                                 int by)
{
    struct draft draft;
    size_t at = 0;
    TRY(draft_open(t, shop, flow, &draft));
    TRY(draft_find(t, &draft, key, &at));
    if (by < 0 ? at == 0 : at + 1 >= draft.now.count)
        return NULL;
    step_shift(&draft, at, by < 0 ? at - 1 : at + 1);
    return draft_save(t, &draft);
}

const struct err *flow_edit_place(struct turn *t, struct shop_id shop, struct flow_id flow, str key,
                                  str before)
{
    struct draft draft;
    size_t at = 0, to = 0;
    TRY(draft_open(t, shop, flow, &draft));
    TRY(draft_find(t, &draft, key, &at));
    TRY(draft_find(t, &draft, before, &to));
    step_shift(&draft, at, to > at ? to - 1 : to);
    return draft_save(t, &draft);
}

const struct err *flow_edit_remove(struct turn *t, struct shop_id shop, struct flow_id flow,
                                   str key)
{
    struct draft draft;
    size_t at = 0;
    TRY(draft_open(t, shop, flow, &draft));
    TRY(draft_find(t, &draft, key, &at));
    step_shift(&draft, at, draft.now.count - 1);
    draft.now.count--;
    return draft_save(t, &draft);
}

static const struct err *seen_check(struct turn *t, const struct draft *draft, int64_t seen)
{
    if (seen != 0 && seen != draft->now.revision)
        return ERR(t->arena, ERR_CONFLICT, "flow.error.changed_meanwhile", "flow %lld",
                   (long long)draft->flow_id.v);
    return NULL;
}

const struct err *flow_edit_publish(struct turn *t, struct shop_id shop, struct flow_id flow,
                                    int64_t seen, int64_t *ret_number)
{
    struct draft draft;
    struct flow_version_last_row last;
    TRY(draft_open(t, shop, flow, &draft));
    TRY(flow_version_last(t->tx, t->arena, shop, flow, &last));
    *ret_number = last.number;
    if (draft.id == 0 && seen != 0 &&
        seen == draft.live.revision) /* the button was pressed twice */
        return NULL;
    TRY(seen_check(t, &draft, seen));
    if (draft.id == 0)
        return ERR(t->arena, ERR_CONFLICT, "flow.error.no_draft", "flow %lld", (long long)flow.v);
    ++*ret_number;
    TRY(flow_draft_publish(t->tx, t->arena, shop, draft.id, *ret_number, t->now_ms, t->actor));
    TRY(flow_live_set(t->tx, t->arena, shop, flow, draft.id));
    return audit_write(
        t, &(struct audit){.shop_id = shop, .action = "flow.published", .subject_id = flow.v});
}

const struct err *flow_edit_discard(struct turn *t, struct shop_id shop, struct flow_id flow,
                                    int64_t seen)
{
    struct draft draft;
    TRY(draft_open(t, shop, flow, &draft));
    if (draft.id == 0)
        return NULL;
    TRY(seen_check(t, &draft, seen));
    return draft_drop(t, &draft);
}

const struct err *flow_edit_create(struct turn *t, struct shop_id shop, str name,
                                   struct flow_id *ret)
{
    struct flow_id standard;
    struct flow_count_row flows;
    struct version copied;
    int64_t version = 0, made = turn_new_id(t);
    TRY(flow_standard(t, shop, &standard, &version));
    TRY(flow_count(t->tx, t->arena, shop, &flows));
    if (flows.number >= FLOW_FLOWS_MAX)
        return ERR(t->arena, ERR_INVALID, "flow.error.too_many_flows", "%lld",
                   (long long)flows.number);
    TRY(version_load(t->tx, t->arena, shop, version, &copied));
    *ret = (struct flow_id){turn_new_id(t)};
    TRY(flow_insert(t->tx, t->arena, *ret, shop, name, false, made, t->now_ms));
    TRY(flow_version_insert(t->tx, t->arena, made, shop, *ret, 1, t->now_ms, t->actor));
    return steps_write(t, shop, made, copied.steps, copied.count);
}

const struct err *flow_trigger_remove(struct turn *t, struct shop_id shop, int64_t id)
{
    int64_t gone = 0;
    return flow_trigger_delete(t->tx, t->arena, shop, id, &gone);
}

/* ---- try it as a customer ---- */

const struct err *flow_preview_begin(struct turn *t, struct shop_id shop, struct flow_id flow,
                                     str language, int64_t *ret_run)
{
    struct flow_edit edit;
    TRY(flow_edit_load(t->tx, t->arena, shop, flow, &edit));
    struct flow_start start = {.shop_id = shop,
                               .flow_id = flow,
                               .version_id = edit.version_id,
                               .language = language,
                               .product_from = FLOW_FROM_SHOP};
    return flow_talk_start(t, &start, ret_run);
}

/* The words of the tapped button, when it stands below the latest message: there they were hers. */
static const struct err *tapped_say(struct flow_talk *k, str token)
{
    struct flow_preview_lines_row *rows = NULL;
    size_t count = 0;
    TRY(flow_preview_lines(k->t->tx, k->t->arena, k->run.shop_id, k->run.id, 1, 1, &rows, &count));
    for (str rest = count > 0 ? rows[0].buttons : S(""); rest.len > 0;) {
        str button = str_cut(&rest, '\n'), label = str_cut(&button, '\t');
        if (str_eq(str_cut(&button, '\t'), token))
            return flow_talk_heard(k, label);
    }
    return NULL;
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
    if (act->is_sample)
        return flow_talk_sample(k);
    if (str_is_empty(act->token) && act->form != NULL &&
        flow_rules_step(&k->facts, &k->state)->kind == FLOW_ADDRESS && str_is_empty(act->text))
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
    TRY(tapped_say(k, act->token));
    return flow_talk_tapped(k, tap.serial, &tap.choice);
}
