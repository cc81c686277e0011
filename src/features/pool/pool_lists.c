/* The lists behind the figures of pools, with the same filter and the same sum printed; a link's
 * QR. */
#include "account/account.h"
#include "core/i18n.h"
#include "identity/identity.h"
#include "pool/pool_part.h"
#include "pool/pool_sql.h"
#include "pool/pool_tpl.h"
#include "pool/pool_view.h"
#include "sys/qr.h"

struct listing {
    struct tx *tx;
    struct pool_range range;
    struct pool pool;
    struct pool_report report;
    int64_t before;
};

static const struct err *begin(struct web *w, bool may_be_all, struct listing *ret,
                               struct pool_row_view *ret_row)
{
    TRY(web_read(w, &ret->tx));
    TRY(pool_of_path(w, ret->tx, may_be_all, &ret->pool));
    TRY(pool_range_read(w, ret->tx, &ret->range));
    TRY(pool_report(ret->tx, w->arena, w->shop_id, ret->range.from_ms, ret->range.to_ms,
                    &ret->report));
    ret->before = 0;
    (void)id_parse(web_query(w, "before"), &ret->before);
    pool_row_fill(w, pool_figures_find(&ret->report, ret->pool.id), ret->range.currency, ret_row);
    return NULL;
}

/* The same page from `before` on; absent when there is nothing more. */
static const struct err *next_of(struct web *w, const struct listing *l, int64_t before,
                                 const char *more, struct url_safe *ret)
{
    struct id_text id = id_format(before);
    str path;
    *ret = (struct url_safe){0};
    if (before == 0)
        return NULL;
    TRY(str_fmt(w->arena, &path, "%.*s?days=%lld&before=%s%s", STR_ARG(w->rq->path),
                (long long)l->range.days, id.text, more));
    return url_check(path, ret) ? NULL : ERR(w->arena, ERR_BUG, "error.bug", "path of a list");
}

static const struct err *page_start(struct web *w, const struct listing *l, struct page *page,
                                    const char *title_key, str name)
{
    struct id_text id = id_format(l->pool.id.v);
    str title, back;
    TRY(locale_format(w->arena, w->locale, title_key, &name, 1, &title));
    TRY(page_init(w, page, title));
    TRY(str_fmt(w->arena, &back, "/console/%.*s/pools%s%s?days=%lld", STR_ARG(w->shop_handle),
                l->pool.id.v == 0 ? "" : "/", l->pool.id.v == 0 ? "" : id.text,
                (long long)l->range.days));
    page->bar_title = title;
    return url_check(back, &page->back) ? NULL : ERR(w->arena, ERR_BUG, "error.bug", "path back");
}

/* ---- visits ---- */

static const struct err *find_contact(struct web *w, struct tx *tx,
                                      const struct pool_visit_item *item, struct pool_visit_view *v)
{
    bool by_account = item->account_id.v != 0, found = false;
    struct id_text text = id_format(by_account ? item->account_id.v : item->visitor_id.v);
    struct identity_id id = {.kind = by_account ? IDENTITY_ACCOUNT : IDENTITY_VISITOR,
                             .value = id_str(&text)};
    struct contact contact;
    TRY(identity_find(tx, w->arena, w->shop_id, &id, &found, &v->contact_id));
    if (!found) {
        struct account account;
        v->contact_id.v = 0;
        if (!by_account) /* nobody the shop has met: a name she gave below a post is still hers */
            return NULL;
        TRY(account_get(tx, w->arena, item->account_id, &account));
        v->contact_name = account.name;
        return NULL;
    }
    TRY(identity_contact(tx, w->arena, w->shop_id, v->contact_id, &contact));
    v->contact_name =
        str_is_empty(contact.name) ? locale_text(w->locale, "pool.someone") : contact.name;
    return NULL;
}

