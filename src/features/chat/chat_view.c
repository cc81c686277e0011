/* Reads conversations and lists for pages and the API: see chat_view.h. */
#include "chat/chat_view.h"

#include "account/account.h"
#include "base/utf8.h"
#include "chat/chat_sql.h"

enum { ZONE_DAY_MS = 24 * 3600 * 1000, PAUSE_MS = 10 * 60 * 1000 };

/* ---- cursors ---- */

struct chat_cursor chat_cursor_read(str text)
{
    struct chat_cursor start = {.unread = 2, .ms = INT64_MAX, .id = INT64_MAX}, c;
    str unread = str_cut(&text, '.'), ms = str_cut(&text, '.');
    return str_to_int(unread, &c.unread) && str_to_int(ms, &c.ms) && id_parse(text, &c.id) ? c
                                                                                           : start;
}

const struct err *chat_cursor_write(struct arena *a, const struct chat_cursor *c, str *ret)
{
    struct id_text id = id_format(c->id);
    return str_fmt(a, ret, "%d.%lld.%s", c->unread > 0, (long long)c->ms, id.text);
}

/* ---- one conversation ---- */

const struct err *chat_view_open(struct web *w, struct tx *tx, struct conversation_id id,
                                 struct conversation *ret)
{
    struct chat_shop_of_row row;
    bool is_found;
    TRY(chat_shop_of(tx, w->arena, id, &row, &is_found));
    if (!is_found || row.account_id.v == 0 || row.account_id.v != w->viewer.account_id.v)
        return ERR(w->arena, ERR_NOT_FOUND, "chat.gone", "conversation %lld, not the viewer's",
                   (long long)id.v);
    return chat_conversation(tx, w->arena, row.shop_id, id, ret);
}

static bool is_out(enum chat_sender sender, bool is_console)
{
    return sender == CHAT_FROM_CUSTOMER ? !is_console : is_console && sender != CHAT_FROM_SYSTEM;
}

static const struct err *name_of_speaker(struct web *w, struct tx *tx,
                                         const struct chat_thread_view *v,
                                         const struct chat_messages_before_row *row, str *ret)
{
    struct account staff;
    *ret = STR_NONE;
    if (row->sender == CHAT_FROM_BOT)
        *ret = v->shop.name;
    if (row->sender != CHAT_FROM_STAFF)
        return NULL;
    *ret = v->shop.name;
    if (row->staff_id.v != 0 && account_get(tx, w->arena, row->staff_id, &staff) == NULL)
        *ret = staff.name;
    return NULL;
}

static const struct err *add_cards(struct web *w, struct tx *tx, struct chat_thread_view *v,
                                   const struct chat_messages_before_row *rows)
{
    int64_t *products, *photos;
    struct product_card *cards;
    struct photo *shown;
    size_t count = v->message_count;
    TRY_NEW_ARRAY(w->arena, products, count);
    TRY_NEW_ARRAY(w->arena, photos, count);
    TRY_NEW_ARRAY(w->arena, cards, count);
    TRY_NEW_ARRAY(w->arena, shown, count);
    bool has_any = false;
    for (size_t i = 0; i < count; i++) {
        products[i] = rows[count - 1 - i].product_id;
        photos[i] = rows[count - 1 - i].media_id;
        has_any = has_any || products[i] != 0 || photos[i] != 0;
    }
    if (!has_any)
        return NULL;
    TRY(catalog_cards(tx, w->arena, products, count, cards));
    TRY(media_photos(tx, w->arena, photos, count, shown));
    for (size_t i = 0; i < count; i++) {
        struct chat_message_view *m = &v->messages[i];
        m->card = products[i] == 0 ? (struct product_card){0} : cards[i];
        m->photo = photos[i] == 0 ? (struct photo){0} : shown[i];
        m->price = catalog_card_price(&cards[i]);
    }
    return NULL;
}

/* Buttons come in the order of their messages' ids, as the messages stand. */
static const struct err *add_buttons(struct web *w, struct tx *tx, struct chat_thread_view *v)
{
    struct chat_buttons_between_row *rows;
    struct chat_button_view *buttons;
    size_t count, next = 0;
    struct chat_message_view *first = &v->messages[0], *last = &v->messages[v->message_count - 1];
    TRY(chat_buttons_between(tx, w->arena, v->conversation.shop_id, v->conversation.id, first->id,
                             last->id, 1200, &rows, &count));
    TRY_NEW_ARRAY(w->arena, buttons, count);
    for (size_t i = 0; i < v->message_count; i++) {
        struct chat_message_view *m = &v->messages[i];
        m->buttons = &buttons[next];
        for (; next < count && rows[next].message_id.v == m->id.v; next++) {
            const struct chat_buttons_between_row *row = &rows[next];
            struct chat_button_view *b = &m->buttons[m->button_count++];
            *b = (struct chat_button_view){.label = row->label,
                                           .token = row->token,
                                           .is_tapped = row->state == 2,
                                           .is_live = row->state == 1,
                                           .is_main = row->is_main};
            if (!str_is_absent(row->url) && !url_check(row->url, &b->url))
                b->is_live = false;
        }
    }
    return NULL;
}

