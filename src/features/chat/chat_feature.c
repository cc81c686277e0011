/* The tables of feature chat, and its small hooks. */
#include "chat/chat_pages.h"
#include "chat/chat_sql.h"

static const char *const needs[] = {"account",  "shop", "media", "catalog",
                                    "identity", "pool", NULL};

enum { FORM_MAX = 16 * 1024, TEXT_MAX = 12 * 1024 };

static const struct route routes[] = {
    ROUTE(GET, "/live", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_STREAM, chat_live,
          "events of the topics one may read"),
    ROUTE(GET, "/chat", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, chat_page_list,
          "my conversations"),
    ROUTE(GET, "/chat/rows", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, chat_page_rows,
          "their rows alone"),
    ROUTE(GET, "/chat/with/{shop}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, chat_page_with,
          "ask a shop"),
    ROUTE(POST, "/chat/with/{shop}", WHO_ANYONE, NULL, CSRF_FORM, TEXT_MAX, RATE_WRITE,
          chat_page_begin, "the first message to a shop"),
    ROUTE(GET, "/chat/{id}", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, chat_page_show,
          "a conversation"),
    ROUTE(GET, "/chat/{id}/messages", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ,
          chat_page_messages, "its latest messages alone"),
    ROUTE(POST, "/chat/{id}/say", WHO_ACCOUNT, NULL, CSRF_FORM, FORM_MAX, RATE_WRITE, chat_page_say,
          "writes a message or an address"),
    ROUTE(POST, "/chat/{id}/tap", WHO_ACCOUNT, NULL, CSRF_FORM, 1000, RATE_WRITE, chat_page_tap,
          "taps a button"),
    ROUTE(POST, "/chat/{id}/person", WHO_ACCOUNT, NULL, CSRF_FORM, 1000, RATE_WRITE,
          chat_page_person, "asks for a person"),

    ROUTE(GET, "/console/{shop}/inbox", WHO_SHOP, "chat.read", CSRF_NONE, 0, RATE_READ,
          chat_console_inbox, "the inbox"),
    ROUTE(GET, "/console/{shop}/inbox/rows", WHO_SHOP, "chat.read", CSRF_NONE, 0, RATE_READ,
          chat_console_rows, "its rows alone"),
    ROUTE(GET, "/console/{shop}/inbox/{id}", WHO_SHOP, "chat.read", CSRF_NONE, 0, RATE_READ,
          chat_console_show, "a conversation with a customer"),
    ROUTE(GET, "/console/{shop}/inbox/{id}/messages", WHO_SHOP, "chat.read", CSRF_NONE, 0,
          RATE_READ, chat_console_messages, "its latest messages alone"),
    ROUTE(POST, "/console/{shop}/inbox/{id}/say", WHO_SHOP, "chat.write", CSRF_FORM, TEXT_MAX,
          RATE_WRITE, chat_console_say, "answers a customer"),
    ROUTE(POST, "/console/{shop}/inbox/{id}/hold", WHO_SHOP, "chat.write", CSRF_FORM, 1000,
          RATE_WRITE, chat_console_hold, "takes over, hands back to the bot, ends"),
    ROUTE(POST, "/console/{shop}/inbox/{id}/resend", WHO_SHOP, "chat.write", CSRF_FORM, 1000,
          RATE_WRITE, chat_console_resend, "sends a refused message again"),

    ROUTE(GET, "/api/v1/conversations", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, chat_api_list,
          "my conversations"),
    ROUTE(POST, "/api/v1/shops/{shop}/conversations", WHO_ACCOUNT, NULL, CSRF_API, TEXT_MAX,
          RATE_WRITE, chat_api_open, "opens my conversation with a shop; says `text` if given"),
    ROUTE(GET, "/api/v1/conversations/{id}/messages", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ,
          chat_api_messages, "messages, newest first"),
    ROUTE(POST, "/api/v1/conversations/{id}/messages", WHO_ACCOUNT, NULL, CSRF_API, FORM_MAX,
          RATE_WRITE, chat_api_say, "writes `text`, or taps `token`"),
    ROUTE(POST, "/api/v1/conversations/{id}/person", WHO_ACCOUNT, NULL, CSRF_API, 1000, RATE_WRITE,
          chat_api_person, "asks for a person"),
    ROUTE(GET, "/api/v1/console/{shop}/conversations", WHO_SHOP, "chat.read", CSRF_NONE, 0,
          RATE_READ, chat_api_inbox, "the inbox; tab=waiting|open|bot|done, q=name"),
    ROUTE(GET, "/api/v1/console/{shop}/conversations/{id}/messages", WHO_SHOP, "chat.read",
          CSRF_NONE, 0, RATE_READ, chat_api_inbox_messages, "messages, newest first"),
    ROUTE(POST, "/api/v1/console/{shop}/conversations/{id}/messages", WHO_SHOP, "chat.write",
          CSRF_API, TEXT_MAX, RATE_WRITE, chat_api_reply, "answers a customer"),
    ROUTE(POST, "/api/v1/console/{shop}/conversations/{id}/holder", WHO_SHOP, "chat.write",
          CSRF_API, 1000, RATE_WRITE, chat_api_hold, "`to`: person, bot or done"),
};

static const struct event_kind events[] = {
    {"chat.message", 1,
     "subject: conversation, object: message, account: the customer, number: who wrote (1 customer,"
     " "
     "2 bot, 3 staff, 4 system)"},
    {"chat.wants_person", 1, "subject: conversation, account: the customer"},
    {"chat.holder", 1, "subject: conversation, account: the customer, number: who answers now"},
    {"chat.undelivered", 1, "subject: conversation, object: the message that its channel refused"},
};

