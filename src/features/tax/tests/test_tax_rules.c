/* Who is taxed where, and what VAT ids look like. */
#include "base/tests/unit.h"
#include "tax/tax.h"

static void the_regions_own_rate_comes_first(void **state)
{
    (void)state;
    const struct tax_rate rates[] = {
        {.country = S("CA"), .region = S(""), .standard_bp = 500},
        {.country = S("CA"), .region = S("Ontario"), .standard_bp = 1300},
        {.country = S("DE"), .region = S(""), .standard_bp = 1900},
        {.country = S("US"), .region = S("NY"), .standard_bp = 888},
    };
    assert_ptr_equal(tax_rate_choose(rates, 4, S("CA"), S(" ontario ")), &rates[1]);
    assert_ptr_equal(tax_rate_choose(rates, 4, S("CA"), S("Quebec")), &rates[0]);
    assert_ptr_equal(tax_rate_choose(rates, 4, S("DE"), S("")), &rates[2]);
    assert_null(tax_rate_choose(rates, 4, S("US"), S("CA")));
    assert_null(tax_rate_choose(rates, 4, S("FR"), S("")));
}

static void ids_have_the_form_of_their_country(void **state)
{
    (void)state;
    static const struct {
        const char *country, *typed, *read; /* NULL: no such form */
    } cases[] = {
        {"DE", "de 123.456-789", "DE123456789"}, {"DE", "123456789", "DE123456789"},
        {"DE", "12345678", NULL},                {"DE", "12345678A", NULL},
        {"DE", "12345678/", NULL},               {"DE", "12345678:", NULL},
        {"AT", "U12345678", "ATU12345678"},      {"AT", "V12345678", NULL},
        {"CY", "12345678X", "CY12345678X"},      {"CY", "123456789", NULL},
        {"CY", "12345678@", NULL},               {"CY", "12345678[", NULL},
        {"ES", "X1234567Z", "ESX1234567Z"},      {"ES", "01234567L", "ES01234567L"},
        {"ES", "_12345678", NULL},               {"GR", "EL123456789", "EL123456789"},
        {"IE", "1234567FA", "IE1234567FA"},      {"GB", "gb123456789", "GB123456789"},
        {"GB", "123456789012", "GB123456789012"}, {"CH", "CHE123456789MWST", "CHE123456789MWST"},
        {"NO", "123456789MVA", "NO123456789MVA"}, {"US", "123456789", NULL},
        {"DE", "123456789012345678901", NULL},   {"DE", "12345678{", NULL},
        {"DE", "DE1234`6789", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        str got = STR_NONE;
        bool is_read = tax_vat_id_read(&a, str_c(cases[i].country), str_c(cases[i].typed), &got);
        assert_int_equal(is_read, cases[i].read != NULL);
        if (is_read)
            assert_string_equal(got.ptr, cases[i].read);
    }
    assert_true(tax_vat_id_is_known_form(S("NO")));
    assert_false(tax_vat_id_is_known_form(S("US")));
}

static void an_id_that_does_not_fit_in_memory_is_none(void **state)
{
    (void)state;
    str got;
    arena_fail_at(1, true);
    assert_false(tax_vat_id_read(&a, S("DE"), S("123456789"), &got));
}

static const struct err *suggest(struct arena *arena)
{
    struct tax_rate *rates;
    size_t count;
    TRY(tax_suggestions(arena, &rates, &count));
    assert_int_equal(count, 27);
    for (size_t i = 0; i < count; i++)
        assert_true(rates[i].standard_bp >= rates[i].reduced_bp && rates[i].reduced_bp > 0);
    return NULL;
}

static void the_eu_is_suggested(void **state)
{
    (void)state;
    unit_fault_loop(suggest);
}

static const struct tax_rate included = {
    .country = STR_INIT("FR"), .is_included = true, .standard_bp = 2000, .reduced_bp = 550};
static const struct tax_rate on_top = {
    .country = STR_INIT("FR"), .standard_bp = 2000, .reduced_bp = 550};

struct decision {
    const char *from, *to, *vat_id, *ioss;
    int64_t goods;
    bool reverses;
    const struct tax_rate *rate;
    enum tax_ground ground;
    int standard_bp, taken_out_bp;
};

static const struct decision decisions[] = {
    {"DE", "DE", "", "", 100, true, &included, TAX_GROUND_RATE, 2000, 0},
    {"DE", "FR", "", "", 100, true, &included, TAX_GROUND_RATE, 2000, 0},
    {"DE", "FR", "FR12345678901", "", 100, true, &included, TAX_GROUND_REVERSE, 0, 2000},
    {"DE", "FR", "FR12345678901", "", 100, true, &on_top, TAX_GROUND_REVERSE, 0, 0},
    {"DE", "FR", "FR12345678901", "", 100, false, &included, TAX_GROUND_RATE, 2000, 0},
    {"DE", "FR", "FR1234", "", 100, true, &included, TAX_GROUND_RATE, 2000, 0},
    {"FR", "FR", "FR12345678901", "", 100, true, &included, TAX_GROUND_RATE, 2000, 0},
    {"DE", "US", "", "", 100, true, &on_top, TAX_GROUND_RATE, 2000, 0},
    {"DE", "US", "", "", 100, true, NULL, TAX_GROUND_NONE, 0, 0},
    {"US", "FR", "", "", 100, true, &included, TAX_GROUND_IMPORT, 0, 0},
    {"US", "FR", "", "IM1", 15001, true, &included, TAX_GROUND_IMPORT, 0, 0},
    {"US", "FR", "", "IM1", 15000, true, &included, TAX_GROUND_IOSS, 2000, 0},
    {"US", "CA", "", "", 100, true, &on_top, TAX_GROUND_RATE, 2000, 0},
};

static void grounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(decisions); i++) {
        const struct decision *d = &decisions[i];
        struct tax_terms terms = {.reverse_charge = d->reverses, .ioss_number = str_c(d->ioss),
                                  .ioss_limit_minor = 15000};
        struct tax_case c = {.shop_country = str_c(d->from), .country = str_c(d->to),
                             .vat_id = str_c(d->vat_id), .goods_minor = d->goods};
        struct tax_answer got;
        tax_decide(&terms, d->rate, &c, &got);
        assert_int_equal(got.ground, d->ground);
        assert_int_equal(got.rate_bp[TAX_STANDARD], d->standard_bp);
        assert_int_equal(got.taken_out_bp[TAX_STANDARD], d->taken_out_bp);
        assert_int_equal(got.rate_bp[TAX_ZERO], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_regions_own_rate_comes_first),
        TEST(ids_have_the_form_of_their_country),
        TEST(an_id_that_does_not_fit_in_memory_is_none),
        TEST(the_eu_is_suggested),
        TEST(grounds),
    };
    return cmocka_run_group_tests_name("tax rules", tests, NULL, NULL);
}
