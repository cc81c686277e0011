/* What is said about a return: in the chat, and by mail, since who returns things may not come
 * back to the site. */
#include "returns/returns_part.h"

#include "account/account.h"
#include "notify/notify.h"

struct saying {
    struct chat_talk talk;
    struct shop shop;
    struct account buyer;
    str number, order_number, path;
};

static const struct err *begin(struct returns_work *x, struct saying *s)
{
    struct turn *t = x->t;
    struct id_text order = id_format(x->o.id.v), id = id_format(x->c.id.v);
    TRY(shop_get(t->tx, t->arena, x->c.shop_id, &s->shop));
    TRY(account_get(t->tx, t->arena, x->o.buyer_id, &s->buyer));
    TRY(chat_talk_begin(t, x->c.shop_id, (struct conversation_id){x->o.conversation_id},
                        x->o.buyer_id, s->buyer.name, s->buyer.language, &s->talk));
    TRY(str_fmt(t->arena, &s->number, "%lld", (long long)x->c.number));
    TRY(str_fmt(t->arena, &s->order_number, "%lld", (long long)x->o.number));
    return str_fmt(t->arena, &s->path, "/o/%s/returns/%s?key=%.*s", order.text, id.text,
                   STR_ARG(x->o.access_key));
}

/* ---- letters ---- */

static const struct err *letter_to_buyer(struct returns_work *x, const struct saying *s,
                                         const char *kind, str sentence, str words)
{
    struct turn *t = x->t;
    const struct locale *l = &s->talk.locale;
    str names[] = {s->number, s->shop.name, s->order_number};
    struct notify_letter letter = {.shop_id = x->c.shop_id,
                                   .kind = kind,
                                   .cause_id = x->c.id.v,
                                   .to = x->o.party.email,
                                   .to_name = x->o.party.address.name,
                                   .language = language_code(l->language),
                                   .from_name = s->shop.name,
                                   .paragraphs = {sentence, words},
                                   .paragraph_count = str_is_empty(words) ? 1 : 2,
                                   .button_label = locale_text(l, "returns.see"),
                                   .button_path = s->path,
                                   .footer = s->shop.name};
    if (!notify_address_is_fit(letter.to))
        return NULL; /* forgotten meanwhile */
    TRY(locale_format(t->arena, l, "returns.mail.subject", names, 3, &letter.subject));
    TRY(locale_format(t->arena, l, "returns.mail.heading", names, 3, &letter.heading));
    return notify_letter_send(t, &letter);
}

static const struct err *letter_to_shop(struct returns_work *x, const struct saying *s,
                                        const char *kind, const char *key)
{
    struct turn *t = x->t;
    struct id_text id = id_format(x->c.id.v);
    struct locale l;
    str args[] = {s->number, s->order_number};
    struct notify_letter letter = {.shop_id = x->c.shop_id,
                                   .kind = kind,
                                   .cause_id = x->c.id.v,
                                   .to = s->shop.contact_email,
                                   .to_name = s->shop.name,
                                   .language = s->shop.language,
                                   .from_name = s->shop.name,
                                   .footer = s->shop.name,
                                   .paragraphs = {STR_NONE, x->c.words},
                                   .paragraph_count = str_is_empty(x->c.words) ? 1 : 2};
    if (!notify_address_is_fit(letter.to))
        return NULL;
    locale_init(&l, t->platform->texts, s->shop.language, STR_NONE, s->shop.zone, t->now_ms);
    TRY(locale_format(t->arena, &l, key, args, 2, &letter.subject));
    letter.heading = letter.paragraphs[0] = letter.subject;
    letter.button_label = locale_text(&l, "returns.see");
    TRY(str_fmt(t->arena, &letter.button_path, "/console/%.*s/returns/%s",
                STR_ARG(s->shop.handle), id.text));
    return notify_letter_send(t, &letter);
}

/* ---- hers ---- */

static const struct err *hear(struct returns_work *x, struct saying *s, const char *key, str text)
{
    struct id_text id = id_format(x->c.id.v);
    str event_id;
    TRY(str_fmt(x->t->arena, &event_id, "return:%s:%s", id.text, key));
    return chat_talk_hear(&s->talk, event_id, text);
}

const struct err *returns_say_asked(struct returns_work *x)
{
    struct turn *t = x->t;
    struct saying s;
    struct strbuf sb;
    str head, text;
    TRY(begin(x, &s));
    strbuf_init(&sb, t->arena, KiB(32));
    TRY(locale_format(t->arena, &s.talk.locale, "returns.say.asked",
                      (str[]){s.number, s.order_number}, 2, &head));
    strbuf_add(&sb, head);
    for (size_t i = 0; i < x->c.line_count; i++) {
        const struct order_line *l = &x->o.lines[x->c.lines[i].position];
        strbuf_addf(&sb, "\n%lld × %.*s%s%.*s", (long long)x->c.lines[i].quantity,
                    STR_ARG(l->title), str_is_empty(l->variant_title) ? "" : " / ",
                    STR_ARG(l->variant_title));
    }
    strbuf_add_char(&sb, '\n');
    strbuf_add(&sb, locale_text(&s.talk.locale, returns_reason_keys[x->c.reason]));
    if (x->c.words.len > 0)
        strbuf_addf(&sb, "\n%.*s", STR_ARG(x->c.words));
    TRY(strbuf_finish(&sb, &text));
    TRY(hear(x, &s, "asked", text));
    return letter_to_shop(x, &s, "returns.asked", "returns.mail.shop_asked");
}

const struct err *returns_say_hers(struct returns_work *x, const char *key)
{
    struct saying s;
    str text;
    TRY(begin(x, &s));
    TRY(locale_format(x->t->arena, &s.talk.locale, key,
                      (str[]){s.number, s.order_number, x->c.tracking}, 3, &text));
    TRY(hear(x, &s, key, text));
    return x->c.state == RETURNS_SENT
               ? letter_to_shop(x, &s, "returns.sent", "returns.mail.shop_sent") : NULL;
}

/* ---- ours ---- */

const struct err *returns_say_ours(struct returns_work *x, const char *key, int64_t minor,
                                   str words)
{
    struct turn *t = x->t;
    struct strbuf amount, date;
    struct saying s;
    str sentence, text;
    TRY(begin(x, &s));
    strbuf_init(&amount, t->arena, 100);
    strbuf_init(&date, t->arena, 100);
    locale_money(&s.talk.locale, &amount, returns_money(&x->c, minor));
    locale_date(&s.talk.locale, &date, x->c.due_ms, HTML_DATE);
    TRY(locale_format(t->arena, &s.talk.locale, key,
                      (str[]){s.number, strbuf_view(&amount), strbuf_view(&date)}, 3, &sentence));
    text = sentence;
    if (!str_is_empty(words))
        TRY(str_fmt(t->arena, &text, "%.*s\n%.*s", STR_ARG(sentence), STR_ARG(words)));
    TRY(chat_talk_say(&s.talk, CHAT_FROM_STAFF, text, s.path, "returns.see"));
    return letter_to_buyer(x, &s, key, sentence, words);
}
