/* manual_payment: money that only people can see. Gateway "transfer" (bank transfer: the buyer is
 * told where to and with which reference, the goods wait a week) and gateway "delivery" (paid when
 * it is handed over: the order is settled at once and the money noted later).
 *
 * Invariants: money is there when somebody of the shop says so; above the shop's limit two
 * different people have to; each of them leaves an audit row.
 */
#ifndef ADAPTER_MANUAL_PAYMENT_H
#define ADAPTER_MANUAL_PAYMENT_H

#include "core/feature.h"
#include "core/ports/payment_port.h"

extern const struct feature manual_payment_feature;

#endif
