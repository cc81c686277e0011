/* Clock, randomness, digests against published vectors, sealing, passwords and their queue. */
#include "base/tests/unit.h"

#include <pthread.h>
#include <string.h>

#include "base/base64.h"
#include "sys/clock.h"
#include "sys/crypto.h"

static void clocks_and_generators(void **state)
{
    (void)state;
    struct clock_fake fake;
    struct rng_seeded one, two;
    clock_fake_init(&fake, 1000);
    clock_fake_advance(&fake, 50);
    assert_int_equal(clock_now_ms(&fake.clock), 1050);
    assert_int_equal(clock_monotonic_ms(&fake.clock), 1050);
    assert_true(clock_now_ms(&clock_system) > 1700000000000);
    rng_seeded_init(&one, 7);
    rng_seeded_init(&two, 7);
    bool seen[10] = {false};
    for (int i = 0; i < 200; i++) {
        uint64_t value = rng_below(&one.rng, 10);
        assert_true(value < 10 && value == rng_below(&two.rng, 10));
        seen[value] = true;
    }
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_true(seen[i]);
    assert_int_equal(rng_below(&rng_system, 1), 0);
    str token, other;
    assert_null(rng_token(&a, &rng_system, 16, &token));
    assert_null(rng_token(&a, &rng_system, 16, &other));
    assert_true(token.len == 22 && !str_eq(token, other));
}

static void assert_digest(struct digest d, const char *hex)
{
    str text;
    assert_null(hex_encode(&a, digest_str(&d), &text));
    assert_string_equal(text.ptr, hex);
}

static void digests_match_the_vectors(void **state)
{
    (void)state;
    assert_digest(crypto_sha256(S("abc")),
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest(crypto_sha256(STR_NONE),
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    /* RFC 4231, case 2 */
    assert_digest(crypto_hmac_sha256(S("Jefe"), S("what do ya want for nothing?")),
                  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    str token;
    struct digest d;
    assert_null(crypto_token_new(&a, &rng_system, &token, &d));
    assert_int_equal(token.len, 43);
    struct digest again = crypto_token_digest(token);
    assert_true(str_eq_secret(digest_str(&d), digest_str(&again)));
}

static void sealed_texts_open_only_where_they_belong(void **state)
{
    (void)state;
    struct seal_key keys[] = {{.id = 3, .bytes = {1}}, {.id = 0x01020304, .bytes = {2}}};
    str sealed, plain, again;
    assert_null(crypto_seal(&a, &rng_system, &keys[1], S("shop:7:token"), S("secret"), &sealed));
    assert_null(crypto_seal(&a, &rng_system, &keys[1], S("shop:7:token"), S("secret"), &again));
    assert_false(str_eq(sealed, again));
    assert_int_equal(crypto_sealed_key_id(sealed), 0x01020304);
    assert_null(crypto_open(&a, keys, 2, S("shop:7:token"), sealed, &plain));
    assert_str_equal(plain, "secret");
    assert_int_equal(crypto_open(&a, keys, 2, S("shop:8:token"), sealed, &plain)->kind,
                     ERR_INVALID);
    assert_int_equal(crypto_open(&a, keys, 1, S("shop:7:token"), sealed, &plain)->kind,
                     ERR_INVALID);
    for (size_t i = 0; i < sealed.len; i++) { /* every byte counts */
        char *bad = arena_alloc(&a, sealed.len);
        memcpy(bad, sealed.ptr, sealed.len);
        bad[i] = (char)(bad[i] ^ 1);
        assert_non_null(
            crypto_open(&a, keys, 2, S("shop:7:token"), (str){bad, sealed.len}, &plain));
        assert_non_null(crypto_open(&a, keys, 2, S("shop:7:token"), str_sub(sealed, 0, i), &plain));
    }
    assert_null(crypto_seal(&a, &rng_system, &keys[0], S(""), S(""), &sealed));
    assert_null(crypto_open(&a, keys, 2, S(""), sealed, &plain));
    assert_int_equal(plain.len, 0);
    assert_int_equal(crypto_sealed_key_id(STR_NONE), 0);
}

static void passwords_match_themselves(void **state)
{
    (void)state;
    struct rng_seeded seeded;
    static char long_text[CRYPTO_PASSWORD_MAX + 1];
    str encoded;
    bool matches;
    rng_seeded_init(&seeded, 1);
    assert_null(crypto_password_hash(&a, &seeded.rng, secret_of(S("correct horse")), &encoded));
    assert_true(str_starts(encoded, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_null(crypto_password_verify(&a, encoded, secret_of(S("correct horse")), &matches));
    assert_true(matches);
    assert_null(crypto_password_verify(&a, encoded, secret_of(S("correct horsf")), &matches));
    assert_false(matches);
    assert_null(crypto_password_verify(&a, STR_NONE, secret_of(S("x")), &matches));
    assert_false(matches);
    assert_null(crypto_password_verify(&a, S("$argon2id$nonsense"), secret_of(STR_NONE), &matches));
    assert_false(matches);
    memset(long_text, 'x', sizeof long_text);
    assert_int_equal(
        crypto_password_verify(&a, encoded, secret_of((str){long_text, sizeof long_text}), &matches)
            ->kind,
        ERR_INVALID);
}

enum { LOGINS = 90 };
static pthread_barrier_t together;

/* 0: answered, 1: told to come later. */
static void *log_in(void *p)
{
    struct arena own;
    bool matches;
    arena_init(&own, KiB(64));
    pthread_barrier_wait(&together);
    const struct err *e = crypto_password_verify(&own, STR_NONE, secret_of(S("x")), &matches);
    *(int *)p = e == NULL ? 0 : e->kind == ERR_LIMIT ? 1 : 2;
    arena_done(&own);
    return NULL;
}

static void a_flood_of_passwords_is_bounded(void **state)
{
    (void)state;
    pthread_t threads[LOGINS];
    int results[LOGINS], counts[3] = {0};
    pthread_barrier_init(&together, NULL, LOGINS);
    for (int i = 0; i < LOGINS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, log_in, &results[i]), 0);
    for (int i = 0; i < LOGINS; i++) {
        pthread_join(threads[i], NULL);
        counts[results[i]]++;
    }
    pthread_barrier_destroy(&together);
    assert_int_equal(counts[2], 0);
    assert_true(counts[0] >= CRYPTO_PASSWORD_WAITING_MAX + CRYPTO_PASSWORD_RUNNING_MAX);
    assert_int_equal(counts[0] + counts[1], LOGINS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(clocks_and_generators),
        TEST(digests_match_the_vectors),
        TEST(sealed_texts_open_only_where_they_belong),
        TEST(passwords_match_themselves),
        TEST(a_flood_of_passwords_is_bounded),
    };
    return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
