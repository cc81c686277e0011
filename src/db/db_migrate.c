/* Migrations: which ran is in the store itself, table schema_migration, the only one this layer
 * owns.
 *
 * Each file runs in its own write turn, which first looks again whether it is still missing: two
 * programs that start at once apply it once. On PostgreSQL the turns of several nodes queue on an
 * advisory lock; on SQLite the write turn is that lock.
 */
#include "db/db_engine.h"
#include "db/db_query.h"

static const char table_sql[] =
    "CREATE TABLE IF NOT EXISTS schema_migration (feature TEXT NOT NULL, number BIGINT NOT NULL, "
    "name TEXT NOT NULL, checksum TEXT NOT NULL, applied_ms BIGINT NOT NULL, PRIMARY KEY (feature, "
    "number))";

static struct db_query table_exists_query = {
    .name = "schema_migration_exists",
    .origin = "db_migrate.c",
    .sql_sqlite = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'schema_migration'",
    .sql_pg =
        "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('schema_migration')",
    .param_types = "",
    .column_count = 1,
    .column_types = "i",
};
static struct db_query list_query = {
    .name = "schema_migration_list",
    .origin = "db_migrate.c",
    .sql_sqlite =
        "SELECT feature, number, name, checksum FROM schema_migration ORDER BY feature, number",
    .sql_pg =
        "SELECT feature, number, name, checksum FROM schema_migration ORDER BY feature, number",
    .param_types = "",
    .column_count = 4,
    .column_types = "titt",
};
static struct db_query insert_query = {
    .name = "schema_migration_insert",
    .origin = "db_migrate.c",
    .sql_sqlite = "INSERT INTO schema_migration (feature, number, name, checksum, applied_ms) "
                  "VALUES (?1, ?2, ?3, ?4, ?5)",
    .sql_pg = "INSERT INTO schema_migration (feature, number, name, checksum, applied_ms) "
              "VALUES ($1, $2, $3, $4, $5)",
    .param_count = 5,
    .param_types = "titti",
    .column_types = "",
};

struct applied {
    struct arena *arena;
    const struct db_migration *const *list;
    size_t count;
    bool *is_applied; /* by index in list */
};

static const struct err *note_applied(void *self, const struct db_value *row)
{
    struct applied *s = self;
    str feature = row[0].text, checksum = row[3].text;
    for (size_t i = 0; i < s->count; i++) {
        const struct db_migration *m = s->list[i];
        if (m->number != row[1].integer || !str_eq(str_c(m->feature), feature))
            continue;
        s->is_applied[i] = true;
        if (str_eq(str_c(m->checksum), checksum))
            return NULL;
        return ERR(s->arena, ERR_CONFLICT, "db.changed_migration",
                   "%s/%s was changed after it had been applied; write a new migration instead",
                   m->feature, m->name);
    }
    return ERR(
        s->arena, ERR_CONFLICT, "db.newer_schema",
        "the store has migration %.*s/%.*s, which this program does not know: it is older than its "
        "data",
        STR_ARG(feature), STR_ARG(row[2].text));
}

static const struct err *count_tables(void *self, const struct db_value *row)
{
    *(bool *)self = row[0].integer > 0;
    return NULL;
}

static const struct err *load_applied(struct tx *tx, struct arena *a, struct applied *s)
{
    bool exists = false;
    TRY_NEW_ARRAY(a, s->is_applied, s->count + 1);
    TRY(db_run(tx, a, &table_exists_query, NULL, 0, count_tables, &exists, NULL));
    return exists ? db_run(tx, a, &list_query, NULL, 0, note_applied, s, NULL) : NULL;
}

struct step {
    struct applied seen;
    size_t index;
    int64_t now_ms;
    bool was_missing;
};

static const struct err *apply_one(struct tx *tx, struct arena *a, void *arg)
{
    struct step *s = arg;
    const struct db_migration *m = s->seen.list[s->index];
    const struct db_ops *ops = tx->db->ops;
    bool is_pg = tx->db->engine == DB_POSTGRES;
    s->was_missing = false;
    if (is_pg)
        TRY(ops->script(tx, a, "SELECT pg_advisory_xact_lock(7310012)"));
    TRY(ops->script(tx, a, table_sql));
    TRY(load_applied(tx, a, &s->seen));
    if (s->seen.is_applied[s->index])
        return NULL;
    const struct err *e = ops->script(tx, a, is_pg ? m->sql_pg : m->sql_sqlite);
    if (e != NULL)
        return err_wrap(a, e, "migration %s/%s: %.*s", m->feature, m->name, STR_ARG(e->detail));
    const struct db_value params[] = {db_text(str_c(m->feature)), db_int(m->number),
                                      db_text(str_c(m->name)), db_text(str_c(m->checksum)),
                                      db_int(s->now_ms)};
    TRY(db_run(tx, a, &insert_query, params, 0, NULL, NULL, NULL));
    s->was_missing = true;
    return NULL;
}

static const struct err *look(struct db *db, struct arena *a, struct applied *s)
{
    struct tx *tx;
    TRY(db_read_begin(db, a, &tx));
    const struct err *e = load_applied(tx, a, s);
    db_read_end(tx);
    return e;
}

const struct err *db_migrate(struct db *db, struct arena *a, const struct db_migration *const *list,
                             size_t count, enum db_migrate_mode mode, int64_t now_ms,
                             int *ret_applied)
{
    struct applied seen = {.arena = a, .list = list, .count = count};
    ASSERT(mode > DB_MIGRATE_UNSET && mode <= DB_MIGRATE_FRESH);
    *ret_applied = 0;
    TRY(look(db, a, &seen));
    bool is_fresh = true;
    for (size_t i = 0; i < count; i++)
        is_fresh = is_fresh && !seen.is_applied[i];
    bool only_check = mode == DB_MIGRATE_CHECK || (mode == DB_MIGRATE_FRESH && !is_fresh);
    for (size_t i = 0; i < count; i++) {
        if (seen.is_applied[i])
            continue;
        if (only_check)
            return ERR(a, ERR_CONFLICT, "db.needs_migration", "%s/%s is not applied yet",
                       list[i]->feature, list[i]->name);
        struct step step = {.seen = seen, .index = i, .now_ms = now_ms};
        TRY(db_write(db, a, apply_one, &step));
        *ret_applied += step.was_missing;
    }
    return NULL;
}
