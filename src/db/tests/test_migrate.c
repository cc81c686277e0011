/* Migrations of a store: applied once, refused when they changed or when the store knows more,
 * whole or not at all.
 */
#include "db_fixture.h"

#define SAME(text) .sql_sqlite = (text), .sql_pg = (text)

static const struct db_migration one = {.feature = "a",
                                        .number = 1,
                                        .name = "0001_one.sql",
                                        SAME("CREATE TABLE one (x INTEGER);"),
                                        .checksum = "c1"};
static const struct db_migration two = {.feature = "a",
                                        .number = 2,
                                        .name = "0002_two.sql",
                                        SAME("CREATE TABLE two (x INTEGER);"),
                                        .checksum = "c2"};
static const struct db_migration other = {.feature = "b",
                                          .number = 1,
                                          .name = "0001_b.sql",
                                          SAME("CREATE TABLE b (x INTEGER);"),
                                          .checksum = "c3"};
static const struct db_migration two_changed = {.feature = "a",
                                                .number = 2,
                                                .name = "0002_two.sql",
                                                SAME("CREATE TABLE two (y INTEGER);"),
                                                .checksum = "c9"};
static const struct db_migration three_broken = {
    .feature = "a", .number = 3, .name = "0003_three.sql",
    SAME("CREATE TABLE three (x INTEGER); INSERT INTO nowhere VALUES (1);"), .checksum = "c4"};
static const struct db_migration three = {
    .feature = "a", .number = 3, .name = "0003_three.sql", SAME("CREATE TABLE three (x INTEGER);"),
    .checksum = "c5"};

static const struct err *migrate(struct fixture *f, const struct db_migration *const *list,
                                 size_t count, enum db_migrate_mode mode, int *ret)
{
    return db_migrate(f->db, &f->arena, list, count, mode, 1234, ret);
}

static void test_applied_once(void **state)
{
    struct fixture *f = *state;
    const struct db_migration *const list[] = {&one, &two, &other};
    int applied = 0;
    expect_err(migrate(f, list, 3, DB_MIGRATE_CHECK, &applied), ERR_CONFLICT, "db.needs_migration");
    expect_ok(migrate(f, list, 2, DB_MIGRATE_APPLY, &applied));
    assert_int_equal(applied, 2);
    expect_err(migrate(f, list, 3, DB_MIGRATE_CHECK, &applied), ERR_CONFLICT, "db.needs_migration");
    expect_ok(migrate(f, list, 3, DB_MIGRATE_APPLY, &applied));
    assert_int_equal(applied, 1);
    expect_ok(migrate(f, list, 3, DB_MIGRATE_APPLY, &applied));
    assert_int_equal(applied, 0);
    expect_ok(migrate(f, list, 3, DB_MIGRATE_CHECK, &applied));
}

static void test_newer_store_is_refused(void **state)
{
    struct fixture *f = *state;
    const struct db_migration *const list[] = {&one, &two, &other};
    int applied;
    expect_ok(migrate(f, list, 3, DB_MIGRATE_APPLY, &applied));
    expect_err(migrate(f, list, 2, DB_MIGRATE_APPLY, &applied), ERR_CONFLICT, "db.newer_schema");
    expect_err(migrate(f, list, 1, DB_MIGRATE_CHECK, &applied), ERR_CONFLICT, "db.newer_schema");
}

static void test_changed_file_is_refused(void **state)
{
    struct fixture *f = *state;
    const struct db_migration *const before[] = {&one, &two}, *const after[] = {&one, &two_changed,
                                                                                &other};
    int applied;
    expect_ok(migrate(f, before, 2, DB_MIGRATE_APPLY, &applied));
    const struct err *e = migrate(f, after, 3, DB_MIGRATE_APPLY, &applied);
    expect_err(e, ERR_CONFLICT, "db.changed_migration");
    assert_true(str_find(e->detail, S("0002_two.sql")) >= 0);
    assert_int_equal(applied, 0);
}

static void test_half_a_file_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    const struct db_migration *const broken[] = {&one, &three_broken}, *const mended[] = {&one,
                                                                                          &three};
    int applied = 0;
    const struct err *e = migrate(f, broken, 2, DB_MIGRATE_APPLY, &applied);
    assert_non_null(e);
    assert_true(str_find(e->detail, S("0003_three.sql")) >= 0);
    assert_int_equal(applied, 1);
    expect_ok(
        migrate(f, mended, 2, DB_MIGRATE_APPLY, &applied)); /* table three was not left over */
    assert_int_equal(applied, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH_FROM(test_applied_once, fixture_setup_empty),
        ON_BOTH_FROM(test_newer_store_is_refused, fixture_setup_empty),
        ON_BOTH_FROM(test_changed_file_is_refused, fixture_setup_empty),
        ON_BOTH_FROM(test_half_a_file_leaves_nothing, fixture_setup_empty),
    };
    return cmocka_run_group_tests_name("db_migrate", tests, NULL, NULL);
}
