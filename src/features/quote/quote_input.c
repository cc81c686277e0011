/* Requests, answers and addresses from forms and JSON: one set of limits for pages and API. What
 * they mean is decided by the commands. */
#include "quote/quote_view.h"

#include <jansson.h>

enum { TEXT_MAX = 500 };

static const struct err *texts_of_ask(struct web *w, struct quote_ask *ret)
{
    TRY(web_text(w, "country", 0, 2, &ret->country));
    TRY(web_text(w, "incoterm", 0, 3, &ret->incoterm));
    TRY(web_text(w, "needed_by", 0, 10, &ret->needed_by));
    return web_text(w, "note", 0, TEXT_MAX, &ret->note);
}

const struct err *quote_input_ask(struct web *w, struct variant_id variant, struct quote_wish *wish,
                                  struct quote_ask *ret)
{
    struct shop shop;
    struct tx *tx;
    str target;
    *wish = (struct quote_wish){.variant_id = variant, .is_sample = web_has(w, "sample")};
    TRY(web_int(w, "quantity", 1, PRICE_QUANTITY_MAX, &wish->quantity));
    TRY(web_text(w, "target", 0, 30, &target));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, ret->shop_id, &shop));
    TRY(catalog_price_read(w->arena, quote_or_empty(target), shop.currency, "target",
                           &wish->target_minor));
    ret->wishes = wish;
    ret->wish_count = 1;
    return texts_of_ask(w, ret);
}

/* ---- JSON ---- */

static const struct err *bad_line(struct web *w, const char *what)
{
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "lines: %s", what),
                          "lines");
}

static const struct err *lines_of(struct web *w, json_t **ret, size_t *ret_count)
{
    *ret = w->form.json == NULL ? NULL : json_object_get(w->form.json, "lines");
    *ret_count = json_array_size(*ret);
    return json_is_array(*ret) && *ret_count > 0 && *ret_count <= QUOTE_LINES_MAX
               ? NULL
               : bad_line(w, "no array of 1 to 20");
}

/* {"variant":ID,"quantity":N,"NAME":MINOR?,"sample":BOOL?} */
static const struct err *line_of(struct web *w, json_t *line, const char *price_name,
                                 bool needs_price, struct quote_answer_line *ret)
{
    json_t *variant = json_object_get(line, "variant");
    json_t *quantity = json_object_get(line, "quantity");
    json_t *price = json_object_get(line, price_name), *sample = json_object_get(line, "sample");
    if (!json_is_string(variant) || !json_is_integer(quantity) ||
        (price == NULL ? needs_price : !json_is_integer(price)) ||
        (sample != NULL && !json_is_boolean(sample)) ||
        !id_parse((str){json_string_value(variant), json_string_length(variant)},
                  &ret->variant_id.v))
        return bad_line(w, "variant, quantity, price or sample");
    ret->quantity = json_integer_value(quantity);
    ret->unit_minor = price == NULL ? 0 : json_integer_value(price);
    ret->is_sample = json_is_true(sample);
    return NULL;
}

const struct err *quote_input_wishes(struct web *w, struct quote_ask *ret)
{
    struct quote_wish *wishes;
    json_t *list;
    TRY(lines_of(w, &list, &ret->wish_count));
    TRY_NEW_ARRAY(w->arena, wishes, ret->wish_count);
    for (size_t i = 0; i < ret->wish_count; i++) {
        struct quote_answer_line l;
        TRY(line_of(w, json_array_get(list, i), "target_minor", false, &l));
        wishes[i] = (struct quote_wish){l.variant_id, l.quantity, l.unit_minor, l.is_sample};
    }
    ret->wishes = wishes;
    return texts_of_ask(w, ret);
}

/* ---- answers ---- */

