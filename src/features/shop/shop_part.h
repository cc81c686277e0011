/* Inside feature shop: input and handlers. Not for other features.
 */
#ifndef SHOP_SHOP_PART_H
#define SHOP_SHOP_PART_H

#include "shop/shop_view.h"

/* The fields of the settings form or JSON; INVALID names the field. Amounts are in `currency`. */
const struct err *shop_read_settings(struct web *w, struct currency currency,
                                     struct shop_new *ret) MUST_CHECK;
/* name, handle (absent: made from the name), currency, country, language. */
const struct err *shop_read_new(struct web *w, struct shop_new *ret) MUST_CHECK;
/* Where most of a country lives; UTC when unknown. */
str shop_zone_of_country(str country);
/* What a new shop's form begins with: where the browser says that its reader lives. */
void shop_guess_home(struct web *w, str *ret_country, str *ret_currency);
enum { SHOP_ZONES_MAX = 64 };
/* The n-th zone that is offered; false behind the last. */
bool shop_zone(size_t n, str *ret);
/* shop_create in a turn of the viewer's. */
const struct err *shop_open(struct web *w, const struct shop_new *n,
                            struct shop_id *ret) MUST_CHECK;

const struct err *shop_sell_page(struct web *w) MUST_CHECK;
const struct err *shop_sell(struct web *w) MUST_CHECK;
const struct err *shop_settings_page(struct web *w) MUST_CHECK;
const struct err *shop_settings_save(struct web *w) MUST_CHECK;
const struct err *shop_member_save(struct web *w) MUST_CHECK;
const struct err *shop_member_remove(struct web *w) MUST_CHECK;

const struct err *shop_api_show(struct web *w) MUST_CHECK;
const struct err *shop_api_create(struct web *w) MUST_CHECK;
const struct err *shop_api_settings(struct web *w) MUST_CHECK;
const struct err *shop_api_change(struct web *w) MUST_CHECK;

/* The frame of console pages carries the shop's name and logo. */
const struct err *shop_page_counts(struct web *w, struct tx *tx,
                                   struct page_counts *ret) MUST_CHECK;

#endif