static const char *const live_kinds[] = {"chat.message", "chat.wants_person", "chat.holder",
                                         "chat.undelivered", NULL};
static const char *const merged_kinds[] = {"account.merged", NULL};
static const struct event_subscriber subscribers[] = {
    {"chat.live", live_kinds, chat_live_apply},
    {"chat.account_merged", merged_kinds, chat_account_merged},
};

static const struct permission_def permissions[] = {
    {"chat.read", "staff,viewer", "read conversations with customers"},
    {"chat.write", "staff", "answer customers"},
};

static const struct nav_item nav[] = {{40, "/inbox", "chat.inbox.title", "chat", "chat.read"}};

/* ---- upkeep ---- */

static const int64_t INBOUND_KEPT_MS = 30 * 24 * 3600 * INT64_C(1000);

static const struct err *prune_turn(struct turn *t, void *arg)
{
    int64_t removed;
    TRY(chat_inbound_prune(t->tx, t->arena, t->now_ms - INBOUND_KEPT_MS, JOB_PRUNE_ROWS, &removed));
    *(bool *)arg = removed == JOB_PRUNE_ROWS;
    return NULL;
}

static const struct err *prune(struct job_run *run)
{
    return job_prune_slices(run, prune_turn);
}

static const struct job_kind jobs[] = {
    {.name = "chat.deliver",
     .run = chat_deliver_run,
     .timeout_ms = 60 * 1000,
     .attempts_max = CHAT_DELIVER_ATTEMPTS,
     .backoff_ms = 2000,
     .parallel_max = 4,
     .summary = "brings a conversation's next message to its channel"},
    {.name = "chat.prune",
     .run = prune,
     .timeout_ms = 60 * 1000,
     .attempts_max = 3,
     .backoff_ms = 60 * 1000,
     .parallel_max = 1,
     .every_ms = 24 * 3600 * 1000,
     .summary = "forgets which events of channels came in long ago"},
};

/* ---- hooks ---- */

static const struct err *page_counts(struct web *w, struct tx *tx, struct page_counts *ret)
{
    struct chat_unread_of_account_row mine;
    struct chat_unread_with_shop_row here;
    struct chat_waiting_of_shop_row waiting;
    if (ret->talk_shop.v != 0) {
        TRY(chat_unread_with_shop(tx, w->arena, ret->talk_shop, w->viewer.account_id, &here));
        ret->chat_unread = here.count;
    } else {
        TRY(chat_unread_of_account(tx, w->arena, w->viewer.account_id, &mine));
        ret->chat_unread = mine.count;
    }
    if (w->shop_id.v == 0)
        return NULL;
    TRY(chat_waiting_of_shop(tx, w->arena, w->shop_id, &waiting));
    ret->inbox_waiting = waiting.count;
    return NULL;
}

static const struct err *timeline_add(struct arena *a, const struct shop *shop,
                                      struct conversation_id id, int64_t at_ms,
                                      struct timeline_entry *ret)
{
    struct id_text text = id_format(id.v);
    *ret =
        (struct timeline_entry){.at_ms = at_ms, .kind = "chat", .text_key = "chat.timeline.wrote"};
    return str_fmt(a, &ret->path, "/console/%.*s/inbox/%s", STR_ARG(shop->handle), text.text);
}

/* Conversations keep the contact they were opened for; after a merge her accounts lead to the
 * others. */
static const struct err *timeline(struct tx *tx, struct arena *a,
                                  const struct timeline_subject *who, size_t limit,
                                  struct timeline_entry **ret, size_t *ret_count)
{
    struct contact_id contact = {who->contact_id};
    struct chat_said_by_contact_row *rows;
    struct shop shop;
    size_t count;
    TRY(shop_get(tx, a, who->shop_id, &shop));
    TRY(chat_said_by_contact(tx, a, who->shop_id, contact, (int64_t)limit, limit, &rows, &count));
    TRY_NEW_ARRAY(a, *ret, limit);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++)
        TRY(timeline_add(a, &shop, rows[i].id, rows[i].at_ms, &(*ret)[(*ret_count)++]));
    for (size_t i = 0; i < who->account_count; i++) {
        struct chat_said_by_account_row *more;
        size_t room = limit - *ret_count;
        TRY(chat_said_by_account(tx, a, who->shop_id, (struct account_id){who->account_ids[i]},
                                 contact, (int64_t)room, room, &more, &count));
        for (size_t j = 0; j < count; j++)
            TRY(timeline_add(a, &shop, more[j].id, more[j].at_ms, &(*ret)[(*ret_count)++]));
    }
    return NULL;
}

static const struct err *verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct chat_verify_strays_row *strays;
    struct chat_verify_buttons_row *buttons;
    size_t count;
    TRY(chat_verify_strays(tx, a, 20, &strays, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "chat", "shop %lld message %lld belongs to no conversation",
                         (long long)strays[i].shop_id.v, (long long)strays[i].id);
    TRY(chat_verify_buttons(tx, a, 20, &buttons, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "chat",
                         "shop %lld button %lld belongs to no message of its conversation",
                         (long long)buttons[i].shop_id.v, (long long)buttons[i].id);
    return NULL;
}

const struct feature chat_feature = {
    .name = "chat",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .nav = nav,
    .nav_count = COUNT(nav),
    .migrations = chat_migrations,
    .migration_count = chat_migration_count,
    .queries = chat_queries,
    .query_count = chat_query_count,
    .timeline = timeline,
    .verify = verify,
    .page_counts = page_counts,
    .channel_inbox = chat_channel_inbox,
};
