/* flow_prompt: what the bot says at each step; see flow_talk.h. Words come from the catalogue in
 * the language of the run, questions from the version.
 */
#include "flow/flow_talk.h"

#include "base/utf8.h"
#include "flow/flow_party.h"
#include "flow/flow_tap.h"

enum { LABEL_MAX = 64, SUMMARY_MAX = 1900 };

const struct err *flow_text(struct flow_talk *k, const char *key, const str *args, size_t count,
                            str *ret)
{
    return locale_format(k->t->arena, &k->locale, key, args, count, ret);
}

str flow_money(struct flow_talk *k, int64_t minor)
{
    struct strbuf out;
    strbuf_init(&out, k->t->arena, 64);
    locale_money(&k->locale, &out, (struct money){minor, k->shop.currency});
    return strbuf_view(&out);
}

const struct err *flow_talk_quote(struct flow_talk *k, struct price_quote **ret)
{
    struct price_want want = {{k->state.variant_id}, k->state.quantity};
    struct price_way way = {0};
    if (k->state.has_party)
        way = (struct price_way){.country = k->party.address.country,
                                 .region = k->party.address.region, .vat_id = k->party.vat_id};
    return price_quote_way(k->t->tx, k->t->arena, &k->shop, &want, 1, &way, ret);
}

/* ---- sending ---- */

static const struct err *preview_add(struct flow_talk *k, bool is_customer,
                                     const struct chat_out *m)
{
    struct strbuf buttons;
    str text;
    strbuf_init(&buttons, k->t->arena, 4096);
    for (size_t i = 0; i < m->button_count; i++)
        strbuf_addf(&buttons, "%.*s\t%.*s\t%s\n", STR_ARG(m->buttons[i].label),
                    STR_ARG(m->buttons[i].token), m->buttons[i].is_main ? "main" : "");
    TRY(strbuf_finish(&buttons, &text));
    return flow_preview_add(k->t->tx, k->t->arena, turn_new_id(k->t), k->run.shop_id, k->run.id,
                            is_customer, m->text, text, str_is_absent(m->form) ? S("") : m->form);
}

static const struct err *send_out(struct flow_talk *k, const struct chat_out *m)
{
    struct message_id id;
    if (flow_talk_is_preview(k))
        return preview_add(k, false, m);
    return chat_send(k->t, k->run.shop_id, k->conversation.id, CHAT_FROM_BOT, m, &id);
}

const struct err *flow_talk_heard(struct flow_talk *k, str text)
{
    struct chat_out m = {.text = text};
    return flow_talk_is_preview(k) ? preview_add(k, true, &m) : NULL;
}

/* ---- labels of buttons ---- */

/* With its price where the prices of the variants differ. */
static const struct err *variant_label(struct flow_talk *k, const struct flow_choice *choice,
                                       str *ret)
{
    const struct product *product = &k->product;
    *ret = choice->label;
    for (size_t i = 0; i < product->variant_count; i++) {
        const struct variant *v = &product->variants[i];
        if (v->id.v == choice->id && product->price_from.minor != product->price_to.minor) {
            str price = flow_money(k, v->price.minor);
            str title = utf8_cut_bytes(choice->label, LABEL_MAX - 4 - price.len);
            return str_fmt(k->t->arena, ret, "%.*s · %.*s", STR_ARG(title), STR_ARG(price));
        }
    }
    return NULL;
}

static const struct err *pay_label(struct flow_talk *k, str *ret)
{
    str args[] = {flow_money(k, k->run.shown_total_minor), S("")};
    bool is_known = !str_is_empty(k->method_label);
    TRY(payment_label_words(k->t->arena, &k->locale, k->method_label, &args[1]));
    return flow_text(k, is_known ? "flow.button.pay_with" : "flow.button.pay", args,
                     is_known ? 2 : 1, ret);
}

