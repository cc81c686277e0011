/* The job of imports: a slice of a file goes in, or records go out again; and the sweep.
 * A slice that another overtook (its lease ran out) hits nothing and is undone: see
 * trade_import_step.
 */
#include "trade/trade_part.h"

#include <dirent.h>
#include <unistd.h>

#include "sys/file.h"
#include "trade/trade_sql.h"

enum {
    BATCH_BAD = 50,
    SLICE_MS = 6000,
    PROBLEMS_MAX = 1000,
    REMOVE_BATCH = 200,
    SOURCE_MIB = 8,
    BATCH_MIB = 32,
    SWEEP_MAX = 100
};
/* Files that nobody started are kept so long; a file without a row may be one just arriving. */
static const int64_t KEEP_MS = 7 * 24 * 3600 * 1000LL, ARRIVING_MS = 3600 * 1000;

/* ---- a slice ---- */

struct slice {
    struct platform *platform;
    struct arena source_arena; /* what the open file keeps, from line to line */
    struct arena arena;       /* of a batch */
    struct shop_id shop;
    struct trade_import_row_row row;
    struct trade_mapping m;
    struct trade_batch *batch;
    struct trade_source source;
    struct trade_item items[TRADE_BATCH_MAX];
    size_t count;
    struct { int64_t line; const char *reason; str detail; } bad[BATCH_BAD];
    size_t bad_count;
    int64_t line_next;
};

static const struct err *write_batch(struct tx *tx, struct arena *a, void *arg)
{
    struct slice *s = arg;
    int64_t first, last;
    TRY(trade_batch_write(tx, a, s->batch, s->items, s->count, &first, &last));
    for (size_t i = 0; i < s->bad_count && s->row.bad_count + (int64_t)i < PROBLEMS_MAX; i++)
        TRY(trade_problem_insert(tx, a, s->shop, s->row.id, s->bad[i].line, str_c(s->bad[i].reason),
                                 s->bad[i].detail));
    return trade_import_step(tx, a, s->shop, s->row.id, s->row.line_next, s->line_next, first, last,
                             (int64_t)s->count, (int64_t)s->bad_count);
}

static const struct err *take_line(struct slice *s, const struct csv_row *line)
{
    const char *problem = NULL;
    str detail = S("");
    if (line->kind == CSV_BAD) {
        problem = csv_problem_key(line->problem);
    } else {
        struct trade_item *item = &s->items[s->count];
        TRY(trade_line_read(&s->arena, &s->m, line->cells, line->count, &item->record, &problem,
                            &detail, &item->hs_text));
    }
    if (problem == NULL) {
        s->count++;
        return NULL;
    }
    s->bad[s->bad_count].line = line->line;
    s->bad[s->bad_count].reason = problem;
    s->bad[s->bad_count++].detail = detail;
    return NULL;
}

static const struct err *fill(struct slice *s, bool *ret_is_end)
{
    struct csv_row line;
    s->count = s->bad_count = 0;
    while (s->count < TRADE_BATCH_MAX && s->bad_count < BATCH_BAD) {
        TRY(csv_read(&s->source.csv, &line));
        *ret_is_end = line.kind == CSV_END;
        if (*ret_is_end)
            return NULL;
        if (line.line < s->row.line_next)
            continue;
        TRY(take_line(s, &line));
        s->line_next = line.line + 1;
    }
    return NULL;
}

/* Time counts from where the last slice ended: the way there takes what it takes. */
static const struct err *take_lines(struct slice *s, bool *ret_is_end)
{
    int64_t until_ms = INT64_MAX;
    *ret_is_end = false;
    while (!*ret_is_end && clock_now_ms(s->platform->clock) <= until_ms) {
        arena_reset(&s->arena);
        TRY(trade_need_room(s->platform, &s->arena));
        TRY(fill(s, ret_is_end));
        if (until_ms == INT64_MAX)
            until_ms = clock_now_ms(s->platform->clock) + SLICE_MS;
        if (s->count + s->bad_count == 0)
            continue;
        TRY(db_write(trade_store(s->platform), &s->arena, write_batch, s));
        TRY(trade_batch_committed(s->batch));
        s->row.line_next = s->line_next;
        s->row.bad_count += (int64_t)s->bad_count;
    }
    return NULL;
}

