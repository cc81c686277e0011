/* flow_party: who and where, taken from a form at once or from messages one field after the other.
 * A message of several lines fills several fields. Not here: where it is kept (sealed, by the run).
 * Pure; threads: any.
 */
#ifndef FLOW_FLOW_PARTY_H
#define FLOW_FLOW_PARTY_H

#include "core/i18n.h"
#include "http/form.h"
#include "order/order.h"

/* i18n key of the label of field number `at` in the order they are asked: country, what the country
 * needs, mail. NULL when all have been asked. */
const char *flow_party_label(const struct order_party *party, int at);
/* Takes a message. *at moves on past every field that was filled, and back to the one that is
 * wrong: INVALID with words for her. *ret_done when all are there and right. */
const struct err *flow_party_take(struct arena *a, struct order_party *party, int *at, str text,
                                  bool *ret_done) MUST_CHECK;
/* All fields of the inline form; INVALID with the field's name. */
const struct err *flow_party_from_form(struct arena *a, const struct form *form,
                                       struct order_party *ret) MUST_CHECK;

/* One text, for sealing, and back. Fields that were absent come back empty. */
const struct err *flow_party_pack(struct arena *a, const struct order_party *party,
                                  str *ret) MUST_CHECK;
void flow_party_unpack(str packed, struct order_party *ret);

#endif
