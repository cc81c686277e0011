/* The shop's pages: requests and quotations, answering, offering, withdrawing. */
#include "quote/quote_view.h"

#include "core/audit.h"
#include "core/permission.h"
#include "quote/quote_tpl.h"

/* ---- the list ---- */

static const struct {
    const char *name, *text_key;
} states[QUOTE_STATE_COUNT] = {
    {"", "quote.filter.all"},
    {"asked", "quote.state.asked"},
    {"quoted", "quote.state.quoted"},
    {"accepted", "quote.state.accepted"},
    {"declined", "quote.state.declined"},
    {"withdrawn", "quote.state.withdrawn"},
    {"expired", "quote.state.expired"},
};

static const struct err *may_change(struct web *w, struct tx *tx, bool *ret)
{
    str role;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "quote.change");
    return NULL;
}

static const struct err *who_is(struct web *w, struct tx *tx, const struct quote *q, str *ret)
{
    struct contact contact;
    TRY(identity_contact(tx, w->arena, w->shop_id, q->contact_id, &contact));
    *ret = !str_is_empty(contact.name)    ? contact.name
           : !str_is_empty(contact.email) ? contact.email
                                          : locale_text(w->locale, "order.somebody");
    return NULL;
}

static const struct err *fill_filters(struct web *w, str state, struct quotes_view *v)
{
    for (size_t i = 0; i < QUOTE_STATE_COUNT; i++) {
        struct quote_filter *f = &v->filters[i];
        *f = (struct quote_filter){.text_key = states[i].text_key,
                                     .is_current = str_eq(state, str_c(states[i].name))};
        TRY(url_format(w->arena, &f->path, "/console/%.*s/quotes?state=%s",
                       STR_ARG(w->shop_handle), states[i].name));
        if (f->is_current)
            v->self = f->path;
    }
    struct id_text shop = id_format(w->shop_id.v);
    return url_format(w->arena, &v->live, "/live?topics=orders:%s", shop.text);
}

static enum quote_state state_of(str name)
{
    for (size_t i = 1; i < QUOTE_STATE_COUNT; i++)
        if (str_eq(name, str_c(states[i].name)))
            return (enum quote_state)i;
    return QUOTE_STATE_UNSET;
}

static const struct err *fill_rows(struct web *w, struct tx *tx, enum quote_state state,
                                   struct quote_id before, struct quotes_view *v)
{
    struct quote *quotes;
    TRY(quote_list(tx, w->arena, w->platform, w->shop_id, state, before, QUOTES_A_PAGE, &quotes,
                   &v->count));
    TRY_NEW_ARRAY(w->arena, v->rows, v->count);
    for (size_t i = 0; i < v->count; i++) {
        struct quote_row_view *row = &v->rows[i];
        struct id_text id = id_format(quotes[i].id.v);
        row->quote = quotes[i];
        TRY(who_is(w, tx, &quotes[i], &row->who));
        TRY(face_make(w->arena, row->who, quotes[i].contact_id.v, &row->face));
        TRY(quote_what(tx, w, &quotes[i], &row->what));
        TRY(url_format(w->arena, &row->path, "/console/%.*s/quotes/%s", STR_ARG(w->shop_handle),
                       id.text));
    }
    if (v->count == QUOTES_A_PAGE) {
        struct id_text last = id_format(quotes[v->count - 1].id.v);
        TRY(url_format(w->arena, &v->next, "%.*s&before=%s", STR_ARG(v->self.url), last.text));
    }
    return NULL;
}

const struct err *quote_console_list(struct web *w)
{
    struct quotes_view v = {0};
    struct quote_id before = {0};
    struct html h;
    struct tx *tx;
    enum quote_state state = state_of(web_query(w, "state"));
    (void)id_parse(web_query(w, "before"), &before.v);
    TRY(page_init(w, &v.page, locale_text(w->locale, "quote.quotes")));
    TRY(web_read(w, &tx));
    TRY(fill_filters(w, str_c(states[state].name), &v));
    TRY(fill_rows(w, tx, state, before, &v));
    TRY(may_change(w, tx, &v.may_change));
    v.empty = (struct empty_view){
        .drawing = "orders",
        .title = locale_text(w->locale, state == 0 ? "quote.none_yet" : "quote.none_such"),
        .words = locale_text(w->locale, "quote.none_yet_words")};
    web_html_begin(w, &h);
    if (web_is_fragment(w) && before.v == 0)
        tpl_console_quote_rows(&h, &v);
    else
        tpl_console_quotes(&h, &v);
    return web_html(w, 200, &h);
}

/* ---- one of them ---- */

static const struct {
    const char *action, *text_key, *tone, *glyph;
} log_words[] = {
    {"quote.asked", "quote.log.asked", "done", "comment"},
    {"quote.quoted", "quote.log.quoted", "done", "send"},
    {"quote.accepted", "quote.log.accepted", "good", "check"},
    {"quote.declined", "quote.log.declined", "bad", "x"},
    {"quote.withdrawn", "quote.log.withdrawn", "bad", "undo"},
    {"quote.expired", "quote.log.expired", "bad", "clock"},
};

