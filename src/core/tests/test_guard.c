/* The edge against what strangers send: CSRF, redirects, bad input, errors, rates. On both engines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "web_fixture.h"

/* ---- CSRF (C-46) ---- */

#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded\r\n"

static int post_with(struct testing_browser *b, const char *path, const char *headers,
                     const char *body)
{
    return testing_request(b, "POST", path, headers, str_c(body)).status;
}

static void csrf_forms(struct web_fixture *f)
{
    struct testing_browser b = {.testing = &f->t}, other = {.testing = &f->t};
    sample_sign_in(&b, f->base);
    sample_sign_in(&other, f->base + 1);
    struct testing_answer page = testing_get(&b, "/form"), page2 = testing_get(&other, "/form");
    str token = testing_field(&page, "csrf"), foreign_token = testing_field(&page2, "csrf");
    assert_true(token.len >= 16);
    assert_false(str_eq(token, foreign_token));
    char good[200], bad[200];
    snprintf(good, sizeof good, "text=hi&csrf=%.*s", STR_ARG(token));
    snprintf(bad, sizeof bad, "text=hi&csrf=%.*s", STR_ARG(foreign_token));
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE, good), 303);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE, bad), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Origin: http://pond.test\r\n", bad), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Origin: http://pond.test\r\n", "text=hi"),
                     303);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Origin: http://evil.test\r\n", good),
                     403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Origin: null\r\n", good), 403);
    assert_int_equal(
        post_with(&b, "/comment", FORM_TYPE "Origin: http://pond.test.evil.test\r\n", "text=hi"),
        403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Sec-Fetch-Site: cross-site\r\n", good),
                     403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Sec-Fetch-Site: same-site\r\n", good),
                     403);
    assert_int_equal(
        post_with(&b, "/comment", FORM_TYPE "Sec-Fetch-Site: same-origin\r\n", "text=hi"), 303);
    assert_int_equal(post_with(&b, "/comment",
                               "Content-Type: text/plain\r\nSec-Fetch-Site: same-origin\r\n", "{}"),
                     415);
}

static void test_csrf_of_forms(void **state)
{
    (void)state;
    web_each_engine(csrf_forms);
}

static str confirm_token, confirm_fields;

static const struct err *confirm_page(struct web *w, const struct confirm_view *v)
{
    static char token[100], fields[200];
    snprintf(token, sizeof token, "%.*s", STR_ARG(v->token));
    confirm_token = str_c(token);
    int len = 0;
    for (size_t i = 0; i < v->field_count; i++)
        len += snprintf(fields + len, sizeof fields - (size_t)len, "%.*s=%.*s&",
                        STR_ARG(v->fields[i].name), STR_ARG(v->fields[i].value));
    confirm_fields = str_c(fields);
    http_response_body(w->rs, 200, "text/plain", S("was it you?"));
    return NULL;
}

static void test_form_without_origin_is_confirmed(void **state)
{
    (void)state;
    static struct testing t;
    sample_reset();
    struct testing_config config = {.engine = DB_SQLITE,
                                    .features = sample_features,
                                    .feature_count = 1,
                                    .texts = &texts,
                                    .pages = {.confirm = confirm_page}};
    testing_open_config(&t, &config);
    struct testing_browser b = {.testing = &t};
    struct testing_answer asked = testing_request(&b, "POST", "/comment", FORM_TYPE, S("text=hi"));
    assert_true(str_eq(asked.body, S("was it you?")));
    assert_int_equal(testing_get(&b, "/me").status, 303); /* nothing has happened */
    char again[300];
    snprintf(again, sizeof again, "%.*scsrf=%.*s", STR_ARG(confirm_fields), STR_ARG(confirm_token));
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE, "text=hi&csrf=AAAAAAAAAAAAAAAAAAAAAA"),
                     403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE, again), 303);
    struct testing_browser late = {.testing = &t};
    testing_advance(&t, 31 * 60 * 1000);
    assert_int_equal(post_with(&late, "/comment", FORM_TYPE, again), 403);
    testing_close(&t);
}

