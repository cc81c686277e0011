/* Asks every feature whether its invariants hold, and rebuilds projections: see verify.h. */
#include "core/verify.h"

#include <stdarg.h>

#include "base/strbuf.h"
#include "core/feature.h"

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

const struct err *verify_run(struct platform *p, struct arena *a, struct strbuf *out,
                             int *ret_violations)
{
    struct verify_report report = {out, 0};
    verify_failed(&report, "store", db_check_file(p->db, a));
    for (size_t i = 0; i < p->store_count; i++)
        verify_failed(&report, p->stores[i].name, db_check_file(p->stores[i].db, a));
    for (size_t i = 0; i < p->feature_count; i++) {
        const struct feature *f = p->features[i];
        if (f->verify == NULL)
            continue;
        struct arena_mark mark = arena_get_mark(a);
        struct tx *tx = NULL;
        TRY(db_read_begin(f->store == NULL ? p->db : platform_store(p, f->store), a, &tx));
        const struct err *e = f->verify(tx, a, &report);
        db_read_end(tx);
        verify_failed(&report, f->name, e);
        /* `out` may have grown in the same arena: rewound only when it lives elsewhere. */
        if (out->arena != a)
            arena_rewind(a, mark);
    }
    *ret_violations = report.violations;
    return NULL;
}

const struct err *verify_rebuild(struct platform *p, struct arena *a, str projection)
{
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->projection_count; i++)
            if (str_eq(str_c(p->features[f]->projections[i].name), projection))
                return p->features[f]->projections[i].rebuild(p, a);
    return ERR(a, ERR_NOT_FOUND, "error.no_projection", "no projection %.*s", STR_ARG(projection));
}
