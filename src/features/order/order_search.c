/* Which orders the console shows: by state, pool and customer, or the one with that number. */
#include "order/order_web.h"

#include <stdlib.h>

enum { CONTACTS_MAX = 32 };

const struct order_filter order_filters[ORDER_FILTERS] = {
    {"", "order.filter.all", 0, 0, 0},
    {"paid", "order.filter.to_ship", ORDER_PLACED, 2, ORDER_UNFULFILLED},
    {"open", "order.filter.unpaid", ORDER_PLACED, 1, 0},
    {"shipped", "order.filter.shipped", 0, 2, ORDER_SHIPPED},
    {"refunded", "order.filter.refunded", 0, 4, 0},
    {"cancelled", "order.filter.cancelled", ORDER_CANCELLED, 0, 0},
};

/* A word that is no filter narrows nothing. */
static const struct order_filter *filter_of(str state)
{
    for (size_t i = 1; i < ORDER_FILTERS; i++)
        if (str_eq(state, str_c(order_filters[i].name)))
            return &order_filters[i];
    return &order_filters[0];
}

const struct err *order_search_read(struct web *w, struct order_search *ret)
{
    static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;
    str pool = web_query(w, "pool"), customer = web_query(w, "customer"), before = web_cursor(w);
    *ret = (struct order_search){.state = str_c(filter_of(web_query(w, "state"))->name),
                                 .query = str_trim(web_query(w, "q")),
                                 .limit = CONSOLE_ORDERS_A_PAGE};
    if ((!str_is_empty(pool) && !id_parse(pool, &ret->pool_id)) ||
        (!str_is_empty(customer) && !id_parse(customer, &ret->contact_id.v)) ||
        (!str_is_empty(before) && !str_to_int(before, &ret->before_number)))
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "pool, customer or cursor");
    if (str_to_int(web_query(w, "days"), &ret->days) &&
        (ret->days == 1 || ret->days == 7 || ret->days == 30))
        ret->from_ms = w->now_ms - ret->days * DAY_MS;
    else
        ret->days = 0;
    return NULL;
}

static int newest_first(const void *x, const void *y)
{
    const struct console_orders_row *one = x, *other = y;
    return one->number < other->number ? 1 : one->number > other->number ? -1 : 0;
}

/* An order keeps the contact it was placed by; those that became part of this one since are she as
 * well. */
static const struct err *contacts_of(struct web *w, struct tx *tx, struct contact_id contact,
                                     struct contact_id *ret, size_t *ret_count)
{
    ret[0] = contact;
    *ret_count = 1;
    for (size_t at = 0; at < *ret_count; at++) {
        struct identity_merged *merges;
        size_t count;
        TRY(identity_merges(tx, w->arena, w->shop_id, ret[at], &merges, &count));
        for (size_t i = 0; i < count && *ret_count < CONTACTS_MAX; i++)
            if (!merges[i].is_undone)
                ret[(*ret_count)++] = merges[i].from;
    }
    return NULL;
}

/* Nobody's contact (0) means everybody's. */
static const struct err *find_ids(struct web *w, struct tx *tx, const struct order_search *s,
                                  struct console_orders_row **ret, size_t *ret_count)
{
    struct contact_id contacts[CONTACTS_MAX] = {{0}};
    const struct order_filter *f = filter_of(s->state);
    struct console_orders_row *all;
    size_t contact_count = 1, count = 0, found;
    if (s->contact_id.v != 0)
        TRY(contacts_of(w, tx, s->contact_id, contacts, &contact_count));
    TRY_NEW_ARRAY(w->arena, all, contact_count * s->limit);
    for (size_t i = 0; i < contact_count; i++) {
        TRY(console_orders(tx, w->arena, w->shop_id,
                           s->before_number > 0 ? s->before_number : INT64_MAX, s->pool_id,
                           f->state, f->payment, f->fulfilment, s->from_ms, (int64_t)s->limit,
                           contacts[i], s->limit, ret, &found));
        for (size_t k = 0; k < found; k++)
            all[count++] = (*ret)[k];
    }
    qsort(all, count, sizeof *all, newest_first);
    *ret = all;
    *ret_count = count < s->limit ? count : s->limit;
    return NULL;
}

static const struct err *list(struct web *w, struct tx *tx, const struct order_search *s,
                              struct order **ret, size_t *ret_count)
{
    struct console_orders_row *ids;
    TRY(find_ids(w, tx, s, &ids, ret_count));
    TRY_NEW_ARRAY(w->arena, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        TRY(order_get(tx, w->arena, w->platform, w->shop_id, ids[i].id, &(*ret)[i]));
    return NULL;
}

/* By the whole mail address: the contact that owns it, and her orders. */
static const struct err *of_person(struct web *w, struct tx *tx, struct order_search *s,
                                   struct order **ret, size_t *ret_count)
{
    struct identity_id id = {.kind = IDENTITY_EMAIL, .value = s->query, .is_verified = false};
    bool is_found;
    TRY(identity_find(tx, w->arena, w->shop_id, &id, &is_found, &s->contact_id));
    return is_found ? list(w, tx, s, ret, ret_count) : NULL;
}

static const struct err *of_number(struct web *w, struct tx *tx, int64_t number, struct order **ret,
                                   size_t *ret_count)
{
    struct console_order_of_number_row row;
    bool is_found;
    TRY(console_order_of_number(tx, w->arena, w->shop_id, number, &row, &is_found));
    TRY_NEW_ARRAY(w->arena, *ret, 1);
    *ret_count = is_found ? 1 : 0;
    return is_found ? order_get(tx, w->arena, w->platform, w->shop_id, row.id, &(*ret)[0]) : NULL;
}

const struct err *order_console_find(struct web *w, struct tx *tx, struct order_search *s,
                                     struct order **ret, size_t *ret_count)
{
    str text = str_starts(s->query, S("#")) ? str_from(s->query, 1) : s->query;
    int64_t number;
    *ret = NULL;
    *ret_count = 0;
    if (str_is_empty(s->query))
        return list(w, tx, s, ret, ret_count);
    return str_to_int(text, &number) ? of_number(w, tx, number, ret, ret_count)
                                     : of_person(w, tx, s, ret, ret_count);
}
