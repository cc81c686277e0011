/* The tables of feature quote. */
#include "quote/quote_view.h"

static const char *const needs[] = {"account", "shop",   "media",    "catalog", "stock",
                                    "delivery", "tax",   "currency", "price",   "ledger",
                                    "identity", "pool",  "notify",   "order",   "chat",
                                    NULL};

#define ABOUT "subject: quotation, object: order or 0, number: version, account: buyer or 0"
static const struct event_kind events[] = {
    {"quote.asked", 1, ABOUT},    {"quote.quoted", 1, ABOUT},    {"quote.accepted", 1, ABOUT},
    {"quote.declined", 1, ABOUT}, {"quote.withdrawn", 1, ABOUT}, {"quote.expired", 1, ABOUT},
};

/* Who watches her quotation or the console's list learns that something happened. */
static const struct err *tell_watchers(struct turn *t, const struct event *e)
{
    struct id_text quote = id_format(e->subject_id), shop = id_format(e->shop_id.v),
                   buyer = id_format(e->account_id.v);
    str topic;
    TRY(str_fmt(t->arena, &topic, "orders:%s", shop.text));
    TRY(event_notify(t, topic, e->seq, S("message"), id_str(&quote)));
    TRY(str_fmt(t->arena, &topic, "account:%s", buyer.text));
    return event_notify(t, topic, e->seq, S("message"), id_str(&quote));
}

static const char *const watched[] = {"quote.asked",     "quote.quoted",  "quote.accepted",
                                      "quote.declined", "quote.withdrawn", "quote.expired",
                                      NULL};
static const char *const merged[] = {"account.merged", NULL};
static const struct event_subscriber subscribers[] = {
    {"quote.live", watched, tell_watchers},
    {"quote.account_merged", merged, quote_account_merged},
};