static const struct err *label_of(struct flow_talk *k, const struct flow_choice *choice, str *ret)
{
    switch (choice->kind) {
    case FLOW_CHOICE_VARIANT: return variant_label(k, choice, ret);
    case FLOW_CHOICE_PRODUCT: case FLOW_CHOICE_VALUE:
        *ret = choice->label;
        return NULL;
    case FLOW_CHOICE_QUANTITY: return str_fmt(k->t->arena, ret, "%lld", (long long)choice->id);
    case FLOW_CHOICE_COUNTRY:
        return country_name_of(k->t->arena, k->locale.language, k->shop.country, ret);
    case FLOW_CHOICE_PAY: return pay_label(k, ret);
    case FLOW_CHOICE_SKIP: return flow_text(k, "flow.button.skip", NULL, 0, ret);
    case FLOW_CHOICE_CHANGE_OPTION: return flow_text(k, "flow.button.change_option", NULL, 0, ret);
    case FLOW_CHOICE_CHANGE_ADDRESS:
        return flow_text(k, "flow.button.change_address", NULL, 0, ret);
    case FLOW_CHOICE_CANCEL: return flow_text(k, "flow.button.cancel", NULL, 0, ret);
    case FLOW_CHOICE_PERSON: return flow_text(k, "flow.button.person", NULL, 0, ret);
    case FLOW_CHOICE_RESTART: return flow_text(k, "flow.button.restart", NULL, 0, ret);
    case FLOW_CHOICE_UNSET: break;
    }
    return ERR(k->t->arena, ERR_BUG, "error.bug", "button of kind %d", (int)choice->kind);
}

static const struct err *buttons_add(struct flow_talk *k, struct chat_out *m,
                                     const struct flow_choice *choices, size_t count)
{
    int64_t bound = flow_talk_is_preview(k) ? k->run.id : k->conversation.id.v;
    for (size_t i = 0; i < count && m->button_count < CHAT_BUTTONS_MAX; i++) {
        struct chat_button *button = &m->buttons[m->button_count++];
        struct flow_tap tap = {bound, k->run.id, k->state.serial, choices[i]};
        TRY(label_of(k, &choices[i], &button->label));
        button->is_main = choices[i].kind == FLOW_CHOICE_PAY;
        button->label = utf8_cut_bytes(button->label, LABEL_MAX);
        TRY(flow_tap_token(k->t->platform, k->t->arena, &tap, &button->token));
    }
    return NULL;
}

const struct err *flow_talk_say(struct flow_talk *k, str text, const struct flow_choice *choices,
                                size_t count)
{
    struct chat_out m = {.text = utf8_cut_bytes(text, CHAT_TEXT_MAX)};
    TRY(buttons_add(k, &m, choices, count));
    return send_out(k, &m);
}

const struct err *flow_talk_say_link(struct flow_talk *k, str text, const char *label_key, str path)
{
    struct chat_out m = {.text = text, .button_count = 1};
    m.buttons[0].url = path;
    TRY(flow_text(k, label_key, NULL, 0, &m.buttons[0].label));
    return send_out(k, &m);
}

/* ---- the summary ---- */

static const struct err *line(struct flow_talk *k, struct strbuf *out, const char *key, str x,
                              str y, str z)
{
    str args[] = {x, y, z}, text;
    TRY(flow_text(k, key, args, COUNT(args), &text));
    strbuf_add(out, text);
    strbuf_add_char(out, '\n');
    return NULL;
}

static str step_text(const struct flow_talk *k, const struct flow_step *step)
{
    bool is_chinese = k->locale.language == LANGUAGE_ZH;
    str own = is_chinese ? step->text_zh : step->text_en;
    return !str_is_empty(own) ? own : is_chinese ? step->text_en : step->text_zh;
}

static const struct err *summary_lines(struct flow_talk *k, const struct price_quote *quote,
                                       struct strbuf *out)
{
    for (size_t i = 0; i < quote->line_count; i++) {
        const struct price_line *l = &quote->lines[i];
        str what = l->title, count;
        if (!str_is_empty(l->variant_title) && !str_eq(l->variant_title, l->title))
            TRY(str_fmt(k->t->arena, &what, "%.*s, %.*s", STR_ARG(l->title),
                        STR_ARG(l->variant_title)));
        TRY(str_fmt(k->t->arena, &count, "%lld", (long long)l->quantity));
        TRY(line(k, out, "flow.summary.line", count, what, flow_money(k, l->total_minor)));
        if (l->unit_reason == PRICE_REASON_LADDER)
            TRY(line(k, out, "flow.summary.each", flow_money(k, l->unit_minor), STR_NONE,
                     STR_NONE));
    }
    for (size_t i = 0; i < k->facts.step_count; i++) {
        if (k->facts.steps[i].kind == FLOW_QUESTION && !str_is_empty(k->state.answers[i]))
            TRY(line(k, out, "flow.summary.answer", step_text(k, &k->facts.steps[i]),
                     k->state.answers[i], STR_NONE));
    }
    if (quote->shipping_minor > 0)
        TRY(line(k, out, "flow.summary.shipping", flow_money(k, quote->shipping_minor), STR_NONE,
                 STR_NONE));
    else
        TRY(line(k, out, "flow.summary.shipping_free", STR_NONE, STR_NONE, STR_NONE));
    if (quote->tax_minor > 0 && !quote->tax_included)
        TRY(line(k, out, "flow.summary.tax", flow_money(k, quote->tax_minor), STR_NONE, STR_NONE));
    TRY(line(k, out, "flow.summary.total", flow_money(k, quote->total_minor), STR_NONE, STR_NONE));
    if (quote->tax_minor > 0 && quote->tax_included)
        TRY(line(k, out, "flow.summary.tax_included", flow_money(k, quote->tax_minor), STR_NONE,
                 STR_NONE));
    return NULL;
}

