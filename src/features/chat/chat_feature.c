/* The tables of feature chat. */
#include "chat/chat_part.h"
#include "chat/chat_sql.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", "identity", NULL};

static const struct event_kind events[] = {
    {"chat.message", 1, "subject: conversation, object: message, account: the customer, number: who wrote (1 customer, "
                        "2 bot, 3 staff, 4 system)"},
    {"chat.wants_person", 1, "subject: conversation, account: the customer"},
    {"chat.holder", 1, "subject: conversation, number: who answers now"},
    {"chat.undelivered", 1, "subject: conversation, object: the message that its channel refused"},
};

static const struct job_kind jobs[] = {
    {.name = "chat.deliver", .run = chat_deliver_run, .timeout_ms = 60 * 1000, .attempts_max = CHAT_DELIVER_ATTEMPTS,
     .backoff_ms = 2000, .parallel_max = 4, .summary = "Brings a conversation's next message to its channel"},
};

const struct feature chat_feature = {
    .name = "chat",
    .needs = needs,
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .events = events,
    .event_count = COUNT(events),
    .migrations = chat_migrations,
    .migration_count = chat_migration_count,
    .queries = chat_queries,
    .query_count = chat_query_count,
    .channel_inbox = chat_channel_inbox,
};
