/* The commands of chat: opening, sending, receiving, and who holds a conversation. Delivery to
 * other channels is chat_deliver.c, what pages read is chat_list.c. */
#include "chat/chat.h"

#include "base/utf8.h"
#include "chat/chat_part.h"
#include "chat/chat_rules.h"
#include "chat/chat_sql.h"
#include "core/audit.h"
#include "pool/pool.h"

enum {
    SNIPPET_POINTS = 120,
    BUTTON_LABEL_BYTES_MAX = 200,
    TOKEN_BYTES_MAX = 64,
    URL_BYTES_MAX = 2000,
    USER_BYTES_MAX = 100
};
enum { NAME_POINTS_MAX = 60, PAYLOAD_BYTES_MAX = 64 };
static const int64_t MINUTE_MS = 60 * 1000;

/* Set once at start, before requests are served. */
static chat_listener *the_listener;

void chat_listen(chat_listener *listener)
{
    the_listener = listener;
}

const struct err *chat_conversation(struct tx *tx, struct arena *a, struct shop_id shop,
                                    struct conversation_id id, struct conversation *ret)
{
    struct chat_conversation_row_row row;
    bool is_found;
    TRY(chat_conversation_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "chat.gone", "conversation %lld", (long long)id.v);
    *ret = (struct conversation){.id = row.id,
                                 .shop_id = row.shop_id,
                                 .account_id = row.account_id,
                                 .contact_id = row.contact_id,
                                 .channel = row.channel,
                                 .channel_user_id = row.channel_user_id,
                                 .language = row.language,
                                 .customer_name = row.customer_name,
                                 .start_payload = row.start_payload,
                                 .holder = (enum chat_holder)row.holder,
                                 .visitor_id = row.visitor_id,
                                 .last_message_ms = row.last_message_ms,
                                 .unread_customer = row.unread_customer,
                                 .unread_shop = row.unread_shop};
    return NULL;
}

/* ---- opening ---- */

static str or_empty(str s)
{
    return str_is_absent(s) ? S("") : s;
}

static const struct err *observe(struct turn *t, const struct chat_open *o, str name,
                                 struct contact_id *ret)
{
    struct identity_id ids[3];
    size_t count = 0;
    struct id_text account = id_format(o->account_id.v), visitor = id_format(o->visitor_id.v);
    if (o->account_id.v != 0)
        ids[count++] = (struct identity_id){
            .kind = IDENTITY_ACCOUNT, .value = id_str(&account), .is_verified = true};
    if (!str_eq(o->channel, S("site"))) {
        str value;
        TRY(str_fmt(t->arena, &value, "%.*s:%.*s", STR_ARG(o->channel),
                    STR_ARG(o->channel_user_id)));
        ids[count++] =
            (struct identity_id){.kind = IDENTITY_CHANNEL, .value = value, .is_verified = true};
    }
    if (o->visitor_id.v != 0)
        ids[count++] = (struct identity_id){.kind = IDENTITY_VISITOR, .value = id_str(&visitor)};
    return identity_observe(t, o->shop_id, ids, count, name, ret);
}

const struct err *chat_open(struct turn *t, const struct chat_open *o, struct conversation *ret,
                            bool *ret_made)
{
    struct contact_id contact;
    struct chat_conversation_of_user_row row;
    str name, language = utf8_cut_bytes(or_empty(o->language), 35);
    int64_t inserted = 0;
    bool is_found;
    if (str_is_empty(o->channel_user_id) || o->channel_user_id.len > USER_BYTES_MAX ||
        str_is_empty(o->channel))
        return ERR(t->arena, ERR_INVALID, "chat.gone", "a person of %zu bytes",
                   o->channel_user_id.len);
    TRY(utf8_clean(t->arena, utf8_cut_points(or_empty(o->customer_name), NAME_POINTS_MAX), false,
                   &name));
    TRY(observe(t, o, name, &contact));
    str payload = utf8_cut_bytes(or_empty(o->start_payload), PAYLOAD_BYTES_MAX);
    TRY(chat_conversation_of_user(t->tx, t->arena, o->shop_id, o->channel, o->channel_user_id, &row,
                                  &is_found));
    if (!is_found) {
        row.id = (struct conversation_id){turn_new_id(t)};
        TRY(chat_conversation_insert(t->tx, t->arena, row.id, o->shop_id, o->account_id, contact,
                                     o->visitor_id, o->channel, o->channel_user_id, language, name,
                                     payload, t->now_ms, &inserted));
    }
    if (!is_found && inserted == 0) /* a twin on the other engine was first */
        TRY(chat_conversation_of_user(t->tx, t->arena, o->shop_id, o->channel, o->channel_user_id,
                                      &row, &is_found));
    if (inserted == 0)
        TRY(chat_conversation_meet(t->tx, t->arena, o->shop_id, row.id, contact, o->visitor_id,
                                   name, language, payload));
    *ret_made = inserted != 0;
    return chat_conversation(t->tx, t->arena, o->shop_id, row.id, ret);
}

/* ---- what every message does ---- */

