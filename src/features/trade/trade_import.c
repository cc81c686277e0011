/* The life of an import: uploaded, guessed, going in, done, taken out again; its job and its file.
 */
#include "trade/trade_part.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/utf8.h"
#include "sys/crypto.h"
#include "sys/file.h"
#include "trade/trade_sql.h"

enum {
    BATCH_ITEMS = 250,
    BATCH_BAD = 50,
    SLICE_MS = 8000,
    FILE_NAME_MAX = 120,
    HASH_HEAD = 1 << 20,
    PROBLEMS_MAX = 1000,
    REMOVE_BATCH = 200,
    LINE_MIB = 32, SWEEP_MAX = 100
};

struct db *trade_store(const struct platform *p)
{
    return platform_store(p, "trade");
}

/* ---- files ---- */

static const struct err *path_of(struct arena *a, const struct platform *p,
                                 struct trade_import_id id, const char **ret)
{
    struct id_text text = id_format(id.v);
    str folder, path;
    if (str_is_empty(p->data_dir))
        return ERR(a, ERR_UNAVAILABLE, "error.disk", "no data folder");
    TRY(str_fmt(a, &folder, "%.*s/imports", STR_ARG(p->data_dir)));
    TRY(file_make_folder(a, folder.ptr, 0700));
    TRY(str_fmt(a, &path, "%.*s/trade-%s", STR_ARG(folder), text.text));
    *ret = path.ptr;
    return NULL;
}

const struct err *trade_import_source(struct platform *p, struct arena *a,
                                      struct trade_import_id id, struct trade_source *ret)
{
    const char *path;
    TRY(path_of(a, p, id, &path));
    return trade_source_open(a, path, true, ret);
}

static const struct err *hash_of(struct arena *a, const char *path, str *ret)
{
    struct strbuf sb;
    char *head;
    TRY_NEW_ARRAY(a, head, HASH_HEAD);
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return ERR(a, ERR_UNAVAILABLE, "error.disk", "%s: errno %d", path, errno);
    struct digest digest = crypto_sha256((str){head, fread(head, 1, HASH_HEAD, file)});
    fclose(file);
    strbuf_init(&sb, a, sizeof digest.bytes * 2 + 1);
    for (size_t i = 0; i < sizeof digest.bytes; i++)
        strbuf_addf(&sb, "%02x", digest.bytes[i]);
    return strbuf_finish(&sb, ret);
}

/* ---- a new one ---- */

struct creating {
    const struct trade_new *n;
    struct trade_import_id id;
    struct trade_mapping m;
    const struct trade_source *source;
    str hash;
    int64_t now_ms;
};

/* What this header meant the last time counts more than any guess; how the values are written is
 * looked at anew. */
static const struct err *recall(struct tx *tx, struct arena *a, struct creating *c)
{
    struct trade_layout_row_row row;
    bool is_found;
    TRY(trade_layout_row(tx, a, c->n->shop, c->source->layout, &row, &is_found));
    if (!is_found)
        return NULL;
    trade_mapping_read(row.columns, &c->m);
    for (int f = 0; f < TRADE_FIELD_COUNT; f++)
        if ((size_t)c->m.place[f] > c->source->sample.column_count)
            c->m.place[f] = 0;
    c->m.direction = row.direction == TRADE_EXPORT ? TRADE_EXPORT : TRADE_IMPORT;
    return trade_guess_values(a, &c->source->sample, &c->m);
}

static const struct err *create(struct tx *tx, struct arena *a, void *arg)
{
    struct creating *c = arg;
    const struct trade_new *n = c->n;
    struct trade_import_twin_row twin;
    bool is_found;
    str name, columns;
    TRY(trade_import_twin(tx, a, n->shop, c->hash, n->bytes, &twin, &is_found));
    if (is_found)
        return ERR(a, ERR_CONFLICT, "trade.same_file", "import %lld", (long long)twin.id.v);
    TRY(utf8_clean(a, utf8_cut_bytes(n->file_name, FILE_NAME_MAX), false, &name));
    TRY(recall(tx, a, c));
    TRY(trade_mapping_write(a, &c->m, &columns));
    return trade_import_insert(tx, a, c->id, n->shop, n->actor, name, n->bytes, c->hash,
                               c->source->layout, columns, (int64_t)c->m.direction, c->now_ms);
}

static const struct err *create_from(struct platform *p, struct arena *a, const char *path,
                                     struct creating *c)
{
    struct trade_source source;
    TRY(trade_source_open(a, path, true, &source));
    c->source = &source;
    const struct err *e = source.sample.row_count == 0
                              ? ERR(a, ERR_INVALID, "trade.empty", "no line")
                              : NULL;
    if (e == NULL)
        e = trade_guess(a, &source.sample, c->n->file_name, &c->m);
    trade_source_close(&source);
    TRY(e);
    TRY(hash_of(a, path, &c->hash));
    return db_write(trade_store(p), a, create, c);
}

