/* The commands behind the pages and the API. Passwords are hashed between two turns, never inside
 * one. */
#include "signin/signin.h"

#include "base/timefmt.h"
#include "core/secret.h"
#include "core/web_cookie.h"
#include "notify/notify.h"
#include "signin/signin_part.h"
#include "sys/crypto.h"

enum { TRIES_MOST = 10, MAILS_MOST = 5, PASSWORD_FIELD_MAX = 2000, PATH_MAX_BYTES = 600 };
static const int64_t KNOWN_BROWSER_S = INT64_C(390) * 24 * 3600;
static const char known_cookie[] = "mpk";

const struct err *signin_field_email(struct web *w, str *ret)
{
    TRY(web_text(w, "email", 1, ACCOUNT_EMAIL_MAX, ret));
    *ret = str_trim(*ret);
    if (!notify_address_is_fit(*ret))
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "notify.bad_address", "%zu bytes", ret->len),
            "email");
    return NULL;
}

static const struct err *hash(struct web *w, str password, str *ret)
{
    return crypto_password_hash(w->arena, w->platform->rng, secret_of(password), ret);
}

/* ---- tries ---- */

struct trial {
    const char *what;
    str whom;
    int64_t most;
};

static const struct err *take_try(struct turn *t, void *arg)
{
    const struct trial *x = arg;
    return account_try_take(t, x->what, x->whom, x->most, 15 * MINUTE_MS);
}

static const struct err *clear_try(struct turn *t, void *arg)
{
    const struct trial *x = arg;
    return account_try_clear(t, x->what, x->whom);
}

/* ---- browsers that have signed in before ---- */

static bool browser_knows(struct web *w, struct account_id id)
{
    str signature = http_request_cookie(w->rq, str_c(known_cookie)),
        shown = str_cut(&signature, '.');
    int64_t value;
    return id.v != 0 && id_parse(shown, &value) && value == id.v &&
           secret_verify(w->platform, w->arena, "signin.known", shown, signature);
}

static const struct err *remember_browser(struct web *w, struct account_id id)
{
    struct id_text shown = id_format(id.v);
    str signature, value;
    bool is_https = str_starts(w->platform->base_url, S("https://"));
    TRY(secret_sign(w->platform, w->arena, "signin.known", id_str(&shown), &signature));
    TRY(str_fmt(w->arena, &value, "%s.%.*s", shown.text, STR_ARG(signature)));
    return http_response_cookie(w->rs, &(struct http_cookie){.name = str_c(known_cookie),
                                                             .value = value,
                                                             .max_age_s = KNOWN_BROWSER_S,
                                                             .http_only = true,
                                                             .secure = is_https,
                                                             .same_site = "Lax"});
}

/* ---- in ---- */

const struct err *signin_check(struct web *w, struct account_id *ret)
{
    str email, password, stored;
    struct tx *tx;
    bool matches = false;
    TRY(signin_field_email(w, &email));
    TRY(web_text(w, "password", 1, PASSWORD_FIELD_MAX, &password));
    TRY(web_read(w, &tx));
    TRY(account_login_find(tx, w->arena, email, ret, &stored));
    struct trial trial = {browser_knows(w, *ret) ? "known" : "password", email, TRIES_MOST};
    TRY(web_write(w, take_try, &trial));
    TRY(crypto_password_verify(w->arena, stored, secret_of(password), &matches));
    if (!matches)
        return ERR(w->arena, ERR_INVALID, "account.wrong_login", "account %lld", (long long)ret->v);
    return web_write(w, clear_try, &trial);
}

struct joining {
    struct account_id guest, into;
};

static const struct err *join(struct turn *t, void *arg)
{
    const struct joining *j = arg;
    return account_guest_join(t, j->guest, j->into);
}

static const struct err *follow_language(struct web *w, struct account_id id)
{
    struct tx *tx;
    struct account account;
    if (!str_is_empty(web_language_choice(w)))
        return NULL;
    TRY(web_read(w, &tx));
    TRY(account_get(tx, w->arena, id, &account));
    return web_set_language(w, account.language);
}

const struct err *signin_start(struct web *w, struct account_id id, str *ret_token)
{
    struct joining joining = {w->viewer.account_id, id};
    if (w->viewer.is_guest && w->viewer.account_id.v != id.v)
        TRY(web_write(w, join, &joining));
    TRY(web_sign_in(w, id, ret_token));
    TRY(remember_browser(w, id));
    return follow_language(w, id);
}

struct signing_up {
    struct account_sign_up sign_up;
    struct account_id id;
};

static const struct err *sign_up_turn(struct turn *t, void *arg)
{
    struct signing_up *s = arg;
    TRY(account_try_take(t, "mail", s->sign_up.email, MAILS_MOST, HOUR_MS));
    TRY(account_sign_up(t, &s->sign_up, &s->id));
    return signin_letter_verify(t, s->id, s->sign_up.email, s->sign_up.name, s->sign_up.language);
}

