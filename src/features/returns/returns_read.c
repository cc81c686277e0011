/* Reading returns, what may be returned, and what the shop grants. */
#include "returns/returns_part.h"

#include "base/timefmt.h"
#include "core/setting.h"

static const struct err *gone(struct arena *a, struct return_id id)
{
    return ERR(a, ERR_NOT_FOUND, "returns.gone", "return %lld", (long long)id.v);
}

const struct err *returns_get(struct tx *tx, struct arena *a, struct shop_id shop,
                              struct return_id id, struct returns_case *ret)
{
    struct return_row_row row;
    struct return_lines_row *lines;
    struct return_photos_row *photos;
    struct return_struck_row struck;
    struct order o;
    bool is_found;
    TRY(return_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return gone(a, id);
    TRY(order_head(tx, a, shop, row.order_id, &o));
    *ret = (struct returns_case){.id = row.id,
                                 .shop_id = row.shop_id,
                                 .order_id = row.order_id,
                                 .number = row.number,
                                 .contact_id = row.contact_id,
                                 .state = (enum returns_state)row.state,
                                 .reason = (enum returns_reason)row.reason,
                                 .keeps = row.keeps,
                                 .restocked = row.restocked,
                                 .currency = o.currency,
                                 .value_minor = row.value_minor,
                                 .shipping_minor = row.shipping_minor,
                                 .fee_minor = row.fee_minor,
                                 .refund_minor = row.refund_minor,
                                 .words = row.words,
                                 .answer = row.answer,
                                 .verdict = row.verdict,
                                 .tracking = row.tracking,
                                 .asked_ms = row.asked_ms,
                                 .changed_ms = row.changed_ms,
                                 .due_ms = row.due_ms};
    TRY(return_struck(tx, a, shop, row.order_id, id, &struck));
    ret->struck_by_others_minor = struck.minor.v;
    TRY(return_lines(tx, a, shop, id, PRICE_LINES_MAX, &lines, &ret->line_count));
    TRY_NEW_ARRAY(a, ret->lines, ret->line_count);
    for (size_t i = 0; i < ret->line_count; i++)
        ret->lines[i] = (struct returns_line){lines[i].position, lines[i].quantity};
    TRY(return_photos(tx, a, shop, id, RETURNS_PHOTOS_MAX, &photos, &ret->photo_count));
    for (size_t i = 0; i < ret->photo_count; i++)
        ret->photos[i] = photos[i].media_id;
    return NULL;
}

static const struct err *fill(struct tx *tx, struct arena *a, struct shop_id shop,
                              const struct return_ids_row *ids, size_t count,
                              struct returns_case **ret)
{
    TRY_NEW_ARRAY(a, *ret, count);
    for (size_t i = 0; i < count; i++)
        TRY(returns_get(tx, a, shop, ids[i].id, &(*ret)[i]));
    return NULL;
}

const struct err *returns_list(struct tx *tx, struct arena *a, struct shop_id shop,
                               enum returns_state state, struct return_id before, size_t limit,
                               struct returns_case **ret, size_t *ret_count)
{
    struct return_ids_row *ids;
    TRY(return_ids(tx, a, shop, state, before.v == 0 ? INT64_MAX : before.v, (int64_t)limit, limit,
                   &ids, ret_count));
    return fill(tx, a, shop, ids, *ret_count, ret);
}

const struct err *returns_of_order(struct tx *tx, struct arena *a, struct shop_id shop,
                                   struct order_id order, struct returns_case **ret,
                                   size_t *ret_count)
{
    struct return_ids_row *ids;
    TRY(return_ids_of_order(tx, a, shop, order, RETURNS_OF_ORDER_MAX, RETURNS_OF_ORDER_MAX, &ids,
                            ret_count));
    return fill(tx, a, shop, ids, *ret_count, ret);
}

const char *const returns_reason_keys[RETURNS_REASON_COUNT] = {
    [RETURNS_MIND] = "returns.reason.mind",     [RETURNS_FIT] = "returns.reason.fit",
    [RETURNS_BROKEN] = "returns.reason.broken", [RETURNS_WRONG] = "returns.reason.wrong",
    [RETURNS_LATE] = "returns.reason.late"};

str returns_reason_name(enum returns_reason reason)
{
    return str_from(str_c(returns_reason_keys[reason]), sizeof "returns.reason." - 1);
}

enum returns_reason returns_reason_of(str name)
{
    for (int i = 1; i < RETURNS_REASON_COUNT; i++)
        if (str_eq(name, returns_reason_name((enum returns_reason)i)))
            return (enum returns_reason)i;
    return RETURNS_REASON_UNSET;
}

/* ---- what may come back ---- */

const struct err *returns_taken(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct order_id order, int64_t **ret)
{
    struct return_taken_row *rows;
    size_t count;
    TRY(return_taken(tx, a, shop, order, PRICE_LINES_MAX, &rows, &count));
    TRY_NEW_ARRAY(a, *ret, PRICE_LINES_MAX);
    for (size_t i = 0; i < count; i++)
        if (rows[i].position >= 0 && rows[i].position < PRICE_LINES_MAX)
            (*ret)[rows[i].position] = rows[i].pieces;
    return NULL;
}

bool returns_is_eu(const struct order *o)
{
    return country_is_eu(o->party.address.country) && str_is_empty(o->party.vat_id);
}

static int64_t until_of(const struct order *o, const struct order_parcel *parcel,
                        int64_t window_days)
{
    return parcel->delivered_ms == 0
               ? 0 : returns_rules_until(parcel->delivered_ms, window_days, returns_is_eu(o));
}

/* Of one line: pieces in parcels whose window is open, at most what did not come back yet. */
static struct returns_piece piece_of(const struct order *o, int64_t position,
                                     const struct order_parcel *parcels, size_t count,
                                     int64_t taken, int64_t window_days, int64_t now_ms)
{
    struct returns_piece piece = {.position = position};
    int64_t left = o->lines[position].shipped - taken;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < parcels[i].line_count; k++) {
            int64_t until = until_of(o, &parcels[i], window_days);
            if (parcels[i].lines[k].position != position || (until > 0 && now_ms >= until))
                continue;
            piece.quantity += parcels[i].lines[k].quantity;
            piece.until_ms = until > piece.until_ms ? until : piece.until_ms;
        }
    if (piece.quantity > left)
        piece.quantity = left;
    return piece;
}