/* Lines, shipping, tax, total, where to, who sells, delivery and returns: what she agrees to by the
 * button. */
static const struct err *summary_text(struct flow_talk *k, str *ret)
{
    struct price_quote *quote = NULL;
    struct strbuf out;
    str address;
    strbuf_init(&out, k->t->arena, 8192);
    TRY(flow_talk_quote(k, &quote));
    k->run.shown_total_minor = quote->total_minor;
    TRY(line(k, &out, "flow.summary.title", k->shop.name, STR_NONE, STR_NONE));
    TRY(summary_lines(k, quote, &out));
    TRY(address_one_line(k->t->arena, &k->party.address, k->locale.language, k->shop.country,
                         &address));
    TRY(line(k, &out, "flow.summary.to", address, k->party.email, STR_NONE));
    if (!str_is_empty(k->shop.delivery_text))
        TRY(line(k, &out, "flow.summary.delivery", utf8_cut_points(k->shop.delivery_text, 200),
                 STR_NONE, STR_NONE));
    if (!str_is_empty(k->shop.returns_text))
        TRY(line(k, &out, "flow.summary.returns", utf8_cut_points(k->shop.returns_text, 200),
                 STR_NONE, STR_NONE));
    TRY(strbuf_finish(&out, ret));
    *ret = utf8_cut_bytes(str_trim(*ret), SUMMARY_MAX);
    return NULL;
}

/* ---- the question of a step ---- */

static const struct err *option_text(struct flow_talk *k, const struct flow_choice *choices,
                                     size_t count, str *ret)
{
    size_t open = 0;
    if (count == 0 || choices[0].kind != FLOW_CHOICE_VALUE)
        return flow_text(k, "flow.ask.option", NULL, 0, ret);
    while (open + 1 < k->facts.option_count && !str_is_absent(k->state.picks[open]))
        open++;
    return flow_text(k, "flow.ask.value", &k->facts.option_names[open], 1, ret);
}

/* What is still to be told, a line each, for those who type it all at once. */
static const struct err *all_fields(struct flow_talk *k, str *ret)
{
    struct strbuf out;
    str label;
    const char *key;
    strbuf_init(&out, k->t->arena, 2000);
    for (int at = (int)k->run.party_field; (key = flow_party_label(&k->party, at)) != NULL; at++) {
        TRY(flow_text(k, key, NULL, 0, &label));
        strbuf_addf(&out, "\n%.*s", STR_ARG(label));
    }
    return strbuf_finish(&out, ret);
}

/* How many, and how it is sold. */
static const struct err *quantity_text(struct flow_talk *k, str *ret)
{
    const struct flow_variant *v = flow_rules_variant(&k->facts, &k->state);
    str args[2], sold;
    TRY(flow_text(k, "flow.ask.quantity", NULL, 0, ret));
    if (v == NULL || v->ladder == NULL || (v->ladder->step == 1 && v->ladder->min_quantity == 1))
        return NULL;
    TRY(str_fmt(k->t->arena, &args[0], "%lld", (long long)catalog_ladder_first(v->ladder)));
    TRY(str_fmt(k->t->arena, &args[1], "%lld", (long long)v->ladder->step));
    TRY(flow_text(k, v->ladder->step > 1 ? "catalog.sold_in_steps" : "catalog.sold_from", args,
                  v->ladder->step > 1 ? 2 : 1, &sold));
    return str_fmt(k->t->arena, ret, "%.*s\n%.*s", STR_ARG(*ret), STR_ARG(sold));
}

static const struct err *address_text(struct flow_talk *k, str *ret)
{
    str label, args[2];
    if (flow_talk_has_form(k))
        return flow_text(k, "flow.ask.address", NULL, 0, ret);
    const char *key = flow_party_label(&k->party, (int)k->run.party_field);
    if (k->run.party_field == 0)
        return flow_text(k, "flow.ask.country", NULL, 0, ret);
    TRY(flow_text(k, key != NULL ? key : "flow.ask.email", NULL, 0, &label));
    if (k->run.party_field != 1)
        return flow_text(k, "flow.ask.field", &label, 1, ret);
    TRY(all_fields(k, &args[1]));
    args[0] = label;
    return flow_text(k, "flow.ask.field_first", args, COUNT(args), ret);
}

