/* The texts in which zones keep their countries and methods their steps; pure. */
#ifndef DELIVERY_DELIVERY_RULES_H
#define DELIVERY_DELIVERY_RULES_H

#include "delivery/delivery.h"

/* "de, fr DE" -> " DE FR "; "*" stays. INVALID delivery.bad_countries (arg: what is no country),
 * delivery.no_countries. */
const struct err *delivery_countries_read(struct arena *a, str typed, str *ret) MUST_CHECK;
/* `countries` as stored. */
bool delivery_names(str countries, str country);
/* The first country of both; absent when there is none. */
str delivery_in_both(str countries, str others);

/* "1000=490;5000=890"; false: no such text. */
bool delivery_steps_parse(str text, struct delivery_step *ret, size_t *ret_count);
const struct err *delivery_steps_text(struct arena *a, const struct delivery_method *m,
                                      str *ret) MUST_CHECK;
/* Kinds, steps, days, amounts; INVALID with the field. */
const struct err *delivery_method_check(struct arena *a, const struct delivery_method *m)
    MUST_CHECK;

#endif
