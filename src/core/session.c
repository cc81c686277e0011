/* Sessions in the store: see session.h. */
#include "core/session.h"

#include "core/core_sql.h"
#include "sys/crypto.h"

enum { TOKEN_BYTES = 32, TOKEN_TEXT_MIN = 20, TOKEN_TEXT_MAX = 100, LIST_MAX = 100 };
static const int64_t SESSION_LIFE_MS = (int64_t)90 * 24 * 3600 * 1000;

const struct err *session_create(struct turn *t, struct account_id account_id, str agent,
                                 struct session_id *ret_id, str *ret_token)
{
    ASSERT(account_id.v != 0);
    TRY(rng_token(t->arena, t->platform->rng, TOKEN_BYTES, ret_token));
    struct digest hash = crypto_sha256(*ret_token);
    *ret_id = (struct session_id){turn_new_id(t)};
    str shown = str_is_absent(agent) ? S("") : str_sub(agent, 0, SESSION_AGENT_MAX);
    return session_insert(t->tx, t->arena, *ret_id, account_id, digest_str(&hash), shown, t->now_ms,
                          t->now_ms + SESSION_LIFE_MS);
}

const struct err *session_find(struct tx *tx, struct arena *a, str token, int64_t now_ms,
                               struct session *ret, bool *ret_found)
{
    *ret_found = false;
    if (token.len < TOKEN_TEXT_MIN || token.len > TOKEN_TEXT_MAX)
        return NULL;
    struct digest hash = crypto_sha256(token);
    struct session_by_token_row row;
    TRY(session_by_token(tx, a, digest_str(&hash), now_ms, &row, ret_found));
    if (*ret_found)
        *ret = (struct session){row.id, row.account_id, row.seen_ms};
    return NULL;
}

const struct err *session_touch(struct turn *t, const struct session *s)
{
    return session_seen(t->tx, t->arena, s->id, s->account_id, t->now_ms,
                        t->now_ms + SESSION_LIFE_MS);
}

const struct err *session_list(struct tx *tx, struct arena *a, struct account_id account_id,
                               int64_t now_ms, struct session_item **ret, size_t *ret_count)
{
    struct session_list_of_row *rows = NULL;
    size_t count = 0;
    TRY(session_list_of(tx, a, account_id, now_ms, LIST_MAX, LIST_MAX, &rows, &count));
    struct session_item *list = NULL;
    TRY_NEW_ARRAY(a, list, count);
    for (size_t i = 0; i < count; i++)
        list[i] =
            (struct session_item){rows[i].id, rows[i].agent, rows[i].created_ms, rows[i].seen_ms};
    *ret = list;
    *ret_count = count;
    return NULL;
}

const struct err *session_revoke(struct turn *t, struct account_id account_id, struct session_id id)
{
    int64_t hit = 0;
    TRY(session_delete(t->tx, t->arena, account_id, id, &hit));
    if (hit == 0)
        return ERR(t->arena, ERR_NOT_FOUND, "error.not_found", "no session %lld", (long long)id.v);
    return NULL;
}

const struct err *session_revoke_others(struct turn *t, struct account_id account_id,
                                        struct session_id keep)
{
    int64_t hit = 0;
    return session_delete_others(t->tx, t->arena, account_id, keep, &hit);
}
