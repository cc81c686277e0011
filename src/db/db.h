/* db: one interface, two engines (SQLite, PostgreSQL).
 *
 * Reads run on a snapshot; writes are commands through one door, db_write. Queries are not written
 * here nor anywhere in C: tools/sqlgen turns the named queries of a .sql file into typed functions
 * that take a `struct tx *` (docs/SQL.md). This layer knows no business word.
 *
 * Engines: "sqlite:PATH" or a plain path (":memory:" for tests), or "postgres://...".
 * SQLite: one write connection (WAL, every commit flushed before it is answered, foreign_keys,
 * defensive, trusted_schema off), read connections opened query_only; the log is brought into the
 * file beside the writer, which alone ends it. A read may see a commit that is not flushed yet.
 * PostgreSQL: a pool of connections at REPEATABLE READ for reads and READ COMMITTED with explicit
 * row locks for writes; serialisation failures and deadlocks are retried. A statement of a write
 * turn whose answer nobody asked for is not waited for: see db_run.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/err.h"

struct rng;
struct db;
struct tx; /* a read snapshot or a write transaction; belongs to one thread */

enum db_engine { DB_UNSET = 0, DB_SQLITE, DB_POSTGRES };

struct db_config {
    str url;
    int readers; /* read connections (SQLite) or pool size (PostgreSQL); 0 = 2 x / 4 x cores */
    size_t
        wal_max_bytes; /* SQLite: the log is ended between two batches beyond this; 0 = 128 MiB */
    int busy_timeout_ms; /* how long a caller waits for a connection before UNAVAILABLE; 0 = 5000 */
    const struct rng *rng; /* PostgreSQL: jitter between two tries; NULL = none; outlives the db */
};

/* The db is allocated on the heap; db_close waits for running transactions. Errors: UNAVAILABLE
 * (file not writable, server away, disk full), CONFLICT ("db.newer_schema"), INVALID (url). */
const struct err *db_open(struct arena *a, const struct db_config *config,
                          struct db **ret) MUST_CHECK;
void db_close(struct db *db);
enum db_engine db_engine_of(const struct db *db);

/* A snapshot: all reads of one tx see one state. Never hold one while calling db_write: asserted.
 * Nor a second one, of this store or another: who waits for a connection while holding one starves
 * the others; asserted too. UNAVAILABLE when no connection came free in time. End it once; ending
 * NULL is allowed. */
const struct err *db_read_begin(struct db *db, struct arena *a, struct tx **ret) MUST_CHECK;
void db_read_end(struct tx *tx);

/* Runs fn in a write transaction and returns when it is durable (SQLite: group commit of up to 64
 * callers, one flush). An error from fn rolls back this command alone and is returned. A failed
 * COMMIT or flush fails every command of its batch with UNAVAILABLE; what was not flushed may still
 * come to be (ask again under the same key). fn has no effect but the transaction
 * and fields of `arg`, and may run more than once: it must reset what it sets (tests see to that:
 * db_rehearse.c), and what it reads of `arg` is not what it sets there. Results are allocated in
 * `a`. Do not nest. */
typedef const struct err *db_write_fn(struct tx *tx, struct arena *a, void *arg);
const struct err *db_write(struct db *db, struct arena *a, db_write_fn *fn, void *arg) MUST_CHECK;

/* On whose behalf this thread works: a number of the caller's that goes along with its commands to
 * whichever thread runs them; 0: nobody's. For crash handlers: db_behalf is async-signal-safe. */
void db_set_behalf(int number);
int db_behalf(void);

/* Whether this run of fn will be taken back for certain: in tests that run every command twice
 * (db_rehearse.c). For doubles of tests that count in memory; commands never ask. */
bool db_is_rehearsal(const struct tx *tx);

/* Called on the committing thread after each commit that wrote something; must only wake others up
 * (no queries, no blocking). One hook per db; set before the first write. */
void db_on_commit(struct db *db, void (*hook)(void *self), void *self);

enum { DB_BATCH_SIZES = 7 }; /* commits of 1, 2, up to 4, 8, 16, 32, 64 commands */
struct db_stats {
    int64_t batch_sizes[DB_BATCH_SIZES];
    int64_t commits, commands, retries;
    int64_t statements;              /* run in write turns */
    int64_t wal_bytes;               /* SQLite; 0 on PostgreSQL, like the next two */
    int64_t wal_pages, checkpoint_ns; /* summed: pages written to the log, time it took to end it */
    bool is_file_in_doubt; /* SQLite's file could not be flushed: the log is kept till a restart */
    int64_t oldest_reader_ms;        /* age of the oldest open snapshot */
    int64_t writer_cpu_ns, commit_ns; /* summed */
    const char
        *trouble; /* why the disk refused a write within the last 5 s: key of its text; else NULL */
};
void db_get_stats(struct db *db, struct db_stats *ret);

/* ---- what generated code calls; see tools/sqlgen ---- */

enum db_type { DB_NULL = 0, DB_INT, DB_TEXT, DB_BYTES };

