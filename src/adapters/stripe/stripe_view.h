/* stripe_view: what the page of Stripe shows. Private to the adapter. */
#ifndef STRIPE_STRIPE_VIEW_H
#define STRIPE_STRIPE_VIEW_H

#include "core/feature.h"
#include "stripe/stripe_api.h"
#include "web/page.h"

struct stripe_view {
    struct page page;
    str shop_handle;
    bool is_on, is_live, is_later;
    str key_end, secret_end;  /* the last four characters */
    str account;
    str hook;                 /* where events go */
    str error;
};

#endif
