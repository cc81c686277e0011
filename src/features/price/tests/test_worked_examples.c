/* Every line of worked_examples.tsv through price_quote_way, on a real store: a shop is set up as
 * the line says, its goods are priced, and the sums must be those that a second computation in
 * another language gave (worked_examples.mjs). */
#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/testing.h"
#include "price/price.h"
#include "sys/file.h"

enum { INPUTS = 11, CELLS = INPUTS + 6, LINES = 5, RATES = 8 };
enum cell {
    NAME, HOME, BASE, RATES_CELL, TERMS, METHODS, TO, VAT, CURRENCY, GOODS, METHOD,
    WANT_UNITS, WANT_GOODS, WANT_SHIPPING, WANT_TAX, WANT_TOTAL, WANT_GROUND
};

struct example {
    struct testing *t;
    str cells[CELLS];
    struct account_id owner;
    struct shop shop;
    struct price_want wants[LINES];
    size_t want_count;
    struct delivery_zone zone;
    str country, region;
};

static int64_t number(str text)
{
    int64_t n;
    if (!str_to_int(text, &n))
        fail_msg("no number: %.*s", STR_ARG(text));
    return n;
}

static str cell(const struct example *x, enum cell c)
{
    return str_eq(x->cells[c], S("-")) ? S("") : x->cells[c];
}

/* ---- the shop of a line ---- */

static const struct err *make_shop(struct turn *t, struct example *x)
{
    struct id_text tail = id_format(turn_new_id(t));
    struct shop_new n = {.name = S("Example"), .currency = cell(x, BASE), .country = cell(x, HOME)};
    struct shop_id id;
    str rates = cell(x, RATES_CELL), methods = cell(x, METHODS);
    TRY(str_fmt(t->arena, &n.handle, "ex-%s", tail.text));
    if (str_starts(rates, S("flat:"))) {
        (void)str_cut(&rates, ':');
        n.tax_basis_points = (int)number(str_cut(&rates, ':'));
        n.tax_included = str_eq(rates, S("in"));
    }
    if (str_starts(cell(x, RATES_CELL), S("flat:")) && str_starts(methods, S("flat "))) {
        (void)str_cut(&methods, ' ');
        n.shipping_minor = number(str_cut(&methods, ' '));
        (void)str_cut(&methods, ' ');
        n.free_shipping_from_minor = str_is_absent(methods) ? 0 : number(methods);
    }
    TRY(shop_create(t, &n, &id));
    return shop_get(t->tx, t->arena, id, &x->shop);
}

static void read_steps(str text, struct delivery_method *m)
{
    str steps = str_cut(&text, '/');
    m->volume_divisor = str_is_absent(text) ? 0 : number(text);
    while (!str_is_absent(steps)) {
        str step = str_cut(&steps, ';'), up_to = str_cut(&step, '=');
        m->steps[m->step_count++] = (struct delivery_step){number(up_to), number(step)};
    }
}

static void read_method(str text, struct delivery_method *m)
{
    str kind = str_cut(&text, ' ');
    *m = (struct delivery_method){.name = kind, .kind = DELIVERY_PICKUP};
    if (str_eq(kind, S("flat"))) {
        m->kind = DELIVERY_FLAT;
        m->price_minor = number(str_cut(&text, ' '));
    } else if (!str_eq(kind, S("pickup"))) {
        m->kind = str_eq(kind, S("weight")) ? DELIVERY_BY_WEIGHT : DELIVERY_BY_PRICE;
        read_steps(str_cut(&text, ' '), m);
    }
    if (str_eq(str_cut(&text, ' '), S("free")))
        m->free_from_minor = number(text);
}

static const struct err *make_zone(struct turn *t, struct example *x)
{
    struct delivery_zone zone = {.name = S("There"), .countries = x->country};
    struct delivery_zone_id id;
    str methods = cell(x, METHODS);
    if (str_eq(methods, S("none")))
        zone.countries = S("AQ");
    while (zone.countries.ptr == x->country.ptr && !str_is_absent(methods)) {
        str one = str_trim(str_cut(&methods, '|'));
        read_method(one, &zone.methods[zone.method_count++]);
    }
    TRY(delivery_zone_save(t, x->shop.id, &zone, &id));
    struct delivery_zone *made;
    bool has_zones;
    TRY(delivery_zone_for(t->tx, t->arena, x->shop.id, x->country, &has_zones, &made));
    if (made != NULL)
        x->zone = *made;
    return NULL;
}

