/* Duty: write escaped HTML, in one pass, copying runs that need no escape at once.
 * Not its duty: deciding which context a value stands in (tplc does), URLs (html_url.c), texts with
 * arguments (html_text.c).
 * Invariant: `out` is valid UTF-8 whatever bytes come in. Threads: none of its own.
 */
#include "http/html.h"

#include <string.h>

#include "base/utf8.h"
#include "http/html_part.h"

void html_init(struct html *h, struct arena *a, const struct html_locale *locale, size_t max_bytes)
{
    *h = (struct html){.locale = locale};
    strbuf_init(&h->out, a, max_bytes);
    strbuf_init(&h->scratch, a, max_bytes);
}

const struct err *html_finish(struct html *h, str *ret)
{
    return strbuf_finish(&h->out, ret);
}

struct html_safe html_as_safe(struct html *h)
{
    str text;
    if (strbuf_finish(&h->out, &text) != NULL)
        return (struct html_safe){S("")};
    return (struct html_safe){text};
}

void html_literal(struct html *h, const char *markup, size_t len)
{
    strbuf_add(&h->out, (str){markup, len});
}

enum { PLAIN = 0, ESCAPE, MULTI, BAD };

/* What an ASCII byte of text means for HTML; all others begin a sequence or are bad. */
static const unsigned char ascii_class[128] = {
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, PLAIN, PLAIN, BAD, BAD, PLAIN, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    ['&'] = ESCAPE, ['<'] = ESCAPE, ['>'] = ESCAPE, ['"'] = ESCAPE, ['\''] = ESCAPE, [0x7f] = BAD,
};

size_t html_utf8_len(const char *text, size_t left)
{
    str rest = {text, left};
    uint32_t point;
    if (!utf8_next(&rest, &point) || (point >= 0x80 && point < 0xa0))
        return 0;
    return left - rest.len;
}

static str escape_of(char c)
{
    switch (c) {
    case '&': return S("&amp;");
    case '<': return S("&lt;");
    case '>': return S("&gt;");
    case '"': return S("&quot;");
    default: return S("&#39;");
    }
}

void html_text_str(struct html *h, str s)
{
    size_t run = 0, at = 0;
    while (at < s.len) {
        unsigned char c = (unsigned char)s.ptr[at];
        unsigned char class = c < 0x80 ? ascii_class[c] : MULTI;
        if (class == PLAIN) {
            at++;
            continue;
        }
        size_t valid = class == MULTI ? html_utf8_len(s.ptr + at, s.len - at) : 0;
        if (valid > 0) {
            at += valid;
            continue;
        }
        strbuf_add(&h->out, (str){s.ptr + run, at - run});
        strbuf_add(&h->out, class == ESCAPE ? escape_of(s.ptr[at]) : S("\xef\xbf\xbd"));
        run = ++at;
    }
    strbuf_add(&h->out, (str){s.ptr + run, at - run});
}

void html_text_c(struct html *h, const char *s)
{
    html_text_str(h, str_c(s));
}

void html_text_int(struct html *h, int64_t n)
{
    strbuf_add_int(&h->out, n);
}

void html_add_uint(struct strbuf *out, uint64_t n)
{
    if (n > INT64_MAX) {
        strbuf_add_int(out, (int64_t)(n / 10));
        n %= 10;
    }
    strbuf_add_int(out, (int64_t)n);
}

void html_text_uint(struct html *h, uint64_t n)
{
    html_add_uint(&h->out, n);
}

void html_text_bool(struct html *h, bool b)
{
    strbuf_add(&h->out, b ? S("true") : S("false"));
}

void html_text_char(struct html *h, char c)
{
    html_text_str(h, (str){&c, 1});
}

void html_markup(struct html *h, struct html_safe m)
{
    strbuf_add(&h->out, m.markup);
}

void html_srcset(struct html *h, struct srcset_safe s)
{
    html_text_str(h, s.srcset);
}

void html_id(struct html *h, int64_t id)
{
    struct id_text text = id_format(id);
    strbuf_add(&h->out, id_str(&text));
}

void html_money(struct html *h, struct money m)
{
    strbuf_clear(&h->scratch);
    h->locale->money(h->locale->self, &h->scratch, m);
    html_text_str(h, strbuf_view(&h->scratch));
}

void html_date(struct html *h, int64_t ms, enum html_date_style style)
{
    strbuf_clear(&h->scratch);
    h->locale->date(h->locale->self, &h->scratch, ms, (int)style);
    html_text_str(h, strbuf_view(&h->scratch));
}

void html_number(struct html *h, int64_t n)
{
    strbuf_clear(&h->scratch);
    h->locale->number(h->locale->self, &h->scratch, n);
    html_text_str(h, strbuf_view(&h->scratch));
}

void html_personal_begin(struct html *h, const char *name)
{
    if (h->parts == NULL || h->parts->depth++ > 0)
        return;
    struct html_part *part = VEC_PUSH(h->parts->arena, h->parts);
    if (part == NULL)
        h->out.failed = true;
    else
        *part = (struct html_part){.name = name, .at = h->out.len};
}

void html_personal_end(struct html *h)
{
    if (h->parts == NULL || --h->parts->depth > 0 || h->out.failed)
        return;
    struct html_part *part = &h->parts->items[h->parts->count - 1];
    part->len = h->out.len - part->at;
}

void html_csrf_field(struct html *h)
{
    html_personal_begin(h, "csrf");
    if (!str_is_empty(h->csrf_token)) {
        strbuf_add(&h->out, S("<input type=\"hidden\" name=\"csrf\" value=\""));
        html_text_str(h, h->csrf_token);
        strbuf_add(&h->out, S("\">"));
    }
    html_personal_end(h);
}

void html_asset(struct html *h, const char *name)
{
    str url = h->asset_url == NULL ? STR_NONE : h->asset_url(name);
    if (str_is_absent(url)) {
        strbuf_add(&h->out, S("/static/"));
        html_url_part_c(h, name);
    } else {
        html_text_str(h, url);
    }
}

void html_icon(struct html *h, const char *name)
{
    strbuf_add(&h->out, S("<svg class=\"icon\" aria-hidden=\"true\"><use href=\""));
    html_asset(h, "icons.svg");
    strbuf_add_char(&h->out, '#');
    html_url_part_c(h, name);
    strbuf_add(&h->out, S("\"/></svg>"));
}
