/* Journals are whole, once and for ever; `millpond verify` tells every way in which they are not.
 */
#include "db/db_sqlite.h" /* before the arena `a` of unit.h */

#include "account/account.h"
#include "app/features.h"
#include "base/strbuf.h"
#include "base/tests/unit.h"
#include "core/testing.h"
#include "core/verify.h"
#include "ledger/ledger.h"
#include "ledger/ledger_sql.h"
#include "shop/shop.h"

static const struct currency eur = {"EUR"};

struct fixture {
    struct testing t;
    struct account_id owner;
    struct shop_id shop;
    struct ledger_journal journal; /* of the turn */
    int64_t next_cause;
};

static const struct err *make_shop(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    struct id_text tail = id_format(turn_new_id(t));
    str handle;
    TRY(account_guest_make(t, S("Mara"), S("en"), &f->owner));
    t->actor = f->owner;
    f->next_cause = turn_new_id(t);
    TRY(str_fmt(t->arena, &handle, "reef-%s", tail.text));
    return shop_create(t, &(struct shop_new){.handle = handle, .name = S("Reef"),
                                             .currency = S("EUR"), .country = S("NL")}, &f->shop);
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make_shop, f);
}

static const struct ledger_line sold[] = {{LEDGER_CLEARING, 5395},
                                          {LEDGER_SALES, -3964},
                                          {LEDGER_SHIPPING_INCOME, -495},
                                          {LEDGER_TAX_PAYABLE, -936}};

static struct ledger_journal journal_of(struct fixture *f, const struct ledger_line *lines,
                                        size_t count)
{
    return (struct ledger_journal){.shop_id = f->shop, .reason = "order.paid",
                                   .cause_id = f->next_cause++, .currency = eur, .lines = lines,
                                   .line_count = count};
}

static const struct err *post(struct turn *t, void *arg)
{
    return ledger_post(t, &((struct fixture *)arg)->journal);
}

static const struct err *try_post(struct fixture *f, struct ledger_journal journal)
{
    f->journal = journal;
    return turn_run(f->t.platform, &f->t.arena, f->owner, post, f);
}

static int64_t balance(struct fixture *f, enum ledger_account_kind account)
{
    struct tx *tx;
    int64_t minor;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(ledger_balance(tx, &f->t.arena, f->shop, account, eur, &minor));
    db_read_end(tx);
    return minor;
}

static size_t entries(struct fixture *f, int64_t cause, struct ledger_entry **ret)
{
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(ledger_of_cause(tx, &f->t.arena, f->shop, "order.paid", cause, ret, &count));
    db_read_end(tx);
    return count;
}

/* Of many causes at once: one is posted, one only promised, and the third another shop's. */
static void cleared(struct fixture *f, int64_t posted, int64_t promised)
{
    const struct row_key keys[] = {
        {f->shop, promised}, {f->shop, posted}, {{f->shop.v + 1}, posted}};
    int64_t minor[COUNT(keys)];
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(ledger_of_causes(tx, &f->t.arena, "order.paid", LEDGER_CLEARING, keys, COUNT(keys),
                                  minor));
    db_read_end(tx);
    assert_int_equal(minor[0], 0);
    assert_int_equal(minor[1], 5395);
    assert_int_equal(minor[2], 0);
}

static void a_journal_is_written_once(enum db_engine engine)
{
    struct fixture f;
    struct ledger_entry *list;
    open_fixture(&f, engine);
    struct ledger_journal paid = journal_of(&f, sold, COUNT(sold)), promised = paid;
    assert_null(try_post(&f, paid));
    assert_string_equal(try_post(&f, paid)->key, "ledger.twice");
    promised.cause_id = f.next_cause++;
    promised.pending = true;
    assert_null(try_post(&f, promised));
    assert_int_equal(balance(&f, LEDGER_CLEARING), 5395);
    cleared(&f, paid.cause_id, promised.cause_id);
    assert_int_equal(balance(&f, LEDGER_SALES), -3964);
    assert_int_equal(balance(&f, LEDGER_FEES), 0);
    assert_int_equal(entries(&f, paid.cause_id, &list), COUNT(sold));
    for (size_t i = 0; i < COUNT(sold); i++) {
        assert_int_equal(list[i].account, sold[i].account);
        assert_int_equal(list[i].amount_minor, sold[i].amount_minor);
        assert_false(list[i].pending);
    }
    assert_int_equal(entries(&f, promised.cause_id, &list), COUNT(sold));
    assert_true(list[0].pending);
    assert_int_equal(entries(&f, f.next_cause, &list), 0);
    testing_close(&f.t);
}
ON_BOTH(a_journal_is_written_once)

static void what_is_no_journal_is_refused(void **state)
{
    struct fixture f;
    struct ledger_line many[17] = {{LEDGER_CLEARING, 16}};
    (void)state;
    for (size_t i = 1; i < COUNT(many); i++)
        many[i] = (struct ledger_line){LEDGER_SALES, -1};
    static const struct ledger_line pairs[][2] = {
        {{LEDGER_CLEARING, 5}, {LEDGER_SALES, -4}},
        {{LEDGER_ACCOUNT_UNSET, 5}, {LEDGER_SALES, -5}},
        {{LEDGER_ACCOUNT_KIND_COUNT, 5}, {LEDGER_SALES, -5}},
        {{LEDGER_CLEARING, 0}, {LEDGER_SALES, -5}},
        {{LEDGER_CLEARING, INT64_MAX}, {LEDGER_SALES, 1}},
    };
    open_fixture(&f, DB_SQLITE);
    assert_int_equal(try_post(&f, journal_of(&f, sold, 1))->kind, ERR_BUG);
    assert_int_equal(try_post(&f, journal_of(&f, many, COUNT(many)))->kind, ERR_BUG);
    for (size_t i = 0; i < COUNT(pairs); i++)
        assert_int_equal(try_post(&f, journal_of(&f, pairs[i], 2))->kind, ERR_BUG);
    struct ledger_journal nowhere = journal_of(&f, sold, COUNT(sold));
    nowhere.currency = (struct currency){""};
    assert_int_equal(try_post(&f, nowhere)->kind, ERR_BUG);
    assert_int_equal(balance(&f, LEDGER_CLEARING), 0);
    testing_close(&f.t);
}