static const struct err *make_taxes(struct turn *t, struct example *x)
{
    struct tax_rate rates[RATES];
    struct tax_terms terms = {.rounding = TAX_PER_ORDER, .vat_id = S(""), .ioss_number = S("")};
    size_t count = 0;
    str text = cell(x, RATES_CELL), words = cell(x, TERMS);
    while (!str_is_absent(text)) {
        str one = str_cut(&text, ','), place = str_cut(&one, ':');
        str country = str_cut(&place, '-'), how = str_cut(&one, ':'), standard = str_cut(&one, ':');
        rates[count++] = (struct tax_rate){.country = country,
                                           .region = str_is_absent(place) ? S("") : place,
                                           .is_included = str_eq(how, S("in")),
                                           .standard_bp = (int)number(standard),
                                           .reduced_bp = (int)number(one)};
    }
    while (!str_is_absent(words)) {
        str word = str_cut(&words, '+');
        if (str_eq(word, S("line")))
            terms.rounding = TAX_PER_LINE;
        terms.reverse_charge = terms.reverse_charge || str_eq(word, S("reverse"));
        if (!str_starts(word, S("ioss=")))
            continue;
        terms.ioss_number = S("IM2760000742");
        terms.ioss_limit_minor = number(str_from(word, 5));
    }
    TRY(tax_rates_set(t, x->shop.id, rates, count));
    return tax_terms_set(t, x->shop.id, &terms);
}

/* USD@1080000@90 */
static const struct err *make_rate(struct turn *t, struct example *x)
{
    static const str rules[] = {STR_INIT(""), STR_INIT("exact"), STR_INIT("90"), STR_INIT("99"),
                                STR_INIT("whole"), STR_INIT("ten")};
    struct shop_rate rate = {.base = x->shop.currency};
    str text = cell(x, CURRENCY), code = str_cut(&text, '@'), micros = str_cut(&text, '@');
    if (str_is_absent(micros))
        return NULL;
    TRY(currency_parse(t->arena, code, &rate.currency));
    rate.rate_micros = number(micros);
    for (size_t i = 1; i < COUNT(rules); i++)
        if (str_eq(text, rules[i]))
            rate.rounding = (enum currency_rounding)i;
    return currency_rates_set(t, x->shop.id, &rate, 1);
}

/* 2400x2:std:450:300.200.50:2900 */
static const struct err *make_line(struct turn *t, struct example *x, str text)
{
    str price = str_cut(&text, 'x'), quantity = str_cut(&text, ':'), kind = str_cut(&text, ':'),
        weight = str_cut(&text, ':'), size = str_cut(&text, ':');
    struct variant_input one = {.price_minor = number(price), .is_taxable = true};
    struct product_input in = {
        .title = S("Bowl"), .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id id;
    struct product made;
    bool is_changed;
    one.parcel.tax_class = str_eq(kind, S("std"))   ? TAX_STANDARD
                           : str_eq(kind, S("red")) ? TAX_REDUCED
                                                    : TAX_ZERO;
    one.requires_shipping = !str_eq(weight, S("-"));
    one.weight_g = one.requires_shipping ? number(weight) : 0;
    if (!str_eq(size, S("-"))) {
        one.parcel.length_mm = number(str_cut(&size, '.'));
        one.parcel.width_mm = number(str_cut(&size, '.'));
        one.parcel.height_mm = number(size);
    }
    TRY(catalog_save(t, x->shop.id, &in, (struct product_id){0}, &id, &is_changed));
    TRY(catalog_product(t->tx, t->arena, x->shop.id, id, &made));
    x->wants[x->want_count++] = (struct price_want){made.variants[0].id, number(quantity)};
    if (str_is_absent(text))
        return NULL;
    struct currency currency;
    TRY(currency_parse(t->arena, str_sub(cell(x, CURRENCY), 0, 3), &currency));
    return currency_price_set(t, x->shop.id, made.variants[0].id, currency, number(text));
}

static const struct err *make_example(struct turn *t, void *arg)
{
    struct example *x = arg;
    str goods = cell(x, GOODS), place = cell(x, TO);
    x->want_count = 0;
    x->region = place;
    x->country = str_cut(&x->region, '-');
    TRY(make_shop(t, x));
    if (!str_starts(cell(x, RATES_CELL), S("flat:"))) {
        TRY(make_zone(t, x));
        TRY(make_taxes(t, x));
    }
    TRY(make_rate(t, x));
    while (!str_is_absent(goods))
        TRY(make_line(t, x, str_cut(&goods, ' ')));
    return NULL;
}

/* ---- what it must cost ---- */

static void expect(const struct example *x, enum cell c, str got)
{
    if (!str_eq(got, x->cells[c]))
        fail_msg("example %.*s: column %d is %.*s, must be %.*s", STR_ARG(x->cells[NAME]), (int)c,
                 STR_ARG(got), STR_ARG(x->cells[c]));
}

static void expect_minor(const struct example *x, enum cell c, int64_t got)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)got);
    expect(x, c, str_c(text));
}