const struct err *returns_possible(struct tx *tx, struct arena *a, const struct platform *p,
                                   const struct order *o, int64_t now_ms,
                                   struct returns_piece **ret, size_t *ret_count)
{
    struct returns_terms terms;
    struct order_parcel *parcels;
    int64_t *taken;
    size_t count;
    *ret_count = 0;
    TRY_NEW_ARRAY(a, *ret, PRICE_LINES_MAX);
    if (o->fulfilment == ORDER_UNFULFILLED || o->payment == ORDER_REFUNDED)
        return NULL;
    TRY(returns_terms_get(tx, a, p, o->shop_id, &terms));
    TRY(order_parcels(tx, a, o->shop_id, o->id, &parcels, &count));
    TRY(returns_taken(tx, a, o->shop_id, o->id, &taken));
    for (size_t i = 0; i < o->line_count; i++) {
        struct returns_piece piece = piece_of(o, (int64_t)i, parcels, count, taken[i],
                                              terms.window_days, now_ms);
        if (piece.quantity > 0)
            (*ret)[(*ret_count)++] = piece;
    }
    return NULL;
}

const struct err *returns_until(struct tx *tx, struct arena *a, const struct platform *p,
                                const struct order *o, int64_t *ret_ms)
{
    struct returns_terms terms;
    struct order_parcel *parcels;
    size_t count;
    *ret_ms = 0;
    TRY(returns_terms_get(tx, a, p, o->shop_id, &terms));
    TRY(order_parcels(tx, a, o->shop_id, o->id, &parcels, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t until = until_of(o, &parcels[i], terms.window_days);
        *ret_ms = until > *ret_ms ? until : *ret_ms;
    }
    return NULL;
}

int64_t returns_due_minor(const struct returns_case *c, const struct order *o,
                          int64_t *ret_struck_minor)
{
    int64_t worth = c->value_minor + c->shipping_minor - c->fee_minor;
    int64_t left = o->paid_minor - o->refunded_minor - o->refunding_minor;
    int64_t open = order_due_minor(o) - c->struck_by_others_minor;
    int64_t struck = open <= 0 ? 0 : open < worth ? open : worth;
    int64_t due = worth - struck;
    if (ret_struck_minor != NULL)
        *ret_struck_minor = struck;
    if (due > left)
        due = left;
    return due > 0 ? due : 0;
}

/* ---- terms ---- */

const struct err *returns_terms_get(struct tx *tx, struct arena *a, const struct platform *p,
                                    struct shop_id shop, struct returns_terms *ret)
{
    TRY(setting_int(tx, a, p, shop, "returns.window_days", &ret->window_days));
    TRY(setting_int(tx, a, p, shop, "returns.answer_days", &ret->answer_days));
    TRY(setting_int(tx, a, p, shop, "returns.send_days", &ret->send_days));
    TRY(setting_int(tx, a, p, shop, "returns.fee_percent", &ret->fee_percent));
    TRY(setting_text(tx, a, p, shop, "returns.instructions", &ret->instructions));
    if (str_is_absent(ret->instructions))
        ret->instructions = S("");
    return NULL;
}

const struct err *returns_terms_set(struct turn *t, struct shop_id shop,
                                    const struct returns_terms *x)
{
    const struct {
        const char *key;
        int64_t value;
    } numbers[] = {{"returns.window_days", x->window_days},
                   {"returns.answer_days", x->answer_days},
                   {"returns.send_days", x->send_days},
                   {"returns.fee_percent", x->fee_percent}};
    str text;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        TRY(str_fmt(t->arena, &text, "%lld", (long long)numbers[i].value));
        TRY(setting_set(t, shop, numbers[i].key, text));
    }
    TRY(returns_text(t->arena, x->instructions, "instructions", &text));
    return setting_set(t, shop, "returns.instructions", str_is_empty(text) ? STR_NONE : text);
}
