/* One sample per buyer and product; on both engines. */
#include "fixture.h"

#include <semaphore.h>

#include "base/strbuf.h"
#include "db/db_query.h"
#include "ladder.h"
#include "order/order_part.h"

static const struct err *order_sample(struct fixture *f, struct account_id buyer, const char *key,
                                      const struct price_want *wants, size_t count,
                                      struct order_id *ret)
{
    struct order_place o = fixture_want(f, key, wants, count);
    o.buyer_id = buyer;
    o.is_sample = true;
    return fixture_place(f, &f->t.arena, &o, ret);
}

static void one_sample_per_buyer(enum db_engine engine)
{
    struct fixture f;
    struct order_id first, id;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "first", &want, 1, &first));
    struct order made = fixture_get(&f, first);
    assert_int_equal(made.lines[0].unit_minor, 900);
    assert_true(made.lines[0].is_sample);
    testing_must(order_sample(&f, f.buyer, "first", &want, 1, &id));
    assert_int_equal(id.v, first.v);

    const struct err *e = order_sample(&f, f.buyer, "second", &want, 1, &id);
    assert_string_equal(e->key, "order.sample_taken");
    assert_int_equal(e->kind, ERR_CONFLICT);
    testing_must(order_sample(&f, f.other, "other", &want, 1, &id));
    /* A cancelled order has taken none. */
    testing_must(fixture_cancel(&f, f.shop, first));
    testing_must(order_sample(&f, f.buyer, "third", &want, 1, &id));
    e = order_sample(&f, f.buyer, "fourth", &want, 1, &id);
    assert_string_equal(e->key, "order.sample_taken");
    fixture_close(&f);
}

static void an_expired_sample_is_free_again(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "waits", &want, 1, &id));
    testing_advance(&f.t, 31 * 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_EXPIRED);
    testing_must(order_sample(&f, f.buyer, "again", &want, 1, &id));
    fixture_close(&f);
}

/* Whose money comes late has her sample, unless she took another meanwhile. */
static void late_money_for_a_sample(enum db_engine engine)
{
    struct fixture f;
    struct order_id late, paid, id;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "late", &want, 1, &late));
    int64_t one = fixture_attempt(&f, late, "p1"), total = fixture_get(&f, late).total_minor;
    testing_advance(&f.t, 33 * 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, late).state, ORDER_EXPIRED);
    testing_must(order_sample(&f, f.buyer, "meanwhile", &want, 1, &paid));
    int64_t two = fixture_attempt(&f, paid, "p2");
    testing_must(fixture_notice(&f, one, PAYMENT_CAPTURED, "e1", total, "EUR", NULL));
    assert_int_equal(fixture_get(&f, late).state, ORDER_EXPIRED);

    testing_drain(&f.t); /* the money goes back */
    testing_advance(&f.t, 33 * 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, paid).state, ORDER_EXPIRED);
    testing_must(fixture_notice(&f, two, PAYMENT_CAPTURED, "e2", total, "EUR", NULL));
    assert_int_equal(fixture_get(&f, paid).state, ORDER_PLACED);
    assert_string_equal(order_sample(&f, f.buyer, "more", &want, 1, &id)->key,
                        "order.sample_taken");
    fixture_close(&f);
}

static void what_is_no_sample_is_refused(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    struct ladder of_suit = {.sample_minor = {true, 0}};
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct price_want two = {f.towel, 2}, both[] = {{f.towel, 1}, {f.suit, 1}};
    assert_string_equal(order_sample(&f, f.buyer, "two", &two, 1, &id)->key, "price.no_sample");
    assert_string_equal(order_sample(&f, f.buyer, "none", both, 2, &id)->key, "price.no_sample");
    /* What is refused for another reason takes no sample either. */
    ladder_set(&f, f.suit, &of_suit);
    fixture_order(&f, "all", SHELF);
    assert_string_equal(order_sample(&f, f.buyer, "gone", both, 2, &id)->key, "stock.sold_out");
    testing_must(order_sample(&f, f.buyer, "only", both, 1, &id));
    fixture_close(&f);
}

/* ---- in orders that are edited, of accounts that became one ---- */

