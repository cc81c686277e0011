/* The merchant's inbox: one over all channels. A reply takes the conversation over; every handler
 * stands on a WHO_SHOP row, and every read and write names that shop, so that another shop's
 * conversation is simply not there.
 */
#include "base/utf8.h"
#include "chat/chat_inbox_view.h"
#include "chat/chat_pages.h"
#include "chat/chat_rules.h"
#include "chat/chat_sql.h"
#include "chat/chat_tpl.h"
#include "core/permission.h"

enum { SEARCH_MAX = 60, KEY_MAX = 64 };

static const struct {
    const char *name;
    enum chat_holder holder;
    const char *empty_title, *empty_words;
} tabs[] = {
    {"waiting", CHAT_WANTS_PERSON, "chat.inbox.none_waiting", "chat.inbox.none_waiting_words"},
    {"open", CHAT_PERSON, "chat.inbox.none_open", "chat.inbox.none_open_words"},
    {"bot", CHAT_BOT, "chat.inbox.none_bot", "chat.inbox.none_bot_words"},
    {"done", CHAT_DONE, "chat.inbox.none_done", "chat.inbox.none_done_words"},
};

enum chat_holder chat_tab_holder(str name)
{
    for (size_t i = 0; i < COUNT(tabs); i++)
        if (str_eq(name, str_c(tabs[i].name)))
            return tabs[i].holder;
    return CHAT_HOLDER_UNSET;
}

/* ---- reading ---- */

static const struct err *fill_counts(struct web *w, struct tx *tx, struct chat_inbox_view *v)
{
    struct chat_inbox_counts_row *rows;
    size_t count;
    TRY(chat_inbox_counts(tx, w->arena, w->shop_id, 8, &rows, &count));
    for (size_t i = 0; i < count; i++)
        *(rows[i].holder == CHAT_WANTS_PERSON ? &v->waiting : &v->open) = rows[i].count;
    return NULL;
}

/* The chosen tab, or the one in which `holder` stands. */
static void choose_tab(struct web *w, enum chat_holder holder, struct chat_inbox_view *v)
{
    str asked = web_query(w, "tab");
    size_t at = 0;
    for (size_t i = 0; i < COUNT(tabs); i++)
        if (str_is_empty(asked) ? tabs[i].holder == holder : str_eq(asked, str_c(tabs[i].name)))
            at = i;
    v->tab = str_c(tabs[at].name);
    v->empty_title = str_is_empty(v->search) ? tabs[at].empty_title : "chat.inbox.none_found";
    v->empty_words = str_is_empty(v->search) ? tabs[at].empty_words : "chat.inbox.none_found_words";
}

static const struct err *list_paths(struct web *w, struct chat_inbox_view *v)
{
    struct id_text shop = id_format(w->shop_id.v), id = id_format(v->thread.conversation.id.v);
    struct strbuf sb;
    strbuf_init(&sb, w->arena, KiB(2));
    strbuf_addf(&sb, "/console/%.*s/inbox/rows?tab=%.*s&q=", STR_ARG(w->shop_handle),
                STR_ARG(v->tab));
    url_encode(&sb, v->search);
    if (v->has_thread)
        strbuf_addf(&sb, "&current=%s", id.text);
    TRY(strbuf_finish(&sb, &v->rows_path));
    TRY(str_fmt(w->arena, &v->live, "/live?topics=inbox:%s", shop.text));
    if (str_is_absent(v->list.next))
        return NULL;
    struct strbuf next;
    strbuf_init(&next, w->arena, KiB(2));
    strbuf_addf(&next, "/console/%.*s/inbox?tab=%.*s&cursor=%.*s&q=", STR_ARG(w->shop_handle),
                STR_ARG(v->tab), STR_ARG(v->list.next));
    url_encode(&next, v->search);
    return strbuf_finish(&next, &v->list.next_url.url);
}