struct db_value {
    enum db_type type;
    int64_t integer;
    str text; /* TEXT or BYTES */
};

struct opt_int {
    bool has;
    int64_t v;
};

/* One per named query, static, in generated code. `slot` is filled at first use (statement cache).
 */
struct db_query {
    const char *name;       /* "order_by_id" */
    const char *origin;     /* "src/features/order/order.sql:12" */
    const char *sql_sqlite; /* parameters ?1.. */
    const char *sql_pg;     /* parameters $1.. */
    int param_count;
    const char *param_types;  /* one letter each: i int, b bool, d id, t text, y bytes; */
    int column_count;         /* 0 for statements that return nothing */
    const char *column_types; /* upper case = may be NULL */
    const uint16_t *column_offsets; /* where each column stands in the row struct */
    size_t row_bytes;
    bool must_hit; /* must change exactly one row */
    _Atomic int slot;
};

/* Steps over the rows. `row` values, their texts included, are valid only inside each(), which runs
 * no query on the same tx; `each` may be NULL for statements without rows. *ret_affected (may be
 * NULL) = rows changed. More than limit rows: LIMIT; limit 0 = none, and the rows are streamed.
 * Errors: CONFLICT "db.unique" for UNIQUE / PRIMARY KEY violations with detail "table(column,
 * column)" on both engines ("index NAME" for an index over expressions), CONFLICT "db.check" for
 * CHECK and append-only tables, CONFLICT "db.foreign_key", INVALID "error.bad_text" for a text with
 * a NUL, UNAVAILABLE for the engine, BUG for a column or parameter that differs from the
 * declaration; of a query that must hit, CONFLICT "db.no_hit" for no row and BUG for several. After
 * an error of the engine, or no hit, the command is over on both engines: later queries of a write
 * tx return the same error, and db_write returns it even if fn does not. To go on after a
 * duplicate, write ON CONFLICT DO NOTHING.
 *
 * The answer comes late: in a write tx, a query without columns and without ret_affected may be
 * sent to PostgreSQL and not waited for. Statements keep their order; the error of such a one is
 * returned by a later query of the command, by db_settle, or by db_write itself, and is then the
 * command's as ever. Who must see the error of that very statement (to give it other words) asks
 * for ret_affected, and waits. */
typedef const struct err *db_row_fn(void *self, const struct db_value *row);
const struct err *db_run(struct tx *tx, struct arena *a, struct db_query *query,
                         const struct db_value *params, size_t limit, db_row_fn *each, void *self,
                         int64_t *ret_affected) MUST_CHECK;
/* Waits for the answers of all statements of this write tx so far; their first error. For a command
 * that must know which of its parts has failed. */
const struct err *db_settle(struct tx *tx, struct arena *a) MUST_CHECK;
/* Prepares without running: for the test that prepares every query on the engine in use. */
const struct err *db_prepare_check(struct tx *tx, struct arena *a,
                                   struct db_query *query) MUST_CHECK;

/* ---- migrations ---- */

/* One numbered file of a feature, embedded by tools/sqlgen: DDL tokens already expanded per engine.
 */
struct db_migration {
    const char *feature; /* "order" */
    int number;          /* 1, 2, ... without gaps within the feature */
    const char *name;    /* "0001_order.sql" */
    const char *sql_sqlite, *sql_pg;
    const char *checksum; /* SHA-256 hex of the source file */
};

enum db_migrate_mode {
    DB_MIGRATE_UNSET = 0,
    DB_MIGRATE_APPLY,
    DB_MIGRATE_CHECK,
    DB_MIGRATE_FRESH, /* applies to a store that has none yet, else checks */
};

/* Applies what is missing, feature by feature in the given order, each file in its own transaction;
 * table schema_migration(feature, number, name, checksum, applied_ms). Errors: CONFLICT
 * "db.newer_schema" when the store has migrations this program does not know; CONFLICT
 * "db.changed_migration" on a checksum that differs. CHECK mode: CONFLICT "db.needs_migration". */
const struct err *db_migrate(struct db *db, struct arena *a, const struct db_migration *const *list,
                             size_t count, enum db_migrate_mode mode, int64_t now_ms,
                             int *ret_applied) MUST_CHECK;
/* One consistent copy in a new file, beside running servers. SQLite: VACUUM INTO `path`, then
 * integrity_check of the copy. PostgreSQL: pg_dump in its custom format, then its list is read
 * back; UNAVAILABLE "db.no_program", "db.dump_failed". */
const struct err *db_backup(struct db *db, struct arena *a, str path) MUST_CHECK;
/* PostgreSQL only: fills an empty database from such a copy, whole or not at all. CONFLICT
 * "db.not_empty", UNAVAILABLE "db.no_program", "db.restore_failed". A SQLite copy is a store as it
 * stands. */
const struct err *db_restore(struct db *db, struct arena *a, str path) MUST_CHECK;
/* SQLite: PRAGMA integrity_check + foreign_key_check; PostgreSQL: NULL. */
const struct err *db_check_file(struct db *db, struct arena *a) MUST_CHECK;

#endif
