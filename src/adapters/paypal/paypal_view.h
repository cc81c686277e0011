/* paypal_view: what the page of PayPal shows. Private to the adapter. */
#ifndef PAYPAL_PAYPAL_VIEW_H
#define PAYPAL_PAYPAL_VIEW_H

#include "core/feature.h"
#include "paypal/paypal_api.h"
#include "web/page.h"

struct paypal_view {
    struct page page;
    str shop_handle;
    bool is_on, is_sandbox;
    str client_end, secret_end, webhook_id; /* ends: the last four characters */
    str hook;                 /* where events go */
    str error;
};

#endif
