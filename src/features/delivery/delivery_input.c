/* Bytes from forms and JSON to zones, and zones to what a form shows: one set of limits. */
#include <jansson.h>

#include "base/strbuf.h"
#include "delivery/delivery_part.h"
#include "delivery/delivery_rules.h"

enum { FIELD_MAX = 1000 };

static const struct err *refuse(struct arena *a, const char *key, const char *field)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field);
}

/* ---- what was typed ---- */

static const struct err *typed(struct web *w, str prefix, const char *name, str *ret)
{
    str key;
    TRY(str_fmt(w->arena, &key, "%.*s_%s", STR_ARG(prefix), name));
    TRY(form_get(w->arena, &w->form, key, ret));
    *ret = str_is_absent(*ret) ? S("") : str_sub(str_trim(*ret), 0, FIELD_MAX);
    return NULL;
}

static enum delivery_kind kind_of(str name)
{
    return str_eq(name, S("weight"))   ? DELIVERY_BY_WEIGHT
           : str_eq(name, S("price"))  ? DELIVERY_BY_PRICE
           : str_eq(name, S("pickup")) ? DELIVERY_PICKUP
                                       : DELIVERY_FLAT;
}

static const struct err *typed_method(struct web *w, size_t n, struct delivery_typed *m)
{
    str kind, remove;
    TRY(str_fmt(w->arena, &m->prefix, "m%zu", n));
    TRY(typed(w, m->prefix, "id", &m->id));
    TRY(typed(w, m->prefix, "name", &m->name));
    TRY(typed(w, m->prefix, "kind", &kind));
    TRY(typed(w, m->prefix, "price", &m->price));
    TRY(typed(w, m->prefix, "steps", &m->steps));
    TRY(typed(w, m->prefix, "volume_divisor", &m->volume_divisor));
    TRY(typed(w, m->prefix, "free_from", &m->free_from));
    TRY(typed(w, m->prefix, "days_from", &m->days_from));
    TRY(typed(w, m->prefix, "days_to", &m->days_to));
    TRY(typed(w, m->prefix, "remove", &remove));
    m->kind = kind_of(kind);
    m->is_removed = remove.len > 0;
    return NULL;
}

const struct err *delivery_form_typed(struct web *w, struct delivery_zone_view *v)
{
    struct strbuf out;
    str *codes, add;
    size_t count;
    TRY(web_text(w, "name", 0, 200, &v->name));
    TRY(form_get_all(w->arena, &w->form, S("country"), &codes, &count));
    TRY(web_text(w, "add", 0, 2, &add));
    str act = form_typed(w, "do", S(""));
    v->is_rest = web_has(w, "rest");
    strbuf_init(&out, w->arena, KiB(8));
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&out, "%.*s ", STR_ARG(str_sub(codes[i], 0, 2)));
    if (!str_is_empty(add))
        strbuf_addf(&out, "%.*s ", STR_ARG(add));
    if (str_eq(act, S("eu")))
        strbuf_add(&out, country_eu_list());
    TRY(strbuf_finish(&out, &v->countries));
    for (size_t i = 0; i < DELIVERY_METHODS_MAX; i++) {
        struct delivery_typed *m = &v->methods[v->method_count];
        TRY(typed_method(w, i, m));
        if (m->id.len + m->name.len + m->price.len + m->steps.len > 0)
            v->method_count++;
    }
    return NULL;
}

/* ---- what is stored ---- */

static const struct err *amount(struct arena *a, int64_t minor, struct currency currency, str *ret)
{
    return minor == 0 ? str_dup(a, S(""), ret)
                      : money_format(a, (struct money){minor, currency}, ret);
}

static const struct err *whole(struct arena *a, int64_t n, str *ret)
{
    return n == 0 ? str_dup(a, S(""), ret) : str_fmt(a, ret, "%lld", (long long)n);
}