static const struct err *question(struct flow_talk *k, const struct flow_choice *choices,
                                  size_t count, str *ret)
{
    const struct flow_step *step = flow_rules_step(&k->facts, &k->state);
    switch (step->kind) {
    case FLOW_PRODUCT:
        return flow_text(k, count > 0 ? "flow.ask.product" : "flow.nothing_here", NULL, 0, ret);
    case FLOW_OPTION: return option_text(k, choices, count, ret);
    case FLOW_QUANTITY: return quantity_text(k, ret);
    case FLOW_ADDRESS: return address_text(k, ret);
    case FLOW_QUESTION:
        *ret = step_text(k, step);
        return NULL;
    case FLOW_SUMMARY: return summary_text(k, ret);
    case FLOW_STEP_UNSET: case FLOW_PAY: case FLOW_DONE: case FLOW_STEP_KIND_COUNT: break;
    }
    return ERR(k->t->arena, ERR_BUG, "error.bug", "step of kind %d", (int)step->kind);
}

static size_t room_of(const struct flow_talk *k)
{
    const struct channel *channel =
        flow_talk_has_form(k) ? NULL : channel_find(k->t->platform, k->conversation.channel);
    size_t room = channel != NULL && channel->buttons_per_message > 0
                      ? (size_t)channel->buttons_per_message
                      : CHAT_BUTTONS_MAX;
    return room < FLOW_CHOICES_MAX ? room : FLOW_CHOICES_MAX;
}

/* Nothing of this product is left: it is said, and what is left of the shop is offered instead. */
static const struct err *offer_others(struct flow_talk *k, str *note)
{
    struct flow_product *left = NULL;
    size_t count = 0;
    str title = k->product.title, told;
    TRY(flow_text(k, "flow.sold_out_all", &title, 1, &told));
    TRY_NEW_ARRAY(k->t->arena, left, FLOW_SHOP_PRODUCTS);
    TRY(flow_talk_products(k, FLOW_FROM_SHOP));
    for (size_t i = 0; i < k->facts.product_count && count < 3; i++) {
        struct flow_talk other = *k;
        other.state.product_id = k->facts.products[i].id;
        TRY(flow_talk_settle(&other));
        if (other.product.id.v != 0 && !flow_rules_is_sold_out(&other.facts))
            left[count++] = k->facts.products[i];
    }
    k->facts.products = left;
    k->facts.product_count = count;
    k->state.at = 0; /* even a single one is asked for, not chosen for her */
    while (flow_rules_step(&k->facts, &k->state)->kind != FLOW_PRODUCT)
        k->state.at++;
    if (str_is_empty(*note)) {
        *note = told;
        return NULL;
    }
    return str_fmt(k->t->arena, note, "%.*s\n\n%.*s", STR_ARG(*note), STR_ARG(told));
}

const struct err *flow_talk_ask(struct flow_talk *k, str note)
{
    struct chat_out m = {0};
    struct flow_choice choices[FLOW_CHOICES_MAX];
    str asked;
    TRY(flow_talk_settle(k));
    if (flow_rules_is_sold_out(&k->facts))
        TRY(offer_others(k, &note));
    const struct flow_step *step = flow_rules_step(&k->facts, &k->state);
    size_t count = flow_rules_choices(&k->facts, &k->state, room_of(k), choices);
    if (step->kind == FLOW_ADDRESS && !flow_talk_has_form(k) && k->run.party_field == 0)
        choices[count++] = (struct flow_choice){FLOW_CHOICE_COUNTRY, 0, STR_NONE};
    if (step->kind == FLOW_PRODUCT && count == 0)
        choices[count++] = (struct flow_choice){FLOW_CHOICE_PERSON, 0, STR_NONE};
    k->state.serial++;
    TRY(question(k, choices, count, &asked));
    m.text = asked;
    if (!str_is_empty(note))
        TRY(str_fmt(k->t->arena, &m.text, "%.*s\n\n%.*s", STR_ARG(note), STR_ARG(asked)));
    m.text = utf8_cut_bytes(m.text, CHAT_TEXT_MAX);
    m.form = step->kind == FLOW_ADDRESS && flow_talk_has_form(k) ? S("address") : S("");
    m.product_id = step->kind == FLOW_OPTION && k->state.serial == 1 ? k->state.product_id : 0;
    TRY(buttons_add(k, &m, choices, count));
    TRY(flow_reach_put(k->t->tx, k->t->arena, k->run.shop_id, k->run.flow_id, k->run.id, step->key,
                       k->run.contact_id, k->t->now_ms));
    return send_out(k, &m);
}