static void check(const struct example *x, const struct price_quote *q, struct arena *arena)
{
    static const str grounds[] = {STR_INIT("-"),       STR_INIT("none"), STR_INIT("rate"),
                                  STR_INIT("reverse"), STR_INIT("ioss"), STR_INIT("import")};
    struct strbuf units;
    strbuf_init(&units, arena, 1024);
    for (size_t i = 0; i < q->line_count; i++)
        strbuf_addf(&units, "%s%lld", i == 0 ? "" : ",", (long long)q->lines[i].unit_minor);
    expect(x, WANT_UNITS, strbuf_view(&units));
    expect_minor(x, WANT_GOODS, q->goods_minor);
    if (q->is_unreachable)
        expect(x, WANT_SHIPPING, S("unreachable"));
    else
        expect_minor(x, WANT_SHIPPING, q->shipping_minor);
    expect_minor(x, WANT_TAX, q->tax_minor);
    expect_minor(x, WANT_TOTAL, q->total_minor);
    expect(x, WANT_GROUND, grounds[q->tax_ground]);
    testing_must(price_quote_check(arena, q));
}

static void price_example(struct example *x)
{
    struct price_way way = {.country = x->country, .region = x->region, .vat_id = cell(x, VAT),
                            .currency = str_sub(cell(x, CURRENCY), 0, 3)};
    struct price_quote *q;
    struct tx *tx;
    str method = cell(x, METHOD);
    if (!str_is_empty(method))
        way.method_id = x->zone.methods[number(method)].id.v;
    testing_must(db_read_begin(x->t->platform->db, &x->t->arena, &tx));
    testing_must(price_quote_way(tx, &x->t->arena, &x->shop, x->wants, x->want_count, &way, &q));
    db_read_end(tx);
    check(x, q, &x->t->arena);
}

static const struct err *make_owner(struct turn *t, void *arg)
{
    return account_guest_make(t, S("Mara"), S("en"), arg);
}

static void run_all(enum db_engine engine)
{
    struct testing t;
    struct account_id owner;
    str text;
    size_t count = 0;
    testing_open(&t, engine, app_features, app_feature_count);
    testing_turn(&t, (struct account_id){0}, make_owner, &owner);
    testing_must(file_read(&t.arena, "src/features/price/tests/worked_examples.tsv", MiB(1),
                           &text));
    while (!str_is_absent(text)) {
        struct example x = {.t = &t};
        str line = str_cut(&text, '\n');
        if (str_is_empty(line) || line.ptr[0] == '#')
            continue;
        for (size_t i = 0; i < CELLS; i++)
            x.cells[i] = str_cut(&line, '\t');
        testing_turn(&t, owner, make_example, &x);
        price_example(&x);
        count++;
    }
    assert_true(count >= 200);
    testing_close(&t);
}

static void examples_sqlite(void **state)
{
    (void)state;
    run_all(DB_SQLITE);
}

static void examples_postgres(void **state)
{
    (void)state;
    assert_true(testing_has_engine(DB_POSTGRES));
    run_all(DB_POSTGRES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {BOTH(examples)};
    return cmocka_run_group_tests_name("worked_examples", tests, NULL, NULL);
}
