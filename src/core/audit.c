/* The append-only record of changes: see audit.h. */
#include "core/audit.h"

#include "core/core_sql.h"

enum { WHY_MAX = 500, LIST_MAX = 1000 };

const struct err *audit_write(struct turn *t, const struct audit *entry)
{
    str why = str_is_absent(entry->why) ? S("") : str_sub(entry->why, 0, WHY_MAX);
    return audit_insert(t->tx, t->arena, turn_new_id(t), entry->shop_id, entry->account_id,
                        t->actor, str_c(entry->action), entry->subject_id, why, t->now_ms);
}

const struct err *audit_list(struct tx *tx, struct arena *a, struct shop_id shop_id,
                             int64_t subject_id, struct audit_row **ret, size_t *ret_count)
{
    struct audit_of_subject_row *rows = NULL;
    size_t count = 0;
    TRY(audit_of_subject(tx, a, shop_id, subject_id, LIST_MAX, LIST_MAX, &rows, &count));
    struct audit_row *list = NULL;
    TRY_NEW_ARRAY(a, list, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct audit_row){rows[i].id, rows[i].actor, rows[i].action, rows[i].why,
                                     rows[i].at_ms};
    *ret = list;
    *ret_count = count;
    return NULL;
}