static const struct err *fill_list(struct web *w, struct tx *tx, enum chat_holder holder,
                                   struct conversation_id current, struct chat_inbox_view *v)
{
    v->shop_handle = w->shop_handle;
    v->search = str_trim(utf8_cut_points(web_query(w, "q"), SEARCH_MAX));
    choose_tab(w, holder, v);
    TRY(chat_view_inbox(w, tx, chat_tab_holder(v->tab), v->search,
                        chat_cursor_read(web_query(w, "cursor")), CHAT_INBOX_ITEMS, &v->list));
    for (size_t i = 0; i < v->list.row_count; i++) {
        struct chat_row_view *row = &v->list.rows[i];
        row->is_current = row->id.v == current.v;
        row->unread = row->is_current ? 0 : row->unread; /* it is being read */
    }
    TRY(fill_counts(w, tx, v));
    return list_paths(w, v);
}

static const struct err *fill_about(struct web *w, struct tx *tx, struct chat_inbox_view *v)
{
    const struct conversation *c = &v->thread.conversation;
    struct pool pool;
    bool has_pool;
    TRY(face_make(w->arena, c->customer_name, c->contact_id.v, &v->face));
    TRY(identity_contact(tx, w->arena, w->shop_id, c->contact_id, &v->contact));
    v->spent = (struct money){v->contact.spent_minor, v->thread.shop.currency};
    TRY(pool_of_visitor(tx, w->arena, w->shop_id, c->visitor_id, c->account_id, &has_pool, &pool));
    v->pool = has_pool ? pool_name_shown(w, &pool) : STR_NONE;
    return NULL;
}

static const struct err *fill_rights(struct web *w, struct tx *tx, struct chat_inbox_view *v)
{
    str role;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    v->may_write = permission_of_role(w->platform, role, "chat.write");
    return NULL;
}

static const struct err *finish(struct web *w, struct chat_inbox_view *v, int status)
{
    struct html h;
    TRY(rng_token(w->arena, w->platform->rng, 12, &v->key));
    TRY(page_init(w, &v->list.page, locale_text(w->locale, "chat.inbox.title")));
    v->list.page.width = "bare";
    if (v->has_thread) {
        TRY(chat_mark_seen(w, &v->thread));
        v->list.page.bar_title = v->thread.conversation.customer_name;
        TRY(str_fmt(w->arena, &v->list.page.back.url, "/console/%.*s/inbox?tab=%.*s",
                    STR_ARG(w->shop_handle), STR_ARG(v->tab)));
    }
    web_html_begin(w, &h);
    tpl_inbox_page(&h, v);
    return web_html(w, status, &h);
}

const struct err *chat_console_inbox(struct web *w)
{
    struct chat_inbox_view v = {0};
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(fill_list(w, tx, CHAT_WANTS_PERSON, (struct conversation_id){0}, &v));
    return finish(w, &v, 200);
}

const struct err *chat_console_rows(struct web *w)
{
    struct chat_inbox_view v = {0};
    struct conversation_id current = {0};
    struct html h;
    struct tx *tx;
    id_parse(web_query(w, "current"), &current.v);
    TRY(web_read(w, &tx));
    TRY(fill_list(w, tx, CHAT_WANTS_PERSON, current, &v));
    web_html_begin(w, &h);
    tpl_inbox_rows(&h, &v);
    return web_html(w, 200, &h);
}

static const struct err *show(struct web *w, const struct err *failure)
{
    struct chat_inbox_view v = {.has_thread = true};
    struct conversation_id id;
    struct tx *tx;
    int64_t before = 0;
    TRY(web_param_id(w, 1, &id.v));
    id_parse(web_query(w, "before"), &before);
    TRY(web_read(w, &tx));
    TRY(chat_view_thread(w, tx, w->shop_id, id, (struct message_id){before}, true, &v.thread));
    TRY(fill_list(w, tx, v.thread.conversation.holder, id, &v));
    TRY(fill_about(w, tx, &v));
    TRY(fill_rights(w, tx, &v));
    if (failure == NULL)
        return finish(w, &v, 200);
    TRY(form_get(w->arena, &w->form, S("text"), &v.typed));
    TRY(chat_words_of(w, failure, &v.error));
    return finish(w, &v, err_policy_of(failure->kind)->http_status);
}

const struct err *chat_console_show(struct web *w)
{
    return show(w, NULL);
}

const struct err *chat_console_messages(struct web *w)
{
    struct chat_inbox_view v = {.has_thread = true};
    struct conversation_id id;
    struct html h;
    struct tx *tx;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    TRY(chat_view_thread(w, tx, w->shop_id, id, (struct message_id){0}, true, &v.thread));
    TRY(chat_mark_seen(w, &v.thread));
    web_html_begin(w, &h);
    tpl_inbox_messages(&h, &v);
    return web_html(w, 200, &h);
}

