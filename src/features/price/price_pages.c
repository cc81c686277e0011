/* "Where you sell": zones, taxes and currencies at a glance, what a thing costs in each, and the
 * first set-up. */
#include "core/permission.h"
#include "price/price_selling.h"
#include "price/price_tpl.h"
#include "price/price_view.h"

enum { NAMES_SHOWN = 3, PREVIEWS_MAX = 8 };

static str country_words(const struct selling_view *v, str code)
{
    for (size_t i = 0; i < v->all_count; i++)
        if (str_eq(code, str_c(v->all[i].code)))
            return v->all[i].name;
    return code;
}

/* "Germany, France, Italy and 23 more" */
static const struct err *where_words(struct web *w, const struct selling_view *v, str countries,
                                     str *ret)
{
    str between = w->locale->language == LANGUAGE_ZH ? S("、") : S(", "), number;
    struct strbuf out;
    size_t count = 0;
    if (str_eq(countries, S("*"))) {
        *ret = locale_text(w->locale, "price.rest");
        return NULL;
    }
    strbuf_init(&out, w->arena, KiB(2));
    while (!str_is_absent(countries)) {
        str code = str_cut(&countries, ' ');
        if (code.len != 2 || count++ >= NAMES_SHOWN)
            continue;
        strbuf_add(&out, count == 1 ? S("") : between);
        strbuf_add(&out, country_words(v, code));
    }
    TRY(strbuf_finish(&out, ret));
    if (count <= NAMES_SHOWN)
        return NULL;
    TRY(str_fmt(w->arena, &number, "%zu", count - NAMES_SHOWN));
    const str args[] = {*ret, number};
    return locale_format(w->arena, w->locale, "price.and_more", args, COUNT(args), ret);
}

/* "Standard €4.90 · Express €9.90" */
static const struct err *way_words(struct web *w, const struct shop *shop,
                                   const struct delivery_zone *zone, str *ret)
{
    struct strbuf out;
    strbuf_init(&out, w->arena, KiB(4));
    for (size_t i = 0; i < zone->method_count; i++) {
        const struct delivery_method *m = &zone->methods[i];
        int64_t price = m->step_count > 0 ? m->steps[0].price_minor : m->price_minor;
        strbuf_add(&out, i == 0 ? S("") : S(" · "));
        strbuf_add(&out, m->name);
        strbuf_add_char(&out, ' ');
        if (price == 0)
            strbuf_add(&out, locale_text(w->locale, "price.free"));
        else
            locale_money(w->locale, &out, (struct money){price, shop->currency});
        strbuf_add(&out, m->step_count > 1 ? S("+") : S(""));
    }
    return strbuf_finish(&out, ret);
}

/* ---- previews ---- */

static const struct err *preview(struct web *w, struct tx *tx, const struct price_want *want,
                                 str country, struct selling_view *v)
{
    struct price_quote *q;
    TRY(price_quote_make(tx, w->arena, &v->shop, want, 1, country, &q));
    v->previews[v->preview_count++] =
        (struct selling_preview){.country = country_words(v, country),
                                 .goods = {q->goods_minor, q->currency},
                                 .shipping = {q->shipping_minor, q->currency},
                                 .tax = {q->tax_minor, q->currency},
                                 .total = {q->total_minor, q->currency},
                                 .tax_included = q->tax_included,
                                 .is_unreachable = q->is_unreachable};
    return NULL;
}

/* The newest product, to the first country of each zone, and to the one asked for. */
static const struct err *fill_previews(struct web *w, struct tx *tx,
                                       const struct delivery_zone *zones, struct selling_view *v)
{
    struct product_card *cards;
    struct product product;
    size_t count;
    TRY(catalog_list(tx, w->arena, w->shop_id, (struct product_id){0}, 1, &cards, &count));
    if (count == 0)
        return NULL;
    TRY(catalog_product(tx, w->arena, w->shop_id, cards[0].id, &product));
    struct price_want want = {product.variants[0].id, 1};
    v->thing = product.title;
    TRY_NEW_ARRAY(w->arena, v->previews, PREVIEWS_MAX + 1);
    if (v->to.len == 2)
        TRY(preview(w, tx, &want, v->to, v));
    for (size_t i = 0; i < v->zone_count && v->preview_count < PREVIEWS_MAX; i++) {
        bool is_rest = str_eq(zones[i].countries, S("*"));
        str code = is_rest ? S("US") : str_sub(zones[i].countries, 1, 2);
        if (!(is_rest && str_eq(v->shop.country, S("US"))) && !str_eq(code, v->to))
            TRY(preview(w, tx, &want, code, v));
    }
    return NULL;
}

/* ---- the page ---- */