/* Whose link it was. */
static const struct err *find_sharer(struct web *w, struct tx *tx, struct account_id sharer,
                                     bool *ret_is_shared, str *ret_name)
{
    struct account account;
    *ret_is_shared = sharer.v != 0;
    if (sharer.v == 0)
        return NULL;
    TRY(account_get(tx, w->arena, sharer, &account));
    *ret_name = account.name;
    return NULL;
}

static const struct err *visit_view(struct web *w, struct tx *tx,
                                    const struct pool_visit_item *item, struct pool_visit_view *v)
{
    *v = (struct pool_visit_view){.started_ms = item->started_ms, .pages = item->pages,
                                  .dwell_s = item->dwell_ms / 1000, .landing = item->landing,
                                  .referrer = item->referrer};
    TRY(find_sharer(w, tx, item->sharer_id, &v->is_shared, &v->sharer_name));
    pool_verdict_fill(item->verdict, &v->verdict);
    for (int bit = 0; bit < FACT_COUNT; bit++) {
        str key;
        if ((item->facts & 1u << bit) == 0)
            continue;
        TRY(str_fmt(w->arena, &key, "pool.fact.%s", pool_fact_name(bit)));
        v->fact_keys[v->fact_count++] = key.ptr;
    }
    return find_contact(w, tx, item, v);
}

const struct err *pool_visits_page(struct web *w)
{
    struct pool_visits_view *v;
    struct listing l;
    struct pool_visits list;
    struct html h;
    str more;
    TRY_NEW(w->arena, v);
    TRY(begin(w, false, &l, &v->row));
    v->is_people = str_eq(web_query(w, "people"), S("1"));
    if (!str_to_int(web_query(w, "verdict"), &v->verdict) || v->verdict < 0 ||
        v->verdict >= VISIT_VERDICT_COUNT)
        v->verdict = 0;
    const struct pool_figures *f = pool_figures_find(&l.report, l.pool.id);
    v->days = l.range.days;
    v->people = f->people;
    for (int i = v->is_people ? VISIT_PERSON : VISIT_DATA_CENTRE; i < VISIT_VERDICT_COUNT; i++)
        v->visits += v->verdict == 0 || v->verdict == i ? f->visits[i] : 0;
    TRY(pool_visits(l.tx, w->arena, w->shop_id, &l.pool, (enum visit_verdict)v->verdict,
                    v->is_people, l.range.from_ms, l.range.to_ms, l.before, &list));
    v->count = list.count;
    TRY_NEW_ARRAY(w->arena, v->items, v->count);
    for (size_t i = 0; i < v->count; i++)
        TRY(visit_view(w, l.tx, &list.items[i], &v->items[i]));
    TRY(str_fmt(w->arena, &more, "&verdict=%lld%s", (long long)v->verdict,
                v->is_people ? "&people=1" : ""));
    TRY(next_of(w, &l, list.next_before, more.ptr, &v->next));
    TRY(page_start(w, &l, &v->page, v->is_people ? "pool.people_of" : "pool.visits_of",
                   v->row.name));
    web_html_begin(w, &h);
    tpl_pool_visit_rows(&h, v);
    return web_html(w, 200, &h);
}

/* ---- orders ---- */

