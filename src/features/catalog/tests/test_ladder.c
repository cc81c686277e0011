/* Quantity ladders: the rules as they are, what people type, and how variants keep them. */
#include "fixture.h"

static const struct ladder cartons = {
    .min_quantity = 20, .step = 12, .rungs = {{48, 4500}, {120, 3990}}, .rung_count = 2};
static const struct ladder plain = {.min_quantity = 1, .step = 1};
static const struct currency eur = {"EUR"};

static void quantities_are_rounded_to_what_is_sold(void **state)
{
    static const struct {
        int64_t asked, nearest, unit;
    } rows[] = {{1, 24, 4900},  {24, 24, 4900},   {29, 24, 4900},   {30, 36, 4900},
                {48, 48, 4500}, {119, 120, 4500}, {120, 120, 3990}, {999, 996, 3990}};
    static const struct ladder unsaid;
    (void)state;
    assert_int_equal(catalog_ladder_first(&cartons), 24);
    assert_int_equal(catalog_ladder_first(&unsaid), 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(catalog_ladder_nearest(&cartons, rows[i].asked), rows[i].nearest);
        assert_int_equal(catalog_ladder_unit(&cartons, rows[i].asked, 4900), rows[i].unit);
        assert_int_equal(catalog_ladder_nearest(&plain, rows[i].asked), rows[i].asked);
        assert_int_equal(catalog_ladder_nearest(&unsaid, rows[i].asked), rows[i].asked);
        assert_int_equal(catalog_ladder_unit(&plain, rows[i].asked, 4900), 4900);
    }
    assert_int_equal(catalog_ladder_most(&cartons, 23), 0);
    assert_int_equal(catalog_ladder_most(&cartons, 59), 48);
    assert_int_equal(catalog_ladder_most(&cartons, 5000), 996);
}

