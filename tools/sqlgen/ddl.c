/* Migrations: tokens in braces become each engine's DDL; the rules of docs/SQL.md hold tables
 * together: a key on both engines, an owner, STRICT on SQLite, no type word that only one engine
 * knows. Lines under `-- @sqlite` or `-- @pg`, up to `-- @all`, go to that engine as they stand.
 */
#include "sqlgen.h"

#include <string.h>

struct table {
    str name;
    int line, depth;
    bool open, has_id, has_key, has_owner;
    str global_reason;
};

struct ddl {
    struct arena *arena;
    str path;
    struct strbuf sqlite, pg;
    struct lexer lx;
    struct table table;
    struct token before, now;
    bool creating; /* CREATE seen in this statement */
    bool owner_name_seen;
};

static void both(struct ddl *d, const char *sqlite, const char *pg)
{
    strbuf_add(&d->sqlite, str_c(sqlite));
    strbuf_add(&d->pg, str_c(pg));
}

#define DDL_ERROR(d, ...) sqlgen_error((d)->arena, (d)->path, (d)->now.line, __VA_ARGS__)

static bool is_column(str s)
{
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_", s.ptr[i]) == NULL || s.ptr[i] == '\0')
            return false;
    return true;
}

/* {fk:shop_id,order_id->orders}; with one column the referenced table's key is its id alone. */
static const struct err *expand_fk(struct ddl *d, str text)
{
    ptrdiff_t arrow = str_find(text, S("->"));
    str columns = str_sub(text, 0, arrow < 0 ? 0 : (size_t)arrow);
    str table = arrow < 0 ? STR_NONE : str_from(text, (size_t)arrow + 2);
    ptrdiff_t comma = str_find_char(columns, ',');
    str owner = comma < 0 ? STR_NONE : str_sub(columns, 0, (size_t)comma);
    str column = comma < 0 ? columns : str_from(columns, (size_t)comma + 1);
    if (!is_column(column) || !is_column(table) || (comma >= 0 && !is_column(owner)))
        return DDL_ERROR(d, "write {fk:owner,column->table} or {fk:column->table}");
    strbuf_addf(&d->sqlite, "FOREIGN KEY (%.*s) REFERENCES %.*s(id)", STR_ARG(column),
                STR_ARG(table));
    if (comma < 0)
        strbuf_addf(&d->pg, "FOREIGN KEY (%.*s) REFERENCES %.*s(id)", STR_ARG(column),
                    STR_ARG(table));
    else
        strbuf_addf(&d->pg, "FOREIGN KEY (%.*s, %.*s) REFERENCES %.*s(%.*s, id)", STR_ARG(owner),
                    STR_ARG(column), STR_ARG(table), STR_ARG(owner));
    return NULL;
}

/* {append_only:ledger_entry};  rows can be added, never changed or removed. */
static const struct err *expand_append_only(struct ddl *d, str table)
{
    static const char *const acts[] = {"UPDATE", "DELETE"};
    if (!is_column(table))
        return DDL_ERROR(d, "write {append_only:table}");
    for (size_t i = 0; i < COUNT(acts); i++)
        strbuf_addf(&d->sqlite,
                    "%sCREATE TRIGGER %.*s_no_%s BEFORE %s ON %.*s BEGIN "
                    "SELECT RAISE(ABORT, 'append-only: %.*s'); END",
                    i == 0 ? "" : "; ", STR_ARG(table), i == 0 ? "update" : "delete", acts[i],
                    STR_ARG(table), STR_ARG(table));
    strbuf_addf(
        &d->pg,
        "CREATE FUNCTION %.*s_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''append-only: %.*s'' USING ERRCODE = ''check_violation''; END'; "
        "CREATE TRIGGER %.*s_append_only BEFORE UPDATE OR DELETE ON %.*s "
        "FOR EACH ROW EXECUTE FUNCTION %.*s_append_only()",
        STR_ARG(table), STR_ARG(table), STR_ARG(table), STR_ARG(table), STR_ARG(table));
    return NULL;
}

static const struct err *expand_key(struct ddl *d, str columns)
{
    if (!d->table.open)
        return DDL_ERROR(d, "{key} outside CREATE TABLE");
    if (!str_is_empty(columns) && !is_column(columns))
        return DDL_ERROR(d, "write {key:owner_column}, or {key} in a @global table");
    if (str_is_empty(columns) && str_is_empty(d->table.global_reason))
        return DDL_ERROR(d, "{key} without an owner is for @global tables; write {key:shop_id}");
    d->table.has_key = true;
    if (str_is_empty(columns))
        both(d, "", ", PRIMARY KEY (id)");
    else
        strbuf_addf(&d->pg, ", PRIMARY KEY (%.*s, id)", STR_ARG(columns));
    return NULL;
}

