/* Products as JSON: for strangers what is on sale, for the shop's people everything; the same
 * command as the pages. */
#include <jansson.h>

#include "base/json.h"
#include "catalog/catalog_part.h"

enum { PAGE_DEFAULT = 20, PAGE_MAX = 100, ANSWER_MAX = 1024 * 1024 };

/* ---- out ---- */

static const char *status_name(enum product_status status)
{
    return status == PRODUCT_ACTIVE ? "active" : status == PRODUCT_DRAFT ? "draft" : "archived";
}

static void write_card(struct json *j, const struct product_card *c)
{
    json_object_begin(j);
    json_put_id(j, "id", c->id.v);
    json_put_text(j, "handle", c->handle);
    json_put_text(j, "title", c->title);
    json_put_text(j, "shop", c->shop_handle);
    json_put_money(j, "price_from", c->price_from);
    json_put_money(j, "price_to", c->price_to);
    json_put_money(j, "compare_at", catalog_money(c->compare_at_minor, &c->price_from));
    json_key(j, S("photo"));
    media_write_json(j, &c->photo);
    json_object_end(j);
}

static void write_variant(struct json *j, const struct product *p, const struct variant *v)
{
    json_object_begin(j);
    json_put_id(j, "id", v->id.v);
    json_put_text(j, "sku", v->sku);
    json_put_text(j, "title", v->title);
    json_key(j, S("options"));
    json_array_begin(j);
    for (int i = 0; i < p->option_count; i++)
        json_str(j, v->options[i]);
    json_array_end(j);
    json_put_money(j, "price", v->price);
    json_put_money(j, "compare_at", catalog_money(v->compare_at_minor, &v->price));
    json_key(j, S("weight_g"));
    json_int(j, v->weight_g);
    json_put_text(j, "barcode", v->barcode);
    json_put_bool(j, "requires_shipping", v->requires_shipping);
    json_put_bool(j, "taxable", v->is_taxable);
    json_put_text(j, "tax_class", catalog_tax_class_name(v->parcel.tax_class));
    json_put_text(j, "hs_code", v->parcel.hs_code);
    json_put_int(j, "length_mm", v->parcel.length_mm);
    json_put_int(j, "width_mm", v->parcel.width_mm);
    json_put_int(j, "height_mm", v->parcel.height_mm);
    catalog_ladder_write_json(j, v);
    json_put_id(j, "photo_id", v->media_id);
    json_object_end(j);
}

static void write_product(struct json *j, const struct product *p)
{
    json_object_begin(j);
    json_put_id(j, "id", p->id.v);
    json_put_text(j, "handle", p->handle);
    json_put_text(j, "title", p->title);
    json_put_text(j, "description_html", p->description.markup);
    json_put_text(j, "vendor", p->vendor);
    json_put_text(j, "kind", p->kind);
    json_put_text(j, "tags", p->tags);
    json_put_text(j, "status", str_c(status_name(p->status)));
    json_key(j, S("options"));
    json_array_begin(j);
    for (int i = 0; i < p->option_count; i++)
        json_str(j, p->option_names[i]);
    json_array_end(j);
    json_key(j, S("variants"));
    json_array_begin(j);
    for (size_t i = 0; i < p->variant_count; i++)
        write_variant(j, p, &p->variants[i]);
    json_array_end(j);
    json_key(j, S("photos"));
    json_array_begin(j);
    for (size_t i = 0; i < p->photo_count; i++)
        media_write_json(j, &p->photos[i]);
    json_array_end(j);
    json_key(j, S("changed_at"));
    json_time(j, p->changed_ms);
    json_object_end(j);
}

static const struct err *answer_product(struct web *w, int status, const struct product *p)
{
    struct strbuf sb;
    struct json j;
    str body;
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    write_product(&j, p);
    TRY(json_finish(&j, &body));
    return web_json(w, status, body);
}

