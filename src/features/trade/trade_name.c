/* Names of companies: which writings are one company's. Cautious: what differs by more than blanks,
 * punctuation, accents and legal form stays apart. */
#include "core/text.h"
#include "trade/trade_part.h"

enum { TOKENS = 40, NAME_BYTES = 400, KEY_BYTES = 200, SHORT_KEY = 6 };

/* At the end of a name, except where `leads`. */
static const str forms[] = {
    STR_INIT("limited"), STR_INIT("ltd"),          STR_INIT("ltda"),     STR_INIT("llc"),
    STR_INIT("inc"),     STR_INIT("incorporated"), STR_INIT("corp"),     STR_INIT("corporation"),
    STR_INIT("co"),      STR_INIT("company"),      STR_INIT("plc"),      STR_INIT("pvt"),
    STR_INIT("private"), STR_INIT("pte"),          STR_INIT("pty"),      STR_INIT("proprietary"),
    STR_INIT("gmbh"),    STR_INIT("mbh"),          STR_INIT("ag"),       STR_INIT("kg"),
    STR_INIT("bv"),      STR_INIT("nv"),           STR_INIT("sa"),       STR_INIT("sas"),
    STR_INIT("sarl"),    STR_INIT("sarlu"),        STR_INIT("sasu"),     STR_INIT("srl"),
    STR_INIT("spa"),     STR_INIT("sl"),           STR_INIT("slu"),      STR_INIT("sac"),
    STR_INIT("lda"),     STR_INIT("eirl"),         STR_INIT("jsc"),      STR_INIT("ojsc"),
    STR_INIT("pjsc"),    STR_INIT("cjsc"),         STR_INIT("ooo"),      STR_INIT("ооо"),
    STR_INIT("оао"),     STR_INIT("зао"),          STR_INIT("пао"),      STR_INIT("тоо"),
    STR_INIT("ао"),      STR_INIT("ххк"),          STR_INIT("ab"),       STR_INIT("oy"),
    STR_INIT("bhd"),     STR_INIT("sdn"),          STR_INIT("tbk"),      STR_INIT("fze"),
    STR_INIT("fzco"),    STR_INIT("fzc"),          STR_INIT("dmcc"),     STR_INIT("wll"),
    STR_INIT("llp"),     STR_INIT("doo"),          STR_INIT("sirketi"),  STR_INIT("sti"),
    STR_INIT("tic"),     STR_INIT("anonim"),       STR_INIT("spc"),      STR_INIT("rl"),
    STR_INIT("suarl"),   STR_INIT("smc"),          STR_INIT("kft"),      STR_INIT("sro"),
    STR_INIT("spzoo"),   STR_INIT("ltee"),         STR_INIT("limitada"), STR_INIT("limitee")};
static const str leads[] = {STR_INIT("ooo"), STR_INIT("ооо"), STR_INIT("оао"), STR_INIT("зао"),
                            STR_INIT("пао"), STR_INIT("тоо"), STR_INIT("ао"),  STR_INIT("llc"),
                            STR_INIT("pt"),  STR_INIT("m/s"), STR_INIT("ms"),  STR_INIT("cv"),
                            STR_INIT("jsc")};
/* Several words, on the joined name. */
static const str tails[] = {STR_INIT("jointstockcompany"),
                            STR_INIT("sociedadanonima"),
                            STR_INIT("sadecv"),
                            STR_INIT("srldecv"),
                            STR_INIT("deresponsabilidadlimitada"),
                            STR_INIT("sociedadporaccionessimplificada"),
                            STR_INIT("股份有限公司"),
                            STR_INIT("有限责任公司"),
                            STR_INIT("有限公司"),
                            STR_INIT("公司"),
                            STR_INIT("limitedliabilitycompany"),
                            STR_INIT("anonimsirketi"),
                            STR_INIT("anonymouscompany")};
static const str nobody[] = {STR_INIT("totheorder"),
                             STR_INIT("totheorderof"),
                             STR_INIT("toorder"),
                             STR_INIT("toorderof"),
                             STR_INIT("theorderof"),
                             STR_INIT("order"),
                             STR_INIT("unknown"),
                             STR_INIT("null"),
                             STR_INIT("na"),
                             STR_INIT("none"),
                             STR_INIT("sameasconsignee"),
                             STR_INIT("individual"),
                             STR_INIT("various"),
                             STR_INIT("notavailable"),
                             STR_INIT("undefined"),
                             STR_INIT("tothorder"),
                             STR_INIT("private")};

static bool is_among(const str *list, size_t count, str s)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i], s))
            return true;
    return false;
}

/* "s.a.r.l" is a word to ICU. */
static const struct err *drop_dots(struct arena *a, str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct strbuf sb;
        if (str_find_char(words[i], '.') < 0)
            continue;
        strbuf_init(&sb, a, words[i].len + 1);
        for (size_t k = 0; k < words[i].len; k++)
            if (words[i].ptr[k] != '.')
                strbuf_add_char(&sb, words[i].ptr[k]);
        TRY(strbuf_finish(&sb, &words[i]));
    }
    return NULL;
}

/* "S A R L" is one word. */
static const struct err *join_letters(struct arena *a, str *words, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count;) {
        size_t from = i;
        struct strbuf sb;
        strbuf_init(&sb, a, TOKENS + 1);
        while (i < *count && words[i].len == 1 && words[i].ptr[0] >= 'a' && words[i].ptr[0] <= 'z')
            strbuf_add(&sb, words[i++]);
        if (i - from < 2) {
            i = from;
            words[kept++] = words[i++];
            continue;
        }
        TRY(strbuf_finish(&sb, &words[kept]));
        kept++;
    }
    *count = kept;
    return NULL;
}

static bool is_digits(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return true;
}

static const struct err *joined(struct arena *a, const str *words, size_t from, size_t to, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, NAME_BYTES * 4);
    for (size_t i = from; i < to; i++)
        if (!str_eq(words[i], S("and")))
            strbuf_add(&sb, words[i]);
    return strbuf_finish(&sb, ret);
}

const struct err *trade_company_key(struct arena *a, str name, str *ret)
{
    str *words, whole;
    size_t count, from = 0, to;
    *ret = S("");
    if (trade_is_nothing(name))
        return NULL;
    TRY(text_tokens(a, str_sub(name, 0, NAME_BYTES), TOKENS, &words, &count));
    TRY(drop_dots(a, words, count));
    TRY(join_letters(a, words, &count));
    TRY(joined(a, words, 0, count, &whole));
    if (is_among(nobody, COUNT(nobody), whole) || is_digits(whole) ||
        str_starts(whole, S("totheorder")))
        return NULL;
    to = count;
    while (to > 1 && is_among(forms, COUNT(forms), words[to - 1]))
        to--;
    while (from + 1 < to && is_among(leads, COUNT(leads), words[from]))
        from++;
    TRY(joined(a, words, from, to, ret));
    for (size_t i = 0; i < COUNT(tails); i++)
        if (ret->len > tails[i].len + 2 && str_ends(*ret, tails[i])) {
            *ret = str_sub(*ret, 0, ret->len - tails[i].len);
            break;
        }
    if (ret->len < SHORT_KEY)
        *ret = whole;
    *ret = str_sub(*ret, 0, KEY_BYTES);
    return NULL;
}
