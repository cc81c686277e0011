/* Mails to the buyer, in her language. What was changed of her order; the confirmation: what was
 * bought, and the link that turns a guest into a member with all her history, promised in the turn
 * that settles the order. */
#include "order/order_part.h"

#include "account/account.h"
#include "notify/notify.h"

static const struct err *amount(struct arena *a, const struct locale *l, const struct order *o,
                                int64_t minor, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, 100);
    locale_money(l, &sb, order_money(o, minor));
    return strbuf_finish(&sb, ret);
}

static const struct err *add_sum(struct arena *a, const struct locale *l, const struct order *o,
                                 const char *key, int64_t minor, struct notify_letter *letter,
                                 struct notify_row *rows)
{
    struct notify_row *row = &rows[letter->row_count++];
    row->label = locale_text(l, key);
    return amount(a, l, o, minor, &row->value);
}

static const struct err *fill_rows(struct arena *a, const struct locale *l, const struct order *o,
                                   struct notify_letter *letter)
{
    struct notify_row *rows;
    TRY_NEW_ARRAY(a, rows, NOTIFY_ROWS_MAX);
    letter->rows = rows;
    for (size_t i = 0; i < o->line_count; i++) {
        const struct order_line *line = &o->lines[i];
        struct notify_row *row = &rows[letter->row_count++];
        TRY(str_fmt(a, &row->label, "%.*s%s%.*s × %lld", STR_ARG(line->title),
                    str_is_empty(line->variant_title) ? "" : " / ", STR_ARG(line->variant_title),
                    (long long)line->quantity));
        TRY(amount(a, l, o, line->total_minor, &row->value));
    }
    for (size_t i = 0; i < o->answer_count; i++)
        rows[letter->row_count++] = (struct notify_row){.label = o->answers[i].question,
                                                        .value = o->answers[i].answer};
    TRY(add_sum(a, l, o, "order.shipping", o->shipping_minor, letter, rows));
    if (o->tax_minor > 0)
        TRY(add_sum(a, l, o, o->tax_included ? "order.tax_included" : "order.tax", o->tax_minor,
                    letter, rows));
    TRY(add_sum(a, l, o, "order.total", o->total_minor, letter, rows));
    rows[letter->row_count - 1].is_sum = true;
    return NULL;
}

/* A short letter about the order: {0} of its texts is the number, {1} an amount, {2} the shop. */
static const struct err *short_letter(struct turn *t, const struct order *o, const char *kind,
                                      int64_t cause_id, const char *subject_key, const char *key,
                                      int64_t minor, str what)
{
    struct arena *a = t->arena;
    struct shop shop;
    struct account buyer;
    struct locale locale;
    struct id_text id = id_format(o->id.v);
    if (!notify_address_is_fit(o->party.email))
        return NULL; /* forgotten meanwhile */
    TRY(shop_get(t->tx, a, o->shop_id, &shop));
    TRY(account_get(t->tx, a, o->buyer_id, &buyer));
    locale_init(&locale, t->platform->texts, buyer.language, STR_NONE, shop.zone, t->now_ms);
    struct notify_letter letter = {.shop_id = o->shop_id,
                                   .kind = kind,
                                   .cause_id = cause_id,
                                   .to = o->party.email,
                                   .to_name = o->party.address.name,
                                   .language = buyer.language,
                                   .from_name = shop.name,
                                   .paragraphs = {STR_NONE, what},
                                   .paragraph_count = str_is_empty(what) ? 1 : 2,
                                   .button_label = locale_text(&locale, "order.mail.open"),
                                   .footer = shop.name};
    str words[3] = {STR_NONE, STR_NONE, shop.name};
    TRY(str_fmt(a, &words[0], "%lld", (long long)o->number));
    TRY(amount(a, &locale, o, minor, &words[1]));
    TRY(locale_format(a, &locale, key, words, 3, &letter.paragraphs[0]));
    TRY(locale_format(a, &locale, subject_key, words, 3, &letter.subject));
    letter.heading = letter.subject;
    TRY(str_fmt(a, &letter.button_path, "/o/%s?key=%.*s", id.text, STR_ARG(o->access_key)));
    return notify_letter_send(t, &letter);
}

const struct err *order_mail_changed(struct turn *t, const struct order *o, int64_t change,
                                     const char *key, int64_t minor, str what)
{
    return short_letter(t, o, "order.changed", change, "order.mail.changed", key, minor, what);
}

const struct err *order_mail_reminder(struct turn *t, const struct order *o, bool is_late)
{
    return short_letter(t, o, "order.reminder", o->id.v,
                        is_late ? "order.mail.lapsed" : "order.mail.waits",
                        is_late ? "order.mail.lapsed_words" : "order.mail.waits_words",
                        o->total_minor, S(""));
}

const struct err *order_mail_confirmation(struct turn *t, const struct order *paid)
{
    struct arena *a = t->arena;
    struct order o;
    struct shop shop;
    struct account buyer;
    struct locale locale;
    struct id_text id = id_format(paid->id.v);
    str next;
    TRY(order_get(t->tx, a, t->platform, paid->shop_id, paid->id, &o));
    if (str_is_empty(o.party.email))
        return NULL; /* forgotten meanwhile */
    TRY(shop_get(t->tx, a, o.shop_id, &shop));
    TRY(account_get(t->tx, a, o.buyer_id, &buyer));
    locale_init(&locale, t->platform->texts, buyer.language, STR_NONE, shop.zone, t->now_ms);
    struct notify_letter letter = {.shop_id = o.shop_id,
                                   .kind = "order.confirmation",
                                   .cause_id = o.id.v,
                                   .to = o.party.email,
                                   .to_name = o.party.address.name,
                                   .language = buyer.language,
                                   .from_name = shop.name,
                                   .paragraph_count = 2,
                                   .button_label = locale_text(&locale, "order.mail.open"),
                                   .footer = shop.name};
    str names[2] = {STR_NONE, shop.name};
    TRY(str_fmt(a, &names[0], "%lld", (long long)o.number));
    TRY(locale_format(a, &locale, "order.mail.subject", names, 2, &letter.subject));
    TRY(locale_format(a, &locale, "order.mail.title", names, 2, &letter.heading));
    TRY(locale_format(a, &locale, "order.mail.intro", names, 2, &letter.paragraphs[0]));
    letter.paragraphs[1] = locale_text(&locale, "order.mail.link");
    TRY(fill_rows(a, &locale, &o, &letter));
    TRY(str_fmt(a, &next, "/o/%s", id.text));
    TRY(account_welcome_path(t, o.buyer_id, o.party.email, next, &letter.button_path));
    return notify_letter_send(t, &letter);
}