/* ---- verify ---- */

static int violations(struct fixture *f, str *ret_lines)
{
    struct strbuf lines;
    int count = 0;
    strbuf_init(&lines, &f->t.arena, KiB(64));
    testing_must(verify_run(f->t.platform, &f->t.arena, &lines, &count));
    *ret_lines = strbuf_view(&lines);
    return count;
}

/* An entry of no journal, in one currency and state: no sum, and nobody's. */
static const struct err *add_stray(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return ledger_entry_insert(t->tx, t->arena, turn_new_id(t), f->shop, turn_new_id(t),
                               LEDGER_SALES, 7, S("EUR"), f->journal.pending);
}

static void verify_tells_what_is_not_whole(void **state)
{
    struct fixture f;
    str lines;
    (void)state;
    open_fixture(&f, DB_SQLITE);
    assert_null(try_post(&f, journal_of(&f, sold, COUNT(sold))));
    assert_int_equal(violations(&f, &lines), 0);
    testing_turn(&f.t, f.owner, add_stray, &f);
    assert_int_equal(violations(&f, &lines), 3);
    assert_true(str_find(lines, S("sums to 7")) >= 0);
    assert_true(str_find(lines, S("EUR posted sums to 7")) >= 0);
    assert_true(str_find(lines, S("an entry that does not belong to it")) >= 0);
    f.journal.pending = true;
    testing_turn(&f.t, f.owner, add_stray, &f);
    assert_int_equal(violations(&f, &lines), 6);
    assert_true(str_find(lines, S("EUR pending sums to 7")) >= 0);
    testing_close(&f.t);
}

/* ---- faults ---- */

/* No memory is one trouble that a query may have; there is no success with less than all. */
static void trouble_is_passed_on(void **state)
{
    struct fixture f;
    struct arena little;
    const struct err *e = &err_out_of_memory;
    (void)state;
    open_fixture(&f, DB_SQLITE);
    f.journal = journal_of(&f, sold, COUNT(sold));
    for (size_t n = 1; e != NULL; n++) {
        arena_init(&little, MiB(4));
        arena_fail_at(n, true);
        e = turn_run(f.t.platform, &little, f.owner, post, &f);
        arena_fail_at(0, false);
        arena_done(&little);
        assert_true(n < 1000);
        assert_int_equal(balance(&f, LEDGER_CLEARING), e == NULL ? 5395 : 0);
    }
    testing_close(&f.t);
}

/* Reading, with the n-th allocation failing. */
static const struct err *read_all(struct fixture *f, struct arena *little)
{
    struct verify_report report = {.out = NULL};
    struct ledger_entry *list;
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    const struct err *e =
        ledger_of_cause(tx, little, f->shop, "order.paid", f->journal.cause_id, &list, &count);
    if (e == NULL)
        e = ledger_feature.verify(tx, little, &report);
    db_read_end(tx);
    return e;
}

static void reading_needs_memory(void **state)
{
    struct fixture f;
    struct arena little;
    const struct err *e = &err_out_of_memory;
    (void)state;
    open_fixture(&f, DB_SQLITE);
    assert_null(try_post(&f, journal_of(&f, sold, COUNT(sold))));
    for (size_t n = 1; e != NULL; n++) {
        arena_init(&little, MiB(4));
        arena_fail_at(n, true);
        e = read_all(&f, &little);
        arena_fail_at(0, false);
        arena_done(&little);
        assert_true(n < 1000);
    }
    testing_close(&f.t);
}

static const char *const broken_tables[] = {"ledger_entry", "ledger_journal"};

/* The tables are gone: every question is answered with an error, none with a number. */
static void without_its_tables_nothing_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(broken_tables); i++) {
        struct fixture f;
        struct tx *tx;
        struct ledger_entry *list;
        str sql, lines;
        size_t count;
        int64_t minor;
        open_fixture(&f, DB_SQLITE);
        struct sqlite_db *db = (struct sqlite_db *)f.t.platform->db;
        testing_must(str_fmt(&f.t.arena, &sql, "DROP TABLE %s", broken_tables[i]));
        assert_int_equal(sqlite3_exec(db->writer.conn.handle, sql.ptr, NULL, NULL, NULL),
                         SQLITE_OK);
        assert_non_null(try_post(&f, journal_of(&f, sold, COUNT(sold))));
        testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
        assert_int_equal(ledger_balance(tx, &f.t.arena, f.shop, LEDGER_SALES, eur, &minor) != NULL,
                         i == 0);
        assert_non_null(
            ledger_of_cause(tx, &f.t.arena, f.shop, "order.paid", 1, &list, &count));
        db_read_end(tx);
        assert_true(violations(&f, &lines) > 0);
        testing_close(&f.t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_journal_is_written_once),
        cmocka_unit_test(what_is_no_journal_is_refused),
        cmocka_unit_test(verify_tells_what_is_not_whole),
        cmocka_unit_test(trouble_is_passed_on),
        cmocka_unit_test(reading_needs_memory),
        cmocka_unit_test(without_its_tables_nothing_is_said),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
