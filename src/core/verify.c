/* Asks every feature whether its invariants hold, and rebuilds projections: see verify.h. */
#include "core/verify.h"

#include <stdarg.h>

#include "base/strbuf.h"
#include "core/feature.h"

enum { CHECK_MAX = MiB(256) };

void verify_violation(struct verify_report *report, const char *invariant, const char *fmt, ...)
{
    report->violations++;
    strbuf_addf(report->out, "%s: ", invariant);
    va_list args;
    va_start(args, fmt);
    strbuf_addv(report->out, fmt, args);
    va_end(args);
    strbuf_add_char(report->out, '\n');
}

static void verify_failed(struct verify_report *report, const char *who, const struct err *e)
{
    if (e != NULL)
        verify_violation(report, who, "the check itself failed: %s %.*s", e->key,
                         STR_ARG(e->detail));
}

void verify_tell(struct verify_report *report, int64_t done)
{
    if (report->progress != NULL)
        report->progress->tell(report->progress->self, report->part, done);
}

static void begin_part(struct verify_report *report, const char *part)
{
    report->part = part;
    verify_tell(report, 0);
}

/* In an arena of its own, so that checks may forget what they have looked at while `out` grows. */
static void check_feature(struct platform *p, const struct feature *f,
                          struct verify_report *report)
{
    struct arena a;
    struct tx *tx = NULL;
    begin_part(report, f->name);
    arena_init(&a, CHECK_MAX);
    struct db *db = f->store == NULL ? p->db : platform_store(p, f->store);
    const struct err *e = db_read_begin(db, &a, &tx);
    if (e == NULL) {
        e = f->verify(tx, &a, report);
        db_read_end(tx);
    }
    verify_failed(report, f->name, e);
    arena_done(&a);
}

const struct err *verify_run_telling(struct platform *p, struct arena *a,
                                     const struct verify_progress *progress, struct strbuf *out,
                                     int *ret_violations)
{
    struct verify_report report = {.out = out, .progress = progress};
    begin_part(&report, "store");
    verify_failed(&report, "store", db_check_file(p->db, a));
    for (size_t i = 0; i < p->store_count; i++)
        verify_failed(&report, p->stores[i].name, db_check_file(p->stores[i].db, a));
    for (size_t i = 0; i < p->feature_count; i++)
        if (p->features[i]->verify != NULL)
            check_feature(p, p->features[i], &report);
    *ret_violations = report.violations;
    return NULL;
}

const struct err *verify_run(struct platform *p, struct arena *a, struct strbuf *out,
                             int *ret_violations)
{
    return verify_run_telling(p, a, NULL, out, ret_violations);
}

const struct err *verify_rebuild(struct platform *p, struct arena *a, str projection)
{
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->projection_count; i++)
            if (str_eq(str_c(p->features[f]->projections[i].name), projection))
                return p->features[f]->projections[i].rebuild(p, a);
    return ERR(a, ERR_NOT_FOUND, "error.no_projection", "no projection %.*s", STR_ARG(projection));
}
