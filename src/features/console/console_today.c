/* Today: every figure is asked of its owner and opens the list behind it. */
#include "account/account.h"
#include "base/json.h"
#include "catalog/catalog.h"
#include "console/console_view.h"
#include "console_tpl.h"
#include "core/i18n.h"
#include "identity/identity.h"
#include "notify/notify.h"
#include "shop/shop.h"
#include "stock/stock.h"

static const int64_t HOUR_MS = (int64_t)3600 * 1000, DAY_MS = (int64_t)24 * 3600 * 1000;
/* An order that is not paid by then has expired. */
static const int64_t UNPAID_LATE_MS = (int64_t)30 * 60 * 1000;
enum { LOW_NAMED = 3 };

struct asked {
    struct tx *tx;
    struct shop shop;
    int64_t midnight_ms;
    int hour;                     /* in the shop's zone */
};

static const struct err *ask(struct web *w, struct asked *ret)
{
    const char *zone;
    TRY(web_read(w, &ret->tx));
    TRY(shop_get(ret->tx, w->arena, w->shop_id, &ret->shop));
    TRY(str_to_c(w->arena, ret->shop.zone, &zone));
    int64_t offset_ms = (int64_t)zone_offset_s(zone, w->now_ms) * 1000;
    ret->midnight_ms = (w->now_ms + offset_ms) / DAY_MS * DAY_MS - offset_ms;
    ret->hour = (int)((w->now_ms - ret->midnight_ms) / HOUR_MS);
    return NULL;
}

/* ---- what needs me ---- */

static const struct err *fill_low(struct web *w, const struct asked *asked, struct today_view *v)
{
    int64_t *products;
    size_t count, named;
    struct product_card *cards;
    struct strbuf names;
    TRY(stock_low_products(asked->tx, w->arena, w->shop_id, &products, &count));
    v->low_count = (int64_t)count;
    named = count < LOW_NAMED ? count : LOW_NAMED;
    TRY_NEW_ARRAY(w->arena, cards, named);
    TRY(catalog_cards(asked->tx, w->arena, products, named, cards));
    strbuf_init(&names, w->arena, 1000);
    for (size_t i = 0; i < named; i++) {
        if (names.len > 0)
            strbuf_add(&names, S(", "));
        strbuf_add(&names, cards[i].title);
    }
    return strbuf_finish(&names, &v->low_names);
}

static const struct err *fill_needs(struct web *w, const struct asked *asked, struct today_view *v)
{
    struct identity_suggestion *pairs;
    struct page_counts counts = {0};
    size_t count;
    for (size_t i = 0; i < w->platform->feature_count; i++)
        if (w->platform->features[i]->page_counts != NULL)
            TRY(w->platform->features[i]->page_counts(w, asked->tx, &counts));
    v->to_ship = counts.orders_waiting;
    v->waiting = counts.inbox_waiting;
    TRY(identity_suggestions(asked->tx, w->arena, w->shop_id, (struct contact_id){0}, &pairs,
                             &count));
    v->pairs = (int64_t)count;
    TRY(notify_dead_count(asked->tx, w->arena, w->shop_id, &v->mails_dead));
    return fill_low(w, asked, v);
}

/* ---- where the money came from ---- */

static struct today_figures figures_of(const struct pool_report *r, struct currency currency)
{
    return (struct today_figures){.kept = {r->sum.paid_minor - r->sum.refunded_minor, currency},
                                  .orders = r->sum.orders,
                                  .people = r->sum.people,
                                  .leads = r->sum.leads};
}

static const struct err *fill_pools(struct web *w, const struct pool_report *r,
                                    struct currency currency, struct today_view *v)
{
    int64_t most = 1, all = 0;
    v->pool_count = r->count;
    TRY_NEW_ARRAY(w->arena, v->pools, r->count);
    for (size_t i = 0; i < r->count; i++) {
        int64_t kept = r->pools[i].paid_minor - r->pools[i].refunded_minor;
        v->pools[i] = (struct today_pool){.id = r->pools[i].pool.id,
                                          .name = pool_name_shown(w, &r->pools[i].pool),
                                          .orders = r->pools[i].orders,
                                          .kept = {kept, currency},
                                          .is_builtin = r->pools[i].pool.is_builtin};
        most = kept > most ? kept : most;
        all += kept;
    }
    /* The richest first: that is the question. Insertion keeps pools of equal money in their order.
     */
    for (size_t i = 1; i < r->count; i++)
        for (size_t k = i; k > 0 && v->pools[k].kept.minor > v->pools[k - 1].kept.minor; k--) {
            struct today_pool richer = v->pools[k];
            v->pools[k] = v->pools[k - 1];
            v->pools[k - 1] = richer;
        }
    for (size_t i = 0; i < r->count; i++) {
        int64_t kept = v->pools[i].kept.minor < 0 ? 0 : v->pools[i].kept.minor;
        v->pools[i].width = (int64_t)((double)kept * 100.0 / (double)most);
        v->pools[i].percent = all > 0 ? (int64_t)((double)kept * 100.0 / (double)all + 0.5) : 0;
    }
    return NULL;
}

/* ---- just now ---- */

