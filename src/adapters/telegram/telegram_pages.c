/* The console's page of channels: the shop's bot is connected by its token, checked by asking
 * Telegram who it is. */
#include "core/audit.h"
#include "core/setting.h"
#include "http/url.h"
#include "sys/crypto.h"
#include "base/base64.h"
#include "base/utf8.h"
#include "sys/qr.h"
#include "telegram/telegram_sql.h"
#include "telegram/telegram_tpl.h"
#include "telegram/telegram_view.h"

enum { TOKEN_MIN = 8, TOKEN_MAX = 100, CHECK_TIMEOUT_MS = 8000, NAME_POINTS_MAX = 64 };

/* ---- showing ---- */

static const struct err *read_bot(struct web *w, struct telegram_view *v)
{
    struct telegram_bot_row_row row;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(telegram_bot_row(tx, w->arena, w->shop_id, &row, &v->is_connected));
    if (!v->is_connected)
        return NULL;
    v->username = row.username;
    v->name = row.name;
    TRY(str_dup(w->arena, row.trouble, &v->trouble));
    return str_fmt(w->arena, &v->link, "https://t.me/%.*s", STR_ARG(row.username));
}

static const struct err *show(struct web *w, const struct err *failure)
{
    struct telegram_view v = {.shop_handle = w->shop_handle};
    struct html h;
    TRY(read_bot(w, &v));
    if (failure != NULL)
        TRY(locale_format(w->arena, w->locale, failure->key, failure->args, ERR_ARGS_MAX,
                          &v.error));
    TRY(page_init(w, &v.page, locale_text(w->locale, "telegram.title")));
    v.page.width = "reading";
    web_html_begin(w, &h);
    tpl_telegram_channels(&h, &v);
    return web_html(w, failure == NULL ? 200 : err_policy_of(failure->kind)->http_status, &h);
}

const struct err *telegram_page(struct web *w)
{
    return show(w, NULL);
}

const struct err *telegram_page_qr(struct web *w)
{
    struct telegram_view v = {0};
    str svg;
    TRY(read_bot(w, &v));
    if (!v.is_connected)
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "no bot");
    TRY(qr_svg(w->arena, v.link, &svg));
    http_response_body(w->rs, 200, "image/svg+xml", svg);
    return NULL;
}

/* ---- connecting ---- */

struct connecting {
    struct shop_id shop;
    str token, digest, username, name;
};

static const struct err *connect_turn(struct turn *t, void *arg)
{
    const struct connecting *c = arg;
    int64_t set;
    const struct err *e =
        telegram_bot_set(t->tx, t->arena, c->shop, c->digest, c->username, c->name, &set);
    if (e != NULL && e->kind == ERR_CONFLICT)
        return ERR(t->arena, ERR_CONFLICT, "telegram.taken", "a bot of another shop");
    TRY(e);
    return setting_set(t, c->shop, "telegram.token", c->token);
}

static bool is_token(str token)
{
    for (size_t i = 0; i < token.len; i++) {
        char c = token.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == ':' || c == '_' || c == '-'))
            return false;
    }
    return token.len >= TOKEN_MIN && token.len <= TOKEN_MAX;
}

/* A name of theirs goes into our pages and links. */
static bool is_username(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_'))
            return false;
    }
    return s.len >= 3 && s.len <= 64;
}

static const struct err *ask_who(struct web *w, struct connecting *c)
{
    struct tx *tx;
    str base, old;
    const json_t *me;
    TRY(web_read(w, &tx));
    TRY(telegram_settings(w->platform, w->arena, tx, c->shop, &base, &old));
    web_read_end(w);
    TRY(telegram_call(w->arena, base, c->token, "getMe", S("{}"), CHECK_TIMEOUT_MS, &me));
    const char *username = json_string_value(json_object_get(me, "username"));
    const char *name = json_string_value(json_object_get(me, "first_name"));
    if (!is_username(str_c(username)))
        return ERR(w->arena, ERR_INVALID, "telegram.refused", "getMe: no user name");
    TRY(str_dup(w->arena, str_c(username), &c->username));
    return utf8_clean(w->arena,
                      utf8_cut_points(name == NULL ? S("") : str_c(name), NAME_POINTS_MAX), false,
                      &c->name);
}

static const struct err *connect_bot(struct web *w)
{
    struct connecting c = {.shop = w->shop_id};
    TRY(web_text(w, "token", 1, TOKEN_MAX, &c.token));
    c.token = str_trim(c.token);
    if (!is_token(c.token))
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "telegram.no_token", "%zu bytes", c.token.len),
            "token");
    struct digest digest = crypto_sha256(c.token);
    TRY(hex_encode(w->arena, digest_str(&digest), &c.digest));
    TRY(ask_who(w, &c));
    return web_write(w, connect_turn, &c);
}

const struct err *telegram_page_connect(struct web *w)
{
    const struct err *e = connect_bot(w);
    if (e != NULL && e->kind != ERR_BUG && e->kind != ERR_NOT_FOUND)
        return show(w, e);
    TRY(e);
    TRY(web_flash(w, "telegram.connected"));
    return web_redirect(w, "/console/%.*s/channels", STR_ARG(w->shop_handle));
}

static const struct err *remove_turn(struct turn *t, void *arg)
{
    const struct shop_id *shop = arg;
    int64_t removed;
    TRY(telegram_bot_remove(t->tx, t->arena, *shop, &removed));
    return setting_set(t, *shop, "telegram.token", STR_NONE);
}

const struct err *telegram_page_remove(struct web *w)
{
    TRY(web_write(w, remove_turn, &w->shop_id));
    TRY(web_flash(w, "telegram.removed"));
    return web_redirect(w, "/console/%.*s/channels", STR_ARG(w->shop_handle));
}
