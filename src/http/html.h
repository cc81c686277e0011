/* The escaping HTML writer that compiled templates call; nothing else writes HTML.
 * Typed on purpose: html_safe and url_safe are made in few, greppable places.
 */
#ifndef HTTP_HTML_H
#define HTTP_HTML_H

#include "base/id.h"
#include "base/money.h"
#include "base/strbuf.h"

struct html_safe { str markup; }; /* made by the sanitiser and by templates only */
struct url_safe { str url; };     /* made by url_check: local path, or http(s) with a host */
struct srcset_safe { str srcset; };/* made by feature media */

/* Texts of one language. Implemented by core/i18n; http does not know where they come from. */
struct html_locale {
    void *self;
    str (*text)(void *self, const char *key);
    str (*plural)(void *self, const char *key, int64_t count);
    void (*money)(void *self, struct strbuf *out, struct money m);
    void (*date)(void *self, struct strbuf *out, int64_t ms, int style); /* 0 date, 1 date and time, 2 ago */
    void (*number)(void *self, struct strbuf *out, int64_t n);
    str tag; /* "en", "zh-CN" */
};

struct html {
    struct strbuf out;
    const struct html_locale *locale;
    str csrf_token;          /* absent: anonymous page, forms carry none */
};

void html_init(struct html *h, struct arena *a, const struct html_locale *locale, size_t max_bytes);
const struct err *html_finish(struct html *h, str *ret) MUST_CHECK;
/* A finished page as a part of another. */
struct html_safe html_as_safe(struct html *h);

void html_literal(struct html *h, const char *markup, size_t len); /* generated code only */
void html_text_str(struct html *h, str s);   /* & < > and both quotes: same for text and attributes */
void html_text_c(struct html *h, const char *s);
void html_text_int(struct html *h, int64_t n);
void html_markup(struct html *h, struct html_safe m);
void html_url(struct html *h, struct url_safe u);
void html_url_part_str(struct html *h, str s); /* one path or query component, percent-encoded */
void html_url_part_int(struct html *h, int64_t n);
void html_id(struct html *h, int64_t id);
void html_money(struct html *h, struct money m);
void html_csrf_field(struct html *h);

/* NOT-safe input to url_safe; false for javascript:, data:, "//", controls, and the like. */
bool url_check(str candidate, struct url_safe *ret);

#define HTML_TEXT(h, x) \
    _Generic((x), str: html_text_str, char *: html_text_c, const char *: html_text_c, int: html_text_int, \
             unsigned: html_text_int, long: html_text_int, unsigned long: html_text_int, \
             long long: html_text_int)((h), (x))
#define HTML_URL_PART(h, x) \
    _Generic((x), str: html_url_part_str, int: html_url_part_int, long: html_url_part_int, \
             unsigned long: html_url_part_int)((h), (x))
#define HTML_URL(h, x) _Generic((x), struct url_safe: html_url)((h), (x))
#define HTML_MARKUP(h, x) _Generic((x), struct html_safe: html_markup)((h), (x))

#endif