/* A sample keeps its price, and whoever it is taken from may ask for another. */
static void a_sample_in_an_order_that_is_edited(enum db_engine engine)
{
    struct fixture f;
    struct order_id id, paid, none;
    struct ladder of_suit = {.sample_minor = {true, 100}};
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    ladder_set(&f, f.suit, &of_suit);
    struct price_want want = {f.towel, 1}, both[] = {{f.towel, 1}, {f.suit, 1}};
    testing_must(order_sample(&f, f.buyer, "a", &want, 1, &id));
    assert_true(str_eq(ladder_edit(&f, id, "two", 2, 0)->args[0], S("24")));
    testing_must(ladder_edit(&f, id, "carton", -1, 24));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.goods_minor, 900 + 24 * 2000);
    assert_true(o.lines[0].is_sample);
    assert_false(o.lines[1].is_sample);
    assert_string_equal(order_sample(&f, f.buyer, "b", &want, 1, &none)->key,
                        "order.sample_taken");
    testing_must(ladder_edit(&f, id, "gone", 0, 0));
    testing_must(order_sample(&f, f.buyer, "c", both, 2, &paid));
    fixture_pay(&f, paid, "paid");
    assert_string_equal(order_sample(&f, f.buyer, "d", &want, 1, &none)->key,
                        "order.sample_taken");
    o = fixture_get(&f, paid);
    testing_must(ladder_edit(&f, paid, "out", 0, 0));
    struct price_want other = o.lines[0].variant_id.v == f.towel.v ? both[0] : both[1];
    testing_must(order_sample(&f, f.buyer, "e", &other, 1, &none));
    fixture_close(&f);
}

static const struct err *merge_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    struct event e = {.subject_id = f->other.v, .object_id = f->buyer.v};
    return order_account_merged(t, &e);
}

/* Two accounts, each with a sample of the same, became one: both orders can still be edited. */
static void samples_of_one_buyer_who_was_two(enum db_engine engine)
{
    struct fixture f;
    struct order_id id, other;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "a", &want, 1, &id));
    testing_must(order_sample(&f, f.other, "b", &want, 1, &other));
    testing_turn(&f.t, f.owner, merge_turn, &f);
    testing_must(ladder_edit(&f, other, "carton", -1, 24));
    testing_must(ladder_edit(&f, id, "carton too", -1, 24));
    fixture_close(&f);
}

/* What holds her claim is cancelled: the other order has her sample. */
static void a_claim_is_passed_on(enum db_engine engine)
{
    struct fixture f;
    struct order_id ids[2], none;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "a", &want, 1, &ids[0]));
    testing_must(order_sample(&f, f.other, "b", &want, 1, &ids[1]));
    testing_turn(&f.t, f.owner, merge_turn, &f);
    for (size_t i = 0; i < COUNT(ids); i++) {
        assert_string_equal(order_sample(&f, f.buyer, i == 0 ? "c" : "d", &want, 1, &none)->key,
                            "order.sample_taken");
        testing_must(fixture_cancel(&f, f.shop, ids[i]));
    }
    testing_must(order_sample(&f, f.buyer, "e", &want, 1, &none));
    fixture_close(&f);
}

struct cancelling {
    struct fixture *f;
    struct order_id id;
    bool waits; /* until somebody waits for it, or nobody will */
    sem_t cancelled;
    _Atomic bool is_alone;
};

static const struct err *take_count(void *self, const struct db_value *row)
{
    *(int64_t *)self = row[0].integer;
    return NULL;
}

static const struct err *cancel_slowly(struct turn *t, void *arg)
{
    struct cancelling *x = arg;
    static struct db_query waiting = {
        .name = "waiting", .origin = "test", .param_types = "", .column_count = 1,
        .column_types = "i", .sql_sqlite = "SELECT 1",
        .sql_pg = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted"
                  " AND transactionid = pg_current_xact_id_if_assigned()::xid"};
    int64_t count = 0;
    TRY(order_cancel(t, x->f->shop, x->id, "changed her mind"));
    sem_post(&x->cancelled);
    while (x->waits && count == 0 && !atomic_load(&x->is_alone))
        TRY(db_run(t->tx, t->arena, &waiting, NULL, 1, take_count, &count, NULL));
    return NULL;
}

static void *cancel_beside(void *arg)
{
    struct cancelling *x = arg;
    struct arena arena;
    arena_init(&arena, MiB(64));
    testing_must(turn_run(x->f->t.platform, &arena, x->f->owner, cancel_slowly, x));
    arena_done(&arena);
    return NULL;
}

