/* Opening a shop, and its settings with the people who work in it. */
#include "account/account.h"
#include "core/permission.h"
#include "core/ports/payment_port.h"
#include "media/media.h"
#include "shop/shop_part.h"
#include "shop/shop_tpl.h"

enum { HANDLES_TRIED = 20 };

static const str currencies[] = {
    STR_INIT("EUR"), STR_INIT("USD"), STR_INIT("GBP"), STR_INIT("CNY"), STR_INIT("JPY"),
    STR_INIT("AUD"), STR_INIT("CAD"), STR_INIT("CHF"), STR_INIT("CZK"), STR_INIT("DKK"),
    STR_INIT("HKD"), STR_INIT("INR"), STR_INIT("KRW"), STR_INIT("MYR"), STR_INIT("NOK"),
    STR_INIT("NZD"), STR_INIT("PLN"), STR_INIT("SEK"), STR_INIT("SGD"), STR_INIT("THB"),
    STR_INIT("TWD"), STR_INIT("VND"),
};

static const struct err *fill_countries(struct web *w, str chosen, struct shop_choice **ret,
                                        size_t *ret_count)
{
    struct country_name *names;
    TRY(country_list(w->arena, w->locale->language, &names, ret_count));
    TRY_NEW_ARRAY(w->arena, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct shop_choice){.value = str_c(names[i].code), .words = names[i].name,
                                         .is_chosen = str_eq(str_c(names[i].code), chosen)};
    return NULL;
}

static const struct err *fill_words(struct web *w, const str *values, size_t count, str chosen,
                                    struct shop_choice **ret, size_t *ret_count)
{
    TRY_NEW_ARRAY(w->arena, *ret, count);
    *ret_count = count;
    for (size_t i = 0; i < count; i++)
        (*ret)[i] = (struct shop_choice){
            .value = values[i], .words = values[i], .is_chosen = str_eq(values[i], chosen)};
    return NULL;
}

/* ---- opening a shop ---- */

