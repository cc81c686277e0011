/* The page cache over SQLite's own: which of its walks over all pages it spares. SQLite's own is
 * a stand-in here that counts them. */
#include "db_fixture.h"

#include "db/db_sqlite.h"

enum { PAGE_BYTES = 4096, LENT = 0x40000000 / PAGE_BYTES + 1 };

static int walks, made;
static sqlite3_pcache_page page;

static sqlite3_pcache *under_create(int page_bytes, int extra_bytes, int is_purgeable)
{
    assert_int_equal(page_bytes + extra_bytes + is_purgeable, PAGE_BYTES + 8 + 1);
    made++;
    return (sqlite3_pcache *)&made;
}

static sqlite3_pcache_page *under_fetch(sqlite3_pcache *c, unsigned number, int how)
{
    assert_ptr_equal(c, &made);
    return how != 0 || number == 1 ? &page : NULL;
}

static void under_rekey(sqlite3_pcache *c, sqlite3_pcache_page *p, unsigned from, unsigned to)
{
    assert_ptr_equal(c, &made);
    assert_ptr_equal(p, &page);
    assert_int_not_equal(from, to);
}

static void under_truncate(sqlite3_pcache *c, unsigned from)
{
    assert_ptr_equal(c, &made);
    assert_int_not_equal(from, LENT);
    walks++;
}

static void under_destroy(sqlite3_pcache *c)
{
    assert_ptr_equal(c, &made);
    made--;
}

static sqlite3_pcache_methods2 stand_over(void)
{
    const sqlite3_pcache_methods2 under = {
        .iVersion = 1, .xCreate = under_create, .xFetch = under_fetch, .xRekey = under_rekey,
        .xTruncate = under_truncate, .xDestroy = under_destroy};
    sqlite3_pcache_methods2 over;
    sqlite_cache_over(&under, &over);
    walks = made = 0;
    return over;
}

static void test_a_lent_number_does_not_count(void **state)
{
    sqlite3_pcache_methods2 m = stand_over();
    sqlite3_pcache *c = m.xCreate(PAGE_BYTES, 8, 1);
    (void)state;
    for (unsigned number = 1; number <= 10; number++)
        assert_ptr_equal(m.xFetch(c, number, 2), &page);
    assert_null(m.xFetch(c, 500, 0)); /* not there, so it does not count */
    m.xRekey(c, &page, 5, LENT);
    m.xRekey(c, &page, 7, 5);
    m.xRekey(c, &page, LENT, 7);
    m.xTruncate(c, 11);
    assert_int_equal(walks, 0);
    m.xDestroy(c);
    assert_int_equal(made, 0);
}

static void test_pages_beyond_the_end_are_dropped(void **state)
{
    sqlite3_pcache_methods2 m = stand_over();
    sqlite3_pcache *c = m.xCreate(PAGE_BYTES, 8, 1);
    (void)state;
    m.xFetch(c, 12, 1);
    m.xTruncate(c, 12);
    m.xTruncate(c, 12); /* nothing is left of it */
    assert_int_equal(walks, 1);
    m.xRekey(c, &page, 3, 20);
    m.xTruncate(c, 15);
    assert_int_equal(walks, 2);
    m.xRekey(c, &page, 3, LENT); /* and a transaction that ends there */
    m.xTruncate(c, 15);
    m.xTruncate(c, 15);
    assert_int_equal(walks, 3);
    m.xFetch(c, 1, 1);
    m.xTruncate(c, 0);
    m.xTruncate(c, 1);
    assert_int_equal(walks, 4);
    m.xDestroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_lent_number_does_not_count),
        cmocka_unit_test(test_pages_beyond_the_end_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
