/* The tables of feature returns. */
#include "returns/returns_view.h"

static const char *const needs[] = {"account", "shop",     "media",    "catalog", "stock",
                                    "delivery", "tax",     "currency", "price",   "ledger",
                                    "identity", "pool",    "notify",   "order",   "chat",
                                    NULL};

#define ABOUT "subject: return, object: order, number: value of the goods, account: buyer"
static const struct event_kind events[] = {
    {"returns.asked", 1, ABOUT},
    {"returns.agreed", 1, ABOUT},
    {"returns.refused", 1, ABOUT},
    {"returns.sent", 1, ABOUT},
    {"returns.received", 1, ABOUT},
    {"returns.refunded", 1,
     "subject: return, object: order, number: amount that goes back, account: buyer"},
    {"returns.withdrawn", 1, ABOUT},
    {"returns.lapsed", 1, ABOUT},
};

/* Who watches her return or order, or the console's list, learns that something happened. */
static const struct err *tell_watchers(struct turn *t, const struct event *e)
{
    struct id_text id = id_format(e->subject_id), shop = id_format(e->shop_id.v),
                   buyer = id_format(e->account_id.v);
    str topic;
    TRY(str_fmt(t->arena, &topic, "orders:%s", shop.text));
    TRY(event_notify(t, topic, e->seq, S("message"), id_str(&id)));
    TRY(str_fmt(t->arena, &topic, "account:%s", buyer.text));
    return event_notify(t, topic, e->seq, S("message"), id_str(&id));
}

static const char *const watched[] = {"returns.asked",     "returns.agreed",   "returns.refused",
                                      "returns.sent",      "returns.received", "returns.refunded",
                                      "returns.withdrawn", "returns.lapsed",   NULL};
static const struct event_subscriber subscribers[] = {{"returns.live", watched, tell_watchers}};

enum { FORM_BYTES = 32 * 1024, SMALL_BYTES = 8 * 1024 };
#define HERS "/o/{order}/returns/{return}"
#define CONSOLE "/console/{shop}/returns"
#define API_HERS "/api/v1/orders/{order}/returns"
#define API_CONSOLE "/api/v1/console/{shop}/returns"
static const struct route routes[] = {
    ROUTE(GET, "/o/{order}/return", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, returns_page_ask,
          "asks to return something: the form"),
    ROUTE_UPLOAD(POST, "/o/{order}/return", WHO_ANYONE, NULL, CSRF_FORM, MEDIA_FORM_BYTES_MAX,
                 RATE_UPLOAD, returns_page_ask_post,
                 "asks to return: q0, q1 ... pieces of each line, reason, words, photo"),
    ROUTE(GET, HERS, WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, returns_page_show,
          "a return of the reader"),
    ROUTE(POST, HERS "/send", WHO_ANYONE, NULL, CSRF_FORM, SMALL_BYTES, RATE_WRITE,
          returns_page_send, "it is on its way: tracking"),
    ROUTE(POST, HERS "/withdraw", WHO_ANYONE, NULL, CSRF_FORM, SMALL_BYTES, RATE_WRITE,
          returns_page_withdraw, "she keeps it after all"),

    ROUTE(GET, CONSOLE, WHO_SHOP, "returns.read", CSRF_NONE, 0, RATE_READ, returns_console_list,
          "the shop's returns; ?state="),
    ROUTE(POST, CONSOLE "/terms", WHO_SHOP, "returns.manage", CSRF_FORM, SMALL_BYTES, RATE_WRITE,
          returns_console_terms,
          "what the shop grants: window_days, answer_days, send_days, fee_percent, instructions"),
    ROUTE(GET, CONSOLE "/{return}", WHO_SHOP, "returns.read", CSRF_NONE, 0, RATE_READ,
          returns_console_show, "one return"),
    ROUTE(POST, CONSOLE "/{return}/agree", WHO_SHOP, "returns.change", CSRF_FORM, SMALL_BYTES,
          RATE_WRITE, returns_console_agree, "agrees: words, fee; keep=1: she need not send it"),
    ROUTE(POST, CONSOLE "/{return}/refuse", WHO_SHOP, "returns.change", CSRF_FORM, SMALL_BYTES,
          RATE_WRITE, returns_console_refuse, "refuses: words"),
    ROUTE(POST, CONSOLE "/{return}/receive", WHO_SHOP, "returns.change", CSRF_FORM, SMALL_BYTES,
          RATE_WRITE, returns_console_receive, "it is here: restock=1 puts it on the shelf"),
    ROUTE(POST, CONSOLE "/{return}/refund", WHO_SHOP, "order.refund", CSRF_FORM, SMALL_BYTES,
          RATE_WRITE, returns_console_refund, "pays back: amount, words"),

    ROUTE(GET, API_HERS, WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, returns_api_of_order,
          "returns of an order of the caller, and what may be returned"),
    ROUTE_ONCE(POST, API_HERS, WHO_ACCOUNT, NULL, CSRF_API, FORM_BYTES, RATE_WRITE,
               returns_api_ask,
               "asks to return: lines [{position, quantity}], reason (mind, fit, broken, wrong, "
               "late), words, photos"),
    ROUTE(GET, API_HERS "/{return}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, returns_api_show,
          "a return of the caller"),
    ROUTE(POST, API_HERS "/{return}/send", WHO_ACCOUNT, NULL, CSRF_API, SMALL_BYTES, RATE_WRITE,
          returns_api_send, "it is on its way: tracking"),
    ROUTE(POST, API_HERS "/{return}/withdraw", WHO_ACCOUNT, NULL, CSRF_API, SMALL_BYTES,
          RATE_WRITE, returns_api_withdraw, "she keeps it after all"),
    ROUTE(GET, API_CONSOLE, WHO_SHOP, "returns.read", CSRF_NONE, 0, RATE_READ,
          returns_api_console_list, "the shop's returns; ?state= ?cursor="),
    ROUTE(GET, API_CONSOLE "/{return}", WHO_SHOP, "returns.read", CSRF_NONE, 0, RATE_READ,
          returns_api_console_show, "one return"),
    ROUTE(POST, API_CONSOLE "/{return}/agree", WHO_SHOP, "returns.change", CSRF_API, SMALL_BYTES,
          RATE_WRITE, returns_api_console_agree, "agrees: words, fee, keep"),
    ROUTE(POST, API_CONSOLE "/{return}/refuse", WHO_SHOP, "returns.change", CSRF_API, SMALL_BYTES,
          RATE_WRITE, returns_api_console_refuse, "refuses: words"),
    ROUTE(POST, API_CONSOLE "/{return}/receive", WHO_SHOP, "returns.change", CSRF_API, SMALL_BYTES,
          RATE_WRITE, returns_api_console_receive, "it is here: restock"),
    ROUTE(POST, API_CONSOLE "/{return}/refund", WHO_SHOP, "order.refund", CSRF_API, SMALL_BYTES,
          RATE_WRITE, returns_api_console_refund, "pays back once: amount, words"),
};