static const struct err *show_sell(struct web *w, const struct err *wrong)
{
    struct shop_sell_view v = {0};
    struct html h;
    struct tx *tx;
    str country, currency = S("EUR");
    bool is_chinese = w->locale->language == LANGUAGE_ZH;
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v.fault));
    shop_guess_home(w, &country, &currency);
    TRY(web_read(w, &tx));
    TRY(shop_list_of(tx, w->arena, w->viewer.account_id, &v.mine, &v.mine_count));
    v.name = form_typed(w, "name", S(""));
    v.handle = form_typed(w, "handle", S(""));
    v.is_chinese = str_eq(form_typed(w, "language", is_chinese ? S("zh") : S("en")), S("zh"));
    TRY(fill_countries(w, form_typed(w, "country", country), &v.countries, &v.country_count));
    TRY(fill_words(w, currencies, COUNT(currencies), form_typed(w, "currency", currency),
                   &v.currencies, &v.currency_count));
    TRY(page_init(w, &v.page, locale_text(w->locale, "shop.sell_title")));
    for (size_t i = 0; i < v.country_count; i++)
        if (v.countries[i].is_chosen)
            v.country = v.countries[i].words;
    v.currency = form_typed(w, "currency", currency);
    v.is_open = wrong != NULL && !str_eq(v.fault.field, S("name"));
    v.page.width = "narrow";
    v.page.place = "me";
    web_html_begin(w, &h);
    tpl_shop_sell(&h, &v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

const struct err *shop_sell_page(struct web *w)
{
    return show_sell(w, NULL);
}

struct opening {
    const struct shop_new *n;
    struct shop_id id;
};

static const struct err *open_shop(struct turn *t, void *arg)
{
    struct opening *o = arg;
    return shop_create(t, o->n, &o->id);
}

const struct err *shop_open(struct web *w, const struct shop_new *n, struct shop_id *ret)
{
    struct opening o = {.n = n};
    TRY(web_make(w, open_shop, &o, &o.id.v));
    *ret = o.id;
    return NULL;
}

/* The same form sent twice opens one shop: the second finds the first. */
static bool is_mine_already(struct web *w, str handle)
{
    struct shop shop;
    struct tx *tx;
    return web_read(w, &tx) == NULL && shop_by_handle(tx, w->arena, handle, &shop) == NULL &&
           shop.owner_id.v == w->viewer.account_id.v;
}

/* An address that we made from the name and that somebody has already gets a number behind it. */
static const struct err *open_by_name(struct web *w, struct shop_new *n, bool *ret_is_new)
{
    struct shop_id id;
    str wanted = n->handle;
    bool was_typed = !str_is_empty(str_trim(form_typed(w, "handle", S(""))));
    for (int number = 2;; number++) {
        const struct err *e = shop_open(w, n, &id);
        bool is_taken = e != NULL && str_eq(str_c(e->key), S("shop.handle_taken"));
        *ret_is_new = e == NULL;
        if (!is_taken || is_mine_already(w, n->handle))
            return is_taken ? NULL : e;
        if (was_typed || number > HANDLES_TRIED)
            return e;
        TRY(str_fmt(w->arena, &n->handle, "%.*s-%d",
                    STR_ARG(str_sub(wanted, 0, SHOP_HANDLE_MAX - 3)), number));
    }
}

const struct err *shop_sell(struct web *w)
{
    struct shop_new n = {0};
    bool is_new = false;
    const struct err *e = shop_read_new(w, &n);
    if (e == NULL)
        e = open_by_name(w, &n, &is_new);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT ? show_sell(w, e) : e;
    if (is_new)
        TRY(web_flash(w, "shop.opened"));
    return web_redirect(w, "/console/%.*s/start", STR_ARG(n.handle));
}

/* ---- settings ---- */

static const struct err *fill_members(struct web *w, struct tx *tx, struct shop_settings_view *v)
{
    struct shop_member *members;
    TRY(permission_members(tx, w->arena, w->shop_id, &members, &v->member_count));
    TRY_NEW_ARRAY(w->arena, v->members, v->member_count);
    for (size_t i = 0; i < v->member_count; i++) {
        struct account account;
        struct shop_member_row *row = &v->members[i];
        TRY(account_get(tx, w->arena, members[i].account_id, &account));
        *row = (struct shop_member_row){.account_id = account.id,
                                        .name = account.name,
                                        .handle = account.handle,
                                        .role = members[i].role,
                                        .is_self = account.id.v == w->viewer.account_id.v};
        TRY(face_make(w->arena, account.name, account.id.v, &row->face));
    }
    return NULL;
}

/* Those that buyers may choose from; which they are is the page of ways to pay. */
static const struct err *fill_gateways(struct web *w, struct tx *tx, struct shop_settings_view *v)
{
    const struct payment_gateway *offered[PAYMENT_GATEWAYS_MAX];
    TRY(payment_gateways(tx, w->arena, w->platform, w->shop_id, false, offered,
                         &v->gateway_count));
    TRY_NEW_ARRAY(w->arena, v->gateways, v->gateway_count);
    for (size_t i = 0; i < v->gateway_count; i++) {
        v->gateways[i] = (struct shop_gateway_row){offered[i]->label_key, offered[i]->is_test};
        v->takes_money = v->takes_money || !offered[i]->is_test;
    }
    return NULL;
}

static const struct err *amount_text(struct web *w, int64_t minor, struct currency currency,
                                     str *ret)
{
    if (minor == 0) {
        *ret = S("");
        return NULL;
    }
    return money_format(w->arena, (struct money){minor, currency}, ret);
}

/* The stored one too, if it is none of those offered. */
static const struct err *fill_zones(struct web *w, str chosen, struct shop_settings_view *v)
{
    bool is_offered = false;
    str zone;
    TRY_NEW_ARRAY(w->arena, v->zones, SHOP_ZONES_MAX + 1);
    while (shop_zone(v->zone_count, &zone)) {
        bool is_chosen = str_eq(zone, chosen);
        v->zones[v->zone_count++] =
            (struct shop_choice){.value = zone, .words = zone, .is_chosen = is_chosen};
        is_offered = is_offered || is_chosen;
    }
    if (!is_offered)
        v->zones[v->zone_count++] =
            (struct shop_choice){.value = chosen, .words = chosen, .is_chosen = true};
    return NULL;
}

static const struct err *fill_fields(struct web *w, struct shop_settings_view *v)
{
    const struct shop *s = &v->shop;
    str shipping, free_from, tax;
    TRY(amount_text(w, s->shipping_minor, s->currency, &shipping));
    TRY(amount_text(w, s->free_shipping_from_minor, s->currency, &free_from));
    TRY(amount_text(w, s->tax_basis_points, (struct currency){"EUR"}, &tax));
    v->name = form_typed(w, "name", s->name);
    v->tagline = form_typed(w, "tagline", s->tagline);
    v->about = form_typed(w, "about", s->about);
    v->contact_email = form_typed(w, "contact_email", s->contact_email);
    v->delivery_text = form_typed(w, "delivery_text", s->delivery_text);
    v->returns_text = form_typed(w, "returns_text", s->returns_text);
    v->shipping = form_typed(w, "shipping", shipping);
    v->free_shipping_from = form_typed(w, "free_shipping_from", free_from);
    v->tax = form_typed(w, "tax", tax);
    v->accent = form_typed(w, "accent", s->accent);
    v->tax_included = str_is_absent(v->fault.words) ? s->tax_included : web_has(w, "tax_included");
    v->is_chinese = str_eq(form_typed(w, "language", s->language), S("zh"));
    TRY(fill_countries(w, form_typed(w, "country", s->country), &v->countries, &v->country_count));
    return fill_zones(w, form_typed(w, "zone", s->zone), v);
}

static const struct err *show_settings(struct web *w, const struct err *wrong,
                                       const struct err *wrong_member)
{
    struct shop_settings_view v = {0};
    struct html h;
    struct tx *tx;
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v.fault));
    if (wrong_member != NULL)
        TRY(form_fault_of(w, wrong_member, &v.member_fault));
    TRY(shop_page_init(w, &v.page, locale_text(w->locale, "shop.settings"), &v.shop));
    TRY(web_read(w, &tx));
    TRY(shop_face_make(tx, w->arena, &v.shop, &v.face));
    TRY(fill_members(w, tx, &v));
    TRY(fill_gateways(w, tx, &v));
    TRY(fill_fields(w, &v));
    str role;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    v.may_change = permission_of_role(w->platform, role, "shop.change");
    v.who = form_typed(w, "who", S(""));
    v.page.width = "reading";
    web_html_begin(w, &h);
    tpl_shop_settings(&h, &v);
    return web_html(w, wrong == NULL && wrong_member == NULL ? 200 : 422, &h);
}

