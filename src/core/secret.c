/* Keys derived per purpose from the master key, and one-shot tokens: see secret.h. */
#include "core/secret.h"

#include <string.h>

#include "base/base64.h"
#include "core/core_sql.h"
#include "sys/crypto.h"

enum { PLAIN_MAX = 64 * 1024, SIGNATURE_BYTES = 16, TOKEN_BYTES = 24, SUBJECT_MAX = 500 };

/* What every page signs or proves and every order seals: deriving these keys anew was half of that
 * work. */
static const char *const often[PLATFORM_OFTEN_KEYS] = {
    "visitor", "csrf", "via", "order.party_key", "order.remembered", "order.access"};

static struct digest derive(const struct platform *p, const char *purpose)
{
    return crypto_hmac_sha256((str){(const char *)p->master_key, sizeof p->master_key},
                              str_c(purpose));
}

void secret_prepare(struct platform *p)
{
    for (size_t i = 0; i < COUNT(often); i++) {
        struct digest key = derive(p, often[i]);
        memcpy(p->often_keys[i], key.bytes, sizeof p->often_keys[i]);
    }
}

static struct digest purpose_key(const struct platform *p, const char *purpose)
{
    struct digest key;
    for (size_t i = 0; i < COUNT(often); i++)
        if (strcmp(purpose, often[i]) == 0) {
            memcpy(key.bytes, p->often_keys[i], sizeof key.bytes);
            return key;
        }
    return derive(p, purpose);
}

static struct seal_key sealing_key(const struct platform *p, const char *purpose)
{
    struct digest derived = purpose_key(p, purpose);
    struct seal_key key = {.id = 1};
    memcpy(key.bytes, derived.bytes, sizeof key.bytes);
    return key;
}

const struct err *secret_seal(const struct platform *p, struct arena *a, const char *purpose,
                              str plain, str *ret)
{
    if (plain.len > PLAIN_MAX)
        return ERR(a, ERR_LIMIT, "error.too_much", "sealing %zu bytes", plain.len);
    struct seal_key key = sealing_key(p, purpose);
    str sealed = STR_NONE;
    TRY(crypto_seal(a, p->rng, &key, str_c(purpose), plain, &sealed));
    return base64url_encode(a, sealed, ret);
}

const struct err *secret_open(const struct platform *p, struct arena *a, const char *purpose,
                              str sealed, str *ret_plain)
{
    struct seal_key key = sealing_key(p, purpose);
    str bytes = STR_NONE;
    const struct err *e = base64url_decode(a, sealed, &bytes);
    if (e == NULL)
        e = crypto_open(a, &key, 1, str_c(purpose), bytes, ret_plain);
    if (e == &err_out_of_memory) /* says nothing about the seal */
        return e;
    if (e != NULL)
        return ERR(a, ERR_DENIED, "error.bad_seal", "a sealed text for %s does not open", purpose);
    return NULL;
}

const struct err *secret_sign(const struct platform *p, struct arena *a, const char *purpose,
                              str message, str *ret)
{
    struct digest key = purpose_key(p, purpose);
    struct digest mac = crypto_hmac_sha256(digest_str(&key), message);
    return base64url_encode(a, str_sub(digest_str(&mac), 0, SIGNATURE_BYTES), ret);
}

bool secret_verify(const struct platform *p, struct arena *a, const char *purpose, str message,
                   str signature)
{
    str expected = STR_NONE;
    return secret_sign(p, a, purpose, message, &expected) == NULL &&
           str_eq_secret(expected, signature);
}

const struct err *secret_token_issue(struct turn *t, const char *purpose,
                                     struct account_id account_id, str subject, int64_t ttl_ms,
                                     str *ret_token)
{
    if (subject.len > SUBJECT_MAX)
        return ERR(t->arena, ERR_LIMIT, "error.too_much", "subject of %zu bytes", subject.len);
    TRY(rng_token(t->arena, t->platform->rng, TOKEN_BYTES, ret_token));
    struct digest hash = crypto_sha256(*ret_token);
    return one_shot_insert(t->tx, t->arena, turn_new_id(t), account_id, str_c(purpose),
                           str_is_absent(subject) ? S("") : subject, digest_str(&hash),
                           t->now_ms + ttl_ms);
}

static const struct err *token_refused(struct arena *a, const char *purpose)
{
    return ERR(a, ERR_DENIED, "error.token_used", "token for %s unknown, used or expired", purpose);
}

const struct err *secret_token_take(struct turn *t, const char *purpose, str token,
                                    struct account_id *ret_account_id, str *ret_subject)
{
    struct digest hash = crypto_sha256(token);
    struct one_shot_take_row row;
    bool found = false;
    TRY(one_shot_take(t->tx, t->arena, digest_str(&hash), str_c(purpose), t->now_ms, &row, &found));
    if (!found)
        return token_refused(t->arena, purpose);
    *ret_account_id = row.account_id;
    *ret_subject = row.subject;
    return NULL;
}

const struct err *secret_token_peek(struct tx *tx, struct arena *a, const char *purpose, str token,
                                    int64_t now_ms, struct account_id *ret_account_id,
                                    str *ret_subject)
{
    struct digest hash = crypto_sha256(token);
    struct one_shot_peek_row row;
    bool found = false;
    TRY(one_shot_peek(tx, a, digest_str(&hash), str_c(purpose), now_ms, &row, &found));
    if (!found)
        return token_refused(a, purpose);
    *ret_account_id = row.account_id;
    *ret_subject = row.subject;
    return NULL;
}

const struct err *secret_token_revoke(struct turn *t, const char *purpose,
                                      struct account_id account_id)
{
    int64_t hit = 0;
    return one_shot_revoke(t->tx, t->arena, account_id, str_c(purpose), &hit);
}
