/* The tables of feature paper. */
#include "core/setting.h"
#include "paper/paper_view.h"

static const char *const needs[] = {"account", "shop",  "media",    "catalog",  "stock", "delivery",
                                    "tax",     "currency", "price", "ledger",   "identity",
                                    "pool",    "notify",   "order", "chat",     "quote", NULL};

static const struct event_kind events[] = {
    {"paper.issued", 1, "subject: paper, object: order, number: total, account: buyer"},
};

/* An order that is paid gets its invoice by itself, once the shop told who it is. */
static const struct err *write_invoice(struct turn *t, const struct event *e)
{
    struct order_id order = {e->subject_id};
    struct paper_seller seller;
    struct paper_id id;
    bool automatic;
    TRY(setting_bool(t->tx, t->arena, t->platform, e->shop_id, "paper.automatic", &automatic));
    TRY(paper_seller_get(t->tx, t->arena, e->shop_id, &seller));
    if (!automatic || !paper_seller_is_told(&seller))
        return NULL;
    const struct err *refusal = paper_invoice(t, e->shop_id, order, &id);
    return refusal != NULL && refusal->kind == ERR_CONFLICT &&
                   str_eq(str_c(refusal->key), S("paper.not_paid")) ? NULL : refusal;
}

static const struct err *write_credit(struct turn *t, const struct event *e)
{
    struct paper_id id;
    return paper_credit(t, e->shop_id, (struct order_id){e->subject_id}, &id);
}

static const char *const paid[] = {"order.paid", NULL};
static const char *const refunded[] = {"order.refunded", NULL};
static const struct event_subscriber subscribers[] = {
    {"paper.invoice", paid, write_invoice},
    {"paper.credit", refunded, write_credit},
};

enum { FORM_BYTES = 8 * 1024 };
static const struct route routes[] = {
    ROUTE(GET, "/o/{order}/papers", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, paper_page_order,
          "the papers of the reader's order"),
    ROUTE(GET, "/o/{order}/proforma", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          paper_page_proforma, "proforma invoice of an order that is not paid"),
    ROUTE(GET, "/o/{order}/proforma/pdf", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_WRITE,
          paper_page_proforma_pdf, "the same as PDF"),
    ROUTE(GET, "/o/{order}/papers/{paper}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          paper_page_show, "an invoice or a credit note"),
    ROUTE(GET, "/o/{order}/papers/{paper}/pdf", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_WRITE,
          paper_page_pdf, "the same as PDF"),
    ROUTE(GET, "/q/{quote}/proforma", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, paper_page_quote,
          "proforma invoice of a quotation"),
    ROUTE(GET, "/q/{quote}/proforma/pdf", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_WRITE,
          paper_page_quote_pdf, "the same as PDF"),

    ROUTE(GET, "/console/{shop}/papers", WHO_SHOP, "paper.read", CSRF_NONE, 0, RATE_READ,
          paper_console_list, "invoices and credit notes"),
    ROUTE(POST, "/console/{shop}/papers", WHO_SHOP, "paper.change", CSRF_FORM, FORM_BYTES,
          RATE_WRITE, paper_console_write, "writes the invoice of `order`"),
    ROUTE(GET, "/console/{shop}/papers/seller", WHO_SHOP, "paper.change", CSRF_NONE, 0, RATE_READ,
          paper_console_seller, "who the shop is on papers"),
    ROUTE(POST, "/console/{shop}/papers/seller", WHO_SHOP, "paper.change", CSRF_FORM, FORM_BYTES,
          RATE_WRITE, paper_console_seller_post, "keeps it"),
    ROUTE(GET, "/console/{shop}/papers/{paper}", WHO_SHOP, "paper.read", CSRF_NONE, 0, RATE_READ,
          paper_console_show, "an invoice or a credit note"),
    ROUTE(GET, "/console/{shop}/papers/{paper}/pdf", WHO_SHOP, "paper.read", CSRF_NONE, 0,
          RATE_WRITE, paper_console_pdf, "the same as PDF"),
    ROUTE(GET, "/console/{shop}/orders/{order}/papers", WHO_SHOP, "paper.read", CSRF_NONE, 0,
          RATE_READ, paper_console_order, "the papers of an order"),
    ROUTE(GET, "/console/{shop}/orders/{order}/proforma", WHO_SHOP, "paper.read", CSRF_NONE, 0,
          RATE_READ, paper_console_proforma, "proforma invoice of an order that is not paid"),
    ROUTE(GET, "/console/{shop}/orders/{order}/proforma/pdf", WHO_SHOP, "paper.read", CSRF_NONE, 0,
          RATE_WRITE, paper_console_proforma_pdf, "the same as PDF"),
    ROUTE(GET, "/console/{shop}/money", WHO_SHOP, "ledger.read", CSRF_NONE, 0, RATE_READ,
          paper_money_page, "balance and movements; ?month= ?show="),
    ROUTE(GET, "/console/{shop}/money/{month}", WHO_SHOP, "ledger.read", CSRF_NONE, 0, RATE_READ,
          paper_money_statement, "the statement of a month, to print"),
    ROUTE(GET, "/console/{shop}/money/{month}/csv", WHO_SHOP, "ledger.read", CSRF_NONE, 0,
          RATE_READ, paper_money_csv, "the movements of a month as CSV"),
    ROUTE(POST, "/console/{shop}/money/payouts", WHO_SHOP, "paper.change", CSRF_FORM, FORM_BYTES,
          RATE_WRITE, paper_money_payout, "notes what a provider paid out, and its fee"),

    ROUTE(GET, "/api/v1/orders/{order}/papers", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          paper_api_of_order, "papers of an order of the caller, or with ?key="),
    ROUTE(GET, "/api/v1/console/{shop}/papers", WHO_SHOP, "paper.read", CSRF_NONE, 0, RATE_READ,
          paper_api_list, "invoices and credit notes; ?cursor="),
    ROUTE(POST, "/api/v1/console/{shop}/papers", WHO_SHOP, "paper.change", CSRF_API, FORM_BYTES,
          RATE_WRITE, paper_api_write, "writes the invoice of `order`; the same one again"),
    ROUTE(GET, "/api/v1/console/{shop}/money", WHO_SHOP, "ledger.read", CSRF_NONE, 0, RATE_READ,
          paper_api_money, "balances today and the sums of a month; ?month=2026-11"),
};

static const struct nav_item nav[] = {{46, "/money", "paper.money", "card", "ledger.read"}};

static const struct setting_def settings[] = {
    {"paper.automatic", SETTING_SHOP, SETTING_BOOL, "true", 0, 0, false,
     "write the invoice by itself once an order is paid"},
};

static const struct permission_def permissions[] = {
    {"paper.read", "staff,viewer", "see invoices and credit notes"},
    {"paper.change", "staff", "write invoices, note payouts, say who the shop is on papers"},
    {"ledger.read", "staff,viewer", "see balances, movements and statements"},
};

const struct feature paper_feature = {
    .name = "paper",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .settings = settings,
    .setting_count = COUNT(settings),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .nav = nav,
    .nav_count = COUNT(nav),
    .migrations = paper_migrations,
    .migration_count = paper_migration_count,
    .queries = paper_queries,
    .query_count = paper_query_count,
    .verify = paper_verify,
};
