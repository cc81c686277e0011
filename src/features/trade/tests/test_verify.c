/* `verify` finds nothing in a store that only we wrote, and names each defect that is planted. */
#include <stdio.h>
#include <string.h>

#include "trade/tests/trade_fixture.h"

struct planting {
    struct shop_id shop;
    struct trade_import_id import;
    int which;
};

static const struct err *plant(struct tx *tx, struct arena *mem, void *arg)
{
    const struct planting *p = arg;
    struct trade_term_row_row term;
    int64_t hit;
    bool is_found;
    switch (p->which) {
    case 0:
        return trade_company_add(tx, mem, p->shop, 1, 1, 0);
    case 1:
        return trade_company_name_add(tx, mem, p->shop, 2, S("Somebody"), 1);
    case 2:
        return trade_term_add(tx, mem, p->shop, S("w"), S("tile"), -1);
    case 3:
        TRY(trade_term_row(tx, mem, p->shop, S("d"), S("1"), &term, &is_found));
        return trade_post_insert(tx, mem, p->shop, term.term, 20250101, 999);
    case 4:
        TRY(trade_term_row(tx, mem, p->shop, S("h"), S("69"), &term, &is_found));
        return trade_post_delete(tx, mem, p->shop, term.term, 20250101, 1, &hit);
    case 5:
        return trade_record_delete(tx, mem, p->shop, 3);
    case 6:
        return trade_count_set(tx, mem, p->shop, 100, 2, 100);
    default:
        return trade_import_delete(tx, mem, p->shop, p->import);
    }
}

static void each_planted_defect_is_named(enum db_engine engine)
{
    static const char *const says[] = {
        "company 1: ", "company 2: ", "term w tile: 19 records stored, 20 rows",
        "leads to record 999, which is none", "term h 69: 20 records stored, 19 rows",
        "20 records stored, 19 rows", "2 numbers given out, a record has 20",
        "record 1 belongs to no import"};
    for (size_t i = 0; i < COUNT(says); i++) {
        struct fixture f;
        fixture_open(&f, engine);
        fixture_take_in(&f, "a-import.csv", fixture_lines(&f, "Anna", 20));
        char shop[64];
        (void)snprintf(shop, sizeof shop, "shop %lld ", (long long)f.shop.v);
        assert_true(str_find(fixture_verify(&f), str_c(shop)) < 0);
        struct planting p = {f.shop, f.import, (int)i};
        testing_must(db_write(trade_store(f.t.platform), &f.t.arena, plant, &p));
        str found = fixture_verify(&f);
        shop[strlen(shop) - 1] = '\0';
        if (str_find(found, str_c(says[i])) < 0 || str_find(found, str_c(shop)) < 0)
            print_message("%zu: %.*s\n", i, STR_ARG(found));
        assert_true(str_find(found, str_c(says[i])) >= 0);
        assert_true(str_find(found, str_c(shop)) >= 0);
        testing_close(&f.t);
    }
}

ON_BOTH(each_planted_defect_is_named)

int main(void)
{
    const struct CMUnitTest tests[] = {BOTH(each_planted_defect_is_named)};
    return cmocka_run_group_tests_name("trade's verify", tests, NULL, NULL);
}
