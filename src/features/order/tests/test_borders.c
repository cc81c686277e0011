/* Orders across borders: the way of delivery, the currency and the ground of the tax are kept with
 * the order; what pools and contacts count is its worth in the shop's own currency. Verify runs at
 * the end of each. */
#include "fixture.h"

#include "base/strbuf.h"
#include "db/db_query.h"
#include "pool/pool.h"

struct world {
    struct fixture f;
    struct delivery_zone home;    /* NL and DE: standard 4.90, express 9.90 */
};

static const struct err *set_up(struct turn *t, void *arg)
{
    struct world *x = arg;
    struct shop_id shop = x->f.shop;
    struct delivery_zone zone = {.name = S("Near"), .countries = S("nl, de"), .method_count = 2,
                                 .methods = {{.name = S("Standard"), .kind = DELIVERY_FLAT,
                                              .price_minor = 490, .days_from = 2, .days_to = 4},
                                             {.name = S("Express"), .kind = DELIVERY_FLAT,
                                              .price_minor = 990, .days_from = 1, .days_to = 1}}};
    struct tax_rate rates[] = {{S("NL"), S(""), true, 2100, 900, S("")},
                               {S("DE"), S(""), true, 1900, 700, S("")}};
    struct tax_terms terms = {.rounding = TAX_PER_ORDER, .vat_id = S("NL123456789B01"),
                              .reverse_charge = true, .ioss_number = S("")};
    struct shop_rate usd = {.currency = {"USD"}, .rate_micros = 1080000,
                            .rounding = CURRENCY_UP_TO_90};
    struct delivery_zone_id id;
    struct delivery_zone *made;
    bool has_zones;
    TRY(delivery_zone_save(t, shop, &zone, &id));
    TRY(delivery_zone_for(t->tx, t->arena, shop, S("DE"), &has_zones, &made));
    x->home = *made;
    TRY(tax_rates_set(t, shop, rates, COUNT(rates)));
    TRY(tax_terms_set(t, shop, &terms));
    return currency_rates_set(t, shop, &usd, 1);
}

static void open_world(struct world *x, enum db_engine engine)
{
    fixture_open(&x->f, engine);
    testing_turn(&x->f.t, x->f.owner, set_up, x);
}

static struct price_kept kept_of(struct world *x, struct order_id id)
{
    struct price_kept kept;
    struct tx *tx;
    bool is_found;
    testing_must(db_read_begin(x->f.t.platform->db, &x->f.t.arena, &tx));
    testing_must(price_kept(tx, &x->f.t.arena, x->f.shop, id.v, &is_found, &kept));
    db_read_end(tx);
    assert_true(is_found);
    return kept;
}

/* 49.00 * 1.08 = 52.92 -> 53.90; express 9.90 * 1.08 = 10.692 -> 10.69; 64.59; worth 64.59 / 1.08 =
 * 59.8055 -> 59.81 euros. */
static void an_order_keeps_its_way(enum db_engine engine)
{
    struct world x;
    struct order_id id;
    struct pool_order_sum sum;
    struct tx *tx;
    open_world(&x, engine);
    struct price_want one = {x.f.suit, 1};
    struct order_place o = fixture_want(&x.f, "way", &one, 1);
    o.currency = S("usd");
    o.method_id = x.home.methods[1].id.v;
    o.expected_total_minor = 6459;
    testing_must(fixture_place(&x.f, &x.f.t.arena, &o, &id));
    struct order made = fixture_get(&x.f, id);
    assert_string_equal(made.currency.code, "USD");
    assert_string_equal(made.base_currency.code, "EUR");
    assert_int_equal(made.rate_micros, 1080000);
    assert_int_equal(made.shipping_minor, 1069);
    struct price_kept kept = kept_of(&x, id);
    assert_str_equal(kept.method_name, "Express");
    assert_int_equal(kept.deliver_to_ms - made.placed_ms, 24 * 60 * 60 * 1000);
    assert_int_equal(kept.tax_ground, TAX_GROUND_RATE);
    testing_must(fixture_notice(&x.f, fixture_attempt(&x.f, id, "p"), PAYMENT_CAPTURED, "e1", 6459,
                                "USD", NULL));
    testing_must(db_read_begin(x.f.t.platform->db, &x.f.t.arena, &tx));
    testing_must(pool_order_sums(tx, &x.f.t.arena, &(struct row_key){x.f.shop, id.v}, 1, &sum));
    db_read_end(tx);
    assert_int_equal(sum.paid_minor, 5981);
    testing_must(fixture_cancel(&x.f, x.f.shop, id));
    fixture_close(&x.f);
}

