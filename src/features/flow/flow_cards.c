/* flow_cards: the steps of the editor as their customer meets them, with products of the shop; and
 * how wide each bar is. */
#include "flow/flow_pages.h"

#include "base/strbuf.h"
#include "core/i18n.h"

struct samples {
    str products[FLOW_SAMPLES_MAX], variants[FLOW_SAMPLES_MAX];
    size_t product_count, variant_count;
    str title, price; /* of the product that the summary shows; absent: the shop has none */
};

/* The newest product with variants, else the newest. */
static const struct err *samples_load(struct web *w, struct tx *tx, const struct flow_edit_view *v,
                                      struct samples *ret)
{
    const struct product_card *shown = NULL;
    struct product product;
    *ret = (struct samples){.title = STR_NONE, .price = STR_NONE};
    for (size_t i = 0; i < v->product_count; i++) {
        if (ret->product_count < FLOW_SAMPLES_MAX - 1)
            ret->products[ret->product_count++] = v->products[i].title;
        if (shown == NULL || (!shown->has_variants && v->products[i].has_variants))
            shown = &v->products[i];
    }
    if (shown == NULL)
        return NULL;
    TRY(catalog_product(tx, w->arena, w->shop_id, shown->id, &product));
    for (size_t i = 0;
         i < product.variant_count && product.variant_count > 1 && i < FLOW_SAMPLES_MAX - 1; i++)
        ret->variants[ret->variant_count++] = product.variants[i].title;
    if (product.variant_count >= FLOW_SAMPLES_MAX)
        ret->variants[ret->variant_count++] = S("…");
    ret->title = product.title;
    struct strbuf price;
    strbuf_init(&price, w->arena, 100);
    locale_money(w->locale, &price, product.price_from);
    return strbuf_finish(&price, &ret->price);
}

static const struct err *says(struct web *w, const char *key, str arg, str *ret)
{
    return locale_format(w->arena, w->locale, key, &arg, 1, ret);
}

static const struct err *summary_fill(struct web *w, const struct samples *samples, str shop_name,
                                      struct flow_card *card)
{
    str first, line = S(""), total, args[] = {S("1"), samples->title, samples->price};
    TRY(says(w, "flow.summary.title", shop_name, &first));
    if (str_is_absent(samples->title)) {
        card->says = first;
        return NULL;
    }
    TRY(locale_format(w->arena, w->locale, "flow.summary.line", args, COUNT(args), &line));
    TRY(says(w, "flow.summary.total", samples->price, &total));
    TRY(str_fmt(w->arena, &card->says, "%.*s\n%.*s\n%.*s", STR_ARG(first), STR_ARG(line),
                STR_ARG(total)));
    card->sample_count = 1;
    return says(w, "flow.button.pay", samples->price, &card->samples[0]);
}

static void samples_put(struct flow_card *card, const str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        card->samples[card->sample_count++] = list[i];
}

static const struct err *says_fill(struct web *w, const struct samples *samples, str shop_name,
                                   struct flow_card *card)
{
    static const str numbers[] = {STR_INIT("1"), STR_INIT("2"), STR_INIT("3"), STR_INIT("…")};
    const struct flow_step *step = &card->view->step;
    switch (step->kind) {
    case FLOW_PRODUCT:
        samples_put(card, samples->products, samples->product_count);
        card->says = locale_text(w->locale, "flow.ask.product");
        return NULL;
    case FLOW_OPTION:
        samples_put(card, samples->variants, samples->variant_count);
        card->says = locale_text(w->locale, "flow.ask.option");
        return NULL;
    case FLOW_QUANTITY:
        samples_put(card, numbers, COUNT(numbers));
        card->says = locale_text(w->locale, "flow.ask.quantity");
        return NULL;
    case FLOW_ADDRESS:
        card->says = locale_text(w->locale, "flow.ask.address");
        return NULL;
    case FLOW_QUESTION:
        card->says = flow_step_words(w->locale, step);
        if (!step->is_required)
            card->samples[card->sample_count++] = locale_text(w->locale, "flow.button.skip");
        return NULL;
    case FLOW_SUMMARY: return summary_fill(w, samples, shop_name, card);
    case FLOW_PAY:
        card->samples[card->sample_count++] = locale_text(w->locale, "flow.button.open_payment");
        return says(w, "flow.pay_here", str_is_absent(samples->price) ? S("…") : samples->price,
                    &card->says);
    case FLOW_STEP_UNSET: case FLOW_DONE: case FLOW_STEP_KIND_COUNT: break;
    }
    return ERR(w->arena, ERR_BUG, "error.bug", "step of kind %d", (int)step->kind);
}

