/* The program in one process: see testing.h. */
#include "core/testing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "core/verify.h"
#include "sys/file.h"

enum { ARENA_MAX = 512, ROUNDS_MAX = 1000, REQUEST_MAX = 8 * 1024 * 1024 };
static const int64_t START_MS = 1795262400000; /* 2026-11-21 12:00:00 UTC */

/* Requests may come from several threads, and all write into one arena. */
static pthread_mutex_t arena_lock = PTHREAD_MUTEX_INITIALIZER;

void testing_must(const struct err *e)
{
    if (e == NULL)
        return;
    for (; e != NULL; e = e->cause)
        fprintf(stderr, "testing: %s:%d: %s %s %.*s\n", e->file, e->line,
                err_policy_of(e->kind)->name, e->key, STR_ARG(e->detail));
    abort();
}

static const char *postgres_url(void)
{
    const char *url = getenv("MILLPOND_TEST_PG");
    return url == NULL || url[0] == 0 ? NULL : url;
}

bool testing_has_engine(enum db_engine engine)
{
    return engine == DB_SQLITE || postgres_url() != NULL;
}

static void open_platform(struct testing *t, const struct testing_config *config)
{
    struct platform_config pc = {
        .data_dir = t->data_dir,
        .db_url = config->engine == DB_POSTGRES ? str_c(postgres_url()) : STR_NONE,
        .base_url = str_is_absent(config->base_url) ? S("http://pond.test") : config->base_url,
        .clock = &t->clock.clock,
        .rng = &t->rng.rng,
        .features = config->features,
        .feature_count = config->feature_count,
        .texts = config->texts,
        .db_readers = 4,
    };
    testing_must(platform_open(&t->arena, &pc, &t->platform));
    struct dispatch_config dc = {.platform = t->platform, .rate_percent = config->rate_percent,
                                 .pages = config->pages};
    testing_must(dispatch_new(&t->arena, &dc, &t->dispatch));
}

static const char *temporary_folder(void)
{
    const char *given = getenv("TMPDIR");
    return given == NULL ? "/tmp" : given;
}

void testing_open_config(struct testing *t, const struct testing_config *config)
{
    *t = (struct testing){0};
    arena_init(&t->arena, MiB(ARENA_MAX));
    clock_fake_init(&t->clock, START_MS);
    uint64_t seed = 42;
    if (config->engine == DB_POSTGRES) /* rows stay there: tokens and holders must not repeat */
        seed = rng_u64(&rng_system);
    rng_seeded_init(&t->rng, seed);
    char folder[256];
    snprintf(folder, sizeof folder, "%s/millpond-testing-XXXXXX", temporary_folder());
    ASSERT(mkdtemp(folder) != NULL);
    testing_must(str_dup(&t->arena, str_c(folder), &t->data_dir));
    testing_must(str_fmt(&t->arena, &t->upload_dir, "%s/uploads", folder));
    testing_must(file_make_folder(&t->arena, t->upload_dir.ptr, 0700));
    open_platform(t, config);
}

void testing_reopen(struct testing *t, const struct testing_config *config)
{
    platform_close(t->platform);
    open_platform(t, config);
}

void testing_close(struct testing *t)
{
    platform_close(t->platform);
    const char *folder = NULL;
    size_t slash = (size_t)str_rfind_char(t->data_dir, '/');
    testing_must(str_to_c(&t->arena, str_from(t->data_dir, slash + 1), &folder));
    testing_must(file_remove_tree(&t->arena, temporary_folder(), folder));
    arena_done(&t->arena);
}

void testing_drain(struct testing *t)
{
    struct arena a;
    arena_init(&a, MiB(64));
    /* Events enqueue jobs and jobs emit events: until a round finds nothing new, which two rounds
     * show. */
    for (int round = 0; round < 3; round++) {
        testing_must(event_drain(t->platform, &a));
        arena_reset(&a);
        testing_must(job_drain(t->platform, &a, clock_now_ms(t->platform->clock)));
        arena_reset(&a);
    }
    testing_must(event_drain(t->platform, &a));
    arena_done(&a);
}

bool testing_job_slice(struct testing *t, const struct feature *feature, const char *job)
{
    struct job_run run = {.platform = t->platform, .now_ms = clock_now_ms(t->platform->clock)};
    struct arena a;
    size_t at = 0;
    while (strcmp(feature->jobs[at].name, job) != 0)
        ASSERT(++at < feature->job_count);
    arena_init(&a, MiB(64));
    run.arena = &a;
    job_stop(t->platform);
    testing_must(feature->jobs[at].run(&run));
    arena_done(&a);
    return run.is_unfinished;
}

