/* What is wrong with one order that should expire. */
#include "db/db_query.h"
#include "fixture.h"

static const int64_t minute = 60 * 1000;

struct spoiling {
    struct order_id id;
    const char *currency;
};

static const struct err *spoil(struct turn *t, void *arg)
{
    static struct db_query query = {.name = "spoil", .origin = "test", .param_count = 2,
                                    .param_types = "td", .column_types = "",
                                    .sql_sqlite = "UPDATE orders SET currency = ?1 WHERE id = ?2",
                                    .sql_pg = "UPDATE orders SET currency = $1 WHERE id = $2"};
    const struct spoiling *x = arg;
    const struct db_value values[] = {db_text(str_c(x->currency)), db_int(x->id.v)};
    return db_query_exec(t->tx, t->arena, &query, values);
}

/* It keeps no other's goods from the shelf. */
static void one_that_cannot_expire_holds_nobody_up(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct spoiling x = {fixture_order(&f, "a", 1), "?"};
    testing_advance(&f.t, minute);
    struct order_id next = fixture_order(&f, "b", 2);
    testing_turn(&f.t, f.owner, spoil, &x);
    testing_advance(&f.t, 40 * minute);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, next).state, ORDER_EXPIRED);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    x.currency = "EUR";
    testing_turn(&f.t, f.owner, spoil, &x);
    testing_advance(&f.t, 10 * minute);
    testing_drain(&f.t);
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

ON_BOTH(one_that_cannot_expire_holds_nobody_up)

int main(void)
{
    const struct CMUnitTest tests[] = {BOTH(one_that_cannot_expire_holds_nobody_up)};
    return cmocka_run_group_tests_name("order: expiry", tests, NULL, NULL);
}
