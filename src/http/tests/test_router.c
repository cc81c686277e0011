/* Which row a path finds, and with which parameters. */
#include "base/tests/unit.h"

#include "http/router.h"

static const struct err *build(struct arena *arena, struct router **ret)
{
    static const struct {
        enum http_method method;
        const char *pattern;
    } rows[] = {
        {HTTP_GET, "/"},                  /* 0 */
        {HTTP_GET, "/p/{id}"},            /* 1 */
        {HTTP_GET, "/p/new"},             /* 2 */
        {HTTP_POST, "/p/{id}"},           /* 3 */
        {HTTP_GET, "/s/{shop}/products"}, /* 4 */
        {HTTP_GET, "/s/{shop}/{page}"},   /* 5 */
        {HTTP_GET, "/s/fixed/{page}/x"},  /* 6 */
        {HTTP_GET, "/static/{name...}"},  /* 7 */
        {HTTP_GET, "/a/b/"},              /* 8 */
        {HTTP_GET, "/{any...}"},          /* 9 */
        {HTTP_DELETE, "/only"},           /* 10 */
        {HTTP_GET, "/@{handle}"},         /* 11 */
        {HTTP_GET, "/@{handle}/posts"},   /* 12 */
    };
    TRY(router_new(arena, ret));
    for (size_t i = 0; i < COUNT(rows); i++)
        TRY(router_add(*ret, arena, rows[i].method, rows[i].pattern, (int)i));
    return NULL;
}

static void finds_the_most_literal_row(void **state)
{
    (void)state;
    static const struct {
        enum http_method method;
        const char *path;
        int row;
        const char *first, *second;
    } cases[] = {
        {HTTP_GET, "/", 0, NULL, NULL},
        {HTTP_HEAD, "/", 0, NULL, NULL},
        {HTTP_GET, "/p/12", 1, "12", NULL},
        {HTTP_GET, "/p/new", 2, NULL, NULL},
        {HTTP_POST, "/p/new", 3, "new", NULL}, /* the literal row has no POST */
        {HTTP_GET, "/s/a/products", 4, "a", NULL},
        {HTTP_GET, "/s/a/other", 5, "a", "other"},
        {HTTP_GET, "/s/fixed/products", 4, "fixed", NULL}, /* back out of the literal branch */
        {HTTP_GET, "/s/fixed/y/x", 6, "y", NULL},
        {HTTP_GET, "/static/css/a.css", 7, "css/a.css", NULL},
        {HTTP_GET, "/static/", 9, "static/", NULL},
        {HTTP_GET, "/a/b/", 8, NULL, NULL},
        {HTTP_GET, "/a/b", 9, "a/b", NULL},
        {HTTP_GET, "/p/", 9, "p/", NULL},
        {HTTP_DELETE, "/only", 10, NULL, NULL},
        {HTTP_GET, "/@mira", 11, "mira", NULL},
        {HTTP_GET, "/@mira/posts", 12, "mira", NULL},
        {HTTP_GET, "/mira/posts", 9, "mira/posts", NULL},
        {HTTP_GET, "/@", 9, "@", NULL},
        {HTTP_PUT, "/only", -2, NULL, NULL},
        {HTTP_PUT, "nonsense", -1, NULL, NULL},
        {HTTP_GET, "", -1, NULL, NULL},
    };
    struct router *r;
    assert_null(build(&a, &r));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct route_match m = router_find(r, cases[i].method, str_c(cases[i].path));
        if (m.row != cases[i].row)
            fail_msg("%s finds %d", cases[i].path, m.row);
        size_t count = (cases[i].first != NULL) + (size_t)(cases[i].second != NULL);
        assert_int_equal(m.param_count, count);
        assert_true(count < 1 || str_eq(m.params[0], str_c(cases[i].first)));
        assert_true(count < 2 || str_eq(m.params[1], str_c(cases[i].second)));
    }
    unsigned allowed = router_find(r, HTTP_PUT, S("/p/new")).allowed_methods;
    assert_int_equal(allowed, 1u << HTTP_GET | 1u << HTTP_HEAD | 1u << HTTP_POST);
}

static void refuses_bad_tables(void **state)
{
    (void)state;
    static const char *bad[] = {"",
                                "p", "/p//x", "/{id", "/id}", "/x{id}", "/{}", "/{rest...}/x",
                                "/{I}", "/@{}", "/@{rest...}", "/@x{id}",
                                "/{a}/{b}/{c}/{d}/{e}/{f}/{g}"};
    struct router *r;
    assert_null(build(&a, &r));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(router_add(r, &a, HTTP_GET, bad[i], 1)->kind, ERR_BUG);
    assert_int_equal(router_add(r, &a, HTTP_GET, "/p/{other}", 1)->kind, ERR_BUG);
    assert_null(router_add(r, &a, HTTP_PUT, "/p/{other}", 1));
}

static void deep_paths_end(void **state)
{
    (void)state;
    static char path[8000];
    struct router *r;
    assert_null(router_new(&a, &r));
    assert_null(router_add(r, &a, HTTP_GET, "/{a}/{b}", 1));
    for (size_t i = 0; i < sizeof path; i++)
        path[i] = i % 2 == 0 ? '/' : 'x';
    assert_int_equal(router_find(r, HTTP_GET, (str){path, sizeof path}).row, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finds_the_most_literal_row),
        TEST(refuses_bad_tables),
        TEST(deep_paths_end),
    };
    return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
