/* Finding and opening shops. */
#include "shop/shop.h"

#include "base/utf8.h"
#include "core/permission.h"
#include "shop/shop_sql.h"

static const char *const accents[] = {"water", "coral", "clay", "tea"};
/* Handles stand in paths beside our own words. */
static const char *const reserved_handles[] = {"api", "console", "static", "admin", "sell", "new", "shop", "help"};

static void fill(const struct shop_row_row *row, struct shop *ret)
{
    *ret = (struct shop){
        .id = row->id, .handle = row->handle, .name = row->name, .tagline = row->tagline, .about = row->about,
        .language = row->language, .country = row->country, .zone = row->zone,
        .contact_email = row->contact_email, .delivery_text = row->delivery_text,
        .returns_text = row->returns_text, .shipping_minor = row->shipping_minor,
        .free_shipping_from_minor = row->free_shipping_from_minor,
        .tax_basis_points = (int)row->tax_basis_points, .tax_included = row->tax_included,
        .owner_id = row->owner_id, .logo_media_id = row->logo_media_id, .accent = row->accent,
        .is_demo = row->is_demo, .created_ms = row->created_ms};
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

const struct err *shop_list_of(struct tx *tx, struct arena *a, struct account_id account, struct shop **ret,
                               size_t *ret_count)
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

static const struct err *check_new(struct arena *a, const struct shop_new *n, struct currency *ret_currency)
{
    if (!shop_handle_is_fit(n->handle))
        return err_with_field(a, ERR(a, ERR_INVALID, "shop.bad_handle", "%.*s", STR_ARG(n->handle)), "handle");
    if (n->name.len == 0 || n->name.len > SHOP_NAME_MAX || !utf8_is_title(n->name))
        return err_with_field(a, ERR(a, ERR_INVALID, "shop.bad_name", "%zu bytes", n->name.len), "name");
    if (n->about.len > SHOP_TEXT_MAX || n->delivery_text.len > SHOP_TEXT_MAX ||
        n->returns_text.len > SHOP_TEXT_MAX || n->tagline.len > SHOP_TEXT_MAX)
        return ERR(a, ERR_INVALID, "shop.text_too_long", "over %d bytes", SHOP_TEXT_MAX);
    if (n->country.len != 2 || n->shipping_minor < 0 || n->free_shipping_from_minor < 0 ||
        n->tax_basis_points < 0 || n->tax_basis_points > 10000)
        return ERR(a, ERR_INVALID, "shop.bad_terms", "country, shipping or tax");
    return currency_parse(a, n->currency, ret_currency);
}

static str or_empty(str s)
{
    return str_is_absent(s) ? S("") : s;
}

const struct err *shop_create(struct turn *t, const struct shop_new *n, struct shop_id *ret)
{
    struct currency currency;
    struct shop_id id = {turn_new_id(t)};
    TRY(check_new(t->arena, n, &currency));
    const struct err *e = shop_insert(
        t->tx, t->arena, id, n->handle, n->name, or_empty(n->tagline), or_empty(n->about), currency_str(&currency),
        str_is_empty(n->language) ? S("en") : n->language, n->country,
        str_is_empty(n->zone) ? S("UTC") : n->zone, or_empty(n->contact_email), or_empty(n->delivery_text),
        or_empty(n->returns_text), n->shipping_minor, n->free_shipping_from_minor, n->tax_basis_points,
        n->tax_included, t->actor, is_accent(n->accent) ? n->accent : S("water"), n->is_demo, t->now_ms);
    if (e != NULL && e->kind == ERR_CONFLICT)
        return err_with_field(t->arena, ERR(t->arena, ERR_CONFLICT, "shop.handle_taken", "%.*s",
                                            STR_ARG(n->handle)), "handle");
    TRY(e);
    TRY(permission_member_set(t, id, t->actor, S("owner")));
    *ret = id;
    return event_emit(t, &(struct event){.kind = "shop.created", .version = 1, .shop_id = id,
                                         .subject_id = id.v, .actor = t->actor});
}
