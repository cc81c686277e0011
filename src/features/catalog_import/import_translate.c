/* Files of another format as our own CSV: which records are one product, in one pass; the products,
 * in another.
 *
 * A list of where each record stands is sorted by product, so that records may stand anywhere and
 * in several files, and only one product is in memory. See import_format.h.
 */
#include "catalog_import/import_draft.h"

#include <errno.h>
#include <stdlib.h>

enum { ROWS_MAX = 16 * 1024 * 1024, KEY_MAX = 600, GROUP_MIB = 96, RECORDS_A_GROUP = 2000 };

struct entry {
    int64_t group, offset, line;
    int32_t source, order;
};

struct passing {
    struct import_translation *t;
    struct arena *arena;
    struct import_seen keys;  /* key -> group */
    struct import_seen handles;
    VEC(struct entry) entries;
    int64_t groups;
    bool has_something;
    bool columns[SHOPIFY_COLUMN_COUNT];
    FILE *out;
};

static const struct err *rewind_source(struct import_source *s)
{
    struct csv_row row;
    rewind(s->file);
    csv_reader_restart(&s->csv, 0);
    s->csv.line = s->csv.column = 1;
    return csv_read(&s->csv, &row);
}

/* ---- first pass: which product ---- */

static str key_cell(const struct import_source *s, const struct csv_row *row, const char *column)
{
    return import_record_cell(&(struct import_record){.source = s, .row = row}, column);
}

static const struct err *key_of(struct arena *a, const struct import_layout *layout, size_t k,
                                str cell, str *ret)
{
    const char *prefix = layout->key_prefixes[k];
    *ret = cell;
    return prefix == NULL || cell.len == 0 ? NULL
                                           : str_fmt(a, ret, "%s%.*s", prefix, STR_ARG(cell));
}

/* Notes the keys of a record that belongs to nobody else's product; *ret_group: the product it has
 * by them. */
static const struct err *note_keys(struct passing *p, const struct import_source *s,
                                   const struct csv_row *row, int64_t *ret_group)
{
    const struct import_layout *layout = s->layout;
    bool has_key = false;
    *ret_group = 0;
    for (size_t k = 0; k < COUNT(layout->keys) && layout->keys[k] != NULL && *ret_group == 0; k++) {
        str key;
        TRY(key_of(p->arena, layout, k, key_cell(s, row, layout->keys[k]), &key));
        has_key = has_key || key.len > 0;
        if (key.len > 0)
            *ret_group = import_seen_line(&p->keys, 'k', key);
    }
    /* Without a key it goes on with the record above; where there are no keys it is its own. */
    if (*ret_group == 0 && !has_key && layout->keys[0] != NULL && p->groups > 0)
        *ret_group = p->groups;
    if (*ret_group == 0)
        *ret_group = ++p->groups;
    for (size_t k = 0; k < COUNT(layout->keys) && layout->keys[k] != NULL; k++) {
        str key;
        TRY(key_of(p->arena, layout, k, key_cell(s, row, layout->keys[k]), &key));
        if (key.len > 0)
            TRY(import_seen_note(&p->keys, 'k', key, *ret_group));
    }
    return NULL;
}

static const struct err *add_entry(struct passing *p, size_t source, int64_t offset, int64_t line,
                                   int64_t group)
{
    struct entry *e = VEC_PUSH(p->arena, &p->entries);
    if (e == NULL)
        return &err_out_of_memory;
    if (p->entries.count > IMPORT_LINES_MAX)
        return ERR(p->arena, ERR_INVALID, "import.too_many_lines", "over %d", IMPORT_LINES_MAX);
    *e = (struct entry){.group = group, .offset = offset, .line = line, .source = (int32_t)source,
                        .order = (int32_t)p->entries.count};
    return NULL;
}

static const struct err *list_source(struct passing *p, size_t i)
{
    struct import_source *s = &p->t->sources[i];
    int64_t last = 0;
    TRY(rewind_source(s));
    for (;;) {
        struct csv_row row;
        int64_t offset = csv_reader_offset(&s->csv), group = 0;
        TRY(csv_read(&s->csv, &row));
        if (row.kind == CSV_END)
            return NULL;
        str parent = row.kind == CSV_ROW && s->layout->parent != NULL
                         ? key_cell(s, &row, s->layout->parent)
                         : S("");
        if (row.kind == CSV_BAD)
            group = last == 0 ? ++p->groups : last;
        else if (parent.len == 0)
            TRY(note_keys(p, s, &row, &group));
        TRY(add_entry(p, i, offset, row.line, group));
        last = group == 0 ? last : group;
    }
}

