/* The console's page of PayPal: three values connect an account; they are tried before they are
 * kept. */
#include "core/audit.h"
#include "core/setting.h"
#include "paypal/paypal_tpl.h"
#include "paypal/paypal_view.h"

enum { VALUE_MAX = 250, VALUE_MIN = 8 };

static str end_of(str secret)
{
    return secret.len < 8 ? S("") : str_from(secret, secret.len - 4);
}

static const struct err *show(struct web *w, const struct err *failure)
{
    struct paypal_view v = {.shop_handle = w->shop_handle};
    struct id_text shop = id_format(w->shop_id.v);
    struct paypal_keys keys;
    struct tx *tx;
    struct html h;
    TRY(page_init(w, &v.page, locale_text(w->locale, "paypal.title")));
    TRY(web_read(w, &tx));
    TRY(paypal_keys_get(tx, w->arena, w->platform, w->shop_id, &keys));
    v.is_on = paypal_keys_complete(&keys);
    v.is_sandbox = keys.is_sandbox;
    TRY(str_dup(w->arena, end_of(keys.client_id), &v.client_end));
    TRY(str_dup(w->arena, end_of(keys.secret), &v.secret_end));
    v.webhook_id = keys.webhook_id;
    TRY(str_fmt(w->arena, &v.hook, "%.*s/hooks/paypal/%s", STR_ARG(w->platform->base_url),
                shop.text));
    if (failure != NULL)
        TRY(locale_format(w->arena, w->locale, failure->key, failure->args, ERR_ARGS_MAX,
                          &v.error));
    v.page.width = "reading";
    web_html_begin(w, &h);
    tpl_paypal_settings(&h, &v);
    return web_html(w, failure == NULL ? 200 : err_policy_of(failure->kind)->http_status, &h);
}

const struct err *paypal_page(struct web *w)
{
    return show(w, NULL);
}

struct saving {
    struct shop_id shop;
    struct paypal_keys keys;
};

static const struct err *save_turn(struct turn *t, void *arg)
{
    const struct saving *s = arg;
    TRY(setting_set(t, s->shop, "paypal.client_id", s->keys.client_id));
    TRY(setting_set(t, s->shop, "paypal.secret", s->keys.secret));
    TRY(setting_set(t, s->shop, "paypal.webhook_id", s->keys.webhook_id));
    TRY(setting_set(t, s->shop, "paypal.sandbox", s->keys.is_sandbox ? S("true") : S("false")));
    return audit_write(t, &(struct audit){.shop_id = s->shop, .action = "paypal.connected"});
}

static const struct err *field(struct web *w, const char *name, str *ret)
{
    TRY(web_text(w, name, 0, VALUE_MAX, ret));
    *ret = str_trim(*ret);
    if (ret->len < VALUE_MIN)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "paypal.missing", "%s", name),
                              name);
    return NULL;
}

static const struct err *save(struct web *w)
{
    struct saving s = {.shop = w->shop_id};
    const json_t *answer;
    struct tx *tx;
    int status;
    TRY(field(w, "client_id", &s.keys.client_id));
    TRY(field(w, "secret", &s.keys.secret));
    TRY(field(w, "webhook_id", &s.keys.webhook_id));
    s.keys.is_sandbox = web_has(w, "sandbox");
    TRY(web_read(w, &tx));
    TRY(paypal_base(tx, w->arena, w->platform, s.keys.is_sandbox, &s.keys.base));
    TRY(str_dup(w->arena, s.keys.base, &s.keys.base));
    web_read_end(w);
    /* Whatever it answers, a token was given. */
    TRY(paypal_call(w->arena, &s.keys, "/v1/notifications/webhooks", STR_NONE, STR_NONE, &answer,
                    &status));
    return web_write(w, save_turn, &s);
}

const struct err *paypal_page_save(struct web *w)
{
    const struct err *e = save(w);
    if (e != NULL && e->kind != ERR_BUG && e->kind != ERR_NOT_FOUND)
        return show(w, e);
    TRY(e);
    TRY(web_flash(w, "paypal.saved"));
    return web_redirect(w, "/console/%.*s/payments/paypal", STR_ARG(w->shop_handle));
}

static const struct err *off_turn(struct turn *t, void *arg)
{
    static const char *const keys[] = {"paypal.client_id", "paypal.secret", "paypal.webhook_id",
                                       "paypal.sandbox"};
    const struct shop_id *shop = arg;
    for (size_t i = 0; i < COUNT(keys); i++)
        TRY(setting_set(t, *shop, keys[i], STR_NONE));
    return audit_write(t, &(struct audit){.shop_id = *shop, .action = "paypal.disconnected"});
}

const struct err *paypal_page_off(struct web *w)
{
    TRY(web_write(w, off_turn, &w->shop_id));
    TRY(web_flash(w, "paypal.removed"));
    return web_redirect(w, "/console/%.*s/payments/paypal", STR_ARG(w->shop_handle));
}
