/* The shop's other currencies with their rates in one form; and the same as JSON. */
#include <jansson.h>

#include "base/json.h"
#include "currency/currency_tpl.h"
#include "currency/currency_view.h"

static const str rule_names[CURRENCY_ROUNDING_COUNT] = {
    [CURRENCY_EXACT] = STR_INIT("exact"),       [CURRENCY_UP_TO_90] = STR_INIT("90"),
    [CURRENCY_UP_TO_99] = STR_INIT("99"),       [CURRENCY_UP_TO_WHOLE] = STR_INIT("whole"),
    [CURRENCY_UP_TO_TEN] = STR_INIT("ten"),
};

static enum currency_rounding rule_of(str name)
{
    for (int i = CURRENCY_EXACT; i < CURRENCY_ROUNDING_COUNT; i++)
        if (str_eq(name, rule_names[i]))
            return (enum currency_rounding)i;
    return CURRENCY_EXACT;
}

static const struct err *refuse(struct arena *a, const char *key, str code)
{
    return err_with_arg(a, err_with_field(a, ERR(a, ERR_INVALID, key, "rates"), "rates"), code);
}

/* "1.0837": at most six decimals, above zero; a decimal comma is understood. */
static const struct err *read_rate(struct arena *a, str text, str code, int64_t *ret)
{
    ptrdiff_t point = str_find_char(text, '.') >= 0 ? str_find_char(text, '.')
                                                    : str_find_char(text, ',');
    str whole = point < 0 ? text : str_sub(text, 0, (size_t)point);
    str part = point < 0 ? S("") : str_from(text, (size_t)point + 1);
    int64_t units = 0, micros = 0;
    if ((whole.len > 0 && !str_to_int(whole, &units)) || units < 0 || units > RATE_ONE ||
        part.len > 6 || whole.len + part.len == 0)
        return refuse(a, "currency.bad_rate", code);
    for (size_t i = 0; i < 6; i++) {
        char c = i < part.len ? part.ptr[i] : '0';
        if (c < '0' || c > '9')
            return refuse(a, "currency.bad_rate", code);
        micros = micros * 10 + (c - '0');
    }
    *ret = units * RATE_ONE + micros;
    return *ret > 0 ? NULL : refuse(a, "currency.bad_rate", code);
}

static const struct err *rate_text(struct arena *a, int64_t micros, str *ret)
{
    TRY(str_fmt(a, ret, "%lld.%06lld", (long long)(micros / RATE_ONE),
                (long long)(micros % RATE_ONE)));
    while (ret->ptr[ret->len - 1] == '0')
        ret->len--;
    if (ret->ptr[ret->len - 1] == '.')
        ret->len--;
    return NULL;
}

static const struct err *begin(struct web *w, struct currency_view **ret)
{
    struct tx *tx;
    TRY_NEW(w->arena, *ret);
    TRY(web_read(w, &tx));
    return shop_get(tx, w->arena, w->shop_id, &(*ret)->shop);
}

static const struct err *view_stored(struct web *w, struct currency_view *v)
{
    struct shop_rate *rates;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(currency_rates(tx, w->arena, &v->shop, &rates, &v->row_count));
    for (size_t i = 0; i < v->row_count; i++) {
        v->rows[i] = (struct currency_row){.code = currency_str(&rates[i].currency),
                                           .rounding = rates[i].rounding};
        TRY(rate_text(w->arena, rates[i].rate_micros, &v->rows[i].rate));
    }
    return NULL;
}

