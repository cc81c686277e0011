/* Shared inside this folder, and with its templates. */
#ifndef SIGNIN_SIGNIN_PART_H
#define SIGNIN_SIGNIN_PART_H

#include "account/account.h"
#include "core/session.h"
#include "shop/shop.h"
#include "signin/signin.h"
#include "web/page.h"

/* ---- commands, for pages and API alike ---- */

/* Address and password of the request -> the account they belong to. INVALID "account.wrong_login",
 * the same in words and time whether the address is known or not; LIMIT "account.too_many_tries". A
 * browser that has signed in to the account before has tries of its own, so that a stranger's
 * guesses do not keep the owner out. */
const struct err *signin_check(struct web *w, struct account_id *ret) MUST_CHECK;
/* A new session for `id`; a mere guest of this browser becomes part of it. `ret_token` may be NULL.
 */
const struct err *signin_start(struct web *w, struct account_id id, str *ret_token) MUST_CHECK;
/* Name, address and password of the request -> signed in, with a letter on its way. Same answer for
 * known addresses. */
const struct err *signin_sign_up(struct web *w, str *ret_token) MUST_CHECK;
/* Address of the request; `kind` "link" or "reset". A job finds out whether there is anybody to
 * write to. */
const struct err *signin_ask_mail(struct web *w, const char *kind, str *ret_email) MUST_CHECK;
/* Current and new password of the request; all other sessions end. */
const struct err *signin_change_password(struct web *w) MUST_CHECK;
/* Another address of the request, with the current password: mails a link to it and a notice to the
 * old one. */
const struct err *signin_ask_email(struct web *w, str *ret_email) MUST_CHECK;
/* The address a link of that mail is about; changes nothing. DENIED "error.token_used". */
const struct err *signin_asked_email(struct web *w, str token, str *ret_email) MUST_CHECK;
/* Takes the link: the address is hers from now on. CONFLICT "account.email_taken". */
const struct err *signin_take_email(struct web *w, str token) MUST_CHECK;
/* The photo of the request (field photo), or none (field remove). INVALID of media, field "photo".
 */
const struct err *signin_change_photo(struct web *w) MUST_CHECK;
/* Name, handle, bio of the request; fields that are not there stay. */
const struct err *signin_change_profile(struct web *w) MUST_CHECK;
const struct err *signin_change_language(struct web *w) MUST_CHECK;
const struct err *signin_revoke(struct web *w, struct session_id id) MUST_CHECK;
/* What a welcome mail's token would do; changes nothing. DENIED "error.token_used". */
struct signin_invitation {
    struct account account;
    str email;
    bool is_done;             /* this browser is signed in to the owner of the address already */
    bool may_keep_password; /* read in another browser than the one that signed up: see
                               account_prove */
};
const struct err *signin_invited(struct web *w, str token,
                                 struct signin_invitation *ret) MUST_CHECK;
/* Consumes the token of a welcome mail. With the password of the sign up (field `password`, may be
 * absent) that stays. *ret_id.v == 0: it proves nobody (account_prove). */
const struct err *signin_welcome(struct web *w, str token, struct account_id *ret_id) MUST_CHECK;
/* Token of a reset mail and the new password of the request. */
const struct err *signin_reset(struct web *w, str token, struct account_id *ret_id) MUST_CHECK;

/* The address of the request (field email). INVALID "notify.bad_address". */
const struct err *signin_field_email(struct web *w, str *ret) MUST_CHECK;
/* `which`: the first part of the texts' keys, "signin.mail.email". */
const struct err *signin_letter(struct turn *t, const char *which, str to,
                                const struct account *account, str language, str path) MUST_CHECK;
/* The letter that proves the address of a sign up. */
const struct err *signin_letter_verify(struct turn *t, struct account_id id, str email, str name,
                                       str language) MUST_CHECK;
const struct err *signin_job_mail(struct job_run *run) MUST_CHECK;

enum { SIGNIN_PAYLOAD_LINES = 4 };

/* ---- pages ---- */

struct signin_errors {
    str form, name, email, password, current, handle, bio, photo;
};

struct signin_view {
    struct page page;
    str next;                 /* local path */
    str email, name, token;
    bool asks_password;
    struct signin_errors errors;
};

struct signin_session {
    struct session_id id;
    str agent;                /* "Firefox on Android" */
    int64_t seen_ms;
    bool is_this;
};

struct signin_me {
    struct page page;
    struct account account;
    struct signin_session *sessions;
    size_t session_count;
    struct shop *shops;
    size_t shop_count;
    str profile_path;
    str new_email;            /* as typed, when it was refused */
    const char
        *open; /* the section whose form was refused: "profile", "email", "password"; NULL: none */
    bool photo_waits;         /* being prepared */
    struct signin_errors errors;
};

/* Is it the person's to mend? Then *ret holds its words at the right field, and *ret_status what to
 * answer. */
bool signin_mendable(struct web *w, const struct err *e, struct signin_errors *ret,
                     int *ret_status);
/* What a browser calls itself, in a few words: "Safari on iPhone". */
str signin_agent_name(struct arena *a, str agent);

const struct err *signin_page_login(struct web *w);
const struct err *signin_page_link(struct web *w);
const struct err *signin_page_logout(struct web *w);
const struct err *signin_page_signup(struct web *w);
const struct err *signin_page_forgot(struct web *w);
const struct err *signin_page_reset(struct web *w);
const struct err *signin_page_welcome(struct web *w);
const struct err *signin_page_me(struct web *w);
const struct err *signin_page_profile(struct web *w);
const struct err *signin_page_language(struct web *w);
const struct err *signin_page_password(struct web *w);
const struct err *signin_page_photo(struct web *w);
const struct err *signin_page_email(struct web *w);
const struct err *signin_page_email_link(struct web *w);
const struct err *signin_page_revoke(struct web *w);

const struct err *signin_api_guest(struct web *w);
const struct err *signin_api_sign_up(struct web *w);
const struct err *signin_api_log_in(struct web *w);
const struct err *signin_api_link(struct web *w);
const struct err *signin_api_sessions(struct web *w);
const struct err *signin_api_revoke(struct web *w);
const struct err *signin_api_me(struct web *w);
const struct err *signin_api_change(struct web *w);
const struct err *signin_api_password(struct web *w);
const struct err *signin_api_email(struct web *w);

#endif