static const struct nav_item nav[] = {{14, "/returns", "returns.returns", "undo", "returns.read"}};

static const struct err *page_counts(struct web *w, struct tx *tx, struct page_counts *ret)
{
    struct return_waiting_row waiting;
    if (w->shop_id.v == 0)
        return NULL;
    TRY(return_waiting(tx, w->arena, w->shop_id, &waiting));
    ret->returns_waiting = waiting.cases;
    return NULL;
}

static const struct job_kind jobs[] = {
    {"returns.sweep", returns_sweep, 60000, 1, 1000, 1, 60000,
     "agrees to returns that nobody answered, and lets those lapse that were not sent"},
};

static const struct setting_def settings[] = {
    {"returns.window_days", SETTING_SHOP, SETTING_INT, "14", 0, 365, false,
     "how many days after it arrived a buyer may ask to return something"},
    {"returns.answer_days", SETTING_SHOP, SETTING_INT, "3", 1, 14, false,
     "after how many days without an answer a return is agreed by itself"},
    {"returns.send_days", SETTING_SHOP, SETTING_INT, "14", 1, 60, false,
     "after how many days a return lapses that is not sent"},
    {"returns.fee_percent", SETTING_SHOP, SETTING_INT, "0", 0, 50, false,
     "what the shop keeps of a return that is not its fault, in percent"},
    {"returns.instructions", SETTING_SHOP, SETTING_TEXT, NULL, 0, RETURNS_TEXT_MAX, false,
     "where returns are sent to"},
};

static const struct permission_def permissions[] = {
    {"returns.read", "staff,viewer", "see returns"},
    {"returns.change", "staff", "answer and receive returns"},
    {"returns.manage", "", "say what may be returned"},
};

const struct feature returns_feature = {
    .name = "returns",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .nav = nav,
    .nav_count = COUNT(nav),
    .page_counts = page_counts,
    .page_notes = returns_page_notes,
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
    .migrations = returns_migrations,
    .migration_count = returns_migration_count,
    .queries = returns_queries,
    .query_count = returns_query_count,
    .timeline = returns_tell_timeline,
    .verify = returns_verify,
};