const struct err *trade_import_create(struct platform *p, struct arena *a,
                                      const struct trade_new *n, struct trade_import_id *ret)
{
    struct creating c = {.n = n, .now_ms = clock_now_ms(p->clock)};
    const char *from, *to;
    c.id.v = id_next(p->ids, c.now_ms);
    TRY(str_to_c(a, n->path, &from));
    TRY(path_of(a, p, c.id, &to));
    TRY(create_from(p, a, from, &c));
    *ret = c.id;
    if (rename(from, to) != 0)
        return ERR(a, ERR_UNAVAILABLE, "error.disk", "rename %s: errno %d", from, errno);
    return NULL;
}

/* ---- starting ---- */

bool trade_mapping_suffices(const struct trade_mapping *m)
{
    return m->place[TRADE_DATE] > 0 &&
           (m->place[TRADE_IMPORTER] > 0 || m->place[TRADE_EXPORTER] > 0) &&
           (m->place[TRADE_HS] > 0 || m->place[TRADE_PRODUCT] > 0 || m->place[TRADE_HS_TEXT] > 0);
}

struct starting {
    struct shop_id shop;
    struct trade_import_id id;
    struct account_id actor;
    const struct trade_mapping *m;
};

static const struct err *start(struct tx *tx, struct arena *a, void *arg)
{
    const struct starting *s = arg;
    struct trade_import_row_row row;
    int64_t hit;
    bool is_found;
    str columns;
    TRY(trade_mapping_write(a, s->m, &columns));
    TRY(trade_import_row(tx, a, s->shop, s->id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "trade.no_import", "import %lld", (long long)s->id.v);
    TRY(trade_import_begin(tx, a, s->shop, s->id, columns, (int64_t)s->m->direction, &hit));
    if (hit == 0)
        return ERR(a, ERR_CONFLICT, "trade.started", "import %lld", (long long)s->id.v);
    return trade_layout_save(tx, a, s->shop, row.layout, columns, (int64_t)s->m->direction);
}

/* The job stands in the main store: the import is `running` before it, and a start that was cut off
 * between the two is picked up by the sweep. */
static const struct err *enqueue(struct turn *t, void *arg)
{
    const struct starting *s = arg;
    struct id_text text = id_format(s->id.v);
    return job_enqueue(t, &(struct job_request){.kind = "trade.run",
                                                .shop_id = s->shop,
                                                .key = id_str(&text),
                                                .payload = id_str(&text)});
}

const struct err *trade_import_start(struct platform *p, struct arena *a, struct shop_id shop,
                                     struct trade_import_id id, struct account_id actor,
                                     const struct trade_mapping *m)
{
    struct starting s = {.shop = shop, .id = id, .actor = actor, .m = m};
    if (!trade_mapping_suffices(m))
        return ERR(a, ERR_INVALID, "trade.needs_more", "columns");
    TRY(db_write(trade_store(p), a, start, &s));
    return turn_run(p, a, actor, enqueue, &s);
}

static const struct err *begin_removing(struct tx *tx, struct arena *a, void *arg)
{
    const struct starting *s = arg;
    struct trade_import_row_row row;
    int64_t hit = 0;
    bool is_found;
    TRY(trade_import_row(tx, a, s->shop, s->id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "trade.no_import", "import %lld", (long long)s->id.v);
    if (row.state == TRADE_REMOVING)
        return NULL;
    return trade_import_state(tx, a, s->shop, s->id, row.state, TRADE_REMOVING, S(""), 0, &hit);
}

const struct err *trade_import_remove(struct platform *p, struct arena *a, struct shop_id shop,
                                      struct trade_import_id id, struct account_id actor)
{
    struct starting s = {.shop = shop, .id = id, .actor = actor};
    TRY(db_write(trade_store(p), a, begin_removing, &s));
    return turn_run(p, a, actor, enqueue, &s);
}

/* ---- a slice ---- */

struct slice {
    struct platform *platform;
    struct arena *arena;      /* of a batch */
    struct shop_id shop;
    struct trade_import_row_row row;
    struct trade_mapping m;
    struct trade_batch *batch;
    struct trade_source source;
    struct trade_item items[BATCH_ITEMS];
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
                             (int64_t)s->bad_count);
}

static const struct err *take_line(struct slice *s, const struct csv_row *line)
{
    const char *problem = NULL;
    str detail = S("");
    if (line->kind == CSV_BAD) {
        problem = csv_problem_key(line->problem);
    } else {
        struct trade_item *item = &s->items[s->count];
        TRY(trade_line_read(s->arena, &s->m, line->cells, line->count, &item->record, &problem,
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
    while (s->count < BATCH_ITEMS && s->bad_count < BATCH_BAD) {
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

static const struct err *take_lines(struct slice *s, int64_t until_ms, bool *ret_is_end)
{
    *ret_is_end = false;
    while (!*ret_is_end && clock_now_ms(s->platform->clock) <= until_ms) {
        struct arena_mark mark = arena_get_mark(s->arena);
        TRY(fill(s, ret_is_end));
        if (s->count + s->bad_count > 0) {
            TRY(db_write(trade_store(s->platform), s->arena, write_batch, s));
            TRY(trade_batch_committed(s->batch));
            s->row.line_next = s->line_next;
            s->row.bad_count += (int64_t)s->bad_count;
        }
        arena_rewind(s->arena, mark);
    }
    return NULL;
}

static const struct err *load(struct slice *s, struct trade_import_id id, bool *ret_found)
{
    struct tx *tx;
    TRY(db_read_begin(trade_store(s->platform), s->arena, &tx));
    const struct err *e = trade_import_row(tx, s->arena, s->shop, id, &s->row, ret_found);
    db_read_end(tx);
    return e;
}

struct ending {
    const struct slice *s;
    enum trade_state before, after;
    str reason;
    int64_t now_ms;
};

static const struct err *end(struct tx *tx, struct arena *a, void *arg)
{
    const struct ending *x = arg;
    int64_t hit;
    return trade_import_state(tx, a, x->s->shop, x->s->row.id, (int64_t)x->before,
                              (int64_t)x->after, x->reason, x->now_ms, &hit);
}

/* *ret_is_over: nothing is left to do. */
static const struct err *run_slice(struct slice *s, bool *ret_is_over)
{
    const char *path;
    int64_t now_ms = clock_now_ms(s->platform->clock);
    struct ending x = {
        .s = s, .before = TRADE_RUNNING, .after = TRADE_DONE, .reason = S(""), .now_ms = now_ms};
    bool is_end = false;
    TRY(path_of(s->arena, s->platform, s->row.id, &path));
    trade_mapping_read(s->row.columns, &s->m);
    s->m.direction = s->row.direction == TRADE_EXPORT ? TRADE_EXPORT : TRADE_IMPORT;
    TRY(trade_batch_new(s->arena, s->shop, &s->batch));
    const struct err *e = trade_source_open(s->arena, path, false, &s->source);
    if (e == NULL) {
        e = take_lines(s, now_ms + SLICE_MS, &is_end);
        trade_source_close(&s->source);
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
    TRY(db_write(trade_store(s->platform), s->arena, end, &x));
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
    TRY(trade_records_remove(tx, a, r->s->shop, r->from, row->number_last, REMOVE_BATCH, &r->next));
    return trade_import_removed_to(tx, a, r->s->shop, row->id, r->next);
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
    TRY(path_of(s->arena, s->platform, s->row.id, &path));
    while (r.next > 0 && r.next <= s->row.number_last &&
           clock_now_ms(s->platform->clock) <= until_ms) {
        struct arena_mark mark = arena_get_mark(s->arena);
        r.from = r.next;
        TRY(db_write(trade_store(s->platform), s->arena, remove_some, &r));
        ASSERT(r.next > r.from);
        arena_rewind(s->arena, mark);
    }
    *ret_is_over = r.next == 0 || r.next > s->row.number_last;
    if (!*ret_is_over)
        return NULL;
    TRY(db_write(trade_store(s->platform), s->arena, remove_row, s));
    (void)unlink(path);
    return NULL;
}

/* ---- the job ---- */

static const struct err *run(struct job_run *job, struct slice *s)
{
    struct starting next = {.shop = job->shop_id};
    bool is_found = false, is_over = true;
    if (!id_parse(job->payload, &next.id.v))
        return ERR(job->arena, ERR_BUG, "error.bug", "payload %.*s", STR_ARG(job->payload));
    TRY(load(s, next.id, &is_found));
    if (is_found && s->row.state == TRADE_RUNNING)
        TRY(run_slice(s, &is_over));
    else if (is_found && s->row.state == TRADE_REMOVING)
        TRY(remove_slice(s, &is_over));
    return is_over ? NULL
                   : turn_run(job->platform, job->arena, (struct account_id){0}, enqueue, &next);
}

const struct err *trade_run_job(struct job_run *job)
{
    struct arena mine;
    struct slice *s;
    TRY_NEW(job->arena, s);
    arena_init(&mine, MiB(LINE_MIB));
    *s = (struct slice){.platform = job->platform, .arena = &mine, .shop = job->shop_id};
    const struct err *e = run(job, s);
    if (e != NULL)
        e = err_wrap(job->arena, e, "trade import %.*s", STR_ARG(job->payload));
    arena_done(&mine);
    return e;
}

/* A job that is there already is not made twice; one that runs beside another is undone line by
 * line. */
const struct err *trade_sweep_job(struct job_run *job)
{
    struct trade_imports_open_row *rows;
    struct tx *tx;
    size_t count;
    TRY(db_read_begin(trade_store(job->platform), job->arena, &tx));
    const struct err *e = trade_imports_open(tx, job->arena, SWEEP_MAX, &rows, &count);
    db_read_end(tx);
    TRY(e);
    for (size_t i = 0; i < count; i++) {
        struct starting s = {.shop = rows[i].shop_id, .id = rows[i].id};
        TRY(turn_run(job->platform, job->arena, (struct account_id){0}, enqueue, &s));
    }
    return NULL;
}
