/* Who is the same person: the decisions, case by case. */
#include "base/tests/unit.h"
#include "identity/identity_rules.h"

#define NOBODY 0, false, false
#define BY(owner) (owner), false, false
#define BY_IDENTIFIED(owner) (owner), true, false
#define BY_ANOTHER(owner) (owner), true, true

struct row {
    const char *what;
    struct identity_seen seen[4];
    size_t count;
    int64_t target;
    int64_t merge, suggest;   /* the only one expected; 0 = none */
};

static const struct row rows[] = {
    {"a new visitor", {{IDENTITY_VISITOR, false, NOBODY}}, 1, 0, 0, 0},
    {"a known visitor", {{IDENTITY_VISITOR, false, BY(7)}}, 1, 7, 0, 0},
    {"a known visitor gets an account",
     {{IDENTITY_VISITOR, false, BY(7)}, {IDENTITY_ACCOUNT, true, NOBODY}},
     2,
     7,
     0,
     0},
    {"an account on a new device",
     {{IDENTITY_VISITOR, false, NOBODY}, {IDENTITY_ACCOUNT, true, BY_IDENTIFIED(8)}},
     2,
     8,
     0,
     0},
    {"a device seen before signs in",
     {{IDENTITY_VISITOR, false, BY(7)}, {IDENTITY_ACCOUNT, true, BY_IDENTIFIED(8)}},
     2,
     8,
     7,
     0},
    {"a shared computer: another account on her device",
     {{IDENTITY_VISITOR, false, BY_ANOTHER(7)}, {IDENTITY_ACCOUNT, true, BY_IDENTIFIED(8)}},
     2,
     8,
     0,
     0},
    {"a shared computer: a new account on her device",
     {{IDENTITY_VISITOR, false, BY_ANOTHER(7)}, {IDENTITY_ACCOUNT, true, NOBODY}},
     2,
     0,
     0,
     0},
    {"two people type one address: ask the merchant",
     {{IDENTITY_ACCOUNT, true, BY_IDENTIFIED(8)}, {IDENTITY_EMAIL, false, BY_ANOTHER(9)}},
     2,
     8,
     0,
     9},
    {"an address known from a mail list only",
     {{IDENTITY_ACCOUNT, true, BY_IDENTIFIED(8)}, {IDENTITY_EMAIL, false, BY(9)}},
     2,
     8,
     9,
     0},
    {"Telegram user types the address of an account: ask the merchant",
     {{IDENTITY_CHANNEL, true, BY_IDENTIFIED(5)}, {IDENTITY_EMAIL, false, BY_IDENTIFIED(9)}},
     2,
     5,
     0,
     9},
    {"a new account types the phone of a known contact that has another account",
     {{IDENTITY_ACCOUNT, true, NOBODY}, {IDENTITY_PHONE, false, BY_ANOTHER(9)}},
     2,
     0,
     0,
     9},
    {"two ids of one known contact are one merge",
     {{IDENTITY_ACCOUNT, true, BY_IDENTIFIED(8)},
      {IDENTITY_VISITOR, false, BY(7)},
      {IDENTITY_EMAIL, false, BY(7)}},
     3,
     8,
     7,
     0},
    {"a proven address wins over the device of somebody known",
     {{IDENTITY_EMAIL, true, BY(4)}, {IDENTITY_VISITOR, false, BY_IDENTIFIED(7)}},
     2,
     4,
     7,
     0},
};

static void test_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct identity_decision d;
        identity_decide(rows[i].seen, rows[i].count, &d);
        bool is_right = d.target == rows[i].target && d.merge_count == (rows[i].merge != 0) &&
                        d.suggest_count == (rows[i].suggest != 0) &&
                        (rows[i].merge == 0 || d.merge[0] == rows[i].merge) &&
                        (rows[i].suggest == 0 || d.suggest[0] == rows[i].suggest);
        if (!is_right)
            print_message("%s: target %lld, %zu merges, %zu suggestions\n", rows[i].what,
                          (long long)d.target, d.merge_count, d.suggest_count);
        assert_true(is_right);
    }
}

static void test_only_what_nobody_owns_is_attached(void **state)
{
    (void)state;
    struct identity_seen seen[] = {{IDENTITY_VISITOR, false, BY_ANOTHER(7)},
                                   {IDENTITY_ACCOUNT, true, NOBODY},
                                   {IDENTITY_EMAIL, false, NOBODY}};
    struct identity_decision d;
    identity_decide(seen, COUNT(seen), &d);
    assert_false(d.attach[0]);
    assert_true(d.attach[1]);
    assert_true(d.attach[2]);
}

static void test_two_others_are_two_merges(void **state)
{
    (void)state;
    struct identity_seen seen[] = {{IDENTITY_ACCOUNT, true, BY_IDENTIFIED(8)},
                                   {IDENTITY_VISITOR, false, BY(7)},
                                   {IDENTITY_EMAIL, false, BY(6)}};
    struct identity_seen strangers[] = {{IDENTITY_VISITOR, false, NOBODY}};
    struct identity_decision d;
    identity_decide(seen, COUNT(seen), &d);
    assert_int_equal(d.target, 8);
    assert_int_equal(d.merge_count, 2);
    assert_int_equal(d.merge[0] + d.merge[1], 13);
    struct identity_seen device[] = {{IDENTITY_VISITOR, false, BY_IDENTIFIED(7)},
                                     {IDENTITY_VISITOR, false, BY_IDENTIFIED(6)}};
    identity_decide(device, COUNT(device), &d);
    assert_int_equal(d.target, 7);
    assert_int_equal(d.merge_count, 0); /* both are known people */
    identity_decide(strangers, COUNT(strangers), &d);
    assert_int_equal(d.target, 0);
    assert_true(d.attach[0]);
}

static void no_kind(void)
{
    (void)identity_strength(IDENTITY_UNSET, true);
}

static void past_the_kinds(void)
{
    (void)identity_strength(IDENTITY_KIND_COUNT, true);
}

static void test_what_is_verified_is_stronger(void **state)
{
    (void)state;
    assert_int_equal(identity_strength(IDENTITY_ACCOUNT, true), 5);
    assert_int_equal(identity_strength(IDENTITY_CHANNEL, false), 4);
    assert_int_equal(identity_strength(IDENTITY_EMAIL, true), 3);
    assert_int_equal(identity_strength(IDENTITY_PHONE, false), 2);
    assert_int_equal(identity_strength(IDENTITY_VISITOR, true), 1);
    unit_must_abort(no_kind);
    unit_must_abort(past_the_kinds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_the_table),
                                       TEST(test_what_is_verified_is_stronger),
                                       TEST(test_two_others_are_two_merges),
                                       TEST(test_only_what_nobody_owns_is_attached)};
    return cmocka_run_group_tests_name("identity_rules", tests, NULL, NULL);
}