static const struct err *fill_message(struct web *w, struct tx *tx, struct chat_thread_view *v,
                                      size_t i, const struct chat_messages_before_row *row)
{
    struct chat_message_view *m = &v->messages[i];
    const struct chat_message_view *above = i == 0 ? NULL : &v->messages[i - 1];
    *m = (struct chat_message_view){.id = row->id,
                                    .sender = (enum chat_sender)row->sender,
                                    .text = row->body,
                                    .at_ms = row->at_ms,
                                    .delivery = (enum chat_delivery)row->delivery};
    TRY(str_dup(w->arena, row->delivery_note, &m->delivery_note));
    m->is_out = is_out(m->sender, v->is_console);
    m->is_new_day = above == NULL || above->at_ms / ZONE_DAY_MS != m->at_ms / ZONE_DAY_MS;
    m->is_same = above != NULL && !m->is_new_day && above->sender == m->sender;
    m->wants_address =
        i + 1 == v->message_count && str_eq(row->form, S("address")) && !v->is_console;
    return name_of_speaker(w, tx, v, row, &m->from);
}

const struct err *chat_view_thread(struct web *w, struct tx *tx, struct shop_id shop,
                                   struct conversation_id id, struct message_id before,
                                   bool is_console, struct chat_thread_view *ret)
{
    struct chat_messages_before_row *rows;
    size_t count;
    *ret = (struct chat_thread_view){.is_console = is_console};
    TRY(chat_conversation(tx, w->arena, shop, id, &ret->conversation));
    TRY(shop_get(tx, w->arena, shop, &ret->shop));
    ret->has_new = before.v == 0 && (is_console ? ret->conversation.unread_shop
                                                : ret->conversation.unread_customer) > 0;
    TRY(chat_messages_before(tx, w->arena, shop, id, before.v == 0 ? INT64_MAX : before.v,
                             CHAT_PAGE_ITEMS + 1, CHAT_PAGE_ITEMS + 1, &rows, &count));
    bool has_more = count > CHAT_PAGE_ITEMS;
    ret->message_count = has_more ? CHAT_PAGE_ITEMS : count;
    TRY_NEW_ARRAY(w->arena, ret->messages, ret->message_count);
    for (size_t i = 0; i < ret->message_count; i++)
        TRY(fill_message(w, tx, ret, i, &rows[ret->message_count - 1 - i]));
    if (ret->message_count == 0)
        return NULL;
    ret->earlier = has_more ? ret->messages[0].id : (struct message_id){0};
    for (size_t i = 0; i < ret->message_count; i++) {
        struct chat_message_view *m = &ret->messages[i],
                                 *below = i + 1 < ret->message_count ? m + 1 : NULL;
        m->shows_time = below == NULL || !below->is_same || below->at_ms - m->at_ms > PAUSE_MS;
    }
    TRY(add_cards(w, tx, ret, rows));
    TRY(add_buttons(w, tx, ret));
    const struct chat_message_view *last = &ret->messages[ret->message_count - 1];
    bool wants_address = last->wants_address;
    ret->offers_person =
        ret->conversation.holder == CHAT_BOT && last->button_count == 0 && !wants_address;
    return wants_address && before.v == 0
               ? chat_view_address(w, tx, ret->shop.country, NULL, &ret->address)
               : NULL;
}

/* ---- lists ---- */

static const struct err *shop_face(struct web *w, struct tx *tx, struct shop_id id,
                                   struct face *ret)
{
    struct shop shop;
    struct photo logo;
    TRY(shop_get(tx, w->arena, id, &shop));
    TRY(face_make(w->arena, shop.name, shop.id.v, ret));
    ret->is_shop = true;
    if (shop.logo_media_id == 0)
        return NULL;
    TRY(media_photo(tx, w->arena, shop.logo_media_id, &logo));
    if (logo.state == MEDIA_READY)
        ret->photo = logo.url_small;
    return NULL;
}

