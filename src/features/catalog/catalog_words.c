/* Finding products by words: each product keeps the words of its title, kind, vendor, tags, options
 * and article numbers. Descriptions are left out: a merchant looks for what she called a thing. */
#include "catalog/catalog_part.h"

#include "catalog/catalog_sql.h"
#include "core/text.h"

enum { WORDS_MAX = 150, QUERY_WORDS = 3 };
/* Greater than every UTF-8 text that begins with the word. */
#define BEHIND_ALL "\xf4\x8f\xbf\xbf"

static const struct err *add_words(struct turn *t, struct shop_id shop, struct product_id id,
                                   str text)
{
    str *words;
    size_t count;
    TRY(text_tokens(t->arena, text, WORDS_MAX, &words, &count));
    for (size_t i = 0; i < count; i++)
        TRY(catalog_word_insert(t->tx, t->arena, shop, id, words[i]));
    return NULL;
}

const struct err *catalog_words_save(struct turn *t, struct shop_id shop, struct product_id id,
                                     const struct product_input *in)
{
    struct strbuf sb;
    str all;
    strbuf_init(&sb, t->arena, KiB(200));
    const str texts[] = {in->title, in->vendor, in->kind, in->tags};
    for (size_t i = 0; i < COUNT(texts); i++) {
        strbuf_add(&sb, texts[i]);
        strbuf_add_char(&sb, '\n');
    }
    for (size_t i = 0; i < in->variant_count; i++) {
        strbuf_addf(&sb, "%.*s\n", STR_ARG(in->variants[i].sku));
        for (int o = 0; o < in->option_count; o++)
            strbuf_addf(&sb, "%.*s\n", STR_ARG(in->variants[i].options[o]));
    }
    TRY(strbuf_finish(&sb, &all));
    TRY(catalog_words_clear(t->tx, t->arena, shop, id));
    return add_words(t, shop, id, all);
}

const struct err *catalog_search(struct tx *tx, struct arena *a, struct shop_id shop, str query,
                                 enum product_status status, struct product_id cursor, size_t limit,
                                 struct product_card **ret, enum product_status *ret_status,
                                 size_t *ret_count)
{
    str from[QUERY_WORDS] = {S(""), S(""), S("")}, to[QUERY_WORDS] = {S(""), S(""), S("")}, *words;
    struct catalog_find_row *rows;
    size_t count;
    TRY(text_tokens(a, str_sub(query, 0, KiB(1)), QUERY_WORDS, &words, &count));
    for (size_t i = 0; i < count; i++) {
        from[i] = words[i];
        TRY(str_fmt(a, &to[i], "%.*s" BEHIND_ALL, STR_ARG(words[i])));
    }
    TRY(catalog_find(tx, a, shop, cursor.v == 0 ? INT64_MAX : cursor.v, (int64_t)status, from[0],
                     to[0], from[1], to[1], from[2], to[2], (int64_t)limit, limit, &rows,
                     ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        enum product_status is;
        TRY(catalog_card(tx, a, (struct product_id){rows[i].id}, &(*ret)[i], &is));
        ret_status[i] = is;
    }
    return NULL;
}
