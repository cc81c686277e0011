#include "core/row_keys.h"

#include "base/strbuf.h"

enum { PAIR_BYTES = 48 };

const struct err *row_keys_text(struct arena *a, const struct row_key *keys, size_t count, str *ret)
{
    struct strbuf sb;
    ASSERT(count <= ROW_KEYS_MAX);
    strbuf_init(&sb, a, count * PAIR_BYTES + PAIR_BYTES);
    strbuf_add_char(&sb, '[');
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&sb, "%s[%lld,%lld]", i == 0 ? "" : ",", (long long)keys[i].shop_id.v,
                    (long long)keys[i].id);
    strbuf_add_char(&sb, ']');
    return strbuf_finish(&sb, ret);
}