static const struct err *fill_orders(struct web *w, const struct asked *asked, struct today_view *v)
{
    struct pool_orders list;
    TRY(pool_orders(asked->tx, w->arena, w->shop_id, (struct pool_id){0}, 0, INT64_MAX, 0, &list));
    v->order_count = list.count < TODAY_ORDERS ? list.count : TODAY_ORDERS;
    TRY_NEW_ARRAY(w->arena, v->orders, v->order_count);
    for (size_t i = 0; i < v->order_count; i++) {
        const struct pool_order_item *o = &list.items[i];
        struct account buyer = {.name = locale_text(w->locale, "pool.someone")};
        struct pool pool;
        if (o->account_id.v != 0)
            TRY(account_get(asked->tx, w->arena, o->account_id, &buyer));
        TRY(pool_get(asked->tx, w->arena, w->shop_id, o->pool_id, &pool));
        v->orders[i] = (struct today_order){.id = {o->order_id},
                                            .buyer = buyer.name,
                                            .at_ms = o->at_ms,
                                            .pool_name = pool_name_shown(w, &pool),
                                            .is_shared = o->sharer_id.v != 0,
                                            .total = {o->total_minor, asked->shop.currency},
                                            .is_paid = o->paid_minor > 0,
                                            .is_late = w->now_ms - o->at_ms > UNPAID_LATE_MS};
        TRY(face_make(w->arena, buyer.name, o->account_id.v, &v->orders[i].face));
    }
    return NULL;
}

/* "Marit" of "Marit Hoekstra"; a name without blanks is whole. */
static str first_name(str name)
{
    return str_cut(&name, ' ');
}

const struct err *console_today_fill(struct web *w, struct today_view *v)
{
    struct asked asked;
    struct pool_report today, week;
    TRY(ask(w, &asked));
    TRY(pool_report(asked.tx, w->arena, w->shop_id, asked.midnight_ms, INT64_MAX, &today));
    TRY(pool_report(asked.tx, w->arena, w->shop_id, asked.midnight_ms - 6 * DAY_MS, INT64_MAX,
                    &week));
    v->shop_id = w->shop_id;
    v->name = first_name(w->viewer.name);
    v->now_ms = w->now_ms;
    v->greeting = locale_text(w->locale, asked.hour < 5    ? "console.good_night"
                                         : asked.hour < 12 ? "console.good_morning"
                                         : asked.hour < 18 ? "console.good_afternoon"
                                                           : "console.good_evening");
    v->today = figures_of(&today, asked.shop.currency);
    v->week = figures_of(&week, asked.shop.currency);
    TRY(fill_needs(w, &asked, v));
    TRY(console_guide_fill(w, asked.tx, week.sum.people, week.sum.orders, &v->guide));
    TRY(fill_pools(w, &week, asked.shop.currency, v));
    return fill_orders(w, &asked, v);
}

const struct err *console_today(struct web *w)
{
    struct today_view *v;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(console_today_fill(w, v));
    TRY(page_init(w, &v->page, locale_text(w->locale, "console.today")));
    web_html_begin(w, &h);
    tpl_console_today(&h, v);
    return web_html(w, 200, &h);
}

/* The parts of the page that change by themselves. */
static const struct err *fragment(struct web *w,
                                  void (*draw)(struct html *h, const struct today_view *v))
{
    struct today_view *v;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(console_today_fill(w, v));
    v->page.shop_handle = w->shop_handle;
    web_html_begin(w, &h);
    draw(&h, v);
    return web_html(w, 200, &h);
}

const struct err *console_newest(struct web *w)
{
    return fragment(w, tpl_today_orders);
}

const struct err *console_figures(struct web *w)
{
    return fragment(w, tpl_today_figures);
}

const struct err *console_needs(struct web *w)
{
    return fragment(w, tpl_today_needs);
}

static void put_figures(struct json *j, const char *key, const struct today_figures *f)
{
    json_key(j, str_c(key));
    json_object_begin(j);
    json_key(j, S("kept"));
    json_money(j, f->kept);
    json_key(j, S("orders"));
    json_int(j, f->orders);
    json_key(j, S("people"));
    json_int(j, f->people);
    json_key(j, S("new_customers"));
    json_int(j, f->leads);
    json_object_end(j);
}

const struct err *console_today_json(struct web *w)
{
    struct today_view *v;
    struct strbuf out;
    struct json j;
    str text;
    TRY_NEW(w->arena, v);
    TRY(console_today_fill(w, v));
    strbuf_init(&out, w->arena, 64 * 1024);
    json_init(&j, &out);
    json_object_begin(&j);
    json_key(&j, S("orders_to_ship"));
    json_int(&j, v->to_ship);
    json_key(&j, S("conversations_waiting"));
    json_int(&j, v->waiting);
    json_key(&j, S("products_low"));
    json_int(&j, v->low_count);
    json_key(&j, S("customer_pairs"));
    json_int(&j, v->pairs);
    json_key(&j, S("mails_failed"));
    json_int(&j, v->mails_dead);
    put_figures(&j, "today", &v->today);
    put_figures(&j, "seven_days", &v->week);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}

/* ---- the way to one's own shop ---- */

const struct err *console_shops(struct web *w)
{
    struct shops_view *v;
    struct shop *shops;
    struct tx *tx;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(web_read(w, &tx));
    TRY(shop_list_of(tx, w->arena, w->viewer.account_id, &shops, &v->count));
    if (v->count == 0)
        return web_redirect(w, "/sell");
    if (v->count == 1)
        return web_redirect(w, "/console/%.*s", STR_ARG(shops[0].handle));
    TRY_NEW_ARRAY(w->arena, v->shops, v->count);
    for (size_t i = 0; i < v->count; i++) {
        v->shops[i].handle = shops[i].handle;
        v->shops[i].name = shops[i].name;
        TRY(face_make(w->arena, shops[i].name, shops[i].id.v, &v->shops[i].face));
        v->shops[i].face.is_shop = true;
    }
    TRY(page_init(w, &v->page, locale_text(w->locale, "console.shops")));
    v->page.width = "narrow";
    web_html_begin(w, &h);
    tpl_console_shops(&h, v);
    return web_html(w, 200, &h);
}
