/* A whole program in one process for tests of core and features: a store, a clock that stands
 * still, a seeded generator, the features given, and requests through the same edge as in the real
 * server, without a socket. Not linked into the product unless called. Anything unexpected prints
 * what and where, and aborts: a test never goes on after a broken set-up.
 *
 *   struct testing t;
 *   testing_open(&t, DB_SQLITE, features, COUNT(features));
 *   struct testing_browser ann = {.testing = &t};
 *   struct testing_answer a = testing_get(&ann, "/p/0abc");
 *   a = testing_post(&ann, "/post/0abc/comments", "text=%23reef");
 *   testing_drain(&t);                       // events and jobs, until nothing is due
 *   testing_close(&t);
 *
 * Threads: one testing may be used from several threads for requests and turns, each with its own
 * browser and arena.
 */
#ifndef CORE_TESTING_H
#define CORE_TESTING_H

#include "core/dispatch.h"
#include "texts.h"

struct testing {
    struct arena arena;           /* lives as long as the testing */
    struct clock_fake clock;      /* starts at 2026-11-21 12:00:00 UTC */
    struct rng_seeded rng;
    struct platform *platform;
    struct dispatch *dispatch;
    str data_dir;                 /* a new folder below TMPDIR, removed by testing_close */
    str upload_dir;               /* in it: files of requests */
};

struct testing_config {
    enum db_engine engine;
    const struct feature *const *features;
    size_t feature_count;
    int rate_percent;             /* 0 = no limit */
    struct dispatch_pages pages;
    str base_url;                 /* absent: "http://pond.test" */
    const struct catalogue *texts; /* &texts */
};
/* DB_SQLITE: a file in data_dir. DB_POSTGRES: the database of the variable MILLPOND_TEST_PG, which
 * keeps its rows between openings, so tests use fresh ids. Features: in order; core's own comes
 * first. */
void testing_open_config(struct testing *t, const struct testing_config *config);
/* The usual case. Here and not in testing.c, because core itself does not know the generated texts.
 */
static inline void testing_open(struct testing *t, enum db_engine engine,
                                const struct feature *const *features, size_t count)
{
    struct testing_config config = {
        .engine = engine, .features = features, .feature_count = count, .texts = &texts};
    testing_open_config(t, &config);
}
void testing_close(struct testing *t);
/* Closes the platform and opens it again on the same data. */
void testing_reopen(struct testing *t, const struct testing_config *config);
/* SQLite always; PostgreSQL too when MILLPOND_TEST_PG names one: for running every test on both. */
bool testing_has_engine(enum db_engine engine);

/* `static void behaviour(enum db_engine engine)` as two tests, for the list of a group:
 * ON_BOTH(behaviour) before it, BOTH(behaviour) in it. With cmocka.h. Skipped without
 * MILLPOND_TEST_PG, which `make test` gives to folders that name ON_BOTH, and counts as a failure.
 */
#define ON_BOTH(behaviour) \
    static void behaviour##_sqlite(void **state) \
    { \
        (void)state; \
        behaviour(DB_SQLITE); \
    } \
    static void behaviour##_postgres(void **state) \
    { \
        (void)state; \
        if (!testing_has_engine(DB_POSTGRES)) \
            skip(); \
        behaviour(DB_POSTGRES); \
    }
#define BOTH(behaviour) \
    cmocka_unit_test(behaviour##_sqlite), cmocka_unit_test(behaviour##_postgres)
/* The same where a fixture opens the store: `run(engine, behaviour)`. */
#define ON_BOTH_BY(run, behaviour) \
    static void behaviour##_sqlite(void **state) \
    { \
        (void)state; \
        run(DB_SQLITE, behaviour); \
    } \
    static void behaviour##_postgres(void **state) \
    { \
        (void)state; \
        if (!testing_has_engine(DB_POSTGRES)) \
            skip(); \
        run(DB_POSTGRES, behaviour); \
    }

/* Events and jobs, until neither has anything due at the clock's time. */
void testing_drain(struct testing *t);
/* One attempt of the feature's job, which is told to stop and so does one slice; it must succeed.
 * True: more is left. */
bool testing_job_slice(struct testing *t, const struct feature *feature, const char *job);
/* Runs every verification; aborts with the lines that it found. */
void testing_verify(struct testing *t);
void testing_advance(struct testing *t, int64_t by_ms);
/* A write turn that must succeed. actor v == 0: the system. */
void testing_turn(struct testing *t, struct account_id actor, turn_fn *fn, void *arg);
/* Aborts and prints when e is not NULL. */
void testing_must(const struct err *e);

/* ---- requests ---- */

enum { TESTING_COOKIES_MAX = 16 };
struct testing_browser {
    struct testing *testing;
    str cookie_names[TESTING_COOKIES_MAX], cookie_values[TESTING_COOKIES_MAX];
    size_t cookie_count;
    str bearer;                   /* for testing_api; absent: cookies */
    str client_ip_header; /* sent as X-Forwarded-For when set: to see that it is not believed */
};

struct testing_answer {
    int status;
    str head, body;               /* in the testing's arena */
    str location;                 /* header, or absent */
};

struct testing_answer testing_get(struct testing_browser *b, const char *path);
/* A form filled in on our own site. `form`: urlencoded. */
struct testing_answer testing_post(struct testing_browser *b, const char *path, const char *form);
/* The same fields as multipart/form-data, with one file when file_field is not NULL: for
 * ROUTE_UPLOAD. */
struct testing_answer testing_upload(struct testing_browser *b, const char *path, const char *form,
                                     const char *file_field, str file);
/* A JSON call; json NULL: no body. Idempotency key NULL: none. */
struct testing_answer testing_api(struct testing_browser *b, enum http_method method,
                                  const char *path, const char *json, const char *idempotency_key);
/* Full control: extra header lines, each ending in "\r\n". Cookies and Host are added. */
struct testing_answer testing_request(struct testing_browser *b, const char *method,
                                      const char *path, const char *header_lines, str body);
str testing_header(const struct testing_answer *answer, const char *name);
/* The value after `name="..." value="` in a page: hidden fields. Absent if none. */
str testing_field(struct testing_answer *answer, const char *name);

#endif
