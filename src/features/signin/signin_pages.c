/* Pages before one is in: log in, sign up, lost password, and the links of mails. */
#include "core/secret.h"
#include "signin/signin_part.h"
#include "signin/signin_tpl.h"

/* Errors that the person can mend are shown in the form she sent, by field. */
static const struct {
    const char *field;
    size_t offset;
} fields[] = {
    {"name", offsetof(struct signin_errors, name)},
    {"email", offsetof(struct signin_errors, email)},
    {"password", offsetof(struct signin_errors, password)},
    {"current", offsetof(struct signin_errors, current)},
    {"handle", offsetof(struct signin_errors, handle)},
    {"bio", offsetof(struct signin_errors, bio)},
    {"photo", offsetof(struct signin_errors, photo)},
};

bool signin_mendable(struct web *w, const struct err *e, struct signin_errors *ret, int *ret_status)
{
    str *words = &ret->form;
    if (e->kind != ERR_INVALID && e->kind != ERR_CONFLICT && e->kind != ERR_LIMIT)
        return false;
    for (size_t i = 0; e->field != NULL && i < COUNT(fields); i++)
        if (str_eq(str_c(fields[i].field), str_c(e->field)))
            words = (str *)(void *)((char *)ret + fields[i].offset);
    *ret_status = err_policy_of(e->kind)->http_status;
    return locale_format(w->arena, w->locale, e->key, e->args, ERR_ARGS_MAX, words) == NULL;
}

/* What was typed comes back into the form; passwords do not. */
static const struct err *begin(struct web *w, const char *title_key, struct signin_view *ret)
{
    *ret = (struct signin_view){.next = web_next(w, "/")};
    TRY(page_init(w, &ret->page, locale_text(w->locale, title_key)));
    ret->page.width = "narrow";
    ret->page.is_private = true;
    ret->page.canonical = STR_NONE;
    if (form_get(w->arena, &w->form, S("email"), &ret->email) != NULL)
        ret->email = STR_NONE;
    if (form_get(w->arena, &w->form, S("name"), &ret->name) != NULL)
        ret->name = STR_NONE;
    return NULL;
}

typedef void page_template(struct html *h, const struct signin_view *v);

static const struct err *show(struct web *w, int status, const struct signin_view *v,
                              page_template *template)
{
    struct html h;
    web_html_begin(w, &h);
    template(&h, v);
    return web_html(w, status, &h);
}

/* What was left empty is said at once, not one field per attempt. */
static void say_missing(struct web *w, struct signin_errors *ret)
{
    for (size_t i = 0; i < COUNT(fields); i++) {
        str *words = (str *)(void *)((char *)ret + fields[i].offset);
        for (size_t j = 0; j < w->form.count; j++)
            if (str_eq(w->form.fields[j].name, str_c(fields[i].field)) && str_is_empty(*words) &&
                str_is_empty(str_trim(w->form.fields[j].value)))
                *words = locale_text(w->locale, "error.field_missing");
    }
}

static const struct err *show_again(struct web *w, const struct err *e, const char *title_key,
                                    page_template *template, str token)
{
    struct signin_view v;
    int status;
    TRY(begin(w, title_key, &v));
    v.token = token;
    if (!signin_mendable(w, e, &v.errors, &status))
        return e;
    if (str_is_empty(v.errors.form))
        say_missing(w, &v.errors);
    return show(w, status, &v, template);
}

static bool is_post(const struct web *w)
{
    return w->rq->method == HTTP_POST;
}

static bool is_member(const struct web *w)
{
    return w->viewer.account_id.v != 0 && !w->viewer.is_guest;
}

const struct err *signin_page_login(struct web *w)
{
    struct signin_view v;
    struct account_id id;
    if (!is_post(w)) {
        if (is_member(w))
            return web_redirect_to(w, web_next(w, "/me"));
        TRY(begin(w, "signin.login", &v));
        return show(w, 200, &v, tpl_signin_login);
    }
    const struct err *e = signin_check(w, &id);
    if (e != NULL)
        return show_again(w, e, "signin.login", tpl_signin_login, STR_NONE);
    TRY(signin_start(w, id, NULL));
    return web_redirect_to(w, web_next(w, "/"));
}

static const struct err *show_sent(struct web *w, str email)
{
    struct signin_view v;
    TRY(begin(w, "signin.sent", &v));
    v.email = email;
    return show(w, 200, &v, tpl_signin_sent);
}

const struct err *signin_page_link(struct web *w)
{
    str email;
    const struct err *e = signin_ask_mail(w, "link", &email);
    return e == NULL ? show_sent(w, email)
                     : show_again(w, e, "signin.login", tpl_signin_login, STR_NONE);
}

