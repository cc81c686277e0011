/* Duty: texts by key, and which language a reader gets. Not its duty: formats (i18n_format.c),
 * zones and countries (i18n_place.c). Threads: tables are constant. */
#include "core/i18n.h"

#include <string.h>

static const struct {
    const char *code, *tag;
} languages[LANGUAGE_COUNT] = {
    [LANGUAGE_UNSET] = {"en", "en"},
    [LANGUAGE_EN] = {"en", "en"},
    [LANGUAGE_ZH] = {"zh", "zh-Hans"},
};

str catalogue_text(const struct catalogue *c, enum language language, const char *key)
{
    const struct catalogue_entry *entries = c->languages[language].entries;
    size_t low = 0, high = c->languages[language].count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(key, entries[middle].key);
        if (order == 0)
            return (str){entries[middle].text, entries[middle].text_len};
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return STR_NONE;
}

str catalogue_plural(const struct catalogue *c, enum language language, const char *key,
                     int64_t count)
{
    char form[128];
    size_t len = strlen(key);
    bool is_one = language == LANGUAGE_EN && count == 1;
    if (len + sizeof ".other" > sizeof form)
        return STR_NONE;
    memcpy(form, key, len);
    memcpy(form + len, is_one ? ".one" : ".other", is_one ? sizeof ".one" : sizeof ".other");
    return catalogue_text(c, language, form);
}

enum language language_parse(str tag)
{
    for (int i = LANGUAGE_EN; i < LANGUAGE_COUNT; i++) {
        str code = str_c(languages[i].code);
        if (str_starts_nocase(tag, code) &&
            (tag.len == code.len || tag.ptr[code.len] == '-' || tag.ptr[code.len] == '_'))
            return (enum language)i;
    }
    return LANGUAGE_UNSET;
}

/* "0.8" -> 800; 1000 without q; 0 for anything that is no weight. */
static int parse_weight(str params)
{
    while (!str_is_absent(params)) {
        str param = str_trim(str_cut(&params, ';'));
        if (!str_starts_nocase(param, S("q=")))
            continue;
        int weight = 0, scale = 1000;
        for (size_t i = 2; i < param.len; i++) {
            if (i == 3 && param.ptr[i] == '.')
                continue;
            if (param.ptr[i] < '0' || param.ptr[i] > '9' || scale == 0)
                return 0;
            weight += (param.ptr[i] - '0') * scale;
            scale /= 10;
        }
        return weight <= 1000 ? weight : 0;
    }
    return 1000;
}

enum language language_choose(str explicit_choice, str accept_language)
{
    enum language best = language_parse(explicit_choice);
    int best_weight = 0;
    str rest = str_sub(accept_language, 0, 1000);
    if (best != LANGUAGE_UNSET)
        return best;
    while (!str_is_absent(rest)) {
        str params = str_cut(&rest, ',');
        enum language one = language_parse(str_trim(str_cut(&params, ';')));
        int weight = parse_weight(params);
        if (one != LANGUAGE_UNSET && weight > best_weight) {
            best = one;
            best_weight = weight;
        }
    }
    return best == LANGUAGE_UNSET ? LANGUAGE_EN : best;
}

str language_code(enum language language)
{
    return str_c(languages[language].code);
}

str language_tag(enum language language)
{
    return str_c(languages[language].tag);
}

str locale_text(const struct locale *l, const char *key)
{
    str text = catalogue_text(l->texts, l->language, key);
    return str_is_absent(text) ? str_c(key) : text;
}

const struct err *locale_format(struct arena *a, const struct locale *l, const char *key,
                                const str *args, size_t arg_count, str *ret)
{
    str text = locale_text(l, key);
    struct strbuf sb;
    size_t run = 0;
    strbuf_init(&sb, a, KiB(64));
    for (size_t i = 0; i + 2 < text.len; i++) {
        size_t n = (size_t)(unsigned char)text.ptr[i + 1] - '0';
        if (text.ptr[i] != '{' || text.ptr[i + 2] != '}' || n >= arg_count)
            continue;
        strbuf_add(&sb, str_sub(text, run, i - run));
        strbuf_add(&sb, args[n]);
        run = i + 3;
        i += 2;
    }
    strbuf_add(&sb, str_from(text, run));
    return strbuf_finish(&sb, ret);
}

static str page_text(void *self, const char *key)
{
    return locale_text(self, key);
}

static str page_plural(void *self, const char *key, int64_t count)
{
    const struct locale *l = self;
    str text = catalogue_plural(l->texts, l->language, key, count);
    return str_is_absent(text) ? str_c(key) : text;
}

static void page_money(void *self, struct strbuf *out, struct money m)
{
    locale_money(self, out, m);
}

static void page_date(void *self, struct strbuf *out, int64_t ms, int style)
{
    locale_date(self, out, ms, (enum html_date_style)style);
}

static void page_number(void *self, struct strbuf *out, int64_t n)
{
    locale_number(self, out, n);
}

/* Absent, too long or with a NUL leaves "". */
static void copy_small(char *to, size_t space, str from)
{
    bool fits = from.len < space && str_find_char(from, '\0') < 0;
    if (fits && from.len > 0)
        memcpy(to, from.ptr, from.len);
    to[fits ? from.len : 0] = '\0';
}

void locale_init(struct locale *l, const struct catalogue *texts, str language, str country,
                 str zone, int64_t now_ms)
{
    *l = (struct locale){.texts = texts, .language = language_parse(language), .now_ms = now_ms};
    if (l->language == LANGUAGE_UNSET)
        l->language = LANGUAGE_EN;
    copy_small(l->country, sizeof l->country, country);
    copy_small(l->zone, sizeof l->zone, zone.len == 0 ? S("UTC") : zone);
    l->page = (struct html_locale){
        .self = l, .text = page_text, .plural = page_plural, .money = page_money, .date = page_date,
        .number = page_number, .tag = language_tag(l->language)};
}