static const struct err *steps_typed(struct arena *a, struct currency currency,
                                     const struct delivery_method *m, str *ret)
{
    struct strbuf out;
    strbuf_init(&out, a, KiB(4));
    for (size_t i = 0; i < m->step_count; i++) {
        str price, up_to;
        TRY(money_format(a, (struct money){m->steps[i].price_minor, currency}, &price));
        if (m->kind == DELIVERY_BY_PRICE)
            TRY(money_format(a, (struct money){m->steps[i].up_to, currency}, &up_to));
        else
            TRY(str_fmt(a, &up_to, "%lld", (long long)m->steps[i].up_to));
        strbuf_addf(&out, "%.*s = %.*s\n", STR_ARG(up_to), STR_ARG(price));
    }
    return strbuf_finish(&out, ret);
}

const struct err *delivery_view_typed(struct arena *a, struct currency currency,
                                      const struct delivery_zone *zone,
                                      struct delivery_zone_view *v)
{
    v->id = zone->id;
    v->name = zone->name;
    v->countries = zone->countries;
    v->is_rest = str_eq(zone->countries, S("*"));
    v->method_count = zone->method_count;
    for (size_t i = 0; i < zone->method_count; i++) {
        const struct delivery_method *m = &zone->methods[i];
        struct delivery_typed *t = &v->methods[i];
        struct id_text id = id_format(m->id.v);
        *t = (struct delivery_typed){.name = m->name, .kind = m->kind};
        TRY(str_fmt(a, &t->prefix, "m%zu", i));
        TRY(str_dup(a, id_str(&id), &t->id));
        TRY(amount(a, m->price_minor, currency, &t->price));
        TRY(amount(a, m->free_from_minor, currency, &t->free_from));
        TRY(whole(a, m->volume_divisor, &t->volume_divisor));
        TRY(whole(a, m->days_from, &t->days_from));
        TRY(whole(a, m->days_to, &t->days_to));
        TRY(steps_typed(a, currency, m, &t->steps));
    }
    return NULL;
}

/* ---- what it means ---- */

static const struct err *read_amount(struct arena *a, str text, struct currency currency,
                                     const char *field, int64_t *ret)
{
    struct money money = {0};
    if (!str_is_empty(text) && money_parse(a, str_trim(text), currency, &money) != NULL)
        return refuse(a, "delivery.bad_method", field);
    *ret = money.minor;
    return NULL;
}

static const struct err *read_whole(struct arena *a, str text, const char *field, int64_t *ret)
{
    *ret = 0;
    if (!str_is_empty(text) && (!str_to_int(text, ret) || *ret < 0 || *ret > 100000))
        return refuse(a, strcmp(field, "days") == 0 ? "delivery.bad_days" : "delivery.bad_method",
                      field);
    return NULL;
}

/* "1000 = 4.90", one per line. */
static const struct err *read_steps(struct arena *a, str text, struct currency currency,
                                    struct delivery_method *m)
{
    while (!str_is_absent(text)) {
        str line = str_trim(str_cut(&text, '\n'));
        if (line.len == 0)
            continue;
        if (m->step_count == DELIVERY_STEPS_MAX)
            return refuse(a, "delivery.bad_steps", "steps");
        struct delivery_step *step = &m->steps[m->step_count++];
        str up_to = str_trim(str_cut(&line, '='));
        if (str_is_absent(line))
            return refuse(a, "delivery.bad_steps", "steps");
        TRY(read_amount(a, str_trim(line), currency, "steps", &step->price_minor));
        if (m->kind == DELIVERY_BY_PRICE)
            TRY(read_amount(a, up_to, currency, "steps", &step->up_to));
        else if (!str_to_int(up_to, &step->up_to))
            return refuse(a, "delivery.bad_steps", "steps");
    }
    return NULL;
}

