/* Duty: struct page from a request, and the pages for errors and confirmations.
 * Not its duty: what a page is about.
 */
#include "web/page.h"

#include "assets.h"
#include "base/utf8.h"
#include "core/i18n.h"
#include "core/permission.h"
#include "core/web_cookie.h"
#include "page/page_tpl.h"

enum { FACE_COLOURS = 8, FIRST_WIDE_POINT = 0x2e80 };

static const char *const often_suffixes[] = {"", "/orders", "/inbox", "/pools"};

const struct err *face_make(struct arena *a, str name, int64_t id, struct face *ret)
{
    *ret = (struct face){.name = name, .colour = (int)((uint64_t)id % FACE_COLOURS)};
    struct strbuf initials;
    strbuf_init(&initials, a, 16);
    int taken = 0;
    for (str rest = name; taken < 2 && !str_is_absent(rest);) {
        str word = str_cut(&rest, ' ');
        uint32_t point;
        if (!utf8_next(&word, &point) || point == '&' || point == '+')
            continue;
        utf8_add(&initials, point >= 'a' && point <= 'z' ? point - 32 : point);
        taken += point >= FIRST_WIDE_POINT ? 2 : 1;
    }
    return strbuf_finish(&initials, &ret->initials);
}

const struct err *form_fault_of(struct web *w, const struct err *e, struct form_fault *ret)
{
    ret->field = e->field == NULL ? S("") : str_c(e->field);
    return locale_format(w->arena, w->locale, e->key, e->args, ERR_ARGS_MAX, &ret->words);
}

str form_typed(struct web *w, const char *name, str otherwise)
{
    str value;
    const struct err *e = form_get(w->arena, &w->form, str_c(name), &value);
    return e == NULL && !str_is_absent(value) ? value : otherwise;
}

static bool is_current(const struct web *w, str path, const char *suffix)
{
    if (suffix[0] == '\0')
        return str_eq(w->rq->path, path);
    return str_starts(w->rq->path, path) &&
           (w->rq->path.len == path.len || w->rq->path.ptr[path.len] == '/');
}

static int64_t count_of(const struct page *p, const char *suffix)
{
    if (str_eq(str_c(suffix), S("/orders")))
        return p->counts.orders_waiting;
    if (str_eq(str_c(suffix), S("/returns")))
        return p->counts.returns_waiting;
    if (str_eq(str_c(suffix), S("/quotes")))
        return p->counts.quotes_waiting;
    return str_eq(str_c(suffix), S("/inbox")) ? p->counts.inbox_waiting : 0;
}

static const struct err *nav_add(struct web *w, struct page *p, const struct nav_item *item)
{
    struct page_nav row = {.text_key = item->text_key, .icon = item->icon,
                           .count = count_of(p, item->path_suffix)};
    TRY(str_fmt(w->arena, &row.path, "/console/%.*s%s", STR_ARG(w->shop_handle),
                item->path_suffix));
    row.is_current = is_current(w, row.path, item->path_suffix);
    for (size_t i = 0; i < COUNT(often_suffixes); i++)
        row.is_often |= str_eq(str_c(often_suffixes[i]), str_c(item->path_suffix));
    p->nav[p->nav_count++] = row;
    return NULL;
}

/* The features' rows, sorted by their order, as far as the role may open them. */
static const struct err *nav_fill(struct web *w, struct page *p, str role)
{
    const struct nav_item *chosen[PAGE_NAV_MAX];
    size_t count = 0;
    for (size_t f = 0; f < w->platform->feature_count; f++) {
        const struct feature *feature = w->platform->features[f];
        for (size_t i = 0; i < feature->nav_count && count < PAGE_NAV_MAX; i++) {
            const struct nav_item *item = &feature->nav[i];
            const char *permission = item->permission;
            if (permission != NULL && !permission_of_role(w->platform, role, permission))
                continue;
            size_t at = count++;
            for (; at > 0 && chosen[at - 1]->order > item->order; at--)
                chosen[at] = chosen[at - 1];
            chosen[at] = item;
        }
    }
    for (size_t i = 0; i < count; i++)
        TRY(nav_add(w, p, chosen[i]));
    return NULL;
}

const struct err *page_notes(struct web *w, struct tx *tx, const struct page_subject *about,
                             struct page_note **ret, size_t *ret_count)
{
    *ret_count = 0;
    TRY_NEW_ARRAY(w->arena, *ret, PAGE_NOTES_MAX);
    for (size_t f = 0; f < w->platform->feature_count; f++) {
        page_notes_fn *ask = w->platform->features[f]->page_notes;
        struct page_note *notes;
        size_t count = 0;
        if (ask != NULL)
            TRY(ask(w, tx, about, &notes, &count));
        for (size_t i = 0; i < count && *ret_count < PAGE_NOTES_MAX; i++)
            (*ret)[(*ret_count)++] = notes[i];
    }
    return NULL;
}

