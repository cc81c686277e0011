/* The shopper's pages: her conversations, one of them, and the first word to a shop. A refused
 * message comes back with her words still in the field. The live stream is chat_live.c, the
 * merchant's side chat_console.c.
 */
#include <string.h>

#include "base/utf8.h"
#include "chat/chat_pages.h"
#include "chat/chat_sql.h"
#include "chat/chat_tpl.h"

enum { KEY_MAX = 64, GUEST_NAME_MAX = 60, TOKEN_MAX = 64 };

static bool is_embedded(struct web *w)
{
    return web_has(w, "embed") || !str_is_empty(web_query(w, "embed"));
}

static const struct err *to_conversation(struct web *w, struct conversation_id id)
{
    struct id_text text = id_format(id.v);
    return is_embedded(w) ? web_redirect(w, "/chat/%s?embed=1", text.text)
                          : web_redirect(w, "/chat/%s", text.text);
}

/* ---- showing one ---- */

struct seen {
    struct shop_id shop;
    struct conversation_id id;
    bool by_shop;
};

static const struct err *seen_turn(struct turn *t, void *arg)
{
    const struct seen *s = arg;
    int64_t changed;
    return s->by_shop ? chat_read_by_shop(t->tx, t->arena, s->shop, s->id, &changed)
                      : chat_read_by_customer(t->tx, t->arena, s->shop, s->id, t->actor, &changed);
}

const struct err *chat_mark_seen(struct web *w, const struct chat_thread_view *v)
{
    struct seen s = {v->conversation.shop_id, v->conversation.id, v->is_console};
    return v->has_new ? web_write(w, seen_turn, &s) : NULL;
}

/* What the person reads about a refusal: the error's text with its arguments. */
const struct err *chat_words_of(struct web *w, const struct err *e, str *ret)
{
    return locale_format(w->arena, w->locale, e->key, e->args, ERR_ARGS_MAX, ret);
}

static const struct err *new_key(struct web *w, str *ret)
{
    return rng_token(w->arena, w->platform->rng, 12, ret);
}

static const struct err *frame(struct web *w, struct chat_page_view *v)
{
    TRY(new_key(w, &v->key));
    TRY(page_init(w, &v->page, v->thread.shop.name));
    v->page.place = "chat";
    v->page.width = "bare";
    v->page.is_focused = v->page.is_private = true;
    v->page.palette = v->thread.shop.accent;
    v->page.bar_title = v->thread.shop.name;
    v->page.back = (struct url_safe){S("/chat")};
    return NULL;
}

/* failure: what was refused, or NULL; an address form keeps what was typed into it. */
static const struct err *show(struct web *w, struct conversation_id id, const struct err *failure)
{
    struct chat_page_view v = {0};
    struct conversation c;
    struct html h;
    struct tx *tx;
    int64_t before = 0;
    bool is_form = web_has(w, "form");
    id_parse(web_query(w, "before"), &before);
    TRY(web_read(w, &tx));
    TRY(chat_view_open(w, tx, id, &c));
    TRY(chat_view_thread(w, tx, c.shop_id, id, (struct message_id){before}, false, &v.thread));
    v.thread.is_embedded = is_embedded(w);
    if (is_form && v.thread.address.count > 0)
        TRY(chat_view_address(w, tx, v.thread.shop.country, &w->form, &v.thread.address));
    if (failure != NULL && is_form && failure->field != NULL) {
        v.thread.address.error_field = failure->field;
        TRY(chat_words_of(w, failure, &v.thread.address.error));
    } else if (failure != NULL) {
        TRY(form_get(w->arena, &w->form, S("text"), &v.typed));
        TRY(chat_words_of(w, failure, &v.error));
    }
    TRY(frame(w, &v));
    TRY(chat_mark_seen(w, &v.thread));
    web_html_begin(w, &h);
    if (v.thread.is_embedded)
        tpl_chat_embedded(&h, &v);
    else
        tpl_chat_page(&h, &v);
    return web_html(w, failure == NULL ? 200 : err_policy_of(failure->kind)->http_status, &h);
}

const struct err *chat_page_show(struct web *w)
{
    struct conversation_id id;
    TRY(web_param_id(w, 0, &id.v));
    return show(w, id, NULL);
}

