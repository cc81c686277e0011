/* The buyer's pages: the papers of her order, each as a page to print and as PDF. */
#include "paper/paper_tpl.h"
#include "paper/paper_view.h"

const struct err *paper_name(struct web *w, enum paper_kind kind, str number, str *ret)
{
    static const char *const keys[PAPER_KIND_COUNT] = {[PAPER_PROFORMA] = "paper.named.proforma",
                                                       [PAPER_INVOICE] = "paper.named.invoice",
                                                       [PAPER_CREDIT] = "paper.named.credit"};
    return locale_format(w->arena, w->locale, keys[kind], (str[]){number}, 1, ret);
}

const struct err *paper_answer_pdf(struct web *w, const struct paper *p)
{
    struct sheet *s;
    str pdf, name;
    TRY_NEW(w->arena, s);
    TRY(paper_sheet(w->arena, w->platform, p, s));
    web_read_end(w);
    TRY(paper_pdf(w->arena, s, &pdf));
    TRY(str_fmt(w->arena, &name, "inline; filename=\"%s-%.*s.pdf\"",
                p->kind == PAPER_PROFORMA  ? "proforma"
                : p->kind == PAPER_INVOICE ? "invoice"
                                           : "credit-note",
                STR_ARG(p->number)));
    TRY(http_response_header(w->rs, S("Content-Disposition"), name));
    http_response_body(w->rs, 200, "application/pdf", pdf);
    return NULL;
}

const struct err *paper_answer_sheet(struct web *w, const struct paper *p, str back, str pdf,
                                     str back_words)
{
    struct paper_sheet_view *v;
    struct html h;
    str name;
    TRY_NEW(w->arena, v);
    TRY(paper_name(w, p->kind, p->number, &name));
    TRY(page_init(w, &v->page, name));
    TRY(paper_sheet(w->arena, w->platform, p, &v->sheet));
    TRY(url_format(w->arena, &v->back, "%.*s", STR_ARG(back)));
    TRY(url_format(w->arena, &v->pdf, "%.*s", STR_ARG(pdf)));
    v->back_words = back_words;
    v->page.is_private = true;
    v->page.width = "reading";
    web_html_begin(w, &h);
    tpl_paper_show(&h, v);
    return web_html(w, 200, &h);
}

/* ---- who reads ---- */

/* The order of path parameter 0, when the reader is its buyer or holds its key; *ret_tail is
 * "?key=..." or empty. */
static const struct err *order_of(struct web *w, struct tx *tx, struct order_id *ret,
                                  struct shop_id *ret_shop, str *ret_tail)
{
    struct account_id buyer;
    str key = web_query(w, "key");
    TRY(web_param_id(w, 0, &ret->v));
    TRY(order_find(tx, w->arena, *ret, ret_shop, &buyer));
    *ret_tail = S("");
    if (w->viewer.account_id.v != 0 && buyer.v == w->viewer.account_id.v)
        return NULL;
    if (!order_key_opens(w->platform, w->arena, *ret, key))
        return ERR(w->arena, ERR_NOT_FOUND, "order.gone", "not the reader's");
    return str_fmt(w->arena, ret_tail, "?key=%.*s", STR_ARG(key));
}

static const struct err *quote_of(struct web *w, struct tx *tx, struct quote_id *ret,
                                  struct shop_id *ret_shop, str *ret_tail)
{
    struct account_id buyer;
    str key = web_query(w, "key");
    TRY(web_param_id(w, 0, &ret->v));
    TRY(quote_find(tx, w->arena, *ret, ret_shop, &buyer));
    *ret_tail = S("");
    if (w->viewer.account_id.v != 0 && buyer.v == w->viewer.account_id.v)
        return NULL;
    if (!quote_key_opens(w->platform, w->arena, *ret, key))
        return ERR(w->arena, ERR_NOT_FOUND, "quote.gone", "not the reader's");
    return str_fmt(w->arena, ret_tail, "?key=%.*s", STR_ARG(key));
}

/* ---- one paper ---- */

static const struct err *answer(struct web *w, const struct paper *p, bool is_pdf, str folder,
                                str tail)
{
    str back, pdf;
    if (is_pdf)
        return paper_answer_pdf(w, p);
    struct id_text id = id_format(p->id.v);
    bool is_quote = p->kind == PAPER_PROFORMA && p->quote_number > 0;
    TRY(str_fmt(w->arena, &back, "%.*s%s%.*s", STR_ARG(folder), is_quote ? "" : "/papers",
                STR_ARG(tail)));
    if (p->kind == PAPER_PROFORMA)
        TRY(str_fmt(w->arena, &pdf, "%.*s/proforma/pdf%.*s", STR_ARG(folder), STR_ARG(tail)));
    else
        TRY(str_fmt(w->arena, &pdf, "%.*s/papers/%s/pdf%.*s", STR_ARG(folder), id.text,
                    STR_ARG(tail)));
    return paper_answer_sheet(w, p, back, pdf,
                              locale_text(w->locale, is_quote ? "paper.to_quote"
                                                              : "paper.all_papers"));
}

