/* The shop's pages: all its papers, those of an order, and who it is on them. */
#include "core/permission.h"
#include "core/setting.h"
#include "paper/paper_tpl.h"
#include "paper/paper_view.h"

const struct err *paper_may_change(struct web *w, struct tx *tx, bool *ret)
{
    str role;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "paper.change");
    return NULL;
}

static const struct err *fill_row(struct web *w, struct tx *tx, const struct paper_row *row,
                                  struct paper_row_view *ret)
{
    struct id_text id = id_format(row->id.v), order = id_format(row->order_id.v);
    struct order o;
    ret->row = *row;
    TRY(order_head(tx, w->arena, w->shop_id, row->order_id, &o));
    ret->order_number = o.number;
    TRY(paper_name(w, row->kind, row->number, &ret->what));
    TRY(url_format(w->arena, &ret->path, "/console/%.*s/papers/%s", STR_ARG(w->shop_handle),
                   id.text));
    TRY(url_format(w->arena, &ret->pdf, "/console/%.*s/papers/%s/pdf", STR_ARG(w->shop_handle),
                   id.text));
    return url_format(w->arena, &ret->order_path, "/console/%.*s/orders/%s",
                      STR_ARG(w->shop_handle), order.text);
}

static const struct err *fill_rows(struct web *w, struct tx *tx, const struct paper_row *rows,
                                   size_t count, struct paper_row_view **ret)
{
    TRY_NEW_ARRAY(w->arena, *ret, count);
    for (size_t i = 0; i < count; i++)
        TRY(fill_row(w, tx, &rows[i], &(*ret)[i]));
    return NULL;
}

const struct err *paper_console_list(struct web *w)
{
    struct papers_view *v;
    struct paper_seller seller;
    struct paper_row *rows;
    struct paper_id before = {0};
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    (void)id_parse(web_query(w, "before"), &before.v);
    TRY(page_init(w, &v->page, locale_text(w->locale, "paper.papers")));
    TRY(web_read(w, &tx));
    TRY(paper_may_change(w, tx, &v->may_change));
    TRY(paper_seller_get(tx, w->arena, w->shop_id, &seller));
    v->is_told = paper_seller_is_told(&seller);
    TRY(paper_list(tx, w->arena, w->shop_id, before, PAPERS_A_PAGE, &rows, &v->count));
    TRY(fill_rows(w, tx, rows, v->count, &v->rows));
    if (v->count == PAPERS_A_PAGE) {
        struct id_text last = id_format(rows[v->count - 1].id.v);
        TRY(url_format(w->arena, &v->next, "/console/%.*s/papers?before=%s",
                       STR_ARG(w->shop_handle), last.text));
    }
    TRY(url_format(w->arena, &v->page.back, "/console/%.*s/money", STR_ARG(w->shop_handle)));
    v->page.bar_title = v->page.title;
    v->empty = (struct empty_view){.drawing = "orders",
                                   .title = locale_text(w->locale, "paper.none"),
                                   .words = locale_text(w->locale, "paper.none_words")};
    web_html_begin(w, &h);
    tpl_console_papers(&h, v);
    return web_html(w, 200, &h);
}

/* ---- of one order ---- */

