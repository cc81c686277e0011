/* The part of db.h that is alike on both engines: choosing one, the rules of the house about who
 * may hold what, and checks of arguments.
 */
#include <string.h>

#include "db/db_engine.h"

/* Open snapshots and write turns of this thread, over all dbs. */
static _Thread_local int open_reads;
static _Thread_local bool is_writing;

const struct err *db_open(struct arena *a, const struct db_config *config, struct db **ret)
{
    struct db *db = NULL;
    *ret = NULL;
    if (str_is_empty(config->url))
        return ERR(a, ERR_INVALID, "db.bad_url", "empty database url");
    if (str_starts(config->url, S("postgres://")) || str_starts(config->url, S("postgresql://")))
        TRY(db_pg_open(a, config, &db));
    else
        TRY(db_sqlite_open(a, config, &db));
    db->busy_timeout_ms = config->busy_timeout_ms > 0 ? config->busy_timeout_ms : 5000;
    db->rehearses = db_rehearsal_is_wanted();
    *ret = db;
    return NULL;
}

void db_close(struct db *db)
{
    if (db != NULL)
        db->ops->close(db);
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->engine;
}

const struct err *db_read_begin(struct db *db, struct arena *a, struct tx **ret)
{
    *ret = NULL;
    ASSERT(open_reads == 0); /* two at once per thread would starve each other */
    const struct err *e = db->ops->read_begin(db, a, ret);
    if (e != NULL) {
        *ret = NULL; /* an engine may have set it before it failed; there is nothing to end */
        return e;
    }
    (*ret)->is_running = false;
    (*ret)->failed = NULL;
    open_reads++;
    return NULL;
}

void db_read_end(struct tx *tx)
{
    if (tx == NULL)
        return;
    ASSERT(!tx->is_write && !tx->is_running && open_reads > 0);
    open_reads--;
    tx->db->ops->read_end(tx);
}

static _Thread_local volatile int behalf;

void db_set_behalf(int number)
{
    behalf = number;
}

int db_behalf(void)
{
    return behalf;
}

/* What keeps every write from being done, not only this one. */
enum { DB_TROUBLE_COUNT = 3, TROUBLE_SHOWN_MS = 5000 };
static const char *const troubles[DB_TROUBLE_COUNT] = {"db.disk_full", "db.io", "db.read_only"};

const struct err *db_write(struct db *db, struct arena *a, db_write_fn *fn, void *arg)
{
    ASSERT(open_reads == 0); /* a snapshot held here would keep the log from being recycled */
    ASSERT(!is_writing);     /* write turns do not nest */
    const struct err *e = db->ops->write(db, a, fn, arg);
    for (int i = 0; e != NULL && i < DB_TROUBLE_COUNT; i++) {
        if (!str_eq(str_c(e->key), str_c(troubles[i])))
            continue;
        atomic_store(&db->trouble, i);
        atomic_store(&db->trouble_at_ms, db_monotonic_ms());
    }
    return e;
}

const struct err *db_run_command(struct tx *tx, struct arena *a, db_write_fn *fn, void *arg)
{
    tx->is_running = false;
    tx->failed = NULL;
    is_writing = true;
    const struct err *e = tx->db->rehearses ? db_rehearse(tx, a, fn, arg) : NULL;
    if (e == NULL)
        e = fn(tx, a, arg);
    is_writing = false;
    if (e == NULL)
        e = tx->failed;
    if (tx->db->rehearses)
        db_rehearse_end(e);
    return e;
}

bool db_is_rehearsal(const struct tx *tx)
{
    return tx->is_write && tx->db->rehearses && db_rehearsal_runs();
}

void db_note_commit(struct db *db, int64_t commands)
{
    int size = 0;
    while (size < DB_BATCH_SIZES - 1 && commands > (int64_t)1 << size)
        size++;
    atomic_fetch_add(&db->batch_sizes[size], 1);
    atomic_fetch_add(&db->commits, 1);
    atomic_fetch_add(&db->commands, commands);
    if (db->hook != NULL)
        db->hook(db->hook_self);
}

void db_on_commit(struct db *db, void (*hook)(void *self), void *self)
{
    db->hook = hook;
    db->hook_self = self;
}

void db_get_stats(struct db *db, struct db_stats *ret)
{
    *ret = (struct db_stats){
        .commits = atomic_load(&db->commits),
        .commands = atomic_load(&db->commands),
        .retries = atomic_load(&db->retries),
        .statements = atomic_load(&db->statements),
        .writer_cpu_ns = atomic_load(&db->writer_cpu_ns),
        .commit_ns = atomic_load(&db->commit_ns),
    };
    for (int i = 0; i < DB_BATCH_SIZES; i++)
        ret->batch_sizes[i] = atomic_load(&db->batch_sizes[i]);
    int64_t at_ms = atomic_load(&db->trouble_at_ms);
    if (at_ms != 0 && db_monotonic_ms() - at_ms < TROUBLE_SHOWN_MS)
        ret->trouble = troubles[atomic_load(&db->trouble)];
    db->ops->stats(db, ret);
}

