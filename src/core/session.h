/* Sessions: who a browser or an API client is. The token has 256 random bits, is given out once and
 * stored only as its SHA-256; the same token works as cookie and as `Authorization: Bearer`.
 * A session ends 90 days after it was last seen, when revoked, or at log out. Logging in always
 * makes a new session (no fixation). What an account may do is looked up per request, never kept
 * here.
 */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include "core/platform.h"

enum { SESSION_AGENT_MAX = 200 };

/* `agent` is shown in the person's list of sessions; cut to SESSION_AGENT_MAX bytes. *ret_token is
 * base64url text that is nowhere stored. */
const struct err *session_create(struct turn *t, struct account_id account_id, str agent,
                                 struct session_id *ret_id, str *ret_token) MUST_CHECK;

struct session {
    struct session_id id;
    struct account_id account_id;
    int64_t seen_ms;
};
/* *ret_found false for unknown, expired and malformed tokens. */
const struct err *session_find(struct tx *tx, struct arena *a, str token, int64_t now_ms,
                               struct session *ret, bool *ret_found) MUST_CHECK;
const struct err *session_touch(struct turn *t, const struct session *s) MUST_CHECK;

struct session_item {
    struct session_id id;
    str agent;
    int64_t created_ms, seen_ms;
};
const struct err *session_list(struct tx *tx, struct arena *a, struct account_id account_id,
                               int64_t now_ms, struct session_item **ret,
                               size_t *ret_count) MUST_CHECK; /* newest 100 */
/* NOT_FOUND unless it is a session of that account. */
const struct err *session_revoke(struct turn *t, struct account_id account_id,
                                 struct session_id id) MUST_CHECK;
/* All but `keep` (v == 0: all): after a new password. */
const struct err *session_revoke_others(struct turn *t, struct account_id account_id,
                                        struct session_id keep) MUST_CHECK;

#endif
