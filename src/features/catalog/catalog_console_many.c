/* Many products at once in the console: put on sale, back to the drafts, or archived. */
#include "catalog/catalog_part.h"

enum { CHOSEN_MAX = 30 };

struct changing {
    struct shop_id shop;
    const struct product_id *ids;
    size_t count;
    enum product_status status;
};

static const struct err *change_all(struct turn *t, void *arg)
{
    const struct changing *c = arg;
    for (size_t i = 0; i < c->count; i++)
        TRY(catalog_set_status(t, c->shop, c->ids[i], c->status));
    return NULL;
}

const struct err *catalog_console_many(struct web *w)
{
    struct changing c = {.shop = w->shop_id};
    struct product_id *ids;
    str *values, what;
    TRY(form_get_all(w->arena, &w->form, S("product"), &values, &c.count));
    TRY(web_text(w, "do", 1, 20, &what));
    c.status = catalog_status_of(what);
    if (c.status == PRODUCT_STATUS_UNSET)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_form", "do"), "do");
    if (c.count == 0 || c.count > CHOSEN_MAX)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "catalog.choose_some", "%zu", c.count), "product");
    TRY_NEW_ARRAY(w->arena, ids, c.count);
    for (size_t i = 0; i < c.count; i++)
        if (!id_parse(values[i], &ids[i].v))
            return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "product %zu", i);
    c.ids = ids;
    TRY(web_write(w, change_all, &c));
    TRY(web_flash(w, "catalog.saved"));
    return web_redirect(w, "/console/%.*s/products", STR_ARG(w->shop_handle));
}