void testing_verify(struct testing *t)
{
    struct arena a;
    struct strbuf lines;
    int violations;
    arena_init(&a, MiB(64));
    strbuf_init(&lines, &a, KiB(64));
    testing_must(verify_run(t->platform, &a, &lines, &violations));
    if (violations != 0)
        fprintf(stderr, "%.*s\n", STR_ARG(strbuf_view(&lines)));
    ASSERT(violations == 0);
    arena_done(&a);
}

void testing_advance(struct testing *t, int64_t by_ms)
{
    clock_fake_advance(&t->clock, by_ms);
}

void testing_turn(struct testing *t, struct account_id actor, turn_fn *fn, void *arg)
{
    testing_must(turn_run(t->platform, &t->arena, actor, fn, arg));
}

/* ---- requests ---- */

static void keep_cookie(struct testing_browser *b, str line)
{
    str pair = str_cut(&line, ';');
    str name = str_trim(str_cut(&pair, '='));
    bool is_deleted = str_find(line, S("Max-Age=0")) >= 0 || str_is_empty(pair);
    size_t at = 0;
    while (at < b->cookie_count && !str_eq(b->cookie_names[at], name))
        at++;
    if (at == b->cookie_count) {
        ASSERT(at < TESTING_COOKIES_MAX);
        b->cookie_count++;
    }
    b->cookie_names[at] = name;
    b->cookie_values[at] = is_deleted ? STR_NONE : pair;
}

static void keep_cookies(struct testing_browser *b, str head)
{
    for (str rest = head; !str_is_absent(rest);) {
        str line = str_trim(str_cut(&rest, '\n'));
        if (str_starts_nocase(line, S("set-cookie:")))
            keep_cookie(b, str_from(line, sizeof "set-cookie:" - 1));
    }
}

str testing_header(const struct testing_answer *answer, const char *name)
{
    for (str rest = answer->head; !str_is_absent(rest);) {
        str line = str_trim(str_cut(&rest, '\n'));
        str key = str_cut(&line, ':');
        if (str_eq_nocase(key, str_c(name)))
            return str_trim(line);
    }
    return STR_NONE;
}

static void add_cookies(struct strbuf *sb, const struct testing_browser *b)
{
    bool is_first = true;
    for (size_t i = 0; i < b->cookie_count; i++) {
        if (str_is_absent(b->cookie_values[i]))
            continue;
        strbuf_addf(sb, "%s%.*s=%.*s", is_first ? "Cookie: " : "; ", STR_ARG(b->cookie_names[i]),
                    STR_ARG(b->cookie_values[i]));
        is_first = false;
    }
    if (!is_first)
        strbuf_add(sb, S("\r\n"));
}

static struct testing_answer parse_answer(struct testing_browser *b, str raw)
{
    struct testing_answer answer = {.body = S("")};
    ptrdiff_t end = str_find(raw, S("\r\n\r\n"));
    answer.head = end < 0 ? raw : str_sub(raw, 0, (size_t)end);
    if (end >= 0)
        answer.body = str_from(raw, (size_t)end + 4);
    int64_t status = 0;
    ASSERT(str_to_int(str_sub(raw, sizeof "HTTP/1.1 " - 1, 3), &status));
    answer.status = (int)status;
    answer.location = testing_header(&answer, "location");
    keep_cookies(b, answer.head);
    return answer;
}

struct testing_answer testing_request(struct testing_browser *b, const char *method,
                                      const char *path, const char *header_lines, str body)
{
    struct arena own;
    arena_init(&own, MiB(64));
    struct strbuf sb;
    strbuf_init(&sb, &own, REQUEST_MAX);
    str host = str_from(b->testing->platform->base_url,
                        (size_t)str_find(b->testing->platform->base_url, S("://")) + 3);
    strbuf_addf(&sb, "%s %s HTTP/1.1\r\nHost: %.*s\r\n", method, path, STR_ARG(host));
    add_cookies(&sb, b);
    if (!str_is_absent(b->client_ip_header))
        strbuf_addf(&sb, "X-Forwarded-For: %.*s\r\n", STR_ARG(b->client_ip_header));
    strbuf_add(&sb, str_c(header_lines));
    if (!str_is_absent(body))
        strbuf_addf(&sb, "Content-Length: %zu\r\n", body.len);
    strbuf_add(&sb, S("\r\n"));
    strbuf_add(&sb, body);
    str raw = STR_NONE, answer = STR_NONE;
    testing_must(strbuf_finish(&sb, &raw));
    testing_must(http_loopback_files(&own, dispatch_app(b->testing->dispatch),
                                     b->testing->upload_dir, raw, &answer));
    pthread_mutex_lock(&arena_lock);
    testing_must(str_dup(&b->testing->arena, answer, &answer));
    pthread_mutex_unlock(&arena_lock);
    arena_done(&own);
    return parse_answer(b, answer);
}

