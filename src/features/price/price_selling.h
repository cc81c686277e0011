/* Setting up in one step where a shop sells. */
#ifndef PRICE_PRICE_SELLING_H
#define PRICE_PRICE_SELLING_H

#include "price/price.h"

enum selling_reach { SELLING_REACH_UNSET = 0, SELLING_HOME, SELLING_EU, SELLING_WORLD };

struct selling_start {
    enum selling_reach reach;
    str home_name, eu_name, world_name, way_name, pickup_name; /* in the shop's language */
    int64_t home_minor, eu_minor, world_minor; /* what shipping costs there */
    bool has_pickup;
};

/* Zones with one way each, and for a shop in the EU that sells beyond its country the suggested
 * rates. CONFLICT price.already_set_up when the shop has zones. */
const struct err *price_selling_set_up(struct turn *t, struct shop_id shop,
                                       const struct selling_start *start) MUST_CHECK;

#endif
