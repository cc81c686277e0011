/* quote: a buyer asks for a price (RFQ), the shop answers with a quotation, and accepting it places
 * the order at exactly these prices. The shop may also make an offer of its own: a draft order with
 * a link to accept and pay.
 *
 * A quotation has versions: a revision is the next one, and only the newest can be accepted.
 * Accepted means that there is exactly one order with the same total (verify: quote). The machine:
 * quote_rules.h; a step that is not in it is refused, each leaves an audit row.
 * Not here: taking payments, stock, shipping (order), the words between people (chat).
 */
#ifndef QUOTE_QUOTE_H
#define QUOTE_QUOTE_H

#include "chat/chat.h"
#include "order/order.h"

ID_TYPE(quote);

enum {
    QUOTE_LINES_MAX = 20,
    QUOTE_TEXT_MAX = 500, /* characters, of every text people type: they are printed on the order */
    QUOTE_DAYS_MAX = 365,
    QUOTE_DAYS_USUAL = 14,
    QUOTE_PAY_DAYS_MAX = 90,
    QUOTE_PAY_DAYS_USUAL = 7,
    QUOTE_REMIND_MS = 24 * 3600 * 1000 /* before it expires; shorter ones are not reminded of */
};
enum quote_state {
    QUOTE_STATE_UNSET = 0,
    QUOTE_ASKED,
    QUOTE_QUOTED,
    QUOTE_ACCEPTED,
    QUOTE_DECLINED,           /* by the buyer */
    QUOTE_WITHDRAWN,          /* by the shop */
    QUOTE_EXPIRED,
    QUOTE_STATE_COUNT
};

struct quote_wish {
    struct variant_id variant_id;
    int64_t quantity;         /* 1..PRICE_QUANTITY_MAX */
    int64_t target_minor;     /* hoped-for price of a piece; 0 = none told */
    bool is_sample;
};

struct quote_line {
    struct variant_id variant_id;
    struct product_id product_id;
    str title, variant_title, sku;
    int64_t media_id;
    int64_t quantity, unit_minor, total_minor;
    bool is_sample, requires_shipping;
};

/* One version of what the shop offers. */
struct quote_terms {
    int64_t version;          /* 1.. */
    int64_t goods_minor, shipping_minor, tax_minor, total_minor;
    int tax_bp;               /* rate in hundredths of a percent */
    bool tax_included;
    int deposit_percent;      /* 0 and 100: paid at once */
    int64_t deposit_minor;    /* 0 when paid at once */
    int64_t pay_days;         /* how long an accepted one waits for its money */
    str incoterm, place;      /* "FOB", "Ningbo"; both may be empty */
    str lead_time, note;
    int64_t valid_until_ms, made_ms;
    struct account_id made_by;
    struct quote_line *lines;
    size_t line_count;
};

struct quote {
    struct quote_id id;
    struct shop_id shop_id;
    int64_t number;           /* 1, 2, ... per shop */
    struct account_id account_id; /* the buyer; 0: an offer to somebody without an account */
    struct contact_id contact_id;
    struct conversation_id conversation_id; /* 0: none */
    enum quote_state state;
    int64_t version;          /* 0: not answered yet */
    bool is_offer;            /* the shop made it unasked */
    struct currency currency; /* the shop's */
    str country, incoterm_wish, needed_by, note; /* as the buyer asked; may be empty */
    str words;                /* why it was declined or withdrawn */
    struct order_id order_id; /* of the accepted one; else 0 */
    struct account_id accepted_by; /* who pressed the button; 0: not, or not known */
    int64_t made_ms, changed_ms;
    struct quote_wish *wishes;
    size_t wish_count;
    struct quote_terms terms; /* of the newest version; empty while version is 0 */
    str access_key;           /* unguessable: /q/{id}?key=... */
};

static inline struct money quote_money(const struct quote *q, int64_t minor)
{
    return (struct money){.minor = minor, .currency = q->currency};
}

/* ---- the buyer ---- */

struct quote_ask {
    struct shop_id shop_id;
    struct account_id account_id;
    struct visitor_id visitor_id;
    str name, language;       /* of the buyer: for the conversation */
    const struct quote_wish *wishes;
    size_t wish_count;        /* 1..QUOTE_LINES_MAX; per variant one, and one as a sample */
    str country, incoterm, needed_by, note; /* may be empty */
};
/* Asks, and says so in the conversation, where a person is called for. INVALID with the field;
 * NOT_FOUND catalog.gone; LIMIT quote.too_many beyond 20 that wait for the shop's answer. */
const struct err *quote_ask(struct turn *t, const struct quote_ask *ask,
                            struct quote_id *ret) MUST_CHECK;

