/* row_keys: many rows named at once, for questions that one feature asks another about each row of
 * a long list (verify). A query takes the text apart itself, json_each on SQLite and
 * jsonb_array_elements on PostgreSQL, so that a page of rows costs one round trip and not hundreds.
 */
#ifndef CORE_ROW_KEYS_H
#define CORE_ROW_KEYS_H

#include "core/ids.h"

enum { ROW_KEYS_MAX = 500 };

struct row_key {
    struct shop_id shop_id;
    int64_t id;
};

/* [[shop,id],...]; at most ROW_KEYS_MAX. */
const struct err *row_keys_text(struct arena *a, const struct row_key *keys, size_t count,
                                str *ret) MUST_CHECK;

#endif