const struct err *pool_orders_page(struct web *w)
{
    struct pool_orders_view *v;
    struct listing l;
    struct pool_orders list;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(begin(w, true, &l, &v->row));
    v->days = l.range.days;
    v->is_all = l.pool.id.v == 0;
    TRY(pool_orders(l.tx, w->arena, w->shop_id, l.pool.id, l.range.from_ms, l.range.to_ms, l.before,
                    &list));
    v->count = list.count;
    TRY_NEW_ARRAY(w->arena, v->items, v->count);
    for (size_t i = 0; i < v->count; i++) {
        const struct pool_order_item *o = &list.items[i];
        struct account buyer = {.name = locale_text(w->locale, "pool.someone")};
        if (o->account_id.v != 0)
            TRY(account_get(l.tx, w->arena, o->account_id, &buyer));
        struct pool named = {.id = o->pool_id, .name = o->pool_name};
        TRY(pool_get(l.tx, w->arena, w->shop_id, o->pool_id, &named));
        v->items[i] = (struct pool_order_view){.id = {o->order_id},
                                               .at_ms = o->at_ms,
                                               .channel = o->channel,
                                               .pool_name = pool_name_shown(w, &named),
                                               .buyer = buyer.name,
                                               .total = {o->total_minor, l.range.currency},
                                               .paid = {o->paid_minor, l.range.currency},
                                               .refunded = {o->refunded_minor, l.range.currency}};
        TRY(find_sharer(w, l.tx, o->sharer_id, &v->items[i].is_shared, &v->items[i].sharer_name));
    }
    TRY(next_of(w, &l, list.next_before, "", &v->next));
    TRY(page_start(w, &l, &v->page, "pool.orders_of", v->row.name));
    web_html_begin(w, &h);
    tpl_pool_order_rows(&h, v);
    return web_html(w, 200, &h);
}

/* ---- leads ---- */

const struct err *pool_leads_page(struct web *w)
{
    struct pool_leads_view *v;
    struct listing l;
    struct pool_lead_item *items;
    int64_t next_before;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(begin(w, false, &l, &v->row));
    v->days = l.range.days;
    TRY(pool_leads(l.tx, w->arena, w->shop_id, l.pool.id, l.range.from_ms, l.range.to_ms, l.before,
                   &items, &v->count, &next_before));
    TRY_NEW_ARRAY(w->arena, v->items, v->count);
    for (size_t i = 0; i < v->count; i++) {
        struct contact contact;
        TRY(identity_contact(l.tx, w->arena, w->shop_id, (struct contact_id){items[i].contact_id},
                             &contact));
        v->items[i] = (struct pool_lead_view){
            .id = contact.id, .name = contact.name, .at_ms = items[i].at_ms};
        if (str_is_empty(contact.name))
            v->items[i].name = locale_text(w->locale, "pool.someone");
        TRY(face_make(w->arena, v->items[i].name, contact.id.v, &v->items[i].face));
    }
    TRY(next_of(w, &l, next_before, "", &v->next));
    TRY(page_start(w, &l, &v->page, "pool.leads_of", v->row.name));
    web_html_begin(w, &h);
    tpl_pool_lead_rows(&h, v);
    return web_html(w, 200, &h);
}

/* ---- QR ---- */

static const struct err *link_of_path(struct web *w, struct pool_link *ret, str *ret_url)
{
    struct link_id id;
    struct tx *tx;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    TRY(pool_link_get(tx, w->arena, w->shop_id, id, ret));
    return str_fmt(w->arena, ret_url, "%.*s/l/%.*s", STR_ARG(w->platform->base_url),
                   STR_ARG(ret->code));
}

const struct err *pool_qr_svg(struct web *w)
{
    struct pool_link link;
    str url, svg;
    TRY(link_of_path(w, &link, &url));
    TRY(qr_svg(w->arena, url, &svg));
    http_response_body(w->rs, 200, "image/svg+xml", svg);
    return NULL;
}

const struct err *pool_qr_page(struct web *w)
{
    struct pool_qr_view *v;
    struct pool_link link;
    struct pool pool;
    struct tx *tx;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(link_of_path(w, &link, &v->url));
    v->id = link.id;
    TRY(web_read(w, &tx));
    TRY(pool_get(tx, w->arena, w->shop_id, link.pool_id, &pool));
    v->pool_name = pool_name_shown(w, &pool);
    v->label = link.label;
    TRY(page_init(w, &v->page, v->pool_name));
    v->page.is_private = true;
    v->page.width = "narrow";
    web_html_begin(w, &h);
    tpl_pool_qr(&h, v);
    return web_html(w, 200, &h);
}
