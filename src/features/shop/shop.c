/* Finding and opening shops. */
#include "shop/shop.h"

#include "base/utf8.h"
#include "core/audit.h"
#include "core/i18n.h"
#include "core/permission.h"
#include "media/media.h"
#include "shop/shop_part.h"
#include "shop/shop_sql.h"

static const char *const accents[] = {"water", "coral", "clay", "tea"};
/* Handles stand in paths beside our own words. */
static const char *const reserved_handles[] = {"api",   "console",  "static",  "admin",
                                               "sell",  "new",      "shop",    "help",
                                               "about", "settings", "millpond"};

static void fill(const struct shop_row_row *row, struct shop *ret)
{
    *ret = (struct shop){.id = row->id,
                         .handle = row->handle,
                         .name = row->name,
                         .tagline = row->tagline,
                         .about = row->about,
                         .language = row->language,
                         .country = row->country,
                         .zone = row->zone,
                         .contact_email = row->contact_email,
                         .delivery_text = row->delivery_text,
                         .returns_text = row->returns_text,
                         .shipping_minor = row->shipping_minor,
                         .free_shipping_from_minor = row->free_shipping_from_minor,
                         .tax_basis_points = (int)row->tax_basis_points,
                         .tax_included = row->tax_included,
                         .owner_id = row->owner_id,
                         .logo_media_id = row->logo_media_id,
                         .accent = row->accent,
                         .is_demo = row->is_demo,
                         .created_ms = row->created_ms};
}

const struct err *shop_get(struct tx *tx, struct arena *a, struct shop_id id, struct shop *ret)
{
    struct shop_row_row row;
    bool is_found;
    TRY(shop_row(tx, a, id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "shop.gone", "shop %lld", (long long)id.v);
    fill(&row, ret);
    return currency_parse(a, row.currency, &ret->currency);
}

const struct err *shop_by_handle(struct tx *tx, struct arena *a, str handle, struct shop *ret)
{
    struct shop_id_of_handle_row row;
    bool is_found;
    TRY(shop_id_of_handle(tx, a, handle, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "shop.gone", "shop %.*s", STR_ARG(handle));
    return shop_get(tx, a, row.id, ret);
}

const struct err *shop_any(struct tx *tx, struct arena *a, bool *ret_found)
{
    struct shop_first_row row;
    return shop_first(tx, a, &row, ret_found);
}

const struct err *shop_list_of(struct tx *tx, struct arena *a, struct account_id account,
                               struct shop **ret, size_t *ret_count)
{
    enum { SHOPS_MAX = 50 };
    struct shop_member *members;
    size_t count;
    TRY(permission_shops(tx, a, account, &members, &count));
    if (count > SHOPS_MAX)
        count = SHOPS_MAX;
    TRY_NEW_ARRAY(a, *ret, count);
    for (size_t i = 0; i < count; i++)
        TRY(shop_get(tx, a, members[i].shop_id, &(*ret)[i]));
    *ret_count = count;
    return NULL;
}

bool shop_handle_is_fit(str handle)
{
    if (handle.len < SHOP_HANDLE_MIN || handle.len > SHOP_HANDLE_MAX || handle.ptr[0] == '-' ||
        handle.ptr[handle.len - 1] == '-')
        return false;
    for (size_t i = 0; i < handle.len; i++) {
        char c = handle.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    for (size_t i = 0; i < COUNT(reserved_handles); i++)
        if (str_eq(handle, str_c(reserved_handles[i])))
            return false;
    return true;
}

static bool is_accent(str accent)
{
    for (size_t i = 0; i < COUNT(accents); i++)
        if (str_eq(accent, str_c(accents[i])))
            return true;
    return false;
}

static const struct err *refuse(struct arena *a, const char *key, const char *field)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field);
}

static const struct err *check_texts(struct arena *a, const struct shop_new *n)
{
    const struct {
        str text;
        const char *field;
    } texts[] = {{n->tagline, "tagline"}, {n->about, "about"}, {n->delivery_text, "delivery_text"},
                 {n->returns_text, "returns_text"}, {n->contact_email, "contact_email"}};
    if (n->name.len == 0 || n->name.len > SHOP_NAME_MAX || !utf8_is_title(n->name))
        return refuse(a, "shop.bad_name", "name");
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (texts[i].text.len > SHOP_TEXT_MAX)
            return refuse(a, "shop.text_too_long", texts[i].field);
        if (!utf8_is_comment(texts[i].text))
            return refuse(a, "error.bad_text", texts[i].field);
    }
    if (!str_is_empty(n->contact_email) &&
        (!utf8_is_title(n->contact_email) || str_find_char(n->contact_email, '@') < 1))
        return refuse(a, "shop.bad_email", "contact_email");
    return NULL;
}

static const struct err *check_terms(struct arena *a, const struct shop_new *n)
{
    str country;
    TRY(country_name_of(a, LANGUAGE_EN, n->country, &country));
    if (n->country.len != 2 || str_is_absent(country))
        return refuse(a, "shop.bad_country", "country");
    if (!str_is_empty(n->language) && language_parse(n->language) == LANGUAGE_UNSET)
        return refuse(a, "shop.bad_language", "language");
    if (!str_is_empty(n->zone) && !zone_is_known(n->zone))
        return refuse(a, "shop.bad_zone", "zone");
    if (n->shipping_minor < 0)
        return refuse(a, "shop.bad_amount", "shipping");
    if (n->free_shipping_from_minor < 0)
        return refuse(a, "shop.bad_amount", "free_shipping_from");
    if (n->tax_basis_points < 0 || n->tax_basis_points > 10000)
        return refuse(a, "shop.bad_tax", "tax");
    return NULL;
}

