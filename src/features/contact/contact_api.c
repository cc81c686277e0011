/* Customers over JSON. */
#include "base/json.h"
#include "contact/contact_view.h"
#include "shop/shop.h"

enum { JSON_BYTES_MAX = 512 * 1024 };

static void put_contact(struct json *j, const struct contact *c, struct currency currency)
{
    json_key(j, S("id"));
    json_id(j, c->id.v);
    json_put_str(j, "name", c->name);
    json_put_str(j, "email", str_is_empty(c->email) ? STR_NONE : c->email);
    json_put_str(j, "phone", str_is_empty(c->phone) ? STR_NONE : c->phone);
    json_key(j, S("account"));
    json_id(j, c->account_id.v);
    json_key(j, S("orders"));
    json_int(j, c->order_count);
    json_key(j, S("spent"));
    json_money(j, (struct money){c->spent_minor, currency});
    json_key(j, S("mail_consent"));
    if (str_is_empty(c->mail_consent_source))
        json_none(j);
    else
        json_bool(j, c->mail_consent);
    json_key(j, S("first_seen"));
    json_time(j, c->first_seen_ms);
    json_key(j, S("last_seen"));
    json_time(j, c->last_seen_ms);
}

const struct err *contact_list_json(struct web *w)
{
    struct identity_filter filter;
    struct identity_cursor next;
    struct contact *contacts;
    struct shop shop;
    struct strbuf out;
    struct json j;
    struct tx *tx;
    size_t count;
    str cursor, text;
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(contact_filter_read(w, &filter));
    TRY(identity_contacts(tx, w->arena, w->shop_id, &filter, &contacts, &count, &next));
    TRY(contact_cursor_text(w->arena, next, &cursor));
    strbuf_init(&out, w->arena, JSON_BYTES_MAX);
    json_init(&j, &out);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&j);
        put_contact(&j, &contacts[i], shop.currency);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_put_str(&j, "next", cursor);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}

static const struct err *put_story(struct web *w, struct json *j,
                                   const struct timeline_entry *entries, size_t count)
{
    json_key(j, S("timeline"));
    json_array_begin(j);
    for (size_t i = 0; i < count; i++) {
        str sentence;
        TRY(locale_format(w->arena, w->locale, entries[i].text_key, entries[i].args,
                          COUNT(entries[i].args), &sentence));
        json_object_begin(j);
        json_put_str(j, "kind", str_c(entries[i].kind));
        json_put_str(j, "text", sentence);
        json_put_str(j, "path", entries[i].path);
        json_key(j, S("at"));
        json_time(j, entries[i].at_ms);
        json_object_end(j);
    }
    json_array_end(j);
    return NULL;
}

const struct err *contact_json(struct web *w)
{
    struct contact contact;
    struct identity_id *ids;
    struct timeline_entry *entries;
    struct shop shop;
    struct strbuf out;
    struct json j;
    struct tx *tx;
    size_t count, entry_count;
    str text;
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(contact_of_path(w, tx, &contact));
    TRY(identity_ids(tx, w->arena, w->shop_id, contact.id, &ids, &count));
    TRY(contact_story(w, tx, &contact, ids, count, &entries, &entry_count));
    strbuf_init(&out, w->arena, JSON_BYTES_MAX);
    json_init(&j, &out);
    json_object_begin(&j);
    put_contact(&j, &contact, shop.currency);
    json_key(&j, S("ids"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&j);
        json_put_str(&j, "kind", str_c(contact_kind_name(ids[i].kind)));
        json_put_str(&j, "value", ids[i].value);
        json_key(&j, S("verified"));
        json_bool(&j, ids[i].is_verified);
        json_object_end(&j);
    }
    json_array_end(&j);
    TRY(put_story(w, &j, entries, entry_count));
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}
