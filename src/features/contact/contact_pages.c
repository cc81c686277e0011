/* The list of customers, one customer's page, and the queue of pairs. */
#include "account/account.h"
#include "contact/contact_view.h"
#include "contact_tpl.h"
#include "core/permission.h"
#include "core/ports/channel_port.h"
#include "shop/shop.h"

static const char *const kind_names[IDENTITY_KIND_COUNT] = {
    [IDENTITY_UNSET] = "unset", [IDENTITY_VISITOR] = "visitor", [IDENTITY_ACCOUNT] = "account",
    [IDENTITY_EMAIL] = "email", [IDENTITY_PHONE] = "phone",     [IDENTITY_CHANNEL] = "channel",
};

const char *contact_kind_name(enum identity_kind kind)
{
    return kind_names[kind < IDENTITY_KIND_COUNT ? kind : IDENTITY_UNSET];
}

static const struct err *may_change(struct web *w, struct tx *tx, bool *ret)
{
    str role;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "contact.change");
    return NULL;
}

const struct err *contact_of_path(struct web *w, struct tx *tx, struct contact *ret)
{
    struct contact_id id;
    TRY(web_param_id(w, 1, &id.v));
    return identity_contact(tx, w->arena, w->shop_id, id, ret);
}

/* A line may end before "." and "@": "ana.lima" and "@example.com" are read more easily than
 * "ana.lima@exam" and "ple.com". */
static void split_email(struct contact_row *row)
{
    str rest = row->email;
    while (rest.len > 0) {
        bool is_last = row->part_count + 1 == CONTACT_PARTS_MAX;
        size_t end = 1;
        while (end < rest.len && (is_last || (rest.ptr[end] != '.' && rest.ptr[end] != '@')))
            end++;
        row->parts[row->part_count++] = str_sub(rest, 0, end);
        rest = str_from(rest, end);
    }
}

static const struct err *row_of(struct web *w, const struct contact *c, struct currency currency,
                                struct contact_row *ret)
{
    *ret = (struct contact_row){.id = c->id, .name = c->name, .email = c->email, .phone = c->phone,
                                .spent = {c->spent_minor, currency}, .orders = c->order_count,
                                .last_seen_ms = c->last_seen_ms, .mail_consent = c->mail_consent,
                                .was_asked = !str_is_empty(c->mail_consent_source)};
    split_email(ret);
    if (str_is_empty(ret->name))
        ret->name = str_is_empty(c->email) ? locale_text(w->locale, "contact.someone") : c->email;
    return face_make(w->arena, ret->name, c->id.v, &ret->face);
}

static const struct err *row_by_id(struct web *w, struct tx *tx, struct contact_id id,
                                   struct currency currency, struct contact_row *ret)
{
    struct contact contact;
    TRY(identity_contact(tx, w->arena, w->shop_id, id, &contact));
    return row_of(w, &contact, currency, ret);
}

/* ---- the list ---- */

static int yes_no_any(str value)
{
    return str_eq(value, S("1")) ? 1 : str_eq(value, S("0")) ? 0 : -1;
}

const struct err *contact_cursor_text(struct arena *a, struct identity_cursor cursor, str *ret)
{
    struct id_text id = id_format(cursor.id);
    *ret = STR_NONE;
    return cursor.id == 0 ? NULL
                          : str_fmt(a, ret, "%lld-%s", (long long)cursor.last_seen_ms, id.text);
}

const struct err *contact_filter_read(struct web *w, struct identity_filter *ret)
{
    str rest = str_is_absent(web_query(w, "after")) ? web_cursor(w) : web_query(w, "after");
    str at = str_cut(&rest, '-');
    *ret = (struct identity_filter){.query = str_trim(web_query(w, "q")),
                                    .has_order = yes_no_any(web_query(w, "orders")),
                                    .consent = yes_no_any(web_query(w, "news"))};
    if (ret->query.len > IDENTITY_QUERY_MAX)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "contact.bad_query", "too long"),
                              "q");
    if (!str_is_absent(rest) &&
        (!str_to_int(at, &ret->before.last_seen_ms) || !id_parse(rest, &ret->before.id)))
        ret->before = (struct identity_cursor){0};
    return NULL;
}

