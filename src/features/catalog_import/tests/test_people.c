/* Customers and orders of another shop as history: stories and totals, no stock, no ledger, no
 * order; yes to mails only where the file says so and nothing was said here. */
#include "catalog_import/tests/import_fixture.h"
#include "past/past.h"

static const str customers = STR_INIT(
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Phone,Phone,"
    "Total Spent,Total Orders,Note\n"
    "1,Mei,Lin,MEI@x.test,yes,,'+31612345678,120.50,3,\n"
    "2,Ole,,ole@x.test,no,,,0.00,0,\n"
    "3,Nobody,,,yes,,,1.00,1,\n"
    "4,Pia,,pia@x.test,yes,,,many,1,\n");
static const str orders = STR_INIT(
    "Name,Email,Financial Status,Accepts Marketing,Currency,Total,Created at,Lineitem quantity,"
    "Lineitem name,Billing Name,"
    "Cancelled at,Refunded Amount,Id\n"
    "#1001,mei@x.test,paid,no,EUR,50.00,2026-03-01 10:22:31 +0100,2,Cup,Mei Lin,,0.00,1\n"
    "#1001,mei@x.test,,,,,,1,\"Pot, red\",,,,\n"
    "#1002,mei@x.test,partially_refunded,no,EUR,30.00,2026-03-02 10:22:31 +0100,1,Cup,Mei Lin,,"
    "10.00,2\n"
    "#1003,mei@x.test,refunded,no,EUR,30.00,2026-03-03 10:22:31 +0100,1,Cup,Mei Lin,,30.00,3\n"
    "#1004,mei@x.test,paid,no,USD,99.00,2026-03-04 10:22:31 +0100,1,Cup,Mei Lin,,0.00,4\n"
    "#1005,new@x.test,paid,yes,EUR,7.00,2026-03-05 10:22:31 UTC,1,Cup,Neu,,0.00,5\n"
    "#1006,,paid,yes,EUR,7.00,2026-03-05 10:22:31 +0100,1,Cup,,,0.00,6\n"
    "#1007,late@x.test,paid,yes,EUR,7.00,yesterday,1,Cup,,,0.00,7\n");

static struct import_row_row take(struct fixture *f, str bytes, bool is_dry)
{
    const char *path = fixture_write(f, "people.csv", bytes);
    return fixture_take(f, &path, 1, is_dry, NULL);
}

static struct contact contact_of(struct fixture *f, const char *email)
{
    struct identity_id id = {.kind = IDENTITY_EMAIL, .value = str_c(email)};
    struct contact c = {.id = {0}};
    struct tx *tx;
    bool is_found;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(identity_find(tx, &f->t.arena, f->shop, &id, &is_found, &c.id));
    if (is_found)
        testing_must(identity_contact(tx, &f->t.arena, f->shop, c.id, &c));
    db_read_end(tx);
    return c;
}

static size_t story_of(struct fixture *f, struct contact_id contact, struct timeline_entry **ret)
{
    struct timeline_subject who = {.shop_id = f->shop, .contact_id = contact.v};
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(past_feature.timeline(tx, &f->t.arena, &who, 20, ret, &count));
    db_read_end(tx);
    return count;
}

static void assert_nothing_is_violated(struct fixture *f)
{
    struct strbuf out;
    struct verify_report report = {.out = &out};
    struct tx *tx;
    strbuf_init(&out, &f->t.arena, KiB(8));
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(past_feature.verify(tx, &f->t.arena, &report));
    db_read_end(tx);
    assert_int_equal(report.violations, 0);
}

static void customers_are_known_again_and_asked_nothing_twice(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    assert_counts(take(&f, customers, true), 2, 0, 0, 2);
    assert_int_equal(contact_of(&f, "mei@x.test").id.v, 0);
    struct import_row_row row = take(&f, customers, false);
    assert_counts(row, 2, 0, 0, 2);
    assert_str_equal(row.format, "shopify_customers");
    struct contact mei = contact_of(&f, "mei@x.test"), ole = contact_of(&f, "ole@x.test");
    assert_str_equal(mei.name, "Mei Lin");
    assert_int_equal(mei.order_count, 3);
    assert_int_equal(mei.spent_minor, 12050);
    assert_true(mei.mail_consent);
    assert_false(ole.mail_consent);
    assert_counts(take(&f, customers, false), 0, 0, 2, 2);
    assert_int_equal(contact_of(&f, "mei@x.test").order_count, 3);
    assert_nothing_is_violated(&f);
    testing_close(&f.t);
}

static const struct err *say_no(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    return identity_consent_set(t, f->shop, contact_of(f, "ole@x.test").id, false, "told us");
}

static void a_no_that_was_said_here_stays(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    take(&f, customers, false);
    testing_turn(&f.t, f.owner, say_no, &f);
    take(
        &f,
        S("First Name,Last Name,Email,Accepts Email Marketing,Total Spent,Total Orders\nOle,,"
          "ole@x.test,yes,0,0\n"),
        false);
    assert_false(contact_of(&f, "ole@x.test").mail_consent);
    testing_close(&f.t);
}

static void orders_are_told_and_counted_once(enum db_engine engine)
{
    struct fixture f;
    struct timeline_entry *story;
    fixture_open(&f, engine);
    take(&f, customers, false);
    assert_counts(take(&f, orders, true), 5, 0, 0, 2);
    assert_counts(take(&f, orders, false), 5, 0, 0, 2);
    struct contact mei = contact_of(&f, "mei@x.test"), new = contact_of(&f, "new@x.test");
    /* Her orders are the truth now: 50 and 30 less 10; given back whole and dollars stand in the
     * story alone. */
    assert_int_equal(mei.order_count, 2);
    assert_int_equal(mei.spent_minor, 7000);
    assert_int_equal(new.spent_minor, 700);
    assert_true(new.mail_consent);
    assert_int_equal(story_of(&f, mei.id, &story), 4);
    assert_string_equal(story[0].text_key, "past.timeline_uncounted");
    assert_string_equal(story[3].text_key, "past.timeline");
    assert_str_equal(story[3].args[0], "50.00 EUR");
    assert_str_equal(story[3].args[1], "#1001");
    assert_str_equal(story[3].args[2], "2 x Cup, Pot, red");
    assert_int_equal(story[3].at_ms, 1772356951000);
    assert_counts(take(&f, orders, false), 0, 0, 5, 2);
    assert_counts(take(&f, customers, false), 0, 0, 2, 2);
    assert_int_equal(contact_of(&f, "mei@x.test").spent_minor, 7000);
    assert_nothing_is_violated(&f);
    struct shop_id shop = f.shop;
    fixture_new_shop(&f);
    assert_int_equal(contact_of(&f, "mei@x.test").id.v, 0);
    f.shop = shop;
    assert_int_equal(fixture_products(&f), 0);
    testing_close(&f.t);
}

ON_BOTH(customers_are_known_again_and_asked_nothing_twice)
ON_BOTH(a_no_that_was_said_here_stays)
ON_BOTH(orders_are_told_and_counted_once)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(customers_are_known_again_and_asked_nothing_twice),
        BOTH(a_no_that_was_said_here_stays),
        BOTH(orders_are_told_and_counted_once),
    };
    return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
