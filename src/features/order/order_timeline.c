/* What feature order tells in the story of a contact: when she ordered and when she paid. */
#include "order/order_web.h"

static const struct err *add(struct arena *a, const struct order_timeline_row *o, const char *key,
                             int64_t at_ms, str shop_handle, struct timeline_entry *ret)
{
    struct id_text id = id_format(o->id.v);
    struct money total = {.minor = o->total_minor};
    str amount;
    TRY(currency_parse(a, o->currency, &total.currency));
    TRY(money_format(a, total, &amount));
    *ret = (struct timeline_entry){.at_ms = at_ms, .kind = "order", .text_key = key};
    TRY(str_fmt(a, &ret->args[0], "%.*s %.*s", STR_ARG(amount), STR_ARG(o->currency)));
    TRY(str_fmt(a, &ret->args[1], "%lld", (long long)o->number));
    return str_fmt(a, &ret->path, "/console/%.*s/orders/%s", STR_ARG(shop_handle), id.text);
}

const struct err *order_tell_timeline(struct tx *tx, struct arena *a,
                                      const struct timeline_subject *who, size_t limit,
                                      struct timeline_entry **ret, size_t *ret_count)
{
    struct shop shop;
    size_t used = 0;
    TRY(shop_get(tx, a, who->shop_id, &shop));
    TRY_NEW_ARRAY(a, *ret, limit);
    for (size_t i = 0; i < who->account_count && used < limit; i++) {
        struct order_timeline_row *rows;
        size_t count;
        TRY(order_timeline(tx, a, who->shop_id, (struct account_id){who->account_ids[i]},
                           (int64_t)limit, limit, &rows, &count));
        for (size_t k = 0; k < count && used < limit; k++) {
            if (rows[k].paid_ms > 0)
                TRY(add(a, &rows[k], "order.timeline.paid", rows[k].paid_ms, shop.handle,
                        &(*ret)[used++]));
            if (used < limit)
                TRY(add(a, &rows[k], "order.timeline.placed", rows[k].placed_ms, shop.handle,
                        &(*ret)[used++]));
        }
    }
    *ret_count = used;
    return NULL;
}
