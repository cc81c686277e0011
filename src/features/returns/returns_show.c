/* Returns as pages show them, and who may see one. */
#include "returns/returns_view.h"

#include "core/audit.h"

const char *const returns_state_names[RETURNS_STATE_COUNT] = {
    "", "asked", "agreed", "refused", "sent", "received", "refunded", "closed"};

enum returns_state returns_state_of(str name)
{
    for (size_t i = 1; i < RETURNS_STATE_COUNT; i++)
        if (str_eq(name, str_c(returns_state_names[i])))
            return (enum returns_state)i;
    return RETURNS_STATE_UNSET;
}

struct returns_badge returns_badge_of(const struct returns_case *c)
{
    static const struct returns_badge badges[RETURNS_STATE_COUNT] = {
        [RETURNS_STATE_UNSET] = {"", "clock", "returns.state.asked"},
        [RETURNS_ASKED] = {"live", "bell", "returns.state.asked"},
        [RETURNS_AGREED] = {"water", "clock", "returns.state.agreed"},
        [RETURNS_REFUSED] = {"bad", "x", "returns.state.refused"},
        [RETURNS_SENT] = {"water", "truck", "returns.state.sent"},
        [RETURNS_RECEIVED] = {"warn", "box", "returns.state.received"},
        [RETURNS_REFUNDED] = {"good", "undo", "returns.state.refunded"},
        [RETURNS_CLOSED] = {"", "x", "returns.state.closed"},
    };
    return badges[c->state];
}

const struct err *returns_next_words(struct web *w, const struct returns_case *c, bool for_shop,
                                     str *ret)
{
    static const char *const hers[RETURNS_STATE_COUNT] = {
        "returns.next.asked",    "returns.next.asked",    "returns.next.agreed",
        "returns.next.refused",  "returns.next.sent",     "returns.next.received",
        "returns.next.refunded", "returns.next.closed"};
    static const char *const ours[RETURNS_STATE_COUNT] = {
        "returns.todo.asked",    "returns.todo.asked",    "returns.todo.agreed",
        "returns.todo.refused",  "returns.todo.sent",     "returns.todo.received",
        "returns.todo.refunded", "returns.todo.closed"};
    struct strbuf date;
    strbuf_init(&date, w->arena, 100);
    locale_date(w->locale, &date, c->due_ms, HTML_DATE);
    return locale_format(w->arena, w->locale, for_shop ? ours[c->state] : hers[c->state],
                         (str[]){strbuf_view(&date)}, 1, ret);
}

const struct err *returns_line_fill(struct tx *tx, struct arena *a, const struct order *o,
                                    int64_t position, int64_t quantity,
                                    struct returns_line_view *ret)
{
    const struct order_line *l = &o->lines[position];
    *ret = (struct returns_line_view){.title = l->title,
                                      .variant_title = l->variant_title,
                                      .position = position,
                                      .quantity = quantity};
    return media_photo(tx, a, l->media_id, &ret->photo);
}

static const struct {
    const char *action, *text_key, *tone, *glyph;
} log_words[] = {
    {"returns.asked", "returns.log.asked", "done", "comment"},
    {"returns.agreed", "returns.log.agreed", "good", "check"},
    {"returns.refused", "returns.log.refused", "bad", "x"},
    {"returns.sent", "returns.log.sent", "done", "truck"},
    {"returns.received", "returns.log.received", "done", "box"},
    {"returns.refunded", "returns.log.refunded", "good", "undo"},
    {"returns.withdrawn", "returns.log.withdrawn", "bad", "x"},
    {"returns.lapsed", "returns.log.lapsed", "bad", "clock"},
};

static const struct err *fill_log(struct web *w, struct tx *tx, struct returns_view *v)
{
    struct audit_row *rows;
    size_t count;
    TRY(audit_list(tx, w->arena, v->c.shop_id, v->c.id.v, &rows, &count));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < COUNT(log_words) && v->step_count < RETURNS_LOG_MAX; k++)
            if (str_eq(rows[i].action, str_c(log_words[k].action)))
                v->steps[v->step_count++] = (struct timeline_row){
                    log_words[k].tone, log_words[k].glyph,
                    locale_text(w->locale, log_words[k].text_key), rows[i].at_ms,
                    str_eq(rows[i].action, S("returns.sent")) ? v->c.tracking : STR_NONE};
    return NULL;
}

