/* One key, one effect: see idempotency.h. */
#include "core/idempotency.h"

#include "core/core_sql.h"
#include "sys/crypto.h"

enum { BODY_MAX = 64 * 1024, TAKE_OVER_MS = 2 * 60 * 1000 };

static const struct err *check_key(struct arena *a, str key)
{
    bool is_good = key.len >= 1 && key.len <= IDEMPOTENCY_KEY_MAX;
    for (size_t i = 0; is_good && i < key.len; i++)
        is_good = key.ptr[i] > 0x20 && key.ptr[i] < 0x7f;
    if (!is_good)
        return ERR(a, ERR_INVALID, "error.bad_key", "idempotency key of %zu bytes", key.len);
    return NULL;
}

const struct err *idempotency_begin(struct turn *t, const struct idempotency *x,
                                    struct idempotency_replay *ret)
{
    *ret = (struct idempotency_replay){0};
    TRY(check_key(t->arena, x->key));
    struct digest hash = crypto_sha256(x->body);
    int64_t inserted = 0;
    TRY(idempotency_insert(t->tx, t->arena, x->account_id, x->key, digest_str(&hash), t->now_ms,
                           &inserted));
    if (inserted == 1)
        return NULL;
    struct idempotency_get_row row;
    bool found = false;
    TRY(idempotency_get(t->tx, t->arena, x->account_id, x->key, &row, &found));
    if (!found)
        return ERR(t->arena, ERR_CONFLICT, "error.key_running", "the first run just went back");
    if (!str_eq(row.body_hash, digest_str(&hash)))
        return ERR(t->arena, ERR_INVALID, "error.key_reused", "same key, other request");
    if (row.is_done) {
        *ret = (struct idempotency_replay){true, (int)row.status, row.body};
        return NULL;
    }
    int64_t taken = 0;
    if (row.created_ms + TAKE_OVER_MS < t->now_ms)
        TRY(idempotency_take_over(t->tx, t->arena, x->account_id, x->key, row.created_ms, t->now_ms,
                                  &taken));
    if (taken == 0)
        return ERR(t->arena, ERR_CONFLICT, "error.key_running", "the first run is not done");
    return NULL;
}

const struct err *idempotency_finish(struct turn *t, const struct idempotency *x, int status,
                                     str body)
{
    if (body.len > BODY_MAX)
        return ERR(t->arena, ERR_BUG, "error.bug", "an answer of %zu bytes cannot be kept",
                   body.len);
    int64_t hit = 0;
    TRY(idempotency_done(t->tx, t->arena, x->account_id, x->key, status,
                         str_is_absent(body) ? S("") : body, &hit));
    if (hit != 1)
        return ERR(t->arena, ERR_CONFLICT, "error.key_running", "finished by another run");
    return NULL;
}
