/* One thing a person does on our own site or through the API: opens, writes, taps, or asks for a
 * person. */
#include "chat/chat_view.h"

static const struct err *open_if_needed(struct turn *t, struct chat_say *s)
{
    struct conversation c;
    struct id_text user = id_format(s->account_id.v);
    bool is_made;
    if (s->conversation_id.v != 0)
        return NULL;
    struct chat_open open = {.shop_id = s->shop_id,
                             .channel = S("site"),
                             .channel_user_id = id_str(&user),
                             .account_id = s->account_id,
                             .visitor_id = s->visitor_id,
                             .customer_name = s->name,
                             .language = s->language};
    TRY(chat_open(t, &open, &c, &is_made));
    s->conversation_id = c.id;
    return NULL;
}

const struct err *chat_say_turn(struct turn *t, void *arg)
{
    /* a copy: the turn may run again */
    struct chat_say *out = arg, say = *out;
    TRY(open_if_needed(t, &say));
    struct chat_in in = {.shop_id = say.shop_id,
                         .conversation_id = say.conversation_id,
                         .event_id = say.event_id,
                         .text = say.text,
                         .token = say.token,
                         .form = say.form,
                         .product_id = say.product_id};
    if (say.asks_person)
        TRY(chat_holder_set(t, say.shop_id, say.conversation_id, CHAT_WANTS_PERSON));
    else
        TRY(chat_receive_paced(t, &in));
    if (say.form != NULL)
        TRY(chat_address_keep(t, say.account_id, &say.address, say.email));
    out->said_in = say.conversation_id;
    return NULL;
}
