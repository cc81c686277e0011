/* What a paper says, kept as JSON beside its row: it must read the same in ten years, whatever
 * becomes of products, settings and orders. */
#include "paper/paper_part.h"

#include <jansson.h>

#include "base/json.h"

enum { FACTS_BYTES_MAX = 256 * 1024 };

static void put_lines(struct json *j, const struct paper *p)
{
    json_key(j, S("lines"));
    json_array_begin(j);
    for (size_t i = 0; i < p->line_count; i++) {
        const struct paper_line *l = &p->lines[i];
        json_object_begin(j);
        json_put_str(j, "title", l->title);
        json_put_str(j, "variant", l->variant_title);
        json_put_str(j, "sku", l->sku);
        json_put_str(j, "hs", l->hs_code);
        json_put_int(j, "quantity", l->quantity);
        json_put_int(j, "unit", l->unit_minor);
        json_put_int(j, "total", l->total_minor);
        json_object_end(j);
    }
    json_array_end(j);
}

static void put_taxes(struct json *j, const struct paper *p)
{
    json_key(j, S("taxes"));
    json_array_begin(j);
    for (size_t i = 0; i < p->tax_count; i++) {
        json_object_begin(j);
        json_put_int(j, "rate_bp", p->taxes[i].rate_bp);
        json_put_int(j, "base", p->taxes[i].base_minor);
        json_put_int(j, "tax", p->taxes[i].tax_minor);
        json_object_end(j);
    }
    json_array_end(j);
}

static void put_terms(struct json *j, const struct paper *p)
{
    json_key(j, S("terms"));
    json_array_begin(j);
    for (size_t i = 0; i < p->term_count; i++) {
        json_object_begin(j);
        json_put_str(j, "label", p->terms[i].question);
        json_put_str(j, "words", p->terms[i].answer);
        json_object_end(j);
    }
    json_array_end(j);
}

static void put_seller(struct json *j, const struct paper_seller *s)
{
    json_key(j, S("seller"));
    json_object_begin(j);
    json_put_str(j, "name", s->legal_name);
    json_put_str(j, "address", s->address);
    json_put_str(j, "vat_id", s->vat_id);
    json_put_str(j, "registration", s->registration);
    json_put_str(j, "bank", s->bank);
    json_put_str(j, "foot", s->foot);
    json_object_end(j);
}

const struct err *paper_facts_write(struct arena *a, const struct paper *p, str *ret)
{
    struct strbuf sb;
    struct json j;
    strbuf_init(&sb, a, FACTS_BYTES_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_int(&j, "order", p->order_number);
    json_put_str(&j, "about", p->about);
    json_put_str(&j, "zone", p->zone);
    json_put_str(&j, "base_currency", currency_str(&p->base_currency));
    json_put_int(&j, "rate_micros", p->rate_micros);
    json_put_int(&j, "ground", p->ground);
    json_put_bool(&j, "tax_included", p->tax_included);
    json_put_int(&j, "goods", p->goods_minor);
    json_put_int(&j, "shipping", p->shipping_minor);
    json_put_int(&j, "paid", p->paid_minor);
    json_put_int(&j, "deposit", p->deposit_minor);
    put_seller(&j, &p->seller);
    put_lines(&j, p);
    put_taxes(&j, p);
    put_terms(&j, p);
    json_object_end(&j);
    return json_finish(&j, ret);
}

/* ---- reading; what is not there is empty ---- */

static const struct err *text_of(struct arena *a, json_t *from, const char *key, str *ret)
{
    json_t *value = json_object_get(from, key);
    return str_dup(a, json_is_string(value)
                          ? (str){json_string_value(value), json_string_length(value)} : S(""),
                   ret);
}

static int64_t int_of(json_t *from, const char *key)
{
    return json_integer_value(json_object_get(from, key));
}

static const struct err *read_lines(struct arena *a, json_t *list, struct paper *p)
{
    p->line_count = json_array_size(list);
    TRY_NEW_ARRAY(a, p->lines, p->line_count);
    for (size_t i = 0; i < p->line_count; i++) {
        json_t *from = json_array_get(list, i);
        struct paper_line *l = &p->lines[i];
        *l = (struct paper_line){.quantity = int_of(from, "quantity"),
                                 .unit_minor = int_of(from, "unit"),
                                 .total_minor = int_of(from, "total")};
        TRY(text_of(a, from, "title", &l->title));
        TRY(text_of(a, from, "variant", &l->variant_title));
        TRY(text_of(a, from, "sku", &l->sku));
        TRY(text_of(a, from, "hs", &l->hs_code));
    }
    return NULL;
}

static const struct err *read_rest(struct arena *a, json_t *root, struct paper *p)
{
    json_t *taxes = json_object_get(root, "taxes"), *terms = json_object_get(root, "terms");
    for (size_t i = 0; i < json_array_size(taxes) && i < PAPER_TAXES_MAX; i++) {
        json_t *from = json_array_get(taxes, i);
        p->taxes[p->tax_count++] = (struct paper_tax){
            (int)int_of(from, "rate_bp"), int_of(from, "base"), int_of(from, "tax")};
    }
    for (size_t i = 0; i < json_array_size(terms) && i < PAPER_TERMS_MAX; i++) {
        struct order_answer *term = &p->terms[p->term_count++];
        TRY(text_of(a, json_array_get(terms, i), "label", &term->question));
        TRY(text_of(a, json_array_get(terms, i), "words", &term->answer));
    }
    return NULL;
}

static const struct err *read_seller(struct arena *a, json_t *from, struct paper_seller *s)
{
    TRY(text_of(a, from, "name", &s->legal_name));
    TRY(text_of(a, from, "address", &s->address));
    TRY(text_of(a, from, "vat_id", &s->vat_id));
    TRY(text_of(a, from, "registration", &s->registration));
    TRY(text_of(a, from, "bank", &s->bank));
    return text_of(a, from, "foot", &s->foot);
}

static const struct err *read_root(struct arena *a, json_t *root, struct paper *p)
{
    str base;
    p->order_number = int_of(root, "order");
    p->rate_micros = int_of(root, "rate_micros");
    p->ground = (enum tax_ground)int_of(root, "ground");
    p->tax_included = json_is_true(json_object_get(root, "tax_included"));
    p->goods_minor = int_of(root, "goods");
    p->shipping_minor = int_of(root, "shipping");
    p->paid_minor = int_of(root, "paid");
    p->deposit_minor = int_of(root, "deposit");
    TRY(text_of(a, root, "about", &p->about));
    TRY(text_of(a, root, "zone", &p->zone));
    TRY(text_of(a, root, "base_currency", &base));
    TRY(currency_parse(a, base, &p->base_currency));
    TRY(read_seller(a, json_object_get(root, "seller"), &p->seller));
    TRY(read_lines(a, json_object_get(root, "lines"), p));
    return read_rest(a, root, p);
}

const struct err *paper_facts_read(struct arena *a, str text, struct paper *ret)
{
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    if (root == NULL)
        return ERR(a, ERR_BUG, "error.bug", "the facts of a paper are no JSON");
    const struct err *e = read_root(a, root, ret);
    json_decref(root);
    return e;
}
