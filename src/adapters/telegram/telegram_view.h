/* telegram_view: what the page of channels shows. Private to the adapter. */
#ifndef TELEGRAM_TELEGRAM_VIEW_H
#define TELEGRAM_TELEGRAM_VIEW_H

#include "core/feature.h"
#include "telegram/telegram_api.h"
#include "web/page.h"

struct telegram_view {
    struct page page;
    str shop_handle;
    bool is_connected;
    str username, name, link;
    str trouble;              /* i18n key, NUL-terminated; empty: all is well */
    str error;
};

#endif