static const struct err *method_of(struct arena *a, struct currency currency,
                                   const struct delivery_typed *t, struct delivery_method *m)
{
    int64_t days_from, days_to;
    *m = (struct delivery_method){.name = t->name, .kind = t->kind};
    if (!str_is_empty(t->id) && !id_parse(t->id, &m->id.v))
        return refuse(a, "error.field_id", "id");
    if (t->kind == DELIVERY_FLAT)
        TRY(read_amount(a, t->price, currency, "price", &m->price_minor));
    if (t->kind == DELIVERY_BY_WEIGHT || t->kind == DELIVERY_BY_PRICE)
        TRY(read_steps(a, t->steps, currency, m));
    TRY(read_whole(a, t->volume_divisor, "volume_divisor", &m->volume_divisor));
    TRY(read_amount(a, t->free_from, currency, "free_from", &m->free_from_minor));
    TRY(read_whole(a, t->days_from, "days", &days_from));
    TRY(read_whole(a, t->days_to, "days", &days_to));
    m->days_from = (int)days_from;
    m->days_to = (int)(days_to == 0 ? days_from : days_to);
    return NULL;
}

const struct err *delivery_zone_of(struct arena *a, struct currency currency,
                                   const struct delivery_zone_view *v, struct delivery_zone *ret)
{
    *ret = (struct delivery_zone){.id = v->id, .name = v->name,
                                  .countries = v->is_rest ? S("*") : v->countries};
    for (size_t i = 0; i < v->method_count; i++)
        if (!v->methods[i].is_removed)
            TRY(method_of(a, currency, &v->methods[i], &ret->methods[ret->method_count++]));
    return NULL;
}

/* ---- JSON: the same texts ---- */

static str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? (str){json_string_value(value), json_string_length(value)}
                                 : S("");
}

static const struct err *member_whole(struct web *w, const json_t *object, const char *name,
                                      str *ret)
{
    const json_t *value = json_object_get(object, name);
    if (value != NULL && !json_is_integer(value))
        return refuse(w->arena, "error.bad_type", name);
    return whole(w->arena, json_integer_value(value), ret);
}

/* [{"up_to": "1000", "price": "4.90"}] as the lines of the form. */
static const struct err *member_steps(struct web *w, const json_t *object, str *ret)
{
    const json_t *steps = json_object_get(object, "steps");
    struct strbuf out;
    strbuf_init(&out, w->arena, KiB(4));
    for (size_t i = 0; i < json_array_size(steps) && i <= DELIVERY_STEPS_MAX; i++) {
        const json_t *step = json_array_get(steps, i);
        str up_to = member(step, "up_to"), price = member(step, "price");
        if (up_to.len == 0 || up_to.len > 20 || price.len == 0 || price.len > 20)
            return refuse(w->arena, "delivery.bad_steps", "steps");
        strbuf_addf(&out, "%.*s = %.*s\n", STR_ARG(up_to), STR_ARG(price));
    }
    return strbuf_finish(&out, ret);
}

const struct err *delivery_zone_json(struct web *w, struct currency currency,
                                     struct delivery_zone *ret)
{
    const json_t *body = w->form.json, *methods = json_object_get(body, "methods");
    struct delivery_zone_view *v;
    TRY_NEW(w->arena, v);
    v->name = member(body, "name");
    v->countries = member(body, "countries");
    if (!json_is_array(methods) || json_array_size(methods) > DELIVERY_METHODS_MAX)
        return refuse(w->arena, "error.bad_type", "methods");
    v->method_count = json_array_size(methods);
    for (size_t i = 0; i < v->method_count; i++) {
        const json_t *m = json_array_get(methods, i);
        struct delivery_typed *t = &v->methods[i];
        *t = (struct delivery_typed){.id = member(m, "id"), .name = member(m, "name"),
                                     .kind = kind_of(member(m, "kind")),
                                     .price = member(m, "price"),
                                     .free_from = member(m, "free_from")};
        TRY(member_steps(w, m, &t->steps));
        TRY(member_whole(w, m, "volume_divisor", &t->volume_divisor));
        TRY(member_whole(w, m, "days_from", &t->days_from));
        TRY(member_whole(w, m, "days_to", &t->days_to));
    }
    return delivery_zone_of(w->arena, currency, v, ret);
}