#define JSON_TYPE "Content-Type: application/json\r\n"

static void csrf_api(struct web_fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    struct testing_answer signed_in = testing_post(&b, "/sign-in", "account=5");
    const char *one = "{\"quantity\":1}", *path = "/api/v1/orders";
    str key = STR_NONE;
    testing_must(rng_token(&f->t.arena, &rng_system, 9, &key));
    char idem[100], lines[600];
    snprintf(idem, sizeof idem, "Idempotency-Key: %.*s\r\n", STR_ARG(key));
    snprintf(lines, sizeof lines, JSON_TYPE "%s", idem);
    assert_int_equal(post_with(&b, path, lines, one), 403); /* cookie, no proof of origin */
    snprintf(lines, sizeof lines, JSON_TYPE "%sOrigin: http://evil.test\r\n", idem);
    assert_int_equal(post_with(&b, path, lines, one), 403);
    snprintf(lines, sizeof lines, "Content-Type: text/plain\r\n%sOrigin: http://pond.test\r\n",
             idem);
    assert_int_equal(post_with(&b, path, lines, one), 415);
    snprintf(lines, sizeof lines, FORM_TYPE "%sOrigin: http://pond.test\r\n", idem);
    assert_int_equal(post_with(&b, path, lines, "quantity=1"), 403); /* a form to the API */
    snprintf(lines, sizeof lines, JSON_TYPE "%sOrigin: http://pond.test\r\n", idem);
    assert_int_equal(post_with(&b, path, lines, one), 201);
    struct testing_browser bearer = {.testing = &f->t};
    snprintf(lines, sizeof lines, JSON_TYPE "%sAuthorization: Bearer %.*s\r\n", idem,
             STR_ARG(signed_in.body));
    assert_int_equal(post_with(&bearer, path, lines, one), 201);
    assert_int_equal(post_with(&bearer, path,
                               JSON_TYPE "Authorization: Bearer nonsense-nonsense-nonsense\r\n",
                               one),
                     401);
    assert_int_equal(sample_orders, 1);
}

static void test_csrf_of_api(void **state)
{
    (void)state;
    web_each_engine(csrf_api);
}

/* ---- redirects (C-47) ---- */

static void test_next_stays_here(void **state)
{
    (void)state;
    struct web_fixture *f = web_open(DB_SQLITE, 0);
    static const char *const bad[] = {"//evil.test",         "/\\evil.test",      "\\evil.test",
                                      "https:evil.test",     "https://evil.test", "/%09/evil.test",
                                      "javascript:alert(1)", "evil.test",         "/%0d%0aX-Evil:1",
                                      "/ /evil.test"};
    struct testing_browser b = {.testing = &f->t};
    for (size_t i = 0; i < COUNT(bad); i++) {
        char form[200];
        snprintf(form, sizeof form, "text=hi&next=%s", bad[i]);
        struct testing_answer answer = testing_post(&b, "/comment", form);
        assert_int_equal(answer.status, 303);
        assert_true(str_eq(answer.location, S("/done")));
    }
    assert_true(
        str_eq(testing_post(&b, "/comment", "text=hi&next=/p/1%3Fa%3Db").location, S("/p/1?a=b")));
    struct testing_browser nobody = {.testing = &f->t};
    struct testing_answer asked = testing_get(&nobody, "/me?x=//evil");
    assert_true(str_starts(asked.location, S("/login?next=%2Fme%3Fx%3D%2F%2Fevil")));
    testing_close(&f->t);
}

/* ---- input and errors ---- */