static const struct err *check_new(struct arena *a, const struct shop_new *n,
                                   struct currency *ret_currency)
{
    if (!shop_handle_is_fit(n->handle))
        return refuse(a, "shop.bad_handle", "handle");
    TRY(check_texts(a, n));
    TRY(check_terms(a, n));
    const struct err *e = currency_parse(a, n->currency, ret_currency);
    return e == NULL ? NULL : err_with_field(a, e, "currency");
}

static str or_empty(str s)
{
    return str_is_absent(s) ? S("") : s;
}

const struct err *shop_create(struct turn *t, const struct shop_new *n, struct shop_id *ret)
{
    struct currency currency;
    struct shop_id id = {turn_new_id(t)};
    int64_t added;
    TRY(check_new(t->arena, n, &currency));
    const struct err *e = shop_insert(
        t->tx, t->arena, id, n->handle, n->name, or_empty(n->tagline), or_empty(n->about),
        currency_str(&currency), str_is_empty(n->language) ? S("en") : n->language, n->country,
        str_is_empty(n->zone) ? S("UTC") : n->zone, or_empty(n->contact_email),
        or_empty(n->delivery_text), or_empty(n->returns_text), n->shipping_minor,
        n->free_shipping_from_minor, n->tax_basis_points, n->tax_included, t->actor,
        is_accent(n->accent) ? n->accent : S("water"), n->is_demo, t->now_ms, &added);
    if (e != NULL && e->kind == ERR_CONFLICT)
        return err_with_field(t->arena, ERR(t->arena, ERR_CONFLICT, "shop.handle_taken", "%.*s",
                                            STR_ARG(n->handle)), "handle");
    TRY(e);
    TRY(permission_member_set(t, id, t->actor, S("owner")));
    *ret = id;
    return event_emit(t, &(struct event){.kind = "shop.created", .version = 1, .shop_id = id,
                                         .subject_id = id.v, .actor = t->actor});
}

/* ---- changing ---- */

static bool is_same(const struct shop *old, const struct shop_new *n)
{
    return str_eq(old->name, n->name) && str_eq(old->tagline, n->tagline) &&
           str_eq(old->about, n->about) && str_eq(old->language, n->language) &&
           str_eq(old->country, n->country) && str_eq(old->zone, n->zone) &&
           str_eq(old->contact_email, n->contact_email) &&
           str_eq(old->delivery_text, n->delivery_text) &&
           str_eq(old->returns_text, n->returns_text) && str_eq(old->accent, n->accent) &&
           old->shipping_minor == n->shipping_minor &&
           old->free_shipping_from_minor == n->free_shipping_from_minor &&
           old->tax_basis_points == n->tax_basis_points && old->tax_included == n->tax_included;
}

static const struct err *tell_changed(struct turn *t, struct shop_id id, const char *action)
{
    TRY(audit_write(t, &(struct audit){.shop_id = id, .action = action, .subject_id = id.v}));
    return event_emit(t, &(struct event){.kind = "shop.changed", .version = 1, .shop_id = id,
                                         .subject_id = id.v, .actor = t->actor});
}

const struct err *shop_change(struct turn *t, struct shop_id id, const struct shop_new *in)
{
    struct shop old;
    struct shop_new n = *in;
    TRY(shop_get(t->tx, t->arena, id, &old));
    n.language = str_is_empty(n.language) ? old.language : n.language;
    n.zone = str_is_empty(n.zone) ? old.zone : n.zone;
    n.accent = is_accent(n.accent) ? n.accent : old.accent;
    TRY(check_texts(t->arena, &n));
    TRY(check_terms(t->arena, &n));
    if (is_same(&old, &n))
        return NULL;
    TRY(shop_update(t->tx, t->arena, id, n.name, or_empty(n.tagline), or_empty(n.about), n.language,
                    n.country, n.zone, or_empty(n.contact_email), or_empty(n.delivery_text),
                    or_empty(n.returns_text), n.shipping_minor, n.free_shipping_from_minor,
                    n.tax_basis_points, n.tax_included, n.accent));
    return tell_changed(t, id, "shop.changed");
}

const struct err *shop_set_logo(struct turn *t, struct shop_id id, int64_t media_id)
{
    TRY(shop_update_logo(t->tx, t->arena, id, media_id));
    return tell_changed(t, id, "shop.logo");
}

/* ---- for pages ---- */

const struct err *shop_face_make(struct tx *tx, struct arena *a, const struct shop *shop,
                                 struct face *ret)
{
    struct photo logo;
    str path;
    TRY(face_make(a, shop->name, shop->id.v, ret));
    ret->is_shop = true;
    TRY(str_fmt(a, &path, "/s/%.*s", STR_ARG(shop->handle)));
    ASSERT(url_check(path, &ret->path));
    TRY(media_photo(tx, a, shop->logo_media_id, &logo));
    if (logo.state == MEDIA_READY)
        ret->photo = logo.url_small;
    return NULL;
}

const struct err *shop_page_init(struct web *w, struct page *p, str title, struct shop *ret)
{
    struct tx *tx;
    TRY(page_init(w, p, title));
    p->is_private = true;
    TRY(web_read(w, &tx));
    return shop_get(tx, w->arena, w->shop_id, ret);
}

const struct err *shop_page_counts(struct web *w, struct tx *tx, struct page_counts *ret)
{
    struct shop shop;
    struct face face;
    if (w->shop_id.v == 0)
        return NULL;
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(shop_face_make(tx, w->arena, &shop, &face));
    ret->shop_name = shop.name;
    ret->shop_logo = face.photo;
    return NULL;
}