/* ---- sentences ---- */

/* "To Germany: Standard €4.90, Express €9.90." */
static const struct err *say_ways(struct flow_talk *k, str country,
                                  const struct delivery_zone *zone, str *ret)
{
    struct strbuf ways;
    str args[2] = {STR_NONE, STR_NONE};
    TRY(country_name_of(k->t->arena, k->locale.language, country, &args[0]));
    if (zone == NULL || zone->method_count == 0)
        return flow_text(k, "flow.answer.no_way", args, 1, ret);
    strbuf_init(&ways, k->t->arena, KiB(2));
    for (size_t i = 0; i < zone->method_count; i++) {
        const struct delivery_method *m = &zone->methods[i];
        int64_t price = m->step_count > 0 ? m->steps[0].price_minor : m->price_minor;
        strbuf_add(&ways, i == 0 ? S("") : S(" · "));
        strbuf_add(&ways, m->name);
        strbuf_add_char(&ways, ' ');
        strbuf_add(&ways, flow_money(k, price));
        strbuf_add(&ways, m->step_count > 1 ? S("+") : S(""));
    }
    TRY(strbuf_finish(&ways, &args[1]));
    return flow_text(k, "flow.answer.ways", args, 2, ret);
}

const struct err *flow_say_shipping(struct flow_talk *k, str *ret)
{
    struct delivery_zone *zone;
    bool has_zones;
    bool is_known = k->state.has_party && !str_is_empty(k->party.address.country);
    str country = is_known ? k->party.address.country : k->shop.country;
    TRY(delivery_zone_for(k->t->tx, k->t->arena, k->run.shop_id, country, &has_zones, &zone));
    if (has_zones)
        return say_ways(k, country, zone, ret);
    str args[] = {flow_money(k, k->shop.shipping_minor),
                  flow_money(k, k->shop.free_shipping_from_minor)};
    const char *key = k->shop.shipping_minor == 0             ? "flow.answer.shipping_free"
                      : k->shop.free_shipping_from_minor > 0 ? "flow.answer.shipping_free_from"
                                                             : "flow.answer.shipping";
    return flow_text(k, key, args, COUNT(args), ret);
}

const struct err *flow_say_price(struct flow_talk *k, str *ret)
{
    struct price_quote *quote = NULL;
    if (k->state.variant_id != 0) {
        TRY(flow_talk_quote(k, &quote));
        str args[] = {flow_money(k, quote->goods_minor), flow_money(k, quote->shipping_minor),
                      flow_money(k, quote->total_minor)};
        return flow_text(k,
                         quote->shipping_minor > 0 ? "flow.answer.total" : "flow.answer.total_free",
                         args, COUNT(args), ret);
    }
    if (k->product.id.v == 0)
        return flow_say_shipping(k, ret);
    str args[] = {k->product.title, flow_money(k, k->product.price_from.minor),
                  flow_money(k, k->product.price_to.minor)};
    bool is_range = k->product.price_from.minor != k->product.price_to.minor;
    return flow_text(k, is_range ? "flow.answer.price_range" : "flow.answer.price", args,
                     COUNT(args), ret);
}

static const char *order_words(const struct order *o)
{
    if (o->state == ORDER_CANCELLED || o->state == ORDER_EXPIRED)
        return "flow.answer.order_cancelled";
    if (o->payment == ORDER_REFUNDED)
        return "flow.answer.order_refunded";
    if (o->payment == ORDER_UNPAID || o->payment == ORDER_PART_PAID)
        return "flow.answer.order_unpaid";
    if (o->fulfilment == ORDER_DELIVERED)
        return "flow.answer.order_delivered";
    return o->fulfilment == ORDER_SHIPPED ? "flow.answer.order_shipped" : "flow.answer.order_paid";
}

const struct err *flow_say_order(struct flow_talk *k, str *ret)
{
    enum { LOOK_AT = 10 };
    struct order *orders = NULL;
    size_t count = 0;
    TRY(order_list_of_buyer(k->t->tx, k->t->arena, k->run.account_id, LOOK_AT, &orders, &count));
    for (size_t i = 0; i < count; i++) {
        if (orders[i].shop_id.v != k->run.shop_id.v)
            continue;
        str number;
        TRY(str_fmt(k->t->arena, &number, "%lld", (long long)orders[i].number));
        return flow_text(k, order_words(&orders[i]), &number, 1, ret);
    }
    return flow_text(k, "flow.answer.order_none", NULL, 0, ret);
}