static const struct err *form_line(struct web *w, const struct shop *shop, size_t i,
                                   struct quote_answer_line *ret, bool *ret_there)
{
    const char *name;
    str unit, text;
    TRY(str_fmt(w->arena, &text, "variant_%zu", i));
    TRY(str_to_c(w->arena, text, &name));
    str chosen;
    TRY(web_text(w, name, 0, 20, &chosen));
    *ret_there = !str_is_empty(chosen);
    if (!*ret_there)
        return NULL;
    TRY(web_id(w, name, &ret->variant_id.v));
    TRY(str_fmt(w->arena, &text, "quantity_%zu", i));
    TRY(str_to_c(w->arena, text, &name));
    TRY(web_int(w, name, 1, PRICE_QUANTITY_MAX, &ret->quantity));
    TRY(str_fmt(w->arena, &text, "unit_%zu", i));
    TRY(str_to_c(w->arena, text, &name));
    TRY(web_text(w, name, 1, 30, &unit));
    TRY(catalog_price_read(w->arena, unit, shop->currency, name, &ret->unit_minor));
    TRY(str_fmt(w->arena, &text, "sample_%zu", i));
    TRY(str_to_c(w->arena, text, &name));
    ret->is_sample = web_has(w, name);
    return NULL;
}

static const struct err *answer_lines(struct web *w, const struct shop *shop,
                                      struct quote_answer *ret)
{
    struct quote_answer_line *lines;
    json_t *list = NULL;
    size_t count = QUOTE_LINES_MAX;
    if (w->is_api)
        TRY(lines_of(w, &list, &count));
    TRY_NEW_ARRAY(w->arena, lines, count);
    ret->lines = lines;
    for (size_t i = 0; i < count; i++) {
        bool is_there = true;
        if (w->is_api)
            TRY(line_of(w, json_array_get(list, i), "unit_minor", true, &lines[ret->line_count]));
        else
            TRY(form_line(w, shop, i, &lines[ret->line_count], &is_there));
        ret->line_count += is_there ? 1 : 0;
    }
    return NULL;
}

static const struct err *form_money(struct web *w, const struct shop *shop,
                                    struct quote_answer *ret)
{
    static const struct currency hundredths = {"EUR"}; /* a percent with two decimals */
    int64_t tax_bp;
    str text;
    TRY(web_text(w, "shipping", 0, 30, &text));
    TRY(catalog_price_read(w->arena, quote_or_empty(text), shop->currency, "shipping",
                           &ret->shipping_minor));
    TRY(web_text(w, "tax", 0, 30, &text));
    TRY(catalog_price_read(w->arena, quote_or_empty(text), hundredths, "tax", &tax_bp));
    if (tax_bp > 10000)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "quote.bad_terms", "tax"),
                              "tax");
    ret->tax_bp = (int)tax_bp;
    return NULL;
}

static const struct err *api_money(struct web *w, struct quote_answer *ret)
{
    int64_t tax_bp = 0;
    if (web_has(w, "shipping_minor"))
        TRY(web_int(w, "shipping_minor", 0, INT64_MAX, &ret->shipping_minor));
    if (web_has(w, "tax_bp"))
        TRY(web_int(w, "tax_bp", 0, 10000, &tax_bp));
    ret->tax_bp = (int)tax_bp;
    return NULL;
}

const struct err *quote_input_answer(struct web *w, const struct shop *shop,
                                     struct quote_answer *ret)
{
    int64_t deposit = 0;
    *ret = (struct quote_answer){.tax_included = web_has(w, "tax_included"),
                                 .valid_days = QUOTE_DAYS_USUAL,
                                 .pay_days = QUOTE_PAY_DAYS_USUAL};
    TRY(answer_lines(w, shop, ret));
    TRY(w->is_api ? api_money(w, ret) : form_money(w, shop, ret));
    if (web_has(w, "deposit_percent"))
        TRY(web_int(w, "deposit_percent", 0, 100, &deposit));
    ret->deposit_percent = (int)deposit;
    if (web_has(w, "valid_days"))
        TRY(web_int(w, "valid_days", 1, QUOTE_DAYS_MAX, &ret->valid_days));
    if (web_has(w, "pay_days"))
        TRY(web_int(w, "pay_days", 1, QUOTE_PAY_DAYS_MAX, &ret->pay_days));
    TRY(web_text(w, "incoterm", 0, 3, &ret->incoterm));
    TRY(web_text(w, "place", 0, 100, &ret->place));
    TRY(web_text(w, "lead_time", 0, 100, &ret->lead_time));
    return web_text(w, "note", 0, TEXT_MAX, &ret->note);
}