/* 49.00 / 1.19 = 41.1764 -> 41.18; 4.90 / 1.19 -> 4.12. */
static void a_company_abroad_pays_without_tax(enum db_engine engine)
{
    struct world x;
    struct order_id id;
    open_world(&x, engine);
    struct price_want one = {x.f.suit, 1};
    struct order_place o = fixture_want(&x.f, "company", &one, 1);
    o.party.address.country = S("DE");
    o.party.address.postcode = S("10115");
    o.party.vat_id = S("DE12345");
    const struct err *e = fixture_place(&x.f, &x.f.t.arena, &o, &id);
    assert_string_equal(e->key, "order.bad_vat_id");
    assert_string_equal(e->field, "vat_id");
    o.party.vat_id = S("de 123 456 789");
    testing_must(fixture_place(&x.f, &x.f.t.arena, &o, &id));
    struct order made = fixture_get(&x.f, id);
    assert_int_equal(made.goods_minor, 4118);
    assert_int_equal(made.total_minor, 4118 + 412);
    assert_int_equal(made.tax_minor, 0);
    assert_int_equal(kept_of(&x, id).tax_ground, TAX_GROUND_REVERSE);
    assert_str_equal(made.party.vat_id, "de 123 456 789");
    fixture_close(&x.f);
}

static void where_nothing_is_delivered_no_order_is_made(enum db_engine engine)
{
    struct world x;
    struct order_id id;
    open_world(&x, engine);
    struct price_want one = {x.f.suit, 1};
    struct order_place o = fixture_want(&x.f, "far", &one, 1);
    o.party.address.country = S("FR");
    o.party.address.postcode = S("75001");
    const struct err *e = fixture_place(&x.f, &x.f.t.arena, &o, &id);
    assert_int_equal(e->kind, ERR_INVALID);
    assert_string_equal(e->key, "order.no_delivery");
    assert_string_equal(e->field, "country");
    assert_int_equal(fixture_left(&x.f), SHELF);
    fixture_close(&x.f);
}

static bool says(const struct testing_answer *r, const char *words)
{
    return str_find(r->body, str_c(words)) >= 0;
}

static struct testing_answer checkout(struct world *x, struct testing_browser *b, const char *more)
{
    struct id_text suit = id_format(x->f.suit.v);
    str path;
    const char *c;
    testing_must(str_fmt(&x->f.t.arena, &path, "/checkout/%.*s?v=%s&q=1%s", STR_ARG(x->f.handle),
                         suit.text, more));
    testing_must(str_to_c(&x->f.t.arena, path, &c));
    return testing_get(b, c);
}

/* Country first: what cannot be delivered is said before an address is typed. */
static void the_checkout_offers_ways_and_currencies(enum db_engine engine)
{
    struct world x;
    open_world(&x, engine);
    struct testing_browser b = {.testing = &x.f.t};
    struct testing_answer r = checkout(&x, &b, "");
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "Express") && says(&r, "Standard") && says(&r, "name=\"currency\""));
    assert_true(says(&r, "€53.90") && says(&r, "Arrives between"));
    assert_false(says(&r, "name=\"vat_id\""));
    r = checkout(&x, &b, "&country=DE");
    assert_true(says(&r, "name=\"vat_id\""));
    r = checkout(&x, &b, "&currency=USD");
    assert_true(says(&r, "$59.19"));
    r = checkout(&x, &b, "&country=FR");
    assert_true(says(&r, "No way of delivery leads to this country"));
    assert_false(says(&r, "buybar"));
    fixture_close(&x.f);
}

