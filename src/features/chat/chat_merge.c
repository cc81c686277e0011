/* A guest turned out to be a member: her conversations become the member's. Where both wrote to the
 * same shop on the site the two threads become one; messages keep their ids, so they interleave by
 * time.
 */
#include "chat/chat_part.h"
#include "chat/chat_sql.h"

static const struct err *move_site(struct turn *t, const struct chat_site_of_account_row *from,
                                   struct account_id old, str into_user)
{
    struct chat_conversation_of_user_row into;
    bool is_found;
    int64_t moved;
    TRY(chat_conversation_of_user(t->tx, t->arena, from->shop_id, S("site"), into_user, &into,
                                  &is_found));
    if (!is_found)
        return chat_rename_user(t->tx, t->arena, from->shop_id, from->id, into_user);
    TRY(chat_move_messages(t->tx, t->arena, from->shop_id, from->id, into.id, &moved));
    TRY(chat_move_buttons(t->tx, t->arena, from->shop_id, from->id, into.id, &moved));
    TRY(chat_fold(t->tx, t->arena, from->shop_id, from->id, into.id));
    return chat_end_folded(t->tx, t->arena, from->shop_id, from->id, old);
}

const struct err *chat_account_merged(struct turn *t, const struct event *e)
{
    struct account_id from = {e->subject_id}, into = {e->object_id};
    struct chat_site_of_account_row *rows;
    struct id_text user = id_format(into.v);
    size_t count;
    int64_t moved;
    TRY(chat_site_of_account(t->tx, t->arena, from, 1000, &rows, &count));
    for (size_t i = 0; i < count; i++)
        TRY(move_site(t, &rows[i], from, id_str(&user)));
    TRY(chat_address_drop(t->tx, t->arena, from));
    return chat_move_account(t->tx, t->arena, from, into, &moved);
}
