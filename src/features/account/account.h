/* account: people and their ways to prove who they are: guests with a name, members with a mail address
 * and a password or a magic link, their sessions and language. Organisations (shops) are not here.
 *
 * A guest is a full account without a way to sign in: she can comment, chat and buy. Opening the link in
 * her order mail proves the address and makes the same row a member ("claim"); if that address already
 * belongs to another member, the guest is merged into it: event "account.merged", upon which every
 * feature moves its rows from subject to object. A merged account stays as a redirect.
 *
 * Not here: contacts of a shop (identity), roles in a shop (core/permission).
 */
#ifndef ACCOUNT_ACCOUNT_H
#define ACCOUNT_ACCOUNT_H

#include "core/feature.h"

enum { ACCOUNT_NAME_MAX = 60, ACCOUNT_HANDLE_MAX = 30, ACCOUNT_BIO_MAX = 500 };

struct account {
    struct account_id id;
    str handle;               /* lower case, a-z 0-9 _ ; unique on the server */
    str name;
    str bio;
    str email;                /* absent until verified */
    str language;             /* "en" or "zh" */
    int64_t avatar_media_id;  /* 0 = initials */
    str referral_code;        /* every account has one: 8 characters, unique; for share links */
    bool is_guest;
    int64_t created_ms;
};

/* NOT_FOUND "account.gone". A merged account answers the row it was merged into. */
const struct err *account_get(struct tx *tx, struct arena *a, struct account_id id, struct account *ret) MUST_CHECK;
const struct err *account_by_handle(struct tx *tx, struct arena *a, str handle, struct account *ret) MUST_CHECK;
const struct err *account_by_referral(struct tx *tx, struct arena *a, str code, bool *ret_found, struct account *ret) MUST_CHECK;
/* Verified addresses only. */
const struct err *account_by_email(struct tx *tx, struct arena *a, str email, bool *ret_found, struct account *ret) MUST_CHECK;

/* For the demo and the `user create` command; CONFLICT "account.handle_taken" / "account.email_taken". */
struct account_new {
    str handle, name, email, language, bio; /* handle may be absent: made up; email absent: a guest */
    str password_hash;        /* of crypto_password_hash, computed before the turn; absent: no password */
    bool email_verified, is_operator;
};
const struct err *account_create(struct turn *t, const struct account_new *n, struct account_id *ret) MUST_CHECK;
/* A guest known from another channel (Telegram): no browser, no session. */
const struct err *account_guest_make(struct turn *t, str display_name, str language, struct account_id *ret) MUST_CHECK;
const struct err *account_set_avatar(struct turn *t, struct account_id id, int64_t media_id) MUST_CHECK;

/* Makes the one-shot link that signs `id` in and proves `email` (I16); path "/welcome/TOKEN?next=...",
 * valid 14 days. Put into order confirmations. `next` is a local path. */
const struct err *account_welcome_path(struct turn *t, struct account_id id, str email, str next, str *ret_path) MUST_CHECK;

/* Events: account.created, account.merged (subject = from, object = into), account.verified. */

extern const struct feature account_feature;

#endif
