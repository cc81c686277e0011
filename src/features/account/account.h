/* account: people and their ways to prove who they are: guests with a name, members with a mail
 * address and a password or a magic link, their sessions and language. Organisations (shops) are
 * not here.
 *
 * A guest is a full account without a way to sign in: she can comment, chat and buy. Opening the
 * link in her order mail proves the address and makes the same row a member ("claim"); if that
 * address already belongs to another member, the guest is merged into it: event "account.merged",
 * upon which every feature moves its rows from subject to object. A merged account stays as a
 * redirect.
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
    str pending_email;        /* typed, not proven yet; absent: none */
    bool is_guest;            /* no proven address and no password: cannot sign in elsewhere */
    bool has_password, is_operator;
    int64_t created_ms;
};

/* NOT_FOUND "account.gone". A merged account answers the row it was merged into. */
const struct err *account_get(struct tx *tx, struct arena *a, struct account_id id,
                              struct account *ret) MUST_CHECK;
const struct err *account_by_handle(struct tx *tx, struct arena *a, str handle,
                                    struct account *ret) MUST_CHECK;
const struct err *account_by_referral(struct tx *tx, struct arena *a, str code, bool *ret_found,
                                      struct account *ret) MUST_CHECK;
/* Verified addresses only. */
const struct err *account_by_email(struct tx *tx, struct arena *a, str email, bool *ret_found,
                                   struct account *ret) MUST_CHECK;

/* For the demo and the `user create` command; CONFLICT "account.handle_taken" /
 * "account.email_taken". */
struct account_new {
    str handle, name, email, language,
        bio; /* handle may be absent: made up; email absent: a guest */
    str password_hash; /* of crypto_password_hash, computed before the turn; absent: no password */
    bool email_verified, is_operator;
};
const struct err *account_create(struct turn *t, const struct account_new *n,
                                 struct account_id *ret) MUST_CHECK;
/* A guest known from another channel (Telegram): no browser, no session. */
const struct err *account_guest_make(struct turn *t, str display_name, str language,
                                     struct account_id *ret) MUST_CHECK;
const struct err *account_set_avatar(struct turn *t, struct account_id id,
                                     int64_t media_id) MUST_CHECK;

/* Makes the one-shot link that signs `id` in and proves `email` (I16); path
 * "/welcome/TOKEN?next=...", valid 14 days. Put into order confirmations. `next` is a local path.
 */
const struct err *account_welcome_path(struct turn *t, struct account_id id, str email, str next,
                                       str *ret_path) MUST_CHECK;

/* ---- proving who one is; pages, mails and sessions around it: feature signin ---- */

enum { ACCOUNT_PASSWORD_MIN = 8, ACCOUNT_EMAIL_MAX = 254 };

/* INVALID "account.password_short", "account.password_long", "account.password_common" (field
 * "password"). Every character counts as typed, blanks too. `email` and `name` may be absent: a
 * password that repeats them is refused. */
const struct err *account_password_check(struct arena *a, str password, str email,
                                         str name) MUST_CHECK;

/* Whom a log in with this address means: its owner, else the newest who typed it. Nobody: *ret_id.v
 * == 0 and an absent hash, which crypto_password_verify takes as long to refuse. */
const struct err *account_login_find(struct tx *tx, struct arena *a, str email,
                                     struct account_id *ret_id, str *ret_password_hash) MUST_CHECK;

struct account_sign_up {
    struct account_id guest; /* of this browser: becomes the account; v == 0 or no mere guest: a new
                                one is made */
    str name, email, language, password_hash;
};
/* The address stays unproven, so a stranger's may be given: whoever opens its mail decides
 * (account_prove). */
const struct err *account_sign_up(struct turn *t, const struct account_sign_up *s,
                                  struct account_id *ret) MUST_CHECK;

/* Somebody has opened a mail to `email` that was sent for `id`, in a browser signed in as `viewer`
 * (v == 0: nobody). *ret_id is who she is now: the address's owner, else `id` itself, which becomes
 * its owner. An unproven `id` or mere guest `viewer` is merged into the owner. Passwords and
 * sessions from before the proof end, unless the browser was signed in as `id`: whoever typed a
 * stranger's address keeps nothing. *ret_id.v == 0: the mail proves nobody, because `id` can sign
 * in by other means; her order can be shown, she is not signed in. */
const struct err *account_prove(struct turn *t, struct account_id id, str email,
                                struct account_id viewer, struct account_id *ret_id) MUST_CHECK;

/* Another address, proven just now. CONFLICT "account.email_taken": it is another account's. */
const struct err *account_email_change(struct turn *t, struct account_id id, str email) MUST_CHECK;

/* A mere guest becomes part of `into`, as after a log in; anything else is left alone. Her sessions
 * end. */
const struct err *account_guest_join(struct turn *t, struct account_id guest,
                                     struct account_id into) MUST_CHECK;

const struct err *account_password_set(struct turn *t, struct account_id id,
                                       str password_hash) MUST_CHECK;
const struct err *account_password_hash(struct tx *tx, struct arena *a, struct account_id id,
                                        str *ret) MUST_CHECK;
/* INVALID with the field, CONFLICT "account.handle_taken". */
const struct err *account_profile_set(struct turn *t, struct account_id id, str name, str handle,
                                      str bio) MUST_CHECK;
const struct err *account_language_set(struct turn *t, struct account_id id,
                                       str language) MUST_CHECK;

/* One more try of `what` ("password", "mail") on `whom`: LIMIT "account.too_many_tries" beyond
 * `most` within `window_ms` of the first. Taken before the work, so that parallel tries count too.
 */
const struct err *account_try_take(struct turn *t, const char *what, str whom, int64_t most,
                                   int64_t window_ms) MUST_CHECK;
const struct err *account_try_clear(struct turn *t, const char *what, str whom) MUST_CHECK;

/* Events: account.created, account.merged (subject = from, object = into), account.verified. */

extern const struct feature account_feature;

#endif
