/* sqlgen: named queries and migrations (.sql) -> typed C. The language is docs/SQL.md.
 *
 * It is no SQL parser: it splits files, reads the signatures, checks by tokens, and lets a real
 * SQLite judge the SQL. Stages, one file each: lex.c (tokens), type.c + query_file.c (signatures
 * and bodies), body.c (lints, owner rule, SQL per engine), ddl.c (migrations), check.c (prepare on
 * SQLite), emit.c (C text), main.c (files and arguments). Everything up to check.c is a pure
 * function over bytes.
 *
 * Failure: an err of kind INVALID whose detail is "file:line: message". Threads: one.
 */
#ifndef SQLGEN_SQLGEN_H
#define SQLGEN_SQLGEN_H

#include "base/err.h"
#include "base/strbuf.h"

enum { SQLGEN_SQL_MAX = 1024 * 1024, SQLGEN_PARAM_MAX = 64, SQLGEN_COLUMN_MAX = 100 };

/* ---- lex.c ---- */

enum token_kind {
    TOKEN_UNSET = 0,
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_STRING, /* with its quotes */
    TOKEN_PARAM,  /* $1: `number` */
    TOKEN_BRACE,  /* {int}: text without braces; only where the lexer allows it */
    TOKEN_PUNCT,  /* one character, or one of <= >= <> != || -> */
};

struct token {
    enum token_kind kind;
    str text;
    int line;
    int64_t number;
    bool blank_before;
};

struct lexer {
    struct arena *arena;
    str path;
    str rest;
    int line;
    bool allow_braces;
    bool allow_params;
    str global_reason; /* of the latest `-- @global:` comment skipped; the caller clears it */
};

const struct err *lexer_next(struct lexer *lx, struct token *ret) MUST_CHECK;
bool token_is(const struct token *t, const char *word); /* a word (any case) or punctuation */

PRINTF_LIKE(4, 5)
const struct err *sqlgen_error(struct arena *a, str path, int line, const char *fmt,
                               ...) MUST_CHECK;

/* ---- query_file.c, type.c ---- */

enum query_kind {
    QUERY_UNSET = 0,
    QUERY_ONE, QUERY_MAYBE, QUERY_MANY, QUERY_EACH, QUERY_EXEC, QUERY_COUNT, QUERY_HIT,
};

struct sql_type {
    char letter; /* i int, b bool, t text, y bytes, d id; upper case = may be NULL; 0 = unset */
    str name;    /* "order_id" for ids */
};

struct field {
    str name;
    struct sql_type type;
};

struct sql_body {
    str text; /* absent when there is none */
    int line;
};

struct query {
    str path;
    int line;
    str name;
    enum query_kind kind;
    struct field *params;
    size_t param_count;
    struct field *columns;
    size_t column_count;
    const struct query *row_of; /* `-> like other`: shares its row struct; NULL = own */
    str global_reason;
    struct sql_body both, sqlite, pg; /* both, or one each of the others */
    str sql_sqlite, sql_pg;           /* filled by body_expand */
};

struct query_set {
    VEC(str) includes; /* with their quotes */
    VEC(struct query *) queries;
};

/* Adds the queries of one file. Names are unique over the set. */
const struct err *query_file_parse(struct arena *a, str path, str text,
                                   struct query_set *set) MUST_CHECK;
bool query_kind_has_rows(enum query_kind kind);
const struct err *type_parse(struct arena *a, str path, int line, str word, struct sql_type *ret)
    MUST_CHECK;
/* A name that may stand in generated C: lower-case identifier, no C keyword, no name we use there.
 */
const struct err *name_check(struct arena *a, str path, int line, str name) MUST_CHECK;

/* ---- body.c ---- */

/* Lints the bodies, checks parameters and the owner, and writes sql_sqlite and sql_pg. */
const struct err *body_expand(struct arena *a, struct query *q) MUST_CHECK;

/* ---- ddl.c ---- */

struct migration {
    str path;      /* as given, for messages */
    str file_name; /* "0001_order.sql" */
    int number;
    str sql_sqlite, sql_pg;
    str checksum;  /* filled by main.c */
};

const struct err *ddl_expand(struct arena *a, str path, str text, struct migration *ret) MUST_CHECK;

/* ---- check.c ---- */

struct schema {
    str owner; /* feature whose folder it is */
    VEC(struct migration) migrations;
};

/* Applies all schemas in order on an in-memory SQLite and prepares every query there. Queries may
 * touch only tables that `owner`'s own schema made. */
const struct err *check_all(struct arena *a, const struct schema *schemas, size_t schema_count,
                            str owner, const struct query_set *set) MUST_CHECK;

/* ---- emit.c ---- */

struct emit_input {
    str name;        /* "order" */
    str header_name; /* "order_sql.h" */
    const struct query_set *set;
    const struct migration *migrations;
    size_t migration_count;
};
void emit_header(struct strbuf *out, const struct emit_input *in);
void emit_source(struct strbuf *out, const struct emit_input *in);

#endif
