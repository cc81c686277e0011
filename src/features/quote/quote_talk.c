/* What is said in the conversation about a quotation, in the language the buyer speaks there. */
#include "quote/quote_part.h"

struct talk {
    struct chat_talk chat;
    const struct quote *q;
};

/* *ret_there is false when there is nobody to talk to. */
static const struct err *begin(struct turn *t, const struct quote *q, struct talk *ret,
                               bool *ret_there)
{
    ret->q = q;
    *ret_there = q->conversation_id.v != 0;
    return *ret_there ? chat_talk_begin(t, q->shop_id, q->conversation_id, q->account_id, STR_NONE,
                                        STR_NONE, &ret->chat)
                      : NULL;
}

static const struct err *number_of(struct talk *k, str *ret)
{
    return str_fmt(k->chat.t->arena, ret, "%lld", (long long)k->q->number);
}

static const struct err *add_line(struct talk *k, struct strbuf *out, const char *key, str x, str y,
                                  str z)
{
    str args[] = {x, y, z}, text;
    TRY(locale_format(k->chat.t->arena, &k->chat.locale, key, args, COUNT(args), &text));
    if (out->len > 0)
        strbuf_add_char(out, '\n');
    strbuf_add(out, text);
    return NULL;
}

static const struct err *money_text(struct talk *k, int64_t minor, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, k->chat.t->arena, 100);
    locale_money(&k->chat.locale, &sb, quote_money(k->q, minor));
    return strbuf_finish(&sb, ret);
}

static const struct err *named(struct talk *k, str title, str variant, str *ret)
{
    return str_fmt(k->chat.t->arena, ret, "%.*s%s%.*s", STR_ARG(title),
                   str_is_empty(variant) ? "" : ", ", STR_ARG(variant));
}

/* ---- the buyer's words ---- */

static const struct err *add_wish(struct talk *k, struct strbuf *out, const struct quote_wish *w)
{
    struct catalog_sale sale;
    str quantity, name, target;
    TRY(catalog_sale(k->chat.t->tx, k->chat.t->arena, k->q->shop_id, w->variant_id, &sale));
    TRY(named(k, sale.product_title, sale.variant_title, &name));
    TRY(str_fmt(k->chat.t->arena, &quantity, "%lld", (long long)w->quantity));
    TRY(money_text(k, w->target_minor, &target));
    TRY(add_line(k, out, w->target_minor > 0 ? "quote.say.wish_target" : "quote.say.wish", quantity,
                 name, target));
    if (w->is_sample)
        strbuf_add(out, locale_text(&k->chat.locale, "quote.say.as_sample"));
    return NULL;
}

static const struct err *hear(struct talk *k, const char *event, str text)
{
    struct id_text id = id_format(k->q->id.v);
    str event_id;
    TRY(str_fmt(k->chat.t->arena, &event_id, "quote:%s:%s:%lld", id.text, event,
                (long long)k->q->version));
    return chat_talk_hear(&k->chat, event_id, text);
}

const struct err *quote_say_asked(struct turn *t, const struct quote *q)
{
    struct strbuf sb;
    struct talk k;
    str number, text, country;
    bool is_there;
    TRY(begin(t, q, &k, &is_there));
    if (!is_there)
        return NULL;
    strbuf_init(&sb, t->arena, KiB(16));
    TRY(number_of(&k, &number));
    TRY(add_line(&k, &sb, "quote.say.asked", number, STR_NONE, STR_NONE));
    for (size_t i = 0; i < q->wish_count; i++)
        TRY(add_wish(&k, &sb, &q->wishes[i]));
    if (!str_is_empty(q->country)) {
        TRY(country_name_of(t->arena, k.chat.locale.language, q->country, &country));
        TRY(add_line(&k, &sb, "quote.say.to", country, q->incoterm_wish, STR_NONE));
    }
    if (!str_is_empty(q->needed_by))
        TRY(add_line(&k, &sb, "quote.say.needed_by", q->needed_by, STR_NONE, STR_NONE));
    if (!str_is_empty(q->note)) {
        strbuf_add_char(&sb, '\n');
        strbuf_add(&sb, q->note);
    }
    TRY(strbuf_finish(&sb, &text));
    return hear(&k, "asked", text);
}

