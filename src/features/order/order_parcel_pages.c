/* Parcels as pages and API show and send them. */
#include "order/order_web.h"

#include <jansson.h>

const struct err *order_view_parcels(struct web *w, struct tx *tx, const struct order *o,
                                     bool for_shop, struct parcel_view **ret, size_t *ret_count)
{
    struct order_parcel *parcels;
    TRY(order_parcels(tx, w->arena, o->shop_id, o->id, &parcels, ret_count));
    TRY_NEW_ARRAY(w->arena, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        struct strbuf sb;
        (*ret)[i].parcel = parcels[i];
        strbuf_init(&sb, w->arena, KiB(32));
        for (size_t k = 0; k < parcels[i].line_count; k++) {
            const struct order_parcel_line *line = &parcels[i].lines[k];
            const struct order_line *l = &o->lines[line->position];
            strbuf_addf(&sb, "%s%lld × %.*s%s%.*s", k == 0 ? "" : ", ", (long long)line->quantity,
                        STR_ARG(l->title), str_is_empty(l->variant_title) ? "" : " / ",
                        STR_ARG(l->variant_title));
        }
        TRY(strbuf_finish(&sb, &(*ret)[i].what));
        struct id_text order = id_format(o->id.v), parcel = id_format(parcels[i].id);
        if (for_shop)
            TRY(url_format(w->arena, &(*ret)[i].arrived,
                           "/console/%.*s/orders/%s/parcels/%s/arrived", STR_ARG(w->shop_handle),
                           order.text, parcel.text));
    }
    return NULL;
}

/* ---- what goes in ---- */

static const struct err *read_form(struct web *w, struct order_parcel_line *lines,
                                   size_t *ret_count)
{
    for (int64_t i = 0; i < PRICE_LINES_MAX; i++) {
        str name;
        const char *field;
        TRY(str_fmt(w->arena, &name, "q%lld", (long long)i));
        TRY(str_to_c(w->arena, name, &field));
        if (!web_has(w, field))
            continue;
        lines[*ret_count].position = i;
        TRY(web_int(w, field, 0, PRICE_QUANTITY_MAX, &lines[(*ret_count)++].quantity));
    }
    return NULL;
}

static const struct err *read_json(struct web *w, struct order_parcel_line *lines,
                                   size_t *ret_count)
{
    json_t *list = w->form.json == NULL ? NULL : json_object_get(w->form.json, "lines");
    if (list == NULL)
        return NULL;
    if (!json_is_array(list) || json_array_size(list) == 0 ||
        json_array_size(list) > PRICE_LINES_MAX)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "lines"),
                              "lines");
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *line = json_array_get(list, i), *position = json_object_get(line, "position"),
               *quantity = json_object_get(line, "quantity");
        if (!json_is_integer(position) || !json_is_integer(quantity))
            return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "lines"),
                                  "lines");
        lines[(*ret_count)++] = (struct order_parcel_line){json_integer_value(position),
                                                            json_integer_value(quantity)};
    }
    return NULL;
}

const struct err *order_input_pieces(struct web *w, struct order_parcel_line **ret,
                                     size_t *ret_count)
{
    *ret_count = 0;
    TRY_NEW_ARRAY(w->arena, *ret, PRICE_LINES_MAX);
    return w->is_api ? read_json(w, *ret, ret_count) : read_form(w, *ret, ret_count);
}

static const struct err *send_turn(struct turn *t, void *arg)
{
    int64_t parcel;
    return order_send(t, arg, &parcel);
}

/* A form that asks how many of each, and was sent with every field emptied. */
static bool is_emptied(const struct web *w)
{
    bool asks = false;
    for (size_t i = 0; !w->is_api && i < w->form.count; i++) {
        str name = w->form.fields[i].name;
        asks = asks || (name.len > 1 && name.ptr[0] == 'q' && name.ptr[1] >= '0' &&
                        name.ptr[1] <= '9');
    }
    return asks;
}

/* The order in the second path parameter. Without a key and without lines it is all that is left,
 * which can be sent once. */
static const struct err *send_it(struct web *w)
{
    struct order_send s = {.shop_id = w->shop_id, .key = web_idempotency_key(w)};
    struct order_parcel_line *lines;
    TRY(web_param_id(w, 1, &s.order_id.v));
    TRY(web_text(w, "tracking", 0, ORDER_NOTE_MAX, &s.tracking));
    TRY(order_input_pieces(w, &lines, &s.line_count));
    s.lines = lines;
    if (s.line_count == 0 && is_emptied(w))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "order.ships_nothing",
                                            "an emptied form"), "q0");
    if (str_is_empty(s.key) && s.line_count > 0)
        return ERR(w->arena, ERR_INVALID, "error.key_missing", "a parcel without a key");
    if (str_is_empty(s.key))
        s.key = S("rest");
    return web_write(w, send_turn, &s);
}

/* ---- handlers ---- */

static const struct err *deliver_turn(struct turn *t, void *arg)
{
    const struct order_action *x = arg;
    return order_deliver(t, x->shop_id, x->id);
}

struct arrival {
    struct shop_id shop_id;
    struct order_id id;
    int64_t parcel;
};

static const struct err *arrived_turn(struct turn *t, void *arg)
{
    const struct arrival *x = arg;
    return order_parcel_arrived(t, x->shop_id, x->id, x->parcel);
}

static const struct err *parcel_arrived(struct web *w)
{
    struct arrival x = {.shop_id = w->shop_id};
    TRY(web_param_id(w, 1, &x.id.v));
    TRY(web_param_id(w, 2, &x.parcel));
    return web_write(w, arrived_turn, &x);
}

const struct err *order_console_ship(struct web *w)
{
    return order_console_answer(w, send_it(w), "order.done.shipped");
}

const struct err *order_console_deliver(struct web *w)
{
    return order_console_answer(w, order_console_act(w, deliver_turn, NULL),
                                "order.done.delivered");
}

const struct err *order_console_parcel_arrived(struct web *w)
{
    return order_console_answer(w, parcel_arrived(w), "order.done.delivered");
}

const struct err *order_api_console_ship(struct web *w)
{
    TRY(send_it(w));
    return order_api_console_show(w);
}

const struct err *order_api_console_deliver(struct web *w)
{
    TRY(order_console_act(w, deliver_turn, NULL));
    return order_api_console_show(w);
}

const struct err *order_api_console_parcel_arrived(struct web *w)
{
    TRY(parcel_arrived(w));
    return order_api_console_show(w);
}
