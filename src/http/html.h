/* The escaping HTML writer that compiled templates call; nothing else writes HTML.
 *
 * Typed on purpose: html_safe, url_safe and srcset_safe are made in few, greppable places, and the
 * HTML_* macros refuse every other type at compile time. What is written stays valid UTF-8: bytes
 * that are no UTF-8 and control characters become U+FFFD. Limits and memory are those of `out`: a
 * page beyond its maximum fails at html_finish and is never sent in part. Threads: one html belongs
 * to one request.
 */
#ifndef HTTP_HTML_H
#define HTTP_HTML_H

#include "base/id.h"
#include "base/money.h"
#include "base/strbuf.h"

struct html_safe { str markup; }; /* made by the sanitiser and by templates only */
struct url_safe { str url; };     /* made by url_check: local path, or http(s) with a host */
struct srcset_safe { str srcset; };/* made by feature media */

enum html_date_style {
    HTML_DATE = 0,   /* "12 Mar", with the year when it is not this year */
    HTML_DATE_TIME,  /* "12 Mar, 14:05" */
    HTML_DATE_AGO    /* "2 min ago" */
};

/* Texts of one language. Implemented by core/i18n; http does not know where they come from.
 * What the functions write or return is plain text: it is escaped here. */
struct html_locale {
    void *self;
    str (*text)(void *self, const char *key); /* the key itself when it is unknown */
    str (*plural)(void *self, const char *key,
                  int64_t count); /* form of the count, with {0} inside */
    void (*money)(void *self, struct strbuf *out, struct money m);
    void (*date)(void *self, struct strbuf *out, int64_t ms, int style); /* enum html_date_style */
    void (*number)(void *self, struct strbuf *out, int64_t n);
    str tag; /* "en", "zh-CN" */
};

/* Where the parts of a page stand that differ from person to person, in the order of the page. */
struct html_part {
    const char *name; /* of the template that writes it; "csrf": the field of a form */
    size_t at, len;   /* in the page's bytes */
};
struct html_parts {
    struct arena *arena;
    struct html_part *items;
    size_t count, space;
    int depth;   /* of parts in parts: only the outermost is noted */
    int writers; /* how many write to the list: of more than one it says nothing */
};

struct html {
    struct strbuf out;
    struct strbuf scratch;   /* texts of the locale on their way into out */
    const struct html_locale *locale;
    str csrf_token;          /* absent: anonymous page, forms carry none */
    /* URL of a static file by its name ("app.css" -> "/static/app.4f2a.css"), absent if there is
     * none. NULL: "/static/NAME" is written. */
    str (*asset_url)(const char *name);
    struct html_parts *parts; /* where personal parts are noted; NULL: nowhere */
};

void html_init(struct html *h, struct arena *a, const struct html_locale *locale, size_t max_bytes);
const struct err *html_finish(struct html *h, str *ret) MUST_CHECK;
/* A finished page as a part of another; empty when h has failed (html_finish tells). */
struct html_safe html_as_safe(struct html *h);

/* The rest is called by generated code. */
void html_literal(struct html *h, const char *markup, size_t len); /* generated code only */
void html_text_str(struct html *h, str s); /* & < > and both quotes: same for text and attributes */
void html_text_c(struct html *h, const char *s);
void html_text_int(struct html *h, int64_t n);
void html_text_uint(struct html *h, uint64_t n);
void html_text_bool(struct html *h, bool b); /* "true" or "false": for aria-* and data-* */
void html_text_char(struct html *h, char c);
void html_markup(struct html *h, struct html_safe m);
void html_url(struct html *h, struct url_safe u);
void html_url_local(struct html *h, struct url_safe u); /* "#" instead of a URL with a host */
void html_srcset(struct html *h, struct srcset_safe s);
/* One component of a path, percent-encoded. Empty, "." and ".." become "-", so that a stranger's
 * text can neither climb nor make a "//". */
void html_url_path_str(struct html *h, str s);
void html_url_path_c(struct html *h, const char *s);
/* One name or value in a query or fragment, percent-encoded. */
void html_url_part_str(struct html *h, str s);
void html_url_part_c(struct html *h, const char *s);
void html_id(struct html *h, int64_t id);
void html_money(struct html *h, struct money m);
void html_date(struct html *h, int64_t ms, enum html_date_style style);
void html_number(struct html *h, int64_t n);
void html_csrf_field(struct html *h);
void html_personal_begin(struct html *h, const char *name);
void html_personal_end(struct html *h);
void html_icon(struct html *h, const char *name);
void html_asset(struct html *h, const char *name);

