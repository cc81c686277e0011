/* The shop's pages: returns, what the shop grants, one of them with its steps. */
#include "returns/returns_view.h"

#include "core/permission.h"
#include "returns/returns_tpl.h"

/* ---- the list ---- */

static const struct err *may_change(struct web *w, struct tx *tx, bool *ret)
{
    str role;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "returns.change");
    return NULL;
}

static const struct err *who_is(struct web *w, struct tx *tx, const struct order *o, str *ret)
{
    struct contact contact;
    *ret = o->party.address.name;
    if (!str_is_empty(*ret))
        return NULL;
    TRY(identity_contact(tx, w->arena, w->shop_id, o->contact_id, &contact));
    *ret = !str_is_empty(contact.name) ? contact.name
                                       : locale_text(w->locale, "order.somebody");
    return NULL;
}

static const struct err *fill_row(struct web *w, struct tx *tx, const struct returns_case *c,
                                  struct returns_row_view *row)
{
    enum { TITLES = 3 };
    struct id_text id = id_format(c->id.v);
    struct strbuf what;
    struct order o;
    row->c = *c;
    TRY(order_get(tx, w->arena, w->platform, w->shop_id, c->order_id, &o));
    TRY(who_is(w, tx, &o, &row->who));
    TRY(face_make(w->arena, row->who, o.buyer_id.v, &row->face));
    strbuf_init(&what, w->arena, KiB(8));
    for (size_t i = 0; i < c->line_count && i < TITLES; i++)
        strbuf_addf(&what, "%s%lld × %.*s", i == 0 ? "" : ", ", (long long)c->lines[i].quantity,
                    STR_ARG(o.lines[c->lines[i].position].title));
    if (c->line_count > TITLES)
        strbuf_add(&what, S(" …"));
    TRY(strbuf_finish(&what, &row->what));
    return url_format(w->arena, &row->path, "/console/%.*s/returns/%s", STR_ARG(w->shop_handle),
                      id.text);
}

static const struct err *fill_filters(struct web *w, enum returns_state state,
                                      struct returns_list_view *v)
{
    struct id_text shop = id_format(w->shop_id.v);
    for (size_t i = 0; i < RETURNS_STATE_COUNT; i++) {
        struct returns_case like = {.state = (enum returns_state)i};
        struct returns_filter *f = &v->filters[i];
        f->text_key = i == 0 ? "returns.filter.all" : returns_badge_of(&like).text_key;
        f->is_current = i == (size_t)state;
        TRY(url_format(w->arena, &f->path, "/console/%.*s/returns?state=%s",
                       STR_ARG(w->shop_handle), returns_state_names[i]));
        if (f->is_current)
            v->self = f->path;
    }
    return url_format(w->arena, &v->live, "/live?topics=orders:%s", shop.text);
}

static const struct err *fill_terms(struct web *w, struct tx *tx, struct returns_list_view *v)
{
    struct returns_terms terms;
    TRY(returns_terms_get(tx, w->arena, w->platform, w->shop_id, &terms));
    const struct {
        const char *name;
        int64_t value;
        str *ret;
    } numbers[] = {{"window_days", terms.window_days, &v->window_days},
                   {"answer_days", terms.answer_days, &v->answer_days},
                   {"send_days", terms.send_days, &v->send_days},
                   {"fee_percent", terms.fee_percent, &v->fee_percent}};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        str stored;
        TRY(str_fmt(w->arena, &stored, "%lld", (long long)numbers[i].value));
        *numbers[i].ret = form_typed(w, numbers[i].name, stored);
    }
    v->instructions = form_typed(w, "instructions", terms.instructions);
    return NULL;
}

