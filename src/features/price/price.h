/* price: what an order costs, and why. A quote is lines with reasons; everything that later changes
 * a price (group, coupon, tier, points) adds a reason. Pure rules in price_rules.h; amounts come
 * from our own rows, never from the client (I6). total = sum of line totals + shipping + added tax,
 * recomputable from the snapshot that the order keeps. The rules in words: README.md.
 */
#ifndef PRICE_PRICE_H
#define PRICE_PRICE_H

#include "catalog/catalog.h"
#include "core/row_keys.h"
#include "currency/currency.h"
#include "delivery/delivery.h"
#include "shop/shop.h"
#include "tax/tax.h"

enum {
    PRICE_LINES_MAX = 50,
    PRICE_REASONS_MAX = 8,
    PRICE_QUANTITY_MAX = LADDER_QUANTITY_MAX,
    PRICE_TAXES_MAX = PRICE_LINES_MAX + 1
};

enum price_reason_kind {
    PRICE_REASON_UNSET = 0,
    PRICE_REASON_LIST,        /* the variant's own price */
    PRICE_REASON_LADDER,      /* many pieces cost less */
    PRICE_REASON_SAMPLE,      /* one piece to try */
    PRICE_REASON_SHIPPING_FLAT, /* by the method the buyer chose, or the shop's one rate */
    PRICE_REASON_SHIPPING_FREE, /* over the threshold */
    PRICE_REASON_TAX_INCLUDED, PRICE_REASON_TAX_ADDED,
    PRICE_REASON_TAX_REVERSED, /* taken out: the buyer, a company, declares it herself */
    PRICE_REASON_COUNT
};

struct price_reason {
    enum price_reason_kind kind;
    int64_t amount_minor; /* what this reason contributes; TAX_INCLUDED: the part inside, adds
                             nothing */
    str note;                 /* e.g. the rate "21 %", the method's name; may be empty */
};

struct price_want {
    struct variant_id variant_id;
    int64_t quantity;         /* 1..999 */
};

/* What an order that is priced again has of a want already. */
struct price_known {
    int64_t agreed_minor;     /* of a piece, in the order's currency: it also holds when the variant
                                 is not for sale any more; -1: today's price */
    bool is_sample;           /* agreed as the price of a sample */
    int64_t beside;           /* pieces of the variant that the ladder counts with it */
};

/* Where it goes, how, and as what; every member may be left empty. */
struct price_way {
    str country, region;      /* of the destination; absent: the shop's own country */
    str vat_id;               /* of a buyer that is a company */
    str currency;             /* code; one the shop does not sell in: its own */
    int64_t method_id;        /* of delivery; not offered (any more): the cheapest that
                                 brings it */
    const struct price_known *known; /* per want; NULL: nothing is known of any */
    const struct price_want *along; /* goods that travel there anyway: shipping is what the wants
                                       add to theirs, never less than nothing */
    size_t along_count;
    bool is_sample;           /* of each line one piece, at the price of a sample */
};

struct price_line {
    struct variant_id variant_id;
    struct product_id product_id;
    str title, variant_title, sku;
    int64_t media_id;
    int64_t quantity;
    int64_t first, step;      /* the least quantity that is sold, and by how many more; 0: any */
    int64_t nearest;          /* 0: this quantity is sold; else the nearest that is */
    int64_t base_unit_minor;  /* in the shop's currency */
    int64_t unit_minor, total_minor;
    int64_t weight_g, volume_mm3; /* of one piece */
    enum tax_class tax_class; /* TAX_ZERO when no tax is due on it */
    str hs_code;
    bool requires_shipping;
    bool is_agreed;           /* unit_minor was agreed before and is not touched */
    enum price_reason_kind unit_reason; /* why a piece costs that much; UNSET: the list price */
    struct price_reason reasons[PRICE_REASONS_MAX];
    size_t reason_count;
};

/* A way of delivery that is offered for these goods, cheapest first. */
struct price_method {
    struct delivery_method_id id;
    str name;
    enum delivery_kind kind;
    int64_t price_minor;
    int days_from, days_to;   /* both 0: nothing is promised */
};

/* Goods and shipping by rate (or by line): the bases add up to goods + shipping. */
struct price_tax {
    int rate_bp;
    int64_t base_minor, tax_minor;
};

struct price_quote {
    struct currency currency, base_currency;
    int64_t rate_micros;      /* units of currency for one of base_currency, in millionths */
    struct price_line lines[PRICE_LINES_MAX];
    size_t line_count;
    int64_t base_goods_minor; /* list prices, in base_currency */
    int64_t goods_minor, shipping_minor, tax_minor,
        total_minor; /* tax_minor: included or added, see flag */
    bool tax_included;
    struct price_tax taxes[PRICE_TAXES_MAX];
    size_t tax_count;
    enum tax_ground tax_ground; /* UNSET: the one rate of the shop's settings */
    struct price_method methods[DELIVERY_METHODS_MAX];
    size_t method_count;      /* 0: nothing is shipped, or the shop's one rate */
    size_t method_chosen;     /* index into methods */
    bool is_shipped;
    bool is_unreachable;      /* something is shipped, and no method carries it there */
    struct price_reason reasons[PRICE_REASONS_MAX]; /* of shipping and tax */
    size_t reason_count;
};

