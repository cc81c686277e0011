/* A feature or adapter is a folder with one `const struct feature`; app/features.c lists them all.
 * Tables register everything; nothing is found by magic. Zero is never a legal value of who, csrf
 * or rate, and ROUTE is positional, so a row that forgets one does not compile; a test walks all
 * rows.
 */
#ifndef CORE_FEATURE_H
#define CORE_FEATURE_H

#include "core/event.h"
#include "core/job.h"
#include "core/platform.h"
#include "core/web.h"
#include "http/server.h"
enum who {
    WHO_UNSET = 0,
    WHO_ANYONE, /* no session needed; the handler may call web_need_account */
    WHO_ACCOUNT, /* guest or member: some session; else sign-in page / 401 */
    WHO_MEMBER, /* an account that can sign in */
    WHO_SHOP, /* a member of the shop in the first path parameter who holds `permission`; else 404
               */
    WHO_OPERATOR,
    WHO_PROVIDER, /* a provider's webhook: the handler verifies the signature over the raw body */
    WHO_COUNT
};

enum csrf {
    CSRF_UNSET = 0,
    CSRF_NONE,     /* GET and WHO_PROVIDER only: asserted at start */
    CSRF_FORM,     /* session token, or own Origin / Sec-Fetch-Site for anonymous forms */
    CSRF_API,      /* bearer token, or session cookie with JSON body and own origin */
    CSRF_COUNT
};

enum rate {
    RATE_UNSET = 0,
    RATE_READ, RATE_WRITE, RATE_AUTH, RATE_UPLOAD, RATE_STREAM, RATE_PROVIDER,
    RATE_COUNT
};

/* Whether the page without a query is the same for many, so that it is rendered once for all of
 * them and kept until something is written (core/rendered.h). Its handler then runs without knowing
 * who asks: no account, visitor, header. Never for a page with a random key. */
enum shared {
    SHARED_BY_NOBODY = 0,
    SHARED_BY_VISITORS, /* with a session it is another page */
    SHARED_BY_ALL       /* only the personal parts differ (docs/TEMPLATES.md) */
};

typedef const struct err *route_handler(struct web *w);

struct route {
    enum http_method method;
    const char *path;
    enum who who;
    const char *permission;   /* for WHO_SHOP, else NULL */
    enum csrf csrf;
    size_t body_max; /* 0: none is needed; a GET with one is refused, others may bring 4 KiB for
                        nothing */
    enum http_body_sink sink;
    enum rate rate;
    route_handler *handler;
    const char *summary;
    bool needs_key;           /* makes money or goods: refused without an Idempotency-Key */
    enum shared shared;       /* pages for WHO_ANYONE */
};

#define ROUTE(method, path, who, permission, csrf, body_max, rate, handler, summary)               \
    {                                                                                              \
        HTTP_##method, path, who, permission, csrf, body_max, HTTP_SINK_MEMORY, rate, handler,     \
            summary, false, SHARED_BY_NOBODY                                                       \
    }
#define ROUTE_SHARED(path, rate, shared, handler, summary)                                         \
    {                                                                                              \
        HTTP_GET, path, WHO_ANYONE, NULL, CSRF_NONE, 0, HTTP_SINK_MEMORY, rate, handler, summary,  \
            false, shared                                                                          \
    }
#define ROUTE_ONCE(method, path, who, permission, csrf, body_max, rate, handler, summary)          \
    {                                                                                              \
        HTTP_##method, path, who, permission, csrf, body_max, HTTP_SINK_MEMORY, rate, handler,     \
            summary, true, SHARED_BY_NOBODY                                                        \
    }
#define ROUTE_UPLOAD(method, path, who, permission, csrf, body_max, rate, handler, summary)        \
    {                                                                                              \
        HTTP_##method, path, who, permission, csrf, body_max, HTTP_SINK_FILE, rate, handler,       \
            summary, false, SHARED_BY_NOBODY                                                       \
    }

enum setting_type { SETTING_UNSET = 0, SETTING_BOOL, SETTING_INT, SETTING_TEXT, SETTING_SECRET };
enum setting_scope { SETTING_SCOPE_UNSET = 0, SETTING_SERVER, SETTING_SHOP };

struct setting_def {
    const char *key;          /* "chat.reply_language" */
    enum setting_scope scope;
    enum setting_type type;
    const char *default_value;
    int64_t min, max;         /* INT: range; TEXT: max length in bytes */
    bool needs_restart;
    const char *summary;
};

struct permission_def {
    const char *name;         /* "order.read" */
    const char *roles;        /* roles that hold it by default besides owner: "staff,viewer" */
    const char *summary;
};

/* What the frame of every page shows: small figures, and whose console it is. A feature sets its
 * own members and leaves the others. */
struct page_counts {
    struct shop_id talk_shop; /* given, not returned: chat_unread is then of the conversation with
                                 this shop only */
    int64_t chat_unread, notices, cart_lines;     /* of the viewer */
    int64_t orders_waiting, inbox_waiting, returns_waiting, quotes_waiting; /* of w->shop_id, on
                                                                               console pages */
    str shop_name;                                /* of w->shop_id; absent elsewhere */
    struct url_safe shop_logo;                    /* url absent: initials */
};

/* Console navigation: one row per page a merchant reaches from the rail. */
struct nav_item {
    int order;
    const char *path_suffix;  /* appended to /console/{shop}: "/orders" */
    const char *text_key;
    const char *icon;         /* name in web/icons.svg */
    const char *permission;
};

