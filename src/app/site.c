/* Health, static files, robots.txt, the language switch, the description of the API: see site.h. */
#include "app/site.h"

#include "app/acme.h"
#include "app/cli.h"
#include "app/openapi.h"
#include "assets.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "core/web_cookie.h"

static const struct err *healthz(struct web *w)
{
    const struct platform *p = w->platform;
    struct tx *tx = NULL;
    TRY(web_read(w, &tx)); /* the store answers, or this fails */
    struct db_stats stats;
    int64_t events_waiting;
    db_get_stats(p->db, &stats);
    TRY(event_lag(w->platform, tx, w->arena, &events_waiting));
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {
        {"migration_level", p->migration_level}, {"wal_bytes", stats.wal_bytes},
        {"file_in_doubt", stats.is_file_in_doubt}, {"oldest_reader_ms", stats.oldest_reader_ms},
        {"events_waiting", events_waiting},
        /* since the start */
        {"commands", stats.commands}, {"commits", stats.commits}, {"statements", stats.statements},
        {"writer_cpu_us", stats.writer_cpu_ns / 1000}, {"commit_us", stats.commit_ns / 1000},
        {"wal_pages", stats.wal_pages}, {"checkpoint_us", stats.checkpoint_ns / 1000},
    };
    struct strbuf sb;
    strbuf_init(&sb, w->arena, 2000);
    struct json j;
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("status"));
    json_str(&j, stats.trouble == NULL ? S("ok") : S("trouble"));
    if (stats.trouble != NULL)
        json_put_str(&j, "trouble", locale_text(w->locale, stats.trouble));
    json_key(&j, S("version"));
    json_str(&j, S(MILLPOND_VERSION));
    json_key(&j, S("engine"));
    json_str(&j, db_engine_of(p->db) == DB_SQLITE ? S("sqlite") : S("postgres"));
    for (size_t i = 0; i < COUNT(numbers); i++)
        json_put_int(&j, numbers[i].name, numbers[i].value);
    json_object_end(&j);
    str body = STR_NONE;
    TRY(json_finish(&j, &body));
    return web_json(w, stats.trouble == NULL ? 200 : 503, body);
}

static const struct err *answer_asset(struct web *w, str name)
{
    const struct asset *asset = asset_find(name);
    if (asset == NULL)
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "no such file");
    http_response_body(w->rs, 200, asset->content_type,
                       (str){(const char *)asset->bytes, asset->len});
    if (asset->gzip != NULL)
        w->rs->body_gzip = (str){(const char *)asset->gzip, asset->gzip_len};
    w->rs->cache_control =
        asset_name_is_hashed(name) ? "public, max-age=31536000, immutable" : "public, max-age=300";
    return NULL;
}

static const struct err *static_file(struct web *w)
{
    return answer_asset(w, web_param(w, 0));
}

static const struct err *favicon(struct web *w)
{
    return answer_asset(w, S("logo.svg"));
}

static const struct err *robots(struct web *w)
{
    http_response_body(w->rs, 200, "text/plain; charset=utf-8",
                       S("User-agent: *\nDisallow: /api/\nDisallow: /console/\nDisallow: /login\n"
                         "Disallow: /cart\nDisallow: /checkout\n"));
    w->rs->cache_control = "public, max-age=3600";
    return NULL;
}

static const struct err *language(struct web *w)
{
    str code = STR_NONE;
    TRY(web_text(w, "language", 1, 20, &code));
    TRY(web_set_language(w, code));
    return web_redirect_to(w, web_next(w, "/"));
}

static const struct err *openapi(struct web *w)
{
    str body = STR_NONE;
    TRY(openapi_write(w->arena, w->platform, &body));
    w->rs->cache_control = "public, max-age=300";
    return web_json(w, 200, body);
}

static const struct route routes[] = {
    ROUTE(GET, "/healthz", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, healthz,
          "whether the server works"),
    ROUTE(GET, "/static/{file}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, static_file,
          "styles, scripts, drawings"),
    ROUTE(GET, "/favicon.svg", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, favicon, "the logo"),
    ROUTE(GET, "/robots.txt", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, robots,
          "what crawlers may visit"),
    ROUTE(POST, "/language", WHO_ANYONE, NULL, CSRF_FORM, 4096, RATE_WRITE, language,
          "chooses the language"),
    ROUTE(GET, "/api/openapi.json", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, openapi,
          "describes this API"),
};

const struct feature site_feature = {.name = "site", .routes = routes, .route_count = COUNT(routes),
                                     .jobs = acme_jobs, .job_count = 1};
