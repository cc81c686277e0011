/* The counts of one product's variants: for the merchant's console, and as JSON. */
#include "base/json.h"
#include "stock/stock_sql.h"
#include "stock/stock_tpl.h"
#include "stock/stock_view.h"

enum { ANSWER_MAX = 64 * 1024 };

static const struct err *product_of(struct web *w, struct product *ret)
{
    struct product_id id;
    struct tx *tx;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    return catalog_product(tx, w->arena, w->shop_id, id, ret);
}

static void fill_counts(const struct stock_of_product_row *rows, size_t count,
                        struct stock_line_view *line)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].variant_id.v != line->id.v)
            continue;
        line->is_counted = true;
        line->on_hand = rows[i].on_hand;
        line->held = rows[i].held;
        line->available = rows[i].on_hand - rows[i].held;
    }
}

static const struct err *load(struct web *w, struct stock_view *v)
{
    struct stock_of_product_row *rows;
    struct stock_line_view *lines;
    struct tx *tx;
    size_t count;
    TRY(product_of(w, &v->product));
    TRY(web_read(w, &tx));
    TRY(stock_of_product(tx, w->arena, w->shop_id, v->product.id, PRODUCT_VARIANTS_MAX, &rows,
                         &count));
    TRY_NEW_ARRAY(w->arena, lines, v->product.variant_count);
    for (size_t i = 0; i < v->product.variant_count; i++) {
        const struct variant *variant = &v->product.variants[i];
        struct stock_line_view *line = &lines[i];
        struct id_text id = id_format(variant->id.v);
        line->id = variant->id;
        line->title = variant->title;
        line->sku = variant->sku;
        fill_counts(rows, count, line);
        str field;
        TRY(str_fmt(w->arena, &field, "on_hand_%s", id.text));
        TRY(str_to_c(w->arena, field, &line->field));
        TRY(str_fmt(w->arena, &field, "seen_%s", id.text));
        TRY(str_to_c(w->arena, field, &line->seen_field));
        line->seen = S("");
        if (line->is_counted)
            TRY(str_fmt(w->arena, &line->seen, "%lld", (long long)line->on_hand));
        line->typed = form_typed(w, line->field, line->seen);
        /* What she left alone shows the count of now, not the one from before. */
        if (str_eq(line->typed, form_typed(w, line->seen_field, STR_NONE)))
            line->typed = line->seen;
    }
    v->lines = lines;
    v->line_count = v->product.variant_count;
    return NULL;
}

/* At the count it is about, else above the form. */
static const struct err *fill_fault(struct web *w, const struct err *e, struct stock_view *v)
{
    struct form_fault fault;
    TRY(form_fault_of(w, e, &fault));
    v->fault = fault.words;
    for (size_t i = 0; i < v->line_count; i++) {
        if (!str_eq(fault.field, str_c(v->lines[i].field)))
            continue;
        v->lines[i].wrong = fault.words;
        v->fault = STR_NONE;
    }
    return NULL;
}

static const struct err *show(struct web *w, const struct err *wrong)
{
    struct stock_view *v;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(load(w, v));
    if (wrong != NULL)
        TRY(fill_fault(w, wrong, v));
    TRY(page_init(w, &v->page, v->product.title));
    web_html_begin(w, &h);
    tpl_stock_product(&h, v);
    return web_html(w, wrong == NULL ? 200 : err_policy_of(wrong->kind)->http_status, &h);
}

const struct err *stock_page(struct web *w)
{
    return show(w, NULL);
}

const struct err *stock_page_low(struct web *w)
{
    struct stock_low_view v = {0};
    int64_t *products;
    struct html h;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(stock_low_products(tx, w->arena, w->shop_id, &products, &v.count));
    TRY_NEW_ARRAY(w->arena, v.cards, v.count);
    TRY(catalog_cards(tx, w->arena, products, v.count, v.cards));
    v.empty = (struct empty_view){.drawing = "products",
                                  .title = locale_text(w->locale, "stock.low_none"),
                                  .words = locale_text(w->locale, "stock.low_none_words")};
    TRY(page_init(w, &v.page, locale_text(w->locale, "stock.low")));
    web_html_begin(w, &h);
    tpl_stock_low(&h, &v);
    return web_html(w, 200, &h);
}

