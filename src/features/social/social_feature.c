/* The tables of feature social, and its part of `millpond verify`. */
#include "social/social.h"

#include "social/social_pages.h"
#include "social/social_part.h"
#include "social/social_sql.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", "pool", NULL};

static const struct event_kind events[] = {
    {"social.post", 1,
     "subject: post, object: the source it appears from (shop or account), account: author"},
    {"social.comment", 1,
     "subject: post, object: comment, account: commenter, text: folded hashtags"},
    {"social.like", 1, "subject: post, account: who likes it"},
    {"social.follow", 1, "subject: source (shop or account), account: follower"},
};

static const struct route routes[] = {
    ROUTE(GET, "/", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_page_home,
          "home feed; all shops' posts for who follows nobody"),
    ROUTE(GET, "/explore", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_page_explore,
          "everyone's posts"),
    ROUTE(GET, "/tag", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_page_tag_search,
          "to the hashtag in q"),
    ROUTE(GET, "/tag/{name}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_page_tag,
          "posts with a hashtag"),
    ROUTE(GET, "/@{handle}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_page_profile,
          "a person and her posts"),
    ROUTE(POST, "/@{handle}/follow", WHO_ACCOUNT, NULL, CSRF_FORM, KiB(16), RATE_WRITE,
          social_act_follow, "follow a person, or stop (field on)"),
    ROUTE_SHARED("/s/{shop}", RATE_READ, SHARED_BY_VISITORS, social_page_front,
                 "a shop and its products"),
    ROUTE(GET, "/s/{shop}/posts", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_page_shop,
          "a shop's posts"),
    ROUTE(POST, "/s/{shop}/follow", WHO_ACCOUNT, NULL, CSRF_FORM, KiB(16), RATE_WRITE,
          social_act_follow_shop, "follow a shop, or stop (field on)"),
    ROUTE(GET, "/post", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, social_page_new,
          "write a post"),
    ROUTE(GET, "/post/new", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, social_page_new,
          "write a post"),
    ROUTE_UPLOAD(POST, "/post/new", WHO_ACCOUNT, NULL, CSRF_FORM, MEDIA_FORM_BYTES_MAX, RATE_UPLOAD,
                 social_act_post, "publish a post of one's own"),
    ROUTE(GET, "/post/{post}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_page_post,
          "one post"),
    ROUTE(POST, "/post/{post}/remove", WHO_ACCOUNT, NULL, CSRF_FORM, KiB(16), RATE_WRITE,
          social_act_remove, "take a post away"),
    ROUTE(GET, "/post/{post}/comments", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          social_page_comments, "the comments, for the live page"),
    ROUTE(POST, "/post/{post}/comments", WHO_ANYONE, NULL, CSRF_FORM, KiB(16), RATE_WRITE,
          social_act_comment, "comment; who has no account gives a name"),
    ROUTE(GET, "/post/{post}/answer", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_page_answer,
          "whether the shop has answered a comment, for the live page"),
    ROUTE(GET, "/post/{post}/share", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_page_share,
          "an address to share"),
    ROUTE(POST, "/post/{post}/share", WHO_ANYONE, NULL, CSRF_FORM, KiB(16), RATE_WRITE,
          social_act_share, "count a share"),
    ROUTE(POST, "/post/{post}/like", WHO_ACCOUNT, NULL, CSRF_FORM, KiB(16), RATE_WRITE,
          social_act_like, "like a post, or stop (field on)"),
    ROUTE(POST, "/comment/{comment}/remove", WHO_ACCOUNT, NULL, CSRF_FORM, KiB(16), RATE_WRITE,
          social_act_comment_remove, "take a comment away"),
    ROUTE(GET, "/console/{shop}/posts", WHO_SHOP, "post.read", CSRF_NONE, 0, RATE_READ,
          social_console_posts, "the shop's posts"),
    ROUTE(GET, "/console/{shop}/posts/new", WHO_SHOP, "post.write", CSRF_NONE, 0, RATE_READ,
          social_console_new, "write a post of the shop"),
    ROUTE_UPLOAD(POST, "/console/{shop}/posts", WHO_SHOP, "post.write", CSRF_FORM,
                 MEDIA_FORM_BYTES_MAX, RATE_UPLOAD, social_console_post,
                 "publish a post of the shop"),

    ROUTE(GET, "/api/v1/feed", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_api_feed,
          "posts: list=home, everyone, shops or liked"),
    ROUTE(POST, "/api/v1/posts", WHO_ACCOUNT, NULL, CSRF_API, KiB(64), RATE_WRITE,
          social_api_post_make, "publish a post"),
    ROUTE(GET, "/api/v1/posts/{post}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, social_api_post,
          "one post"),
    ROUTE(DELETE, "/api/v1/posts/{post}", WHO_ACCOUNT, NULL, CSRF_API, KiB(1), RATE_WRITE,
          social_api_post_remove, "take a post away"),
    ROUTE(GET, "/api/v1/posts/{post}/comments", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          social_api_comments, "comments; next leads to earlier ones"),
    ROUTE(POST, "/api/v1/posts/{post}/comments", WHO_ACCOUNT, NULL, CSRF_API, KiB(16), RATE_WRITE,
          social_api_comment_make, "comment"),
    ROUTE(DELETE, "/api/v1/comments/{comment}", WHO_ACCOUNT, NULL, CSRF_API, KiB(1), RATE_WRITE,
          social_api_comment_remove, "take a comment away"),
    ROUTE(PUT, "/api/v1/posts/{post}/like", WHO_ACCOUNT, NULL, CSRF_API, KiB(1), RATE_WRITE,
          social_api_like, "like a post"),
    ROUTE(DELETE, "/api/v1/posts/{post}/like", WHO_ACCOUNT, NULL, CSRF_API, KiB(1), RATE_WRITE,
          social_api_unlike, "no longer like a post"),
    ROUTE(GET, "/api/v1/accounts/{handle}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          social_api_profile, "a person's profile"),
    ROUTE(GET, "/api/v1/accounts/{handle}/posts", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          social_api_account_posts, "a person's posts"),
    ROUTE(PUT, "/api/v1/accounts/{handle}/follow", WHO_ACCOUNT, NULL, CSRF_API, KiB(1), RATE_WRITE,
          social_api_follow, "follow a person"),
    ROUTE(DELETE, "/api/v1/accounts/{handle}/follow", WHO_ACCOUNT, NULL, CSRF_API, KiB(1),
          RATE_WRITE, social_api_unfollow, "no longer follow a person"),
    ROUTE(GET, "/api/v1/shops/{shop}/posts", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          social_api_shop_posts, "a shop's posts"),
    ROUTE(PUT, "/api/v1/shops/{shop}/follow", WHO_ACCOUNT, NULL, CSRF_API, KiB(1), RATE_WRITE,
          social_api_follow_shop, "follow a shop"),
    ROUTE(DELETE, "/api/v1/shops/{shop}/follow", WHO_ACCOUNT, NULL, CSRF_API, KiB(1), RATE_WRITE,
          social_api_unfollow_shop, "no longer follow a shop"),
    ROUTE(GET, "/api/v1/tags/{tag}/posts", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ,
          social_api_tag_posts, "posts with a hashtag"),
};

static const struct nav_item nav[] = {
    {30, "/posts", "social.posts", "photo", "post.read"},
};

static const char *const post_kinds[] = {"social.post", NULL};
static const char *const follow_kinds[] = {"social.follow", NULL};
static const char *const merged_kinds[] = {"account.merged", NULL};
static const char *const live_kinds[] = {"social.comment", NULL};

/* Whoever looks at the post fetches its comments anew. */
static const struct err *tell_post(struct turn *t, const struct event *e)
{
    struct id_text post = id_format(e->subject_id), comment = id_format(e->object_id);
    str topic;
    TRY(str_fmt(t->arena, &topic, "post:%s", post.text));
    return event_notify(t, topic, e->seq, S("comment"), id_str(&comment));
}

static const struct event_subscriber subscribers[] = {
    {"social.fan_out", post_kinds, social_on_post},
    {"social.back_fill", follow_kinds, social_on_follow},
    {"social.account_merged", merged_kinds, social_on_account_merged},
    {"social.live", live_kinds, tell_post},
};

static const struct job_kind jobs[] = {
    {.name = "social.fan_out",
     .run = social_fan_out_run,
     .timeout_ms = 60000,
     .attempts_max = 8,
     .backoff_ms = 1000,
     .parallel_max = 2,
     .summary = "copies a post to the timelines of its followers"},
};

static const struct projection projections[] = {
    {"timeline", 1, "a moment: posts reach their followers' feeds after their own turn",
     social_timeline_rebuild},
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
        verify_violation(report, "social", "post %lld: %lld likes stored, %lld rows",
                         (long long)rows[i].id.v, (long long)rows[i].stored,
                         (long long)rows[i].counted);
    TRY(social_verify_comments(tx, a, 20, &rows, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "social", "post %lld: %lld comments stored, %lld rows",
                         (long long)rows[i].id.v, (long long)rows[i].stored,
                         (long long)rows[i].counted);
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
    .routes = routes,
    .route_count = COUNT(routes),
    .nav = nav,
    .nav_count = COUNT(nav),
    .timeline = social_timeline,
    .projections = projections,
    .projection_count = COUNT(projections),
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