const struct err *signin_sign_up(struct web *w, str *ret_token)
{
    str password;
    struct signing_up s = {
        .sign_up = {.guest = w->viewer.account_id, .language = language_code(w->locale->language)}};
    TRY(web_text(w, "name", 1, ACCOUNT_NAME_MAX, &s.sign_up.name));
    TRY(signin_field_email(w, &s.sign_up.email));
    TRY(web_text(w, "password", 1, PASSWORD_FIELD_MAX, &password));
    TRY(account_password_check(w->arena, password, s.sign_up.email, s.sign_up.name));
    web_read_end(w);
    TRY(hash(w, password, &s.sign_up.password_hash));
    TRY(web_write(w, sign_up_turn, &s));
    return signin_start(w, s.id, ret_token);
}

/* ---- by mail ---- */

static const struct err *ask_mail_turn(struct turn *t, void *arg)
{
    const str *lines = arg;
    str payload;
    TRY(account_try_take(t, "mail", lines[3], MAILS_MOST, HOUR_MS));
    TRY(str_fmt(t->arena, &payload, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(lines[0]), STR_ARG(lines[1]),
                STR_ARG(lines[2]), STR_ARG(lines[3])));
    return job_enqueue(t, &(struct job_request){.kind = "signin.mail", .payload = payload});
}

const struct err *signin_ask_mail(struct web *w, const char *kind, str *ret_email)
{
    TRY(signin_field_email(w, ret_email));
    str next = web_next(w, "/me");
    str lines[SIGNIN_PAYLOAD_LINES] = {str_c(kind), language_code(w->locale->language),
                                       next.len > PATH_MAX_BYTES ? S("/me") : next, *ret_email};
    return web_write(w, ask_mail_turn, lines);
}

struct opening {
    const char *purpose;
    str token, password_hash;  /* absent: welcome */
    struct account_id viewer, id;
};

/* With a new password goes what somebody who knew the old one had asked for. */
static const struct err *revoke_links(struct turn *t, struct account_id id)
{
    TRY(secret_token_revoke(t, "account.email", id));
    return secret_token_revoke(t, "account.reset", id);
}

static const struct err *open_turn(struct turn *t, void *arg)
{
    struct opening *o = arg;
    struct account_id id;
    str email;
    o->id = (struct account_id){0};
    TRY(secret_token_take(t, o->purpose, o->token, &id, &email));
    TRY(account_prove(t, id, email, o->viewer, &o->id));
    if (o->id.v == 0 || str_is_absent(o->password_hash))
        return NULL;
    TRY(account_password_set(t, o->id, o->password_hash));
    TRY(session_revoke_others(t, o->id, (struct session_id){0}));
    return revoke_links(t, o->id);
}

const struct err *signin_invited(struct web *w, str token, struct signin_invitation *ret)
{
    struct account owner;
    struct account_id id;
    struct tx *tx;
    bool has_owner;
    TRY(web_read(w, &tx));
    TRY(secret_token_peek(tx, w->arena, "account.welcome", token, w->now_ms, &id, &ret->email));
    TRY(account_get(tx, w->arena, id, &ret->account));
    TRY(account_by_email(tx, w->arena, ret->email, &has_owner, &owner));
    ret->is_done =
        has_owner && owner.id.v == w->viewer.account_id.v && ret->account.id.v == owner.id.v;
    ret->may_keep_password = !has_owner && ret->account.has_password &&
                             str_is_absent(ret->account.email) &&
                             ret->account.id.v != w->viewer.account_id.v;
    return NULL;
}

/* Who types the password of the sign up is who signed up, in whichever browser she reads her mail.
 */
static const struct err *check_kept(struct web *w, const struct signin_invitation *x,
                                    struct account_id *ret_viewer)
{
    struct trial trial = {"password", x->email, TRIES_MOST};
    struct tx *tx;
    str password, stored;
    bool matches = false;
    TRY(web_text(w, "password", 0, PASSWORD_FIELD_MAX, &password));
    if (!x->may_keep_password || str_is_absent(password))
        return NULL;
    TRY(web_read(w, &tx));
    TRY(account_password_hash(tx, w->arena, x->account.id, &stored));
    TRY(web_write(w, take_try, &trial));
    TRY(crypto_password_verify(w->arena, stored, secret_of(password), &matches));
    if (!matches)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "account.wrong_kept", "welcome"),
                              "password");
    *ret_viewer = x->account.id;
    return web_write(w, clear_try, &trial);
}

