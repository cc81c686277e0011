/* Secrets: sealing with keys derived from keys/master, signatures for what a browser carries, and
 * one-shot tokens (password reset, e-mail change, invitation, magic link, checkout from a chat).
 *
 * One key per purpose: a text sealed or signed for one purpose never opens for another.
 */
#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include "core/platform.h"

/* Derives the keys of the purposes that every page needs; once, after the master key was read. */
void secret_prepare(struct platform *p);
/* Authenticated encryption; *ret is text (base64url) fit for a text column. At most 64 KiB. */
const struct err *secret_seal(const struct platform *p, struct arena *a, const char *purpose,
                              str plain, str *ret) MUST_CHECK;
/* DENIED "error.bad_seal" when altered, cut, of another purpose or another master key. */
const struct err *secret_open(const struct platform *p, struct arena *a, const char *purpose,
                              str sealed, str *ret_plain) MUST_CHECK;

/* HMAC-SHA-256 over `message`, first 16 bytes, as 22 characters of base64url. */
const struct err *secret_sign(const struct platform *p, struct arena *a, const char *purpose,
                              str message, str *ret) MUST_CHECK;
bool secret_verify(const struct platform *p, struct arena *a, const char *purpose, str message,
                   str signature);

/* A one-shot token: bound to purpose, account and subject; stored hashed; *ret_token is given out
 * once. `account_id` v == 0 for tokens that belong to nobody yet. subject: at most 500 bytes. */
const struct err *secret_token_issue(struct turn *t, const char *purpose,
                                     struct account_id account_id, str subject, int64_t ttl_ms,
                                     str *ret_token) MUST_CHECK;
/* Consumes it in this transaction. DENIED "error.token_used" when unknown, used, expired, altered
 * or of another purpose: all alike. */
const struct err *secret_token_take(struct turn *t, const char *purpose, str token,
                                    struct account_id *ret_account_id, str *ret_subject) MUST_CHECK;
/* Looks without consuming: for the page behind a link, whose button then takes it (mail scanners
 * follow links; a GET changes nothing). */
const struct err *secret_token_peek(struct tx *tx, struct arena *a, const char *purpose, str token,
                                    int64_t now_ms, struct account_id *ret_account_id,
                                    str *ret_subject) MUST_CHECK;
/* All waiting tokens of one purpose, e.g. after the password changed. */
const struct err *secret_token_revoke(struct turn *t, const char *purpose,
                                      struct account_id account_id) MUST_CHECK;

#endif
