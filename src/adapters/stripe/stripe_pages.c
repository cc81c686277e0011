/* The console's page of Stripe: both secrets are given together and kept sealed; the key is tried
 * before it is kept. */
#include "core/audit.h"
#include "core/setting.h"
#include "stripe/stripe_tpl.h"
#include "stripe/stripe_view.h"

enum { SECRET_MIN = 8, SECRET_MAX = 250 };

/* ---- showing ---- */

static str end_of(str secret)
{
    return secret.len < 8 ? S("") : str_from(secret, secret.len - 4);
}

static const struct err *show(struct web *w, const struct err *failure)
{
    struct stripe_view v = {.shop_handle = w->shop_handle};
    struct id_text shop = id_format(w->shop_id.v);
    struct stripe_keys keys;
    struct tx *tx;
    struct html h;
    TRY(page_init(w, &v.page, locale_text(w->locale, "stripe.title")));
    TRY(web_read(w, &tx));
    TRY(stripe_keys_get(tx, w->arena, w->platform, w->shop_id, &keys));
    v.is_on = !str_is_empty(keys.secret_key) && !str_is_empty(keys.webhook_secret);
    v.is_live = keys.is_live;
    v.is_later = keys.is_later;
    v.account = keys.account;
    TRY(str_dup(w->arena, end_of(keys.secret_key), &v.key_end));
    TRY(str_dup(w->arena, end_of(keys.webhook_secret), &v.secret_end));
    TRY(str_fmt(w->arena, &v.hook, "%.*s/hooks/stripe/%s", STR_ARG(w->platform->base_url),
                shop.text));
    if (failure != NULL)
        TRY(locale_format(w->arena, w->locale, failure->key, failure->args, ERR_ARGS_MAX,
                          &v.error));
    v.page.width = "reading";
    web_html_begin(w, &h);
    tpl_stripe_settings(&h, &v);
    return web_html(w, failure == NULL ? 200 : err_policy_of(failure->kind)->http_status, &h);
}

const struct err *stripe_page(struct web *w)
{
    return show(w, NULL);
}

/* ---- saving ---- */

struct saving {
    struct shop_id shop;
    str key, secret, account;
    bool is_later;
};

static const struct err *save_turn(struct turn *t, void *arg)
{
    const struct saving *s = arg;
    TRY(setting_set(t, s->shop, "stripe.secret_key", s->key));
    TRY(setting_set(t, s->shop, "stripe.webhook_secret", s->secret));
    TRY(setting_set(t, s->shop, "stripe.account", s->account));
    TRY(setting_set(t, s->shop, "stripe.charge_later", s->is_later ? S("true") : S("false")));
    return audit_write(t, &(struct audit){.shop_id = s->shop, .action = "stripe.connected"});
}

/* Whose key it is, by asking with it. */
static const struct err *ask_who(struct web *w, struct saving *s)
{
    struct stripe_keys keys = {.secret_key = s->key};
    const json_t *account;
    struct tx *tx;
    int status;
    TRY(web_read(w, &tx));
    TRY(setting_text(tx, w->arena, w->platform, (struct shop_id){0}, "stripe.api", &keys.base));
    TRY(str_dup(w->arena, keys.base, &keys.base));
    while (str_ends(keys.base, S("/")))
        keys.base.len--;
    web_read_end(w);
    TRY(stripe_call(w->arena, &keys, "/v1/account", NULL, STR_NONE, &account, &status));
    s->account = stripe_text(account, "id");
    return str_starts(s->account, S("acct_")) && s->account.len <= 100
               ? NULL
               : ERR(w->arena, ERR_UNAVAILABLE, "stripe.unreachable", "an account without an id");
}

static const struct err *save(struct web *w)
{
    struct saving s = {.shop = w->shop_id, .is_later = web_has(w, "later")};
    TRY(web_text(w, "secret_key", 0, SECRET_MAX, &s.key));
    TRY(web_text(w, "webhook_secret", 0, SECRET_MAX, &s.secret));
    s.key = str_trim(s.key);
    s.secret = str_trim(s.secret);
    if (!stripe_key_is_fit(s.key))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "stripe.no_key", "%zu bytes",
                                            s.key.len), "secret_key");
    if (!str_starts(s.secret, S("whsec_")) || s.secret.len < SECRET_MIN + sizeof "whsec_" - 1)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "stripe.no_secret", "%zu bytes",
                                            s.secret.len), "webhook_secret");
    TRY(ask_who(w, &s));
    return web_write(w, save_turn, &s);
}

const struct err *stripe_page_save(struct web *w)
{
    const struct err *e = save(w);
    if (e != NULL && e->kind != ERR_BUG && e->kind != ERR_NOT_FOUND)
        return show(w, e);
    TRY(e);
    TRY(web_flash(w, "stripe.saved"));
    return web_redirect(w, "/console/%.*s/payments/stripe", STR_ARG(w->shop_handle));
}

static const struct err *off_turn(struct turn *t, void *arg)
{
    static const char *const keys[] = {"stripe.secret_key", "stripe.webhook_secret",
                                       "stripe.account", "stripe.charge_later"};
    const struct shop_id *shop = arg;
    for (size_t i = 0; i < COUNT(keys); i++)
        TRY(setting_set(t, *shop, keys[i], STR_NONE));
    return audit_write(t, &(struct audit){.shop_id = *shop, .action = "stripe.disconnected"});
}

const struct err *stripe_page_off(struct web *w)
{
    TRY(web_write(w, off_turn, &w->shop_id));
    TRY(web_flash(w, "stripe.removed"));
    return web_redirect(w, "/console/%.*s/payments/stripe", STR_ARG(w->shop_handle));
}