static const struct err *load(struct slice *s, struct trade_import_id id, bool *ret_found)
{
    struct tx *tx;
    TRY(db_read_begin(trade_store(s->platform), &s->source_arena, &tx));
    const struct err *e = trade_import_row(tx, &s->source_arena, s->shop, id, &s->row, ret_found);
    db_read_end(tx);
    return e;
}

struct ending {
    const struct slice *s;
    enum trade_state after;
    str reason;
};

static const struct err *end(struct tx *tx, struct arena *a, void *arg)
{
    const struct ending *x = arg;
    int64_t hit;
    return trade_import_end(tx, a, x->s->shop, x->s->row.id, (int64_t)x->after, x->reason,
                            clock_now_ms(x->s->platform->clock), &hit);
}

/* Another job was faster, or the import is going out: what to do is asked again. */
static bool is_overtaken(const struct err *e)
{
    return e != NULL && e->kind == ERR_CONFLICT && str_eq(str_c(e->key), S("db.no_hit"));
}

/* Waits for somebody to make room. Where not even that can be written, the attempt has failed, and
 * is made again. */
static const struct err *stop(struct slice *s, const struct err *trouble)
{
    struct ending x = {.s = s, .after = TRADE_STOPPED, .reason = str_c(trouble->key)};
    const struct err *e = db_write(trade_store(s->platform), &s->source_arena, end, &x);
    return e == NULL ? NULL : trouble;
}

/* *ret_is_over: nothing is left to do. */
static const struct err *run_slice(struct slice *s, bool *ret_is_over)
{
    const char *path;
    struct ending x = {.s = s, .after = TRADE_DONE, .reason = S("")};
    bool is_end = false;
    *ret_is_over = false;
    TRY(trade_file_path(&s->source_arena, s->platform, s->row.id, &path));
    trade_mapping_read(s->row.columns, &s->m);
    s->m.direction = s->row.direction == TRADE_EXPORT ? TRADE_EXPORT : TRADE_IMPORT;
    TRY(trade_batch_new(&s->source_arena, s->shop, s->row.id, &s->batch));
    const struct err *e = trade_source_open(&s->source_arena, path, false, &s->source);
    if (e == NULL) {
        e = take_lines(s, &is_end);
        trade_source_close(&s->source);
    }
    if (is_overtaken(e))
        return NULL;
    if (trade_is_disk_trouble(e)) {
        *ret_is_over = true;
        return stop(s, e);
    }
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_NOT_FOUND)
        return e;
    *ret_is_over = e != NULL || is_end;
    if (!*ret_is_over)
        return NULL;
    if (e != NULL) {
        x.after = TRADE_FAILED;
        x.reason = str_c(e->key);
    }
    TRY(db_write(trade_store(s->platform), &s->source_arena, end, &x));
    (void)unlink(path);
    return NULL;
}

/* ---- taking out ---- */

struct removing {
    struct slice *s;
    int64_t from, next;
};

static const struct err *remove_some(struct tx *tx, struct arena *a, void *arg)
{
    struct removing *r = arg;
    const struct trade_import_row_row *row = &r->s->row;
    struct trade_range range = {r->s->shop, row->id, r->from, row->number_last};
    int64_t removed;
    TRY(trade_shop_lock(tx, a, r->s->shop));
    TRY(trade_records_remove(tx, a, &range, REMOVE_BATCH, &r->next, &removed));
    return trade_import_removed_to(tx, a, r->s->shop, row->id, r->from, r->next, removed);
}

static const struct err *remove_row(struct tx *tx, struct arena *a, void *arg)
{
    const struct slice *s = arg;
    TRY(trade_problems_delete(tx, a, s->shop, s->row.id));
    return trade_import_delete(tx, a, s->shop, s->row.id);
}

static const struct err *remove_slice(struct slice *s, bool *ret_is_over)
{
    int64_t until_ms = clock_now_ms(s->platform->clock) + SLICE_MS;
    struct removing r = {.s = s, .next = s->row.number_first};
    const char *path;
    TRY(trade_file_path(&s->source_arena, s->platform, s->row.id, &path));
    *ret_is_over = false;
    while (r.next > 0 && r.next <= s->row.number_last &&
           clock_now_ms(s->platform->clock) <= until_ms) {
        arena_reset(&s->arena);
        r.from = r.next;
        const struct err *e = db_write(trade_store(s->platform), &s->arena, remove_some, &r);
        if (is_overtaken(e))
            return NULL;
        TRY(e);
        ASSERT(r.next > r.from);
    }
    *ret_is_over = r.next == 0 || r.next > s->row.number_last;
    if (!*ret_is_over)
        return NULL;
    TRY(db_write(trade_store(s->platform), &s->source_arena, remove_row, s));
    (void)unlink(path);
    return NULL;
}