/* The thread alone, for the live page. */
const struct err *chat_page_messages(struct web *w)
{
    struct chat_thread_view v;
    struct conversation_id id;
    struct conversation c;
    struct html h;
    struct tx *tx;
    TRY(web_param_id(w, 0, &id.v));
    TRY(web_read(w, &tx));
    TRY(chat_view_open(w, tx, id, &c));
    TRY(chat_view_thread(w, tx, c.shop_id, id, (struct message_id){0}, false, &v));
    v.is_embedded = is_embedded(w);
    TRY(chat_mark_seen(w, &v));
    web_html_begin(w, &h);
    tpl_chat_thread(&h, &v);
    return web_html(w, 200, &h);
}

/* ---- saying something ---- */

/* One person's key, so that nobody's can stand in another's way. */
static const struct err *event_of(struct web *w, const char *kind, str key, str *ret)
{
    struct id_text account = id_format(w->viewer.account_id.v);
    if (str_is_empty(key)) {
        *ret = STR_NONE;
        return NULL;
    }
    return str_fmt(w->arena, ret, "%s:%s:%.*s", kind, account.text, STR_ARG(key));
}

const struct err *chat_read_say(struct web *w, struct chat_say *ret)
{
    str key, form = STR_NONE;
    ret->account_id = w->viewer.account_id;
    ret->visitor_id = w->visitor_id;
    ret->name = w->viewer.name;
    ret->language = language_code(w->locale->language);
    TRY(web_text(w, "form", 0, 20, &form));
    if (w->is_api) {
        key = web_idempotency_key(w);
        if (key.len > IDEMPOTENCY_KEY_MAX)
            return ERR(w->arena, ERR_INVALID, "error.bad_key", "%zu bytes", key.len);
    } else {
        TRY(web_text(w, "key", 0, KEY_MAX, &key));
    }
    TRY(event_of(w, "say", key, &ret->event_id));
    if (str_eq(form, S("address"))) {
        ret->form = &w->form;
        return chat_address_read(w, &w->form, &ret->address, &ret->email, &ret->text);
    }
    TRY(web_text(w, "text", 0, CHAT_TEXT_MAX, &ret->text));
    ret->text = str_trim(ret->text);
    return NULL;
}

static bool is_refusal(const struct err *e)
{
    return e->kind == ERR_INVALID || e->kind == ERR_LIMIT || e->kind == ERR_CONFLICT;
}

static const struct err *own_conversation(struct web *w, struct chat_say *s)
{
    struct conversation c;
    struct tx *tx;
    TRY(web_param_id(w, 0, &s->conversation_id.v));
    TRY(web_read(w, &tx));
    TRY(chat_view_open(w, tx, s->conversation_id, &c));
    s->shop_id = c.shop_id;
    return NULL;
}

static const struct err *say(struct web *w, struct chat_say *s)
{
    TRY(chat_read_say(w, s));
    pool_show_intent(w);
    return web_write(w, chat_say_turn, s);
}

static const struct err *answer(struct web *w, const struct chat_say *s, const struct err *e)
{
    bool is_script = web_is_fragment(w);
    if (e != NULL && is_refusal(e) && !is_script)
        return show(w, s->conversation_id, e);
    TRY(e);
    if (!is_script)
        return to_conversation(w, s->conversation_id);
    http_response_body(w->rs, 204, NULL, S(""));
    return NULL;
}

const struct err *chat_page_say(struct web *w)
{
    struct chat_say s = {0};
    TRY(own_conversation(w, &s));
    /* another country was chosen: the same form with that country's fields */
    if (web_has(w, "again"))
        return show(w, s.conversation_id, NULL);
    return answer(w, &s, say(w, &s));
}

const struct err *chat_page_tap(struct web *w)
{
    struct chat_say s = {.account_id = w->viewer.account_id};
    TRY(own_conversation(w, &s));
    TRY(web_text(w, "token", 1, TOKEN_MAX, &s.token));
    return answer(w, &s, web_write(w, chat_say_turn, &s));
}

const struct err *chat_page_person(struct web *w)
{
    struct chat_say s = {.account_id = w->viewer.account_id, .asks_person = true};
    TRY(own_conversation(w, &s));
    return answer(w, &s, web_write(w, chat_say_turn, &s));
}

/* ---- the first word ---- */

static const struct err *read_about(struct web *w, struct tx *tx, str product,
                                    struct chat_page_view *v)
{
    int64_t id = 0;
    if (!id_parse(product, &id))
        return NULL;
    TRY(catalog_cards(tx, w->arena, &id, 1, &v->about));
    if (v->about.id.v != 0 && v->about.shop_id.v != v->thread.shop.id.v)
        v->about = (struct product_card){0};
    v->about_price = catalog_card_price(&v->about);
    return NULL;
}