static const struct err *proforma(struct web *w, bool is_pdf)
{
    struct order_id order;
    struct shop_id shop;
    struct paper *p;
    struct tx *tx;
    str tail, folder;
    TRY_NEW(w->arena, p);
    TRY(web_read(w, &tx));
    TRY(order_of(w, tx, &order, &shop, &tail));
    TRY(paper_proforma_of_order(tx, w->arena, w->platform, shop, order, p));
    struct id_text id = id_format(order.v);
    TRY(str_fmt(w->arena, &folder, "/o/%s", id.text));
    return answer(w, p, is_pdf, folder, tail);
}

const struct err *paper_page_proforma(struct web *w)
{
    return proforma(w, false);
}

const struct err *paper_page_proforma_pdf(struct web *w)
{
    return proforma(w, true);
}

static const struct err *of_quote(struct web *w, bool is_pdf)
{
    struct quote_id quote;
    struct shop_id shop;
    struct paper *p;
    struct tx *tx;
    str tail, folder;
    TRY_NEW(w->arena, p);
    TRY(web_read(w, &tx));
    TRY(quote_of(w, tx, &quote, &shop, &tail));
    TRY(paper_proforma_of_quote(tx, w->arena, w->platform, shop, quote, p));
    struct id_text id = id_format(quote.v);
    TRY(str_fmt(w->arena, &folder, "/q/%s", id.text));
    return answer(w, p, is_pdf, folder, tail);
}

const struct err *paper_page_quote(struct web *w)
{
    return of_quote(w, false);
}

const struct err *paper_page_quote_pdf(struct web *w)
{
    return of_quote(w, true);
}

static const struct err *written(struct web *w, bool is_pdf)
{
    struct order_id order;
    struct shop_id shop;
    struct paper_id id;
    struct paper *p;
    struct tx *tx;
    str tail, folder;
    TRY_NEW(w->arena, p);
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    TRY(order_of(w, tx, &order, &shop, &tail));
    TRY(paper_get(tx, w->arena, w->platform, shop, id, p));
    if (p->order_id.v != order.v)
        return ERR(w->arena, ERR_NOT_FOUND, "paper.gone", "of another order");
    struct id_text text = id_format(order.v);
    TRY(str_fmt(w->arena, &folder, "/o/%s", text.text));
    return answer(w, p, is_pdf, folder, tail);
}

const struct err *paper_page_show(struct web *w)
{
    return written(w, false);
}

const struct err *paper_page_pdf(struct web *w)
{
    return written(w, true);
}

/* ---- all of an order ---- */

const struct err *paper_page_order(struct web *w)
{
    struct order_papers_view *v;
    struct order_id order;
    struct shop_id shop;
    struct paper_row *rows;
    struct html h;
    struct tx *tx;
    str tail;
    TRY_NEW(w->arena, v);
    TRY(page_init(w, &v->page, locale_text(w->locale, "paper.papers")));
    TRY(web_read(w, &tx));
    TRY(order_of(w, tx, &order, &shop, &tail));
    TRY(order_head(tx, w->arena, shop, order, &v->order));
    TRY(shop_get(tx, w->arena, shop, &v->shop));
    struct id_text id = id_format(order.v);
    TRY(url_format(w->arena, &v->back, "/o/%s%.*s", id.text, STR_ARG(tail)));
    if (v->order.state == ORDER_PLACED && v->order.paid_minor < v->order.total_minor) {
        TRY(url_format(w->arena, &v->proforma, "/o/%s/proforma%.*s", id.text, STR_ARG(tail)));
        TRY(url_format(w->arena, &v->proforma_pdf, "/o/%s/proforma/pdf%.*s", id.text,
                       STR_ARG(tail)));
    }
    TRY(paper_list_of_order(tx, w->arena, shop, order, &rows, &v->count));
    TRY_NEW_ARRAY(w->arena, v->rows, v->count);
    for (size_t i = 0; i < v->count; i++) {
        struct id_text paper = id_format(rows[i].id.v);
        v->rows[i].row = rows[i];
        TRY(paper_name(w, rows[i].kind, rows[i].number, &v->rows[i].what));
        TRY(url_format(w->arena, &v->rows[i].path, "/o/%s/papers/%s%.*s", id.text, paper.text,
                       STR_ARG(tail)));
        TRY(url_format(w->arena, &v->rows[i].pdf, "/o/%s/papers/%s/pdf%.*s", id.text, paper.text,
                       STR_ARG(tail)));
    }
    v->page.is_private = true;
    v->page.width = "reading";
    v->page.palette = v->shop.accent;
    v->page.place = "me";
    web_html_begin(w, &h);
    tpl_paper_order(&h, v);
    return web_html(w, 200, &h);
}
