/* Countries as customs write them: ICU's English and Chinese names, codes of two letters, and what
 * the world's books call otherwise. The table is made once and kept.
 */
#include <pthread.h>
#include <stdlib.h>

#include "core/i18n.h"
#include "core/text.h"
#include "trade/trade_part.h"

enum { NAMES_MAX = 2048, TABLE_MIB = 4 };

/* Folded, without punctuation. */
static const struct {
    const char *name, *code;
} aliases[] = {
    {"usa", "US"},
    {"u s a", "US"},
    {"united states of america", "US"},
    {"estados unidos", "US"},
    {"eeuu", "US"},
    {"uk", "GB"},
    {"great britain", "GB"},
    {"england", "GB"},
    {"united kingdom of great britain", "GB"},
    {"reino unido", "GB"},
    {"uae", "AE"},
    {"u a e", "AE"},
    {"emirados arabes unidos", "AE"},
    {"korea republic of", "KR"},
    {"korea south", "KR"},
    {"republic of korea", "KR"},
    {"korea", "KR"},
    {"korea democratic peoples republic of", "KP"},
    {"russian federation", "RU"},
    {"viet nam", "VN"},
    {"turkey", "TR"},
    {"turkiye", "TR"},
    {"turquia", "TR"},
    {"czech republic", "CZ"},
    {"czechia", "CZ"},
    {"ivory coast", "CI"},
    {"cote d ivoire", "CI"},
    {"taiwan province of china", "TW"},
    {"taiwan", "TW"},
    {"china taiwan", "TW"},
    {"hong kong", "HK"},
    {"hongkong", "HK"},
    {"hong kong china", "HK"},
    {"china hong kong", "HK"},
    {"macao", "MO"},
    {"macau", "MO"},
    {"iran islamic republic of", "IR"},
    {"syrian arab republic", "SY"},
    {"tanzania united republic of", "TZ"},
    {"moldova republic of", "MD"},
    {"macedonia", "MK"},
    {"north macedonia", "MK"},
    {"bolivia plurinational state of", "BO"},
    {"venezuela bolivarian republic of", "VE"},
    {"lao people s democratic republic", "LA"},
    {"laos", "LA"},
    {"burma", "MM"},
    {"myanmar", "MM"},
    {"brunei darussalam", "BN"},
    {"cape verde", "CV"},
    {"cabo verde", "CV"},
    {"swaziland", "SZ"},
    {"eswatini", "SZ"},
    {"congo the democratic republic of", "CD"},
    {"congo the democratic republic of the", "CD"},
    {"democratic republic of congo", "CD"},
    {"congo democratic republic", "CD"},
    {"congo", "CG"},
    {"palestine", "PS"},
    {"palestine state of", "PS"},
    {"palestinian territory occupied", "PS"},
    {"libyan arab jamahiriya", "LY"},
    {"holland", "NL"},
    {"the netherlands", "NL"},
    {"paises bajos", "NL"},
    {"netherlands antilles", "AN"},
    {"reunion", "RE"},
    {"curacao", "CW"},
    {"micronesia federated states of", "FM"},
    {"virgin islands british", "VG"},
    {"virgin islands u s", "VI"},
    {"saint martin french part", "MF"},
    {"sint maarten dutch part", "SX"},
    {"saint kitts and nevis", "KN"},
    {"saint lucia", "LC"},
    {"saint vincent and the grenadines", "VC"},
    {"trinidad and tobago", "TT"},
    {"kyrgyzstan", "KG"},
    {"kyrgyz republic", "KG"},
    {"slovak republic", "SK"},
    {"espana", "ES"},
    {"italia", "IT"},
    {"alemania", "DE"},
    {"francia", "FR"},
    {"brasil", "BR"},
    {"republica dominicana", "DO"},
    {"p r china", "CN"},
    {"pr china", "CN"},
    {"people s republic of china", "CN"},
    {"peoples republic of china", "CN"},
    {"mainland china", "CN"},
    {"китаи", "CN"},
    {"россия", "RU"},
    {"турция", "TR"},
    {"казахстан", "KZ"},
    {"узбекистан", "UZ"},
    {"германия", "DE"},
    {"италия", "IT"},
    {"испания", "ES"},
    {"индия", "IN"},
    {"украина", "UA"},
    {"беларусь", "BY"},
    {"польша", "PL"},
    {"франция", "FR"},
    {"trung quoc", "CN"},
    {"an đo", "IN"},
    {"viet nam nam", "VN"},
    {"美国", "US"},
    {"英国", "GB"},
    {"阿联酋", "AE"},
};