static const struct err *fill_zones(struct web *w, struct tx *tx, struct selling_view *v)
{
    struct delivery_zone *zones;
    TRY(delivery_zones(tx, w->arena, w->shop_id, &zones, &v->zone_count));
    TRY_NEW_ARRAY(w->arena, v->zones, v->zone_count);
    for (size_t i = 0; i < v->zone_count; i++) {
        struct selling_zone *z = &v->zones[i];
        *z = (struct selling_zone){.id = zones[i].id, .name = zones[i].name};
        TRY(where_words(w, v, zones[i].countries, &z->where));
        TRY(way_words(w, &v->shop, &zones[i], &z->ways));
    }
    return fill_previews(w, tx, zones, v);
}

static const struct err *fill_counts(struct web *w, struct tx *tx, struct selling_view *v)
{
    struct shop_rate *currencies;
    struct tax_rate *rates;
    struct strbuf names;
    size_t rate_count, count;
    TRY(tax_rates(tx, w->arena, w->shop_id, &rates, &rate_count));
    TRY(currency_rates(tx, w->arena, &v->shop, &currencies, &count));
    v->rate_count = (int64_t)rate_count;
    v->currency_count = (int64_t)count;
    strbuf_init(&names, w->arena, KiB(1));
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&names, "%s%s", i == 0 ? "" : ", ", currencies[i].currency.code);
    return strbuf_finish(&names, &v->currencies);
}

static const struct err *show(struct web *w, const struct err *wrong)
{
    struct selling_view *v;
    struct html h;
    struct tx *tx;
    str role;
    TRY_NEW(w->arena, v);
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(shop_page_init(w, &v->page, locale_text(w->locale, "price.selling"), &v->shop));
    TRY(web_read(w, &tx));
    TRY(country_list(w->arena, w->locale->language, &v->all, &v->all_count));
    v->home = country_words(v, v->shop.country);
    v->is_eu = country_is_eu(v->shop.country);
    v->to = web_query(w, "to");
    TRY(fill_zones(w, tx, v));
    TRY(fill_counts(w, tx, v));
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    v->may_change = permission_of_role(w->platform, role, "shop.change");
    bool has_decimals = currency_digits(v->shop.currency) > 0;
    str home = has_decimals ? S("4.90") : S("500");
    if (v->shop.shipping_minor > 0)
        TRY(money_format(w->arena, (struct money){v->shop.shipping_minor, v->shop.currency},
                         &home));
    v->price_home = form_typed(w, "price_home", home);
    v->price_eu = form_typed(w, "price_eu", has_decimals ? S("9.90") : S("1500"));
    v->price_world = form_typed(w, "price_world", has_decimals ? S("19.90") : S("3000"));
    web_html_begin(w, &h);
    tpl_price_selling(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

const struct err *price_selling_page(struct web *w)
{
    return show(w, NULL);
}

/* ---- first set-up ---- */

struct start_call {
    struct shop_id shop;
    struct selling_start start;
};

static const struct err *start_turn(struct turn *t, void *arg)
{
    const struct start_call *x = arg;
    return price_selling_set_up(t, x->shop, &x->start);
}

static const struct err *read_start(struct web *w, struct selling_start *ret)
{
    struct shop shop;
    struct tx *tx;
    str reach, home, eu, world;
    TRY(web_text(w, "reach", 1, 10, &reach));
    TRY(web_text(w, "price_home", 0, 20, &home));
    TRY(web_text(w, "price_eu", 0, 20, &eu));
    TRY(web_text(w, "price_world", 0, 20, &world));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    *ret = (struct selling_start){.reach = str_eq(reach, S("world")) ? SELLING_WORLD
                                           : str_eq(reach, S("eu"))  ? SELLING_EU
                                                                     : SELLING_HOME,
                                  .home_name = locale_text(w->locale, "price.zone_home"),
                                  .eu_name = locale_text(w->locale, "price.zone_eu"),
                                  .world_name = locale_text(w->locale, "price.zone_world"),
                                  .way_name = locale_text(w->locale, "price.way_standard"),
                                  .pickup_name = locale_text(w->locale, "price.way_pickup"),
                                  .has_pickup = web_has(w, "pickup")};
    TRY(catalog_price_read(w->arena, home, shop.currency, "price_home", &ret->home_minor));
    TRY(catalog_price_read(w->arena, eu, shop.currency, "price_eu", &ret->eu_minor));
    return catalog_price_read(w->arena, world, shop.currency, "price_world", &ret->world_minor);
}

const struct err *price_selling_start(struct web *w)
{
    struct start_call x = {.shop = w->shop_id};
    const struct err *e = read_start(w, &x.start);
    if (e == NULL)
        e = web_write(w, start_turn, &x);
    if (e != NULL && e->kind == ERR_INVALID)
        return show(w, e);
    /* Sent twice: it is set up already. */
    if (e != NULL && e->kind != ERR_CONFLICT)
        return e;
    TRY(web_flash(w, "price.set_up"));
    return web_redirect(w, "/console/%.*s/selling", STR_ARG(w->shop_handle));
}
