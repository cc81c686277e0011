#include "db/db_query.h"

#include <string.h>

#include "base/strbuf.h"

/* Writes one row's values where the row struct has them. `a` is where texts go; NULL leaves them in
 * place. */
static const struct err *lay_out(struct arena *a, const struct db_query *query,
                                 const struct db_value *row, unsigned char *to)
{
    for (int i = 0; i < query->column_count; i++) {
        const struct db_value *v = &row[i];
        void *field = to + query->column_offsets[i];
        switch (query->column_types[i]) {
        case 'i':
        case 'd':
        case 'D': /* NULL is id 0 */
            *(int64_t *)field = v->type == DB_NULL ? 0 : v->integer;
            break;
        case 'I':
            *(struct opt_int *)field = (struct opt_int){.has = v->type != DB_NULL,
                                                        .v = v->type == DB_NULL ? 0 : v->integer};
            break;
        case 'b':
            *(bool *)field = v->integer != 0;
            break;
        default:
            *(str *)field = v->text;
            if (a != NULL)
                TRY(str_dup(a, v->text, (str *)field));
        }
    }
    return NULL;
}

struct collector {
    struct arena *arena;
    const struct db_query *query;
    unsigned char *rows;
    size_t count, space;
    void *single; /* row of the caller; NULL when an array is collected */
    const struct err *(*call)(void *caller, const void *row);
    void *caller;
};

static const struct err *collect_single(void *self, const struct db_value *row)
{
    struct collector *c = self;
    if (c->count++ > 0)
        return ERR(c->arena, ERR_BUG, "db.many_rows", "%s (%s) found more than one row",
                   c->query->name, c->query->origin);
    return lay_out(c->arena, c->query, row, c->single);
}

static const struct err *single_row(struct tx *tx, struct arena *a, struct db_query *query,
                                    const struct db_value *params, void *ret_row, bool *ret_found)
{
    struct collector c = {.arena = a, .query = query, .single = ret_row};
    TRY(db_run(tx, a, query, params, 2, collect_single, &c, NULL));
    *ret_found = c.count == 1;
    return NULL;
}

const struct err *db_query_one(struct tx *tx, struct arena *a, struct db_query *query,
                               const struct db_value *params, void *ret_row)
{
    bool found = false;
    TRY(single_row(tx, a, query, params, ret_row, &found));
    if (!found)
        return ERR(a, ERR_NOT_FOUND, "db.no_row", "%s (%s) found no row", query->name,
                   query->origin);
    return NULL;
}

const struct err *db_query_maybe(struct tx *tx, struct arena *a, struct db_query *query,
                                 const struct db_value *params, void *ret_row, bool *ret_found)
{
    return single_row(tx, a, query, params, ret_row, ret_found);
}

/* The texts of a row stand between two growths of the array, so the array is copied when it
 * doubles: twice the memory of the rows at most. */
static const struct err *collect_array(void *self, const struct db_value *row)
{
    struct collector *c = self;
    size_t each = c->query->row_bytes;
    if (c->count == c->space) {
        size_t space = c->space == 0 ? 8 : c->space * 2;
        unsigned char *grown = arena_grow(c->arena, c->rows, c->space * each, space * each);
        if (grown == NULL)
            return &err_out_of_memory;
        c->rows = grown;
        c->space = space;
    }
    unsigned char *to = c->rows + c->count++ * each;
    memset(to, 0, each);
    return lay_out(c->arena, c->query, row, to);
}

const struct err *db_query_many(struct tx *tx, struct arena *a, struct db_query *query,
                                const struct db_value *params, size_t limit, void **ret_rows,
                                size_t *ret_count)
{
    struct collector c = {.arena = a, .query = query};
    ASSERT(limit > 0);
    *ret_rows = NULL;
    *ret_count = 0;
    TRY(db_run(tx, a, query, params, limit, collect_array, &c, NULL));
    *ret_rows = c.rows;
    *ret_count = c.count;
    return NULL;
}

static const struct err *pass_on(void *self, const struct db_value *row)
{
    struct collector *c = self;
    TRY(lay_out(NULL, c->query, row, c->single));
    return c->call(c->caller, c->single);
}

const struct err *db_query_each(struct tx *tx, struct arena *a, struct db_query *query,
                                const struct db_value *params,
                                const struct err *(*call)(void *caller, const void *row),
                                void *caller)
{
    struct collector c = {.arena = a, .query = query, .call = call, .caller = caller};
    c.single = arena_new(a, query->row_bytes);
    if (c.single == NULL)
        return &err_out_of_memory;
    return db_run(tx, a, query, params, 0, pass_on, &c, NULL);
}

const struct err *db_query_exec(struct tx *tx, struct arena *a, struct db_query *query,
                                const struct db_value *params)
{
    return db_run(tx, a, query, params, 0, NULL, NULL, NULL);
}

const struct err *db_query_count(struct tx *tx, struct arena *a, struct db_query *query,
                                 const struct db_value *params, int64_t *ret_affected)
{
    return db_run(tx, a, query, params, 0, NULL, NULL, ret_affected);
}