/* One line for lists; a message that is only a card or a form has none. */
static const struct err *snippet(struct arena *a, str text, str *ret)
{
    return utf8_clean(a, utf8_cut_points(text, SNIPPET_POINTS), false, ret);
}

static const struct err *tell(struct turn *t, const struct conversation *c,
                              struct message_id message, enum chat_sender sender)
{
    return event_emit(t, &(struct event){.kind = "chat.message",
                                         .version = 1,
                                         .shop_id = c->shop_id,
                                         .account_id = c->account_id,
                                         .subject_id = c->id.v,
                                         .object_id = message.v,
                                         .number = (int64_t)sender});
}

static const struct err *check_text(struct arena *a, str text)
{
    if (utf8_count(text) > CHAT_TEXT_MAX)
        return err_with_field(a, ERR(a, ERR_INVALID, "chat.too_long", "%zu bytes", text.len),
                              "text");
    if (!utf8_is_comment(text))
        return err_with_field(a, ERR(a, ERR_INVALID, "error.bad_text", "a message"), "text");
    return NULL;
}

/* ---- sending ---- */

static const struct err *check_out(struct turn *t, const struct chat_out *m)
{
    TRY(check_text(t->arena, m->text));
    if (m->button_count > CHAT_BUTTONS_MAX)
        return ERR(t->arena, ERR_BUG, "error.bug", "%zu buttons", m->button_count);
    for (size_t i = 0; i < m->button_count; i++) {
        const struct chat_button *b = &m->buttons[i];
        if (b->token.len > TOKEN_BYTES_MAX || b->url.len > URL_BYTES_MAX ||
            str_is_empty(b->label) || str_is_empty(b->token) == str_is_empty(b->url))
            return ERR(t->arena, ERR_BUG, "error.bug", "button %zu: token of %zu bytes, url of %zu",
                       i, b->token.len, b->url.len);
    }
    if (str_is_empty(m->text) && m->product_id == 0 && m->media_id == 0)
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "chat.empty", "nothing to send"),
                              "text");
    return NULL;
}

static const struct err *insert_buttons(struct turn *t, const struct conversation *c,
                                        struct message_id id, const struct chat_out *m)
{
    int64_t replaced;
    for (size_t i = 0; i < m->button_count; i++)
        if (i == 0)
            TRY(chat_buttons_replace(t->tx, t->arena, c->shop_id, c->id, &replaced));
    for (size_t i = 0; i < m->button_count; i++) {
        const struct chat_button *b = &m->buttons[i];
        TRY(chat_button_insert(t->tx, t->arena, turn_new_id(t), c->shop_id, c->id, id,
                               utf8_cut_bytes(b->label, BUTTON_LABEL_BYTES_MAX),
                               str_is_empty(b->token) ? STR_NONE : b->token,
                               str_is_empty(b->url) ? STR_NONE : b->url, b->is_main));
    }
    return NULL;
}

const struct err *chat_send(struct turn *t, struct shop_id shop, struct conversation_id id,
                            enum chat_sender sender, const struct chat_out *m,
                            struct message_id *ret)
{
    struct conversation c;
    struct message_id message = {turn_new_id(t)};
    str line;
    TRY(chat_conversation(t->tx, t->arena, shop, id, &c));
    TRY(check_out(t, m));
    TRY(snippet(t->arena, or_empty(m->text), &line));
    bool goes_out = !str_eq(c.channel, S("site"));
    TRY(chat_conversation_said(t->tx, t->arena, shop, id, t->now_ms, line, sender));
    TRY(chat_message_insert(t->tx, t->arena, message, shop, id, sender,
                            sender == CHAT_FROM_STAFF ? t->actor : (struct account_id){0},
                            or_empty(m->text), m->product_id, m->media_id, or_empty(m->form),
                            (int64_t)m->button_count,
                            goes_out ? CHAT_DELIVERY_WAITING : CHAT_DELIVERY_NONE, t->now_ms));
    TRY(insert_buttons(t, &c, message, m));
    if (goes_out)
        TRY(chat_deliver_later(t, &c, 0));
    *ret = message;
    return tell(t, &c, message, sender);
}

/* ---- receiving ---- */

/* A tapped button gives the message its words. *ret_again: tapped before, nothing may happen twice.
 */
static const struct err *tap(struct turn *t, const struct conversation *c, str token, str *ret_text,
                             bool *ret_again)
{
    struct chat_button_of_token_row button;
    bool is_found;
    int64_t changed;
    TRY(chat_button_of_token(t->tx, t->arena, c->shop_id, c->id, token, &button, &is_found));
    if (!is_found)
        return ERR(t->arena, ERR_NOT_FOUND, "chat.no_button", "conversation %lld",
                   (long long)c->id.v);
    TRY(chat_button_tap(t->tx, t->arena, c->shop_id, button.id, &changed));
    *ret_again = changed == 0;
    *ret_text = button.label;
    return chat_buttons_left(t->tx, t->arena, c->shop_id, button.message_id, &changed);
}

