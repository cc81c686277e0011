/* A member takes another mail address: she says which and proves by her password that it is she;
 * the new address is proven by the link mailed to it, the old one is told at once. Until the link
 * is opened nothing changes, and nobody learns here whether the new address has an account: only
 * who reads its mail does. */
#include "base/timefmt.h"
#include "core/secret.h"
#include "notify/notify.h"
#include "signin/signin_part.h"
#include "sys/crypto.h"

enum { PASSWORD_FIELD_MAX = 2000, TRIES_MOST = 10, MAILS_MOST = 5 };
static const char purpose[] = "account.email";

struct wish {
    struct account account;
    str email, language;
    struct id_text shown;
};

static const struct err *count_try(struct turn *t, void *arg)
{
    const struct wish *x = arg;
    return account_try_take(t, "change", id_str(&x->shown), TRIES_MOST, 15 * MINUTE_MS);
}

static const struct err *ask_turn(struct turn *t, void *arg)
{
    const struct wish *x = arg;
    str token, path;
    TRY(account_try_clear(t, "change", id_str(&x->shown)));
    TRY(account_try_take(t, "mail", x->email, MAILS_MOST, HOUR_MS));
    TRY(secret_token_revoke(t, purpose, x->account.id));
    TRY(secret_token_issue(t, purpose, x->account.id, x->email, HOUR_MS, &token));
    TRY(str_fmt(t->arena, &path, "/me/email/%.*s", STR_ARG(token)));
    TRY(signin_letter(t, "signin.mail.email", x->email, &x->account, x->language, path));
    return str_is_empty(x->account.email)
               ? NULL
               : signin_letter(t, "signin.mail.leaving", x->account.email, &x->account, x->language,
                               S("/me"));
}

const struct err *signin_ask_email(struct web *w, str *ret_email)
{
    struct wish x = {.language = language_code(w->locale->language),
                     .shown = id_format(w->viewer.account_id.v)};
    struct tx *tx;
    str current, stored;
    bool matches = false;
    TRY(signin_field_email(w, &x.email));
    TRY(web_text(w, "current", 0, PASSWORD_FIELD_MAX, &current));
    TRY(web_read(w, &tx));
    TRY(account_get(tx, w->arena, w->viewer.account_id, &x.account));
    TRY(account_password_hash(tx, w->arena, x.account.id, &stored));
    TRY(web_write(w, count_try, &x));
    if (x.account.has_password)
        TRY(crypto_password_verify(w->arena, stored, secret_of(current), &matches));
    if (x.account.has_password && !matches)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "account.wrong_password", "%s", x.shown.text),
            "current");
    *ret_email = x.email;
    return web_write(w, ask_turn, &x);
}

const struct err *signin_asked_email(struct web *w, str token, str *ret_email)
{
    struct account_id id;
    struct tx *tx;
    TRY(web_read(w, &tx));
    return secret_token_peek(tx, w->arena, purpose, token, w->now_ms, &id, ret_email);
}

static const struct err *take_turn(struct turn *t, void *arg)
{
    const str *token = arg;
    struct account_id id;
    str email;
    TRY(secret_token_take(t, purpose, *token, &id, &email));
    TRY(account_email_change(t, id, email));
    TRY(secret_token_revoke(t, "account.reset", id)); /* they were mailed to the old address */
    return secret_token_revoke(t, "account.welcome", id);
}

const struct err *signin_take_email(struct web *w, str token)
{
    return web_write(w, take_turn, &token);
}
