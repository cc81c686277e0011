/* JSON over the same commands as the pages. Lists are newest first with a cursor; a message's key
 * (Idempotency-Key) makes the same call again say it once.
 */
#include "base/json.h"
#include "chat/chat_inbox_view.h"
#include "chat/chat_pages.h"
#include "chat/chat_sql.h"

enum {
    ANSWER_MAX = 512 * 1024,
    TOKEN_MAX = 64,
    LIMIT_MAX = 100,
    LIMIT_DEFAULT = 50,
    SEARCH_MAX = 60
};

static const char *const sender_names[] = {"unset", "customer", "bot", "staff", "system"};
static const char *const delivery_names[] = {"none", "waiting", "sent", "failed"};

/* ---- shapes ---- */

static void put_button(struct json *j, const struct chat_button_view *b)
{
    json_object_begin(j);
    json_put_str(j, "label", b->label);
    json_put_str(j, "token", b->token);
    json_put_str(j, "url", b->url.url);
    json_key(j, S("is_main"));
    json_bool(j, b->is_main);
    json_key(j, S("is_live"));
    json_bool(j, b->is_live);
    json_object_end(j);
}

static void put_message(struct json *j, const struct chat_message_view *m)
{
    json_object_begin(j);
    json_put_id(j, "id", m->id.v);
    json_put_str(j, "from", str_c(sender_names[m->sender]));
    json_put_str(j, "text", m->text);
    json_put_id(j, "product_id", m->card.id.v);
    json_put_id(j, "media_id", m->photo.id.v);
    json_put_str(j, "form", m->wants_address ? S("address") : STR_NONE);
    json_put_str(j, "delivery",
                 m->delivery == CHAT_DELIVERY_NONE ? STR_NONE : str_c(delivery_names[m->delivery]));
    json_put_time(j, "at", m->at_ms);
    json_key(j, S("buttons"));
    json_array_begin(j);
    for (size_t i = 0; i < m->button_count; i++)
        put_button(j, &m->buttons[i]);
    json_array_end(j);
    json_object_end(j);
}

static void put_row(struct json *j, const struct chat_row_view *row)
{
    json_object_begin(j);
    json_put_id(j, "id", row->id.v);
    json_put_str(j, "name", row->name);
    json_put_str(j, "channel", row->channel);
    json_put_str(j, "holder", str_c(chat_holder_name(row->holder)));
    json_put_str(j, "last_text", row->text);
    json_put_str(j, "last_from", str_c(sender_names[row->last_sender]));
    json_put_str(j, "pool", row->pool);
    json_put_int(j, "unread", row->unread);
    json_put_time(j, "last_at", row->at_ms);
    json_object_end(j);
}

static const struct err *answer_list(struct web *w, const struct chat_list_view *v)
{
    struct strbuf sb;
    struct json j;
    str text;
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->row_count; i++)
        put_row(&j, &v->rows[i]);
    json_array_end(&j);
    json_put_str(&j, "next", v->next);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}

static const struct err *answer_messages(struct web *w, const struct chat_thread_view *v)
{
    struct strbuf sb;
    struct json j;
    str text;
    struct id_text earlier = id_format(v->earlier.v);
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_str(&j, "holder", str_c(chat_holder_name(v->conversation.holder)));
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = v->message_count; i > 0; i--)
        put_message(&j, &v->messages[i - 1]);
    json_array_end(&j);
    json_put_str(&j, "next", v->earlier.v == 0 ? STR_NONE : id_str(&earlier));
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}

static const struct err *answer_id(struct web *w, int status, int64_t id)
{
    struct id_text text = id_format(id);
    str body;
    TRY(str_fmt(w->arena, &body, "{\"id\":\"%s\"}", text.text));
    return web_json(w, status, body);
}

static const struct err *messages(struct web *w, struct shop_id shop, struct conversation_id id,
                                  bool is_console)
{
    struct chat_thread_view v;
    struct tx *tx;
    int64_t before = 0;
    id_parse(web_query(w, "cursor"), &before);
    TRY(web_read(w, &tx));
    TRY(chat_view_thread(w, tx, shop, id, (struct message_id){before}, is_console, &v));
    TRY(chat_mark_seen(w, &v));
    return answer_messages(w, &v);
}

/* ---- the customer ---- */

