/* A file taken in batches: a few products a turn, with the line that was reached in the same
 * commit.
 *
 * Each slice reads the file from its start: once to know where handles and SKUs stand and how many
 * lines there are, then up to the line where the last commit ended. Reading is cheap beside
 * writing, and so nothing has to be kept between slices but a line number. Memory: what was seen,
 * one record, one batch.
 */
#include "catalog_import/import_people.h"

#include <stdio.h>

#include "catalog_import/catalog_import_sql.h"

/* A batch is what a turn of about 2 ms holds; see README. */
enum { BATCH_GROUPS = 8, BATCH_LINES = 16, SEEN_MIB = 48, READER_MIB = 16 };

struct slice {
    struct platform *platform;
    struct arena *arena;      /* of one batch */
    struct arena *reading;    /* of the slice */
    const struct import_slice *wish;
    struct import_row_row row;
    struct import_work work;
    struct import_seen seen;
    FILE *file;
    int64_t lines;            /* of the file */
    struct people_reader people;
    bool is_translated;
    bool is_of_people;
    struct import_group groups[BATCH_GROUPS];
    size_t count;
    int64_t line_next;        /* behind the batch */
    const struct err *refused; /* the batch is one product, and this is why it does not go in */
};

static const struct err *open_reader(struct arena *a, FILE *file, struct currency currency,
                                     bool is_translated, struct shopify_reader *ret)
{
    str head;
    TRY(import_head_bytes(a, file, &head));
    return shopify_open(ret, a, currency, is_translated, head, import_file_read, file);
}

const struct err *import_check_file(struct arena *a, struct currency currency, const char *path)
{
    struct shopify_reader reader;
    FILE *file;
    TRY(import_file_open(a, path, &file));
    const struct err *e = open_reader(a, file, currency, false, &reader);
    fclose(file);
    return e;
}

static const struct err *scan_people(struct slice *s)
{
    struct csv_row row = {0};
    int64_t records = 0;
    TRY(people_open(&s->people, s->reading, s->work.shop.currency, s->wish->path));
    const struct err *e = NULL;
    while (e == NULL && row.kind != CSV_END) {
        s->lines = row.kind == CSV_ROW ? row.line : s->lines;
        if (++records > IMPORT_LINES_MAX)
            e = ERR(s->arena, ERR_INVALID, "import.too_many_lines", "over %d", IMPORT_LINES_MAX);
        else
            e = csv_read(&s->people.source.csv, &row);
    }
    people_close(&s->people);
    return e;
}

static const struct err *scan(struct slice *s)
{
    struct shopify_reader reader;
    struct shopify_line line;
    int64_t records = 0;
    bool is_end = false;
    TRY(open_reader(s->reading, s->file, s->work.shop.currency, s->is_translated, &reader));
    s->seen.arena = s->reading;
    while (!is_end) {
        struct arena_mark mark = arena_get_mark(s->arena);
        TRY(shopify_scan(&reader, s->arena, &line, &is_end));
        if (is_end)
            break;
        if (++records > IMPORT_LINES_MAX)
            return ERR(s->arena, ERR_INVALID, "import.too_many_lines", "over %d", IMPORT_LINES_MAX);
        if (!str_is_empty(line.handle))
            TRY(import_seen_note(&s->seen, 'h', line.handle, line.line));
        if (!str_is_empty(line.sku))
            TRY(import_seen_note(&s->seen, 's', line.sku, line.line));
        s->lines = line.line;
        arena_rewind(s->arena, mark);
    }
    return NULL;
}

/* ---- one batch ---- */

struct tally {
    int64_t created, changed, same, problems, items;
    bool wants_photos;
};

static const struct err *keep_problems(struct turn *t, struct slice *s,
                                       const struct import_outcome *o, struct tally *sum)
{
    for (size_t i = 0; i < o->problem_count; i++) {
        const struct import_problem *p = &o->problems[i];
        int64_t number = s->row.problem_count + sum->problems++;
        if (number >= IMPORT_PROBLEMS_KEPT)
            continue;
        TRY(import_problem_insert(t->tx, t->arena, s->work.shop.id, s->work.id, number, p->line,
                                  p->place, p->column_name, str_c(p->key), p->detail));
    }
    sum->problems += (int64_t)o->problems_dropped;
    return NULL;
}

