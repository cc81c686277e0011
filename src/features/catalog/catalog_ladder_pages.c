/* "Quantities": the ladders and samples of one product's variants in the console, and as members of
 * a variant in JSON. */
#include <jansson.h>

#include "base/json.h"
#include "catalog/catalog_part.h"
#include "catalog/catalog_tpl.h"

enum { RUNGS_TYPED_MAX = 200, AMOUNT_MAX = 20 };

static const struct err *typed_of(struct arena *a, const struct shop *shop, struct ladder_row *row)
{
    const struct ladder *l = &row->variant->ladder;
    row->ladder = *l;
    row->id = id_format(row->variant->id.v);
    row->sample = S("");
    if (l->sample_minor.has)
        TRY(money_format(a, (struct money){l->sample_minor.v, shop->currency}, &row->sample));
    TRY(str_fmt(a, &row->min, "%lld", (long long)l->min_quantity));
    TRY(str_fmt(a, &row->step, "%lld", (long long)l->step));
    return catalog_ladder_print(a, l, shop->currency, &row->rungs);
}

static const struct err *load(struct web *w, struct ladders_view *v)
{
    struct product_id id;
    struct tx *tx;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &v->shop));
    TRY(catalog_product(tx, w->arena, w->shop_id, id, &v->product));
    v->count = v->product.variant_count;
    TRY_NEW_ARRAY(w->arena, v->rows, v->count);
    for (size_t i = 0; i < v->count; i++) {
        v->rows[i].variant = &v->product.variants[i];
        TRY(typed_of(w->arena, &v->shop, &v->rows[i]));
    }
    return NULL;
}

/* "min_0123456789abc": the field of a variant. */
static const struct err *field_of(struct web *w, const char *what, const struct ladder_row *row,
                                  const char **ret)
{
    str name;
    TRY(str_fmt(w->arena, &name, "%s_%s", what, row->id.text));
    return str_to_c(w->arena, name, ret);
}

static const struct err *typed(struct web *w, const char *what, const struct ladder_row *row,
                               str *value)
{
    const char *name;
    TRY(field_of(w, what, row, &name));
    *value = form_typed(w, name, *value);
    return NULL;
}

/* `at`: the row whose fields are wrong. */
static const struct err *show(struct web *w, const struct err *fault, size_t at)
{
    struct ladders_view *v;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(load(w, v));
    for (size_t i = 0; i < v->count && fault != NULL; i++) {
        TRY(typed(w, "min", &v->rows[i], &v->rows[i].min));
        TRY(typed(w, "step", &v->rows[i], &v->rows[i].step));
        TRY(typed(w, "ladder", &v->rows[i], &v->rows[i].rungs));
        TRY(typed(w, "sample", &v->rows[i], &v->rows[i].sample));
    }
    v->wrong = at;
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(page_init(w, &v->page, v->product.title));
    web_html_begin(w, &h);
    tpl_ladders(&h, v);
    return web_html(w, fault == NULL ? 200 : 422, &h);
}

const struct err *catalog_ladders_page(struct web *w)
{
    return show(w, NULL, 0);
}

struct ladders_call {
    struct shop_id shop;
    const struct ladder_row *rows;
    size_t count;
};

static const struct err *save_turn(struct turn *t, void *arg)
{
    const struct ladders_call *x = arg;
    for (size_t i = 0; i < x->count; i++)
        TRY(catalog_ladder_set(t, x->shop, x->rows[i].variant->id, &x->rows[i].ladder));
    return NULL;
}

static const struct err *read_sample(struct web *w, const struct shop *shop, const char *name,
                                     struct opt_int *ret)
{
    str text;
    TRY(web_text(w, name, 0, AMOUNT_MAX, &text));
    *ret = (struct opt_int){.has = !str_is_empty(str_trim(text))};
    return catalog_price_read(w->arena, text, shop->currency, name, &ret->v);
}

/* Only fields that were sent count: a form of yesterday cannot clear a variant of today. */
static const struct err *read_row(struct web *w, const struct shop *shop, struct ladder_row *row)
{
    const char *min, *step, *ladder, *sample;
    str text;
    TRY(field_of(w, "min", row, &min));
    TRY(field_of(w, "step", row, &step));
    TRY(field_of(w, "ladder", row, &ladder));
    TRY(field_of(w, "sample", row, &sample));
    if (!web_has(w, min) && !web_has(w, step) && !web_has(w, ladder))
        return NULL;
    TRY(web_int(w, min, 1, LADDER_QUANTITY_MAX, &row->ladder.min_quantity));
    TRY(web_int(w, step, 1, LADDER_QUANTITY_MAX, &row->ladder.step));
    TRY(web_text(w, ladder, 0, RUNGS_TYPED_MAX, &text));
    TRY(read_sample(w, shop, sample, &row->ladder.sample_minor));
    TRY(catalog_ladder_read(w->arena, str_is_absent(text) ? S("") : text, shop->currency,
                            &row->ladder));
    return catalog_ladder_check(w->arena, &row->ladder);
}