static const struct err *finish_list(struct web *w, struct chat_list_view *v, size_t limit,
                                     struct chat_cursor last)
{
    if (v->row_count <= limit)
        return NULL;
    v->row_count = limit;
    return chat_cursor_write(w->arena, &last, &v->next);
}

const struct err *chat_view_list(struct web *w, struct tx *tx, struct chat_cursor at, size_t limit,
                                 struct chat_list_view *ret)
{
    struct chat_of_account_row *rows;
    TRY(chat_of_account(tx, w->arena, w->viewer.account_id, at.ms, at.id, (int64_t)limit + 1,
                        limit + 1, &rows, &ret->row_count));
    TRY_NEW_ARRAY(w->arena, ret->rows, ret->row_count);
    struct chat_cursor last = {0};
    for (size_t i = 0; i < ret->row_count && i < limit; i++) {
        struct chat_row_view *row = &ret->rows[i];
        *row = (struct chat_row_view){.id = rows[i].id,
                                      .text = rows[i].last_text,
                                      .channel = rows[i].channel,
                                      .holder = (enum chat_holder)rows[i].holder,
                                      .at_ms = rows[i].last_message_ms,
                                      .last_sender = (enum chat_sender)rows[i].last_sender,
                                      .unread = rows[i].unread_customer};
        TRY(shop_face(w, tx, rows[i].shop_id, &row->face));
        row->name = row->face.name;
        last = (struct chat_cursor){0, row->at_ms, row->id.v};
    }
    return finish_list(w, ret, limit, last);
}

/* `%name%`, with the pattern's own signs taken literally. */
static const struct err *pattern_of(struct arena *a, str search, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, 500);
    strbuf_add_char(&sb, '%');
    for (size_t i = 0; i < search.len; i++) {
        char c = search.ptr[i];
        if (c == '%' || c == '_' || c == '\\')
            strbuf_add_char(&sb, '\\');
        strbuf_add_char(&sb, c);
    }
    strbuf_add_char(&sb, '%');
    TRY(strbuf_finish(&sb, ret));
    return utf8_lower_ascii(a, *ret, ret);
}

static const struct err *inbox_row(struct web *w, struct tx *tx, const struct chat_inbox_row *row,
                                   struct chat_row_view *ret)
{
    struct pool pool;
    bool has_pool;
    *ret = (struct chat_row_view){.id = row->id,
                                  .name = row->customer_name,
                                  .text = row->last_text,
                                  .channel = row->channel,
                                  .holder = (enum chat_holder)row->holder,
                                  .last_sender = (enum chat_sender)row->last_sender,
                                  .at_ms = row->last_message_ms,
                                  .unread = row->unread_shop};
    TRY(face_make(w->arena, row->customer_name, row->contact_id.v, &ret->face));
    TRY(pool_of_visitor(tx, w->arena, w->shop_id, row->visitor_id, row->account_id, &has_pool,
                        &pool));
    if (has_pool)
        ret->pool = pool.name;
    return NULL;
}

const struct err *chat_view_inbox(struct web *w, struct tx *tx, enum chat_holder holder, str search,
                                  struct chat_cursor at, size_t limit, struct chat_list_view *ret)
{
    struct chat_inbox_row *rows;
    struct chat_inbox_named_row *named;
    if (str_is_empty(search)) {
        TRY(chat_inbox(tx, w->arena, w->shop_id, holder, at.unread, at.ms, at.id,
                       (int64_t)limit + 1, limit + 1, &rows, &ret->row_count));
    } else {
        str pattern;
        TRY(pattern_of(w->arena, search, &pattern));
        TRY(chat_inbox_named(tx, w->arena, w->shop_id, pattern, at.ms, at.id, (int64_t)limit + 1,
                             limit + 1, &named, &ret->row_count));
        TRY_NEW_ARRAY(w->arena, rows, ret->row_count);
        for (size_t i = 0; i < ret->row_count; i++)
            rows[i] = (struct chat_inbox_row){
                named[i].id,         named[i].account_id,  named[i].contact_id,
                named[i].visitor_id, named[i].channel,     named[i].customer_name,
                named[i].holder,     named[i].staff_id,    named[i].last_message_ms,
                named[i].last_text,  named[i].last_sender, named[i].unread_shop};
    }
    TRY_NEW_ARRAY(w->arena, ret->rows, ret->row_count);
    struct chat_cursor last = {0};
    for (size_t i = 0; i < ret->row_count && i < limit; i++) {
        TRY(inbox_row(w, tx, &rows[i], &ret->rows[i]));
        last = (struct chat_cursor){rows[i].unread_shop, rows[i].last_message_ms, rows[i].id.v};
    }
    return finish_list(w, ret, limit, last);
}
