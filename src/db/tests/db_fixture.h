/* What the tests of db share: an empty store of each engine with the sample tables.
 * PostgreSQL: MILLPOND_TEST_PG is the url of a database that the tests may empty; without it they
 * fail.
 */
#ifndef DB_TESTS_DB_FIXTURE_H
#define DB_TESTS_DB_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>

#include "base/strbuf.h"
#include "db/db.h"
#include "sample_sql.h"
#include <cmocka.h>

struct fixture {
    enum db_engine engine;
    str url;
    struct arena arena;
    struct db *db;
};

extern enum db_engine fixture_sqlite,
    fixture_pg; /* initial state of a test: the engine it runs on */

int fixture_setup(void **state); /* opens, empties, migrates; *state becomes a struct fixture */
int fixture_setup_empty(void **state); /* the same without tables */
int fixture_teardown(void **state);

/* Both engines, one test function. */
#define ON_BOTH_FROM(test, setup) \
    {"sqlite: " #test, test, setup, fixture_teardown, &fixture_sqlite}, \
    {"postgres: " #test, test, setup, fixture_teardown, &fixture_pg}
#define ON_BOTH(test) ON_BOTH_FROM(test, fixture_setup)
#define ON_SQLITE(test) {"sqlite: " #test, test, fixture_setup, fixture_teardown, &fixture_sqlite}
#define ON_PG(test) {"postgres: " #test, test, fixture_setup, fixture_teardown, &fixture_pg}

void expect_ok(const struct err *e);
void expect_err(const struct err *e, enum err_kind kind, const char *key);
#define assert_str(s, literal) \
    assert_true(str_eq((s), S(literal)))

/* A file in a folder of its own below the temporary folder; the text lives in the arena. */
str fixture_temp_path(struct arena *a, const char *name);

extern const struct shop_id shop_1, shop_2;

/* One item; everything nullable absent. */
const struct err *fixture_add_item(struct tx *tx, struct arena *a, struct shop_id shop, int64_t id,
                                   str title, int64_t on_hand) MUST_CHECK;
/* db_write_fn: adds the item whose id *arg is, title "item ID", 10 on hand, to shop 1. */
const struct err *fixture_write_item(struct tx *tx, struct arena *a, void *arg) MUST_CHECK;
/* db_write_fn: counter "n" + 1; the new value in *arg. */
const struct err *fixture_bump(struct tx *tx, struct arena *a, void *arg) MUST_CHECK;
int64_t fixture_counter(struct fixture *f);

#endif