static void test_bad_input(void **state)
{
    (void)state;
    struct web_fixture *f = web_open(DB_SQLITE, 0);
    struct testing_browser b = {.testing = &f->t};
    sample_sign_in(&b, f->base);
    static const char *const bodies[] = {
        "{\"quantity\":1,\"quantity\":2}", "{\"quantity\":\"1\"}", "{\"quantity\":[1]}",
        "{\"quantity\":1.0}", "{\"quantity\":1e400}", "{\"quantity\":NaN}", "[1]", "{", "\"x\"",
        "{\"quantity\":true}",
    };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        int status = testing_api(&b, HTTP_POST, "/api/v1/orders", bodies[i], "some-key").status;
        if (status != 400)
            fail_msg("%s: %d", bodies[i], status);
    }
    assert_int_equal(testing_api(&b, HTTP_POST, "/api/v1/orders", "{}", "some-key").status, 422);
    struct testing_answer many =
        testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":101}", "some-key");
    assert_int_equal(many.status, 422);
    assert_true(str_find(many.body, S("a number from 1 to 100")) >= 0);
    assert_int_equal(testing_post(&b, "/comment", "text=a&text=b").status, 400);
    assert_int_equal(testing_post(&b, "/comment", "text=").status, 422);
    assert_int_equal(testing_post(&b, "/comment", "text=123456789012345678901").status, 422);
    assert_int_equal(
        testing_post(&b, "/comment",
                     "text=%E4%BD%A0%E4%BD%A0%E4%BD%A0%E4%BD%A0%E4%BD%A0%E4%BD%A0%E4%BD%A0")
            .status,
        303);
    assert_int_equal(sample_orders, 0);
    testing_close(&f->t);
}

static void test_errors_say_nothing_internal(void **state)
{
    (void)state;
    struct web_fixture *f = web_open(DB_SQLITE, 0);
    struct testing_browser b = {.testing = &f->t};
    struct testing_answer answer = testing_get(&b, "/fail");
    assert_int_equal(answer.status, 500);
    assert_true(str_find(answer.body, S("secret")) < 0);
    assert_true(str_find(answer.body, S("/etc")) < 0);
    assert_int_equal(testing_get(&b, "/nowhere").status, 404);
    struct testing_answer method = testing_request(&b, "DELETE", "/form", "", STR_NONE);
    assert_int_equal(method.status, 405);
    assert_true(str_find(testing_header(&method, "allow"), S("GET")) >= 0);
    struct testing_answer problem =
        testing_request(&b, "GET", "/api/v1/me", "Accept-Language: zh-CN\r\n", STR_NONE);
    assert_int_equal(problem.status, 401);
    assert_true(
        str_starts(testing_header(&problem, "content-type"), S("application/problem+json")));
    assert_true(str_find(problem.body, S("\"type\":\"/problems/error.sign_in\"")) >= 0);
    assert_true(str_find(problem.body, S("请先登录")) >= 0);
    testing_close(&f->t);
}

static void test_rate_limit(void **state)
{
    (void)state;
    struct web_fixture *f = web_open(DB_SQLITE, 100);
    struct testing_browser b = {.testing = &f->t};
    int status = 0;
    for (int i = 0; i < 21; i++) {
        b.client_ip_header =
            i % 2 == 0 ? S("198.51.100.7") : S("127.0.0.9"); /* not believed (C-3) */
        status = testing_post(&b, "/sign-in", "account=5").status;
        if (i == 19)
            assert_int_equal(status, 200);
    }
    assert_int_equal(status, 429);
    assert_int_equal(testing_get(&b, "/").status, 200); /* another class */
    testing_advance(&f->t, 3001);
    assert_int_equal(testing_post(&b, "/sign-in", "account=5").status, 200);
    testing_close(&f->t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csrf_of_forms),
        cmocka_unit_test(test_form_without_origin_is_confirmed),
        cmocka_unit_test(test_csrf_of_api),
        cmocka_unit_test(test_next_stays_here),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_errors_say_nothing_internal),
        cmocka_unit_test(test_rate_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