static const struct err *fill_log(struct web *w, struct tx *tx, struct quote_console_view *v)
{
    struct audit_row *rows;
    size_t count;
    TRY(audit_list(tx, w->arena, w->shop_id, v->quote.id.v, &rows, &count));
    TRY_NEW_ARRAY(w->arena, v->steps, count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < COUNT(log_words); k++)
            if (str_eq(rows[i].action, str_c(log_words[k].action)))
                v->steps[v->step_count++] = (struct timeline_row){
                    log_words[k].tone, log_words[k].glyph,
                    locale_text(w->locale, log_words[k].text_key), rows[i].at_ms, STR_NONE};
    return NULL;
}

static const struct err *fill_paths(struct web *w, struct tx *tx, struct quote_console_view *v)
{
    const struct quote *q = &v->quote;
    struct id_text id = id_format(q->id.v), contact = id_format(q->contact_id.v),
                   talk = id_format(q->conversation_id.v), order = id_format(q->order_id.v);
    const str shop = w->shop_handle;
    str path;
    TRY(who_is(w, tx, q, &v->who));
    TRY(quote_key_path(w->arena, q, &path));
    TRY(str_fmt(w->arena, &v->link, "%.*s%.*s", STR_ARG(w->platform->base_url), STR_ARG(path)));
    TRY(url_format(w->arena, &v->contact_path, "/console/%.*s/customers/%s", STR_ARG(shop),
                   contact.text));
    if (q->conversation_id.v != 0)
        TRY(url_format(w->arena, &v->talk_path, "/console/%.*s/inbox/%s", STR_ARG(shop),
                       talk.text));
    if (q->order_id.v != 0)
        TRY(url_format(w->arena, &v->order_path, "/console/%.*s/orders/%s", STR_ARG(shop),
                       order.text));
    if (q->version > 0)
        TRY(url_format(w->arena, &v->again_path, "/console/%.*s/quotes/new?contact=%s&from=%s",
                       STR_ARG(shop), contact.text, id.text));
    TRY(url_format(w->arena, &v->page.back, "/console/%.*s/quotes", STR_ARG(shop)));
    v->page.bar_title = v->page.title;
    return NULL;
}

static const struct err *fill_quote(struct web *w, struct tx *tx, struct quote_console_view *v)
{
    const struct quote *q = &v->quote;
    enum quote_state next;
    bool may;
    TRY(quote_view_wishes(tx, w->arena, q, &v->wishes));
    if (q->version > 0)
        TRY(quote_view_lines(tx, w->arena, q, &v->lines));
    v->sums = quote_view_sums(q);
    v->deposit = quote_money(q, q->terms.deposit_minor);
    if (!str_is_empty(q->country))
        TRY(country_name_of(w->arena, w->locale->language, q->country, &v->country_name));
    TRY(may_change(w, tx, &may));
    v->may_answer = may && quote_rules_step(q->state, QUOTE_ACT_QUOTE, &next);
    v->may_withdraw = may && quote_rules_step(q->state, QUOTE_ACT_WITHDRAW, &next);
    TRY(fill_log(w, tx, v));
    return fill_paths(w, tx, v);
}

static const struct err *show(struct web *w, const struct err *fault)
{
    struct quote_console_view *v;
    struct html h;
    struct tx *tx;
    str number;
    TRY_NEW(w->arena, v);
    TRY(page_init(w, &v->page, S("")));
    TRY(quote_of_shop(w, &v->quote));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &v->shop));
    TRY(str_fmt(w->arena, &number, "%lld", (long long)v->quote.number));
    TRY(locale_format(w->arena, w->locale,
                      v->quote.version > 0 ? "quote.title" : "quote.title_asked", (str[]){number},
                      1, &v->page.title));
    TRY(fill_quote(w, tx, v));
    TRY(rng_token(w->arena, w->platform->rng, 16, &v->key));
    if (v->may_answer)
        TRY(quote_form_fill(w, tx, &v->shop, &v->quote, fault, &v->form));
    else if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->form.fault));
    web_html_begin(w, &h);
    tpl_console_quote(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *quote_console_show(struct web *w)
{
    return show(w, NULL);
}

static bool is_refusal(const struct err *e)
{
    return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_LIMIT;
}

static const struct err *answer(struct web *w, struct quote_answer_call *x)
{
    struct shop shop;
    struct tx *tx;
    TRY(web_param_id(w, 1, &x->id.v));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(web_int(w, "version", 0, INT64_MAX, &x->seen));
    TRY(quote_input_answer(w, &shop, &x->answer));
    return web_make(w, quote_answer_turn, x, &x->id.v);
}

const struct err *quote_console_answer(struct web *w)
{
    struct quote_answer_call x = {.shop = w->shop_id};
    const struct err *e = answer(w, &x);
    if (e != NULL && is_refusal(e))
        return show(w, e);
    TRY(e);
    struct id_text id = id_format(x.id.v);
    TRY(web_flash(w, "quote.sent_flash"));
    return web_redirect(w, "/console/%.*s/quotes/%s", STR_ARG(w->shop_handle), id.text);
}

const struct err *quote_console_withdraw(struct web *w)
{
    struct quote_end_call x = {.shop = w->shop_id};
    TRY(web_param_id(w, 1, &x.id.v));
    const struct err *e = web_text(w, "words", 0, QUOTE_TEXT_MAX, &x.words);
    if (e == NULL)
        e = web_write(w, quote_withdraw_turn, &x);
    if (e != NULL && is_refusal(e))
        return show(w, e);
    TRY(e);
    struct id_text id = id_format(x.id.v);
    return web_redirect(w, "/console/%.*s/quotes/%s", STR_ARG(w->shop_handle), id.text);
}
