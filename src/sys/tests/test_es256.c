/* Keys, their JWK and thumbprint after RFC 7638, and the certificates made of them. That the
 * signatures hold is proven by another implementation, in tests/api/acme.test.mjs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "base/timefmt.h"
#include "sys/es256.h"

#define NOW 1763769600000

static void test_key_survives_its_text(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, MiB(1));
    struct es256_key *key = NULL, *same = NULL, *none = NULL;
    str pem = STR_NONE, jwk = STR_NONE, jwk_again = STR_NONE, thumb = STR_NONE,
        signature = STR_NONE;
    assert_null(es256_new(&a, &key));
    assert_null(es256_pem(&a, key, &pem));
    assert_true(str_starts(pem, S("-----BEGIN PRIVATE KEY-----")));
    assert_null(es256_from_pem(&a, pem, &same));
    assert_null(es256_jwk(&a, key, &jwk));
    assert_null(es256_jwk(&a, same, &jwk_again));
    assert_true(str_eq(jwk, jwk_again));
    assert_true(str_starts(jwk, S("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"")));
    assert_null(es256_thumbprint(&a, key, &thumb));
    assert_int_equal(thumb.len, 43);
    assert_null(es256_sign(&a, key, S("message"), &signature));
    assert_int_equal(signature.len, 86);
    const struct err *e = es256_from_pem(&a, S("-----BEGIN PRIVATE KEY-----\nAAAA\n"), &none);
    assert_non_null(e);
    assert_string_equal(e->key, "es256.bad_key");
    es256_free(key);
    es256_free(same);
    arena_done(&a);
}

static void test_self_made_certificate_says_what_it_is(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, MiB(1));
    struct es256_key *key = NULL;
    struct certificate_facts facts;
    str pem = STR_NONE;
    assert_null(es256_new(&a, &key));
    assert_null(es256_self_signed(&a, key, S("shop.example.com"), NOW, &pem));
    assert_null(certificate_look(&a, pem, &facts));
    assert_true(facts.is_self_made);
    assert_true(facts.from_ms == NOW && facts.until_ms == NOW + 7 * (int64_t)DAY_MS);
    assert_true(certificate_is_for(&a, pem, S("shop.example.com")));
    assert_false(certificate_is_for(&a, pem, S("other.example.com")));
    assert_false(certificate_is_for(&a, S("no text"), S("shop.example.com")));
    assert_non_null(certificate_look(&a, S("no text"), &facts));
    es256_free(key);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_survives_its_text),
        cmocka_unit_test(test_self_made_certificate_says_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