static const struct err *show_order(struct web *w, struct order_id order, const struct err *fault)
{
    struct order_papers_view *v;
    struct paper_seller seller;
    struct paper_row *rows;
    struct html h;
    struct tx *tx;
    struct id_text id = id_format(order.v);
    str shop = w->shop_handle;
    TRY_NEW(w->arena, v);
    TRY(page_init(w, &v->page, locale_text(w->locale, "paper.papers")));
    TRY(web_read(w, &tx));
    TRY(order_head(tx, w->arena, w->shop_id, order, &v->order));
    TRY(shop_get(tx, w->arena, w->shop_id, &v->shop));
    TRY(paper_seller_get(tx, w->arena, w->shop_id, &seller));
    v->is_told = paper_seller_is_told(&seller);
    TRY(paper_list_of_order(tx, w->arena, w->shop_id, order, &rows, &v->count));
    TRY(fill_rows(w, tx, rows, v->count, &v->rows));
    for (size_t i = 0; i < v->count; i++)
        v->has_invoice = v->has_invoice || rows[i].kind == PAPER_INVOICE;
    TRY(paper_may_change(w, tx, &v->may_write));
    v->may_write = v->may_write && !v->has_invoice && v->order.secured_ms > 0 &&
                   v->order.paid_minor > 0;
    if (v->order.state == ORDER_PLACED && v->order.paid_minor < v->order.total_minor) {
        TRY(url_format(w->arena, &v->proforma, "/console/%.*s/orders/%s/proforma", STR_ARG(shop),
                       id.text));
        TRY(url_format(w->arena, &v->proforma_pdf, "/console/%.*s/orders/%s/proforma/pdf",
                       STR_ARG(shop), id.text));
    }
    TRY(url_format(w->arena, &v->back, "/console/%.*s/orders/%s", STR_ARG(shop), id.text));
    v->page.back = v->back;
    v->page.bar_title = v->page.title;
    if (fault != NULL) {
        struct form_fault words;
        TRY(form_fault_of(w, fault, &words));
        v->fault = words.words;
    }
    web_html_begin(w, &h);
    tpl_console_order_papers(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *paper_console_order(struct web *w)
{
    struct order_id order;
    TRY(web_param_id(w, 1, &order.v));
    return show_order(w, order, NULL);
}

const struct err *paper_invoice_turn(struct turn *t, void *arg)
{
    struct paper_invoice_call *x = arg;
    TRY(paper_invoice(t, x->shop, x->order, &x->id));
    struct paper_id credit;
    return paper_credit(t, x->shop, x->order, &credit);
}

const struct err *paper_console_write(struct web *w)
{
    struct paper_invoice_call x = {.shop = w->shop_id};
    TRY(web_id(w, "order", &x.order.v));
    const struct err *e = web_write(w, paper_invoice_turn, &x);
    if (e != NULL && e->kind == ERR_CONFLICT)
        return show_order(w, x.order, e);
    TRY(e);
    struct id_text id = id_format(x.id.v);
    return web_redirect(w, "/console/%.*s/papers/%s", STR_ARG(w->shop_handle), id.text);
}

/* ---- one paper ---- */

static const struct err *load(struct web *w, struct paper *p)
{
    struct paper_id id;
    struct tx *tx;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    return paper_get(tx, w->arena, w->platform, w->shop_id, id, p);
}

const struct err *paper_console_show(struct web *w)
{
    struct paper *p;
    str back, pdf;
    TRY_NEW(w->arena, p);
    TRY(load(w, p));
    struct id_text id = id_format(p->id.v), order = id_format(p->order_id.v);
    TRY(str_fmt(w->arena, &back, "/console/%.*s/orders/%s/papers", STR_ARG(w->shop_handle),
                order.text));
    TRY(str_fmt(w->arena, &pdf, "/console/%.*s/papers/%s/pdf", STR_ARG(w->shop_handle), id.text));
    return paper_answer_sheet(w, p, back, pdf, locale_text(w->locale, "paper.all_papers"));
}

const struct err *paper_console_pdf(struct web *w)
{
    struct paper *p;
    TRY_NEW(w->arena, p);
    TRY(load(w, p));
    return paper_answer_pdf(w, p);
}

static const struct err *proforma(struct web *w, struct order_id *order, struct paper *p)
{
    struct tx *tx;
    TRY(web_param_id(w, 1, &order->v));
    TRY(web_read(w, &tx));
    return paper_proforma_of_order(tx, w->arena, w->platform, w->shop_id, *order, p);
}

const struct err *paper_console_proforma(struct web *w)
{
    struct order_id order;
    struct paper *p;
    str back, pdf;
    TRY_NEW(w->arena, p);
    TRY(proforma(w, &order, p));
    struct id_text id = id_format(order.v);
    TRY(str_fmt(w->arena, &back, "/console/%.*s/orders/%s/papers", STR_ARG(w->shop_handle),
                id.text));
    TRY(str_fmt(w->arena, &pdf, "/console/%.*s/orders/%s/proforma/pdf", STR_ARG(w->shop_handle),
                id.text));
    return paper_answer_sheet(w, p, back, pdf, locale_text(w->locale, "paper.all_papers"));
}

const struct err *paper_console_proforma_pdf(struct web *w)
{
    struct order_id order;
    struct paper *p;
    TRY_NEW(w->arena, p);
    TRY(proforma(w, &order, p));
    return paper_answer_pdf(w, p);
}

/* ---- who the shop is ---- */

static const struct err *show_seller(struct web *w, const struct err *fault)
{
    struct seller_view *v;
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    v->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(page_init(w, &v->page, locale_text(w->locale, "paper.seller_title")));
    TRY(web_read(w, &tx));
    TRY(paper_seller_get(tx, w->arena, w->shop_id, &v->seller));
    TRY(setting_bool(tx, w->arena, w->platform, w->shop_id, "paper.automatic", &v->automatic));
    struct paper_seller *s = &v->seller;
    *s = (struct paper_seller){form_typed(w, "legal_name", s->legal_name),
                               form_typed(w, "address", s->address),
                               form_typed(w, "vat_id", s->vat_id),
                               form_typed(w, "registration", s->registration),
                               form_typed(w, "bank", s->bank), form_typed(w, "foot", s->foot)};
    TRY(url_format(w->arena, &v->page.back, "/console/%.*s/papers", STR_ARG(w->shop_handle)));
    v->page.bar_title = v->page.title;
    web_html_begin(w, &h);
    tpl_console_seller(&h, v);
    return web_html(w, fault == NULL ? 200 : 422, &h);
}

const struct err *paper_console_seller(struct web *w)
{
    return show_seller(w, NULL);
}

struct seller_call {
    struct shop_id shop;
    struct paper_seller seller;
    bool automatic;
};

static const struct err *seller_turn(struct turn *t, void *arg)
{
    const struct seller_call *x = arg;
    TRY(paper_seller_set(t, x->shop, &x->seller));
    return setting_set(t, x->shop, "paper.automatic", x->automatic ? S("true") : S("false"));
}

static const struct err *text(struct web *w, const char *name, size_t min, str *ret)
{
    TRY(web_text(w, name, min, PAPER_TEXT_MAX, ret));
    *ret = str_is_absent(*ret) ? S("") : str_trim(*ret);
    return NULL;
}

static const struct err *read_seller(struct web *w, struct seller_call *x)
{
    TRY(text(w, "legal_name", 1, &x->seller.legal_name));
    TRY(text(w, "address", 1, &x->seller.address));
    TRY(text(w, "vat_id", 0, &x->seller.vat_id));
    TRY(text(w, "registration", 0, &x->seller.registration));
    TRY(text(w, "bank", 0, &x->seller.bank));
    return text(w, "foot", 0, &x->seller.foot);
}

const struct err *paper_console_seller_post(struct web *w)
{
    struct seller_call x = {.shop = w->shop_id, .automatic = web_has(w, "automatic")};
    const struct err *e = read_seller(w, &x);
    if (e == NULL)
        e = web_write(w, seller_turn, &x);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_LIMIT))
        return show_seller(w, e);
    TRY(e);
    TRY(web_flash(w, "paper.seller_saved"));
    return web_redirect(w, "/console/%.*s/papers", STR_ARG(w->shop_handle));
}