static const struct err *keep_item(struct turn *t, struct slice *s, const struct import_group *g,
                                   const struct import_outcome *o, struct tally *sum)
{
    int64_t number = s->row.item_count + sum->items;
    if ((o->kind != IMPORT_NEW && o->kind != IMPORT_CHANGED) || number >= IMPORT_ITEMS_KEPT)
        return NULL;
    sum->items++;
    return import_item_insert(t->tx, t->arena, s->work.shop.id, s->work.id, number, g->told_line,
                              o->kind == IMPORT_NEW, g->product.handle, o->title, o->differences);
}

static const struct err *refused_as(struct turn *t, const struct slice *s,
                                    const struct import_group *g, struct import_outcome *o)
{
    *o = (struct import_outcome){.kind = IMPORT_REFUSED, .problem_count = g->problem_count + 1,
                                 .problems_dropped = g->problems_dropped};
    TRY_NEW_ARRAY(t->arena, o->problems, o->problem_count);
    for (size_t i = 0; i < g->problem_count; i++)
        o->problems[i] = g->problems[i];
    o->problems[g->problem_count] = (struct import_problem){
        .line = g->told_line,
        .column_name = S(""),
        .key = s->refused->key,
        .detail = str_is_absent(s->refused->args[0]) ? S("") : s->refused->args[0]};
    return NULL;
}

static const struct err *take_batch(struct turn *t, void *arg)
{
    struct slice *s = arg;
    struct tally sum = {0};
    for (size_t i = 0; i < s->count; i++) {
        struct import_outcome o;
        if (s->refused != NULL)
            TRY(refused_as(t, s, &s->groups[i], &o));
        else
            TRY(s->groups[i].past != NULL ? people_apply(t, &s->work, &s->groups[i], &o)
                                          : import_apply(t, &s->work, &s->groups[i], &o));
        TRY(keep_problems(t, s, &o, &sum));
        TRY(keep_item(t, s, &s->groups[i], &o, &sum));
        sum.created += o.kind == IMPORT_NEW;
        sum.changed += o.kind == IMPORT_CHANGED;
        sum.same += o.kind == IMPORT_SAME;
        sum.wants_photos = sum.wants_photos || o.wants_photos;
    }
    if (sum.wants_photos && s->work.fetches_photos && !s->work.is_dry)
        TRY(import_enqueue_photos(t, s->work.shop.id));
    return import_step(t->tx, t->arena, s->work.shop.id, s->work.id, s->row.line_next, s->line_next,
                       s->lines, sum.created, sum.changed, sum.same, sum.problems, sum.items);
}

static const struct err *load_row(struct slice *s)
{
    struct tx *tx;
    bool is_found;
    TRY(db_read_begin(s->platform->db, s->arena, &tx));
    const struct err *e = import_row(tx, s->arena, s->wish->shop, s->wish->id, &s->row, &is_found);
    if (e == NULL && !is_found)
        e = ERR(s->arena, ERR_NOT_FOUND, "import.gone", "import %lld", (long long)s->wish->id.v);
    if (e == NULL && s->work.shop.id.v == 0)
        e = shop_get(tx, s->reading, s->wish->shop, &s->work.shop);
    db_read_end(tx);
    return e;
}

static const struct err *commit(struct slice *s)
{
    TRY(turn_run(s->platform, s->arena, s->work.actor, take_batch, s));
    return load_row(s);
}

/* What a product is refused for is its own; everything else ends the slice. */
static bool is_about_product(const struct err *e)
{
    return e != NULL &&
           (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_LIMIT) &&
           e != &err_out_of_memory;
}

static const struct err *commit_one_by_one(struct slice *s)
{
    size_t count = s->count;
    int64_t line_next = s->line_next;
    for (size_t i = 0; i < count; i++) {
        struct import_group first = s->groups[0];
        s->groups[0] = s->groups[i];
        s->count = 1;
        s->line_next = i + 1 == count ? line_next : s->groups[0].line_end;
        const struct err *e = commit(s);
        if (is_about_product(e)) {
            s->refused = e;
            e = commit(s);
            s->refused = NULL;
        }
        TRY(e);
        s->groups[0] = first;
    }
    return NULL;
}

static const struct err *commit_batch(struct slice *s)
{
    const struct err *e = commit(s);
    return is_about_product(e) ? commit_one_by_one(s) : e;
}

/* ---- the file ---- */

static const struct err *next_group(struct slice *s, struct shopify_reader *reader,
                                    struct import_group *g, bool *ret_is_end)
{
    return s->is_of_people ? people_next(&s->people, s->arena, g, ret_is_end)
                           : shopify_next(reader, s->arena, g, ret_is_end);
}

