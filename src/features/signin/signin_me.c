/* The page of one's own account. */
#include "media/media.h"
#include "signin/signin_part.h"
#include "signin/signin_tpl.h"

/* First fit wins: others name themselves after these too. */
static const struct {
    str mark;
    const char *name;
} browsers[] =
    {
        {STR_INIT("MicroMessenger"), "WeChat"},
        {STR_INIT("Instagram"), "Instagram"},
        {STR_INIT("Telegram"), "Telegram"},
        {STR_INIT("FBAN"), "Facebook"},
        {STR_INIT("Edg"), "Edge"},
        {STR_INIT("OPR/"), "Opera"},
        {STR_INIT("Firefox"), "Firefox"},
        {STR_INIT("FxiOS"), "Firefox"},
        {STR_INIT("Chrome"), "Chrome"},
        {STR_INIT("CriOS"), "Chrome"},
        {STR_INIT("Safari"), "Safari"},
},
  systems[] = {
      {STR_INIT("iPhone"), "iPhone"},   {STR_INIT("iPad"), "iPad"},
      {STR_INIT("Android"), "Android"}, {STR_INIT("Windows"), "Windows"},
      {STR_INIT("Mac OS X"), "Mac"},    {STR_INIT("Linux"), "Linux"},
};

str signin_agent_name(struct arena *a, str agent)
{
    const char *browser = NULL, *machine = NULL;
    str name;
    for (size_t i = 0; browser == NULL && i < COUNT(browsers); i++)
        browser = str_find(agent, browsers[i].mark) >= 0 ? browsers[i].name : NULL;
    for (size_t i = 0; machine == NULL && i < COUNT(systems); i++)
        machine = str_find(agent, systems[i].mark) >= 0 ? systems[i].name : NULL;
    if (browser == NULL)
        return str_sub(agent, 0, 40);
    if (machine == NULL || str_fmt(a, &name, "%s · %s", browser, machine) != NULL)
        return str_c(browser);
    return name;
}

/* Her face as she is to others; where it would lead is this page. */
static const struct err *load_photo(struct web *w, struct tx *tx, struct signin_me *v)
{
    struct photo photo;
    TRY(media_photo(tx, w->arena, v->account.avatar_media_id, &photo));
    v->page.viewer.photo =
        photo.state == MEDIA_READY ? photo.url_small : (struct url_safe){STR_NONE};
    v->photo_waits = photo.state == MEDIA_WAITING;
    return NULL;
}

static const struct err *load(struct web *w, struct signin_me *v)
{
    struct session_item *items;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(account_get(tx, w->arena, w->viewer.account_id, &v->account));
    TRY(load_photo(w, tx, v));
    TRY(session_list(tx, w->arena, w->viewer.account_id, w->now_ms, &items, &v->session_count));
    TRY(shop_list_of(tx, w->arena, w->viewer.account_id, &v->shops, &v->shop_count));
    TRY_NEW_ARRAY(w->arena, v->sessions, v->session_count);
    for (size_t i = 0; i < v->session_count; i++)
        v->sessions[i] =
            (struct signin_session){items[i].id, signin_agent_name(w->arena, items[i].agent),
                                    items[i].seen_ms, items[i].id.v == w->viewer.session_id.v};
    return str_fmt(w->arena, &v->profile_path, "/@%.*s", STR_ARG(v->account.handle));
}

/* `e`: what went wrong with the form of section `part`, or NULL. */
static const struct err *show(struct web *w, const struct err *e, const char *part)
{
    struct signin_me v = {.errors = {.form = STR_NONE}, .open = e == NULL ? NULL : part};
    struct html h;
    int status = 200;
    if (e != NULL && !signin_mendable(w, e, &v.errors, &status))
        return e;
    TRY(page_init(w, &v.page, locale_text(w->locale, "signin.me")));
    v.page.place = "me";
    v.page.width = "reading";
    v.page.is_private = true;
    TRY(load(w, &v));
    if (v.open != NULL && str_eq(str_c(v.open), S("email")))
        TRY(form_get(w->arena, &w->form, S("email"), &v.new_email));
    if (e != NULL && web_has(w, "handle")) { /* what was typed, not what is stored */
        TRY(form_get(w->arena, &w->form, S("name"), &v.account.name));
        TRY(form_get(w->arena, &w->form, S("handle"), &v.account.handle));
        TRY(form_get(w->arena, &w->form, S("bio"), &v.account.bio));
    }
    web_html_begin(w, &h);
    tpl_signin_me(&h, &v);
    return web_html(w, status, &h);
}

const struct err *signin_page_me(struct web *w)
{
    return show(w, NULL, NULL);
}

static const struct err *done(struct web *w, const struct err *e, const char *part,
                              const char *flash)
{
    if (e != NULL)
        return show(w, e, part);
    TRY(web_flash(w, flash));
    return web_redirect(w, "/me");
}

const struct err *signin_page_profile(struct web *w)
{
    return done(w, signin_change_profile(w), "profile", "signin.saved");
}

const struct err *signin_page_language(struct web *w)
{
    return done(w, signin_change_language(w), "language", "signin.saved");
}

const struct err *signin_page_password(struct web *w)
{
    return done(w, signin_change_password(w), "password", "signin.password_changed");
}

const struct err *signin_page_revoke(struct web *w)
{
    struct session_id id;
    TRY(web_param_id(w, 0, &id.v));
    return done(w, signin_revoke(w, id), "sessions", "signin.ended");
}

struct photo_change {
    struct account_id id;
    const struct form *form;
    bool is_removed;
};

static const struct err *photo_turn(struct turn *t, void *arg)
{
    const struct photo_change *c = arg;
    int64_t media = 0;
    size_t count = 0;
    if (!c->is_removed)
        TRY(media_add_form(t, c->form, "photo", 1, &media, &count));
    return count == 0 && !c->is_removed ? NULL : account_set_avatar(t, c->id, media);
}

const struct err *signin_change_photo(struct web *w)
{
    struct photo_change c = {w->viewer.account_id, &w->form, web_has(w, "remove")};
    const struct err *e = web_write(w, photo_turn, &c);
    return e != NULL && e->kind == ERR_INVALID ? err_with_field(w->arena, e, "photo") : e;
}

const struct err *signin_page_photo(struct web *w)
{
    return done(w, signin_change_photo(w), "photo", "signin.saved");
}

const struct err *signin_page_email(struct web *w)
{
    str email;
    return done(w, signin_ask_email(w, &email), "email", "signin.email_asked");
}
