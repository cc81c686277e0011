/* Commands about the store as a whole: migrate, verify, rebuild, parked. */
#include <stdio.h>
#include <string.h>

#include "app/cli.h"
#include "base/strbuf.h"
#include "core/event.h"
#include "core/job.h"
#include "core/verify.h"

enum { REPORT_MAX = 4 * 1024 * 1024 };

/* The store as it is, copied and checked before anything changes in it. */
static const struct err *backup_beside(struct cli *c)
{
    str url = STR_NONE, path = STR_NONE;
    TRY(str_fmt(c->arena, &url, "%s/millpond.db", c->config.data));
    TRY(str_fmt(c->arena, &path, "%s/before-migration-%lld.db", c->config.data,
                (long long)clock_now_ms(&clock_system)));
    struct db *db = NULL;
    TRY(db_open(c->arena, &(struct db_config){.url = url}, &db));
    const struct err *e = db_backup(db, c->arena, path);
    db_close(db);
    TRY(e);
    printf("kept a copy of the store in %.*s\n", STR_ARG(path));
    return NULL;
}

static const struct err *apply_after_backup(struct cli *c, struct platform_config *pc)
{
    if (c->config.db == NULL)
        TRY(backup_beside(c));
    pc->migrate = DB_MIGRATE_APPLY;
    TRY(platform_open(c->arena, pc, &c->platform));
    printf("migrated: the store has all %d migrations of this program\n",
           c->platform->migration_level);
    return NULL;
}

const struct err *store_migrate(struct cli *c)
{
    struct platform_config pc;
    TRY(cli_platform_config(c, &pc));
    pc.no_start = true;
    pc.migrate = DB_MIGRATE_CHECK;
    const struct err *e = platform_open(c->arena, &pc, &c->platform);
    if (e == NULL)
        printf("nothing to do: the store has all %d migrations\n", c->platform->migration_level);
    else if (str_eq(str_c(e->key), S("db.needs_migration")))
        return apply_after_backup(c, &pc);
    return e;
}

/* Says where it stands once a second, so a quick run says nothing. */
struct telling {
    const struct clock *clock;
    int64_t began_ms, told_ms;
};

static void tell(void *self, const char *part, int64_t done)
{
    struct telling *t = self;
    int64_t now_ms = clock_monotonic_ms(t->clock);
    if (now_ms - t->told_ms < 1000)
        return;
    t->told_ms = now_ms;
    fprintf(stderr, "verify: %lld s, %s", (long long)(now_ms - t->began_ms) / 1000, part);
    if (done > 0)
        fprintf(stderr, ", %lld rows", (long long)done);
    fprintf(stderr, "\n");
}

const struct err *store_verify(struct cli *c)
{
    struct telling telling = {.clock = c->platform->clock};
    telling.began_ms = telling.told_ms = clock_monotonic_ms(telling.clock);
    const struct verify_progress progress = {tell, &telling};
    struct arena text_arena;
    arena_init(&text_arena, REPORT_MAX * 2);
    struct strbuf report;
    strbuf_init(&report, &text_arena, REPORT_MAX);
    int violations = 0;
    const struct err *e = verify_run_telling(c->platform, c->arena, &progress, &report,
                                             &violations);
    if (e == NULL) {
        printf("%.*s%d violations\n", STR_ARG(strbuf_view(&report)), violations);
        fflush(stdout);
    }
    arena_done(&text_arena);
    TRY(e);
    c->exit_code = violations == 0 ? 0 : 1;
    return NULL;
}

const struct err *store_rebuild(struct cli *c)
{
    if (c->argc != 1)
        return cli_usage(c, "rebuild NAME");
    return verify_rebuild(c->platform, c->arena, str_c(c->argv[0]));
}

static const struct err *revive_all(struct turn *t, void *arg)
{
    (void)arg;
    struct job_dead *dead = NULL;
    size_t count = 0;
    TRY(job_dead_list(t->tx, t->arena, &dead, &count));
    for (size_t i = 0; i < count; i++) {
        const struct err *e = job_revive(t, dead[i].id);
        if (e != NULL && e->kind != ERR_CONFLICT) /* a twin waits: that one will do */
            return e;
    }
    return NULL;
}

static const struct err *list_parked(struct cli *c, struct tx *tx)
{
    struct event_parked *events = NULL;
    struct job_dead *jobs = NULL;
    size_t event_count = 0, job_count = 0;
    TRY(event_parked_list(tx, c->arena, &events, &event_count));
    TRY(job_dead_list(tx, c->arena, &jobs, &job_count));
    for (size_t i = 0; i < event_count; i++)
        printf("event %lld for %.*s: %.*s\n", (long long)events[i].seq,
               STR_ARG(events[i].subscriber), STR_ARG(events[i].reason));
    for (size_t i = 0; i < job_count; i++)
        printf("job %lld %.*s after %d attempts: %.*s\n", (long long)jobs[i].id,
               STR_ARG(jobs[i].kind), jobs[i].attempt, STR_ARG(jobs[i].reason));
    printf("%zu events and %zu jobs\n", event_count, job_count);
    return NULL;
}

const struct err *store_parked(struct cli *c)
{
    if (c->argc == 1 && strcmp(c->argv[0], "retry") == 0) {
        int left = 0;
        TRY(event_retry_parked(c->platform, c->arena, &left));
        TRY(turn_run(c->platform, c->arena, (struct account_id){0}, revive_all, NULL));
        printf("%d events are still parked; dead jobs run again with the server\n", left);
        return NULL;
    }
    if (c->argc != 0)
        return cli_usage(c, "parked [retry]");
    struct tx *tx = NULL;
    TRY(db_read_begin(c->platform->db, c->arena, &tx));
    const struct err *e = list_parked(c, tx);
    db_read_end(tx);
    return e;
}
