/* shop: a shop sells. It has a handle, a currency, a language, a home country and zone, words about
 * delivery and returns, and members with roles (owner, staff, viewer; stored by core/permission).
 * Not here: products (catalog), money (ledger), shipping prices beyond the shop's flat rate
 * (price).
 */
#ifndef SHOP_SHOP_H
#define SHOP_SHOP_H

#include "base/money.h"
#include "core/feature.h"
#include "web/page.h"

enum { SHOP_HANDLE_MIN = 3, SHOP_HANDLE_MAX = 30, SHOP_NAME_MAX = 80, SHOP_TEXT_MAX = 2000 };

struct shop {
    struct shop_id id;
    str handle;
    str name, tagline, about;
    struct currency currency;
    str language;             /* of its own texts: "en", "zh" */
    str country;              /* ISO 3166 alpha-2 */
    str zone;                 /* IANA, "Europe/Amsterdam" */
    str contact_email;
    str delivery_text, returns_text; /* plain words shown before payment; may be empty */
    int64_t shipping_minor;   /* flat rate; 0 = free */
    int64_t free_shipping_from_minor; /* 0 = never free */
    int tax_basis_points;     /* 2100 = 21 % */
    bool tax_included;
    struct account_id owner_id;
    int64_t logo_media_id;
    str accent; /* theme colour name from a closed list: "water", "coral", "clay", "tea" */
    bool is_demo;
    int64_t created_ms;
};

const struct err *shop_get(struct tx *tx, struct arena *a, struct shop_id id,
                           struct shop *ret) MUST_CHECK;
const struct err *shop_by_handle(struct tx *tx, struct arena *a, str handle,
                                 struct shop *ret) MUST_CHECK; /* NOT_FOUND */
/* Whether this store has a shop at all: for set-up. */
const struct err *shop_any(struct tx *tx, struct arena *a, bool *ret_found) MUST_CHECK;
/* Shops in which `account` has a role; at most 50. */
const struct err *shop_list_of(struct tx *tx, struct arena *a, struct account_id account,
                               struct shop **ret, size_t *ret_count) MUST_CHECK;

/* a-z, 0-9 and inner '-', within the lengths above, not one of our own words. */
bool shop_handle_is_fit(str handle);

struct shop_new {
    str handle, name, tagline, about, currency, language, country, zone, contact_email,
        delivery_text, returns_text, accent;
    int64_t shipping_minor, free_shipping_from_minor;
    int tax_basis_points;
    bool tax_included, is_demo;
};
/* The actor becomes owner. INVALID with the field named; CONFLICT "shop.handle_taken". Emits
 * shop.created: pool makes "direct" and "unknown", flow its standard flow. */
const struct err *shop_create(struct turn *t, const struct shop_new *n,
                              struct shop_id *ret) MUST_CHECK;

/* All of it but handle, currency and is_demo; absent language, zone and an unknown accent stay as
 * they are. Writes nothing when nothing changes. Leaves an audit row, emits shop.changed. */
const struct err *shop_change(struct turn *t, struct shop_id id,
                              const struct shop_new *n) MUST_CHECK;
/* A photo of feature media; 0 = initials. */
const struct err *shop_set_logo(struct turn *t, struct shop_id id, int64_t media_id) MUST_CHECK;

/* A shop as a face: its logo or initials, leading to its front. */
const struct err *shop_face_make(struct tx *tx, struct arena *a, const struct shop *shop,
                                 struct face *ret) MUST_CHECK;
/* page_init on a WHO_SHOP route, with the shop's name and face in the console's frame. */
const struct err *shop_page_init(struct web *w, struct page *p, str title,
                                 struct shop *ret) MUST_CHECK;

/* Events: shop.created, shop.changed. */

extern const struct feature shop_feature;

#endif