static const struct err *answer_list(struct web *w, const struct product_card *cards,
                                     const enum product_status *statuses, size_t count,
                                     size_t limit)
{
    struct strbuf sb;
    struct json j;
    str body;
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        if (statuses != NULL) {
            json_object_begin(&j);
            json_put_text(&j, "status", str_c(status_name(statuses[i])));
            json_key(&j, S("product"));
        }
        write_card(&j, &cards[i]);
        if (statuses != NULL)
            json_object_end(&j);
    }
    json_array_end(&j);
    json_put_id(&j, "next", count == limit ? cards[count - 1].id.v : 0);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

/* ---- in ---- */

static const struct err *refuse(struct web *w, const char *key, const char *field)
{
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, key, "%s", field), field);
}

static const struct err *member_str(struct web *w, const json_t *object, const char *name, str *ret)
{
    const json_t *value = json_object_get(object, name);
    *ret = S("");
    if (value == NULL || json_is_null(value))
        return NULL;
    if (!json_is_string(value))
        return refuse(w, "error.bad_type", name);
    *ret = (str){json_string_value(value), json_string_length(value)};
    return NULL;
}

static const struct err *member_amount(struct web *w, const json_t *object, const char *name,
                                       struct currency currency, int64_t *ret)
{
    struct money money;
    str text;
    *ret = 0;
    TRY(member_str(w, object, name, &text));
    if (text.len == 0)
        return NULL;
    if (money_parse(w->arena, text, currency, &money) != NULL || money.minor < 0)
        return refuse(w, "catalog.bad_price", name);
    *ret = money.minor;
    return NULL;
}

static const struct err *member_bool(struct web *w, const json_t *object, const char *name,
                                     bool otherwise, bool *ret)
{
    const json_t *value = json_object_get(object, name);
    *ret = value == NULL ? otherwise : json_is_true(value);
    return value == NULL || json_is_boolean(value) ? NULL : refuse(w, "error.bad_type", name);
}

static const struct err *id_of(struct web *w, const json_t *value, const char *name, int64_t *ret)
{
    str text = {json_string_value(value), json_string_length(value)};
    return json_is_string(value) && id_parse(text, ret) ? NULL : refuse(w, "error.field_id", name);
}

/* An array of at most `max`; absent is empty. */
static const struct err *member_array(struct web *w, const json_t *object, const char *name,
                                      size_t max, const json_t **ret, size_t *ret_count)
{
    *ret = json_object_get(object, name);
    *ret_count = *ret == NULL ? 0 : json_array_size(*ret);
    if (*ret != NULL && !json_is_array(*ret))
        return refuse(w, "error.bad_type", name);
    return *ret_count <= max ? NULL : refuse(w, "catalog.bad_options", name);
}

static const struct err *read_parcel(struct web *w, const json_t *object,
                                     struct variant_parcel *ret)
{
    const char *const names[] = {"length_mm", "width_mm", "height_mm"};
    int64_t *const slots[] = {&ret->length_mm, &ret->width_mm, &ret->height_mm};
    str name;
    TRY(member_str(w, object, "hs_code", &ret->hs_code));
    TRY(member_str(w, object, "tax_class", &name));
    ret->tax_class = catalog_tax_class(name);
    for (size_t i = 0; i < COUNT(names); i++) {
        const json_t *size = json_object_get(object, names[i]);
        if (size != NULL && !json_is_integer(size))
            return refuse(w, "error.bad_type", names[i]);
        *slots[i] = json_integer_value(size);
    }
    return NULL;
}

