/* tplc: HTML templates -> C. The language is docs/TEMPLATES.md.
 *
 * One pass over the source. html.c and attr.c follow the HTML and know at each byte where a value
 * would stand; block.c handles {% %}; expr.c turns C expressions of {{ }} into writer calls; emit.c
 * holds the text made so far. Markup is normalised on its way (attributes quoted, blanks
 * collapsed), so what leaves is exactly what was understood. Every error is INVALID with
 * "file:line: message" as detail.
 */
#ifndef TPLC_TPLC_H
#define TPLC_TPLC_H

#include "base/strbuf.h"
#include "base/textfile.h"

enum place { IN_TEXT = 1, IN_RCDATA, IN_TAG, IN_VALUE };

enum attr_kind {
    ATTR_UNSET = 0,
    ATTR_TEXT,      /* any text */
    ATTR_WORDS,     /* read by people: no letters outside a hole */
    ATTR_URL,       /* any url_safe */
    ATTR_URL_LOCAL, /* sends a form or token: never to another host */
    ATTR_ASSET,     /* script src: a literal or asset() */
    ATTR_SRCSET,
    ATTR_INT,       /* read as a small language by htmx: holes are integers and ids only */
    ATTR_FIXED      /* decides what others mean: no holes */
};

enum url_state {
    URL_START = 1,
    URL_PATH,
    URL_QUERY,
    URL_WHOLE, /* one url_safe: nothing may follow */
    URL_ASSET  /* one asset: a literal fragment may follow */
};

struct attr {
    str name;               /* as written */
    enum attr_kind kind;
    char quote;
    int line;
    bool has_hole;
    struct strbuf value;    /* the literal parts */
    enum url_state url;
    size_t url_len;         /* least length so far over all branches */
};

struct tag {
    str name;               /* lower case */
    int line;
    int serial;             /* tells two tags apart at the end of a branch */
    bool has_alt, has_width, has_height, has_src, is_post, is_quiet, is_button, value_is_words;
    bool has_method;
    str untranslated;       /* attribute with literal words; absent: none */
};

struct element {
    str name;
    int line;
    bool is_quiet;          /* translate="no", here or above */
    bool keeps_blanks;      /* pre, textarea */
    bool is_foreign;        /* svg, math */
};

enum block_kind { BLOCK_TEMPLATE = 1, BLOCK_IF, BLOCK_FOR };

/* What every branch of a block starts from and has to come back to. */
struct block {
    enum block_kind kind;
    int line;
    bool has_else;
    enum place place;
    size_t depth;           /* of elements: a branch closes only what it opened */
    int tag_serial, attr_serial;
    enum url_state url_at_start, url_merged;
    size_t url_len_at_start, url_len_merged;
    bool has_merged;
    bool last_blank;
    str item;               /* FOR */
};

struct unit {               /* one template or layout */
    str name, params, layout, layout_args;
    bool is_layout, has_body;
    int line;
};

struct tplc {
    struct arena *arena;
    const struct text_table *texts; /* English */
    /* the file */
    const char *file;
    str src;
    size_t at;
    int line;
    /* the HTML */
    enum place place;
    VEC(struct element) elements;
    VEC(struct block) blocks;
    struct tag tag;
    struct attr attr;
    int attr_serial;
    bool last_blank;        /* the last thing written is a blank, or nothing was written yet */
    struct unit unit;
    /* what is made of all files */
    struct strbuf literal;  /* markup not yet emitted */
    struct strbuf includes, header, code;
};

PRINTF_LIKE(3, 4)
const struct err *tplc_fail(struct tplc *p, int line, const char *fmt, ...) MUST_CHECK;

/* file.c: set p->file and p->src, then compile; appends to includes, header and code. */
void tplc_init(struct tplc *p, struct arena *a, const struct text_table *texts);
const struct err *tplc_file(struct tplc *p) MUST_CHECK;

/* emit.c */
void emit_markup(struct tplc *p, str markup);
void emit_markup_escaped(struct tplc *p, char c);
void emit_flush(struct tplc *p);                 /* markup so far becomes a call */
void emit_line(struct tplc *p, int line); /* errors of what follows are blamed on that line */
PRINTF_LIKE(3, 4) void emit_code(struct tplc *p, int line, const char *fmt, ...);
const struct err *emit_unit_begin(struct tplc *p) MUST_CHECK;
void emit_unit_end(struct tplc *p);

/* html.c: consumes at least one byte of markup at p->at. */
const struct err *html_step(struct tplc *p) MUST_CHECK;
struct element *html_top(struct tplc *p);        /* NULL: none open */
bool html_has_letters(str text);
/* Length of "&name;" or "&#1;" at the start of s, else 0. */
size_t html_entity_len(str s);
str html_lower(struct tplc *p, str name);

/* attr.c */
const struct err *attr_step(struct tplc *p) MUST_CHECK;       /* at an attribute's name */
const struct err *attr_value_step(struct tplc *p) MUST_CHECK; /* inside quotes */

/* block.c: at "{%". */
const struct err *block_step(struct tplc *p) MUST_CHECK;

/* expr.c */
const struct err *hole_step(struct tplc *p) MUST_CHECK;       /* at "{{" */
/* From p->at to `close` outside C strings; the inside, trimmed. Moves behind `close`. */
const struct err *expr_cut(struct tplc *p, str open, str close, str *ret) MUST_CHECK;
/* Checks balance, and rewrites t() and tn() inside into calls that give a str. */
const struct err *expr_c(struct tplc *p, int line, str expr, str *ret) MUST_CHECK;
/* Splits at commas outside brackets and strings. */
struct expr_list { str items[8]; size_t count; };
const struct err *expr_split(struct tplc *p, int line, str list, struct expr_list *ret) MUST_CHECK;
str expr_identifier(str s);                      /* the identifier at the start of s, or empty */

#endif
