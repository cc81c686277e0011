/* From forms and JSON to commands: one set of limits for pages and API. What an address must hold
 * is decided when the order is placed (core/address), by country. */
#include "order/order_web.h"

#include <jansson.h>

enum { FIELD_MAX = 300 };

const struct err *order_input_party(struct web *w, struct order_party *ret)
{
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    str country;
    *ret = (struct order_party){0};
    TRY(web_text(w, "email", 0, FIELD_MAX, &ret->email));
    TRY(web_text(w, "vat_id", 0, FIELD_MAX, &ret->vat_id));
    TRY(web_text(w, "country", 0, FIELD_MAX, &country));
    size_t count = address_inputs(country, inputs);
    for (size_t i = 0; i < count; i++) {
        str value;
        TRY(web_text(w, inputs[i].name, 0, FIELD_MAX, &value));
        address_set(&ret->address, inputs[i].field, value);
    }
    return NULL;
}

const struct err *order_input_way(struct web *w, str *ret_currency, int64_t *ret_method)
{
    str method;
    *ret_method = 0;
    TRY(web_text(w, "currency", 0, 3, ret_currency));
    TRY(web_text(w, "method", 0, 20, &method));
    if (!str_is_empty(method) && !id_parse(method, ret_method))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.field_id", "method"),
                              "method");
    return NULL;
}

static const struct err *bad_line(struct web *w, const char *what)
{
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "lines: %s", what),
                          "lines");
}

const struct err *order_input_lines(struct web *w, struct price_want **ret, size_t *ret_count)
{
    return order_input_lines_of(
        w, w->form.json == NULL ? NULL : json_object_get(w->form.json, "lines"), ret, ret_count);
}

const struct err *order_input_lines_of(struct web *w, const struct json_t *list,
                                       struct price_want **ret, size_t *ret_count)
{
    if (!json_is_array(list) || json_array_size(list) == 0 ||
        json_array_size(list) > PRICE_LINES_MAX)
        return bad_line(w, "no array of 1 to 50");
    *ret_count = json_array_size(list);
    TRY_NEW_ARRAY(w->arena, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        json_t *line = json_array_get(list, i);
        json_t *variant = json_object_get(line, "variant"),
               *quantity = json_object_get(line, "quantity");
        struct price_want *want = &(*ret)[i];
        if (!json_is_string(variant) || !json_is_integer(quantity) ||
            !id_parse((str){json_string_value(variant), json_string_length(variant)},
                      &want->variant_id.v))
            return bad_line(w, "variant or quantity");
        want->quantity = json_integer_value(quantity);
    }
    return NULL;
}

const struct err *order_input_answers(struct web *w, struct order_answer **ret, size_t *ret_count)
{
    json_t *list = w->form.json == NULL ? NULL : json_object_get(w->form.json, "answers");
    *ret = NULL;
    *ret_count = 0;
    if (list == NULL)
        return NULL;
    if (!json_is_array(list) || json_array_size(list) > ORDER_ANSWERS_MAX)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "order.too_many_answers", "answers"), "answers");
    TRY_NEW_ARRAY(w->arena, *ret, json_array_size(list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *x = json_array_get(list, i), *q = json_object_get(x, "question"),
               *answer = json_object_get(x, "answer");
        if (!json_is_string(q) || !json_is_string(answer))
            return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "answers"),
                                  "answers");
        (*ret)[(*ret_count)++] =
            (struct order_answer){{json_string_value(q), json_string_length(q)},
                                  {json_string_value(answer), json_string_length(answer)}};
    }
    return NULL;
}

/* ---- who may see an order ---- */

const struct err *order_of_reader(struct web *w, struct order_id *ret_id, struct shop_id *ret_shop)
{
    struct account_id buyer;
    struct tx *tx;
    str key = web_query(w, "key");
    TRY(web_param_id(w, 0, &ret_id->v));
    if (str_is_empty(key) && w->form.count > 0)
        TRY(web_text(w, "access", 0, 100, &key));
    TRY(web_read(w, &tx));
    TRY(order_find(tx, w->arena, *ret_id, ret_shop, &buyer));
    if ((w->viewer.account_id.v != 0 && buyer.v == w->viewer.account_id.v) ||
        order_key_opens(w->platform, w->arena, *ret_id, key))
        return NULL;
    return ERR(w->arena, ERR_NOT_FOUND, "order.gone", "order %lld is not the reader's",
               (long long)ret_id->v);
}

str order_access_of_reader(struct web *w, struct order_id id)
{
    str key = web_query(w, "key");
    if (str_is_empty(key) && w->form.count > 0)
        key = form_typed(w, "access", S(""));
    return order_key_opens(w->platform, w->arena, id, key) ? key : S("");
}

const struct err *order_own_path(struct web *w, struct order_id id, struct account_id buyer,
                                 str *ret)
{
    struct id_text text = id_format(id.v);
    str key;
    if (w->viewer.account_id.v == buyer.v)
        return str_fmt(w->arena, ret, "/o/%s", text.text);
    TRY(order_access_key(w->platform, w->arena, id, &key));
    return str_fmt(w->arena, ret, "/o/%s?key=%.*s", text.text, STR_ARG(key));
}