static const struct err *read_variant(struct web *w, const json_t *object, struct currency currency,
                                      struct variant_input *ret)
{
    const json_t *options, *weight, *photo;
    size_t count;
    str price;
    if (!json_is_object(object))
        return refuse(w, "error.bad_type", "variants");
    /* null and "" are no price either: goods are free only when "0" says so. */
    TRY(member_str(w, object, "price", &price));
    if (price.len == 0)
        return refuse(w, "catalog.price_missing", "price");
    TRY(member_str(w, object, "sku", &ret->sku));
    TRY(member_str(w, object, "barcode", &ret->barcode));
    TRY(member_amount(w, object, "price", currency, &ret->price_minor));
    TRY(member_amount(w, object, "compare_at", currency, &ret->compare_at_minor));
    TRY(member_bool(w, object, "requires_shipping", true, &ret->requires_shipping));
    TRY(member_bool(w, object, "taxable", true, &ret->is_taxable));
    weight = json_object_get(object, "weight_g");
    if (weight != NULL && !json_is_integer(weight))
        return refuse(w, "error.bad_type", "weight_g");
    ret->weight_g = json_integer_value(weight);
    TRY(read_parcel(w, object, &ret->parcel));
    TRY(catalog_ladder_read_json(w, object, currency, &ret->ladder));
    photo = json_object_get(object, "photo_id");
    if (photo != NULL && !json_is_null(photo))
        TRY(id_of(w, photo, "photo_id", &ret->media_id));
    TRY(member_array(w, object, "options", PRODUCT_OPTIONS_MAX, &options, &count));
    for (size_t i = 0; i < PRODUCT_OPTIONS_MAX; i++)
        ret->options[i] = S("");
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(options, i);
        if (!json_is_string(value))
            return refuse(w, "error.bad_type", "options");
        ret->options[i] = (str){json_string_value(value), json_string_length(value)};
    }
    return NULL;
}

static const struct err *read_status(struct web *w, const json_t *object, enum product_status *ret)
{
    str name;
    TRY(member_str(w, object, "status", &name));
    *ret = name.len == 0 || str_eq(name, S("active")) ? PRODUCT_ACTIVE
           : str_eq(name, S("draft"))                 ? PRODUCT_DRAFT
           : str_eq(name, S("archived"))              ? PRODUCT_ARCHIVED
                                                      : PRODUCT_STATUS_UNSET;
    return *ret == PRODUCT_STATUS_UNSET ? refuse(w, "error.bad_type", "status") : NULL;
}

static const struct err *read_lists(struct web *w, const json_t *root, struct currency currency,
                                    struct product_input *ret)
{
    const json_t *options, *variants, *photos;
    struct variant_input *made;
    size_t count;
    int64_t *ids;
    TRY(member_array(w, root, "options", PRODUCT_OPTIONS_MAX, &options, &count));
    ret->option_count = (int)count;
    for (size_t i = 0; i < count; i++) {
        const json_t *name = json_array_get(options, i);
        if (!json_is_string(name))
            return refuse(w, "error.bad_type", "options");
        ret->option_names[i] = (str){json_string_value(name), json_string_length(name)};
    }
    TRY(member_array(w, root, "variants", PRODUCT_VARIANTS_MAX, &variants, &ret->variant_count));
    TRY_NEW_ARRAY(w->arena, made, ret->variant_count);
    for (size_t i = 0; i < ret->variant_count; i++)
        TRY(read_variant(w, json_array_get(variants, i), currency, &made[i]));
    ret->variants = made;
    TRY(member_array(w, root, "photos", PRODUCT_PHOTOS_MAX, &photos, &ret->media_count));
    TRY_NEW_ARRAY(w->arena, ids, ret->media_count);
    for (size_t i = 0; i < ret->media_count; i++)
        TRY(id_of(w, json_array_get(photos, i), "photos", &ids[i]));
    ret->media_ids = ids;
    return NULL;
}

const struct err *catalog_read_json(struct web *w, struct currency currency,
                                    struct product_input *ret)
{
    const json_t *root = w->form.json;
    *ret = (struct product_input){0};
    if (root == NULL)
        return ERR(w->arena, ERR_INVALID, "error.bad_json", "no JSON");
    TRY(member_str(w, root, "title", &ret->title));
    TRY(member_str(w, root, "handle", &ret->handle));
    TRY(member_str(w, root, "description_html", &ret->description_html));
    TRY(member_str(w, root, "vendor", &ret->vendor));
    TRY(member_str(w, root, "kind", &ret->kind));
    TRY(member_str(w, root, "tags", &ret->tags));
    TRY(read_status(w, root, &ret->status));
    return read_lists(w, root, currency, ret);
}

/* ---- handlers ---- */