enum { FORM_BYTES = 32 * 1024, SMALL_BYTES = 8 * 1024 };
static const struct route routes[] = {
    ROUTE(GET, "/s/{shop}/p/{product}/quote", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          quote_page_ask, "asks for a quotation: the form"),
    ROUTE(POST, "/s/{shop}/p/{product}/quote", WHO_ANYONE, NULL, CSRF_FORM, FORM_BYTES, RATE_WRITE,
          quote_page_ask_post, "asks for a quotation"),
    ROUTE(GET, "/q/{quote}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, quote_page_show,
          "a quotation of the reader"),
    ROUTE(POST, "/q/{quote}/accept", WHO_ANYONE, NULL, CSRF_FORM, FORM_BYTES, RATE_WRITE,
          quote_page_accept, "accepts it: places the order and begins to pay"),
    ROUTE(POST, "/q/{quote}/decline", WHO_ANYONE, NULL, CSRF_FORM, SMALL_BYTES, RATE_WRITE,
          quote_page_decline, "declines it"),
    ROUTE(GET, "/me/quotes", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, quote_page_mine,
          "one's own quotations"),

    ROUTE(GET, "/console/{shop}/quotes", WHO_SHOP, "quote.read", CSRF_NONE, 0, RATE_READ,
          quote_console_list, "requests and quotations; ?state="),
    ROUTE(POST, "/console/{shop}/quotes", WHO_SHOP, "quote.change", CSRF_FORM, FORM_BYTES,
          RATE_WRITE, quote_console_offer, "makes an offer"),
    ROUTE(GET, "/console/{shop}/quotes/new", WHO_SHOP, "quote.change", CSRF_NONE, 0, RATE_READ,
          quote_console_new, "a new offer; ?conversation= or ?contact=, ?from= copies one"),
    ROUTE(GET, "/console/{shop}/quotes/{quote}", WHO_SHOP, "quote.read", CSRF_NONE, 0, RATE_READ,
          quote_console_show, "one quotation"),
    ROUTE(POST, "/console/{shop}/quotes/{quote}/answer", WHO_SHOP, "quote.change", CSRF_FORM,
          FORM_BYTES, RATE_WRITE, quote_console_answer, "answers with a quotation, or revises it"),
    ROUTE(POST, "/console/{shop}/quotes/{quote}/withdraw", WHO_SHOP, "quote.change", CSRF_FORM,
          SMALL_BYTES, RATE_WRITE, quote_console_withdraw, "takes it back"),

    ROUTE(POST, "/api/v1/shops/{shop}/quotes", WHO_ACCOUNT, NULL, CSRF_API, FORM_BYTES, RATE_WRITE,
          quote_api_ask, "asks for a quotation: lines, country, incoterm, needed_by, note"),
    ROUTE(GET, "/api/v1/quotes", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, quote_api_mine,
          "one's own quotations"),
    ROUTE(GET, "/api/v1/quotes/{quote}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, quote_api_show,
          "a quotation of the caller, or with ?key="),
    ROUTE_ONCE(POST, "/api/v1/quotes/{quote}/accept", WHO_ACCOUNT, NULL, CSRF_API, FORM_BYTES,
               RATE_WRITE, quote_api_accept,
               "accepts `version` and places the order: email, address fields"),
    ROUTE(POST, "/api/v1/quotes/{quote}/decline", WHO_ACCOUNT, NULL, CSRF_API, SMALL_BYTES,
          RATE_WRITE, quote_api_decline, "declines it: words"),
    ROUTE(GET, "/api/v1/console/{shop}/quotes", WHO_SHOP, "quote.read", CSRF_NONE, 0, RATE_READ,
          quote_api_console_list, "requests and quotations; ?state= ?cursor="),
    ROUTE(GET, "/api/v1/console/{shop}/quotes/{quote}", WHO_SHOP, "quote.read", CSRF_NONE, 0,
          RATE_READ, quote_api_console_show, "one quotation"),
    ROUTE_ONCE(POST, "/api/v1/console/{shop}/quotes", WHO_SHOP, "quote.change", CSRF_API,
               FORM_BYTES, RATE_WRITE, quote_api_console_offer,
               "makes an offer: conversation or contact, and the fields of an answer"),
    ROUTE(POST, "/api/v1/console/{shop}/quotes/{quote}/answer", WHO_SHOP, "quote.change", CSRF_API,
          FORM_BYTES, RATE_WRITE, quote_api_console_answer,
          "answers or revises: version seen, lines, shipping_minor, tax_bp, deposit_percent, "
          "incoterm, place, lead_time, note, valid_days, pay_days"),
    ROUTE(POST, "/api/v1/console/{shop}/quotes/{quote}/withdraw", WHO_SHOP, "quote.change",
          CSRF_API, SMALL_BYTES, RATE_WRITE, quote_api_console_withdraw, "takes it back: words"),
};

/* Requests that wait for the shop's answer. */
static const struct err *page_counts(struct web *w, struct tx *tx, struct page_counts *ret)
{
    struct quote_waiting_row row = {0};
    if (w->shop_id.v != 0)
        TRY(quote_waiting(tx, w->arena, w->shop_id, &row));
    ret->quotes_waiting = row.count;
    return NULL;
}

static const struct nav_item nav[] = {{12, "/quotes", "quote.quotes", "receipt", "quote.read"}};

static const struct job_kind jobs[] = {
    {"quote.sweep", quote_sweep, 60000, 1, 1000, 1, 60000,
     "reminds of quotations that expire soon, and lets them expire"},
};

static const struct permission_def permissions[] = {
    {"quote.read", "staff,viewer", "see requests for quotation and quotations"},
    {"quote.change", "staff", "answer with a quotation, make offers"},
};

const struct feature quote_feature = {
    .name = "quote",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .nav = nav,
    .nav_count = COUNT(nav),
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = quote_migrations,
    .migration_count = quote_migration_count,
    .queries = quote_queries,
    .query_count = quote_query_count,
    .timeline = quote_tell_timeline,
    .verify = quote_verify,
    .page_counts = page_counts,
};