static const struct err *fill_viewer(struct web *w, struct page *p)
{
    p->has_account = w->viewer.account_id.v != 0;
    p->is_guest = w->viewer.is_guest;
    TRY(face_make(w->arena, w->viewer.name, w->viewer.account_id.v, &p->viewer));
    if (!p->has_account)
        return NULL;
    struct tx *tx;
    TRY(web_read(w, &tx));
    for (size_t i = 0; i < w->platform->feature_count; i++)
        if (w->platform->features[i]->page_counts != NULL)
            TRY(w->platform->features[i]->page_counts(w, tx, &p->counts));
    return NULL;
}

static const struct err *fill_console(struct web *w, struct page *p)
{
    if (w->shop_id.v == 0)
        return NULL;
    struct tx *tx;
    str role;
    TRY(web_read(w, &tx));
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    p->shop_handle = w->shop_handle;
    p->shop_name = str_is_absent(p->counts.shop_name) ? w->shop_handle : p->counts.shop_name;
    TRY(face_make(w->arena, p->shop_name, w->shop_id.v, &p->shop));
    p->shop.photo = p->counts.shop_logo;
    p->shop.is_shop = true;
    return str_is_absent(role) ? NULL : nav_fill(w, p, role);
}

str page_asset_url(const char *name)
{
    const struct asset *asset = asset_find(str_c(name));
    return asset == NULL ? STR_NONE : str_c(asset->hashed_name);
}

static void fill_frame(struct web *w, struct page *p, str title)
{
    *p = (struct page){.title = title, .language = language_tag(w->locale->language), .place = "",
                       .width = "", .theme = w->theme};
}

const struct err *page_init(struct web *w, struct page *p, str title)
{
    fill_frame(w, p, title);
    TRY(str_fmt(w->arena, &p->canonical, "%.*s%.*s", STR_ARG(w->platform->base_url),
                STR_ARG(w->rq->path)));
    TRY(fill_viewer(w, p));
    TRY(fill_console(w, p));
    p->flash_key = web_take_flash(w);
    if ((w->visitor_id.v != 0 || w->parts != NULL) && w->shop_id.v == 0)
        p->visit = S("1"); /* who it is about says the cookie */
    return NULL;
}

const struct err *page_share(struct web *w, struct page *p, str path)
{
    for (size_t i = 0; i < w->platform->feature_count; i++)
        if (w->platform->features[i]->share_path != NULL)
            TRY(w->platform->features[i]->share_path(w, path, &path));
    return url_check(path, &p->share) ? NULL : ERR(w->arena, ERR_BUG, "error.bug", "share");
}

/* ---- personal parts ---- */

static void csrf_field(struct html *h, const struct page *p)
{
    (void)p;
    html_csrf_field(h);
}

static const struct {
    const char *name;
    void (*write)(struct html *h, const struct page *p);
} personal_parts[] = {
    {"csrf", csrf_field},
    {"page_bag", tpl_page_bag},
    {"page_chat_count", tpl_page_chat_count},
    {"page_share_link", tpl_page_share_link},
};

static const struct err *write_part(struct web *w, struct html *h, const struct page *p,
                                    const char *name)
{
    for (size_t i = 0; i < COUNT(personal_parts); i++)
        if (str_eq(str_c(name), str_c(personal_parts[i].name))) {
            personal_parts[i].write(h, p);
            return NULL;
        }
    return ERR(w->arena, ERR_BUG, "error.bug", "nobody here can write %s for a reader", name);
}

const struct err *page_personal(struct web *w, const struct html_part *parts, size_t count,
                                str *ret)
{
    struct page p = {0};
    struct html h;
    str all = STR_NONE;
    size_t *ends = NULL;
    TRY(fill_viewer(w, &p));
    TRY(page_share(w, &p, w->rq->path));
    TRY_NEW_ARRAY(w->arena, ends, count);
    web_html_begin(w, &h);
    for (size_t i = 0; i < count; i++) {
        TRY(write_part(w, &h, &p, parts[i].name));
        ends[i] = h.out.len;
    }
    TRY(html_finish(&h, &all));
    for (size_t i = 0; i < count; i++) {
        size_t from = i == 0 ? 0 : ends[i - 1];
        ret[i] = str_sub(all, from, ends[i] - from);
    }
    return NULL;
}

/* Neither reads the store: an error page must come out when the store is what failed. */
const struct err *page_error(struct web *w, const struct error_view *v)
{
    struct page page;
    struct html h;
    fill_frame(w, &page, v->title);
    page.width = "narrow";
    page.is_private = true;
    web_html_begin(w, &h);
    tpl_error_page(&h, &page, v);
    return web_html(w, v->status, &h);
}

const struct err *page_confirm(struct web *w, const struct confirm_view *v)
{
    struct page page;
    struct html h;
    fill_frame(w, &page, locale_text(w->locale, "confirm.title"));
    page.width = "narrow";
    page.is_private = true;
    web_html_begin(w, &h);
    h.csrf_token = v->token;
    struct url_safe path;
    if (!url_check(v->path, &path) || !url_is_local(path))
        return ERR(w->arena, ERR_BUG, "error.bug", "confirmation of a form elsewhere");
    tpl_confirm_page(&h, &page, v, path);
    return web_html(w, 403, &h);
}
