/* Inside feature delivery: input and handlers. Not for other features. */
#ifndef DELIVERY_DELIVERY_PART_H
#define DELIVERY_DELIVERY_PART_H

#include "delivery/delivery_view.h"

/* The fields of the zone's form as they were typed: chosen countries, one row per method that has a
 * name or an id. */
const struct err *delivery_form_typed(struct web *w, struct delivery_zone_view *v) MUST_CHECK;
/* The same of a stored zone. */
const struct err *delivery_view_typed(struct arena *a, struct currency currency,
                                      const struct delivery_zone *zone,
                                      struct delivery_zone_view *v) MUST_CHECK;
/* What was typed, understood; INVALID names the field ("price", "steps", "days", "free_from"). */
const struct err *delivery_zone_of(struct arena *a, struct currency currency,
                                   const struct delivery_zone_view *v,
                                   struct delivery_zone *ret) MUST_CHECK;
/* From a JSON body. */
const struct err *delivery_zone_json(struct web *w, struct currency currency,
                                     struct delivery_zone *ret) MUST_CHECK;

const struct err *delivery_page_zone(struct web *w) MUST_CHECK;
const struct err *delivery_page_save(struct web *w) MUST_CHECK;
const struct err *delivery_page_remove(struct web *w) MUST_CHECK;
const struct err *delivery_api_list(struct web *w) MUST_CHECK;
const struct err *delivery_api_create(struct web *w) MUST_CHECK;
const struct err *delivery_api_change(struct web *w) MUST_CHECK;
const struct err *delivery_api_remove(struct web *w) MUST_CHECK;

#endif