static const struct err *next_path(struct web *w, const struct identity_filter *f,
                                   struct identity_cursor next, struct url_safe *ret)
{
    struct strbuf path;
    str cursor, text;
    TRY(contact_cursor_text(w->arena, next, &cursor));
    *ret = (struct url_safe){STR_NONE};
    if (str_is_absent(cursor))
        return NULL;
    strbuf_init(&path, w->arena, 2000);
    strbuf_addf(&path, "%.*s?after=%.*s&orders=%d&news=%d&q=", STR_ARG(w->rq->path),
                STR_ARG(cursor), f->has_order, f->consent);
    url_encode(&path, f->query);
    TRY(strbuf_finish(&path, &text));
    return url_check(text, ret) ? NULL : ERR(w->arena, ERR_BUG, "error.bug", "path of the list");
}

/* Those whom a pool brought, newest first: the list behind the pool's figure. */
static const struct err *rows_of_pool(struct web *w, struct tx *tx, struct pool_id pool,
                                      struct currency currency, struct contact_list_view *v)
{
    struct pool_lead_item *leads;
    int64_t before = 0, next;
    struct id_text pool_text = id_format(pool.v);
    (void)id_parse(web_query(w, "before"), &before);
    TRY(pool_leads(tx, w->arena, w->shop_id, pool, 0, INT64_MAX, before, &leads, &v->count, &next));
    TRY_NEW_ARRAY(w->arena, v->rows, v->count);
    for (size_t i = 0; i < v->count; i++)
        TRY(row_by_id(w, tx, (struct contact_id){leads[i].contact_id}, currency, &v->rows[i]));
    if (next == 0)
        return NULL;
    struct id_text text = id_format(next);
    str path;
    TRY(str_fmt(w->arena, &path, "%.*s?pool=%s&before=%s", STR_ARG(w->rq->path), pool_text.text,
                text.text));
    return url_check(path, &v->next) ? NULL
                                     : ERR(w->arena, ERR_BUG, "error.bug", "path of the list");
}

static const struct err *fill_pools(struct web *w, struct tx *tx, struct pool_id chosen,
                                    struct contact_list_view *v)
{
    struct pool_report report;
    TRY(pool_report(tx, w->arena, w->shop_id, 0, INT64_MAX, &report));
    TRY_NEW_ARRAY(w->arena, v->pools, report.count);
    v->pool_count = report.count;
    for (size_t i = 0; i < report.count; i++)
        v->pools[i] = (struct contact_choice){report.pools[i].pool.id,
                                              pool_name_shown(w, &report.pools[i].pool),
                                              report.pools[i].pool.id.v == chosen.v};
    return NULL;
}

static const struct err *export_path(struct web *w, const struct identity_filter *f,
                                     struct pool_id pool, struct url_safe *ret)
{
    struct id_text id = id_format(pool.v);
    struct strbuf path;
    str text;
    strbuf_init(&path, w->arena, 2000);
    strbuf_addf(&path, "/console/%.*s/customers/export.csv?orders=%d&news=%d&pool=%s&q=",
                STR_ARG(w->shop_handle), f->has_order, f->consent, pool.v != 0 ? id.text : "");
    url_encode(&path, f->query);
    TRY(strbuf_finish(&path, &text));
    return url_check(text, ret) ? NULL : ERR(w->arena, ERR_BUG, "error.bug", "path of the export");
}