/* Those of a parent, once all keys are known. */
static const struct err *adopt(struct passing *p, size_t i)
{
    struct import_source *s = &p->t->sources[i];
    size_t at = 0;
    if (s->layout->parent == NULL)
        return NULL;
    while (at < p->entries.count && p->entries.items[at].source != (int32_t)i)
        at++;
    TRY(rewind_source(s));
    for (;; at++) {
        struct csv_row row;
        TRY(csv_read(&s->csv, &row));
        if (row.kind == CSV_END)
            return NULL;
        struct entry *e = &p->entries.items[at];
        if (e->group != 0)
            continue;
        str parent = key_cell(s, &row, s->layout->parent);
        e->group = import_seen_line(&p->keys, 'k', parent);
        if (e->group == 0) {
            e->group = ++p->groups;
            TRY(import_seen_note(&p->keys, 'k', parent, e->group));
        }
    }
}

static int by_group(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* ---- lists that records point into ---- */

static int by_key(const void *a, const void *b)
{
    return str_cmp(((const struct import_pair *)a)->key, ((const struct import_pair *)b)->key);
}

static const struct err *load_lookup(struct passing *p, size_t i)
{
    struct import_source *s = &p->t->sources[i];
    size_t count = 0;
    struct import_pair *pairs;
    TRY_NEW_ARRAY(p->arena, pairs, IMPORT_LOOKUP_MAX);
    TRY(rewind_source(s));
    for (;;) {
        struct csv_row row;
        TRY(csv_read(&s->csv, &row));
        if (row.kind == CSV_END)
            break;
        if (row.kind == CSV_BAD)
            continue;
        if (count == IMPORT_LOOKUP_MAX)
            return ERR(p->arena, ERR_INVALID, "import.too_many_lines", "over %d",
                       IMPORT_LOOKUP_MAX);
        TRY(str_dup(p->arena, key_cell(s, &row, s->layout->keys[0]), &pairs[count].key));
        TRY(str_dup(p->arena, key_cell(s, &row, s->layout->lookup), &pairs[count++].name));
    }
    qsort(pairs, count, sizeof *pairs, by_key);
    p->t->lookups[i] = pairs;
    p->t->lookup_counts[i] = count;
    return NULL;
}

str import_lookup(const struct import_translation *t, const char *sign, str key)
{
    struct import_pair wanted = {key, STR_NONE};
    for (size_t i = 0; i < t->source_count; i++) {
        const struct import_layout *layout = t->sources[i].layout;
        if (layout->lookup == NULL || !str_eq(str_c(layout->signs[1]), str_c(sign)) ||
            t->lookup_counts[i] == 0)
            continue;
        const struct import_pair *found =
            bsearch(&wanted, t->lookups[i], t->lookup_counts[i], sizeof wanted, by_key);
        if (found != NULL)
            return found->name;
    }
    return STR_NONE;
}

/* ---- second pass: the products ---- */

static const struct err *take_entry(struct passing *p, struct import_draft *d,
                                    const struct entry *e)
{
    struct import_source *s = &p->t->sources[e->source];
    struct csv_row row;
    if (csv_reader_offset(&s->csv) != e->offset) {
        if (fseeko(s->file, (off_t)e->offset, SEEK_SET) != 0)
            return ERR(p->arena, ERR_UNAVAILABLE, "file.trouble", "seek: errno %d", errno);
        csv_reader_restart(&s->csv, e->offset);
    }
    TRY(csv_read(&s->csv, &row));
    if (row.kind == CSV_BAD) {
        str where;
        TRY(str_fmt(d->arena, &where, "%lld", (long long)row.problem_column));
        return import_draft_problem(d, e->line, NULL, csv_problem_key(row.problem), where);
    }
    return row.kind == CSV_END
               ? NULL
               : import_draft_take(
                     d, &(struct import_record){.source = s, .row = &row, .line = e->line});
}

static const struct err *flush(struct passing *p, struct strbuf *sb)
{
    str text;
    TRY(strbuf_finish(sb, &text));
    if (fwrite(text.ptr, 1, text.len, p->out) != text.len)
        return ERR(p->arena, ERR_UNAVAILABLE, "error.disk", "write: errno %d", errno);
    return NULL;
}

static const struct err *write_group(struct passing *p, struct arena *a,
                                     const struct entry *entries, size_t count)
{
    struct import_draft *d;
    struct csv_writer w;
    struct strbuf sb;
    TRY_NEW(a, d);
    TRY(import_draft_begin(d, p->t, a));
    for (size_t i = 0; i < count; i++) {
        if (i == RECORDS_A_GROUP)
            TRY(import_draft_problem(d, entries[i].line, NULL, "import.too_many_variants",
                                     STR_NONE));
        if (i < RECORDS_A_GROUP)
            TRY(take_entry(p, d, &entries[i]));
    }
    strbuf_init(&sb, a, ROWS_MAX);
    csv_writer_init(&w, &sb);
    TRY(import_draft_write(d, &p->handles, p->columns, &w));
    p->has_something = p->has_something || d->record_count > 0 || d->problem_count > 0;
    return flush(p, &sb);
}

static const struct err *write_groups(struct passing *p)
{
    struct arena group;
    const struct err *e = NULL;
    arena_init(&group, MiB(GROUP_MIB));
    for (size_t from = 0, to; e == NULL && from < p->entries.count; from = to) {
        for (to = from + 1;
             to < p->entries.count && p->entries.items[to].group == p->entries.items[from].group;)
            to++;
        struct arena_mark mark = arena_get_mark(&group);
        e = write_group(p, &group, &p->entries.items[from], to - from);
        if (e == NULL)
            arena_rewind(&group, mark);
    }
    /* What is said of one product is kept as a problem; an error here is one of the disk or of
     * memory. */
    if (e != NULL)
        e = ERR(p->arena, e->kind, e->key, "%.*s", STR_ARG(e->detail));
    arena_done(&group);
    return e;
}

/* ---- the head of ours: "Variant Price TAB 14 TAB Regular price" ---- */

static bool is_of_other_currency(const struct import_translation *t,
                                 const struct import_place *place)
{
    return place->rule->how == HOW_AMOUNT_OF &&
           !str_eq_nocase(place->star, currency_str(&t->currency));
}

static const struct err *write_head(struct passing *p)
{
    static const int options[] = {SHOPIFY_OPTION1_NAME, SHOPIFY_OPTION1_VALUE,
                                  SHOPIFY_OPTION2_NAME, SHOPIFY_OPTION2_VALUE,
                                  SHOPIFY_OPTION3_NAME, SHOPIFY_OPTION3_VALUE};
    str cells[SHOPIFY_COLUMN_COUNT] = {0}, cell;
    struct csv_writer w;
    struct strbuf sb;
    bool has_options = false;
    p->columns[SHOPIFY_HANDLE] = p->columns[SHOPIFY_TITLE] = true;
    for (size_t i = 0; i < p->t->source_count; i++)
        for (size_t f = 0; f < COUNT(p->t->sources[i].layout->fills); f++)
            p->columns[p->t->sources[i].layout->fills[f]] = true;
    for (size_t i = 0; i < p->t->source_count; i++)
        for (size_t c = 0; c < p->t->sources[i].column_count; c++) {
            const struct import_rule *rule = p->t->sources[i].places[c].rule;
            if (rule == NULL || rule->ours == SHOPIFY_UNSET || rule->ours == SHOPIFY_WEIGHT_UNIT ||
                is_of_other_currency(p->t, &p->t->sources[i].places[c]))
                continue;
            p->columns[rule->ours] = true;
            if (str_is_absent(cells[rule->ours]))
                TRY(str_fmt(p->arena, &cells[rule->ours], "%.*s\t%zu\t%.*s",
                            STR_ARG(shopify_column_name(rule->ours)), c + 1,
                            STR_ARG(p->t->sources[i].head[c])));
        }
    for (size_t i = 0; i < COUNT(options); i++)
        has_options = has_options || p->columns[options[i]];
    for (size_t i = 0; i < COUNT(options) && has_options; i++)
        p->columns[options[i]] = true;
    strbuf_init(&sb, p->arena, MiB(1));
    csv_writer_init(&w, &sb);
    csv_write_str(&w, S("#line"));
    csv_write_str(&w, S("#problem"));
    for (int c = SHOPIFY_HANDLE; c < SHOPIFY_COLUMN_COUNT; c++) {
        if (!p->columns[c])
            continue;
        TRY(str_fmt(p->arena, &cell, "%.*s\t0\t",
                    STR_ARG(shopify_column_name((enum shopify_column)c))));
        csv_write_str(&w, str_is_absent(cells[c]) ? cell : cells[c]);
    }
    csv_write_row_end(&w);
    return flush(p, &sb);
}

static const struct err *pass(struct passing *p)
{
    p->keys.arena = p->handles.arena = p->arena;
    for (size_t i = 0; i < p->t->source_count; i++) {
        TRY(import_source_bind(p->arena, &p->t->sources[i]));
        TRY(p->t->sources[i].layout->lookup != NULL ? load_lookup(p, i) : list_source(p, i));
    }
    for (size_t i = 0; i < p->t->source_count; i++)
        TRY(adopt(p, i));
    if (p->entries.count == 0)
        return ERR(p->arena, ERR_INVALID, "import.empty", "a head alone");
    qsort(p->entries.items, p->entries.count, sizeof *p->entries.items, by_group);
    TRY(write_head(p));
    TRY(write_groups(p));
    return p->has_something ? NULL
                            : err_with_arg(p->arena,
                                           ERR(p->arena, ERR_INVALID, "import.nothing_for_us",
                                               "all passed over"),
                                           p->t->language);
}

const struct err *import_translate(struct arena *a, struct import_translation *t, const char *path)
{
    struct passing *p;
    TRY_NEW(a, p);
    *p = (struct passing){.t = t, .arena = a, .out = fopen(path, "wbe")};
    if (p->out == NULL)
        return err_with_arg(a,
                            ERR(a, ERR_UNAVAILABLE, "import.no_write", "%s: errno %d", path, errno),
                            str_c(path));
    const struct err *e = pass(p);
    if (fclose(p->out) != 0 && e == NULL)
        e = ERR(a, ERR_UNAVAILABLE, "error.disk", "close %s: errno %d", path, errno);
    return e;
}