static const struct err *save(struct web *w, size_t *ret_at)
{
    struct ladders_call x = {.shop = w->shop_id};
    struct ladders_view *v;
    TRY_NEW(w->arena, v);
    TRY(load(w, v));
    for (*ret_at = 0; *ret_at < v->count; (*ret_at)++)
        TRY(read_row(w, &v->shop, &v->rows[*ret_at]));
    *ret_at = 0;
    x.rows = v->rows;
    x.count = v->count;
    return web_write(w, save_turn, &x);
}

const struct err *catalog_ladders_save(struct web *w)
{
    size_t at;
    const struct err *e = save(w, &at);
    if (e != NULL && e->kind == ERR_INVALID)
        return show(w, e, at);
    TRY(e);
    TRY(web_flash(w, "catalog.ladders_saved"));
    return web_redirect(w, "/console/%.*s/products/%.*s/quantities", STR_ARG(w->shop_handle),
                        STR_ARG(web_param(w, 1)));
}

/* ---- JSON ---- */

void catalog_ladder_write_json(struct json *j, const struct variant *v)
{
    const struct ladder *l = &v->ladder;
    struct currency none = {0}, currency = v->price.currency;
    json_put_int(j, "min_quantity", l->min_quantity);
    json_put_int(j, "step", l->step);
    json_key(j, S("ladder"));
    json_array_begin(j);
    for (size_t i = 0; i < l->rung_count; i++) {
        json_object_begin(j);
        json_put_int(j, "from", l->rungs[i].from);
        json_put_money(j, "price", (struct money){l->rungs[i].unit_minor, currency});
        json_object_end(j);
    }
    json_array_end(j);
    json_put_money(j, "sample_price",
                   (struct money){l->sample_minor.v, l->sample_minor.has ? currency : none});
}

static const struct err *bad(struct web *w, const char *key, const char *field)
{
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, key, "%s", field), field);
}

/* A price as JSON carries it in: "45.00". */
static const struct err *amount_of(struct web *w, const json_t *value, struct currency currency,
                                   const char *field, int64_t *ret)
{
    str text = {json_string_value(value), json_string_length(value)};
    struct money money;
    if (!json_is_string(value) || money_parse(w->arena, text, currency, &money) != NULL ||
        money.minor < 0)
        return bad(w, "catalog.bad_price", field);
    *ret = money.minor;
    return NULL;
}

static const struct err *rungs_of(struct web *w, const json_t *list, struct currency currency,
                                  struct ladder *ret)
{
    if (list != NULL && (!json_is_array(list) || json_array_size(list) > LADDER_RUNGS_MAX))
        return bad(w, "catalog.bad_ladder", "ladder");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *rung = json_array_get(list, i), *from = json_object_get(rung, "from");
        if (!json_is_integer(from))
            return bad(w, "catalog.bad_ladder", "ladder");
        ret->rungs[i].from = json_integer_value(from);
        TRY(amount_of(w, json_object_get(rung, "price"), currency, "ladder",
                      &ret->rungs[i].unit_minor));
    }
    ret->rung_count = json_array_size(list);
    return NULL;
}

const struct err *catalog_ladder_read_json(struct web *w, const struct json_t *object,
                                           struct currency currency, struct ladder *ret)
{
    const json_t *min = json_object_get(object, "min_quantity");
    const json_t *step = json_object_get(object, "step");
    const json_t *sample = json_object_get(object, "sample_price");
    if (min != NULL && !json_is_integer(min))
        return bad(w, "error.bad_type", "min_quantity");
    if (step != NULL && !json_is_integer(step))
        return bad(w, "error.bad_type", "step");
    ret->min_quantity = json_integer_value(min);
    ret->step = json_integer_value(step);
    ret->sample_minor.has = sample != NULL && !json_is_null(sample);
    if (ret->sample_minor.has)
        TRY(amount_of(w, sample, currency, "sample_price", &ret->sample_minor.v));
    return rungs_of(w, json_object_get(object, "ladder"), currency, ret);
}