struct testing_answer testing_get(struct testing_browser *b, const char *path)
{
    return testing_request(b, "GET", path, "Accept: text/html\r\nSec-Fetch-Dest: document\r\n",
                           STR_NONE);
}

struct testing_answer testing_post(struct testing_browser *b, const char *path, const char *form)
{
    return testing_request(b, "POST", path,
                           "Accept: text/html\r\nSec-Fetch-Site: same-origin\r\n"
                           "Content-Type: application/x-www-form-urlencoded\r\n",
                           str_c(form));
}

struct testing_answer testing_upload(struct testing_browser *b, const char *path, const char *form,
                                     const char *file_field, str file)
{
    struct arena own;
    struct strbuf sb;
    struct form fields;
    arena_init(&own, MiB(64));
    strbuf_init(&sb, &own, REQUEST_MAX);
    testing_must(form_parse_urlencoded(&own, str_c(form), &fields));
    for (size_t i = 0; i < fields.count; i++)
        strbuf_addf(&sb, "--b0und\r\nContent-Disposition: form-data; name=\"%.*s\"\r\n\r\n%.*s\r\n",
                    STR_ARG(fields.fields[i].name), STR_ARG(fields.fields[i].value));
    if (file_field != NULL) {
        strbuf_addf(
            &sb, "--b0und\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"f\"\r\n\r\n",
            file_field);
        strbuf_add(&sb, file);
        strbuf_add(&sb, S("\r\n"));
    }
    strbuf_add(&sb, S("--b0und--\r\n"));
    str body = STR_NONE;
    testing_must(strbuf_finish(&sb, &body));
    struct testing_answer answer =
        testing_request(b, "POST", path,
                        "Accept: text/html\r\nSec-Fetch-Site: same-origin\r\n"
                        "Content-Type: multipart/form-data; boundary=b0und\r\n",
                        body);
    arena_done(&own);
    return answer;
}

struct testing_answer testing_api(struct testing_browser *b, enum http_method method,
                                  const char *path, const char *json, const char *idempotency_key)
{
    char lines[1024] = "Accept: application/json\r\nSec-Fetch-Site: same-origin\r\n",
         *end = lines + strlen(lines);
    size_t room = sizeof lines - strlen(lines);
    int written = snprintf(
        end, room, "%s%s%s%s%s%.*s%s", json == NULL ? "" : "Content-Type: application/json\r\n",
        idempotency_key == NULL ? "" : "Idempotency-Key: ",
        idempotency_key == NULL ? "" : idempotency_key, idempotency_key == NULL ? "" : "\r\n",
        str_is_absent(b->bearer) ? "" : "Authorization: Bearer ", STR_ARG(b->bearer),
        str_is_absent(b->bearer) ? "" : "\r\n");
    ASSERT(written >= 0 && (size_t)written < room);
    const char *name = http_method_name(method).ptr;
    return testing_request(b, name, path, lines, json == NULL ? STR_NONE : str_c(json));
}

str testing_field(struct testing_answer *answer, const char *name)
{
    char needle[128];
    int len = snprintf(needle, sizeof needle, "name=\"%s\"", name);
    ASSERT(len > 0 && (size_t)len < sizeof needle);
    ptrdiff_t at = str_find(answer->body, (str){needle, (size_t)len});
    if (at < 0)
        return STR_NONE;
    str rest = str_from(answer->body, (size_t)at + (size_t)len);
    str tag = str_cut(&rest, '>');
    ptrdiff_t value = str_find(tag, S("value=\""));
    if (value < 0)
        return STR_NONE;
    str text = str_from(tag, (size_t)value + sizeof "value=\"" - 1);
    return str_cut(&text, '"');
}
