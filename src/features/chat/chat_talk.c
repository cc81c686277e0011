/* Speaking in a conversation for another feature. */
#include "chat/chat.h"

#include "base/utf8.h"

const struct err *chat_talk_begin(struct turn *t, struct shop_id shop,
                                  struct conversation_id conversation, struct account_id account,
                                  str name, str language, struct chat_talk *ret)
{
    struct id_text user = id_format(account.v);
    const struct err *e = NULL;
    bool is_made, is_there = conversation.v != 0;
    ret->t = t;
    if (is_there)
        e = chat_conversation(t->tx, t->arena, shop, conversation, &ret->conversation);
    if (e != NULL && (e->kind != ERR_NOT_FOUND || account.v == 0))
        return e;
    is_there = is_there && e == NULL;
    if (!is_there || (account.v != 0 && str_eq(ret->conversation.channel, S("site"))))
        TRY(chat_open(t, &(struct chat_open){
            .shop_id = shop, .channel = S("site"), .channel_user_id = id_str(&user),
            .account_id = account,
            .customer_name = is_there ? ret->conversation.customer_name : name,
            .language = is_there ? ret->conversation.language : language},
                      &ret->conversation, &is_made));
    locale_init(&ret->locale, t->platform->texts, ret->conversation.language, STR_NONE, STR_NONE,
                t->now_ms);
    return NULL;
}

const struct err *chat_talk_say(struct chat_talk *k, enum chat_sender sender, str text, str path,
                                const char *label_key)
{
    struct chat_out m = {.text = utf8_cut_points(text, CHAT_TEXT_MAX)};
    struct message_id message;
    if (!str_is_empty(path)) {
        m.button_count = 1;
        m.buttons[0] = (struct chat_button){
            .label = locale_text(&k->locale, label_key), .url = path, .is_main = true};
    }
    return chat_send(k->t, k->conversation.shop_id, k->conversation.id, sender, &m, &message);
}

const struct err *chat_talk_hear(struct chat_talk *k, str event_id, str text)
{
    const struct conversation *c = &k->conversation;
    if (c->holder == CHAT_BOT || c->holder == CHAT_DONE)
        TRY(chat_holder_set(k->t, c->shop_id, c->id, CHAT_WANTS_PERSON));
    return chat_receive_message(
        k->t, &(struct chat_in){.shop_id = c->shop_id,
                                .conversation_id = c->id,
                                .event_id = event_id,
                                .text = utf8_cut_points(text, CHAT_TEXT_MAX)});
}