/* What a feature has to say on the page of something that is another's: an order. */
struct page_note {
    const char *tone, *glyph; /* of a notice: "", "good", "warn" */
    str words, hint;          /* hint may be absent */
    str action;               /* what the link says */
    struct url_safe path;
};
struct page_subject {
    const char *kind;         /* "order" */
    struct shop_id shop_id;
    int64_t id;
    bool for_shop;            /* on the console's page of it */
    str access;               /* ?key= of the reader, or empty */
};
typedef const struct err *page_notes_fn(struct web *w, struct tx *tx,
                                        const struct page_subject *about, struct page_note **ret,
                                        size_t *ret_count);

/* Timeline rows about a person, from any feature that knows something. `contact_key` is a typed id.
 */
struct timeline_entry {
    int64_t at_ms;
    const char *kind;         /* "visit", "comment", "order" ...; decides the icon */
    const char *text_key;     /* i18n key of the sentence */
    str args[3];
    str path;                 /* where it opens, or absent */
};
struct timeline_subject {
    struct shop_id shop_id;
    const int64_t *account_ids;
    size_t account_count;
    const int64_t *visitor_ids;
    size_t visitor_count;
    int64_t contact_id;
};
typedef const struct err *timeline_fn(struct tx *tx, struct arena *a,
                                      const struct timeline_subject *who, size_t limit,
                                      struct timeline_entry **ret, size_t *ret_count);

/* `millpond verify`: appends a line per violated invariant. `tx` is of the feature's own store. */
struct verify_report {
    struct strbuf *out;       /* in an arena of its own */
    int violations;
    const struct verify_progress *progress; /* may be NULL */
    const char *part;         /* who checks now */
};
typedef const struct err *verify_fn(struct tx *tx, struct arena *a, struct verify_report *report);
/* For checks that go through all rows: how many they have looked at so far. */
void verify_tell(struct verify_report *report, int64_t done);
PRINTF_LIKE(3, 4)
void verify_violation(struct verify_report *report, const char *invariant, const char *fmt, ...);

/* Late-by-nature tables that can be rebuilt from state: `millpond rebuild NAME`. */
struct projection {
    const char *name;
    int version;
    const char *lag;          /* how late it may be, in words */
    const struct err *(*rebuild)(struct platform *p, struct arena *a);
};

struct command_args {
    struct platform *platform;
    struct arena *arena;
    int argc;
    const char *const *argv;  /* after the command's own words */
};
struct command {
    const char *name;         /* "import shopify" */
    const char *usage;        /* "FILE --shop HANDLE [--dry-run]" */
    const char
        *summary; /* one line for the list of commands; what follows it is for --help alone */
    const struct err *(*run)(struct command_args *args);
};

struct payment_gateway; /* core/ports/payment_port.h */
struct channel;         /* core/ports/channel_port.h */
struct mailer;          /* core/ports/mail_port.h */
struct payment_notice;
struct channel_message_in;

struct feature {
    const char *name;
    const char *const *needs;                 /* NULL-terminated names; acyclic */
    const struct route *routes;               size_t route_count;
    const struct command *commands;           size_t command_count;
    const struct job_kind *jobs;              size_t job_count;
    const struct event_kind *events;          size_t event_count;
    const struct event_subscriber *subscribers; size_t subscriber_count;
    const struct setting_def *settings;       size_t setting_count;
    const struct permission_def *permissions; size_t permission_count;
    const struct nav_item *nav;               size_t nav_count;
    const struct projection *projections;     size_t projection_count;
    const char
        *store; /* its tables stand in DATA/<store>.db (platform_store); NULL: with all others */
    const struct db_migration *const *migrations;
    size_t migration_count; /* generated: <name>_migrations */
    struct db_query *const *queries;
    size_t query_count; /* generated: <name>_queries */
    timeline_fn *timeline;                    /* NULL if it knows nothing about persons */
    verify_fn *verify;
    page_notes_fn *page_notes;                /* NULL if it has nothing to say on others' pages */
    /* Hooks of which exactly one feature gives each. */
    const struct err *(*viewer_load)(struct tx *tx, struct arena *a, struct account_id id,
                                     struct viewer *ret);
    const struct err *(*guest_make)(struct turn *t, str display_name, str language,
                                    struct account_id *ret);
    const struct err *(*shop_by_handle)(struct tx *tx, struct arena *a, str handle,
                                        struct shop_id *ret);
    const struct err *(*payment_inbox)(struct turn *t, const struct payment_notice *n);
    const struct err *(*channel_inbox)(struct turn *t, const struct channel_message_in *m);
    /* Called once per request on pages that people see, before the handler: feature pool counts
     * visits. */
    void (*visit_note)(struct web *w);
    /* The address by which the viewer gives a page on: tells who did. One feature gives it. */
    const struct err *(*share_path)(struct web *w, str path, str *ret);
    /* Called for pages of signed-in readers; cheap: one indexed query. */
    const struct err *(*page_counts)(struct web *w, struct tx *tx, struct page_counts *ret);
    /* Ports this adapter implements. */
    const struct payment_gateway *payment_gateway;
    const struct channel *channel;
    const struct mailer *mailer;
    /* Background loop of an adapter (long polling); runs until *stop. */
    void (*background)(struct platform *p, const _Atomic bool *stop);
    const struct err *(*start)(struct platform *p,
                               struct arena *a); /* after migrations, before serving */
};

#endif
