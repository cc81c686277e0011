/* The tables of feature order. */
#include "order/order_web.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", "stock", "delivery",
                                    "tax",     "currency", "price",
                                    "ledger", "identity", "pool", "notify", NULL};

static const struct event_kind events[] = {
    {"order.placed", 1, "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.split", 1, "subject: order, number: how many shares, account: buyer"},
    {"order.authorised", 1,
     "subject: order, object: conversation or 0, number: amount promised, account: buyer"},
    {"order.payment_voided", 1,
     "subject: order, object: conversation or 0, number: amount, account: buyer"},
    {"order.paid", 1, "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.part_paid", 1,
     "subject: order, object: conversation or 0, number: what came in, account: buyer"},
    {"order.cancelled", 1,
     "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.expired", 1,
     "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.refunded", 1,
     "subject: order, object: conversation or 0, number: amount, account: buyer"},
    {"order.refund_failed", 1,
     "subject: order, object: conversation or 0, number: amount, account: buyer"},
    {"order.shipped", 1,
     "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.part_shipped", 1,
     "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.delivered", 1,
     "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.payment_failed", 1,
     "subject: order, object: conversation or 0, number: amount, account: buyer"},
    {"order.payment_returned", 1,
     "subject: order, number: amount that came too late or twice and goes back"},
    {"order.payment_alarm", 1,
     "subject: order or 0, object: payment named, number: amount, text: what did not fit"},
};

/* Who watches the order's page or the console's list learns that something happened. */
static const struct err *tell_watchers(struct turn *t, const struct event *e)
{
    struct id_text order = id_format(e->subject_id), shop = id_format(e->shop_id.v),
                   buyer = id_format(e->account_id.v);
    str topic;
    if (e->subject_id == 0)
        return NULL;
    TRY(str_fmt(t->arena, &topic, "orders:%s", shop.text));
    TRY(event_notify(t, topic, e->seq, S("message"), id_str(&order)));
    TRY(str_fmt(t->arena, &topic, "account:%s", buyer.text));
    return event_notify(t, topic, e->seq, S("message"), id_str(&order));
}

static const char *const watched[] = {"order.placed", "order.split",
                                      "order.paid", "order.part_paid",
                                      "order.cancelled", "order.expired",
                                      "order.refunded", "order.refund_failed", "order.shipped",
                                      "order.part_shipped",
                                      "order.delivered", "order.payment_failed",
                                      "order.payment_returned", "order.authorised",
                                      "order.payment_voided", NULL};
static const char *const merged[] = {"account.merged", NULL};
static const struct event_subscriber subscribers[] = {
    {"order.live", watched, tell_watchers},
    {"order.account_merged", merged, order_account_merged},
};

