/* What every page shows around its own content: title, reader, navigation, notices. Layouts and
 * partials (web/templates) take these structs; features fill theirs and hand a `struct page` to the
 * layout. Not here: anything a single feature knows.
 * Threads: one page belongs to one request; it lives in the request's arena.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "core/dispatch.h"
#include "core/web.h"

enum { PAGE_NAV_MAX = 16 };

/* A face: photo, or initials on one of eight colours. */
struct face {
    str name;
    str initials;             /* at most two letters */
    int colour;               /* 0..7 */
    struct url_safe photo;    /* url absent: initials */
    struct url_safe path;     /* where it leads; url absent: nowhere */
    bool is_shop;             /* drawn as a rounded square */
};
/* Initials of the first two words (one letter for Chinese names), colour from the id. */
const struct err *face_make(struct arena *a, str name, int64_t id, struct face *ret) MUST_CHECK;

/* A price as people read it. Unset currencies mean: no such price. */
struct price_view {
    struct money now;
    bool is_from;             /* some of it costs more */
    struct money before;      /* struck through */
    struct money together;    /* what everyone pays in a group of `people` */
    int people;
};

struct empty_view {
    const char *drawing;      /* "orders", "products", "inbox", "pools", "contacts", "feed" */
    str title, words, action; /* action absent: no button */
    struct url_safe path;
};

/* What is wrong with a form that is shown again: the field, or none for the whole form. */
struct form_fault {
    str field, words;         /* words absent: nothing is wrong */
};
/* The words of an error in the reader's language. */
const struct err *form_fault_of(struct web *w, const struct err *e,
                                struct form_fault *ret) MUST_CHECK;
/* What was typed into a field of the form that came; `otherwise` when the form did not have it. */
str form_typed(struct web *w, const char *name, str otherwise);

struct page_nav {
    str path;
    const char *text_key;
    const char *icon;
    int64_t count;            /* 0: no figure */
    bool is_current;
    bool is_often;            /* in the phone's bar; the others behind "More" */
};

struct page {
    str title, description;
    str canonical;            /* absolute address, without query */
    str og_image;             /* absolute address; absent: none */
    str language;             /* for <html lang> */
    str theme;                /* "light", "dark"; absent: as the reader's system */
    str palette;              /* a shop's accent; absent or "water": ours */
    const char *place;        /* "home", "explore", "post", "chat", "me", "" */
    const char *width;        /* "", "reading", "narrow", "bare" */
    bool is_focused;          /* hides the bottom bar on a phone: chat, product, checkout */
    bool is_private;          /* keeps search engines away */
    struct url_safe back;     /* instead of the logo: an arrow and `bar_title` */
    str bar_title, bar_note;
    struct url_safe share;    /* an address to share from the bar (page_share); url absent: none */
    str visit;                /* token for the beacon; absent: none is sent */
    /* the reader */
    bool has_account;         /* some account: guest or member */
    bool is_guest;
    struct face viewer;
    struct page_counts counts;
    str flash_key;            /* notice left by the page before, absent: none */
    /* the console */
    str shop_handle, shop_name;
    struct face shop;
    struct page_nav nav[PAGE_NAV_MAX];
    size_t nav_count;
};

/* Fills all of it from the request; the caller then sets what is its own (place, width, back, ...).
 * On WHO_SHOP routes also the console's navigation: the rows of all features that the viewer's role
 * may open. Reads through web_read. `title` without the product's name. */
const struct err *page_init(struct web *w, struct page *p, str title) MUST_CHECK;

/* Lets the reader share the page from the bar: its path, with what tells who shared it. */
const struct err *page_share(struct web *w, struct page *p, str path) MUST_CHECK;

/* What features have to say about it, in the order of their list; at most PAGE_NOTES_MAX. Template
 * page_notes. */
enum { PAGE_NOTES_MAX = 12 };
const struct err *page_notes(struct web *w, struct tx *tx, const struct page_subject *about,
                             struct page_note **ret, size_t *ret_count) MUST_CHECK;

/* For struct platform: "app.css" -> "/static/app.4f2a.css"; absent if there is no such file. */
str page_asset_url(const char *name);

/* For struct dispatch_pages. */
const struct err *page_error(struct web *w, const struct error_view *v) MUST_CHECK;
const struct err *page_confirm(struct web *w, const struct confirm_view *v) MUST_CHECK;
const struct err *page_personal(struct web *w, const struct html_part *parts, size_t count,
                                str *ret) MUST_CHECK;

#endif