/* ---- the job ---- */

static const struct err *continue_stopped(struct job_run *job, struct slice *s,
                                          struct trade_import_id id)
{
    const struct err *e = trade_import_continue(job->platform, job->arena, s->shop, id,
                                                (struct account_id){0});
    return trade_is_disk_trouble(e) ? NULL : e;
}

static const struct err *run(struct job_run *job, struct slice *s)
{
    struct trade_import_id id;
    bool is_found = false, is_over = true;
    if (!id_parse(job->payload, &id.v))
        return ERR(job->arena, ERR_BUG, "error.bug", "payload %.*s", STR_ARG(job->payload));
    TRY(load(s, id, &is_found));
    if (is_found && s->row.state == TRADE_STOPPED) /* by the sweep */
        return continue_stopped(job, s, id);
    if (is_found && s->row.state == TRADE_RUNNING)
        TRY(run_slice(s, &is_over));
    else if (is_found && s->row.state == TRADE_REMOVING)
        TRY(remove_slice(s, &is_over));
    return is_over ? NULL
                   : trade_import_wake(job->platform, job->arena, s->shop, id,
                                       (struct account_id){0});
}

const struct err *trade_run_job(struct job_run *job)
{
    struct slice *s;
    TRY_NEW(job->arena, s);
    *s = (struct slice){.platform = job->platform, .shop = job->shop_id};
    arena_init(&s->source_arena, MiB(SOURCE_MIB));
    arena_init(&s->arena, MiB(BATCH_MIB));
    const struct err *e = run(job, s);
    if (e != NULL)
        e = err_wrap(job->arena, e, "trade import %.*s", STR_ARG(job->payload));
    arena_done(&s->arena);
    arena_done(&s->source_arena);
    return e;
}

/* ---- the sweep ---- */

/* Files of imports that want none; one whose row has still to come is left alone. */
static const struct err *sweep_folder(struct job_run *job, struct tx *tx, DIR *folder,
                                      const char *path)
{
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct trade_import_wants_row row;
        struct trade_import_id id;
        bool is_wanted;
        str name = str_c(entry->d_name);
        if (!str_starts(name, S(TRADE_FILE_PREFIX)) ||
            !id_parse(str_from(name, sizeof TRADE_FILE_PREFIX - 1), &id.v) ||
            id_time_ms(id.v) > job->now_ms - ARRIVING_MS)
            continue;
        TRY(trade_import_wants(tx, job->arena, id, &row, &is_wanted));
        if (!is_wanted)
            TRY(file_remove_tree(job->arena, path, entry->d_name));
    }
    return NULL;
}

struct sweep {
    struct trade_imports_open_row *open, *left;
    size_t open_count, left_count;
};

static const struct err *sweep(struct job_run *job, struct tx *tx, DIR *folder, const char *path,
                               struct sweep *ret)
{
    TRY(trade_imports_open(tx, job->arena, SWEEP_MAX, &ret->open, &ret->open_count));
    TRY(trade_imports_left(tx, job->arena, job->now_ms - KEEP_MS, SWEEP_MAX, &ret->left,
                           &ret->left_count));
    return folder == NULL ? NULL : sweep_folder(job, tx, folder, path);
}

const struct err *trade_sweep_job(struct job_run *job)
{
    struct sweep found = {0};
    const char *path;
    struct tx *tx;
    TRY(trade_file_folder(job->arena, job->platform, &path));
    TRY(db_read_begin(trade_store(job->platform), job->arena, &tx));
    DIR *folder = opendir(path);
    const struct err *e = sweep(job, tx, folder, path, &found);
    if (folder != NULL)
        closedir(folder);
    db_read_end(tx);
    TRY(e);
    for (size_t i = 0; i < found.left_count; i++)
        TRY(trade_import_remove(job->platform, job->arena, found.left[i].shop_id, found.left[i].id,
                                (struct account_id){0}));
    for (size_t i = 0; i < found.open_count;
         i++) /* a job that is there already is not made twice */
        TRY(trade_import_wake(job->platform, job->arena, found.open[i].shop_id, found.open[i].id,
                              (struct account_id){0}));
    return NULL;
}
