/* The live stream: who may watch which topic, and what is told to whom. Events carry ids, never
 * content; a page then fetches what it shows, under the same checks as any reader.
 *
 * Topics: account:ID (one's own), conversation:ID (the customer's or the shop's), inbox:SHOP,
 * orders:SHOP and imports:SHOP (members who may read those), post:ID (anybody; posts are public).
 */
#include "chat/chat_pages.h"
#include "chat/chat_sql.h"
#include "core/permission.h"

enum { TOPICS_MAX = 8 };

static const struct err *hidden(struct web *w, str topic)
{
    return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "topic %.*s", STR_ARG(topic));
}

static const struct err *may_in_shop(struct web *w, struct tx *tx, struct shop_id shop,
                                     const char *permission, bool *ret)
{
    str role;
    TRY(permission_role(tx, w->arena, shop, w->viewer.account_id, &role));
    *ret = !str_is_absent(role) && permission_of_role(w->platform, role, permission);
    return NULL;
}

static const struct err *may_watch(struct web *w, struct tx *tx, str kind, int64_t id, bool *ret)
{
    struct chat_shop_of_row row;
    bool is_found;
    *ret = false;
    if (str_eq(kind, S("post")))
        *ret = true;
    if (str_eq(kind, S("account")))
        *ret = id == w->viewer.account_id.v;
    if (*ret || w->viewer.account_id.v == 0)
        return NULL;
    if (str_eq(kind, S("inbox")))
        return may_in_shop(w, tx, (struct shop_id){id}, "chat.read", ret);
    if (str_eq(kind, S("orders")))
        return may_in_shop(w, tx, (struct shop_id){id}, "order.read", ret);
    if (str_eq(kind, S("imports")))
        return may_in_shop(w, tx, (struct shop_id){id}, "catalog.change", ret);
    if (!str_eq(kind, S("conversation")))
        return NULL;
    TRY(chat_shop_of(tx, w->arena, (struct conversation_id){id}, &row, &is_found));
    *ret = is_found && row.account_id.v == w->viewer.account_id.v;
    return is_found && !*ret ? may_in_shop(w, tx, row.shop_id, "chat.read", ret) : NULL;
}

const struct err *chat_live(struct web *w)
{
    str *topics, rest = web_query(w, "topics"),
                 last = http_request_header(w->rq, S("last-event-id"));
    size_t count = 0;
    struct tx *tx;
    TRY_NEW_ARRAY(w->arena, topics, TOPICS_MAX + 1);
    TRY(web_read(w, &tx));
    while (!str_is_empty(rest)) {
        str topic = str_cut(&rest, ','), text = topic, kind = str_cut(&text, ':');
        int64_t id = 0;
        bool may = false;
        if (count == TOPICS_MAX || !id_parse(text, &id))
            return hidden(w, topic);
        TRY(may_watch(w, tx, kind, id, &may));
        if (!may)
            return hidden(w, topic);
        topics[count++] = topic;
    }
    if (w->viewer.account_id.v != 0) {
        struct id_text account = id_format(w->viewer.account_id.v);
        TRY(str_fmt(w->arena, &topics[count++], "account:%s", account.text));
    }
    if (count == 0)
        return ERR(w->arena, ERR_DENIED, "error.sign_in", "nothing to watch without a session");
    w->rs->body_kind = HTTP_BODY_SSE;
    w->rs->sse_topics = topics;
    w->rs->sse_topic_count = count;
    if (!str_to_int(last, &w->rs->sse_last_id))
        w->rs->sse_last_id = 0;
    return NULL;
}

/* ---- telling ---- */

static const struct err *publish(struct turn *t, const struct event *e, const char *kind,
                                 int64_t id)
{
    struct id_text text = id_format(id), subject = id_format(e->subject_id);
    str topic;
    TRY(str_fmt(t->arena, &topic, "%s:%s", kind, text.text));
    return event_notify(t, topic, e->seq, S("message"), id_str(&subject));
}

const struct err *chat_live_apply(struct turn *t, const struct event *e)
{
    TRY(publish(t, e, "conversation", e->subject_id));
    TRY(publish(t, e, "inbox", e->shop_id.v));
    return e->account_id.v == 0 ? NULL : publish(t, e, "account", e->account_id.v);
}
