/* The tables of feature social, and its part of `millpond verify`. */
#include "social/social.h"

#include "social/social_part.h"
#include "social/social_sql.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", "pool", NULL};

static const struct event_kind events[] = {
    {"social.post", 1, "subject: post, object: the source it appears from (shop or account), account: author"},
    {"social.comment", 1, "subject: post, object: comment, account: commenter, text: folded hashtags"},
    {"social.like", 1, "subject: post, account: who likes it"},
    {"social.follow", 1, "subject: source (shop or account), account: follower"},
};

static const char *const post_kinds[] = {"social.post", NULL};
static const char *const follow_kinds[] = {"social.follow", NULL};
static const char *const merged_kinds[] = {"account.merged", NULL};
static const struct event_subscriber subscribers[] = {
    {"social.fan_out", post_kinds, social_on_post},
    {"social.back_fill", follow_kinds, social_on_follow},
    {"social.account_merged", merged_kinds, social_on_account_merged},
};

static const struct job_kind jobs[] = {
    {.name = "social.fan_out", .run = social_fan_out_run, .timeout_ms = 60000, .attempts_max = 8, .backoff_ms = 1000,
     .parallel_max = 2, .summary = "copies a post to the timelines of its followers"},
};

static const struct permission_def permissions[] = {
    {"post.read", "staff,viewer", "see the shop's posts in the console"},
    {"post.write", "staff", "publish and remove the shop's posts, remove comments below them"},
};

static const struct err *verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct social_verify_likes_row *rows;
    struct social_verify_followers_row *sources;
    size_t count;
    TRY(social_verify_likes(tx, a, 20, &rows, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "social", "post %lld: %lld likes stored, %lld rows", (long long)rows[i].id.v,
                         (long long)rows[i].stored, (long long)rows[i].counted);
    TRY(social_verify_comments(tx, a, 20, &rows, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "social", "post %lld: %lld comments stored, %lld rows", (long long)rows[i].id.v,
                         (long long)rows[i].stored, (long long)rows[i].counted);
    TRY(social_verify_followers(tx, a, 20, &sources, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "social", "source %lld: %lld followers stored, %lld rows",
                         (long long)sources[i].source_id, (long long)sources[i].stored,
                         (long long)sources[i].counted);
    return NULL;
}

const struct feature social_feature = {
    .name = "social",
    .needs = needs,
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = social_migrations,
    .migration_count = social_migration_count,
    .queries = social_queries,
    .query_count = social_query_count,
    .verify = verify,
};