const struct err *shop_settings_page(struct web *w)
{
    return show_settings(w, NULL, NULL);
}

struct change {
    struct shop_id id;
    struct shop_new n;
    const struct form *form;
};

static const struct err *save_change(struct turn *t, void *arg)
{
    struct change *c = arg;
    int64_t logo;
    size_t count;
    TRY(shop_change(t, c->id, &c->n));
    TRY(media_add_form(t, c->form, "logo", 1, &logo, &count));
    return count == 0 ? NULL : shop_set_logo(t, c->id, logo);
}

static const struct err *change_settings(struct web *w)
{
    struct change c = {.id = w->shop_id, .form = &w->form};
    struct shop shop;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(shop_read_settings(w, shop.currency, &c.n));
    return web_write(w, save_change, &c);
}

const struct err *shop_settings_save(struct web *w)
{
    const struct err *e = change_settings(w);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_LIMIT ? show_settings(w, e, NULL) : e;
    TRY(web_flash(w, "shop.saved"));
    return web_redirect(w, "/console/%.*s/settings", STR_ARG(w->shop_handle));
}

/* ---- members ---- */

struct member_change {
    struct shop_id shop;
    str who, role;
    struct account_id account;
};

static const struct err *find_person(struct turn *t, str who, struct account *ret)
{
    bool is_found = false;
    if (str_find_char(who, '@') > 0)
        TRY(account_by_email(t->tx, t->arena, who, &is_found, ret));
    else
        is_found = account_by_handle(t->tx, t->arena,
                                     str_starts(who, S("@")) ? str_from(who, 1) : who, ret) == NULL;
    if (is_found && !ret->is_guest)
        return NULL;
    return err_with_field(
        t->arena, ERR(t->arena, ERR_INVALID, "shop.no_such_person", "%zu bytes", who.len), "who");
}

static const struct err *set_member(struct turn *t, void *arg)
{
    const struct member_change *m = arg;
    struct account account = {.id = m->account};
    if (m->account.v == 0)
        TRY(find_person(t, m->who, &account));
    return permission_member_set(t, m->shop, account.id, m->role);
}

static const struct err *remove_member(struct turn *t, void *arg)
{
    const struct member_change *m = arg;
    return permission_member_remove(t, m->shop, m->account);
}

static const struct err *after_member(struct web *w, const struct err *e)
{
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT ? show_settings(w, NULL, e) : e;
    TRY(web_flash(w, "shop.saved"));
    return web_redirect(w, "/console/%.*s/settings#members", STR_ARG(w->shop_handle));
}

const struct err *shop_member_save(struct web *w)
{
    struct member_change m = {.shop = w->shop_id, .who = S("")};
    const struct err *e = web_text(w, "who", 1, 254, &m.who);
    if (e == NULL)
        e = web_text(w, "role", 1, 20, &m.role);
    if (e == NULL)
        e = web_write(w, set_member, &m);
    return after_member(w, e);
}

const struct err *shop_member_remove(struct web *w)
{
    struct member_change m = {.shop = w->shop_id};
    TRY(web_param_id(w, 1, &m.account.v));
    return after_member(w, web_write(w, remove_member, &m));
}
