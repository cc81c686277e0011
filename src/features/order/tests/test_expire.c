/* Orders that nobody pays expire. */
#include "fixture.h"

static const int64_t minute = 60 * 1000;

/* It keeps no other's goods from the shelf. */
static void one_that_cannot_expire_holds_nobody_up(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id bad = fixture_order(&f, "a", 1);
    testing_advance(&f.t, minute);
    struct order_id next = fixture_order(&f, "b", 2);
    fixture_spoil(&f, FIXTURE_ORDERS, bad.v, "?");
    testing_advance(&f.t, 40 * minute);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, next).state, ORDER_EXPIRED);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    fixture_spoil(&f, FIXTURE_ORDERS, bad.v, "EUR");
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