struct wish {
    struct shop_id shop;
    struct variant_id variants[PRODUCT_VARIANTS_MAX];
    int64_t on_hand[PRODUCT_VARIANTS_MAX];
    int64_t seen[PRODUCT_VARIANTS_MAX]; /* or NOT_SHOWN */
    const char *fields[PRODUCT_VARIANTS_MAX];
    size_t count;
};

enum { NOT_SHOWN = -2 };

static const struct err *set_all(struct turn *t, void *arg)
{
    const struct wish *wish = arg;
    for (size_t i = 0; i < wish->count; i++) {
        const struct err *e =
            wish->seen[i] == NOT_SHOWN
                ? stock_set(t, wish->shop, wish->variants[i], wish->on_hand[i], "set")
                : stock_recount(t, wish->shop, wish->variants[i], wish->seen[i], wish->on_hand[i]);
        if (e != NULL)
            return err_with_field(t->arena, e, wish->fields[i]);
    }
    return NULL;
}

/* A count as typed; empty: not counted. `otherwise`: the field was not sent. */
static const struct err *read_count(struct web *w, const char *field, int64_t otherwise,
                                    int64_t *ret)
{
    str typed;
    *ret = otherwise;
    TRY(form_get(w->arena, &w->form, str_c(field), &typed));
    if (str_is_absent(typed))
        return NULL;
    typed = str_trim(typed);
    *ret = STOCK_UNTRACKED;
    if (!str_is_empty(typed) && (!str_to_int(typed, ret) || *ret < 0))
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "stock.bad_count", "%.*s", STR_ARG(typed)), field);
    return NULL;
}

/* Only fields that were sent count, so that a form of yesterday cannot clear a variant of today. */
static const struct err *read_wish(struct web *w, const struct stock_view *v, struct wish *ret)
{
    ret->shop = w->shop_id;
    for (size_t i = 0; i < v->line_count; i++) {
        const struct stock_line_view *line = &v->lines[i];
        int64_t on_hand, seen;
        TRY(read_count(w, line->field, NOT_SHOWN, &on_hand));
        TRY(read_count(w, line->seen_field, NOT_SHOWN, &seen));
        if (on_hand == NOT_SHOWN)
            continue;
        ret->variants[ret->count] = line->id;
        ret->fields[ret->count] = line->field;
        ret->seen[ret->count] = seen;
        ret->on_hand[ret->count++] = on_hand;
    }
    return NULL;
}

const struct err *stock_page_save(struct web *w)
{
    struct stock_view *v;
    struct wish *wish;
    TRY_NEW(w->arena, v);
    TRY_NEW(w->arena, wish);
    TRY(load(w, v));
    const struct err *e = read_wish(w, v, wish);
    if (e == NULL)
        e = web_write(w, set_all, wish);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT ? show(w, e) : e;
    TRY(web_flash(w, "stock.saved"));
    struct id_text id = id_format(v->product.id.v);
    return web_redirect(w, "/console/%.*s/products/%s/stock", STR_ARG(w->shop_handle), id.text);
}

static void write_line(struct json *j, const struct stock_line_view *line)
{
    json_object_begin(j);
    json_key(j, S("variant_id"));
    json_id(j, line->id.v);
    json_key(j, S("title"));
    json_str(j, line->title);
    json_key(j, S("sku"));
    json_str(j, line->sku);
    json_key(j, S("counted"));
    json_bool(j, line->is_counted);
    json_key(j, S("on_hand"));
    json_int(j, line->on_hand);
    json_key(j, S("held"));
    json_int(j, line->held);
    json_key(j, S("available"));
    json_int(j, line->available);
    json_object_end(j);
}

const struct err *stock_api_show(struct web *w)
{
    struct stock_view *v;
    struct strbuf sb;
    struct json j;
    str text;
    TRY_NEW(w->arena, v);
    TRY(load(w, v));
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->line_count; i++)
        write_line(&j, &v->lines[i]);
    json_array_end(&j);
    json_put_id(&j, "next", 0);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}

const struct err *stock_api_set(struct web *w)
{
    struct wish wish = {
        .shop = w->shop_id, .seen = {NOT_SHOWN}, .fields = {"on_hand"}, .count = 1};
    TRY(web_param_id(w, 1, &wish.variants[0].v));
    TRY(web_int(w, "on_hand", STOCK_UNTRACKED, STOCK_COUNT_MAX, &wish.on_hand[0]));
    TRY(web_write(w, set_all, &wish));
    return web_json(w, 200, S("{}"));
}