static const struct err *read_page(struct web *w, struct product_id *ret_before, size_t *ret_limit)
{
    str before = web_query(w, "cursor");
    int64_t wanted;
    ret_before->v = 0;
    if (!str_is_empty(before) && !id_parse(before, &ret_before->v))
        return refuse(w, "error.field_id", "cursor");
    TRY(web_query_int(w, "limit", PAGE_DEFAULT, 1, PAGE_MAX, &wanted));
    *ret_limit = (size_t)wanted;
    return NULL;
}

const struct err *catalog_api_list(struct web *w)
{
    struct product_id before;
    struct product_card *cards;
    struct shop shop;
    struct tx *tx;
    size_t limit, count;
    TRY(read_page(w, &before, &limit));
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    TRY(catalog_list(tx, w->arena, shop.id, before, limit, &cards, &count));
    return answer_list(w, cards, NULL, count, limit);
}

/* By id, or by handle (also an old one). */
const struct err *catalog_api_show(struct web *w)
{
    struct product_id id;
    struct product p;
    struct shop shop;
    struct tx *tx;
    str name = web_param(w, 1);
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    const struct err *e = catalog_product_by_handle(tx, w->arena, shop.id, name, &p);
    if (e != NULL && str_eq(str_c(e->key), S("catalog.moved")))
        e = catalog_product_by_handle(tx, w->arena, shop.id, e->args[0], &p);
    if (e != NULL && id_parse(name, &id.v))
        e = catalog_product(tx, w->arena, shop.id, id, &p);
    TRY(e);
    if (p.status != PRODUCT_ACTIVE)
        return ERR(w->arena, ERR_NOT_FOUND, "catalog.gone", "not on sale");
    return answer_product(w, 200, &p);
}

const struct err *catalog_api_console_list(struct web *w)
{
    struct product_id before;
    struct product_card *cards;
    enum product_status statuses[PAGE_MAX];
    struct tx *tx;
    size_t limit, count;
    str status = web_query(w, "status"), query = web_query(w, "q");
    TRY(read_page(w, &before, &limit));
    TRY(web_read(w, &tx));
    enum product_status wanted = str_eq(status, S("active"))     ? PRODUCT_ACTIVE
                                 : str_eq(status, S("draft"))    ? PRODUCT_DRAFT
                                 : str_eq(status, S("archived")) ? PRODUCT_ARCHIVED
                                                                 : PRODUCT_STATUS_UNSET;
    TRY(catalog_search(tx, w->arena, w->shop_id, query, wanted, before, limit, &cards, statuses,
                       &count));
    return answer_list(w, cards, statuses, count, limit);
}

static const struct err *answer_by_id(struct web *w, int status, struct product_id id)
{
    struct product p;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(catalog_product(tx, w->arena, w->shop_id, id, &p));
    return answer_product(w, status, &p);
}

const struct err *catalog_api_console_show(struct web *w)
{
    struct product_id id;
    TRY(web_param_id(w, 1, &id.v));
    return answer_by_id(w, 200, id);
}

struct saving {
    struct shop_id shop;
    struct product_input in;
    struct product_id id, saved;
};

static const struct err *save(struct turn *t, void *arg)
{
    struct saving *s = arg;
    bool is_changed;
    return catalog_save(t, s->shop, &s->in, s->id, &s->saved, &is_changed);
}

static const struct err *read_product(struct web *w, struct saving *s)
{
    struct shop shop;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    return catalog_read_json(w, shop.currency, &s->in);
}

const struct err *catalog_api_create(struct web *w)
{
    struct saving s = {.shop = w->shop_id};
    TRY(read_product(w, &s));
    TRY(web_make(w, save, &s, &s.saved.v));
    return answer_by_id(w, 201, s.saved);
}

const struct err *catalog_api_change(struct web *w)
{
    struct saving s = {.shop = w->shop_id};
    TRY(web_param_id(w, 1, &s.id.v));
    TRY(read_product(w, &s));
    TRY(web_write(w, save, &s));
    return answer_by_id(w, 200, s.saved);
}