/* ---- acting ---- */

const struct err *chat_reply_turn(struct turn *t, void *arg)
{
    struct chat_reply *r = arg;
    struct chat_out out = {.text = r->text, .product_id = r->product_id};
    int64_t is_new = 1;
    r->message_id = (struct message_id){0};
    if (!str_is_empty(r->event_id))
        TRY(chat_inbound_insert(t->tx, t->arena, r->shop_id, S("staff"), r->event_id, t->now_ms,
                                &is_new));
    if (is_new == 0)
        return NULL;
    TRY(chat_holder_set(t, r->shop_id, r->conversation_id, CHAT_PERSON));
    return chat_send(t, r->shop_id, r->conversation_id, CHAT_FROM_STAFF, &out, &r->message_id);
}

static const struct err *reply(struct web *w, struct chat_reply *r)
{
    struct id_text account = id_format(w->viewer.account_id.v);
    str key = STR_NONE;
    TRY(web_text(w, "key", 0, KEY_MAX, &key));
    TRY(web_text(w, "text", 1, CHAT_TEXT_MAX, &r->text));
    if (!str_is_empty(key))
        TRY(str_fmt(w->arena, &r->event_id, "%s:%.*s", account.text, STR_ARG(key)));
    return web_write(w, chat_reply_turn, r);
}

static const struct err *back_to(struct web *w, struct conversation_id id)
{
    struct id_text text = id_format(id.v);
    return web_redirect(w, "/console/%.*s/inbox/%s", STR_ARG(w->shop_handle), text.text);
}

const struct err *chat_console_say(struct web *w)
{
    struct chat_reply r = {.shop_id = w->shop_id};
    TRY(web_param_id(w, 1, &r.conversation_id.v));
    const struct err *e = reply(w, &r);
    if (e != NULL && e->kind == ERR_INVALID && !web_is_fragment(w))
        return show(w, e);
    TRY(e);
    if (!web_is_fragment(w))
        return back_to(w, r.conversation_id);
    http_response_body(w->rs, 204, NULL, S(""));
    return NULL;
}

struct holding {
    struct shop_id shop;
    struct conversation_id id;
    enum chat_holder holder;
};

static const struct err *hold_turn(struct turn *t, void *arg)
{
    const struct holding *x = arg;
    return chat_holder_set(t, x->shop, x->id, x->holder);
}

const struct err *chat_hold(struct web *w, struct conversation_id *ret)
{
    struct holding x = {.shop = w->shop_id};
    str to;
    TRY(web_param_id(w, 1, &x.id.v));
    TRY(web_text(w, "to", 1, 20, &to));
    for (int h = CHAT_BOT; h < CHAT_HOLDER_COUNT; h++)
        if (str_eq(to, str_c(chat_holder_name((enum chat_holder)h))))
            x.holder = (enum chat_holder)h;
    if (x.holder == CHAT_HOLDER_UNSET || x.holder == CHAT_WANTS_PERSON)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "chat.bad_holder", "%.*s", STR_ARG(to)), "to");
    *ret = x.id;
    return web_write(w, hold_turn, &x);
}

const struct err *chat_console_hold(struct web *w)
{
    struct conversation_id id;
    TRY(chat_hold(w, &id));
    return back_to(w, id);
}

struct resending {
    struct shop_id shop;
    struct conversation_id id;
    struct message_id message;
};

static const struct err *resend_turn(struct turn *t, void *arg)
{
    const struct resending *x = arg;
    struct conversation c;
    int64_t hit;
    TRY(chat_conversation(t->tx, t->arena, x->shop, x->id, &c));
    TRY(chat_resend(t->tx, t->arena, x->shop, x->message, x->id, &hit));
    return hit == 0 ? NULL : chat_deliver_later(t, &c, 0);
}

const struct err *chat_console_resend(struct web *w)
{
    struct resending x = {.shop = w->shop_id};
    TRY(web_param_id(w, 1, &x.id.v));
    TRY(web_id(w, "message", &x.message.v));
    TRY(web_write(w, resend_turn, &x));
    return back_to(w, x.id);
}