/* Values for {0}..{2} of a text. */
enum html_arg_kind {
    HTML_ARG_UNSET = 0,
    HTML_ARG_TEXT, HTML_ARG_INT, HTML_ARG_ID, HTML_ARG_MONEY,
    HTML_ARG_NUMBER, HTML_ARG_DATE, HTML_ARG_DATE_TIME, HTML_ARG_AGO
};
struct html_arg {
    enum html_arg_kind kind;
    str text;
    int64_t n;
    struct money money;
};
struct html_arg html_arg_str(str s);
struct html_arg html_arg_c(const char *s);
struct html_arg html_arg_int(int64_t n);
struct html_arg html_arg_uint(uint64_t n);
struct html_arg html_arg_money(struct money m);
struct html_arg html_arg_of(enum html_arg_kind kind, int64_t n);

/* The text of `key` with its arguments, escaped. */
void html_t(struct html *h, const char *key, const struct html_arg *args, size_t count);
/* The form of `key` for `n`; {0} is n as a number, args are {1} and on. */
void html_tn(struct html *h, const char *key, int64_t n, const struct html_arg *args, size_t count);
/* The same as plain text in the page's arena, for arguments of other templates. Empty without
 * memory. */
str html_t_str(struct html *h, const char *key, const struct html_arg *args, size_t count);
str html_tn_str(struct html *h, const char *key, int64_t n, const struct html_arg *args,
                size_t count);

/* NOT-safe input to url_safe; false for javascript:, data:, "//", controls, and the like. Accepts a
 * local path ("/x", not "//x") and http(s) with a host and without user name. The result views
 * `candidate`. */
bool url_check(str candidate, struct url_safe *ret);
bool url_is_local(struct url_safe u);
/* A path made of parts that are known to be safe; one that is none is a mistake of ours (BUG). At
 * most 2 KiB, in the arena. */
const struct err *url_format(struct arena *a, struct url_safe *ret, const char *fmt, ...)
    PRINTF_LIKE(3, 4) MUST_CHECK;

#define HTML_TEXT(h, x)                                                               \
    _Generic((x), str: html_text_str, char *: html_text_c, const char *: html_text_c, \
             bool: html_text_bool, char: html_text_char,                              \
             signed char: html_text_int, short: html_text_int, int: html_text_int,    \
             long: html_text_int, long long: html_text_int,                           \
             unsigned char: html_text_uint, unsigned short: html_text_uint,           \
             unsigned: html_text_uint,                                                \
             unsigned long: html_text_uint, unsigned long long: html_text_uint)((h), (x))
#define HTML_URL_PART(h, x)                                                                       \
    _Generic((x), str: html_url_part_str, char *: html_url_part_c, const char *: html_url_part_c, \
             short: html_text_int, int: html_text_int, long: html_text_int,                       \
             long long: html_text_int,                                                            \
             unsigned short: html_text_uint, unsigned: html_text_uint,                            \
             unsigned long: html_text_uint, unsigned long long: html_text_uint)((h), (x))
#define HTML_URL_PATH(h, x)                                                                       \
    _Generic((x), str: html_url_path_str, char *: html_url_path_c, const char *: html_url_path_c, \
             short: html_text_int, int: html_text_int, long: html_text_int,                       \
             long long: html_text_int,                                                            \
             unsigned short: html_text_uint, unsigned: html_text_uint,                            \
             unsigned long: html_text_uint, unsigned long long: html_text_uint)((h), (x))
#define HTML_INT(h, x) \
    _Generic((x), short: html_text_int, int: html_text_int, long: html_text_int, \
             long long: html_text_int, unsigned short: html_text_uint, unsigned: html_text_uint, \
             unsigned long: html_text_uint, unsigned long long: html_text_uint)((h), (x))
#define HTML_URL(h, x) _Generic((x), struct url_safe: html_url)((h), (x))
#define HTML_URL_LOCAL(h, x) _Generic((x), struct url_safe: html_url_local)((h), (x))
#define HTML_SRCSET(h, x) _Generic((x), struct srcset_safe: html_srcset)((h), (x))
#define HTML_MARKUP(h, x) _Generic((x), struct html_safe: html_markup)((h), (x))
#define HTML_ARG(x)                                                                \
    _Generic((x), str: html_arg_str, char *: html_arg_c, const char *: html_arg_c, \
             struct money: html_arg_money,                                         \
             signed char: html_arg_int, short: html_arg_int, int: html_arg_int,    \
             long: html_arg_int,                                                   \
             long long: html_arg_int,                                              \
             unsigned char: html_arg_uint, unsigned short: html_arg_uint,          \
             unsigned: html_arg_uint,                                              \
             unsigned long: html_arg_uint, unsigned long long: html_arg_uint)((x))

#endif