const struct err *returns_view_fill(struct web *w, struct tx *tx, struct returns_view *v,
                                    bool for_shop)
{
    const struct returns_case *c = &v->c;
    enum returns_state next;
    str number;
    TRY(order_get(tx, w->arena, w->platform, c->shop_id, c->order_id, &v->o));
    TRY(shop_get(tx, w->arena, c->shop_id, &v->shop));
    TRY(str_fmt(w->arena, &number, "%lld", (long long)c->number));
    TRY(locale_format(w->arena, w->locale, "returns.title", (str[]){number}, 1, &v->headline));
    TRY(returns_next_words(w, c, for_shop, &v->next));
    TRY_NEW_ARRAY(w->arena, v->lines, c->line_count);
    for (size_t i = 0; i < c->line_count; i++)
        TRY(returns_line_fill(tx, w->arena, &v->o, c->lines[i].position, c->lines[i].quantity,
                              &v->lines[i]));
    TRY(media_photos(tx, w->arena, c->photos, c->photo_count, v->photos));
    for (int act = 1; act < RETURNS_ACT_COUNT; act++)
        v->may[act] = returns_rules_step(c->state, (enum returns_act)act, &next);
    v->value = returns_money(c, c->value_minor);
    v->shipping = returns_money(c, c->shipping_minor);
    v->fee = returns_money(c, -c->fee_minor);
    v->due = returns_money(c, c->state == RETURNS_REFUNDED ? c->refund_minor
                                                           : returns_due_minor(c, &v->o, NULL));
    v->page.title = v->headline;
    return fill_log(w, tx, v);
}

/* ---- on the pages of orders ---- */

static const struct err *note_case(struct web *w, const struct page_subject *about,
                                   const struct returns_case *c, struct page_note *ret)
{
    static const char *const tones[RETURNS_STATE_COUNT] = {
        [RETURNS_ASKED] = "warn", [RETURNS_SENT] = "warn", [RETURNS_RECEIVED] = "warn",
        [RETURNS_REFUNDED] = "good"};
    struct returns_badge badge = returns_badge_of(c);
    struct id_text order = id_format(c->order_id.v), id = id_format(c->id.v);
    str number;
    TRY(str_fmt(w->arena, &number, "%lld", (long long)c->number));
    TRY(locale_format(w->arena, w->locale, "returns.note",
                      (str[]){number, locale_text(w->locale, badge.text_key)}, 2, &ret->words));
    TRY(returns_next_words(w, c, about->for_shop, &ret->hint));
    ret->tone = about->for_shop || tones[c->state] == NULL ? "" : tones[c->state];
    ret->glyph = badge.glyph;
    ret->action = locale_text(w->locale, "returns.see");
    if (about->for_shop)
        return url_format(w->arena, &ret->path, "/console/%.*s/returns/%s",
                          STR_ARG(w->shop_handle), id.text);
    return url_format(w->arena, &ret->path, "/o/%s/returns/%s%s%.*s", order.text, id.text,
                      str_is_empty(about->access) ? "" : "?key=", STR_ARG(about->access));
}

static const struct err *note_possible(struct web *w, struct tx *tx,
                                       const struct page_subject *about, struct page_note *ret,
                                       bool *ret_there)
{
    struct id_text id = id_format(about->id);
    struct returns_piece *pieces;
    struct strbuf date;
    struct order o;
    size_t count;
    int64_t until = 0;
    TRY(order_get(tx, w->arena, w->platform, about->shop_id, (struct order_id){about->id}, &o));
    TRY(returns_possible(tx, w->arena, w->platform, &o, w->now_ms, &pieces, &count));
    *ret_there = count > 0;
    for (size_t i = 0; i < count; i++)
        until = pieces[i].until_ms > until ? pieces[i].until_ms : until;
    strbuf_init(&date, w->arena, 100);
    locale_date(w->locale, &date, until - 1, HTML_DATE);
    *ret = (struct page_note){.tone = "", .glyph = "undo",
                              .words = locale_text(w->locale, "returns.not_right"),
                              .action = locale_text(w->locale, "returns.ask.open")};
    if (until > 0)
        TRY(locale_format(w->arena, w->locale, "returns.until", (str[]){strbuf_view(&date)}, 1,
                          &ret->hint));
    return url_format(w->arena, &ret->path, "/o/%s/return%s%.*s", id.text,
                      str_is_empty(about->access) ? "" : "?key=", STR_ARG(about->access));
}

const struct err *returns_page_notes(struct web *w, struct tx *tx,
                                     const struct page_subject *about, struct page_note **ret,
                                     size_t *ret_count)
{
    struct returns_case *cases;
    size_t count;
    bool is_there;
    *ret_count = 0;
    if (!str_eq(str_c(about->kind), S("order")))
        return NULL;
    TRY(returns_of_order(tx, w->arena, about->shop_id, (struct order_id){about->id}, &cases,
                         &count));
    TRY_NEW_ARRAY(w->arena, *ret, RETURNS_OF_ORDER_MAX + 1);
    for (size_t i = 0; i < count; i++)
        TRY(note_case(w, about, &cases[i], &(*ret)[(*ret_count)++]));
    if (about->for_shop)
        return NULL;
    TRY(note_possible(w, tx, about, &(*ret)[*ret_count], &is_there));
    *ret_count += is_there ? 1 : 0;
    return NULL;
}

/* ---- who may see it ---- */

const struct err *returns_of_reader(struct web *w, struct returns_case *ret, str *ret_access)
{
    struct shop_id shop;
    struct order_id order;
    struct return_id id;
    struct tx *tx;
    TRY(order_of_reader(w, &order, &shop));
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    TRY(returns_get(tx, w->arena, shop, id, ret));
    *ret_access = order_access_of_reader(w, order);
    return ret->order_id.v == order.v
               ? NULL : ERR(w->arena, ERR_NOT_FOUND, "returns.gone", "of another order");
}