static const struct err *show_start(struct web *w, const struct shop *shop, str product,
                                    const struct err *failure)
{
    struct chat_page_view v = {.thread = {.shop = *shop, .is_embedded = is_embedded(w)}};
    struct html h;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(read_about(w, tx, product, &v));
    TRY(shop_face_make(tx, w->arena, shop, &v.shop_face));
    v.shop_face.path = (struct url_safe){STR_NONE};
    v.needs_name = w->viewer.account_id.v == 0;
    TRY(frame(w, &v));
    TRY(str_fmt(w->arena, &v.page.back.url, "/s/%.*s", STR_ARG(shop->handle)));
    if (failure != NULL) {
        TRY(form_get(w->arena, &w->form, S("text"), &v.typed));
        TRY(chat_words_of(w, failure, &v.error));
    }
    web_html_begin(w, &h);
    if (v.thread.is_embedded)
        tpl_chat_start_embedded(&h, &v);
    else
        tpl_chat_start(&h, &v);
    return web_html(w, failure == NULL ? 200 : err_policy_of(failure->kind)->http_status, &h);
}

const struct err *chat_page_with(struct web *w)
{
    struct chat_conversation_of_user_row row;
    struct shop shop;
    struct tx *tx;
    bool is_found = false;
    struct id_text user = id_format(w->viewer.account_id.v);
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    str product = web_query(w, "product");
    if (w->viewer.account_id.v != 0 && str_is_empty(product))
        TRY(chat_conversation_of_user(tx, w->arena, shop.id, S("site"), id_str(&user), &row,
                                      &is_found));
    return is_found ? to_conversation(w, row.id) : show_start(w, &shop, product, NULL);
}

static const struct err *begin(struct web *w, const struct shop *shop, str product,
                               struct chat_say *s)
{
    struct chat_page_view about = {.thread = {.shop = *shop}};
    struct tx *tx;
    str name = STR_NONE;
    TRY(web_text(w, "text", 1, CHAT_TEXT_MAX,
                 &s->text)); /* before an account is made for nothing */
    TRY(web_text(w, "name", 0, GUEST_NAME_MAX, &name));
    TRY(web_read(w, &tx));
    TRY(read_about(w, tx, product, &about));
    name = str_trim(name);
    TRY(web_need_account(w, str_is_empty(name) ? locale_text(w->locale, "chat.guest_name") : name));
    s->product_id = about.about.id.v;
    return say(w, s);
}

const struct err *chat_page_begin(struct web *w)
{
    struct chat_say s = {0};
    struct shop shop;
    struct tx *tx;
    str product = STR_NONE;
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    TRY(web_text(w, "product", 0, ID_TEXT_LEN, &product));
    s.shop_id = shop.id;
    const struct err *e = begin(w, &shop, product, &s);
    if (e != NULL && is_refusal(e))
        return show_start(w, &shop, product, e);
    TRY(e);
    return to_conversation(w, s.said_in);
}

/* ---- the list ---- */

static const struct err *read_list(struct web *w, struct chat_list_view *v)
{
    struct tx *tx;
    TRY(web_read(w, &tx));
    if (w->viewer.account_id.v == 0)
        return NULL;
    TRY(chat_view_list(w, tx, chat_cursor_read(web_query(w, "cursor")), CHAT_INBOX_ITEMS, v));
    return str_is_absent(v->next)
               ? NULL
               : str_fmt(w->arena, &v->next_url.url, "/chat?cursor=%.*s", STR_ARG(v->next));
}

const struct err *chat_page_list(struct web *w)
{
    struct chat_list_view v = {0};
    struct html h;
    TRY(read_list(w, &v));
    TRY(page_init(w, &v.page, locale_text(w->locale, "chat.title")));
    v.page.place = "chat";
    v.page.width = "reading";
    v.page.is_private = true;
    web_html_begin(w, &h);
    tpl_chat_list(&h, &v);
    return web_html(w, 200, &h);
}

const struct err *chat_page_rows(struct web *w)
{
    struct chat_list_view v = {0};
    struct html h;
    TRY(read_list(w, &v));
    web_html_begin(w, &h);
    tpl_chat_rows(&h, &v);
    return web_html(w, 200, &h);
}
