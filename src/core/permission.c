/* Members of shops and what their roles may do: see permission.h. */
#include "core/permission.h"

#include "core/audit.h"
#include "core/core_sql.h"
#include "core/feature.h"

enum { MEMBERS_MAX = 500, SHOPS_MAX = 200 };

static bool roles_name(const char *roles, str role)
{
    str rest = str_c(roles);
    while (!str_is_absent(rest))
        if (str_eq(str_trim(str_cut(&rest, ',')), role))
            return true;
    return false;
}

static const struct permission_def *permission_find(const struct platform *p, const char *name)
{
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->permission_count; i++)
            if (str_eq(str_c(p->features[f]->permissions[i].name), str_c(name)))
                return &p->features[f]->permissions[i];
    return NULL;
}

static bool role_is_known(const struct platform *p, str role)
{
    if (str_eq(role, S("owner")))
        return true;
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->permission_count; i++)
            if (roles_name(p->features[f]->permissions[i].roles, role))
                return true;
    return false;
}

bool permission_of_role(const struct platform *p, str role, const char *permission)
{
    if (str_is_empty(role))
        return false;
    const struct permission_def *def = permission_find(p, permission);
    ASSERT(def != NULL);
    return str_eq(role, S("owner")) || roles_name(def->roles, role);
}

const struct err *permission_role(struct tx *tx, struct arena *a, struct shop_id shop_id,
                                  struct account_id account_id, str *ret_role)
{
    *ret_role = STR_NONE;
    struct member_role_row row;
    bool found = false;
    TRY(member_role(tx, a, shop_id, account_id, &row, &found));
    if (found)
        *ret_role = row.role;
    return NULL;
}

const struct err *permission_check(struct tx *tx, struct arena *a, const struct platform *p,
                                   struct shop_id shop_id, struct account_id account_id,
                                   const char *permission)
{
    if (permission_find(p, permission) == NULL)
        return ERR(a, ERR_BUG, "error.bug", "permission %s is declared by no feature", permission);
    str role = STR_NONE;
    if (shop_id.v != 0 && account_id.v != 0)
        TRY(permission_role(tx, a, shop_id, account_id, &role));
    if (str_is_absent(role))
        return ERR(a, ERR_NOT_FOUND, "error.not_found", "account %lld is no member of shop %lld",
                   (long long)account_id.v, (long long)shop_id.v);
    if (!permission_of_role(p, role, permission))
        return ERR(a, ERR_DENIED, "error.denied", "role %.*s lacks %s", STR_ARG(role), permission);
    return NULL;
}

static const struct err *owner_must_remain(struct turn *t, struct shop_id shop_id,
                                           struct account_id account_id)
{
    str role = STR_NONE;
    TRY(permission_role(t->tx, t->arena, shop_id, account_id, &role));
    if (!str_eq(role, S("owner")))
        return NULL;
    struct member_owners_row owners;
    TRY(member_owners(t->tx, t->arena, shop_id, account_id, &owners));
    if (owners.count == 0)
        return ERR(t->arena, ERR_CONFLICT, "member.last_owner", "shop %lld", (long long)shop_id.v);
    return NULL;
}

const struct err *permission_member_set(struct turn *t, struct shop_id shop_id,
                                        struct account_id account_id, str role)
{
    ASSERT(shop_id.v != 0 && account_id.v != 0);
    if (!role_is_known(t->platform, role))
        return err_with_field(
            t->arena, ERR(t->arena, ERR_INVALID, "member.unknown_role", "%.*s", STR_ARG(role)),
            "role");
    if (!str_eq(role, S("owner")))
        TRY(owner_must_remain(t, shop_id, account_id));
    TRY(member_put(t->tx, t->arena, shop_id, account_id, role, t->now_ms));
    return audit_write(t, &(struct audit){.shop_id = shop_id,
                                          .account_id = account_id,
                                          .action = "member.set",
                                          .subject_id = account_id.v,
                                          .why = role});
}

const struct err *permission_member_remove(struct turn *t, struct shop_id shop_id,
                                           struct account_id account_id)
{
    TRY(owner_must_remain(t, shop_id, account_id));
    int64_t hit = 0;
    TRY(member_delete(t->tx, t->arena, shop_id, account_id, &hit));
    if (hit == 0)
        return ERR(t->arena, ERR_NOT_FOUND, "error.not_found", "no member %lld",
                   (long long)account_id.v);
    return audit_write(t, &(struct audit){.shop_id = shop_id, .account_id = account_id,
                                          .action = "member.remove", .subject_id = account_id.v});
}

const struct err *permission_members(struct tx *tx, struct arena *a, struct shop_id shop_id,
                                     struct shop_member **ret, size_t *ret_count)
{
    struct member_list_of_shop_row *rows = NULL;
    size_t count = 0;
    TRY(member_list_of_shop(tx, a, shop_id, MEMBERS_MAX, MEMBERS_MAX, &rows, &count));
    struct shop_member *list = NULL;
    TRY_NEW_ARRAY(a, list, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct shop_member){shop_id, rows[i].account_id, rows[i].role, rows[i].since_ms};
    *ret = list;
    *ret_count = count;
    return NULL;
}

const struct err *permission_shops(struct tx *tx, struct arena *a, struct account_id account_id,
                                   struct shop_member **ret, size_t *ret_count)
{
    struct member_list_of_account_row *rows = NULL;
    size_t count = 0;
    TRY(member_list_of_account(tx, a, account_id, SHOPS_MAX, SHOPS_MAX, &rows, &count));
    struct shop_member *list = NULL;
    TRY_NEW_ARRAY(a, list, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct shop_member){rows[i].shop_id, account_id, rows[i].role, 0};
    *ret = list;
    *ret_count = count;
    return NULL;
}