const struct err *signin_page_logout(struct web *w)
{
    TRY(web_sign_out(w));
    TRY(web_flash(w, "signin.bye"));
    return web_redirect(w, "/");
}

const struct err *signin_page_signup(struct web *w)
{
    struct signin_view v;
    if (!is_post(w)) {
        if (is_member(w))
            return web_redirect_to(w, web_next(w, "/me"));
        TRY(begin(w, "signin.signup", &v));
        v.name = w->viewer.is_guest ? w->viewer.name : v.name;
        return show(w, 200, &v, tpl_signin_signup);
    }
    const struct err *e = signin_sign_up(w, NULL);
    if (e != NULL)
        return show_again(w, e, "signin.signup", tpl_signin_signup, STR_NONE);
    TRY(web_flash(w, "signin.signed_up"));
    return web_redirect_to(w, web_next(w, "/me"));
}

const struct err *signin_page_forgot(struct web *w)
{
    struct signin_view v;
    str email;
    if (!is_post(w)) {
        TRY(begin(w, "signin.forgot", &v));
        return show(w, 200, &v, tpl_signin_forgot);
    }
    const struct err *e = signin_ask_mail(w, "reset", &email);
    return e == NULL ? show_sent(w, email)
                     : show_again(w, e, "signin.forgot", tpl_signin_forgot, STR_NONE);
}

/* ---- links of mails: looking changes nothing, since mail scanners look too ---- */

static const struct err *show_used(struct web *w)
{
    struct signin_view v;
    TRY(begin(w, "signin.used", &v));
    return show(w, 403, &v, tpl_signin_used);
}

static bool is_used_link(const struct err *e)
{
    return e != NULL && str_eq(str_c(e->key), S("error.token_used"));
}

const struct err *signin_page_reset(struct web *w)
{
    struct signin_view v;
    struct account_id id;
    struct tx *tx;
    const struct err *e;
    if (is_post(w)) {
        e = signin_reset(w, web_param(w, 0), &id);
        if (is_used_link(e))
            return show_used(w);
        if (e != NULL)
            return show_again(w, e, "signin.reset", tpl_signin_reset, web_param(w, 0));
        TRY(signin_start(w, id, NULL));
        TRY(web_flash(w, "signin.password_changed"));
        return web_redirect_to(w, web_next(w, "/me"));
    }
    TRY(begin(w, "signin.reset", &v));
    v.token = web_param(w, 0);
    TRY(web_read(w, &tx));
    e = secret_token_peek(tx, w->arena, "account.reset", v.token, w->now_ms, &id, &v.email);
    if (is_used_link(e))
        return show_used(w);
    TRY(e);
    return show(w, 200, &v, tpl_signin_reset);
}

static const struct err *show_welcome(struct web *w, const struct err *why)
{
    struct signin_invitation invitation;
    struct signin_view v;
    int status = 200;
    const struct err *e = signin_invited(w, web_param(w, 0), &invitation);
    if (is_used_link(e))
        return w->viewer.account_id.v == 0 ? show_used(w) : web_redirect_to(w, web_next(w, "/me"));
    TRY(e);
    if (invitation.is_done)
        return web_redirect_to(w, web_next(w, "/me"));
    TRY(begin(w, "signin.welcome", &v));
    if (why != NULL && !signin_mendable(w, why, &v.errors, &status))
        return why;
    v.token = web_param(w, 0);
    v.email = invitation.email;
    v.name = invitation.account.name;
    v.asks_password = invitation.may_keep_password;
    return show(w, status, &v, tpl_signin_welcome);
}

const struct err *signin_page_welcome(struct web *w)
{
    struct account_id id;
    if (!is_post(w))
        return show_welcome(w, NULL);
    const struct err *e = signin_welcome(w, web_param(w, 0), &id);
    if (is_used_link(e))
        return show_used(w);
    if (e != NULL)
        return show_welcome(w, e);
    if (id.v != 0)
        TRY(signin_start(w, id, NULL));
    TRY(web_flash(w, id.v == 0 ? "account.link_elsewhere" : "signin.welcomed"));
    return web_redirect_to(w, web_next(w, "/"));
}

const struct err *signin_page_email_link(struct web *w)
{
    struct signin_view v;
    str token = web_param(w, 0);
    const struct err *e;
    if (is_post(w)) {
        e = signin_take_email(w, token);
        if (is_used_link(e))
            return show_used(w);
        TRY(e);
        TRY(web_flash(w, "signin.email_changed"));
        return web_redirect(w, "/me");
    }
    TRY(begin(w, "signin.email.change", &v));
    v.token = token;
    e = signin_asked_email(w, token, &v.email);
    if (is_used_link(e))
        return show_used(w);
    TRY(e);
    return show(w, 200, &v, tpl_signin_email);
}
