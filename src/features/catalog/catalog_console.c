/* The console's pages about products. */
#include "catalog/catalog_part.h"

#include "catalog/catalog_sql.h"
#include "catalog/catalog_tpl.h"
#include "core/permission.h"

enum { ROWS_A_PAGE = 30 };

/* ---- the list ---- */

static const struct err *read_cursor(struct web *w, int64_t *ret)
{
    str text = web_query(w, "before");
    *ret = 0;
    if (!str_is_empty(text) && !id_parse(text, ret))
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "before=%.*s", STR_ARG(text));
    return NULL;
}

static const struct {
    const char *name;
    enum product_status status;
} tabs[] = {{"", PRODUCT_STATUS_UNSET},
            {"active", PRODUCT_ACTIVE},
            {"draft", PRODUCT_DRAFT},
            {"archived", PRODUCT_ARCHIVED}};

enum product_status catalog_status_of(str name)
{
    for (size_t i = 1; i < COUNT(tabs); i++)
        if (str_eq(name, str_c(tabs[i].name)))
            return tabs[i].status;
    return PRODUCT_STATUS_UNSET;
}

static const struct err *count_products(struct web *w, struct tx *tx, struct product_list_view *v)
{
    struct catalog_status_counts_row *rows;
    size_t count;
    TRY(catalog_status_counts(tx, w->arena, w->shop_id, 9, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (rows[i].status > PRODUCT_STATUS_UNSET && rows[i].status <= PRODUCT_ARCHIVED)
            v->counts[rows[i].status] = rows[i].products;
        if (rows[i].status != PRODUCT_ARCHIVED)
            v->counts[PRODUCT_STATUS_UNSET] += rows[i].products;
    }
    return NULL;
}

static const struct err *next_path(struct web *w, struct product_list_view *v)
{
    struct strbuf sb;
    str path;
    if (v->count < ROWS_A_PAGE)
        return NULL;
    struct id_text last = id_format(v->cards[v->count - 1].id.v);
    strbuf_init(&sb, w->arena, KiB(8));
    strbuf_addf(&sb, "/console/%.*s/products?before=%s&status=%s&q=", STR_ARG(w->shop_handle),
                last.text,
                tabs[v->status == PRODUCT_ACTIVE     ? 1
                     : v->status == PRODUCT_DRAFT    ? 2
                     : v->status == PRODUCT_ARCHIVED ? 3
                                                     : 0]
                    .name);
    url_encode(&sb, v->query);
    TRY(strbuf_finish(&sb, &path));
    ASSERT(url_check(path, &v->next));
    return NULL;
}

static const struct err *list_empty(struct web *w, struct product_list_view *v)
{
    bool has_any = v->counts[PRODUCT_STATUS_UNSET] + v->counts[PRODUCT_ARCHIVED] > 0;
    str path;
    v->empty = (struct empty_view){.drawing = "products"};
    v->empty.title =
        locale_text(w->locale, has_any ? "catalog.nothing_found" : "catalog.first_title");
    v->empty.words =
        locale_text(w->locale, has_any ? "catalog.nothing_found_words" : "catalog.first_words");
    if (has_any)
        return NULL;
    v->empty.action = locale_text(w->locale, "catalog.from_photo");
    TRY(str_fmt(w->arena, &path, "/console/%.*s/start", STR_ARG(w->shop_handle)));
    ASSERT(url_check(path, &v->empty.path));
    return NULL;
}

static const struct err *may_change(struct web *w, struct tx *tx, bool *ret)
{
    str role;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "catalog.change");
    return NULL;
}

const struct err *catalog_console_list(struct web *w)
{
    struct product_list_view v = {0};
    struct product_id before;
    struct html h;
    struct tx *tx;
    str query = web_query(w, "q");
    TRY(read_cursor(w, &before.v));
    v.query = str_is_absent(query) ? S("") : str_sub(query, 0, 200);
    v.status = catalog_status_of(web_query(w, "status"));
    TRY(shop_page_init(w, &v.page, locale_text(w->locale, "catalog.products"), &v.shop));
    TRY(web_read(w, &tx));
    TRY_NEW_ARRAY(w->arena, v.statuses, ROWS_A_PAGE);
    TRY(catalog_search(tx, w->arena, w->shop_id, v.query, v.status, before, ROWS_A_PAGE, &v.cards,
                       v.statuses, &v.count));
    TRY(count_products(w, tx, &v));
    TRY(next_path(w, &v));
    TRY(list_empty(w, &v));
    TRY(may_change(w, tx, &v.may_change));
    web_html_begin(w, &h);
    tpl_product_list(&h, &v);
    return web_html(w, 200, &h);
}

/* ---- one product ---- */

