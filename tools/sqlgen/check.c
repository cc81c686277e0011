/* The judge: an in-memory SQLite with every feature's schema. It knows which feature made a table,
 * so a query that reaches into another feature's tables does not build either.
 */
#include "sqlgen.h"

#include <sqlite3.h>
#include <string.h>

struct owned_table {
    str name, owner;
};

struct check {
    struct arena *arena;
    sqlite3 *db;
    VEC(struct owned_table) tables;
    str owner;
    str foreign_table, foreign_owner; /* set by the authorizer */
};

static const struct owned_table *find_table(const struct check *c, const char *name)
{
    for (size_t i = 0; i < c->tables.count; i++)
        if (str_eq_nocase(c->tables.items[i].name, str_c(name)))
            return &c->tables.items[i];
    return NULL;
}

static int authorize(void *p, int action, const char *table, const char *detail,
                     const char *database, const char *trigger)
{
    struct check *c = p;
    (void)detail;
    (void)database;
    if (action != SQLITE_READ && action != SQLITE_INSERT && action != SQLITE_UPDATE &&
        action != SQLITE_DELETE)
        return SQLITE_OK;
    const struct owned_table *t = table == NULL || trigger != NULL ? NULL : find_table(c, table);
    if (t != NULL && !str_eq(t->owner, c->owner)) {
        c->foreign_table = t->name;
        c->foreign_owner = t->owner;
        return SQLITE_DENY;
    }
    return SQLITE_OK;
}

static const struct err *note_tables(struct check *c, str owner)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(c->db, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')",
                           -1, &stmt, NULL) != SQLITE_OK)
        return ERR(c->arena, ERR_BUG, "sqlgen", "%s", sqlite3_errmsg(c->db));
    const struct err *e = NULL;
    while (e == NULL && sqlite3_step(stmt) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        if (find_table(c, name) != NULL)
            continue;
        struct owned_table *t = VEC_PUSH(c->arena, &c->tables);
        if (t == NULL) {
            e = &err_out_of_memory;
            break;
        }
        t->owner = owner;
        e = str_dup(c->arena, str_c(name), &t->name);
    }
    sqlite3_finalize(stmt);
    return e;
}

static const struct err *apply_schema(struct check *c, const struct schema *schema)
{
    for (size_t i = 0; i < schema->migrations.count; i++) {
        const struct migration *m = &schema->migrations.items[i];
        if (sqlite3_exec(c->db, m->sql_sqlite.ptr, NULL, NULL, NULL) != SQLITE_OK)
            return sqlgen_error(c->arena, m->path, 1, "SQLite: %s", sqlite3_errmsg(c->db));
    }
    return note_tables(c, schema->owner);
}

static char letter_of_declared(const char *type)
{
    if (type == NULL)
        return 0;
    if (strcmp(type, "INTEGER") == 0)
        return 'i';
    if (strcmp(type, "TEXT") == 0)
        return 't';
    return strcmp(type, "BLOB") == 0 ? 'y' : 0;
}

static const struct err *check_columns(struct check *c, const struct query *q, sqlite3_stmt *stmt)
{
    size_t count = (size_t)sqlite3_column_count(stmt);
    if (!query_kind_has_rows(q->kind) && sqlite3_stmt_readonly(stmt))
        return sqlgen_error(c->arena, q->path, q->line, "'%.*s' changes nothing", STR_ARG(q->name));
    if (count != q->column_count)
        return sqlgen_error(c->arena, q->path, q->line,
                            "'%.*s' returns %zu columns, its header names %zu", STR_ARG(q->name),
                            count, q->column_count);
    for (size_t i = 0; i < count; i++) {
        char declared = letter_of_declared(sqlite3_column_decltype(stmt, (int)i));
        char said = (char)(q->columns[i].type.letter | 0x20); /* lower case */
        if (said == 'd' || said == 'b')
            said = 'i';
        if (declared != 0 && declared != said)
            return sqlgen_error(c->arena, q->path, q->line,
                                "column '%.*s' is declared %s in the schema",
                                STR_ARG(q->columns[i].name), sqlite3_column_decltype(stmt, (int)i));
    }
    if ((size_t)sqlite3_bind_parameter_count(stmt) != q->param_count)
        return sqlgen_error(c->arena, q->path, q->line,
                            "'%.*s' has %d parameters for SQLite, its header %zu", STR_ARG(q->name),
                            sqlite3_bind_parameter_count(stmt), q->param_count);
    return NULL;
}

static const struct err *check_query(struct check *c, const struct query *q)
{
    sqlite3_stmt *stmt = NULL;
    int line = str_is_absent(q->both.text) ? q->sqlite.line : q->both.line;
    c->foreign_table = STR_NONE;
    if (sqlite3_prepare_v2(c->db, q->sql_sqlite.ptr, (int)q->sql_sqlite.len, &stmt, NULL) !=
        SQLITE_OK) {
        if (!str_is_absent(c->foreign_table))
            return sqlgen_error(c->arena, q->path, line,
                                "'%.*s' uses table '%.*s' of '%.*s'; ask it through its header",
                                STR_ARG(q->name), STR_ARG(c->foreign_table),
                                STR_ARG(c->foreign_owner));
        return sqlgen_error(c->arena, q->path, line, "'%.*s': SQLite: %s", STR_ARG(q->name),
                            sqlite3_errmsg(c->db));
    }
    const struct err *e = check_columns(c, q, stmt);
    sqlite3_finalize(stmt);
    return e;
}

static const struct err *check_open(struct check *c, const struct schema *schemas,
                                    size_t schema_count, const struct query_set *set)
{
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    /* Off: preparing an INSERT would read the parent tables, which may be another feature's. */
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    for (size_t i = 0; i < schema_count; i++)
        TRY(apply_schema(c, &schemas[i]));
    sqlite3_set_authorizer(c->db, authorize, c);
    for (size_t i = 0; i < set->queries.count; i++)
        TRY(check_query(c, set->queries.items[i]));
    return NULL;
}

const struct err *check_all(struct arena *a, const struct schema *schemas, size_t schema_count,
                            str owner, const struct query_set *set)
{
    struct check c = {.arena = a, .owner = owner};
    if (sqlite3_open_v2(":memory:", &c.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
        SQLITE_OK)
        return ERR(a, ERR_UNAVAILABLE, "sqlgen", "SQLite does not open in memory");
    const struct err *e = check_open(&c, schemas, schema_count, set);
    sqlite3_close(c.db);
    return e;
}
