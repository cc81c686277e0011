/* Pools and their links, who belongs to which browser, and which pool brought a person. */
#include "pool/pool.h"

#include "account/account.h"
#include "base/utf8.h"
#include "core/secret.h"
#include "pool/pool_part.h"
#include "pool/pool_sql.h"

static const char code_letters[] = "23456789abcdefghjkmnpqrstuvwxyz";
enum { CODE_LETTERS = sizeof code_letters - 1, VIA_SIGNATURE_LEN = 10 };

const struct err *pool_ensure(struct turn *t, struct shop_id shop, str key, str name,
                              struct pool_id *ret)
{
    struct pool_by_key_row row;
    bool found;
    if (str_is_empty(key) || key.len > POOL_NAME_MAX || str_is_empty(str_trim(name)) ||
        name.len > POOL_NAME_MAX || !utf8_is_title(key) || !utf8_is_title(name))
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "pool.bad_name", "key or name"),
                              "name");
    TRY(pool_by_key(t->tx, t->arena, shop, key, &row, &found));
    if (!found) {
        bool is_builtin = str_eq(key, S("direct")) || str_eq(key, S("unknown"));
        TRY(pool_insert(t->tx, t->arena, (struct pool_id){turn_new_id(t)}, shop, key,
                        str_trim(name), is_builtin, t->now_ms));
        TRY(pool_by_key(t->tx, t->arena, shop, key, &row, &found));
    }
    if (!found)
        return ERR(t->arena, ERR_BUG, "error.bug", "pool vanished");
    *ret = row.id;
    return NULL;
}

const struct err *pool_builtin(struct turn *t, struct shop_id shop, str key, struct pool_id *ret)
{
    str name = str_eq(key, S("direct"))    ? S("Direct")
               : str_eq(key, S("unknown")) ? S("Unknown")
                                           : S("Friends");
    return pool_ensure(t, shop, key, name, ret);
}

const struct err *pool_get(struct tx *tx, struct arena *a, struct shop_id shop, struct pool_id id,
                           struct pool *ret)
{
    struct pool_row_row row;
    bool found;
    TRY(pool_row(tx, a, shop, id, &row, &found));
    if (!found)
        return ERR(a, ERR_NOT_FOUND, "pool.gone", "pool %lld", (long long)id.v);
    *ret = (struct pool){
        .id = id, .shop_id = shop, .key = row.key, .name = row.name, .is_builtin = row.is_builtin};
    return NULL;
}

static const struct err *make_code(struct turn *t, str *ret)
{
    char text[POOL_CODE_LEN];
    for (size_t i = 0; i < POOL_CODE_LEN; i++)
        text[i] = code_letters[rng_below(t->platform->rng, CODE_LETTERS)];
    return str_dup(t->arena, (str){text, sizeof text}, ret);
}

const struct err *pool_link_make(struct turn *t, struct shop_id shop, struct pool_id pool,
                                 str target_path, str label, struct link_id *ret, str *ret_code)
{
    struct pool in;
    TRY(pool_get(t->tx, t->arena, shop, pool, &in));
    if (!pool_target_is_fit(target_path))
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "pool.bad_target", "target"),
                              "target_path");
    if (label.len > POOL_LABEL_MAX || !utf8_is_title(label))
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "pool.bad_label", "label"),
                              "label");
    *ret = (struct link_id){turn_new_id(t)};
    TRY(make_code(t, ret_code));
    return pool_link_insert(t->tx, t->arena, *ret, shop, pool, *ret_code, target_path,
                            str_is_absent(label) ? S("") : label, 0, t->now_ms);
}

const struct err *pool_link_target(struct tx *tx, struct arena *a, struct shop_id shop, str code,
                                   int64_t now_ms, str *ret_path)
{
    struct pool_link_of_shop_row link;
    bool found;
    TRY(pool_link_of_shop(tx, a, shop, code, now_ms, &link, &found));
    *ret_path = found ? link.target_path : STR_NONE;
    return NULL;
}

