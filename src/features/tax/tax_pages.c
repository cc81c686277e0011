/* The table of rates and the shop's tax numbers in one form; and the same as JSON. */
#include <jansson.h>

#include "base/json.h"
#include "tax/tax_part.h"
#include "tax/tax_tpl.h"

enum { ANSWER_MAX = 128 * 1024, ROWS_MAX = TAX_RATES_MAX };

static const struct currency two_decimals = {"EUR"};

static const struct err *refuse(struct arena *a, const char *key, const char *field, str arg)
{
    return err_with_arg(a, err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field), arg);
}

/* "19", "5.5": percent with at most two decimals, which is what an amount of euros looks like. */
static const struct err *read_percent(struct arena *a, str text, str country, int *ret)
{
    struct money money = {0};
    if (str_is_empty(text) || money_parse(a, str_trim(text), two_decimals, &money) != NULL ||
        money.minor < 0 || money.minor > 10000)
        return refuse(a, "tax.bad_rate", "rates", country);
    *ret = (int)money.minor;
    return NULL;
}

/* ---- showing ---- */

static const struct err *percent(struct arena *a, int bp, str *ret)
{
    if (bp % 100 == 0)
        return str_fmt(a, ret, "%d", bp / 100);
    return bp % 10 == 0 ? str_fmt(a, ret, "%d.%d", bp / 100, bp % 100 / 10)
                        : str_fmt(a, ret, "%d.%02d", bp / 100, bp % 100);
}

static const struct err *add_row(struct arena *a, const struct tax_rate *r, struct tax_view *v)
{
    if (v->row_count == ROWS_MAX)
        return ERR(a, ERR_LIMIT, "tax.too_many", "%d rows", ROWS_MAX);
    struct tax_row *row = &v->rows[v->row_count++];
    *row = (struct tax_row){.country = r->country, .region = r->region, .day = r->suggested_day,
                            .is_included = r->is_included};
    TRY(percent(a, r->standard_bp, &row->standard));
    return percent(a, r->reduced_bp, &row->reduced);
}

static const struct err *view_stored(struct web *w, struct tax_view *v)
{
    struct tax_rate *rates;
    struct tax_terms terms;
    struct tx *tx;
    size_t count;
    TRY(web_read(w, &tx));
    TRY(tax_rates(tx, w->arena, w->shop_id, &rates, &count));
    TRY(tax_terms_get(tx, w->arena, w->shop_id, &terms));
    for (size_t i = 0; i < count; i++)
        TRY(add_row(w->arena, &rates[i], v));
    v->by_line = terms.rounding == TAX_PER_LINE;
    v->reverse_charge = terms.reverse_charge;
    v->vat_id = terms.vat_id;
    v->ioss_number = terms.ioss_number;
    v->ioss_limit = S("");
    if (terms.ioss_limit_minor > 0) {
        struct money limit = {terms.ioss_limit_minor, v->shop.currency};
        TRY(money_format(w->arena, limit, &v->ioss_limit));
    }
    return NULL;
}

