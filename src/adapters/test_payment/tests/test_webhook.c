/* C-30: a notice is believed when it is signed with our secret, over these bytes, at about this
 * time; else nothing changes. The journeys of payers are tested with feature order. */
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/setting.h"
#include "core/testing.h"
#include "test_payment/test_payment.h"

static const str body = STR_INIT("{\"event_id\":\"e\",\"attempt\":\"0000000000001\"}");

static void only_our_signature_over_these_bytes(void **state)
{
    (void)state;
    const str secret = S("a secret of the provider");
    int64_t now = 1795262400000;
    str good, other, late, early;
    assert_null(test_payment_sign(&a, secret, body, now, &good));
    assert_null(test_payment_sign(&a, S("another secret"), body, now, &other));
    assert_null(test_payment_sign(&a, secret, body, now - TEST_PAYMENT_SKEW_MS - 1, &late));
    assert_null(test_payment_sign(&a, secret, body, now + TEST_PAYMENT_SKEW_MS + 1, &early));
    assert_null(test_payment_check(&a, secret, body, good, now));
    const str refused[] = {STR_NONE, S(""), S("v1="), S("t=1,v1="),
                           other,    late,  early,    str_sub(good, 0, good.len - 1)};
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_string_equal(test_payment_check(&a, secret, body, refused[i], now)->key,
                            "test_payment.bad_signature");
    assert_non_null(test_payment_check(
        &a, secret, S("{\"event_id\": \"e\",\"attempt\":\"0000000000001\"}"), good, now));
    assert_non_null(
        test_payment_check(&a, S(""), body, good, now)); /* an empty secret opens nothing */
    assert_string_equal(test_payment_sign(&a, S(""), body, now, &other)->key,
                        "test_payment.no_secret");
}

static void the_route_refuses_strangers(void **state)
{
    (void)state;
    struct testing t;
    testing_open(&t, DB_SQLITE, app_features, app_feature_count);
    struct testing_browser nobody = {.testing = &t};
    struct testing_answer r = testing_request(&nobody, "POST", "/webhooks/test",
                                              "Content-Type: application/json\r\n", body);
    assert_int_equal(r.status, 403);
    r = testing_request(&nobody, "POST", "/webhooks/test",
                        "Content-Type: application/json\r\nX-Test-Signature: t=1,v1=00\r\n", body);
    assert_int_equal(r.status, 403);
    testing_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(only_our_signature_over_these_bytes),
                                       TEST(the_route_refuses_strangers)};
    return cmocka_run_group_tests_name("test_payment: notices", tests, NULL, NULL);
}
