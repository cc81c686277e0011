/* The job that orders and renews certificates: see acme.h. It runs on a job thread while the server
 * serves. */
#include <string.h>

#include "app/acme_part.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "base/timefmt.h"
#include "core/feature.h"
#include "core/waker.h"
#include "sys/file.h"

enum {
    LEASE_MS = 600000,
    BACKOFF_MS = 60000,
    ATTEMPTS_MAX = 1000,
    LOOK_AGAIN_MS = 12 * HOUR_MS,
    SOON_MS = 1000
};

static struct {
    const struct config *config; /* NULL: not asked for */
    struct http_server *server;
    struct acme_door *door;
    struct waker waker;
} service;

int64_t acme_due_ms(int64_t from_ms, int64_t until_ms)
{
    return until_ms - (until_ms - from_ms) / 3;
}

static void publish(void *self, str token, str text)
{
    (void)self;
    acme_door_publish(service.door, token, text);
}

static bool wait_a_little(void *self, int ms)
{
    (void)self;
    return waker_wait(&service.waker, waker_seen(&service.waker), ms);
}

static void log_new(const struct job_run *run, const struct certificate_facts *facts)
{
    struct log_line line;
    struct time_text until = time_format_rfc3339(facts->until_ms);
    log_begin(&line, LOG_INFO, run->now_ms, "acme.certificate");
    log_add(&line, "domain", service.config->domain);
    log_add(&line, "until", (const char *)until.text);
    log_end(&line);
}

/* A new key for every certificate; the account keeps its own. */
static const struct err *order_one(struct job_run *run, const str *names, size_t count,
                                   const struct es256_key *account, const struct es256_key *key,
                                   struct certificate_facts *facts)
{
    struct arena *a = run->arena;
    const struct config *config = service.config;
    bool is_named = config->acme_directory != NULL;
    struct acme_order order = {.directory =
                                   str_c(is_named ? config->acme_directory : ACME_DIRECTORY),
                               .trusted = is_named,
                               .mail = str_c(config->acme),
                               .account = account,
                               .key = key,
                               .names = names,
                               .name_count = count,
                               .publish = publish,
                               .wait = wait_a_little};
    str chain = STR_NONE;
    TRY(acme_run(a, &order, &chain));
    if (!acme_fits(a, chain, names, count))
        return ERR(a, ERR_UNAVAILABLE, "acme.bad_answer", "a certificate for other names");
    TRY(certificate_look(a, chain, facts));
    TRY(acme_keep(a, config->tls_cert, key, chain));
    str path = str_c(config->tls_cert);
    return http_server_use_certificate(service.server, a, path, path);
}

static const struct err *renew(struct job_run *run, const str *names, size_t count,
                               struct certificate_facts *facts)
{
    struct es256_key *account = NULL, *key = NULL;
    str path = STR_NONE;
    TRY(str_fmt(run->arena, &path, "%s/keys/acme.pem", service.config->data));
    TRY(acme_key(run->arena, path.ptr, &account));
    const struct err *e = es256_new(run->arena, &key);
    if (e == NULL)
        e = order_one(run, names, count, account, key, facts);
    es256_free(key);
    es256_free(account);
    if (e == NULL)
        log_new(run, facts);
    return e;
}

static const struct err *enqueue(struct turn *t, void *arg)
{
    return job_enqueue(t, arg);
}

static const struct err *look(struct job_run *run)
{
    struct arena *a = run->arena;
    str names[ACME_NAMES_MAX], pem = STR_NONE;
    size_t count = 0;
    struct certificate_facts facts = {0};
    if (service.config == NULL || waker_must_stop(&service.waker))
        return NULL; /* left by a run with --acme; the next such run asks again */
    TRY(acme_names(a, service.config, names, &count));
    TRY(file_read(a, service.config->tls_cert, ACME_FILE_MAX, &pem));
    TRY(certificate_look(a, pem, &facts));
    bool is_due = facts.is_self_made || !acme_fits(a, pem, names, count) ||
                  clock_now_ms(run->platform->clock) >= acme_due_ms(facts.from_ms, facts.until_ms);
    if (is_due)
        TRY(renew(run, names, count, &facts));
    int64_t now_ms = clock_now_ms(run->platform->clock),
            due_ms = acme_due_ms(facts.from_ms, facts.until_ms);
    due_ms = due_ms < now_ms + SOON_MS ? now_ms + SOON_MS : due_ms;
    struct job_request next = {
        .kind = "acme.renew",
        .key = S("next"),
        .run_at_ms = due_ms < now_ms + LOOK_AGAIN_MS ? due_ms : now_ms + LOOK_AGAIN_MS};
    return turn_run(run->platform, a, (struct account_id){0}, enqueue, &next);
}

const struct job_kind acme_jobs[1] = {
    {"acme.renew", look, LEASE_MS, ATTEMPTS_MAX, BACKOFF_MS, 1, 0,
     "orders and renews the certificate"},
};

const struct err *acme_start(struct arena *a, const struct config *config, struct platform *p,
                             struct http_server *server)
{
    if (config->acme == NULL)
        return NULL;
    str listen = str_c(config->acme_listen), key = STR_NONE;
    TRY(acme_door_open(a, listen, p->base_url, p->clock, &service.door));
    waker_init(&service.waker);
    service.config = config;
    service.server = server;
    TRY(str_fmt(a, &key, "start-%lld", (long long)clock_now_ms(p->clock)));
    struct job_request now = {.kind = "acme.renew", .key = key};
    return turn_run(p, a, (struct account_id){0}, enqueue, &now);
}

void acme_stop(struct platform *p)
{
    if (service.config == NULL)
        return;
    waker_stop(&service.waker);
    job_stop(p);
    acme_door_close(service.door);
    service.config = NULL;
}
