/* Who may do what in a shop: a row (shop, account, role) and the table of permissions that features
 * declare. Role "owner" holds every permission; other roles those whose permission_def names them.
 * Looked up in the database at every request, so that a removal holds at the next one.
 */
#ifndef CORE_PERMISSION_H
#define CORE_PERMISSION_H

#include "core/platform.h"

/* NOT_FOUND for accounts that are no members, DENIED for members whose role lacks it.
 * A permission that no feature declares is a BUG. */
const struct err *permission_check(struct tx *tx, struct arena *a, const struct platform *p,
                                   struct shop_id shop_id, struct account_id account_id,
                                   const char *permission) MUST_CHECK;
/* Absent when not a member. */
const struct err *permission_role(struct tx *tx, struct arena *a, struct shop_id shop_id,
                                  struct account_id account_id, str *ret_role) MUST_CHECK;
bool permission_of_role(const struct platform *p, str role, const char *permission);

/* INVALID for a role that is neither "owner" nor named by any permission; CONFLICT
 * "member.last_owner" when the shop would be left without an owner. Both write an audit row. */
const struct err *permission_member_set(struct turn *t, struct shop_id shop_id,
                                        struct account_id account_id, str role) MUST_CHECK;
const struct err *permission_member_remove(struct turn *t, struct shop_id shop_id,
                                           struct account_id account_id) MUST_CHECK;

struct shop_member {
    struct shop_id shop_id;
    struct account_id account_id;
    str role;
    int64_t since_ms;         /* 0 in lists by account */
};
const struct err *permission_members(struct tx *tx, struct arena *a, struct shop_id shop_id,
                                     struct shop_member **ret,
                                     size_t *ret_count) MUST_CHECK; /* first 500 */
/* The shops of an account, for menus. */
const struct err *permission_shops(struct tx *tx, struct arena *a, struct account_id account_id,
                                   struct shop_member **ret,
                                   size_t *ret_count) MUST_CHECK; /* first 200 */

#endif