enum {
    FORM_BYTES = 16 * 1024,
    JSON_BYTES = 64 * 1024,
    SMALL_BYTES = 4 * 1024,
    TABLE_BYTES = 256 * 1024
};
static const struct route routes[] = {
    ROUTE_SHARED("/s/{shop}/p/{product}", RATE_READ, SHARED_BY_ALL, order_page_product,
                 "a product: photos, facts, choice"),
    ROUTE(POST, "/s/{shop}/p/{product}", WHO_ANYONE, NULL, CSRF_FORM, SMALL_BYTES, RATE_WRITE,
          order_page_choose, "puts it into the cart, or goes to the checkout"),
    ROUTE(GET, "/cart", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, order_page_cart,
          "the cart, shop by shop"),
    ROUTE(POST, "/cart", WHO_ACCOUNT, NULL, CSRF_FORM, SMALL_BYTES, RATE_WRITE, order_page_cart_set,
          "changes a quantity or takes an article out"),
    ROUTE(GET, "/checkout/{shop}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, order_page_checkout,
          "the checkout"),
    ROUTE(POST, "/checkout/{shop}", WHO_ANYONE, NULL, CSRF_FORM, FORM_BYTES, RATE_WRITE,
          order_page_place, "places the order and begins to pay"),
    ROUTE(GET, "/o/{order}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, order_page_show,
          "an order of the reader"),
    ROUTE(POST, "/o/{order}/pay", WHO_ANYONE, NULL, CSRF_FORM, SMALL_BYTES, RATE_WRITE,
          order_page_pay, "begins another payment"),
    ROUTE(GET, "/pay/back/{payment}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          order_page_pay_back, "where a payer comes back to: asks the provider, then the order"),
    ROUTE(GET, "/me/orders", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, order_page_mine,
          "one's own orders"),

    ROUTE(GET, "/console/{shop}/orders", WHO_SHOP, "order.read", CSRF_NONE, 0, RATE_READ,
          order_console_list, "the shop's orders; ?state= ?pool= ?customer= ?days= ?q="),
    ROUTE(GET, "/console/{shop}/orders/export.csv", WHO_SHOP, "order.read", CSRF_NONE, 0, RATE_READ,
          order_console_export, "the orders of a filter as CSV; ?state= ?pool= ?customer= ?days="),
    ROUTE(GET, "/console/{shop}/orders/slips", WHO_SHOP, "order.read", CSRF_NONE, 0, RATE_READ,
          order_console_slips, "packing slips to print; ?o= for each order"),
    ROUTE(POST, "/console/{shop}/orders/many", WHO_SHOP, "order.change", CSRF_FORM, FORM_BYTES,
          RATE_WRITE, order_console_many, "do=ship or print, with the chosen orders"),
    ROUTE(GET, "/console/{shop}/orders/tracking", WHO_SHOP, "order.change", CSRF_NONE, 0, RATE_READ,
          order_console_tracking_form, "where a table of parcel numbers is pasted"),
    ROUTE(POST, "/console/{shop}/orders/tracking", WHO_SHOP, "order.change", CSRF_FORM, TABLE_BYTES,
          RATE_WRITE, order_console_tracking, "ships by a table of order and parcel numbers"),
    ROUTE(GET, "/console/{shop}/orders/{order}", WHO_SHOP, "order.read", CSRF_NONE, 0, RATE_READ,
          order_console_show, "one order with money and history"),
    ROUTE(POST, "/console/{shop}/orders/{order}/ship", WHO_SHOP, "order.change", CSRF_FORM,
          SMALL_BYTES, RATE_WRITE, order_console_ship,
          "sends a parcel: tracking, key, and q0, q1 ... pieces of each line"),
    ROUTE(POST, "/console/{shop}/orders/{order}/parcels/{parcel}/arrived", WHO_SHOP, "order.change",
          CSRF_FORM, SMALL_BYTES, RATE_WRITE, order_console_parcel_arrived,
          "one parcel is with the buyer"),
    ROUTE(POST, "/console/{shop}/orders/{order}/deliver", WHO_SHOP, "order.change", CSRF_FORM,
          SMALL_BYTES, RATE_WRITE, order_console_deliver, "marks it delivered"),
    ROUTE(POST, "/console/{shop}/orders/{order}/cancel", WHO_SHOP, "order.change", CSRF_FORM,
          SMALL_BYTES, RATE_WRITE, order_console_cancel, "cancels it; what was paid goes back"),
    ROUTE(POST, "/console/{shop}/orders/{order}/refund", WHO_SHOP, "order.refund", CSRF_FORM,
          SMALL_BYTES, RATE_WRITE, order_console_refund, "gives money back"),

    ROUTE(POST, "/console/{shop}/orders/{order}/payments/{payment}/capture", WHO_SHOP,
          "payment.confirm", CSRF_FORM, SMALL_BYTES, RATE_WRITE, order_console_capture,
          "takes what was promised, or says that the money arrived"),
    ROUTE(POST, "/console/{shop}/orders/{order}/payments/{payment}/cancel", WHO_SHOP,
          "payment.confirm", CSRF_FORM, SMALL_BYTES, RATE_WRITE, order_console_let_go,
          "calls a payment off that did not arrive"),
    ROUTE(GET, "/console/{shop}/payments", WHO_SHOP, "payment.manage", CSRF_NONE, 0, RATE_READ,
          order_console_payments, "ways to pay: which are on, which comes first"),
    ROUTE(POST, "/console/{shop}/payments", WHO_SHOP, "payment.manage", CSRF_FORM, SMALL_BYTES,
          RATE_WRITE, order_console_payments_save, "first, test"),

    ROUTE(GET, "/api/v1/cart", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, order_api_cart,
          "the cart"),
    ROUTE(POST, "/api/v1/cart", WHO_ACCOUNT, NULL, CSRF_API, SMALL_BYTES, RATE_WRITE,
          order_api_cart_set,
          "sets how many of a variant are in the cart: shop, variant, quantity"),
    ROUTE(POST, "/api/v1/shops/{shop}/prices", WHO_ANYONE, NULL, CSRF_API, JSON_BYTES, RATE_READ,
          order_api_prices,
          "what lines would cost: lines, country, region, vat_id, currency, method"),
    ROUTE_ONCE(POST, "/api/v1/shops/{shop}/orders", WHO_ACCOUNT, NULL, CSRF_API, JSON_BYTES,
               RATE_WRITE, order_api_place,
               "places an order: lines, email, address fields, answers, expected_total_minor"),
    ROUTE(GET, "/api/v1/orders", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, order_api_mine,
          "one's own orders"),
    ROUTE(GET, "/api/v1/orders/{order}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, order_api_show,
          "an order of the caller, or with ?key="),
    ROUTE_ONCE(POST, "/api/v1/orders/{order}/payments", WHO_ACCOUNT, NULL, CSRF_API, SMALL_BYTES,
               RATE_WRITE, order_api_pay, "begins a payment: gateway, use_saved, remember"),
    ROUTE(GET, "/api/v1/console/{shop}/orders", WHO_SHOP, "order.read", CSRF_NONE, 0, RATE_READ,
          order_api_console_list, "the shop's orders; ?state= ?pool= ?customer= ?q= ?cursor="),
    ROUTE(GET, "/api/v1/console/{shop}/orders/{order}", WHO_SHOP, "order.read", CSRF_NONE, 0,
          RATE_READ, order_api_console_show, "one order"),
    ROUTE(POST, "/api/v1/console/{shop}/orders/ship", WHO_SHOP, "order.change", CSRF_API,
          JSON_BYTES, RATE_WRITE, order_api_console_ship_many,
          "marks many as shipped: orders; says of each what became of it"),
    ROUTE(POST, "/api/v1/console/{shop}/orders/tracking", WHO_SHOP, "order.change", CSRF_API,
          TABLE_BYTES, RATE_WRITE, order_api_console_tracking,
          "ships by a table: order and parcel numbers as CSV; says of each what became of it"),
    ROUTE(POST, "/api/v1/console/{shop}/orders/{order}/ship", WHO_SHOP, "order.change", CSRF_API,
          SMALL_BYTES, RATE_WRITE, order_api_console_ship,
          "sends a parcel: tracking; lines [{position, quantity}], without them all that is left"),
    ROUTE(POST, "/api/v1/console/{shop}/orders/{order}/parcels/{parcel}/arrived", WHO_SHOP,
          "order.change", CSRF_API, SMALL_BYTES, RATE_WRITE, order_api_console_parcel_arrived,
          "one parcel is with the buyer"),
    ROUTE(POST, "/api/v1/console/{shop}/orders/{order}/deliver", WHO_SHOP, "order.change", CSRF_API,
          SMALL_BYTES, RATE_WRITE, order_api_console_deliver, "marks it delivered"),
    ROUTE(POST, "/api/v1/console/{shop}/orders/{order}/cancel", WHO_SHOP, "order.change", CSRF_API,
          SMALL_BYTES, RATE_WRITE, order_api_console_cancel, "cancels it: why"),
    ROUTE(POST, "/api/v1/console/{shop}/orders/{order}/payments/{payment}/capture", WHO_SHOP,
          "payment.confirm", CSRF_API, SMALL_BYTES, RATE_WRITE, order_api_console_capture,
          "takes what was promised, or says that the money arrived"),
    ROUTE_ONCE(POST, "/api/v1/console/{shop}/orders/{order}/refunds", WHO_SHOP, "order.refund",
               CSRF_API, SMALL_BYTES, RATE_WRITE, order_api_console_refund,
               "gives money back: amount"),
};

static const struct nav_item nav[] = {
    {10, "/orders", "order.orders", "receipt", "order.read"},
    {86, "/payments", "order.ways", "card", "payment.manage"},
};

static const struct job_kind jobs[] = {
    {"order.expire", order_expire, 60000, 1, 1000, 1, 15000,
     "lets unpaid orders expire and gives their goods back"},
    {"order.refund", order_refund_job, 60000, 12, 30000, 4, 0,
     "asks a provider to give money back"},
    {"order.ask", order_pay_ask_job, 300000, 1, 1000, 1, 30000,
     "asks providers about payments of which no notice came"},
    {"order.pay_cancel", order_pay_cancel_job, 60000, 12, 30000, 4, 0,
     "lets a provider let go of money that was promised and is not wanted"},
};

static const struct setting_def settings[] = {
    {"order.gateway", SETTING_SHOP, SETTING_TEXT, "test", 0, 30, false,
     "the payment provider that is offered first"},
    {"order.split_hours", SETTING_SHOP, SETTING_INT, "24", 1, 168, false,
     "how many hours friends have to pay their shares of a bill"},
    {"order.test_payment", SETTING_SHOP, SETTING_BOOL, "false", 0, 0, false,
     "offers the test payment beside real ones"},
};

static const struct permission_def permissions[] = {
    {"order.read", "staff,viewer", "see orders"},
    {"order.change", "staff", "ship and cancel orders"},
    {"order.refund", "", "give money back"},
    {"payment.manage", "", "connect ways to pay"},
    {"payment.confirm", "staff", "say that money arrived, or will not"},
};

const struct feature order_feature = {
    .name = "order",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .nav = nav,
    .nav_count = COUNT(nav),
    .page_counts = order_page_counts,
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .settings = settings,
    .setting_count = COUNT(settings),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = order_migrations,
    .migration_count = order_migration_count,
    .queries = order_queries,
    .query_count = order_query_count,
    .timeline = order_tell_timeline,
    .verify = order_verify,
    .payment_inbox = order_payment_inbox,
};