const struct err *signin_welcome(struct web *w, str token, struct account_id *ret_id)
{
    struct opening o = {
        .purpose = "account.welcome", .token = token, .viewer = w->viewer.account_id};
    struct signin_invitation invitation;
    TRY(signin_invited(w, token, &invitation));
    TRY(check_kept(w, &invitation, &o.viewer));
    TRY(web_write(w, open_turn, &o));
    *ret_id = o.id;
    return NULL;
}

const struct err *signin_reset(struct web *w, str token, struct account_id *ret_id)
{
    struct opening o = {.purpose = "account.reset", .token = token, .viewer = w->viewer.account_id};
    struct account_id meant;
    struct tx *tx;
    str password, email;
    TRY(web_text(w, "password", 1, PASSWORD_FIELD_MAX, &password));
    TRY(web_read(w, &tx));
    TRY(secret_token_peek(tx, w->arena, o.purpose, token, w->now_ms, &meant, &email));
    TRY(account_password_check(w->arena, password, email, STR_NONE));
    web_read_end(w);
    TRY(hash(w, password, &o.password_hash));
    TRY(web_write(w, open_turn, &o));
    *ret_id = o.id;
    return o.id.v != 0 ? NULL : ERR(w->arena, ERR_DENIED, "error.token_used", "proves nobody");
}

/* ---- one's own account ---- */

struct changing {
    struct account_id id;
    struct session_id keep;
    str password_hash, name, handle, bio, language;
};

static const struct err *password_turn(struct turn *t, void *arg)
{
    const struct changing *c = arg;
    TRY(account_password_set(t, c->id, c->password_hash));
    TRY(session_revoke_others(t, c->id, c->keep));
    return revoke_links(t, c->id);
}

const struct err *signin_change_password(struct web *w)
{
    struct changing c = {.id = w->viewer.account_id, .keep = w->viewer.session_id};
    struct account account;
    struct tx *tx;
    str current, password, stored;
    bool matches = false;
    TRY(web_text(w, "current", 0, PASSWORD_FIELD_MAX, &current));
    TRY(web_text(w, "password", 1, PASSWORD_FIELD_MAX, &password));
    TRY(web_read(w, &tx));
    TRY(account_get(tx, w->arena, c.id, &account));
    TRY(account_password_hash(tx, w->arena, c.id, &stored));
    TRY(account_password_check(w->arena, password, account.email, account.name));
    struct id_text shown = id_format(c.id.v);
    struct trial trial = {"change", id_str(&shown), TRIES_MOST};
    TRY(web_write(w, take_try, &trial));
    if (account.has_password)
        TRY(crypto_password_verify(w->arena, stored, secret_of(current), &matches));
    if (account.has_password && !matches)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "account.wrong_password", "%s", shown.text),
            "current");
    TRY(hash(w, password, &c.password_hash));
    TRY(web_write(w, password_turn, &c));
    return web_write(w, clear_try, &trial);
}

static const struct err *profile_turn(struct turn *t, void *arg)
{
    const struct changing *c = arg;
    return account_profile_set(t, c->id, c->name, c->handle, c->bio);
}

const struct err *signin_change_profile(struct web *w)
{
    struct changing c = {.id = w->viewer.account_id};
    struct account account;
    struct tx *tx;
    TRY(web_text(w, "name", 0, ACCOUNT_NAME_MAX, &c.name));
    TRY(web_text(w, "handle", 0, ACCOUNT_HANDLE_MAX, &c.handle));
    TRY(web_text(w, "bio", 0, ACCOUNT_BIO_MAX, &c.bio));
    TRY(web_read(w, &tx));
    TRY(account_get(tx, w->arena, c.id, &account));
    c.name = str_is_absent(c.name) ? account.name : str_trim(c.name);
    c.handle = str_is_absent(c.handle) ? account.handle : str_trim(c.handle);
    str sent;
    TRY(form_get(w->arena, &w->form, S("bio"), &sent));
    c.bio = str_is_absent(sent) ? account.bio : c.bio;
    return web_write(w, profile_turn, &c);
}

static const struct err *language_turn(struct turn *t, void *arg)
{
    const struct changing *c = arg;
    return account_language_set(t, c->id, c->language);
}

const struct err *signin_change_language(struct web *w)
{
    struct changing c = {.id = w->viewer.account_id};
    TRY(web_text(w, "language", 1, 20, &c.language));
    TRY(web_set_language(w, c.language));
    return web_write(w, language_turn, &c);
}

struct revoking {
    struct account_id account;
    struct session_id id;
};

static const struct err *revoke_turn(struct turn *t, void *arg)
{
    const struct revoking *r = arg;
    return session_revoke(t, r->account, r->id);
}

const struct err *signin_revoke(struct web *w, struct session_id id)
{
    struct revoking r = {w->viewer.account_id, id};
    return id.v == w->viewer.session_id.v ? web_sign_out(w) : web_write(w, revoke_turn, &r);
}
