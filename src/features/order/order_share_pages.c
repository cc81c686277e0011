/* A split bill: the buyer says who pays how much, gives the link on, and sees who has paid; a
 * friend who opens it, without an account, pays a share. Friends see neither address nor mail. */
#include "order/order_web.h"

#include "order/order_rules.h"
#include "order/order_tpl.h"
#include "sys/qr.h"

enum { ROWS_AT_FIRST = 3 };

/* ---- what both see ---- */

static const struct err *split_path(struct web *w, struct order_id id, str *ret)
{
    struct id_text text = id_format(id.v);
    str key;
    TRY(order_split_key(w->platform, w->arena, id, &key));
    return str_fmt(w->arena, ret, "/split/%s?key=%.*s", text.text, STR_ARG(key));
}

static const struct err *fill_shares(struct web *w, struct tx *tx, struct split_view *v)
{
    const struct order *o = &v->order;
    TRY(order_shares(tx, w->arena, o->shop_id, o->id, w->now_ms, &v->shares, &v->share_count));
    v->left = order_money(o, 0);
    for (size_t i = 0; i < v->share_count; i++) {
        bool is_free = v->shares[i].state == SHARE_FREE || v->shares[i].state == SHARE_BUSY;
        v->left.minor += is_free ? v->shares[i].amount_minor : 0;
        v->free_count += is_free;
        /* Equal parts, but for the cent that is left over. */
        v->is_odd = v->is_odd || v->shares[0].amount_minor - v->shares[i].amount_minor == 1;
    }
    v->until_ms = o->expires_ms;
    if (o->payment == ORDER_UNPAID)
        TRY(order_split_until(tx, w->arena, w->platform, o, &v->until_ms));
    v->is_over = o->state != ORDER_PLACED;
    v->is_paid = o->payment == ORDER_PAID || o->payment == ORDER_AUTHORISED;
    v->is_open = !v->is_over && !v->is_paid && o->expires_ms > w->now_ms;
    return NULL;
}

static const struct err *load(struct web *w, struct shop_id shop, struct order_id id,
                              struct split_view *v)
{
    struct tx *tx;
    TRY(page_init(w, &v->page, locale_text(w->locale, "order.split.title")));
    TRY(web_read(w, &tx));
    TRY(order_get(tx, w->arena, w->platform, shop, id, &v->order));
    v->odd_row = SHARES_MAX;
    TRY(shop_get(tx, w->arena, shop, &v->shop));
    TRY(order_view_lines(tx, w->arena, &v->shop, &v->order, &v->lines));
    TRY(fill_shares(w, tx, v));
    str rest = v->order.party.address.name;
    v->buyer = str_cut(&rest, ' ');
    if (str_is_empty(v->buyer))
        v->buyer = locale_text(w->locale, "order.guest");
    v->total = order_money(&v->order, v->order.total_minor);
    v->page.width = "reading";
    v->page.is_private = true;
    v->page.palette = v->shop.accent;
    return NULL;
}

/* ---- the buyer ---- */

static const struct err *typed(struct web *w, const char *name, size_t at, str otherwise,
                               str *ret, const char **ret_field)
{
    str field;
    TRY(str_fmt(w->arena, &field, "%s_%zu", name, at));
    TRY(str_to_c(w->arena, field, ret_field));
    *ret = str_trim(form_typed(w, *ret_field, otherwise));
    return NULL;
}

static const struct err *fill_rows(struct web *w, struct split_view *v, int64_t more)
{
    int64_t count;
    if (web_int(w, "rows", 2, SHARES_MAX, &count) != NULL)
        count = ROWS_AT_FIRST;
    count += more;
    v->row_count = count > SHARES_MAX ? SHARES_MAX : (size_t)count;
    for (size_t i = 0; i < v->row_count; i++) {
        struct split_row *row = &v->rows[i];
        TRY(typed(w, "name", i, i == 0 ? v->buyer : S(""), &row->name, &row->field));
        TRY(typed(w, "amount", i, S(""), &row->amount, &row->field));
    }
    return NULL;
}