const struct err *chat_pace_of(struct turn *t, const struct conversation *c, int64_t *ret_in_minute,
                               int64_t *ret_since_ms)
{
    struct chat_pace_row row;
    /* ids may run ahead of a clock that was set back, so they only narrow the range */
    int64_t since_ms = t->now_ms - MINUTE_MS;
    TRY(chat_pace(t->tx, t->arena, c->shop_id, c->id, id_at_time(since_ms), since_ms, &row));
    *ret_in_minute = row.count;
    *ret_since_ms = row.count > 0 ? t->now_ms - row.last_ms : -1;
    return NULL;
}

/* Taps and forms count for the minute only. */
static const struct err *check_pace(struct turn *t, const struct conversation *c, bool is_typed)
{
    int64_t in_minute, since_ms;
    TRY(chat_pace_of(t, c, &in_minute, &since_ms));
    if (chat_rules_may_say(is_typed ? since_ms : -1, in_minute))
        return NULL;
    return ERR(t->arena, ERR_LIMIT, "chat.too_fast", "conversation %lld: %lld in a minute",
               (long long)c->id.v, (long long)in_minute);
}

static const struct err *receive(struct turn *t, const struct chat_in *m, bool is_paced)
{
    struct conversation c;
    struct message_id message = {turn_new_id(t)};
    struct chat_in in = *m;
    str line;
    bool is_again = false;
    int64_t is_new = 1;
    TRY(chat_conversation(t->tx, t->arena, m->shop_id, m->conversation_id, &c));
    if (!str_is_empty(m->event_id))
        TRY(chat_inbound_insert(t->tx, t->arena, c.shop_id, c.channel, m->event_id, t->now_ms,
                                &is_new));
    if (is_new == 0)
        return NULL;
    if (!str_is_empty(m->token))
        TRY(tap(t, &c, m->token, &in.text, &is_again));
    if (is_again)
        return NULL;
    if (!str_is_empty(m->start_payload))
        TRY(pool_link_opened(t, c.shop_id, c.account_id, m->start_payload, c.channel));
    if (is_paced)
        TRY(check_pace(t, &c, str_is_empty(m->token) && m->form == NULL));
    TRY(check_text(t->arena, in.text));
    if (str_is_empty(str_trim(in.text)))
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "chat.empty", "nothing written"),
                              "text");
    TRY(snippet(t->arena, in.text, &line));
    enum chat_holder holder = chat_rules_heard(c.holder, the_listener != NULL);
    TRY(chat_conversation_heard(t->tx, t->arena, c.shop_id, c.id, t->now_ms, line,
                                holder != CHAT_BOT));
    TRY(chat_message_insert(t->tx, t->arena, message, c.shop_id, c.id, CHAT_FROM_CUSTOMER,
                            (struct account_id){0}, in.text, in.product_id, 0, S(""), 0,
                            CHAT_DELIVERY_NONE, t->now_ms));
    TRY(tell(t, &c, message, CHAT_FROM_CUSTOMER));
    if (holder != c.holder)
        TRY(chat_holder_set(t, c.shop_id, c.id, holder));
    if (holder != CHAT_BOT || the_listener == NULL)
        return NULL;
    TRY(chat_conversation(t->tx, t->arena, c.shop_id, c.id, &c));
    return the_listener(t, &c, &in);
}

const struct err *chat_receive_message(struct turn *t, const struct chat_in *m)
{
    return receive(t, m, false);
}

const struct err *chat_receive_paced(struct turn *t, const struct chat_in *m)
{
    return receive(t, m, true);
}

/* ---- who answers ---- */

const char *chat_holder_name(enum chat_holder holder)
{
    static const char *const names[CHAT_HOLDER_COUNT] = {"unset", "bot", "wants_person", "person",
                                                         "done"};
    ASSERT(holder < CHAT_HOLDER_COUNT);
    return names[holder];
}

const struct err *chat_holder_set(struct turn *t, struct shop_id shop, struct conversation_id id,
                                  enum chat_holder holder)
{
    struct conversation c;
    TRY(chat_conversation(t->tx, t->arena, shop, id, &c));
    if (!chat_rules_may_pass(c.holder, holder))
        return NULL;
    /* Whoever asks for a person has something unread; what the bot takes or is done waits for
     * nobody. */
    int64_t unread = holder == CHAT_BOT || holder == CHAT_DONE ? 0 : c.unread_shop;
    if (holder == CHAT_WANTS_PERSON && unread == 0)
        unread = 1;
    TRY(chat_conversation_hold(t->tx, t->arena, shop, id, holder,
                               holder == CHAT_PERSON ? t->actor : (struct account_id){0}, unread));
    TRY(audit_write(t, &(struct audit){.shop_id = shop, .action = "chat.holder", .subject_id = id.v,
                                       .why = str_c(chat_holder_name(holder))}));
    const char *kind = holder == CHAT_WANTS_PERSON ? "chat.wants_person" : "chat.holder";
    return event_emit(t, &(struct event){.kind = kind,
                                         .version = 1,
                                         .shop_id = shop,
                                         .account_id = c.account_id,
                                         .subject_id = id.v,
                                         .number = (int64_t)holder});
}
