/* What a generated query function calls: its parameters packed, its rows laid out by column
 * offsets. Texts of rows are copied into the arena, except for db_query_each, whose rows end with
 * the callback.
 */
#ifndef DB_DB_QUERY_H
#define DB_DB_QUERY_H

#include "db/db.h"

static inline struct db_value db_int(int64_t v)
{
    return (struct db_value){.type = DB_INT, .integer = v};
}
static inline struct db_value db_bool(bool v)
{
    return (struct db_value){.type = DB_INT, .integer = v};
}
static inline struct db_value db_opt_int(struct opt_int v)
{
    return (struct db_value){.type = v.has ? DB_INT : DB_NULL, .integer = v.v};
}
static inline struct db_value db_opt_id(int64_t v)
{
    return (struct db_value){.type = v != 0 ? DB_INT : DB_NULL, .integer = v};
}
static inline struct db_value db_text(str v)
{
    return (struct db_value){.type = v.ptr != NULL ? DB_TEXT : DB_NULL, .text = v};
}
static inline struct db_value db_bytes(str v)
{
    return (struct db_value){.type = v.ptr != NULL ? DB_BYTES : DB_NULL, .text = v};
}

/* Exactly one row, else NOT_FOUND "db.no_row"; two are a BUG. */
const struct err *db_query_one(struct tx *tx, struct arena *a, struct db_query *query,
                               const struct db_value *params, void *ret_row) MUST_CHECK;
/* None or one; *ret_row is untouched when none. */
const struct err *db_query_maybe(struct tx *tx, struct arena *a, struct db_query *query,
                                 const struct db_value *params, void *ret_row,
                                 bool *ret_found) MUST_CHECK;
/* At most `limit` (> 0) rows, as one array; more in the result is LIMIT "db.too_many_rows". */
const struct err *db_query_many(struct tx *tx, struct arena *a, struct db_query *query,
                                const struct db_value *params, size_t limit, void **ret_rows,
                                size_t *ret_count) MUST_CHECK;
const struct err *db_query_each(struct tx *tx, struct arena *a, struct db_query *query,
                                const struct db_value *params,
                                const struct err *(*call)(void *caller, const void *row),
                                void *caller) MUST_CHECK;
/* Its answer may come late, its error with it: see db_run. Of :exec and of :hit. */
const struct err *db_query_exec(struct tx *tx, struct arena *a, struct db_query *query,
                                const struct db_value *params) MUST_CHECK;
/* Waited for. */
const struct err *db_query_count(struct tx *tx, struct arena *a, struct db_query *query,
                                 const struct db_value *params, int64_t *ret_affected) MUST_CHECK;

#endif
