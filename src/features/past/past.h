/* past: customers and orders of another shop system, as history of a shop's contacts.
 *
 * Taking the same again changes nothing. Not here: files (catalog_import), contacts (identity); and
 * nothing of it is an order, a payment or a movement of stock.
 */
#ifndef PAST_PAST_H
#define PAST_PAST_H

#include "identity/identity.h"
#include "shop/shop.h"

enum { PAST_TEXT_MAX = 300, PAST_ITEMS_MAX = 500 };
enum past_kind { PAST_KIND_UNSET = 0, PAST_NEW, PAST_CHANGED, PAST_SAME };

struct past_person {
    str email, phone, name;   /* the e-mail counts; the phone when there is none */
};
struct past_customer {
    struct past_person person;
    int64_t orders, spent_minor; /* as the old system counted, in the shop's currency */
    bool mail_consent;        /* she said yes there */
};
struct past_order {
    str source, number;       /* "shopify", "#1001": unique together */
    struct past_person person;
    int64_t placed_ms;
    struct money total;
    int64_t refunded_minor;
    bool is_paid;             /* and neither cancelled nor given back whole */
    str items;                /* "2 x Cup, Pot" */
    bool mail_consent;
};

/* INVALID past.nobody: neither e-mail nor phone. `is_dry`: only decides. */
const struct err *past_customer_take(struct turn *t, const struct shop *shop,
                                     const struct past_customer *c, bool is_dry,
                                     enum past_kind *ret) MUST_CHECK;
const struct err *past_order_take(struct turn *t, const struct shop *shop,
                                  const struct past_order *o, bool is_dry,
                                  enum past_kind *ret) MUST_CHECK;

extern const struct feature past_feature;

#endif
