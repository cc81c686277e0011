/* A query file: comment headers with signatures, each followed by one statement. Here it is split;
 * the statements themselves are judged in body.c.
 */
#include "sqlgen.h"

#include <string.h>

struct reader {
    struct arena *arena;
    str path;
    str rest; /* the lines to come */
    int line; /* number of the line last taken */
    struct query_set *set;
};

static str take_line(struct reader *r)
{
    r->line++;
    str line = str_cut(&r->rest, '\n');
    if (str_ends(line, S("\r")))
        line.len--;
    return line;
}

static bool at_end(const struct reader *r)
{
    return str_is_empty(r->rest);
}

/* The text of a `--` line; false for any other. */
static bool comment_of(str line, str *ret)
{
    str text = str_trim(line);
    if (!str_starts(text, S("--")))
        return false;
    *ret = str_trim(str_from(text, 2));
    return true;
}

static bool next_is_comment(const struct reader *r, str *ret)
{
    str rest = r->rest;
    return !at_end(r) && comment_of(str_cut(&rest, '\n'), ret);
}

/* ---- the signature: NAME :kind (fields) [-> (fields) | -> like NAME] prose ---- */

struct signature {
    struct reader *r;
    str rest;
    int line;
};

static str next_word(struct signature *s)
{
    s->rest = str_trim(s->rest);
    size_t n = 0;
    if (s->rest.len > 0 && memchr("(),", s->rest.ptr[0], 3) != NULL)
        n = 1;
    else
        while (n < s->rest.len && memchr(" \t\n(),", s->rest.ptr[n], 6) == NULL)
            n++;
    str word = str_sub(s->rest, 0, n);
    s->rest = str_from(s->rest, n);
    return word;
}

static bool word_follows(struct signature *s, str word)
{
    struct signature ahead = *s;
    if (!str_eq(next_word(&ahead), word))
        return false;
    *s = ahead;
    return true;
}

#define SIGNATURE_ERROR(s, ...) sqlgen_error((s)->r->arena, (s)->r->path, (s)->line, __VA_ARGS__)

static const struct err *parse_fields(struct signature *s, size_t max, struct field **ret,
                                      size_t *ret_count)
{
    struct arena *a = s->r->arena;
    VEC(struct field) fields = {0};
    if (!word_follows(s, S("(")))
        return SIGNATURE_ERROR(s, "'(' expected before a list of names and types");
    while (!word_follows(s, S(")"))) {
        if (fields.count > 0 && !word_follows(s, S(",")))
            return SIGNATURE_ERROR(s, "',' or ')' expected after '%.*s'",
                                   STR_ARG(fields.items[fields.count - 1].name));
        struct field *f = VEC_PUSH(a, &fields);
        if (f == NULL)
            return &err_out_of_memory;
        *f = (struct field){.name = next_word(s)};
        TRY(name_check(a, s->r->path, s->line, f->name));
        TRY(type_parse(a, s->r->path, s->line, next_word(s), &f->type));
        for (size_t i = 0; i + 1 < fields.count; i++)
            if (str_eq(fields.items[i].name, f->name))
                return SIGNATURE_ERROR(s, "'%.*s' is named twice", STR_ARG(f->name));
        if (fields.count > max)
            return SIGNATURE_ERROR(s, "more than %zu names", max);
    }
    *ret = fields.items;
    *ret_count = fields.count;
    return NULL;
}

static const struct query *find_query(const struct query_set *set, str name)
{
    for (size_t i = 0; i < set->queries.count; i++)
        if (str_eq(set->queries.items[i]->name, name))
            return set->queries.items[i];
    return NULL;
}

static const struct err *parse_columns(struct signature *s, struct query *q)
{
    if (!word_follows(s, S("like"))) {
        TRY(parse_fields(s, SQLGEN_COLUMN_MAX, &q->columns, &q->column_count));
        if (q->column_count == 0)
            return SIGNATURE_ERROR(s, "an empty list of columns");
        return NULL;
    }
    str name = next_word(s);
    const struct query *other = find_query(s->r->set, name);
    if (other == NULL || other->column_count == 0)
        return SIGNATURE_ERROR(s, "'like %.*s': no such query with columns above", STR_ARG(name));
    q->row_of = other->row_of != NULL ? other->row_of : other;
    q->columns = other->columns;
    q->column_count = other->column_count;
    return NULL;
}

bool query_kind_has_rows(enum query_kind kind)
{
    return kind == QUERY_ONE || kind == QUERY_MAYBE || kind == QUERY_MANY || kind == QUERY_EACH;
}

static enum query_kind kind_of(str word)
{
    static const struct {
        const char *name;
        enum query_kind kind;
    } kinds[] = {{":one", QUERY_ONE},   {":maybe", QUERY_MAYBE}, {":many", QUERY_MANY},
                 {":each", QUERY_EACH}, {":exec", QUERY_EXEC},   {":count", QUERY_COUNT},
                 {":hit", QUERY_HIT}};
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(word, str_c(kinds[i].name)))
            return kinds[i].kind;
    return QUERY_UNSET;
}

