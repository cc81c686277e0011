/* catalog: products and their variants, options, photos and texts, per shop.
 * Not here: how many there are (stock), what an order costs (price).
 * Old addresses redirect: a product keeps every handle it ever had.
 */
#ifndef CATALOG_CATALOG_H
#define CATALOG_CATALOG_H

#include "base/money.h"
#include "core/feature.h"
#include "media/media.h"
#include "shop/shop.h"
#include "web/page.h"

ID_TYPE(product);
ID_TYPE(variant);

enum {
    PRODUCT_OPTIONS_MAX = 3,
    PRODUCT_VARIANTS_MAX = 100,
    PRODUCT_PHOTOS_MAX = 20,
    PRODUCT_TITLE_MAX = 200,
    LADDER_QUANTITY_MAX = 999,
    LADDER_RUNGS_MAX = 6
};
enum product_status { PRODUCT_STATUS_UNSET = 0, PRODUCT_DRAFT, PRODUCT_ACTIVE, PRODUCT_ARCHIVED };

enum tax_class { TAX_CLASS_UNSET = 0, TAX_STANDARD, TAX_REDUCED, TAX_ZERO, TAX_CLASS_COUNT };
/* What crossing a border asks about a piece, packed. */
struct variant_parcel {
    int64_t length_mm, width_mm, height_mm; /* 0..10,000 each; 0: not told */
    enum tax_class tax_class; /* UNSET when saving: standard */
    str hs_code;              /* 6 to 10 digits, or empty */
};

/* How a variant is sold: at least min_quantity, in multiples of step, and what many pieces cost.
 * Below the first rung the list price holds. */
struct ladder_rung {
    int64_t from;             /* quantity, 2..LADDER_QUANTITY_MAX, rising */
    int64_t unit_minor;       /* of a piece, in the shop's currency */
};
struct ladder {
    int64_t min_quantity, step; /* 1: any quantity; 0 when saving: 1 */
    struct ladder_rung rungs[LADDER_RUNGS_MAX];
    size_t rung_count;
    struct opt_int
        sample_minor; /* one piece to try, whatever the least quantity; none: no samples */
};

struct variant {
    struct variant_id id;
    struct product_id product_id;
    str sku;                  /* unique per shop when present */
    str title;                /* "M / Coral", or the product's title when it has one variant only */
    str options[PRODUCT_OPTIONS_MAX];
    struct money price;
    int64_t compare_at_minor; /* 0 = none */
    int64_t weight_g;
    str barcode;
    bool requires_shipping, is_taxable;
    struct variant_parcel parcel;
    struct ladder ladder;
    int64_t media_id;         /* 0 = the product's first photo */
    int position;
};

struct product {
    struct product_id id;
    struct shop_id shop_id;
    str handle, title;
    struct html_safe description; /* sanitised at write */
    str description_text;     /* its plain text, for mails, feeds and search */
    str vendor, kind, tags;   /* tags comma separated */
    enum product_status status;
    str option_names[PRODUCT_OPTIONS_MAX];
    int option_count;
    struct variant *variants;
    size_t variant_count;
    struct photo *photos;
    size_t photo_count;
    struct money price_from, price_to; /* over the variants */
    int64_t created_ms, changed_ms;
};

/* Small: for lists, tags, chat cards. */
struct product_card {
    struct product_id id;
    struct shop_id shop_id;
    str handle, title, shop_handle;
    struct money price_from, price_to; /* from: also by a ladder */
    int64_t compare_at_minor; /* 0 where price_from is that of many pieces */
    bool has_variants;
    struct photo photo;
};

const struct err *catalog_product(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct product_id id, struct product *ret) MUST_CHECK;
/* An old handle gives CONFLICT "catalog.moved" with arg 0 = the new handle. */
const struct err *catalog_product_by_handle(struct tx *tx, struct arena *a, struct shop_id shop,
                                            str handle, struct product *ret) MUST_CHECK;
const struct err *catalog_variant(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct variant_id id, struct variant *ret) MUST_CHECK;
const struct err *catalog_variant_by_sku(struct tx *tx, struct arena *a, struct shop_id shop,
                                         str sku, bool *ret_found, struct variant *ret) MUST_CHECK;
