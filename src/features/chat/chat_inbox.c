/* What arrives from other channels, and what other features' events mean for conversations. */
#include "account/account.h"
#include "base/utf8.h"
#include "chat/chat_part.h"
#include "chat/chat_rules.h"
#include "chat/chat_sql.h"

/* A person met for the first time on a channel is a guest with a name and without a browser. */
static const struct err *person_of(struct turn *t, const struct channel_message_in *m, str name,
                                   struct account_id *ret)
{
    struct chat_conversation_of_user_row row;
    struct conversation c;
    bool is_found;
    TRY(chat_conversation_of_user(t->tx, t->arena, m->shop_id, str_c(m->channel), m->user_id, &row,
                                  &is_found));
    if (!is_found)
        return account_guest_make(t, name, str_starts(m->language, S("zh")) ? S("zh") : S("en"),
                                  ret);
    TRY(chat_conversation(t->tx, t->arena, m->shop_id, row.id, &c));
    *ret = c.account_id;
    return NULL;
}

static const struct err *name_of(struct turn *t, const struct channel_message_in *m, str *ret)
{
    str clean;
    TRY(utf8_clean(t->arena, m->user_name, false, &clean));
    clean = str_trim(utf8_cut_points(clean, ACCOUNT_NAME_MAX));
    if (!str_is_empty(clean)) {
        *ret = clean;
        return NULL;
    }
    return str_fmt(t->arena, ret, "%.*s", STR_ARG(utf8_cut_points(m->user_id, ACCOUNT_NAME_MAX)));
}

const struct err *chat_channel_inbox(struct turn *t, const struct channel_message_in *m)
{
    struct chat_open open = {.shop_id = m->shop_id,
                             .channel = str_c(m->channel),
                             .channel_user_id = m->user_id,
                             .language = m->language,
                             .start_payload = m->start_payload};
    struct conversation c;
    struct chat_in in;
    str text;
    bool is_made;
    int64_t in_minute, since_ms;
    TRY(name_of(t, m, &open.customer_name));
    TRY(person_of(t, m, open.customer_name, &open.account_id));
    TRY(chat_open(t, &open, &c, &is_made));
    /* Other channels cannot be told to slow down: what floods is left out, so that the rest keeps
     * moving. */
    TRY(chat_pace_of(t, &c, &in_minute, &since_ms));
    if (!chat_rules_may_say(-1, in_minute))
        return NULL;
    TRY(utf8_clean(t->arena, utf8_cut_points(m->text, CHAT_TEXT_MAX), true, &text));
    in = (struct chat_in){.shop_id = m->shop_id,
                          .conversation_id = c.id,
                          .event_id = m->event_id,
                          .text = text,
                          .token = m->token,
                          .start_payload = m->start_payload};
    return chat_receive_message(t, &in);
}