static const struct err *show_form(struct web *w, struct product_form_view *v,
                                   const struct err *wrong)
{
    struct html h;
    struct tx *tx;
    str title = locale_text(w->locale, v->id.v == 0 ? "catalog.new" : "catalog.edit"), back;
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(shop_page_init(w, &v->page, title, &v->shop));
    TRY(str_fmt(w->arena, &back, "/console/%.*s/products", STR_ARG(w->shop_handle)));
    ASSERT(url_check(back, &v->page.back));
    v->page.bar_title = title;
    TRY(web_read(w, &tx));
    TRY(media_photos(tx, w->arena, v->typed.media_ids, v->typed.media_count, v->photos));
    for (size_t i = 0; i < v->typed.media_count; i++)
        v->waiting += v->photos[i].state == MEDIA_WAITING;
    web_html_begin(w, &h);
    tpl_product_form(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

const struct err *catalog_console_new(struct web *w)
{
    struct product_form_view *v;
    TRY_NEW(w->arena, v);
    v->typed =
        (struct product_typed){.is_active = true, .requires_shipping = true, .is_taxable = true};
    return show_form(w, v, NULL);
}

static const struct err *load_view(struct web *w, struct product *p, struct product_form_view *v)
{
    struct tx *tx;
    TRY(web_param_id(w, 1, &v->id.v));
    TRY(web_read(w, &tx));
    TRY(catalog_product(tx, w->arena, w->shop_id, v->id, p));
    v->status = p->status;
    v->handle = p->handle;
    return NULL;
}

const struct err *catalog_console_show(struct web *w)
{
    struct product_form_view *v;
    struct product product;
    TRY_NEW(w->arena, v);
    TRY(load_view(w, &product, v));
    TRY(catalog_typed_of(w->arena, &product, &v->typed));
    return show_form(w, v, NULL);
}

/* "first ID" and "remove ID" of the buttons below a photo. */
static void rearrange(struct product_typed *t, str what)
{
    str verb = str_cut(&what, ' ');
    int64_t id;
    size_t at = 0;
    if (!id_parse(what, &id))
        return;
    while (at < t->media_count && t->media_ids[at] != id)
        at++;
    if (at == t->media_count)
        return;
    if (str_eq(verb, S("remove"))) {
        t->media_count--;
        for (; at < t->media_count; at++)
            t->media_ids[at] = t->media_ids[at + 1];
    } else if (str_eq(verb, S("first"))) {
        for (; at > 0; at--)
            t->media_ids[at] = t->media_ids[at - 1];
        t->media_ids[0] = id;
    }
}

struct saving {
    struct shop_id shop;
    struct product_id id;     /* 0: new */
    const struct form *form;
    const struct product_typed *typed;
    struct product_input in;
    struct product_id ret;
};

static const struct err *save_form(struct turn *t, void *arg)
{
    struct saving *s = arg;
    struct product_input in = s->in;
    int64_t ids[PRODUCT_PHOTOS_MAX];
    size_t added;
    bool is_changed;
    for (size_t i = 0; i < in.media_count; i++)
        ids[i] = s->typed->media_ids[i];
    TRY(media_add_form(t, s->form, "photo", PRODUCT_PHOTOS_MAX - in.media_count,
                       ids + in.media_count, &added));
    in.media_count += added;
    in.media_ids = ids;
    return catalog_save(t, s->shop, &in, s->id, &s->ret, &is_changed);
}

static const struct err *save(struct web *w, struct product_form_view *v, const struct product *old,
                              struct product_id *ret)
{
    struct saving s = {.shop = w->shop_id, .id = v->id, .form = &w->form, .typed = &v->typed};
    struct shop shop;
    struct tx *tx;
    TRY(catalog_read_form(w, &v->typed));
    rearrange(&v->typed, form_typed(w, "do", S("")));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(catalog_input_of(w->arena, &v->typed, shop.currency, old, &s.in));
    /* An archived product stays so until somebody takes it back. */
    if (old != NULL && old->status == PRODUCT_ARCHIVED)
        s.in.status = PRODUCT_ARCHIVED;
    TRY(web_write(w, save_form, &s));
    *ret = s.ret;
    return NULL;
}

static const struct err *answer_save(struct web *w, struct product_form_view *v,
                                     const struct product *old)
{
    struct product_id id;
    const struct err *e = save(w, v, old, &id);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_LIMIT ? show_form(w, v, e) : e;
    struct id_text text = id_format(id.v);
    bool is_about_photos = str_find_char(form_typed(w, "do", S("")), ' ') > 0 ||
                           form_file(&w->form, S("photo")) != NULL;
    TRY(web_flash(w, "catalog.saved"));
    return web_redirect(w, "/console/%.*s/products/%s%s", STR_ARG(w->shop_handle), text.text,
                        is_about_photos ? "#photos" : "");
}

const struct err *catalog_console_create(struct web *w)
{
    struct product_form_view *v;
    TRY_NEW(w->arena, v);
    return answer_save(w, v, NULL);
}

const struct err *catalog_console_save(struct web *w)
{
    struct product_form_view *v;
    struct product old;
    TRY_NEW(w->arena, v);
    TRY(load_view(w, &old, v));
    return answer_save(w, v, &old);
}

struct status_change {
    struct shop_id shop;
    struct product_id id;
    enum product_status status;
};

static const struct err *save_status(struct turn *t, void *arg)
{
    const struct status_change *c = arg;
    return catalog_set_status(t, c->shop, c->id, c->status);
}

const struct err *catalog_console_status(struct web *w)
{
    struct status_change c = {.shop = w->shop_id};
    str status;
    TRY(web_param_id(w, 1, &c.id.v));
    TRY(web_text(w, "status", 1, 20, &status));
    c.status = catalog_status_of(status);
    if (c.status == PRODUCT_STATUS_UNSET)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_form", "status"),
                              "status");
    TRY(web_write(w, save_status, &c));
    TRY(web_flash(w, "catalog.saved"));
    return web_redirect(w, "/console/%.*s/products", STR_ARG(w->shop_handle));
}