/* What comes to pieces that are there already is counted with them. */
static void pieces_that_come_in_are_counted_with_those_there(void **state)
{
    static const struct {
        int64_t there, more, nearest;
    } rows[] = {{0, 1, 24},    {24, 12, 12},    {24, 1, 12},      {25, 3, 11},   {29, 1, 7},
                {12, 1, 12},   {996, 12, 12},   {500, 999, 988},  {24, 999, 996}, {30, 17, 18}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(catalog_ladder_more(&cartons, rows[i].there, rows[i].more),
                         rows[i].nearest);
    assert_int_equal(catalog_ladder_more(&plain, 7, 3), 3);
    assert_int_equal(catalog_ladder_more(&plain, 7, 5000), LADDER_QUANTITY_MAX);
}

/* A list price that was lowered since, and a rung that costs more than the one below it. */
static void the_lower_price_holds(void **state)
{
    struct ladder odd = cartons;
    struct variant v = {.price = {4200, {"EUR"}}, .ladder = odd};
    struct ladder_view view;
    (void)state;
    assert_int_equal(catalog_ladder_unit(&odd, 48, 4200), 4200);
    assert_int_equal(catalog_ladder_unit(&odd, 120, 4200), 3990);
    catalog_ladder_view(&v, &view);
    assert_int_equal(view.count, 2);
    assert_int_equal(view.steps[0].from, 24);
    assert_int_equal(view.steps[0].to, 119);
    assert_int_equal(view.steps[0].unit.minor, 4200);
    odd.rungs[1].unit_minor = 4700;
    assert_int_equal(catalog_ladder_unit(&odd, 120, 4900), 4500);
    /* A rung below the least quantity is where everybody begins. */
    odd.min_quantity = 60;
    v = (struct variant){.price = {4900, {"EUR"}}, .ladder = odd};
    catalog_ladder_view(&v, &view);
    assert_int_equal(view.count, 1);
    assert_int_equal(view.first, 60);
    assert_int_equal(view.steps[0].unit.minor, 4500);
}

static const char *refused(struct ladder ladder)
{
    const struct err *e = catalog_ladder_check(&a, &ladder);
    return e == NULL ? NULL : e->field;
}

static void what_makes_no_sense_is_refused(void **state)
{
    struct ladder l = cartons;
    (void)state;
    assert_null(refused(l));
    assert_null(refused((struct ladder){.min_quantity = 0}));
    assert_string_equal(refused((struct ladder){.min_quantity = -1, .step = 1}), "min_quantity");
    assert_string_equal(refused((struct ladder){.min_quantity = 1000, .step = 1}), "min_quantity");
    assert_string_equal(refused((struct ladder){.min_quantity = 1, .step = -1}), "step");
    assert_string_equal(refused((struct ladder){.min_quantity = 1, .step = 1000}), "step");
    assert_string_equal(refused((struct ladder){.min_quantity = 990, .step = 500}), "step");
    l.rungs[1].from = 48;
    assert_string_equal(refused(l), "ladder");
    l.rungs[1] = (struct ladder_rung){1000, 1};
    assert_string_equal(refused(l), "ladder");
    l.rungs[1] = (struct ladder_rung){120, -1};
    assert_string_equal(refused(l), "ladder");
    l = plain;
    l.sample_minor = (struct opt_int){true, -1};
    assert_string_equal(refused(l), "sample_price");
    l.sample_minor.v = 0;
    assert_null(refused(l));
}

static void differences_are_seen(void **state)
{
    struct ladder x = cartons, y = cartons;
    (void)state;
    assert_true(catalog_ladder_is_same(&x, &y));
    assert_true(catalog_ladder_is_same(&plain, &(struct ladder){.min_quantity = 0}));
    y.min_quantity = 21;
    assert_false(catalog_ladder_is_same(&x, &y));
    y = x, y.step = 6;
    assert_false(catalog_ladder_is_same(&x, &y));
    y = x, y.rung_count = 1;
    assert_false(catalog_ladder_is_same(&x, &y));
    y = x, y.rungs[1].from = 121;
    assert_false(catalog_ladder_is_same(&x, &y));
    y = x, y.rungs[1].unit_minor = 1;
    assert_false(catalog_ladder_is_same(&x, &y));
    y = x, y.sample_minor = (struct opt_int){true, 900};
    assert_false(catalog_ladder_is_same(&x, &y));
    x.sample_minor = (struct opt_int){true, 901};
    assert_false(catalog_ladder_is_same(&x, &y));
    x = y;
    assert_true(catalog_ladder_is_same(&x, &y));
}

static void what_people_type_reads_back(void **state)
{
    static const char *const wrong[] = {"many: 3", "10", "10:", "10: cheap", ": 4",
                                        "2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1"};
    struct ladder l = plain;
    str text;
    (void)state;
    assert_null(catalog_ladder_read(&a, S(" 48: 45,00, 120:39.90 "), eur, &l));
    assert_int_equal(l.rung_count, 2);
    assert_int_equal(l.rungs[0].unit_minor, 4500);
    assert_null(catalog_ladder_print(&a, &l, eur, &text));
    assert_true(str_eq(text, S("48: 45.00, 120: 39.90")));
    assert_null(catalog_ladder_read(&a, S("48:45,00; 120:39,90"), eur, &l));
    assert_int_equal(l.rungs[1].unit_minor, 3990);
    assert_null(catalog_ladder_read(&a, S(""), eur, &l));
    assert_int_equal(l.rung_count, 0);
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_string_equal(catalog_ladder_read(&a, str_c(wrong[i]), eur, &l)->key,
                            "catalog.bad_ladder");
}

/* ---- kept ---- */

struct set_call {
    struct shop_id shop;
    struct variant_id variant;
    const struct ladder *ladder;
};

static const struct err *set_turn(struct turn *t, void *arg)
{
    const struct set_call *x = arg;
    return catalog_ladder_set(t, x->shop, x->variant, x->ladder);
}

static struct product_card card_of(struct fixture *f, struct product_id id)
{
    struct product_card card;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(catalog_cards(tx, &f->t.arena, &id.v, 1, &card));
    db_read_end(tx);
    return card;
}

static void a_variant_keeps_its_ladder(enum db_engine engine)
{
    struct fixture f;
    struct product_id id = {0};
    bool is_changed;
    struct variant_input one = {.sku = S("C"), .price_minor = 4900, .compare_at_minor = 5900};
    struct product_input in = {
        .title = S("Cup"), .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    open_fixture(&f, engine);
    testing_must(try_save(&f, &in, &id, &is_changed));
    struct product p = load(&f, id);
    assert_true(catalog_ladder_is_same(&p.variants[0].ladder, &plain));
    assert_int_equal(card_of(&f, id).compare_at_minor, 5900);

    struct ladder with = cartons;
    with.sample_minor = (struct opt_int){true, 900};
    struct set_call x = {f.shop, p.variants[0].id, &with};
    testing_turn(&f.t, f.owner, set_turn, &x);
    p = load(&f, id);
    assert_true(catalog_ladder_is_same(&p.variants[0].ladder, &with));
    struct product_card card = card_of(&f, id);
    assert_int_equal(card.price_from.minor, 3990);
    assert_int_equal(card.price_to.minor, 4900);
    assert_int_equal(card.compare_at_minor, 0);

    /* As a whole product it is the same again, and goes when it is not said. */
    one.ladder = with;
    testing_must(try_save(&f, &in, &id, &is_changed));
    assert_false(is_changed);
    one.ladder = (struct ladder){.min_quantity = 0};
    testing_must(try_save(&f, &in, &id, &is_changed));
    assert_true(is_changed);
    assert_int_equal(card_of(&f, id).price_from.minor, 4900);
    one.ladder.step = -3;
    const struct err *e = try_save(&f, &in, &id, &is_changed);
    assert_string_equal(e->key, "catalog.bad_ladder");
    x.ladder = &one.ladder;
    e = turn_run(f.t.platform, &f.t.arena, f.owner, set_turn, &x);
    assert_string_equal(e->key, "catalog.bad_ladder");
    x.shop.v++;
    e = turn_run(f.t.platform, &f.t.arena, f.owner, set_turn, &x);
    assert_string_equal(e->key, "catalog.gone");
    testing_close(&f.t);
}

ON_BOTH(a_variant_keeps_its_ladder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(quantities_are_rounded_to_what_is_sold),
        TEST(pieces_that_come_in_are_counted_with_those_there),
        TEST(the_lower_price_holds),
        TEST(what_makes_no_sense_is_refused),
        TEST(differences_are_seen),
        TEST(what_people_type_reads_back),
        BOTH(a_variant_keeps_its_ladder),
    };
    return cmocka_run_group_tests_name("catalog: quantity ladders", tests, NULL, NULL);
}