static const struct err *list(struct web *w, const struct err *fault)
{
    struct returns_list_view *v;
    struct return_id before = {0};
    struct returns_case *cases;
    struct html h;
    struct tx *tx;
    enum returns_state state = returns_state_of(web_query(w, "state"));
    TRY_NEW(w->arena, v);
    (void)id_parse(web_cursor(w), &before.v);
    TRY(page_init(w, &v->page, locale_text(w->locale, "returns.returns")));
    v->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(web_read(w, &tx));
    TRY(fill_filters(w, state, v));
    TRY(returns_list(tx, w->arena, w->shop_id, state, before, RETURNS_A_PAGE, &cases, &v->count));
    TRY_NEW_ARRAY(w->arena, v->rows, v->count);
    for (size_t i = 0; i < v->count; i++)
        TRY(fill_row(w, tx, &cases[i], &v->rows[i]));
    if (v->count == RETURNS_A_PAGE) {
        struct id_text last = id_format(cases[v->count - 1].id.v);
        TRY(url_format(w->arena, &v->next, "%.*s&before=%s", STR_ARG(v->self.url), last.text));
    }
    TRY(may_change(w, tx, &v->may_change));
    TRY(fill_terms(w, tx, v));
    v->empty = (struct empty_view){
        .drawing = "orders",
        .title = locale_text(w->locale, state == 0 ? "returns.none_yet" : "returns.none_such"),
        .words = locale_text(w->locale, "returns.none_yet_words")};
    web_html_begin(w, &h);
    if (web_is_fragment(w) && before.v == 0)
        tpl_console_returns_rows(&h, v);
    else
        tpl_console_returns(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *returns_console_list(struct web *w)
{
    return list(w, NULL);
}

const struct err *returns_console_terms(struct web *w)
{
    const struct err *e = returns_input_terms(w);
    if (e != NULL && e->kind == ERR_INVALID)
        return list(w, e);
    TRY(e);
    TRY(web_flash(w, "returns.terms_flash"));
    return web_redirect(w, "/console/%.*s/returns", STR_ARG(w->shop_handle));
}

/* ---- one of them ---- */

/* What was typed stands in the form that was refused, and only there. */
static const struct err *fill_typed(struct web *w, struct tx *tx, enum returns_act tried,
                                    struct returns_view *v)
{
    bool is_words = str_eq(v->fault.field, S("words"));
    struct returns_terms terms;
    TRY(returns_terms_get(tx, w->arena, w->platform, w->shop_id, &terms));
    v->tried = tried == RETURNS_ACT_AGREE && web_has(w, "keep") ? RETURNS_ACT_KEEP : tried;
    v->tried_words = form_typed(w, "words", S(""));
    v->usual = v->tried == RETURNS_ACT_AGREE ? v->tried_words : terms.instructions;
    TRY(money_format(w->arena, returns_money(&v->c, v->c.fee_minor), &v->fee_value));
    TRY(money_format(w->arena, v->due, &v->due_value));
    v->fee_value = form_typed(w, "fee", v->fee_value);
    v->due_value = form_typed(w, "amount", v->due_value);
    v->is_beside = v->may[tried] &&
                   (is_words || (v->c.fee_minor > 0 && str_eq(v->fault.field, S("fee"))) ||
                    str_eq(v->fault.field, S("amount")));
    return NULL;
}

/* `tried`: the step that failed for `fault`. */
static const struct err *show(struct web *w, enum returns_act tried, const struct err *fault)
{
    struct returns_view *v;
    struct return_id id;
    struct html h;
    struct tx *tx;
    bool may;
    TRY_NEW(w->arena, v);
    TRY(page_init(w, &v->page, S("")));
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    TRY(returns_get(tx, w->arena, w->shop_id, id, &v->c));
    v->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(returns_view_fill(w, tx, v, true));
    TRY(may_change(w, tx, &may));
    for (int i = 0; i < RETURNS_ACT_COUNT && !may; i++)
        v->may[i] = false;
    TRY(who_is(w, tx, &v->o, &v->who));
    TRY(fill_typed(w, tx, tried, v));
    struct id_text order = id_format(v->c.order_id.v);
    TRY(url_format(w->arena, &v->order_path, "/console/%.*s/orders/%s", STR_ARG(w->shop_handle),
                   order.text));
    TRY(url_format(w->arena, &v->page.back, "/console/%.*s/returns", STR_ARG(w->shop_handle)));
    v->page.bar_title = v->page.title;
    web_html_begin(w, &h);
    tpl_console_return(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *returns_console_show(struct web *w)
{
    return show(w, RETURNS_ACT_UNSET, NULL);
}

static const struct err *act(struct web *w, enum returns_act what)
{
    struct return_id id;
    TRY(web_param_id(w, 1, &id.v));
    const struct err *e = returns_input_step(w, what, w->shop_id, id);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return show(w, what, e);
    TRY(e);
    struct id_text text = id_format(id.v);
    TRY(web_flash(w, "returns.told_flash"));
    return web_redirect(w, "/console/%.*s/returns/%s", STR_ARG(w->shop_handle), text.text);
}

const struct err *returns_console_agree(struct web *w)
{
    return act(w, RETURNS_ACT_AGREE);
}

const struct err *returns_console_refuse(struct web *w)
{
    return act(w, RETURNS_ACT_REFUSE);
}

const struct err *returns_console_receive(struct web *w)
{
    return act(w, RETURNS_ACT_RECEIVE);
}

const struct err *returns_console_refund(struct web *w)
{
    return act(w, RETURNS_ACT_REFUND);
}