/* What a line of an order takes from the catalogue, in one query. NOT_FOUND catalog.gone. */
struct catalog_sale {
    struct product_id product_id;
    enum product_status status;
    str product_title, variant_title; /* the latter empty for an only variant */
    str sku;
    struct money price;
    int64_t media_id;         /* the variant's photo or the product's first; 0 = none */
    bool requires_shipping, is_taxable;
    int64_t weight_g;
    struct variant_parcel parcel;
    struct ladder ladder;
};
const struct err *catalog_sale(struct tx *tx, struct arena *a, struct shop_id shop,
                               struct variant_id id, struct catalog_sale *ret) MUST_CHECK;
/* Cards in the order asked; a missing product has id 0. Public facts: any shop's. */
const struct err *catalog_cards(struct tx *tx, struct arena *a, const int64_t *product_ids,
                                size_t count, struct product_card *ret) MUST_CHECK;
/* As tags and cards of a chat show it. */
struct price_view catalog_card_price(const struct product_card *card);
/* Active products, newest first, before `cursor` (0 = newest). */
const struct err *catalog_list(struct tx *tx, struct arena *a, struct shop_id shop,
                               struct product_id cursor, size_t limit, struct product_card **ret,
                               size_t *ret_count) MUST_CHECK;

struct variant_input {
    str sku, options[PRODUCT_OPTIONS_MAX], barcode;
    int64_t price_minor, compare_at_minor, weight_g;
    bool requires_shipping, is_taxable;
    struct variant_parcel parcel;
    struct ladder ladder;
    int64_t media_id;
};
struct product_input {
    str handle;               /* absent: made from the title */
    str title, description_html, vendor, kind, tags;
    enum product_status status;
    str option_names[PRODUCT_OPTIONS_MAX];
    int option_count;
    const struct variant_input *variants; /* at least one */
    size_t variant_count;
    const int64_t *media_ids;
    size_t media_count;
};
/* Create, or update when `id` is set: variants are matched by SKU, then by options; ids stay. An
 * update that changes nothing writes nothing (*ret_changed false). */
const struct err *catalog_save(struct turn *t, struct shop_id shop, const struct product_input *in,
                               struct product_id id, struct product_id *ret,
                               bool *ret_changed) MUST_CHECK;

/* An amount as people type it, with a decimal comma or point. INVALID "error.money" with that
 * field. */
const struct err *catalog_amount_read(struct arena *a, str text, struct currency currency,
                                      const char *field, int64_t *ret) MUST_CHECK;
/* A price as people type it: empty is 0; "12,50" is what a keyboard with a decimal comma gives.
 * INVALID "catalog.bad_price" with that field. */
const struct err *catalog_price_read(struct arena *a, str text, struct currency currency,
                                     const char *field, int64_t *ret) MUST_CHECK;

/* ---- ladders: the rules (pure) ---- */
/* INVALID catalog.bad_ladder with the field (min_quantity, step, ladder, sample): rungs that do not
 * rise, quantities that cannot be sold, prices below zero. Zeroes stand for 1. */
const struct err *catalog_ladder_check(struct arena *a, const struct ladder *ladder) MUST_CHECK;
bool catalog_ladder_is_same(const struct ladder *x, const struct ladder *y);
/* The least quantity that is sold. */
int64_t catalog_ladder_first(const struct ladder *ladder);
/* What a piece costs at this quantity: the lowest of the list price and the rungs reached, so that
 * a list price that was lowered below a rung is not lost. */
int64_t catalog_ladder_unit(const struct ladder *ladder, int64_t quantity, int64_t list_minor);
/* The quantity itself when it is sold, else the nearest one that is. */
int64_t catalog_ladder_nearest(const struct ladder *ladder, int64_t quantity);
/* How many pieces may come to those that are `there`, so that all of them are sold: `more` itself,
 * else the nearest number, 1..LADDER_QUANTITY_MAX. */