struct quote_accept {
    struct shop_id shop_id;
    struct quote_id id;
    int64_t version;          /* the one she read */
    struct account_id account_id; /* who accepts: the buyer of an offer that had none */
    struct visitor_id visitor_id;
    struct order_party party;
    str channel;              /* "site", "api" */
    str language;             /* for the words printed on the order */
    bool mail_consent;
};
/* Places the order. Accepted before: the same order again; whether who asks may see it is another
 * question: quote_may_see_order. CONFLICT quote.revised (another version
 * is the newest), quote.expired, quote.not_open, and those of order_place; nothing then changed. */
const struct err *quote_accept(struct turn *t, const struct quote_accept *x,
                               struct order_id *ret) MUST_CHECK;
/* Whether the reader is led to the order: its buyer, and who accepted it in her place. Everybody
 * else who holds the quotation's link sees that it was accepted, not by whom nor where it goes. */
bool quote_may_see_order(const struct quote *q, struct account_id reader);
/* The same again changes nothing. CONFLICT quote.not_open. words: may be empty. */
const struct err *quote_decline(struct turn *t, struct shop_id shop, struct quote_id id,
                                str words) MUST_CHECK;

/* ---- the shop ---- */

struct quote_answer_line {
    struct variant_id variant_id;
    int64_t quantity, unit_minor;
    bool is_sample;
};
struct quote_answer {
    const struct quote_answer_line *lines; /* per variant one, and one as a sample */
    size_t line_count;
    int64_t shipping_minor;
    int tax_bp;               /* 0..10000 */
    bool tax_included;
    int deposit_percent;      /* 0..100 */
    str incoterm, place, lead_time, note; /* may be empty */
    int64_t valid_days;       /* 1..QUOTE_DAYS_MAX */
    int64_t pay_days;         /* 1..QUOTE_PAY_DAYS_MAX */
};
/* Answers what was asked, or revises: the next version. `seen_version`: the newest one the writer
 * saw (0: none yet), else CONFLICT quote.revised. Also after it expired or was declined.
 * CONFLICT quote.not_open; INVALID with the field. */
const struct err *quote_answer(struct turn *t, struct shop_id shop, struct quote_id id,
                               int64_t seen_version, const struct quote_answer *x) MUST_CHECK;
/* Made unasked, for whoever talks in `conversation` or is `contact` (one of them set). */
struct quote_offer {
    struct shop_id shop_id;
    struct conversation_id conversation_id;
    struct contact_id contact_id;
    struct quote_answer answer;
};
const struct err *quote_offer(struct turn *t, const struct quote_offer *o,
                              struct quote_id *ret) MUST_CHECK;
/* The same again changes nothing. CONFLICT quote.not_open. */
const struct err *quote_withdraw(struct turn *t, struct shop_id shop, struct quote_id id,
                                 str words) MUST_CHECK;

/* Its terms as they are printed on orders and papers, in `language`: number, delivery, lead time,
 * samples, note, as far as there are. `ret` has room for ORDER_ANSWERS_MAX. */
const struct err *quote_terms_print(struct arena *a, const struct platform *p,
                                    const struct quote *q, str language, struct order_answer *ret,
                                    size_t *ret_count) MUST_CHECK;

/* ---- reading ---- */

/* NOT_FOUND quote.gone. */
const struct err *quote_get(struct tx *tx, struct arena *a, struct platform *p, struct shop_id shop,
                            struct quote_id id, struct quote *ret) MUST_CHECK;
/* For pages that know its id only. */
const struct err *quote_find(struct tx *tx, struct arena *a, struct quote_id id,
                             struct shop_id *ret_shop, struct account_id *ret_buyer) MUST_CHECK;
bool quote_key_opens(struct platform *p, struct arena *a, struct quote_id id, str key);
/* Of a shop, newest first, before `before` (v == 0: from the newest); state 0: all. */
const struct err *quote_list(struct tx *tx, struct arena *a, struct platform *p,
                             struct shop_id shop, enum quote_state state, struct quote_id before,
                             size_t limit, struct quote **ret, size_t *ret_count) MUST_CHECK;
/* Of a buyer, over all shops. */
const struct err *quote_list_of_buyer(struct tx *tx, struct arena *a, struct platform *p,
                                      struct account_id buyer, struct quote_id before, size_t limit,
                                      struct quote **ret, size_t *ret_count) MUST_CHECK;

/* Events: quote.asked, quote.quoted, quote.accepted, quote.declined, quote.withdrawn,
 * quote.expired: subject quote, object order or 0, number = version, account = buyer or 0. */

extern const struct feature quote_feature;

#endif