static const struct err *parse_signature(struct signature *s, struct query *q)
{
    q->name = next_word(s);
    TRY(name_check(s->r->arena, s->r->path, s->line, q->name));
    if (find_query(s->r->set, q->name) != NULL)
        return SIGNATURE_ERROR(s, "a second query named '%.*s'", STR_ARG(q->name));
    str kind = next_word(s);
    q->kind = kind_of(kind);
    if (q->kind == QUERY_UNSET)
        return SIGNATURE_ERROR(s, "unknown kind '%.*s': :one :maybe :many :each :exec :count :hit",
                               STR_ARG(kind));
    TRY(parse_fields(s, SQLGEN_PARAM_MAX, &q->params, &q->param_count));
    if (word_follows(s, S("->")))
        TRY(parse_columns(s, q));
    if (str_find(s->rest, S("->")) >= 0)
        return SIGNATURE_ERROR(s, "'->' must stand right after the parameters, once");
    if (query_kind_has_rows(q->kind) != (q->column_count > 0))
        return SIGNATURE_ERROR(s, "%.*s %s", STR_ARG(kind),
                               q->column_count > 0 ? "returns no columns" : "needs '-> (columns)'");
    return NULL;
}

/* ---- header and bodies ---- */

static const struct err *parse_header(struct reader *r, str first, struct query *q)
{
    struct strbuf text;
    str line;
    strbuf_init(&text, r->arena, KiB(16));
    strbuf_add(&text, first);
    while (next_is_comment(r, &line)) {
        if (str_eq(line, S("@sqlite")) || str_eq(line, S("@pg")))
            break;
        take_line(r);
        if (str_starts(line, S("@global:"))) {
            q->global_reason = str_trim(str_from(line, 8));
            if (str_is_empty(q->global_reason))
                return sqlgen_error(r->arena, r->path, r->line, "@global needs a reason");
        } else if (str_starts(line, S("@"))) {
            return sqlgen_error(r->arena, r->path, r->line, "unknown mark '%.*s'", STR_ARG(line));
        } else {
            strbuf_add_char(&text, '\n');
            strbuf_add(&text, line);
        }
    }
    struct signature s = {.r = r, .line = q->line};
    TRY(strbuf_finish(&text, &s.rest));
    return parse_signature(&s, q);
}

/* Takes lines up to the next `-- name:`, `-- @sqlite` or `-- @pg`. */
static struct sql_body take_body(struct reader *r)
{
    struct sql_body body = {.text = {r->rest.ptr, 0}, .line = r->line + 1};
    str comment;
    while (!at_end(r)) {
        if (next_is_comment(r, &comment) &&
            (str_starts(comment, S("name:")) || str_eq(comment, S("@sqlite")) ||
             str_eq(comment, S("@pg"))))
            break;
        const char *start = r->rest.ptr;
        size_t before = r->rest.len;
        take_line(r);
        body.text.len = (size_t)(start - body.text.ptr) + before - r->rest.len;
    }
    return body;
}

static const struct err *parse_bodies(struct reader *r, struct query *q)
{
    str mark;
    if (!next_is_comment(r, &mark) || (!str_eq(mark, S("@sqlite")) && !str_eq(mark, S("@pg")))) {
        q->both = take_body(r);
        if (next_is_comment(r, &mark) && str_starts(mark, S("@")))
            return sqlgen_error(r->arena, r->path, r->line + 1,
                                "two bodies: the first after -- @sqlite, the second after -- @pg");
        return NULL;
    }
    if (!str_eq(mark, S("@sqlite")))
        return sqlgen_error(r->arena, r->path, r->line + 1, "-- @sqlite comes before -- @pg");
    take_line(r);
    q->sqlite = take_body(r);
    if (!next_is_comment(r, &mark) || !str_eq(mark, S("@pg")))
        return sqlgen_error(r->arena, r->path, q->line, "-- @sqlite without -- @pg");
    take_line(r);
    q->pg = take_body(r);
    if (next_is_comment(r, &mark) && str_starts(mark, S("@")))
        return sqlgen_error(r->arena, r->path, r->line + 1, "a third body");
    return NULL;
}

static const struct err *add_include(struct reader *r, str text)
{
    str *slot;
    text = str_trim(text);
    if (text.len < 3 || text.ptr[0] != '"' || str_find_char(str_from(text, 1), '"') !=
        (ptrdiff_t)text.len - 2 || str_find_char(text, '\\') >= 0)
        return sqlgen_error(r->arena, r->path, r->line, "write -- include: \"folder/header.h\"");
    for (size_t i = 0; i < r->set->includes.count; i++)
        if (str_eq(r->set->includes.items[i], text))
            return NULL;
    slot = VEC_PUSH(r->arena, &r->set->includes);
    if (slot == NULL)
        return &err_out_of_memory;
    *slot = text;
    return NULL;
}

static const struct err *add_query(struct reader *r, str header)
{
    struct query *q, **slot;
    TRY_NEW(r->arena, q);
    q->path = r->path;
    q->line = r->line;
    TRY(parse_header(r, header, q));
    TRY(parse_bodies(r, q));
    slot = VEC_PUSH(r->arena, &r->set->queries);
    if (slot == NULL)
        return &err_out_of_memory;
    *slot = q;
    return NULL;
}

const struct err *query_file_parse(struct arena *a, str path, str text, struct query_set *set)
{
    struct reader r = {.arena = a, .path = path, .rest = text, .set = set};
    while (!at_end(&r)) {
        str line = take_line(&r), comment;
        if (str_is_empty(str_trim(line)))
            continue;
        if (!comment_of(line, &comment))
            return sqlgen_error(a, path, r.line, "a statement without a '-- name:' above it");
        if (str_starts(comment, S("include:")))
            TRY(add_include(&r, str_from(comment, 8)));
        else if (str_starts(comment, S("name:")))
            TRY(add_query(&r, str_from(comment, 5)));
        else if (str_starts(comment, S("@")))
            return sqlgen_error(a, path, r.line, "'%.*s' stands outside a query", STR_ARG(comment));
    }
    return NULL;
}