static const struct err *show(struct web *w, struct currency_view *v, const struct err *wrong)
{
    struct html h;
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(page_init(w, &v->page, locale_text(w->locale, "currency.title")));
    if (v->row_count <= CURRENCIES_MAX && wrong == NULL)
        v->rows[v->row_count++] = (struct currency_row){.code = S(""), .rate = S(""),
                                                        .rounding = CURRENCY_UP_TO_90};
    v->page.width = "reading";
    v->page.is_private = true;
    web_html_begin(w, &h);
    tpl_currency_table(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

const struct err *currency_page(struct web *w)
{
    struct currency_view *v;
    TRY(begin(w, &v));
    TRY(view_stored(w, v));
    return show(w, v, NULL);
}

struct saving {
    struct shop_id shop;
    struct shop_rate rates[CURRENCIES_MAX + 1];
    size_t count;
};

static const struct err *save_turn(struct turn *t, void *arg)
{
    const struct saving *s = arg;
    return currency_rates_set(t, s->shop, s->rates, s->count);
}

/* A row without a code or without a rate is taken out. */
static const struct err *save(struct web *w, const struct currency_view *v)
{
    struct saving *s;
    TRY_NEW(w->arena, s);
    s->shop = w->shop_id;
    for (size_t i = 0; i < v->row_count; i++) {
        const struct currency_row *row = &v->rows[i];
        str code = str_trim(row->code), rate = str_trim(row->rate);
        if (code.len == 0 || rate.len == 0)
            continue;
        struct shop_rate *r = &s->rates[s->count++];
        r->rounding = row->rounding;
        if (currency_parse(w->arena, code, &r->currency) != NULL)
            return refuse(w->arena, "currency.bad_currency", str_sub(code, 0, 10));
        TRY(read_rate(w->arena, rate, code, &r->rate_micros));
    }
    return web_write(w, save_turn, s);
}

const struct err *currency_page_save(struct web *w)
{
    struct currency_view *v;
    str *codes, *rates, *rules;
    size_t count, others;
    TRY(begin(w, &v));
    TRY(form_get_all(w->arena, &w->form, S("code"), &codes, &count));
    TRY(form_get_all(w->arena, &w->form, S("rate"), &rates, &others));
    if (others != count || count > COUNT(v->rows))
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "%zu rates", others);
    TRY(form_get_all(w->arena, &w->form, S("rounding"), &rules, &others));
    if (others != count)
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "%zu rules", others);
    for (size_t i = 0; i < count; i++)
        v->rows[v->row_count++] = (struct currency_row){codes[i], rates[i], rule_of(rules[i])};
    const struct err *e = save(w, v);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_LIMIT ? show(w, v, e) : e;
    TRY(web_flash(w, "currency.saved"));
    return web_redirect(w, "/console/%.*s/selling", STR_ARG(w->shop_handle));
}

/* ---- JSON ---- */

const struct err *currency_api_show(struct web *w)
{
    struct currency_view *v;
    struct strbuf sb;
    struct json j;
    str body;
    TRY(begin(w, &v));
    TRY(view_stored(w, v));
    strbuf_init(&sb, w->arena, KiB(16));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_str(&j, "base", currency_str(&v->shop.currency));
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->row_count; i++) {
        json_object_begin(&j);
        json_put_str(&j, "currency", v->rows[i].code);
        json_put_str(&j, "rate", v->rows[i].rate);
        json_put_str(&j, "rounding", rule_names[v->rows[i].rounding]);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_put_str(&j, "next", STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

static str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? (str){json_string_value(value), json_string_length(value)}
                                 : S("");
}

const struct err *currency_api_save(struct web *w)
{
    const json_t *items = json_object_get(w->form.json, "items");
    struct currency_view *v;
    TRY(begin(w, &v));
    if (!json_is_array(items) || json_array_size(items) > CURRENCIES_MAX)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "items"),
                              "items");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        v->rows[v->row_count++] = (struct currency_row){member(item, "currency"),
                                                        member(item, "rate"),
                                                        rule_of(member(item, "rounding"))};
    }
    TRY(save(w, v));
    return currency_api_show(w);
}

struct pricing {
    struct shop_id shop;
    struct variant_id variant;
    struct money price;       /* minor -1: none */
};

static const struct err *price_turn(struct turn *t, void *arg)
{
    const struct pricing *p = arg;
    return currency_price_set(t, p->shop, p->variant, p->price.currency, p->price.minor);
}

/* {"currency": "USD", "price": "29.00"}; without a price the fixed one goes. */
const struct err *currency_api_price(struct web *w)
{
    struct pricing p = {.shop = w->shop_id};
    str code, price;
    TRY(web_param_id(w, 1, &p.variant.v));
    TRY(web_text(w, "currency", 3, 3, &code));
    TRY(web_text(w, "price", 0, 20, &price));
    TRY(currency_parse(w->arena, code, &p.price.currency));
    if (str_is_absent(price))
        p.price.minor = -1;
    else
        TRY(catalog_price_read(w->arena, price, p.price.currency, "price", &p.price.minor));
    TRY(web_write(w, price_turn, &p));
    return web_json(w, 200, S("{}"));
}