const struct err *contact_list_page(struct web *w)
{
    struct contact_list_view *v;
    struct identity_filter filter;
    struct identity_cursor next;
    struct identity_suggestion *suggestions;
    struct contact *contacts;
    struct pool_id pool = {0};
    struct shop shop;
    struct tx *tx;
    struct html h;
    size_t count;
    TRY_NEW(w->arena, v);
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(contact_filter_read(w, &filter));
    v->query = str_is_absent(filter.query) ? S("") : filter.query;
    v->has_order = filter.has_order;
    v->consent = filter.consent;
    v->has_pool = id_parse(web_query(w, "pool"), &pool.v);
    if (v->has_pool) {
        TRY(rows_of_pool(w, tx, pool, shop.currency, v));
    } else {
        TRY(identity_contacts(tx, w->arena, w->shop_id, &filter, &contacts, &v->count, &next));
        TRY_NEW_ARRAY(w->arena, v->rows, v->count);
        for (size_t i = 0; i < v->count; i++)
            TRY(row_of(w, &contacts[i], shop.currency, &v->rows[i]));
        TRY(next_path(w, &filter, next, &v->next));
    }
    TRY(fill_pools(w, tx, pool, v));
    TRY(export_path(w, &filter, pool, &v->export));
    TRY(identity_contact_count(tx, w->arena, w->shop_id, &v->people));
    TRY(identity_suggestions(tx, w->arena, w->shop_id, (struct contact_id){0}, &suggestions,
                             &count));
    v->suggestions = (int64_t)count;
    TRY(may_change(w, tx, &v->may_change));
    if (v->may_change && id_parse(web_query(w, "join"), &v->join.v)) {
        struct contact_row join;
        TRY(row_by_id(w, tx, v->join, shop.currency, &join));
        v->join = join.id;
        v->join_name = join.name;
    }
    TRY(page_init(w, &v->page, locale_text(w->locale, "contact.title")));
    web_html_begin(w, &h);
    tpl_contact_list(&h, v);
    return web_html(w, 200, &h);
}

/* ---- one customer ---- */

static const struct err *fill_account(struct web *w, struct tx *tx, const struct identity_id *id,
                                      struct contact_identity_view *ret)
{
    struct account account;
    struct account_id account_id;
    str path;
    if (!id_parse(id->value, &account_id.v))
        return ERR(w->arena, ERR_BUG, "error.bug", "account %.*s", STR_ARG(id->value));
    TRY(account_get(tx, w->arena, account_id, &account));
    ret->value = account.name;
    ret->strength_key = account.is_guest ? "contact.strength.guest" : "contact.strength.strong";
    if (account.is_guest || str_is_empty(account.handle))
        return NULL;
    TRY(str_fmt(w->arena, &ret->value, "%.*s @%.*s", STR_ARG(account.name),
                STR_ARG(account.handle)));
    TRY(str_fmt(w->arena, &path, "/@%.*s", STR_ARG(account.handle)));
    return url_check(path, &ret->path) ? NULL : ERR(w->arena, ERR_BUG, "error.bug", "path");
}

/* "telegram:12345": the number says nothing to anybody. */
static void fill_channel(struct web *w, const struct identity_id *id,
                         struct contact_identity_view *ret)
{
    str rest = id->value, name = str_cut(&rest, ':');
    const struct channel *channel = channel_find(w->platform, name);
    ret->value = channel == NULL ? name : locale_text(w->locale, channel->label_key);
    ret->strength_key = "contact.strength.strong";
}

static const struct err *fill_id(struct web *w, struct tx *tx, const struct identity_id *id,
                                 struct contact_identity_view *ret)
{
    str key;
    TRY(str_fmt(w->arena, &key, "contact.kind.%s", contact_kind_name(id->kind)));
    *ret = (struct contact_identity_view){
        .kind_key = key.ptr, .value = id->value, .path = {STR_NONE},
        .strength_key = id->is_verified ? "contact.strength.strong" : "contact.strength.typed"};
    if (id->kind == IDENTITY_ACCOUNT)
        return fill_account(w, tx, id, ret);
    if (id->kind == IDENTITY_CHANNEL)
        fill_channel(w, id, ret);
    return NULL;
}

/* Browsers have numbers that mean nothing to people: they are counted. */
static const struct err *fill_ids(struct web *w, struct tx *tx, const struct identity_id *ids,
                                  size_t count, struct contact_page_view *v)
{
    TRY_NEW_ARRAY(w->arena, v->ids, count);
    for (size_t i = 0; i < count; i++) {
        if (ids[i].kind == IDENTITY_VISITOR)
            v->browser_count++;
        else
            TRY(fill_id(w, tx, &ids[i], &v->ids[v->id_count++]));
    }
    return NULL;
}

