/* The console's page of bank transfer and payment on delivery. */
#include "base/utf8.h"
#include "core/setting.h"
#include "manual_payment/manual_payment_part.h"
#include "manual_payment/manual_payment_tpl.h"

static const struct err *show(struct web *w, const struct err *failure)
{
    struct manual_view v = {.shop_handle = w->shop_handle};
    struct tx *tx;
    struct html h;
    TRY(page_init(w, &v.page, locale_text(w->locale, "manual_payment.title")));
    TRY(web_read(w, &tx));
    TRY(setting_bool(tx, w->arena, w->platform, w->shop_id, "manual_payment.transfer",
                     &v.has_transfer));
    TRY(setting_bool(tx, w->arena, w->platform, w->shop_id, "manual_payment.delivery",
                     &v.has_delivery));
    TRY(setting_text(tx, w->arena, w->platform, w->shop_id, "manual_payment.words", &v.words));
    TRY(setting_int(tx, w->arena, w->platform, w->shop_id, "manual_payment.two_above", &v.limit));
    if (failure != NULL)
        TRY(locale_format(w->arena, w->locale, failure->key, failure->args, ERR_ARGS_MAX,
                          &v.error));
    v.page.width = "reading";
    web_html_begin(w, &h);
    tpl_manual_settings(&h, &v);
    return web_html(w, failure == NULL ? 200 : err_policy_of(failure->kind)->http_status, &h);
}

const struct err *manual_page(struct web *w)
{
    return show(w, NULL);
}

struct saving {
    struct shop_id shop;
    bool has_transfer, has_delivery;
    str words, limit;
};

static const struct err *save_turn(struct turn *t, void *arg)
{
    const struct saving *s = arg;
    TRY(setting_set(t, s->shop, "manual_payment.transfer",
                    s->has_transfer ? S("true") : S("false")));
    TRY(setting_set(t, s->shop, "manual_payment.delivery",
                    s->has_delivery ? S("true") : S("false")));
    TRY(setting_set(t, s->shop, "manual_payment.words", s->words));
    return setting_set(t, s->shop, "manual_payment.two_above", s->limit);
}

static const struct err *save(struct web *w)
{
    struct saving s = {.shop = w->shop_id, .has_transfer = web_has(w, "transfer"),
                       .has_delivery = web_has(w, "delivery")};
    int64_t limit = 0;
    TRY(web_text(w, "words", 0, MANUAL_WORDS_MAX, &s.words));
    if (web_has(w, "limit"))
        TRY(web_int(w, "limit", 0, MANUAL_LIMIT_MAX, &limit));
    TRY(str_fmt(w->arena, &s.limit, "%lld", (long long)limit));
    TRY(utf8_clean(w->arena, s.words, true, &s.words));
    if (s.has_transfer && str_is_empty(str_trim(s.words)))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "manual_payment.no_words",
                                            "a transfer to nowhere"), "words");
    return web_write(w, save_turn, &s);
}

const struct err *manual_page_save(struct web *w)
{
    const struct err *e = save(w);
    if (e != NULL && e->kind == ERR_INVALID)
        return show(w, e);
    TRY(e);
    TRY(web_flash(w, "manual_payment.saved"));
    return web_redirect(w, "/console/%.*s/payments", STR_ARG(w->shop_handle));
}
