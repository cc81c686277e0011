/* delivery: where a shop sends its goods, by which methods and for how much. A zone is a list of
 * countries (or the rest of the world) with its methods; a shop without zones sends everywhere for
 * the flat rate of its settings (that is feature price's to know).
 * Not here: what else an order costs (price), parcels that are on their way (order).
 * Amounts are in the shop's currency.
 */
#ifndef DELIVERY_DELIVERY_H
#define DELIVERY_DELIVERY_H

#include "base/money.h"
#include "core/feature.h"
#include "shop/shop.h"

ID_TYPE(delivery_zone);
ID_TYPE(delivery_method);

enum {
    DELIVERY_ZONES_MAX = 30,
    DELIVERY_METHODS_MAX = 8,
    DELIVERY_STEPS_MAX = 20,
    DELIVERY_NAME_MAX = 60,
    DELIVERY_DAYS_MAX = 180,
    DELIVERY_COUNTRIES_MAX = 250
};

enum delivery_kind {
    DELIVERY_KIND_UNSET = 0,
    DELIVERY_FLAT,
    DELIVERY_BY_WEIGHT,
    DELIVERY_BY_PRICE,
    DELIVERY_PICKUP,          /* costs nothing */
    DELIVERY_KIND_COUNT
};

/* Ascending; the first whose up_to is not passed holds; beyond the last the method is not offered.
 */
struct delivery_step {
    int64_t up_to;            /* grams, or minor units of goods; > 0 */
    int64_t price_minor;
};

struct delivery_method {
    struct delivery_method_id id; /* v 0 when saving: a new one */
    str name;
    enum delivery_kind kind;
    int64_t price_minor;      /* FLAT only */
    struct delivery_step steps[DELIVERY_STEPS_MAX]; /* BY_WEIGHT and BY_PRICE: at least one */
    size_t step_count;
    int64_t volume_divisor;   /* BY_WEIGHT: cm3 that count as 1 kg, 0 = only the scales count */
    int64_t free_from_minor;  /* of goods; 0 = never */
    int days_from, days_to;   /* until it arrives; both 0: nothing is promised */
};

struct delivery_zone {
    struct delivery_zone_id id; /* v 0 when saving: a new one */
    str name;
    str countries;            /* " DE FR ", or "*" for the rest of the world */
    struct delivery_method methods[DELIVERY_METHODS_MAX];
    size_t method_count;
};

/* All zones with their methods, in the order they were made. */
const struct err *delivery_zones(struct tx *tx, struct arena *a, struct shop_id shop,
                                 struct delivery_zone **ret, size_t *ret_count) MUST_CHECK;
/* The zone that delivers to a country (two letters): the one that names it, else the rest of the
 * world. *ret_has_zones false: the shop has none at all. *ret NULL: nothing goes there. */
const struct err *delivery_zone_for(struct tx *tx, struct arena *a, struct shop_id shop,
                                    str country, bool *ret_has_zones,
                                    struct delivery_zone **ret) MUST_CHECK;

/* Makes or changes a zone with all its methods: those left out are gone, ids given stay. INVALID
 * names the field: delivery.bad_name, bad_countries, no_countries, country_twice (arg: the
 * country), bad_method, bad_steps, bad_days; LIMIT delivery.too_many; NOT_FOUND delivery.gone.
 * Countries may be typed in any case, parted by blanks or commas. Audited; emits shop.changed. */
const struct err *delivery_zone_save(struct turn *t, struct shop_id shop,
                                     const struct delivery_zone *zone,
                                     struct delivery_zone_id *ret) MUST_CHECK;
/* Nothing happens when there is none. */
const struct err *delivery_zone_remove(struct turn *t, struct shop_id shop,
                                       struct delivery_zone_id id) MUST_CHECK;

/* ---- pure ---- */

/* What a method is asked to carry. */
struct delivery_parcel {
    int64_t goods_minor;      /* all goods of the order */
    int64_t weight_g;         /* of what is shipped */
    int64_t volume_mm3;
};

/* The heavier of weight and volume; never negative. */
int64_t delivery_weight_counted(const struct delivery_parcel *p, int64_t volume_divisor);
/* What it costs; false: this method does not carry it. *ret_is_free: because of free_from. */
bool delivery_price(const struct delivery_method *m, const struct delivery_parcel *p,
                    int64_t *ret_minor, bool *ret_is_free);

extern const struct feature delivery_feature;

#endif