/* May this step change places with its neighbour? The rules of versions say so. */
static bool may_swap(struct web *w, const struct flow_edit *edit, size_t upper)
{
    struct flow_step steps[FLOW_STEPS_MAX];
    size_t count = edit->step_count - 1; /* without the payment */
    if (upper + 1 >= count)
        return false;
    for (size_t i = 0; i < count; i++)
        steps[i] = edit->steps[i].step;
    steps[upper] = edit->steps[upper + 1].step;
    steps[upper + 1] = edit->steps[upper].step;
    return flow_steps_check(w->arena, steps, count) == NULL;
}

/* The question in the other language; one that is in a single language says who reads it too. */
static str other_words(const struct locale *locale, const struct flow_step *step)
{
    if (str_is_empty(step->text_zh))
        return locale_text(locale, "flow.edit.only_en");
    if (str_is_empty(step->text_en))
        return locale_text(locale, "flow.edit.only_zh");
    return locale->language == LANGUAGE_ZH ? step->text_en : step->text_zh;
}

static void widths_fill(struct flow_card *card, int64_t most)
{
    const struct flow_step_view *view = card->view;
    if (most == 0)
        return;
    card->answered_width = view->answered * 1000 / most;
    card->left_width = view->has_left * 1000 / most;
    card->open_width = (view->reached - view->answered - view->has_left) * 1000 / most;
}

const struct err *flow_cards_fill(struct web *w, struct tx *tx, struct flow_edit_view *v)
{
    struct samples samples;
    struct shop shop;
    int64_t most = 0;
    TRY(samples_load(w, tx, v, &samples));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    v->card_count = v->edit.step_count;
    TRY_NEW_ARRAY(w->arena, v->cards, v->card_count);
    TRY_NEW_ARRAY(w->arena, v->gone, v->edit.gone_count + 1);
    for (size_t i = 0; i < v->edit.gone_count; i++)
        v->gone[i] = flow_step_words(w->locale, &v->edit.gone[i]);
    for (size_t i = 0; i < v->card_count; i++)
        most = v->edit.steps[i].reached > most ? v->edit.steps[i].reached : most;
    v->has_people = most > 0;
    for (size_t i = 0; i < v->card_count; i++) {
        struct flow_card *card = &v->cards[i];
        const struct flow_step *step = &v->edit.steps[i].step;
        bool is_question = step->kind == FLOW_QUESTION;
        *card = (struct flow_card){.view = &v->edit.steps[i], .other_language = STR_NONE};
        card->name = is_question ? flow_step_words(w->locale, step)
                                 : locale_text(w->locale, flow_step_name(step->kind));
        if (is_question)
            card->other_language = other_words(w->locale, step);
        v->has_quantity = v->has_quantity || step->kind == FLOW_QUANTITY;
        card->may_up = i > 0 && may_swap(w, &v->edit, i - 1);
        card->may_down = may_swap(w, &v->edit, i);
        card->may_move = step->kind != FLOW_SUMMARY && step->kind != FLOW_PAY;
        TRY(says_fill(w, &samples, shop.name, card));
        widths_fill(card, most);
    }
    return NULL;
}