static const struct err *show(struct web *w, struct tax_view *v, const struct err *wrong)
{
    struct html h;
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(page_init(w, &v->page, locale_text(w->locale, "tax.title")));
    TRY(country_list(w->arena, w->locale->language, &v->all, &v->all_count));
    for (size_t i = 0; i < v->all_count; i++) {
        bool has_row = false;
        for (size_t r = 0; r < v->row_count; r++)
            if (str_eq(v->rows[r].country, str_c(v->all[i].code))) {
                v->rows[r].name = v->all[i].name;
                has_row = true;
            }
        v->lacks_eu = v->lacks_eu || (!has_row && country_is_eu(str_c(v->all[i].code)));
    }
    v->page.is_private = true;
    web_html_begin(w, &h);
    tpl_tax_table(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

static const struct err *begin(struct web *w, struct tax_view **ret)
{
    struct tx *tx;
    TRY_NEW(w->arena, *ret);
    TRY_NEW_ARRAY(w->arena, (*ret)->rows, ROWS_MAX);
    (*ret)->add = (*ret)->add_region = S("");
    TRY(web_read(w, &tx));
    return shop_get(tx, w->arena, w->shop_id, &(*ret)->shop);
}

const struct err *tax_page(struct web *w)
{
    struct tax_view *v;
    TRY(begin(w, &v));
    TRY(view_stored(w, v));
    return show(w, v, NULL);
}

/* ---- what was typed ---- */

static const struct err *column(struct web *w, str name, size_t rows, str **ret)
{
    size_t count;
    TRY(form_get_all(w->arena, &w->form, name, ret, &count));
    return count == rows ? NULL
                         : ERR(w->arena, ERR_INVALID, "error.bad_request", "%zu of %zu", count,
                               rows);
}

/* A row whose standard rate was emptied is taken out. */
static const struct err *typed_rows(struct web *w, struct tax_view *v)
{
    str *countries, *regions, *standards, *reduced, *hows, *days;
    size_t count;
    TRY(form_get_all(w->arena, &w->form, S("r_country"), &countries, &count));
    if (count > ROWS_MAX)
        return ERR(w->arena, ERR_LIMIT, "tax.too_many", "%zu rows", count);
    TRY(column(w, S("r_region"), count, &regions));
    TRY(column(w, S("r_standard"), count, &standards));
    TRY(column(w, S("r_reduced"), count, &reduced));
    TRY(column(w, S("r_how"), count, &hows));
    TRY(column(w, S("r_day"), count, &days));
    for (size_t i = 0; i < count; i++)
        if (!str_is_empty(str_trim(standards[i])))
            v->rows[v->row_count++] =
                (struct tax_row){.country = countries[i], .region = str_trim(regions[i]),
                                 .standard = standards[i], .reduced = reduced[i],
                                 .day = days[i], .is_included = str_eq(hows[i], S("in"))};
    return NULL;
}

static const struct err *typed_all(struct web *w, struct tax_view *v)
{
    TRY(typed_rows(w, v));
    v->by_line = str_eq(form_typed(w, "rounding", S("")), S("line"));
    v->reverse_charge = web_has(w, "reverse_charge");
    v->vat_id = form_typed(w, "vat_id", S(""));
    v->ioss_number = form_typed(w, "ioss_number", S(""));
    v->ioss_limit = form_typed(w, "ioss_limit", S(""));
    TRY(web_text(w, "add", 0, 2, &v->add));
    TRY(web_text(w, "add_region", 0, TAX_REGION_MAX, &v->add_region));
    if (!str_is_empty(v->add) && v->row_count < ROWS_MAX)
        v->rows[v->row_count++] = (struct tax_row){
            .country = v->add, .region = str_is_absent(v->add_region) ? S("") : v->add_region,
            .standard = form_typed(w, "add_standard", S("")),
            .reduced = form_typed(w, "add_reduced", S("")), .day = S(""),
            .is_included = str_eq(form_typed(w, "add_how", S("")), S("in"))};
    v->add = v->add_region = S("");
    return NULL;
}

/* Of a country without a row; what the shop wrote stays. */
static const struct err *add_suggestions(struct web *w, struct tax_view *v)
{
    struct tax_rate *all;
    size_t count, had = v->row_count;
    TRY(tax_suggestions(w->arena, &all, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_there = false;
        for (size_t r = 0; r < had; r++)
            is_there = is_there || str_eq(v->rows[r].country, all[i].country);
        if (!is_there)
            TRY(add_row(w->arena, &all[i], v));
    }
    return NULL;
}

/* Still the suggestion, or the shop's own by now? */
static const struct err *day_of(struct arena *a, const struct tax_rate *r, str typed, str *ret)
{
    struct tax_rate *all;
    size_t count;
    *ret = S("");
    TRY(tax_suggestions(a, &all, &count));
    for (size_t i = 0; i < count; i++)
        if (str_eq(all[i].country, r->country) && str_eq(typed, all[i].suggested_day) &&
            r->standard_bp == all[i].standard_bp && r->reduced_bp == all[i].reduced_bp)
            *ret = all[i].suggested_day;
    return NULL;
}

/* ---- saving ---- */

struct saving {
    struct shop_id shop;
    struct tax_terms terms;
    struct tax_rate *rates;
    size_t count;
};

static const struct err *save_turn(struct turn *t, void *arg)
{
    const struct saving *s = arg;
    TRY(tax_terms_set(t, s->shop, &s->terms));
    return tax_rates_set(t, s->shop, s->rates, s->count);
}

static const struct err *save(struct web *w, const struct tax_view *v)
{
    struct saving s = {.shop = w->shop_id, .count = v->row_count};
    struct money limit = {0};
    s.terms = (struct tax_terms){.rounding = v->by_line ? TAX_PER_LINE : TAX_PER_ORDER,
                                 .vat_id = v->vat_id, .reverse_charge = v->reverse_charge,
                                 .ioss_number = v->ioss_number};
    if (!str_is_empty(v->ioss_limit) &&
        money_parse(w->arena, str_trim(v->ioss_limit), v->shop.currency, &limit) != NULL)
        return refuse(w->arena, "tax.bad_limit", "ioss_limit", S(""));
    s.terms.ioss_limit_minor = limit.minor;
    TRY_NEW_ARRAY(w->arena, s.rates, v->row_count);
    for (size_t i = 0; i < v->row_count; i++) {
        const struct tax_row *row = &v->rows[i];
        struct tax_rate *r = &s.rates[i];
        *r = (struct tax_rate){.country = row->country, .region = row->region,
                               .is_included = row->is_included};
        TRY(read_percent(w->arena, row->standard, row->country, &r->standard_bp));
        r->reduced_bp = r->standard_bp;
        if (!str_is_empty(row->reduced))
            TRY(read_percent(w->arena, row->reduced, row->country, &r->reduced_bp));
        TRY(day_of(w->arena, r, row->day, &r->suggested_day));
    }
    return web_write(w, save_turn, &s);
}

const struct err *tax_page_save(struct web *w)
{
    struct tax_view *v;
    TRY(begin(w, &v));
    TRY(typed_all(w, v));
    if (str_eq(form_typed(w, "do", S("")), S("eu"))) {
        TRY(add_suggestions(w, v));
        return show(w, v, NULL);
    }
    const struct err *e = save(w, v);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_LIMIT ? show(w, v, e) : e;
    TRY(web_flash(w, "tax.saved"));
    return web_redirect(w, "/console/%.*s/selling", STR_ARG(w->shop_handle));
}

/* ---- JSON ---- */

const struct err *tax_api_show(struct web *w)
{
    struct tax_view *v;
    struct strbuf sb;
    struct json j;
    str body;
    TRY(begin(w, &v));
    TRY(view_stored(w, v));
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_str(&j, "rounding", v->by_line ? S("line") : S("order"));
    json_put_text(&j, "vat_id", v->vat_id);
    json_put_bool(&j, "reverse_charge", v->reverse_charge);
    json_put_text(&j, "ioss_number", v->ioss_number);
    json_put_text(&j, "ioss_limit", v->ioss_limit);
    json_key(&j, S("rates"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->row_count; i++) {
        const struct tax_row *row = &v->rows[i];
        json_object_begin(&j);
        json_put_str(&j, "country", row->country);
        json_put_str(&j, "region", row->region);
        json_put_str(&j, "standard", row->standard);
        json_put_str(&j, "reduced", row->reduced);
        json_put_bool(&j, "included", row->is_included);
        json_put_text(&j, "suggested_day", row->day);
        json_object_end(&j);
    }
    json_array_end(&j);
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

const struct err *tax_api_save(struct web *w)
{
    const json_t *rates = json_object_get(w->form.json, "rates");
    struct tax_view *v;
    TRY(begin(w, &v));
    if (!json_is_array(rates) || json_array_size(rates) > ROWS_MAX)
        return refuse(w->arena, "error.bad_type", "rates", S(""));
    v->by_line = str_eq(member(w->form.json, "rounding"), S("line"));
    v->vat_id = member(w->form.json, "vat_id");
    v->reverse_charge = json_is_true(json_object_get(w->form.json, "reverse_charge"));
    v->ioss_number = member(w->form.json, "ioss_number");
    v->ioss_limit = member(w->form.json, "ioss_limit");
    for (size_t i = 0; i < json_array_size(rates); i++) {
        const json_t *r = json_array_get(rates, i);
        v->rows[v->row_count++] =
            (struct tax_row){.country = member(r, "country"), .region = member(r, "region"),
                             .standard = member(r, "standard"), .reduced = member(r, "reduced"),
                             .day = member(r, "suggested_day"),
                             .is_included = json_is_true(json_object_get(r, "included"))};
    }
    TRY(save(w, v));
    return tax_api_show(w);
}
