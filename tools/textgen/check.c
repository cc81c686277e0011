/* Duty: see check.h. */
#include "tools/textgen/check.h"

#include <stdio.h>

static int complain(struct strbuf *out, const struct text_entry *at, const char *text)
{
    strbuf_addf(out, "%s:%d: %.*s %s\n", at->file, at->line, STR_ARG(at->key), text);
    return 1;
}

/* For x.one and x.other: x and its partner's key. */
static bool is_form(str key, str form)
{
    return str_ends(key, form) && key.len > form.len;
}

static const struct text_entry *find_form(const struct text_table *table, str key, size_t cut,
                                          str form)
{
    char name[256];
    int len = snprintf(name, sizeof name, "%.*s%.*s", (int)(key.len - cut), key.ptr, STR_ARG(form));
    return text_table_find(table, (str){name, (size_t)len});
}

int check_languages(const struct text_table *en, const struct text_table *zh, struct strbuf *out)
{
    int wrong = 0;
    for (size_t i = 0; i < en->count; i++) {
        const struct text_entry *e = &en->items[i];
        bool one = is_form(e->key, S(".one")), other = is_form(e->key, S(".other"));
        const struct text_entry *z = one ? find_form(zh, e->key, 4, S(".other"))
                                         : text_table_find(zh, e->key);
        if (z == NULL)
            wrong += complain(out, e, "is missing in zh.txt");
        else if (!one && e->placeholders != z->placeholders)
            wrong += complain(out, z, "has other placeholders than in en.txt");
        else if (one && (e->placeholders & ~z->placeholders) != 0)
            wrong += complain(out, e, "has placeholders that .other in zh.txt lacks");
        if (one && find_form(en, e->key, 4, S(".other")) == NULL)
            wrong += complain(out, e, "has no .other beside it");
        if (other && find_form(en, e->key, 6, S(".one")) == NULL)
            wrong += complain(out, e, "has no .one beside it");
    }
    for (size_t i = 0; i < zh->count; i++) {
        const struct text_entry *z = &zh->items[i];
        if (is_form(z->key, S(".one")))
            wrong += complain(out, z, "is never used: Chinese has only .other");
        else if (text_table_find(en, z->key) == NULL)
            wrong += complain(out, z, "is missing in en.txt");
        if (str_find(z->text, S("您")) >= 0)
            wrong += complain(out, z, "says 您 where all others say 你");
    }
    return wrong;
}