struct entry {
    str name;
    char code[3];
};
static struct {
    pthread_once_t once;
    struct arena arena;
    struct entry entries[NAMES_MAX];
    size_t count;
} table = {.once = PTHREAD_ONCE_INIT};

/* Letters and single blanks. */
static const struct err *normal(struct arena *a, str name, str *ret)
{
    struct strbuf sb;
    str folded;
    bool wants_blank = false;
    TRY(text_fold(a, str_sub(name, 0, 128), &folded));
    strbuf_init(&sb, a, folded.len + 1);
    for (size_t i = 0; i < folded.len; i++) {
        char c = folded.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
        if (str_starts(str_from(folded, i), S("\xe2\x80\x99")) ||
            str_starts(str_from(folded, i), S("\xef\xbf\xbd"))) {
            is_letter = false; /* an apostrophe of typographers; U+FFFD */
            i += 2;
        }
        if (!is_letter) {
            wants_blank = sb.len > 0;
            continue;
        }
        if (wants_blank)
            strbuf_add_char(&sb, ' ');
        wants_blank = false;
        strbuf_add_char(&sb, c);
    }
    return strbuf_finish(&sb, ret);
}

static int compare(const void *x, const void *y)
{
    return str_cmp(((const struct entry *)x)->name, ((const struct entry *)y)->name);
}

static const struct err *add(str name, const char *code)
{
    ASSERT(table.count < NAMES_MAX);
    struct entry *e = &table.entries[table.count];
    TRY(normal(&table.arena, name, &e->name));
    e->code[0] = code[0];
    e->code[1] = code[1];
    e->code[2] = '\0';
    table.count += e->name.len > 0;
    return NULL;
}

static const struct err *add_all(void)
{
    for (enum language l = LANGUAGE_EN; l <= LANGUAGE_ZH; l++) {
        struct country_name *names;
        size_t count;
        TRY(country_list(&table.arena, l, &names, &count));
        for (size_t i = 0; i < count; i++) {
            TRY(add(names[i].name, names[i].code));
            if (l == LANGUAGE_EN)
                TRY(add(str_c(names[i].code), names[i].code));
        }
    }
    for (size_t i = 0; i < COUNT(aliases); i++)
        TRY(add(str_c(aliases[i].name), aliases[i].code));
    return NULL;
}

static void make(void)
{
    arena_init(&table.arena, MiB(TABLE_MIB));
    if (add_all() != NULL)
        table.count = 0;
    qsort(table.entries, table.count, sizeof table.entries[0], compare);
}

static const char *find(str name)
{
    struct entry key = {.name = name};
    const struct entry *e = bsearch(&key, table.entries, table.count, sizeof table.entries[0],
                                    compare);
    return e == NULL ? NULL : e->code;
}

const struct err *trade_country_code(struct arena *a, str name, str *ret)
{
    str whole;
    *ret = STR_NONE;
    pthread_once(&table.once, make);
    if (trade_is_nothing(name) || name.len > 128)
        return NULL;
    TRY(normal(a, name, &whole));
    const char *code = find(whole);
    ptrdiff_t comma = str_find_char(name, ',');
    if (code == NULL && comma > 0) { /* "MOLDOVA, REPUBLIC OF" */
        TRY(normal(a, str_sub(name, 0, (size_t)comma), &whole));
        code = find(whole);
    }
    if (code != NULL)
        *ret = (str){code, 2};
    return NULL;
}
