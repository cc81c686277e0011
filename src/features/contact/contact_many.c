/* Many customers at once: taken out as CSV, and their "no" to news written down. */
#include "base/timefmt.h"
#include "contact/contact_view.h"
#include "core/web_csv.h"
#include "shop/shop.h"

enum { CHOSEN_MAX = IDENTITY_PAGE };

static const char *const titles[] = {
    "contact.csv.name",  "contact.csv.email",    "contact.csv.phone", "contact.csv.orders",
    "contact.csv.spent", "contact.csv.currency", "contact.csv.first", "contact.csv.last",
    "contact.csv.news",  "contact.csv.source"};

struct exporting {
    struct web *w;
    struct currency currency;
    struct identity_filter filter;
    struct pool_id pool;          /* v != 0: those whom it brought, instead of the filter */
    int64_t before;
    const struct contact_id *ids; /* not NULL: the chosen ones, instead of both */
    size_t id_count;
};

static void write_time(struct csv_writer *out, int64_t ms)
{
    struct time_text text = time_format_rfc3339(ms);
    csv_write_str(out, str_c(text.text));
}

/* Consent to mail stands in the file only as the word "yes": everything else means no. */
static void write_contact(const struct exporting *x, const struct contact *c,
                          struct csv_writer *out)
{
    csv_write_str(out, c->name);
    csv_write_str(out, c->email);
    csv_write_str(out, c->phone);
    csv_write_int(out, c->order_count);
    csv_write_money(out, (struct money){c->spent_minor, x->currency});
    csv_write_str(out, currency_str(&x->currency));
    write_time(out, c->first_seen_ms);
    write_time(out, c->last_seen_ms);
    csv_write_str(out, c->mail_consent ? S("yes") : S("no"));
    csv_write_str(out, c->mail_consent_source);
    csv_write_row_end(out);
}

static const struct err *write_by_id(struct exporting *x, struct tx *tx, struct contact_id id,
                                     struct csv_writer *out)
{
    struct contact contact;
    TRY(identity_contact(tx, x->w->arena, x->w->shop_id, id, &contact));
    write_contact(x, &contact, out);
    return NULL;
}

static const struct err *write_some(struct tx *tx, struct arena *a, void *arg,
                                    struct csv_writer *out, bool *ret_is_end)
{
    struct exporting *x = arg;
    struct contact *contacts;
    struct pool_lead_item *leads;
    size_t count;
    *ret_is_end = true;
    for (size_t i = 0; i < x->id_count; i++)
        TRY(write_by_id(x, tx, x->ids[i], out));
    if (x->ids != NULL)
        return NULL;
    if (x->pool.v != 0) {
        TRY(pool_leads(tx, a, x->w->shop_id, x->pool, 0, INT64_MAX, x->before, &leads, &count,
                       &x->before));
        for (size_t i = 0; i < count; i++)
            TRY(write_by_id(x, tx, (struct contact_id){leads[i].contact_id}, out));
        *ret_is_end = x->before == 0;
        return NULL;
    }
    TRY(identity_contacts(tx, a, x->w->shop_id, &x->filter, &contacts, &count, &x->filter.before));
    for (size_t i = 0; i < count; i++)
        write_contact(x, &contacts[i], out);
    *ret_is_end = x->filter.before.id == 0;
    return NULL;
}

static const struct err *export(struct web *w, struct exporting *x)
{
    str words[COUNT(titles)];
    struct shop shop;
    struct tx *tx;
    x->w = w;
    for (size_t i = 0; i < COUNT(titles); i++)
        words[i] = locale_text(w->locale, titles[i]);
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    x->currency = shop.currency;
    return web_csv(w, "customers", w->platform->db, words, COUNT(words), write_some, x);
}

const struct err *contact_export(struct web *w)
{
    struct exporting x = {0};
    TRY(contact_filter_read(w, &x.filter));
    x.filter.before = (struct identity_cursor){0};
    (void)id_parse(web_query(w, "pool"), &x.pool.v);
    return export(w, &x);
}

struct refusing {
    struct shop_id shop;
    const struct contact_id *ids;
    size_t count;
};

static const struct err *refuse_news(struct turn *t, void *arg)
{
    const struct refusing *x = arg;
    for (size_t i = 0; i < x->count; i++)
        TRY(identity_consent_set(t, x->shop, x->ids[i], false, "the merchant wrote it down"));
    return NULL;
}

const struct err *contact_many(struct web *w)
{
    struct contact_id *ids;
    str *values, what;
    size_t count;
    TRY(form_get_all(w->arena, &w->form, S("contact"), &values, &count));
    TRY(web_text(w, "do", 1, 20, &what));
    if (count == 0 || count > CHOSEN_MAX)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "contact.choose_some", "%zu", count), "contact");
    TRY_NEW_ARRAY(w->arena, ids, count);
    for (size_t i = 0; i < count; i++)
        if (!id_parse(values[i], &ids[i].v))
            return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "contact %zu", i);
    if (str_eq(what, S("export")))
        return export(w, &(struct exporting){.ids = ids, .id_count = count});
    if (!str_eq(what, S("no_news")))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_form", "do"), "do");
    TRY(web_write(w, refuse_news, &(struct refusing){w->shop_id, ids, count}));
    TRY(web_flash(w, "contact.consent.saved"));
    return web_redirect(w, "/console/%.*s/customers", STR_ARG(w->shop_handle));
}