/* Both orders are cancelled at once: neither passes the claim to the other. */
static void a_claim_is_passed_to_nothing_that_ends(enum db_engine engine)
{
    struct fixture f;
    struct order_id holds, id;
    pthread_t thread;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct price_want want = {f.towel, 1};
    struct cancelling x = {.f = &f, .waits = engine == DB_POSTGRES};
    testing_must(order_sample(&f, f.buyer, "a", &want, 1, &holds));
    testing_must(order_sample(&f, f.other, "b", &want, 1, &x.id));
    testing_turn(&f.t, f.owner, merge_turn, &f);
    sem_init(&x.cancelled, 0, 0);
    assert_int_equal(pthread_create(&thread, NULL, cancel_beside, &x), 0);
    sem_wait(&x.cancelled);
    testing_must(fixture_cancel(&f, f.shop, holds));
    atomic_store(&x.is_alone, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    sem_destroy(&x.cancelled);
    testing_must(order_sample(&f, f.buyer, "c", &want, 1, &id));
    fixture_close(&f);
}

struct losing {
    struct order_id id;
    char said[400];
};

/* Taken back: the store of PostgreSQL is everybody's. */
static const struct err *lose_claim(struct tx *tx, struct arena *arena, void *arg)
{
    struct losing *x = arg;
    struct strbuf out;
    struct verify_report report = {.out = &out};
    static struct db_query lose = {
        .name = "lose", .origin = "test", .param_types = "i", .param_count = 1,
        .sql_sqlite = "DELETE FROM order_sample WHERE order_id = ?1",
        .sql_pg = "DELETE FROM order_sample WHERE order_id = $1"};
    struct db_value id = {.type = DB_INT, .integer = x->id.v};
    int64_t lost;
    strbuf_init(&out, arena, KiB(16));
    TRY(db_run(tx, arena, &lose, &id, 0, NULL, NULL, &lost));
    TRY(order_feature.verify(tx, arena, &report));
    snprintf(x->said, sizeof x->said, "%lld lost; %.*s", (long long)lost,
             STR_ARG(strbuf_view(&out)));
    return ERR(arena, ERR_CONFLICT, "test.undo", "taken back");
}

static void a_sample_without_a_claim_is_named(enum db_engine engine)
{
    struct fixture f;
    struct losing x;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "a", &want, 1, &x.id));
    char expected[60];
    snprintf(expected, sizeof expected, "order %lld of shop", (long long)x.id.v);
    for (int round = 0; round < 2; round++) {
        assert_string_equal(db_write(f.t.platform->db, &f.t.arena, lose_claim, &x)->key,
                            "test.undo");
        assert_int_equal(strstr(x.said, expected) != NULL, round == 0);
        assert_int_equal(strstr(x.said, "no claim to the sample") != NULL, round == 0);
        assert_int_equal(strncmp(x.said, "1 lost", 6) == 0, round == 0);
        testing_must(ladder_edit(&f, x.id, "gone", 0, 24));
    }
    fixture_close(&f);
}

struct racer {
    struct fixture *f;
    const char *key;
    const struct err *refusal;
    struct arena arena;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct price_want want = {r->f->towel, 1};
    struct order_place o = fixture_want(r->f, r->key, &want, 1);
    struct order_id id;
    o.is_sample = true;
    r->refusal = fixture_place(r->f, &r->arena, &o, &id);
    return NULL;
}

static void of_two_tabs_one_gets_the_sample(enum db_engine engine)
{
    struct fixture f;
    pthread_t threads[2];
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct racer racers[2] = {{.f = &f, .key = "left"}, {.f = &f, .key = "right"}};
    for (size_t i = 0; i < COUNT(racers); i++) {
        arena_init(&racers[i].arena, MiB(8));
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    size_t taken = 0;
    for (size_t i = 0; i < COUNT(racers); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        if (racers[i].refusal == NULL)
            continue;
        taken++;
        assert_string_equal(racers[i].refusal->key, "order.sample_taken");
    }
    assert_int_equal(taken, 1);
    for (size_t i = 0; i < COUNT(racers); i++)
        arena_done(&racers[i].arena);
    fixture_close(&f);
}

ON_BOTH(one_sample_per_buyer)
ON_BOTH(an_expired_sample_is_free_again)
ON_BOTH(late_money_for_a_sample)
ON_BOTH(what_is_no_sample_is_refused)
ON_BOTH(a_sample_in_an_order_that_is_edited)
ON_BOTH(samples_of_one_buyer_who_was_two)
ON_BOTH(a_claim_is_passed_on)
ON_BOTH(a_claim_is_passed_to_nothing_that_ends)
ON_BOTH(a_sample_without_a_claim_is_named)
ON_BOTH(of_two_tabs_one_gets_the_sample)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(one_sample_per_buyer),
        BOTH(an_expired_sample_is_free_again),
        BOTH(late_money_for_a_sample),
        BOTH(what_is_no_sample_is_refused),
        BOTH(a_sample_in_an_order_that_is_edited),
        BOTH(samples_of_one_buyer_who_was_two),
        BOTH(a_claim_is_passed_on),
        BOTH(a_claim_is_passed_to_nothing_that_ends),
        BOTH(a_sample_without_a_claim_is_named),
        BOTH(of_two_tabs_one_gets_the_sample),
    };
    return cmocka_run_group_tests_name("order: samples", tests, NULL, NULL);
}