const struct err *chat_api_list(struct web *w)
{
    struct chat_list_view v = {0};
    struct tx *tx;
    int64_t limit;
    TRY(web_query_int(w, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX, &limit));
    TRY(web_read(w, &tx));
    TRY(chat_view_list(w, tx, chat_cursor_read(web_query(w, "cursor")), (size_t)limit, &v));
    return answer_list(w, &v);
}

static const struct err *own(struct web *w, struct chat_say *s)
{
    struct conversation c;
    struct tx *tx;
    TRY(web_param_id(w, 0, &s->conversation_id.v));
    TRY(web_read(w, &tx));
    TRY(chat_view_open(w, tx, s->conversation_id, &c));
    s->shop_id = c.shop_id;
    return NULL;
}

const struct err *chat_api_messages(struct web *w)
{
    struct chat_say s = {0};
    TRY(own(w, &s));
    return messages(w, s.shop_id, s.conversation_id, false);
}

const struct err *chat_api_say(struct web *w)
{
    struct chat_say s = {0};
    TRY(own(w, &s));
    TRY(chat_read_say(w, &s));
    TRY(web_text(w, "token", 0, TOKEN_MAX, &s.token));
    TRY(web_write(w, chat_say_turn, &s));
    return messages(w, s.shop_id, s.conversation_id, false);
}

const struct err *chat_api_person(struct web *w)
{
    struct chat_say s = {.account_id = w->viewer.account_id, .asks_person = true};
    TRY(own(w, &s));
    TRY(web_write(w, chat_say_turn, &s));
    return messages(w, s.shop_id, s.conversation_id, false);
}

static const struct err *open_turn(struct turn *t, void *arg)
{
    struct chat_say *s = arg;
    struct conversation c;
    struct id_text user = id_format(s->account_id.v);
    struct chat_open open = {.shop_id = s->shop_id,
                             .channel = S("site"),
                             .channel_user_id = id_str(&user),
                             .account_id = s->account_id,
                             .visitor_id = s->visitor_id,
                             .customer_name = s->name,
                             .language = s->language};
    bool is_made;
    TRY(chat_open(t, &open, &c, &is_made));
    s->said_in = c.id;
    return NULL;
}

const struct err *chat_api_open(struct web *w)
{
    struct chat_say s = {0};
    struct shop shop;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    s.shop_id = shop.id;
    TRY(chat_read_say(w, &s));
    TRY(web_write(w, str_is_empty(s.text) ? open_turn : chat_say_turn, &s));
    return answer_id(w, 201, s.said_in.v);
}

/* ---- the merchant ---- */

const struct err *chat_api_inbox(struct web *w)
{
    struct chat_list_view v = {0};
    struct tx *tx;
    int64_t limit;
    str tab = web_query(w, "tab"), search = web_query(w, "q");
    enum chat_holder holder = str_is_empty(tab) ? CHAT_WANTS_PERSON : chat_tab_holder(tab);
    if (holder == CHAT_HOLDER_UNSET || search.len > SEARCH_MAX * 4)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "chat.bad_tab", "%.*s", STR_ARG(tab)), "tab");
    TRY(web_query_int(w, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX, &limit));
    TRY(web_read(w, &tx));
    TRY(chat_view_inbox(w, tx, holder, search, chat_cursor_read(web_query(w, "cursor")),
                        (size_t)limit, &v));
    return answer_list(w, &v);
}

const struct err *chat_api_inbox_messages(struct web *w)
{
    struct conversation_id id;
    TRY(web_param_id(w, 1, &id.v));
    return messages(w, w->shop_id, id, true);
}

const struct err *chat_api_reply(struct web *w)
{
    struct chat_reply r = {.shop_id = w->shop_id};
    struct id_text account = id_format(w->viewer.account_id.v);
    str key = web_idempotency_key(w);
    TRY(web_param_id(w, 1, &r.conversation_id.v));
    TRY(web_text(w, "text", 1, CHAT_TEXT_MAX, &r.text));
    if (key.len > IDEMPOTENCY_KEY_MAX)
        return ERR(w->arena, ERR_INVALID, "error.bad_key", "%zu bytes", key.len);
    if (!str_is_empty(key))
        TRY(str_fmt(w->arena, &r.event_id, "%s:%.*s", account.text, STR_ARG(key)));
    TRY(web_write(w, chat_reply_turn, &r));
    return messages(w, w->shop_id, r.conversation_id, true);
}

const struct err *chat_api_hold(struct web *w)
{
    struct conversation_id id;
    TRY(chat_hold(w, &id));
    return messages(w, w->shop_id, id, true);
}