int64_t catalog_ladder_more(const struct ladder *ladder, int64_t there, int64_t more);
/* The most of `left` pieces that can be sold at once, 0: too few. */
int64_t catalog_ladder_most(const struct ladder *ladder, int64_t left);

/* As people write the rungs, "10: 8.50, 100: 7.10", and as files have them. */
const struct err *catalog_ladder_read(struct arena *a, str text, struct currency currency,
                                      struct ladder *ladder) MUST_CHECK;
const struct err *catalog_ladder_print(struct arena *a, const struct ladder *ladder,
                                       struct currency currency, str *ret) MUST_CHECK;
/* NOT_FOUND catalog.gone. Nothing is written when nothing changes; audited. */
const struct err *catalog_ladder_set(struct turn *t, struct shop_id shop, struct variant_id variant,
                                     const struct ladder *ladder) MUST_CHECK;
/* For the page of a product: template ladder_table. Steps that nobody can stand on, below the least
 * quantity, are left out, and so are those that cost no less than the one before. */
struct ladder_step {
    int64_t from, to;         /* to 0: and more */
    struct money unit;
};
struct ladder_view {
    struct ladder_step steps[LADDER_RUNGS_MAX + 1];
    size_t count;             /* 1: one price for any quantity */
    int64_t first, step;
};
void catalog_ladder_view(const struct variant *v, struct ladder_view *ret);

/* The same status again changes nothing. NOT_FOUND "catalog.gone". */
const struct err *catalog_set_status(struct turn *t, struct shop_id shop, struct product_id id,
                                     enum product_status status) MUST_CHECK;
/* For the shop's own people: products whose words begin with those of `query` (at most three count;
 * empty: all), of one status (0: all but archived), newest first, before `cursor`. ret_status has
 * room for `limit`. */
const struct err *catalog_search(struct tx *tx, struct arena *a, struct shop_id shop, str query,
                                 enum product_status status, struct product_id cursor, size_t limit,
                                 struct product_card **ret, enum product_status *ret_status,
                                 size_t *ret_count) MUST_CHECK;
/* Ids of all products whatever their status, oldest first, after `after` (0 = from the first): for
 * exports. */
const struct err *catalog_all(struct tx *tx, struct arena *a, struct shop_id shop,
                              struct product_id after, size_t limit, struct product_id **ret,
                              size_t *ret_count) MUST_CHECK;

/* ---- for pages: templates product_card, product_gallery, product_facts, option_chooser,
 * product_words of "catalog/catalog_tpl.h"; the page of a product itself is feature order's ---- */

struct option_value {
    str value;
    bool is_chosen, is_gone;  /* gone: every variant with this value is sold out */
};
struct option_choice {
    str name;
    const char *field;        /* "option1" .. "option3": plain radio buttons, values as they are */
    struct option_value *values;
    size_t count;
};
struct option_chooser {
    struct option_choice options[PRODUCT_OPTIONS_MAX];
    int count;                /* 0: nothing to choose */
    const struct variant *chosen; /* NULL: this combination does not exist */
    int64_t left;             /* of it, as given; -1: not counted */
};
/* `left`: per variant how many may be bought, -1 not counted; NULL: none is counted. What was asked
 * for comes from the query (v=VARIANT or option1..3); nothing asked: the first variant that may be
 * bought. */
const struct err *catalog_choose(struct web *w, const struct product *p, const int64_t *left,
                                 struct option_chooser *ret) MUST_CHECK;
/* The variant that a form or JSON body names by `variant` (id) or option1..3; a product with one
 * variant needs neither. INVALID "catalog.choose" (field variant) when there is no such variant. */
const struct err *catalog_form_variant(struct web *w, const struct product *p,
                                       const struct variant **ret) MUST_CHECK;

/* Events: catalog.product_saved (subject product), catalog.product_archived. */

/* A photo that this shop may show: uploaded by somebody who works here, or shown by the shop
 * already (who brought it may have left since). Those of others are like unknown ones: *ret is
 * empty. */
const struct err *catalog_photo_own(struct tx *tx, struct arena *a, struct shop_id shop, int64_t id,
                                    struct photo *ret) MUST_CHECK;

extern const struct feature catalog_feature;

#endif