static const struct err *expand_strict(struct ddl *d, bool has_rowid)
{
    struct table *t = &d->table;
    if (!t->open || t->depth != 0 || !token_is(&d->before, ")"))
        return DDL_ERROR(d, "{strict} belongs after the closing parenthesis of a table");
    if (t->has_id && !t->has_key)
        return DDL_ERROR(d, "table '%.*s' has {id} but no {key:owner}", STR_ARG(t->name));
    if (!t->has_id && !t->has_key)
        return DDL_ERROR(d, "table '%.*s' has neither {id} nor PRIMARY KEY (...)",
                         STR_ARG(t->name));
    if (!t->has_owner && str_is_empty(t->global_reason))
        return DDL_ERROR(d,
                         "table '%.*s' has no owner: a column shop_id {int} NOT NULL or account_id "
                         "{int} NOT NULL, or -- @global: reason above it",
                         STR_ARG(t->name));
    if (!has_rowid && t->has_id)
        return DDL_ERROR(d, "{strict:keyed} is for tables with a PRIMARY KEY (...) of their own");
    both(d, has_rowid ? " STRICT" : " STRICT, WITHOUT ROWID", "");
    t->open = false;
    return NULL;
}

static const struct err *expand_brace(struct ddl *d)
{
    /* One collation on both engines: by bytes. */
    static const struct {
        const char *name, *sqlite, *pg;
    } plain[] = {
        {"int", "INTEGER", "BIGINT"},
        {"bool", "INTEGER", "SMALLINT"},
        {"bytes", "BLOB", "BYTEA"},
        {"text", "TEXT", "TEXT COLLATE \"C\""},
    };
    str text = d->now.text;
    for (size_t i = 0; i < COUNT(plain); i++) {
        if (!str_eq(text, str_c(plain[i].name)))
            continue;
        both(d, plain[i].sqlite, plain[i].pg);
        return NULL;
    }
    if (str_eq(text, S("id"))) {
        d->table.has_id = true;
        both(d, "id INTEGER PRIMARY KEY", "id BIGINT NOT NULL");
        return NULL;
    }
    if (str_eq(text, S("strict")) || str_eq(text, S("strict:keyed")))
        return expand_strict(d, str_eq(text, S("strict")));
    if (str_eq(text, S("key")))
        return expand_key(d, S(""));
    if (str_starts(text, S("key:")))
        return expand_key(d, str_from(text, 4));
    if (str_starts(text, S("fk:")))
        return expand_fk(d, str_from(text, 3));
    if (str_starts(text, S("append_only:")))
        return expand_append_only(d, str_from(text, 12));
    return DDL_ERROR(d, "unknown token {%.*s}", STR_ARG(text));
}

static const struct err *lint_word(const struct ddl *d)
{
    static const char *const types[] = {"integer",  "int",     "bigint",    "smallint", "blob",
                                        "bytea",    "text",    "varchar",   "char",     "boolean",
                                        "bool",     "real",    "double",    "float",    "numeric",
                                        "decimal",  "date",    "timestamp", "serial",   "bigserial",
                                        "timestamptz"};
    for (size_t i = 0; i < COUNT(types); i++)
        if (token_is(&d->now, types[i]) && !token_is(&d->before, "as"))
            return DDL_ERROR(d,
                             "'%s' is the word of a type: write {int} {bool} {text} {bytes} as a "
                             "type; a column needs another name",
                             types[i]);
    if (token_is(&d->now, "autoincrement"))
        return DDL_ERROR(d, "'autoincrement': ids come from id_next");
    if (token_is(&d->now, "references"))
        return DDL_ERROR(d, "write {fk:owner,column->table}: the key of a table differs by engine");
    if (token_is(&d->now, "trigger") || token_is(&d->now, "function"))
        return DDL_ERROR(
            d, "triggers differ by engine: {append_only:table}, or -- @sqlite and -- @pg");
    return NULL;
}