const struct err *quote_say_declined(struct turn *t, const struct quote *q, str words)
{
    struct talk k;
    str number, text;
    bool is_there;
    TRY(begin(t, q, &k, &is_there));
    if (!is_there)
        return NULL;
    TRY(number_of(&k, &number));
    TRY(locale_format(t->arena, &k.chat.locale,
                      str_is_empty(words) ? "quote.say.declined" : "quote.say.declined_words",
                      (str[]){number, words}, 2, &text));
    return hear(&k, "declined", text);
}

/* ---- the shop's words ---- */

const struct err *quote_say_quoted(struct turn *t, const struct quote *q)
{
    const struct quote_terms *v = &q->terms;
    struct strbuf sb, date;
    struct talk k;
    str number, total, deposit, quantity, unit, name, text, path;
    bool is_there;
    TRY(begin(t, q, &k, &is_there));
    if (!is_there)
        return NULL;
    strbuf_init(&sb, t->arena, KiB(16));
    TRY(number_of(&k, &number));
    TRY(money_text(&k, v->total_minor, &total));
    TRY(add_line(&k, &sb, q->version > 1 ? "quote.say.revised" : "quote.say.quoted", number, total,
                 STR_NONE));
    for (size_t i = 0; i < v->line_count; i++) {
        TRY(named(&k, v->lines[i].title, v->lines[i].variant_title, &name));
        TRY(str_fmt(t->arena, &quantity, "%lld", (long long)v->lines[i].quantity));
        TRY(money_text(&k, v->lines[i].unit_minor, &unit));
        TRY(add_line(&k, &sb, "quote.say.line", quantity, name, unit));
    }
    if (v->deposit_minor > 0) {
        TRY(money_text(&k, v->deposit_minor, &deposit));
        TRY(add_line(&k, &sb, "quote.say.deposit", deposit, STR_NONE, STR_NONE));
    }
    strbuf_init(&date, t->arena, 100);
    locale_date(&k.chat.locale, &date, v->valid_until_ms, HTML_DATE);
    TRY(add_line(&k, &sb, "quote.say.until", strbuf_view(&date), STR_NONE, STR_NONE));
    TRY(strbuf_finish(&sb, &text));
    TRY(quote_key_path(t->arena, q, &path));
    return chat_talk_say(&k.chat, CHAT_FROM_STAFF, text, path, "quote.say.open");
}

static const struct err *say_simply(struct turn *t, const struct quote *q, const char *key,
                                    str words, enum chat_sender sender, bool has_button)
{
    struct talk k;
    str number, text, path = STR_NONE;
    bool is_there;
    TRY(begin(t, q, &k, &is_there));
    if (!is_there)
        return NULL;
    TRY(number_of(&k, &number));
    if (has_button)
        TRY(quote_key_path(t->arena, q, &path));
    TRY(locale_format(t->arena, &k.chat.locale, key, (str[]){number, words}, 2, &text));
    return chat_talk_say(&k.chat, sender, text, path, "quote.say.open");
}

const struct err *quote_say_reminder(struct turn *t, const struct quote *q)
{
    return say_simply(t, q, "quote.say.reminder", STR_NONE, CHAT_FROM_BOT, true);
}

const struct err *quote_say_withdrawn(struct turn *t, const struct quote *q, str words)
{
    return say_simply(t, q,
                      str_is_empty(words) ? "quote.say.withdrawn" : "quote.say.withdrawn_words",
                      words, CHAT_FROM_STAFF, false);
}

const struct err *quote_say_accepted(struct turn *t, const struct quote *q, struct order_id order)
{
    struct id_text id = id_format(order.v);
    struct order o;
    struct talk k;
    str number, order_number, text, path;
    bool is_there;
    TRY(begin(t, q, &k, &is_there));
    if (!is_there)
        return NULL;
    TRY(order_get(t->tx, t->arena, t->platform, q->shop_id, order, &o));
    TRY(number_of(&k, &number));
    TRY(str_fmt(t->arena, &order_number, "%lld", (long long)o.number));
    TRY(locale_format(t->arena, &k.chat.locale, "quote.say.accepted", (str[]){number, order_number},
                      2, &text));
    TRY(str_fmt(t->arena, &path, "/o/%s?key=%.*s", id.text, STR_ARG(o.access_key)));
    return chat_talk_say(&k.chat, CHAT_FROM_BOT, text, path, "quote.say.order");
}
