/* stock: how many there are. on_hand = on the shelf; held = promised to unpaid orders;
 * available = on_hand - held >= 0 by CHECK (I3). A hold belongs to one order and ends exactly once:
 * consumed (sold), released (cancelled) or expired. Every change leaves a movement.
 * All functions run inside the caller's turn: stock never moves by events.
 */
#ifndef STOCK_STOCK_H
#define STOCK_STOCK_H

#include "catalog/catalog.h"

enum { STOCK_HOLD_QUANTITY_MAX = 999, STOCK_COUNT_MAX = 1000000000, STOCK_UNTRACKED = -1 };

/* Takes `quantity` (1..999) for the order until expires_ms. CONFLICT "stock.sold_out", or
 * "stock.too_few" (arg 0 = how many are left). Variants without a count are always available. */
const struct err *stock_hold_take(struct turn *t, struct shop_id shop, struct variant_id variant,
                                  int64_t quantity, int64_t order_id,
                                  int64_t expires_ms) MUST_CHECK;
/* The order, whose goods are still held, now wants `quantity` (0..999) of the variant: its hold
 * grows, shrinks, begins or is released. Errors of stock_hold_take. */
const struct err *stock_hold_set(struct turn *t, struct shop_id shop, struct variant_id variant,
                                 int64_t quantity, int64_t order_id,
                                 int64_t expires_ms) MUST_CHECK;
/* Whether the order holds some of the variant: neither sold, nor released, nor expired. */
const struct err *stock_holds_live(struct tx *tx, struct arena *a, struct shop_id shop,
                                   struct variant_id variant, int64_t order_id,
                                   bool *ret) MUST_CHECK;
/* All holds of the order; none is fine. Consume after expiry tries to take again and may be
 * CONFLICT "stock.sold_out". */
const struct err *stock_hold_consume(struct turn *t, struct shop_id shop,
                                     int64_t order_id) MUST_CHECK;
/* reason "expired" or a word for the audit. Holds that ended before are left as they are. */
const struct err *stock_hold_release(struct turn *t, struct shop_id shop, int64_t order_id,
                                     const char *reason) MUST_CHECK;
/* Goods of an order come back to the shelf. CONFLICT "stock.returned_more" for more than its hold
 * sold and did not get back yet. What was not counted when it was sold, or is not counted now,
 * moves nothing. */
const struct err *stock_return(struct turn *t, struct shop_id shop, struct variant_id variant,
                               int64_t quantity, int64_t order_id) MUST_CHECK;
/* The same of goods that come back and are no good, or stay with the buyer: they count as returned,
 * and the shelf stays as it is. */
const struct err *stock_write_off(struct turn *t, struct shop_id shop, struct variant_id variant,
                                  int64_t quantity, int64_t order_id) MUST_CHECK;
/* All of it that did not come back yet. */
const struct err *stock_return_all(struct turn *t, struct shop_id shop,
                                   int64_t order_id) MUST_CHECK;
/* Sets the shelf count (STOCK_UNTRACKED = do not count). INVALID "stock.bad_count" outside
 * 0..STOCK_COUNT_MAX, "stock.below_held" when below what is held. A movement with `reason`
 * ("set", "import") records the difference. */
const struct err *stock_set(struct turn *t, struct shop_id shop, struct variant_id variant,
                            int64_t on_hand, const char *reason) MUST_CHECK;
/* The same by somebody who was shown `seen` before: what she left as it was shown is not touched.
 * CONFLICT "stock.moved" (arg 0 = how many there are) when the count has moved since, as by a sale:
 * her number is from before it. */
const struct err *stock_recount(struct turn *t, struct shop_id shop, struct variant_id variant,
                                int64_t seen, int64_t on_hand) MUST_CHECK;
/* Available per variant in the order asked; STOCK_UNTRACKED when not counted. */
const struct err *stock_available(struct tx *tx, struct arena *a, struct shop_id shop,
                                  const struct variant_id *variants, size_t count,
                                  int64_t *ret) MUST_CHECK;
/* The same of what lies on the shelf, promised ones included. */
const struct err *stock_on_hand(struct tx *tx, struct arena *a, struct shop_id shop,
                                const struct variant_id *variants, size_t count,
                                int64_t *ret) MUST_CHECK;

/* Products of which a variant has STOCK_LOW_AT or fewer left, the emptiest first, at most
 * STOCK_LOW_MAX. */
enum { STOCK_LOW_AT = 5, STOCK_LOW_MAX = 20 };
const struct err *stock_low_products(struct tx *tx, struct arena *a, struct shop_id shop,
                                     int64_t **ret, size_t *ret_count) MUST_CHECK;

/* Events: stock.changed (subject variant, object product, number = available): set by the shop, or
 * at STOCK_LOW_AT or below before or after; stock.low. */

extern const struct feature stock_feature;

#endif