static const struct err *words_of(struct web *w, const struct split_view *v, const struct err *e,
                                  str *ret)
{
    int64_t missing;
    struct strbuf sb;
    str sum;
    *ret = order_words(w, e);
    if (!str_eq(str_c(e->key), S("order.split_sum")) || !str_to_int(e->args[0], &missing) ||
        missing == 0)
        return NULL;
    strbuf_init(&sb, w->arena, 100);
    locale_money(w->locale, &sb, order_money(&v->order, missing > 0 ? missing : -missing));
    TRY(strbuf_finish(&sb, &sum));
    return locale_format(w->arena, w->locale,
                         missing > 0 ? "order.split.missing" : "order.split.over", (str[]){sum}, 1,
                         ret);
}

static const struct err *show_mine(struct web *w, struct split_view *v, const struct err *problem)
{
    struct html h;
    str link, path;
    v->access = order_access_of_reader(w, v->order.id);
    if (problem != NULL)
        TRY(words_of(w, v, problem, &v->problem));
    TRY(split_path(w, v->order.id, &link));
    TRY(str_fmt(w->arena, &v->link, "%.*s%.*s", STR_ARG(w->platform->base_url), STR_ARG(link)));
    TRY(order_split_key(w->platform, w->arena, v->order.id, &v->key));
    if (!url_check(link, &v->path))
        return ERR(w->arena, ERR_BUG, "error.bug", "a path");
    TRY(order_own_path(w, v->order.id, v->order.buyer_id, &path));
    if (!url_check(path, &v->page.back))
        return ERR(w->arena, ERR_BUG, "error.bug", "a path");
    v->page.bar_title = v->page.title;
    v->page.is_focused = true;
    if (w->viewer.account_id.v == v->order.buyer_id.v)
        v->live = (struct url_safe){S("/live")};
    web_html_begin(w, &h);
    if (web_is_fragment(w) && problem == NULL)
        tpl_split_state(&h, v);
    else
        tpl_order_split_page(&h, v);
    return web_html(w, problem == NULL ? 200 : err_policy_of(problem->kind)->http_status, &h);
}

static const struct err *load_mine(struct web *w, struct split_view **ret)
{
    struct order_id id;
    struct shop_id shop;
    TRY_NEW(w->arena, *ret);
    TRY(order_of_reader(w, &id, &shop));
    return load(w, shop, id, *ret);
}

const struct err *order_page_split(struct web *w)
{
    struct split_view *v;
    TRY(load_mine(w, &v));
    TRY(fill_rows(w, v, 0));
    v->is_asking = v->share_count == 0 || str_eq(web_query(w, "do"), S("again"));
    v->is_asking = v->is_asking && v->is_open && v->order.payment == ORDER_UNPAID;
    return show_mine(w, v, NULL);
}

struct splitting {
    struct shop_id shop;
    struct order_id id;
    struct order_share_want wants[SHARES_MAX];
    size_t count;
};

static const struct err *split_turn(struct turn *t, void *arg)
{
    const struct splitting *x = arg;
    return order_split(t, x->shop, x->id, x->wants, x->count);
}

/* Rows without a name are left out. */
static const struct err *read_rows(struct web *w, struct split_view *v, struct splitting *x)
{
    for (size_t i = 0; i < v->row_count; i++) {
        const struct split_row *row = &v->rows[i];
        int64_t minor = 0;
        if (str_is_empty(row->name))
            continue;
        if (!str_is_empty(row->amount)) {
            const struct err *e = catalog_amount_read(w->arena, row->amount, v->order.currency,
                                                      v->rows[i].field, &minor);
            if (e != NULL) {
                v->odd_row = i;
                return e;
            }
        }
        x->wants[x->count++] = (struct order_share_want){row->name, minor};
    }
    return NULL;
}

const struct err *order_page_split_save(struct web *w)
{
    struct splitting x = {.count = 0};
    struct split_view *v;
    str act;
    TRY(load_mine(w, &v));
    TRY(web_text(w, "do", 0, 10, &act));
    TRY(fill_rows(w, v, str_eq(act, S("more")) ? 1 : 0));
    v->is_asking = true;
    if (str_eq(act, S("more")))
        return show_mine(w, v, NULL);
    x.shop = v->order.shop_id;
    x.id = v->order.id;
    const struct err *e = read_rows(w, v, &x);
    if (e == NULL)
        e = web_write(w, split_turn, &x);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return show_mine(w, v, e);
    TRY(e);
    struct id_text id = id_format(x.id.v);
    str access;
    TRY(web_text(w, "access", 0, 100, &access));
    return web_redirect(w, "/o/%s/split%s%.*s", id.text, str_is_empty(access) ? "" : "?key=",
                        STR_ARG(access));
}

