/* One reminder of an unpaid checkout, on both engines. The clock starts at noon UTC. */
#include "fixture.h"

#include "base/timefmt.h"
#include "core/setting.h"
#include "notify/notify.h"

static const int64_t minute = MINUTE_MS;

static struct order_id order(struct fixture *f, const char *key, bool consent, const char *country)
{
    struct price_want one = {f->towel, 1};
    struct order_place o = fixture_want(f, key, &one, 1);
    struct order_id id;
    o.mail_consent = consent;
    o.party.address.country = str_c(country);
    if (!str_eq(str_c(country), S("NL")))
        o.party.address.postcode = S("1010");
    testing_must(fixture_place(f, &f->t.arena, &o, &id));
    return id;
}

static size_t reminders(struct fixture *f)
{
    struct notify_mail *mails;
    struct tx *tx;
    size_t count, found = 0;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(notify_list(tx, &f->t.arena, f->shop, 0, 0, 50, &mails, &count));
    for (size_t i = 0; i < count; i++)
        found += str_eq(mails[i].kind, S("order.reminder"));
    db_read_end(tx);
    return found;
}

static void minutes_pass(struct fixture *f, int minutes)
{
    for (int i = 0; i < minutes; i++) {
        testing_advance(&f->t, minute);
        testing_drain(&f->t);
    }
}

static void who_agreed_is_reminded_once(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    (void)order(&f, "first", true, "NL");
    minutes_pass(&f, 12);
    assert_int_equal(reminders(&f), 0);
    minutes_pass(&f, 8);
    assert_int_equal(reminders(&f), 1);
    minutes_pass(&f, 12);
    assert_int_equal(reminders(&f), 1);
    (void)order(&f, "again", true, "NL"); /* the same day */
    minutes_pass(&f, 31);
    assert_int_equal(reminders(&f), 1);
    fixture_close(&f);
}

static void nobody_else_is(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    (void)order(&f, "silent", false, "NL");
    minutes_pass(&f, 31);
    assert_int_equal(reminders(&f), 0);
    struct order_id paid = order(&f, "paid", true, "NL");
    fixture_pay(&f, paid, "paid");
    minutes_pass(&f, 31);
    assert_int_equal(reminders(&f), 0);
    (void)order(&f, "one", true, "NL");
    fixture_pay(&f, order(&f, "two", true, "NL"), "two"); /* she came back by herself */
    minutes_pass(&f, 31);
    assert_int_equal(reminders(&f), 0);
    (void)order(&f, "asleep", true, "NZ");
    minutes_pass(&f, 31);
    assert_int_equal(reminders(&f), 0);
    fixture_close(&f);
}

static const struct err *hours_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return setting_set(t, f->shop, "order.reminder_hours", S("4"));
}

/* The shop chose four hours after the goods went back: then, once, and not before. */
static void late_when_the_shop_says_so(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    testing_turn(&f.t, f.owner, hours_turn, &f);
    (void)order(&f, "late", true, "NL");
    minutes_pass(&f, 32);
    assert_int_equal(reminders(&f), 0);
    for (int i = 0; i < 3; i++) {
        testing_advance(&f.t, HOUR_MS);
        testing_drain(&f.t);
    }
    minutes_pass(&f, 30);
    assert_int_equal(reminders(&f), 0);
    minutes_pass(&f, 35);
    assert_int_equal(reminders(&f), 1);
    fixture_close(&f);
}

ON_BOTH(late_when_the_shop_says_so)
ON_BOTH(who_agreed_is_reminded_once)
ON_BOTH(nobody_else_is)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(who_agreed_is_reminded_once),
        BOTH(nobody_else_is),
        BOTH(late_when_the_shop_says_so),
    };
    return cmocka_run_group_tests_name("order: one reminder", tests, NULL, NULL);
}