static void watch_table(struct ddl *d)
{
    struct table *t = &d->table;
    if (token_is(&d->now, "create"))
        d->creating = true;
    if (token_is(&d->before, "table") && d->creating && d->now.kind == TOKEN_WORD && !t->open)
        *t = (struct table){.name = d->now.text, .line = d->now.line, .open = true,
                            .global_reason = d->lx.global_reason};
    if (!t->open)
        return;
    t->depth += token_is(&d->now, "(");
    t->depth -= token_is(&d->now, ")");
    if (token_is(&d->before, "primary") && token_is(&d->now, "key"))
        t->has_key = true;
    /* shop_id {int} NOT NULL */
    if (t->depth == 1 && (token_is(&d->now, "shop_id") || token_is(&d->now, "account_id")))
        d->owner_name_seen = true;
    else if (d->owner_name_seen && d->now.kind == TOKEN_PUNCT)
        d->owner_name_seen = false;
    if (d->owner_name_seen && token_is(&d->before, "not") && token_is(&d->now, "null"))
        t->has_owner = true;
}

static const struct err *end_statement(struct ddl *d)
{
    if (d->table.open)
        return sqlgen_error(d->arena, d->path, d->table.line,
                            "table '%.*s' does not end with ){strict};", STR_ARG(d->table.name));
    d->table = (struct table){0};
    d->creating = false;
    d->lx.global_reason = STR_NONE;
    return NULL;
}

static const struct err *expand_shared(struct ddl *d, str text, int line)
{
    d->lx = (struct lexer){.arena = d->arena, .path = d->path, .rest = text, .line = line,
                           .allow_braces = true};
    d->before = (struct token){0};
    for (;;) {
        TRY(lexer_next(&d->lx, &d->now));
        if (d->now.kind == TOKEN_END)
            break;
        if (d->now.blank_before)
            both(d, " ", " ");
        TRY(lint_word(d));
        watch_table(d);
        if (d->now.kind == TOKEN_BRACE) {
            TRY(expand_brace(d));
        } else {
            strbuf_add(&d->sqlite, d->now.text);
            strbuf_add(&d->pg, d->now.text);
        }
        if (token_is(&d->now, ";")) {
            both(d, "\n", "\n");
            TRY(end_statement(d));
        }
        d->before = d->now;
    }
    if (d->before.kind != TOKEN_UNSET && !token_is(&d->before, ";"))
        return DDL_ERROR(d, "the last statement does not end with ';'");
    return NULL;
}

enum section { SECTION_BOTH, SECTION_SQLITE, SECTION_PG };

static bool section_mark(str line, enum section *ret)
{
    str text = str_trim(line);
    if (!str_starts(text, S("--")))
        return false;
    text = str_trim(str_from(text, 2));
    if (str_eq(text, S("@all")))
        *ret = SECTION_BOTH;
    else if (str_eq(text, S("@sqlite")))
        *ret = SECTION_SQLITE;
    else if (str_eq(text, S("@pg")))
        *ret = SECTION_PG;
    else
        return false;
    return true;
}

static const struct err *expand_section(struct ddl *d, enum section section, str text, int line)
{
    switch (section) {
    case SECTION_BOTH:
        return expand_shared(d, text, line);
    case SECTION_SQLITE:
        strbuf_add(&d->sqlite, text);
        return NULL;
    case SECTION_PG:
        strbuf_add(&d->pg, text);
        return NULL;
    }
    UNREACHABLE();
}

const struct err *ddl_expand(struct arena *a, str path, str text, struct migration *ret)
{
    struct ddl d = {.arena = a, .path = path};
    enum section section = SECTION_BOTH, next = SECTION_BOTH;
    str rest = text, part = {text.ptr, 0};
    int line = 0, part_line = 1;
    strbuf_init(&d.sqlite, a, SQLGEN_SQL_MAX);
    strbuf_init(&d.pg, a, SQLGEN_SQL_MAX);
    if (str_find_char(text, '\0') >= 0)
        return sqlgen_error(a, path, 1, "NUL in a migration");
    while (!str_is_empty(rest)) {
        str whole = rest, here = str_cut(&rest, '\n');
        line++;
        if (section_mark(here, &next)) {
            TRY(expand_section(&d, section, part, part_line));
            section = next;
            part = (str){rest.ptr == NULL ? "" : rest.ptr, 0};
            part_line = line + 1;
        } else {
            part.len += whole.len - rest.len;
        }
    }
    TRY(expand_section(&d, section, part, part_line));
    TRY(strbuf_finish(&d.sqlite, &ret->sql_sqlite));
    return strbuf_finish(&d.pg, &ret->sql_pg);
}