/* Writes `delta` to a column of the order's rows elsewhere. */
#define SHIFT(table, column, key)                                                                  \
    {.name = "shift_" table "_" column, .origin = "test", .param_count = 2, .param_types = "id",  \
     .column_types = "",                                                                           \
     .sql_sqlite = "UPDATE " table " SET " column " = " column " + ?1 WHERE " key " = ?2",        \
     .sql_pg = "UPDATE " table " SET " column " = " column " + $1 WHERE " key " = $2"}

struct shift {
    struct db_query *query;
    struct order_id order;
    int64_t by;
};

static const struct err *shift_turn(struct turn *t, void *arg)
{
    const struct shift *x = arg;
    const struct db_value values[] = {db_int(x->by), db_int(x->order.v)};
    return db_query_exec(t->tx, t->arena, x->query, values);
}

/* What verify says while the column is one cent off. */
static str verified_off_by_one(struct fixture *f, struct db_query *query, struct order_id order)
{
    struct shift x = {query, order, 1};
    struct strbuf out;
    int violations;
    str said;
    testing_turn(&f->t, f->owner, shift_turn, &x);
    strbuf_init(&out, &f->t.arena, KiB(64));
    testing_must(verify_run(f->t.platform, &f->t.arena, &out, &violations));
    x.by = -1;
    testing_turn(&f->t, f->owner, shift_turn, &x);
    testing_must(strbuf_finish(&out, &said));
    return said;
}

/* The order is not the first of its shop: those before it agree. */
static void verify_names_the_order_that_disagrees(enum db_engine engine)
{
    static struct db_query counted = SHIFT("pool_attribution", "paid_minor", "id"),
                           kept = SHIFT("price_kept", "total_minor", "order_id"),
                           captured = SHIFT("order_payment", "amount_minor", "order_id");
    struct world x;
    char order[40], booked[80];
    open_world(&x, engine);
    fixture_pay(&x.f, fixture_order(&x.f, "before", 1), "before");
    struct order_id id = fixture_order(&x.f, "odd", 1);
    fixture_pay(&x.f, id, "odd");
    snprintf(order, sizeof order, "order %lld of shop", (long long)id.v);
    str said = verified_off_by_one(&x.f, &counted, id);
    assert_true(str_find(said, S("I-attribution: order")) >= 0);
    assert_true(str_find(said, str_c(order)) >= 0);
    said = verified_off_by_one(&x.f, &kept, id);
    assert_true(str_find(said, S("I6: order")) >= 0 && str_find(said, str_c(order)) >= 0);
    said = verified_off_by_one(&x.f, &captured, id);
    int64_t total = fixture_get(&x.f, id).total_minor;
    snprintf(booked, sizeof booked, "of %lld booked as %lld", (long long)total + 1,
             (long long)total);
    assert_true(str_find(said, S("I1: shop")) >= 0 && str_find(said, str_c(booked)) >= 0);
    fixture_close(&x.f);
}

ON_BOTH(an_order_keeps_its_way)
ON_BOTH(verify_names_the_order_that_disagrees)
ON_BOTH(a_company_abroad_pays_without_tax)
ON_BOTH(where_nothing_is_delivered_no_order_is_made)
ON_BOTH(the_checkout_offers_ways_and_currencies)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_order_keeps_its_way),
        BOTH(verify_names_the_order_that_disagrees),
        BOTH(a_company_abroad_pays_without_tax),
        BOTH(where_nothing_is_delivered_no_order_is_made),
        BOTH(the_checkout_offers_ways_and_currencies),
    };
    return cmocka_run_group_tests_name("borders", tests, NULL, NULL);
}