/* ---- a friend ---- */

static const struct err *of_friend(struct web *w, struct order_id *ret, struct shop_id *ret_shop,
                                   str *ret_key)
{
    struct account_id buyer;
    struct tx *tx;
    *ret_key = web_query(w, "key");
    TRY(web_param_id(w, 0, &ret->v));
    if (str_is_empty(*ret_key) && w->form.count > 0)
        TRY(web_text(w, "access", 0, 100, ret_key));
    TRY(web_read(w, &tx));
    TRY(order_find(tx, w->arena, *ret, ret_shop, &buyer));
    if (order_split_key_opens(w->platform, w->arena, *ret, *ret_key))
        return NULL;
    return ERR(w->arena, ERR_NOT_FOUND, "order.gone", "the split of order %lld",
               (long long)ret->v);
}

/* Who has the link learns no more of the others than they need to tell them apart. */
static const struct err *shorten_names(struct web *w, struct split_view *v)
{
    for (size_t i = 0; i < v->share_count; i++)
        TRY(order_rules_short_name(w->arena, v->shares[i].name, &v->shares[i].name));
    return order_rules_short_name(w->arena, v->buyer, &v->buyer);
}

const struct err *order_page_share(struct web *w)
{
    struct order_remembered known;
    struct split_view *v;
    struct order_id id;
    struct shop_id shop;
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(of_friend(w, &id, &shop, &v->access));
    TRY(load(w, shop, id, v));
    TRY(web_read(w, &tx));
    TRY(order_remembered_get(tx, w->arena, w->platform, w->viewer.account_id, &known));
    if (w->viewer.account_id.v != v->order.buyer_id.v)
        TRY(shorten_names(w, v));
    if (v->is_open && v->free_count > 0)
        TRY(order_ways_fill(w, tx, shop, &known, &v->ways));
    TRY(order_fresh_key(w, &v->key));
    TRY(locale_format(w->arena, w->locale, "order.split.from", (str[]){v->buyer}, 1, &v->headline));
    v->page.title = v->headline;
    web_html_begin(w, &h);
    tpl_order_share_page(&h, v);
    return web_html(w, v->share_count == 0 ? 404 : 200, &h);
}

const struct err *order_page_share_pay(struct web *w)
{
    struct payment_begin begun;
    struct order_pay want = {.remember = false};
    str access, back;
    TRY(of_friend(w, &want.order_id, &want.shop_id, &access));
    TRY(web_text(w, "key", 1, 100, &want.key));
    TRY(web_id(w, "share", &want.share_id.v));
    TRY(split_path(w, want.order_id, &back));
    want.return_path = back;
    TRY(web_need_account(w, locale_text(w->locale, "order.split.friend")));
    want.payer_id = w->viewer.account_id;
    TRY(order_ways_chosen(w, want.shop_id, &want));
    web_read_end(w);
    const struct err *e = order_pay_begin(w->platform, w->arena, &want, &begun);
    if (e != NULL && (e->kind == ERR_CONFLICT || e->kind == ERR_INVALID || e->kind == ERR_LIMIT)) {
        TRY(web_flash(w, e->key));
        return web_redirect_to(w, back);
    }
    TRY(e);
    return begun.step == PAYMENT_STEP_REDIRECT ? order_ways_go(w, begun.redirect)
                                               : web_redirect_to(w, back);
}

const struct err *order_page_share_qr(struct web *w)
{
    struct order_id id;
    struct shop_id shop;
    str key, path, url, svg;
    TRY(of_friend(w, &id, &shop, &key));
    TRY(split_path(w, id, &path));
    TRY(str_fmt(w->arena, &url, "%.*s%.*s", STR_ARG(w->platform->base_url), STR_ARG(path)));
    TRY(qr_svg(w->arena, url, &svg));
    http_response_body(w->rs, 200, "image/svg+xml", svg);
    return NULL;
}