static const struct err *fill_pairs(struct web *w, struct tx *tx, struct contact_id contact,
                                    struct currency currency, struct contact_pair **ret,
                                    size_t *ret_count)
{
    struct identity_suggestion *found;
    TRY(identity_suggestions(tx, w->arena, w->shop_id, contact, &found, ret_count));
    TRY_NEW_ARRAY(w->arena, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        struct contact_pair *pair = &(*ret)[i];
        bool is_one = found[i].one.v == contact.v || contact.v == 0;
        *pair = (struct contact_pair){.evidence = contact_words(w, found[i].evidence),
                                      .at_ms = found[i].at_ms};
        TRY(row_by_id(w, tx, is_one ? found[i].one : found[i].other, currency, &pair->one));
        TRY(row_by_id(w, tx, is_one ? found[i].other : found[i].one, currency, &pair->other));
    }
    return NULL;
}

static const struct err *fill_merges(struct web *w, struct tx *tx, struct contact_id contact,
                                     struct contact_page_view *v)
{
    struct identity_merged *merges;
    TRY(identity_merges(tx, w->arena, w->shop_id, contact, &merges, &v->merge_count));
    TRY_NEW_ARRAY(w->arena, v->merges, v->merge_count);
    for (size_t i = 0; i < v->merge_count; i++)
        v->merges[i] =
            (struct contact_merge_view){.id = {merges[i].merge_id},
                                        .evidence = contact_words(w, merges[i].evidence),
                                        .at_ms = merges[i].at_ms,
                                        .is_undone = merges[i].is_undone,
                                        .from_name = str_is_empty(merges[i].from_name)
                                                         ? locale_text(w->locale, "contact.someone")
                                                         : merges[i].from_name};
    return NULL;
}

static const struct err *fill_pool(struct web *w, struct tx *tx, const struct contact *contact,
                                   const struct identity_id *ids, size_t count,
                                   struct contact_page_view *v)
{
    struct pool pool;
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        int64_t id;
        bool is_visitor = ids[i].kind == IDENTITY_VISITOR;
        if ((is_visitor || ids[i].kind == IDENTITY_ACCOUNT) && id_parse(ids[i].value, &id))
            TRY(pool_of_visitor(tx, w->arena, contact->shop_id,
                                (struct visitor_id){is_visitor ? id : 0},
                                (struct account_id){is_visitor ? 0 : id}, &found, &pool));
    }
    v->pool_name = found ? pool_name_shown(w, &pool) : STR_NONE;
    return NULL;
}

const struct err *contact_page(struct web *w)
{
    struct contact_page_view *v;
    struct contact contact;
    struct identity_id *ids;
    struct timeline_entry *entries;
    const char *zone;
    struct shop shop;
    struct tx *tx;
    struct html h;
    size_t count;
    TRY_NEW(w->arena, v);
    TRY(web_read(w, &tx));
    TRY(contact_of_path(w, tx, &contact));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(row_of(w, &contact, shop.currency, &v->row));
    v->first_seen_ms = contact.first_seen_ms;
    v->consent_source = contact_words(w, contact.mail_consent_source);
    TRY(identity_ids(tx, w->arena, w->shop_id, contact.id, &ids, &count));
    TRY(fill_ids(w, tx, ids, count, v));
    TRY(fill_pool(w, tx, &contact, ids, count, v));
    TRY(contact_story(w, tx, &contact, ids, count, &entries, &v->event_count));
    TRY(str_to_c(w->arena, shop.zone, &zone));
    TRY(contact_story_view(w, zone, entries, v->event_count, &v->events));
    TRY(fill_pairs(w, tx, contact.id, shop.currency, &v->pairs, &v->pair_count));
    TRY(fill_merges(w, tx, contact.id, v));
    TRY(may_change(w, tx, &v->may_change));
    TRY(page_init(w, &v->page, v->row.name));
    web_html_begin(w, &h);
    tpl_contact_one(&h, v);
    return web_html(w, 200, &h);
}

const struct err *contact_pairs_page(struct web *w)
{
    struct contact_pairs_view *v;
    struct shop shop;
    struct tx *tx;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(fill_pairs(w, tx, (struct contact_id){0}, shop.currency, &v->pairs, &v->count));
    TRY(may_change(w, tx, &v->may_change));
    TRY(page_init(w, &v->page, locale_text(w->locale, "contact.pairs.title")));
    web_html_begin(w, &h);
    tpl_contact_pairs(&h, v);
    return web_html(w, 200, &h);
}
