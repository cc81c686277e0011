/* One idempotency key, one effect, also in a race. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "web_fixture.h"

/* ---- idempotency (C-26, I4) ---- */

static void idempotency(struct web_fixture *f)
{
    struct testing_browser b = {.testing = &f->t}, other = {.testing = &f->t};
    sample_sign_in(&b, SAMPLE_MEMBERS * 9 + f->base);
    sample_sign_in(&other, SAMPLE_MEMBERS * 10 + f->base);
    str token = STR_NONE;
    testing_must(rng_token(&f->t.arena, &rng_system, 12, &token));
    const char *key = token.ptr, *path = "/api/v1/orders";
    struct testing_answer first = testing_api(&b, HTTP_POST, path, "{\"quantity\":2}", key);
    struct testing_answer again = testing_api(&b, HTTP_POST, path, "{\"quantity\":2}", key);
    assert_int_equal(first.status, 201);
    assert_int_equal(again.status, 201);
    assert_true(str_eq(first.body, again.body));
    assert_int_equal(sample_orders, 1);
    struct testing_answer reused = testing_api(&b, HTTP_POST, path, "{\"quantity\":3}", key);
    assert_int_equal(reused.status, 422);
    assert_true(str_find(reused.body, S("error.key_reused")) > 0);
    assert_int_equal(testing_api(&other, HTTP_POST, path, "{\"quantity\":3}", key).status, 201);
    assert_int_equal(testing_api(&b, HTTP_POST, path, "{\"quantity\":3}", NULL).status, 400);
    char key256[257];
    memset(key256, 'k', 256);
    key256[256] = 0;
    assert_int_equal(testing_api(&b, HTTP_POST, path, "{\"quantity\":3}", key256).status, 400);
    assert_int_equal(sample_orders, 2);
}

static void test_idempotency(void **state)
{
    (void)state;
    web_each_engine(idempotency);
}

/* A problem without its last field, which names the request and so differs each time. */
static str what_is_said(str problem)
{
    ptrdiff_t at = str_find(problem, S(",\"request_id\""));
    assert_true(at > 0);
    return str_sub(problem, 0, (size_t)at);
}

static void refusal_stays(struct web_fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    sample_sign_in(&b, SAMPLE_MEMBERS * 9 + f->base);
    str key = STR_NONE;
    testing_must(rng_token(&f->t.arena, &rng_system, 12, &key));
    struct testing_answer first =
        testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":99}", key.ptr);
    struct testing_answer again =
        testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":99}", key.ptr);
    assert_int_equal(first.status, 409);
    assert_int_equal(again.status, 409);
    assert_true(str_eq(what_is_said(first.body), what_is_said(again.body)));
    assert_int_equal(
        testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":1}", key.ptr).status, 422);
    assert_int_equal(sample_orders, 0);
}

static void test_refusal_is_replayed(void **state)
{
    (void)state;
    web_each_engine(refusal_stays);
}

struct racer {
    struct testing_browser browser;
    const char *key;
    struct testing_answer answer;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    r->answer = testing_api(&r->browser, HTTP_POST, "/api/v1/orders", "{\"quantity\":7}", r->key);
    return NULL;
}

static void idempotency_race(struct web_fixture *f)
{
    enum { RACERS = 24 };
    static struct racer racers[RACERS];
    struct testing_browser b = {.testing = &f->t};
    sample_sign_in(&b, SAMPLE_MEMBERS * 9 + f->base);
    str key = STR_NONE;
    testing_must(rng_token(&f->t.arena, &rng_system, 12, &key));
    pthread_t threads[RACERS];
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.browser = b, .key = key.ptr};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    struct testing_answer last =
        testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":7}", key.ptr);
    for (int i = 0; i < RACERS; i++) {
        bool is_same = racers[i].answer.status == 201 && str_eq(racers[i].answer.body, last.body);
        if (!is_same && racers[i].answer.status != 409)
            fail_msg("racer %d: %d", i, racers[i].answer.status);
    }
}

static void test_idempotency_race(void **state)
{
    (void)state;
    web_each_engine(idempotency_race);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idempotency),
        cmocka_unit_test(test_refusal_is_replayed),
        cmocka_unit_test(test_idempotency_race),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