/* INVALID for an unknown or inactive variant, a wrong quantity, price.no_sample (arg: title) where
 * there is none or more than one is wanted, more than PRICE_LINES_MAX lines, overflow. A quantity
 * that a ladder does not sell is priced all the same and told as `nearest`. Where nothing can be
 * delivered the quote says is_unreachable and has no shipping: a page can tell it before she types
 * an address; order refuses it. */
const struct err *price_quote_way(struct tx *tx, struct arena *a, const struct shop *shop,
                                  const struct price_want *wants, size_t count,
                                  const struct price_way *way,
                                  struct price_quote **ret) MUST_CHECK;
/* The same to a country, in the shop's currency, by the cheapest method. */
const struct err *price_quote_make(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct price_want *wants, size_t count, str country,
                                   struct price_quote **ret) MUST_CHECK;
/* INVALID price.off_step (args: nearest quantity, title) for the first line of a quantity that is
 * not sold: who orders must mend it first. */
const struct err *price_quote_steps(struct arena *a, const struct price_quote *q) MUST_CHECK;
/* Recomputes the totals of a stored quote; INVALID "price.untrue" when they do not add up. */
const struct err *price_quote_check(struct arena *a, const struct price_quote *q) MUST_CHECK;

/* The taxes as the order keeps them: "RATE:BASE:TAX,..."; and whether such a text agrees with the
 * sums beside it: bases with goods + shipping, each tax with its base and rate, taxes with
 * tax_minor. An empty text (orders of before) agrees. */
const struct err *price_taxes_text(struct arena *a, const struct price_quote *q,
                                   str *ret) MUST_CHECK;
bool price_taxes_agree(struct arena *a, str text, int64_t goods_minor, int64_t shipping_minor,
                       int64_t tax_minor, bool tax_included);

/* Those of a placed order; none when it was taxed by the one rate of the shop's settings. */
const struct err *price_taxes_of_order(struct tx *tx, struct arena *a, struct shop_id shop,
                                       int64_t order_id, struct price_tax **ret, size_t *ret_count,
                                       enum tax_ground *ret_ground) MUST_CHECK;

/* What customs may ask for at the border, from the operator's table: an estimate, never in the
 * total. Nothing within one country or within the EU, and where no line has a rate. */
struct price_duties {
    bool is_known;
    int64_t minor;            /* about, in the quote's currency */
    str source, day;          /* of the table's row; of the dearest line when there are several */
};
const struct err *price_duties(struct tx *tx, struct arena *a, const struct shop *shop,
                               const struct price_quote *q, str country,
                               struct price_duties *ret) MUST_CHECK;

/* ---- kept with an order: how it travels, why it is taxed so ---- */
struct price_kept {
    int64_t method_id;        /* 0: none */
    str method_name;          /* "" = nothing chosen */
    enum delivery_kind method_kind;
    int64_t deliver_from_ms, deliver_to_ms; /* 0: nothing was promised */
    enum tax_ground tax_ground;
    int64_t goods_minor, shipping_minor, tax_minor, total_minor;
};
/* Once per order, in the turn that places it. Nothing is written for a quote of one flat rate. */
const struct err *price_keep(struct turn *t, struct shop_id shop, int64_t order_id,
                             const struct price_quote *q) MUST_CHECK;
/* The same for an order that was written anew before it was paid: what was kept is replaced. */
const struct err *price_keep_anew(struct turn *t, struct shop_id shop, int64_t order_id,
                                  const struct price_quote *q) MUST_CHECK;
const struct err *price_kept(struct tx *tx, struct arena *a, struct shop_id shop, int64_t order_id,
                             bool *ret_found, struct price_kept *ret) MUST_CHECK;
/* The sums alone, of many orders: ret[i] is of the order keys[i]. At most ROW_KEYS_MAX. */
struct price_kept_sum {
    bool is_kept;
    int64_t goods_minor, shipping_minor, tax_minor, total_minor;
};
const struct err *price_kept_sums(struct tx *tx, struct arena *a, const struct row_key *keys,
                                  size_t count, struct price_kept_sum *ret) MUST_CHECK;
/* The part of `millpond verify` that recomputes them (I6). */
const struct err *price_verify(struct tx *tx, struct arena *a,
                               struct verify_report *report) MUST_CHECK;

extern const struct feature price_feature;

#endif
