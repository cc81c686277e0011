/* Pure decisions about visits; see pool_rules.h. */
#include "pool/pool_rules.h"

#include "base/utf8.h"
#include "http/url.h"

static const char *const verdict_names[VISIT_VERDICT_COUNT] = {
    [VISIT_UNSET] = "unset",           [VISIT_CRAWLER] = "crawler",
    [VISIT_PREVIEW] = "preview",       [VISIT_PREFETCH] = "prefetch",
    [VISIT_HEAD] = "head",             [VISIT_DATA_CENTRE] = "data_centre",
    [VISIT_NO_INTERACTION] = "no_interaction", [VISIT_PERSON] = "person",
    [VISIT_INTENT] = "intent",
};

static const char *const fact_names[FACT_COUNT] = {
    "head", "prefetch", "crawler", "preview", "no_agent", "data_centre", "no_language",
    "no_fetch_headers", "odd_fetch_headers", "http_1_0", "cookie_back", "second_page", "beacon",
    "dwell", "scroll", "pointer", "form", "intent", "order",
};

/* What a hand does, and what a script that only fetches pages cannot do by accident. A second page
 * proves something only when nothing else looks wrong: crawlers follow links too. */
static bool acts_like_a_person(uint32_t facts)
{
    uint32_t suspicious = FACT_DATA_CENTRE | FACT_NO_LANGUAGE | FACT_NO_FETCH_HEADERS |
                          FACT_ODD_FETCH_HEADERS | FACT_HTTP_1_0;
    if ((facts & FACT_FORM) != 0)
        return true;
    if ((facts & FACT_DWELL) != 0 && (facts & (FACT_SCROLL | FACT_POINTER)) != 0)
        return true;
    return (facts & FACT_SECOND_PAGE) != 0 && (facts & FACT_COOKIE_BACK) != 0 &&
           (facts & suspicious) == 0;
}

enum visit_verdict pool_verdict(uint32_t facts)
{
    if ((facts & FACT_PREVIEW) != 0)
        return VISIT_PREVIEW;
    if ((facts & (FACT_CRAWLER | FACT_NO_AGENT)) != 0)
        return VISIT_CRAWLER;
    if ((facts & FACT_HEAD) != 0)
        return VISIT_HEAD;
    if ((facts & FACT_PREFETCH) != 0)
        return VISIT_PREFETCH;
    if ((facts & (FACT_INTENT | FACT_ORDER)) != 0)
        return VISIT_INTENT;
    if (acts_like_a_person(facts))
        return VISIT_PERSON;
    return (facts & FACT_DATA_CENTRE) != 0 ? VISIT_DATA_CENTRE : VISIT_NO_INTERACTION;
}

bool pool_verdict_is_person(enum visit_verdict verdict)
{
    return verdict >= VISIT_PERSON;
}

bool pool_verdict_is_counted_only(enum visit_verdict verdict)
{
    return verdict >= VISIT_CRAWLER && verdict <= VISIT_HEAD;
}

const char *pool_verdict_name(enum visit_verdict verdict)
{
    return verdict_names[verdict < VISIT_VERDICT_COUNT ? verdict : VISIT_UNSET];
}

const char *pool_fact_name(int bit)
{
    ASSERT(bit >= 0 && bit < FACT_COUNT);
    return fact_names[bit];
}

/* Browsers that send Sec-Fetch-* with every navigation: Chromium since 76, Firefox since 90, Safari
 * since 16.4, all long ago; the user agents that say otherwise are left alone. */
static bool should_send_fetch_headers(str agent)
{
    ptrdiff_t at = str_find(agent, S("Chrome/"));
    size_t skip = 7;
    int64_t since = 90;
    if (at < 0) {
        at = str_find(agent, S("Firefox/"));
        skip = 8;
        since = 100;
    }
    if (at < 0)
        return false;
    str rest = str_from(agent, (size_t)at + skip);
    int64_t version;
    return str_to_int(str_cut(&rest, '.'), &version) && version >= since;
}

uint32_t pool_facts_of_request(const struct pool_request_facts *f)
{
    uint32_t facts = 0;
    bool has_fetch = !str_is_absent(f->fetch_site);
    facts |= f->is_head ? FACT_HEAD : 0;
    facts |= str_find(f->purpose, S("prefetch")) >= 0 ||
                     str_find(f->purpose, S("prerender")) >= 0 ||
                     str_eq_nocase(f->purpose, S("preview"))
                 ? FACT_PREFETCH
                 : 0;
    facts |= f->is_crawler ? FACT_CRAWLER : 0;
    facts |= f->is_preview ? FACT_PREVIEW : 0;
    facts |= str_is_empty(str_trim(f->user_agent)) ? FACT_NO_AGENT : 0;
    facts |= f->is_data_centre ? FACT_DATA_CENTRE : 0;
    facts |= str_is_empty(f->accept_language) ? FACT_NO_LANGUAGE : 0;
    facts |= f->is_https && !has_fetch && should_send_fetch_headers(f->user_agent)
                 ? FACT_NO_FETCH_HEADERS
                 : 0;
    facts |= has_fetch && !str_is_absent(f->fetch_mode) && !str_eq(f->fetch_mode, S("navigate"))
                 ? FACT_ODD_FETCH_HEADERS
                 : 0;
    facts |= f->http_minor == 0 ? FACT_HTTP_1_0 : 0;
    facts |= f->cookie_came_back ? FACT_COOKIE_BACK : 0;
    return facts;
}

uint32_t pool_facts_of_beacon(const struct pool_beacon *b)
{
    uint32_t facts = FACT_BEACON;
    facts |= b->dwell_ms >= 1000 ? FACT_DWELL : 0;
    facts |= b->scroll_percent > 0 ? FACT_SCROLL : 0;
    facts |= b->gestures > 0 ? FACT_POINTER : 0;
    return facts;
}

const struct err *pool_key_of_name(struct arena *a, str name, str *ret)
{
    struct strbuf key;
    strbuf_init(&key, a, 64);
    for (uint32_t point; key.len < 56 && utf8_next(&name, &point);) {
        bool is_upper = point >= 'A' && point <= 'Z';
        bool is_kept =
            (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9') || point >= 0x80;
        if (is_kept || is_upper)
            utf8_add(&key, is_upper ? point + 32 : point);
        else if (key.len > 0 && key.ptr[key.len - 1] != '-')
            strbuf_add_char(&key, '-');
    }
    str made = strbuf_view(&key);
    while (made.len > 0 && made.ptr[made.len - 1] == '-')
        made.len--;
    TRY(strbuf_finish(&key, ret));
    ret->len = made.len;
    return NULL;
}

bool pool_target_is_fit(str path)
{
    return path.len > 0 && path.len <= 300 && url_is_site_path(path) && url_is_text(path) &&
           str_find_char(path, ' ') < 0 && !str_starts(path, S("/l/"));
}