int db_slot_of(struct db_query *query)
{
    static _Atomic int slots;
    int slot = atomic_load_explicit(&query->slot, memory_order_acquire);
    if (slot != 0)
        return slot;
    int mine = atomic_fetch_add(&slots, 1) + 1, unset = 0;
    return atomic_compare_exchange_strong(&query->slot, &unset, mine) ? mine : unset;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static enum db_type type_of_letter(char letter)
{
    switch (letter | 0x20) {
    case 't': return DB_TEXT;
    case 'y': return DB_BYTES;
    default: return DB_INT;
    }
}

const struct err *db_check_column(struct arena *a, const struct db_query *query, int i,
                                  const struct db_value *v)
{
    char letter = query->column_types[i];
    if (v->type == type_of_letter(letter) || (v->type == DB_NULL && is_upper(letter)))
        return NULL;
    return ERR(a, ERR_BUG, "db.wrong_type", "%s (%s): column %d is declared '%c' and came as %s",
               query->name, query->origin, i + 1, letter,
               v->type == DB_NULL   ? "NULL"
               : v->type == DB_INT  ? "integer"
               : v->type == DB_TEXT ? "text"
                                    : "bytes");
}

const struct err *db_check_hit(struct arena *a, const struct db_query *query, int64_t affected)
{
    if (!query->must_hit || affected == 1)
        return NULL;
    if (affected > 1)
        return ERR(a, ERR_BUG, "db.many_rows", "%s (%s) changed %lld rows", query->name,
                   query->origin, (long long)affected);
    return ERR(a, ERR_CONFLICT, "db.no_hit", "%s (%s) changed no row", query->name, query->origin);
}

const struct err *db_too_many_rows(struct arena *a, const struct db_query *query, size_t limit)
{
    return ERR(a, ERR_LIMIT, "db.too_many_rows", "%s (%s): more than %zu rows", query->name,
               query->origin, limit);
}

static const struct err *check_params(struct arena *a, const struct db_query *query,
                                      const struct db_value *params)
{
    for (int i = 0; i < query->param_count; i++) {
        const struct db_value *v = &params[i];
        if (v->type == DB_NULL && !is_upper(query->param_types[i]))
            return ERR(a, ERR_BUG, "db.wrong_type", "%s (%s): parameter $%d is absent", query->name,
                       query->origin, i + 1);
        if (v->type == DB_TEXT && str_find_char(v->text, '\0') >= 0)
            return ERR(a, ERR_INVALID, "error.bad_text", "%s: NUL in parameter $%d", query->name,
                       i + 1);
    }
    return NULL;
}

const struct err *db_run(struct tx *tx, struct arena *a, struct db_query *query,
                         const struct db_value *params, size_t limit, db_row_fn *each, void *self,
                         int64_t *ret_affected)
{
    ASSERT(!tx->is_running);
    ASSERT(query->column_count <= DB_COLUMN_MAX);
    if (tx->failed != NULL)
        return tx->failed;
    TRY(check_params(a, query, params));
    tx->is_running = true;
    if (tx->is_write)
        atomic_fetch_add_explicit(&tx->db->statements, 1, memory_order_relaxed);
    if (tx->is_write && tx->db->rehearses)
        db_rehearse_note(query, params);
    const struct err *e = tx->db->ops->run(tx, a, query, params, limit, each, self, ret_affected);
    tx->is_running = false;
    return e;
}

const struct err *db_settle(struct tx *tx, struct arena *a)
{
    ASSERT(tx->is_write && !tx->is_running);
    if (tx->failed == NULL && tx->db->ops->settle != NULL)
        return tx->db->ops->settle(tx, a);
    return tx->failed;
}

const struct err *db_prepare_check(struct tx *tx, struct arena *a, struct db_query *query)
{
    return tx->db->ops->prepare(tx, a, query);
}

const struct err *db_backup(struct db *db, struct arena *a, str path)
{
    return db->ops->backup(db, a, path);
}

const struct err *db_restore(struct db *db, struct arena *a, str path)
{
    ASSERT(db->ops->restore != NULL);
    return db->ops->restore(db, a, path);
}

const struct err *db_check_file(struct db *db, struct arena *a)
{
    return db->ops->check_file(db, a);
}