const struct err *pool_link_get(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct link_id id, struct pool_link *ret)
{
    struct pool_link_row_row row;
    bool is_found;
    TRY(pool_link_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "error.not_found", "link %lld", (long long)id.v);
    *ret = (struct pool_link){id, row.pool_id, row.code, row.target_path, row.label};
    return NULL;
}

const struct err *pool_link_newest(struct tx *tx, struct arena *a, struct shop_id shop,
                                   bool *ret_found, struct pool_link *ret)
{
    struct pool_link_last_row row;
    TRY(pool_link_last(tx, a, shop, &row, ret_found));
    return *ret_found ? pool_link_get(tx, a, shop, row.id, ret) : NULL;
}

const struct err *pool_of_visitor(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct visitor_id visitor, struct account_id account,
                                  bool *ret_found, struct pool *ret)
{
    struct pool_touch_last_row touch;
    TRY(pool_touch_last(tx, a, shop, visitor, account, 0, &touch, ret_found));
    *ret_found = *ret_found && touch.pool_id.v != 0;
    return *ret_found ? pool_get(tx, a, shop, touch.pool_id, ret) : NULL;
}

const struct err *pool_visitor_account(struct turn *t, struct visitor_id visitor,
                                       struct account_id account)
{
    if (visitor.v == 0 || account.v == 0)
        return NULL;
    return pool_visitor_insert(t->tx, t->arena, account, visitor, t->now_ms);
}

/* ---- shares ---- */

static const struct err *via_sign(const struct platform *p, struct arena *a, str message, str *ret)
{
    TRY(secret_sign(p, a, "via", message, ret));
    *ret = str_sub(*ret, 0, VIA_SIGNATURE_LEN);
    return NULL;
}

const struct err *pool_via_make(const struct platform *p, struct arena *a, str referral_code,
                                struct pool_id pool, str *ret)
{
    str message, signature;
    struct id_text id = id_format(pool.v);
    if (pool.v == 0)
        return str_dup(a, referral_code, ret);
    TRY(str_fmt(a, &message, "%.*s.%s", STR_ARG(referral_code), id.text));
    TRY(via_sign(p, a, message, &signature));
    return str_fmt(a, ret, "%.*s.%.*s", STR_ARG(message), STR_ARG(signature));
}

bool pool_via_read(const struct platform *p, struct arena *a, str via, str *ret_referral_code,
                   struct pool_id *ret_pool)
{
    str rest = via, signature, message;
    *ret_pool = (struct pool_id){0};
    *ret_referral_code = str_cut(&rest, '.');
    if (via.len > POOL_VIA_MAX || ret_referral_code->len != 8)
        return false;
    str pool = str_cut(&rest, '.');
    message = str_sub(via, 0, ret_referral_code->len + 1 + pool.len);
    if (!str_is_absent(rest) && via_sign(p, a, message, &signature) == NULL &&
        str_eq_secret(signature, rest))
        (void)id_parse(pool, &ret_pool->v);
    return true;
}

const struct err *pool_share_path(struct web *w, str path, str *ret)
{
    struct account_id me = w->viewer.account_id;
    struct tx *tx;
    struct pool_id pool = {0};
    str via;
    bool found;
    *ret = path;
    if (me.v == 0)
        return NULL;
    int64_t since_ms = w->now_ms - POOL_LOOKBACK_MS;
    TRY(web_read(w, &tx));
    if (w->shop_id.v != 0) {
        struct pool_touch_last_row touch;
        TRY(pool_touch_last(tx, w->arena, w->shop_id, w->visitor_id, me, since_ms, &touch,
                            &found));
        pool = found ? touch.pool_id : pool;
    } else {
        struct pool_touch_anywhere_row touch;
        TRY(pool_touch_anywhere(tx, w->arena, w->visitor_id, me, since_ms, &touch, &found));
        pool = found ? touch.pool_id : pool;
    }
    TRY(pool_via_make(w->platform, w->arena, w->viewer.referral_code, pool, &via));
    char mark = str_find_char(path, '?') >= 0 ? '&' : '?';
    return str_fmt(w->arena, ret, "%.*s%cvia=%.*s", STR_ARG(path), mark, STR_ARG(via));
}
