/* The tables of feature media. */
#include "media/media_part.h"

#include "media/media_sql.h"

static const char *const needs[] = {"account", NULL};

static const struct route routes[] = {
    ROUTE(GET, "/m/{photo}/{size}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, media_serve,
          "a photo: 1200.webp, 600.webp or 300.webp"),
    ROUTE(GET, "/media", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, media_page,
          "one's own photos"),
    ROUTE_UPLOAD(POST, "/media", WHO_ACCOUNT, NULL, CSRF_FORM, MEDIA_FORM_BYTES_MAX, RATE_UPLOAD,
                 media_upload, "add photos (multipart, field photo)"),
    ROUTE(POST, "/media/{photo}/alt", WHO_ACCOUNT, NULL, CSRF_FORM, KiB(16), RATE_WRITE,
          media_describe, "say in words what a photo shows"),
    ROUTE_UPLOAD(POST, "/api/v1/media", WHO_ACCOUNT, NULL, CSRF_API, MEDIA_FORM_BYTES_MAX,
                 RATE_UPLOAD, media_api_upload, "add photos (multipart, field photo)"),
    ROUTE(GET, "/api/v1/media/{photo}", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, media_api_show,
          "one's own photo: how far it is, or why it was refused"),
};

static const struct job_kind jobs[] = {
    {.name = "media.encode",
     .run = media_encode_job,
     .timeout_ms = 60000,
     .attempts_max = MEDIA_ATTEMPTS,
     .backoff_ms = 5000,
     .parallel_max = 2,
     .summary = "checks an upload and makes its three sizes"},
    {.name = "media.sweep",
     .run = media_sweep_job,
     .timeout_ms = 60000,
     .attempts_max = 1,
     .backoff_ms = 60000,
     .parallel_max = 1,
     .every_ms = 24 * 3600 * 1000,
     .summary = "removes uploads that nobody waits for"},
};

/* The photos of a guest who turned out to be a member become hers. */
static const struct err *move_photos(struct turn *t, const struct event *e)
{
    return media_move_owner(t->tx, t->arena, (struct account_id){e->subject_id},
                            (struct account_id){e->object_id});
}

static const char *const merged[] = {"account.merged", NULL};
static const struct event_subscriber subscribers[] = {
    {"media.merge", merged, move_photos},
};

const struct feature media_feature = {
    .name = "media",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .migrations = media_migrations,
    .migration_count = media_migration_count,
    .queries = media_queries,
    .query_count = media_query_count,
};