static const struct err *fill_batch(struct slice *s, struct shopify_reader *reader,
                                    bool *ret_is_end)
{
    int64_t lines = 0;
    s->count = 0;
    while (s->count < BATCH_GROUPS && lines < BATCH_LINES && !*ret_is_end) {
        struct arena_mark mark = arena_get_mark(s->arena);
        struct import_group *g = &s->groups[s->count];
        TRY(next_group(s, reader, g, ret_is_end));
        if (*ret_is_end)
            break;
        if (g->line < s->row.line_next) {
            arena_rewind(s->arena, mark);
            continue;
        }
        lines += g->line_end - g->line;
        s->line_next = g->line_end;
        s->count++;
    }
    return NULL;
}

static const struct err *take_batches(struct slice *s, struct shopify_reader *reader,
                                      bool *ret_is_end)
{
    for (int64_t batches = 0; batches < s->wish->batches_max && !*ret_is_end; batches++) {
        struct arena_mark mark = arena_get_mark(s->arena);
        TRY(fill_batch(s, reader, ret_is_end));
        if (s->count > 0)
            TRY(commit_batch(s));
        if (s->wish->watch != NULL)
            s->wish->watch(s->wish->self, s->row.line_next, s->lines);
        /* Texts of the row are not used between batches. */
        arena_rewind(s->arena, mark);
    }
    return NULL;
}

static const struct err *take_file(struct slice *s, bool *ret_is_end)
{
    struct shopify_reader reader;
    if (s->is_of_people) {
        TRY(scan_people(s));
        TRY(people_open(&s->people, s->reading, s->work.shop.currency, s->wish->path));
        const struct err *e = take_batches(s, NULL, ret_is_end);
        people_close(&s->people);
        return e;
    }
    TRY(scan(s));
    TRY(open_reader(s->reading, s->file, s->work.shop.currency, s->is_translated, &reader));
    return take_batches(s, &reader, ret_is_end);
}

struct ending {
    const struct slice *s;
    enum import_state before, after;
    str reason;
};

static const struct err *end(struct turn *t, void *arg)
{
    const struct ending *x = arg;
    int64_t hit;
    return import_end(t->tx, t->arena, x->s->wish->shop, x->s->wish->id, (int64_t)x->before,
                      (int64_t)x->after, x->reason, t->now_ms, &hit);
}

static const struct err *run(struct slice *s, bool *ret_is_over)
{
    struct ending x = {.s = s, .reason = S("")};
    bool is_end = false;
    TRY(load_row(s));
    x.before = (enum import_state)s->row.state;
    *ret_is_over = x.before != IMPORT_CHECKING && x.before != IMPORT_RUNNING;
    if (*ret_is_over)
        return NULL;
    s->is_translated = !str_eq(s->row.format, S(IMPORT_OWN));
    s->is_of_people = str_eq(s->row.format, S(IMPORT_CUSTOMERS)) ||
                      str_eq(s->row.format, S(IMPORT_ORDERS));
    s->work.id = s->wish->id;
    s->work.actor = s->row.account_id;
    s->work.is_dry = x.before == IMPORT_CHECKING;
    s->work.fetches_photos = s->wish->fetches_photos;
    s->work.seen = &s->seen;
    const struct err *e = import_file_open(s->arena, s->wish->path, &s->file);
    if (e == NULL) {
        e = take_file(s, &is_end);
        fclose(s->file);
    }
    if (e == NULL && !is_end)
        return NULL;
    /* A file that is no catalogue ends the import with its words; a store that is away is tried
     * again. */
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_NOT_FOUND)
        return e;
    x.after = e != NULL ? IMPORT_FAILED : s->work.is_dry ? IMPORT_CHECKED : IMPORT_DONE;
    if (e != NULL)
        TRY(str_fmt(s->arena, &x.reason, "%s\t%.*s\t%.*s", e->key, STR_ARG(e->args[0]),
                    STR_ARG(e->args[1])));
    *ret_is_over = true;
    return turn_run(s->platform, s->arena, s->work.actor, end, &x);
}

const struct err *import_slice_run(struct platform *p, struct arena *a,
                                   const struct import_slice *wish, bool *ret_is_over)
{
    struct arena reading;
    struct slice *s;
    TRY_NEW(a, s);
    arena_init(&reading, MiB(SEEN_MIB + READER_MIB));
    *s = (struct slice){.platform = p, .arena = a, .reading = &reading, .wish = wish};
    const struct err *e = run(s, ret_is_over);
    /* The words of an error may stand in what ends here. */
    if (e != NULL)
        e = err_wrap(a, e, "import %lld", (long long)wish->id.v);
    arena_done(&reading);
    return e;
}
