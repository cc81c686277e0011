/* Records, companies and the HS tree as JSON. Decimals are strings. */
#include "base/json.h"
#include "trade/trade_view.h"

enum { ANSWER_KIB = 512, FIND = 20 };

static const struct err *put_decimal(struct web *w, struct json *j, const char *key, bool has,
                                     int64_t n, int decimals)
{
    str text = STR_NONE;
    if (has)
        TRY(trade_decimal_show(w->arena, n, decimals, &text));
    json_put_str(j, key, text);
    return NULL;
}

static void put_party(struct json *j, const char *key, const struct trade_party *party)
{
    json_key(j, str_c(key));
    json_object_begin(j);
    json_put_text(j, "name", party->name);
    json_put_id(j, "company", party->company.v);
    json_object_end(j);
}

static const struct err *put_record(struct web *w, struct json *j, const struct trade_record *r)
{
    str day;
    TRY(trade_day_show(w->arena, r->day, &day));
    json_object_begin(j);
    json_put_int(j, "number", r->number);
    json_put_str(j, "date", day);
    json_put_str(j, "direction", r->direction == TRADE_EXPORT ? S("export") : S("import"));
    put_party(j, "importer", &r->importer);
    put_party(j, "exporter", &r->exporter);
    json_put_text(j, "hs", r->hs);
    json_put_text(j, "product", r->product);
    json_put_text(j, "origin", r->origin);
    json_put_text(j, "destination", r->destination);
    json_put_text(j, "load_port", r->load_port);
    json_put_text(j, "unload_port", r->unload_port);
    TRY(put_decimal(w, j, "quantity", r->has_quantity, r->quantity_milli, 3));
    json_put_text(j, "unit", r->unit);
    TRY(put_decimal(w, j, "weight_kg", r->has_weight, r->weight_g, 3));
    TRY(put_decimal(w, j, "value", r->has_value, r->value_minor, 2));
    json_put_text(j, "currency", r->currency);
    json_object_end(j);
    return NULL;
}

struct writing {
    struct strbuf sb;
    struct json j;
};

static void begin(struct web *w, struct writing *x)
{
    strbuf_init(&x->sb, w->arena, KiB(ANSWER_KIB));
    json_init(&x->j, &x->sb);
    json_object_begin(&x->j);
}

static const struct err *finish(struct web *w, struct writing *x)
{
    str text;
    json_object_end(&x->j);
    TRY(json_finish(&x->j, &text));
    return web_json(w, 200, text);
}

static const struct err *records(struct web *w, struct tx *tx, void *arg)
{
    struct writing *x = arg;
    struct trade_query q;
    struct trade_found found;
    str after = STR_NONE;
    TRY(trade_query_read(w, &q));
    TRY(trade_search(tx, w->arena, w->shop_id, &q, &found));
    json_key(&x->j, S("items"));
    json_array_begin(&x->j);
    for (size_t i = 0; i < found.count; i++)
        TRY(put_record(w, &x->j, &found.records[i]));
    json_array_end(&x->j);
    if (found.next.day > 0)
        TRY(trade_cursor_write(w->arena, found.next, &after));
    json_put_str(&x->j, "next", after);
    json_put_int(&x->j, "at_most", found.estimate);
    return NULL;
}

static const struct err *answer(struct web *w, trade_store_fn *fn)
{
    struct writing x;
    begin(w, &x);
    TRY(trade_with_store(w, fn, &x));
    return finish(w, &x);
}

const struct err *trade_api_records(struct web *w)
{
    return answer(w, records);
}

static const struct err *companies(struct web *w, struct tx *tx, void *arg)
{
    struct writing *x = arg;
    struct trade_company *found;
    size_t count;
    str words = web_query(w, "q");
    TRY(trade_company_find(tx, w->arena, w->shop_id, words, FIND, &found, &count));
    json_key(&x->j, S("items"));
    json_array_begin(&x->j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&x->j);
        json_put_id(&x->j, "id", found[i].id.v);
        json_put_str(&x->j, "name", found[i].name);
        json_put_int(&x->j, "imports", found[i].imports);
        json_put_int(&x->j, "exports", found[i].exports);
        json_object_end(&x->j);
    }
    json_array_end(&x->j);
    json_put_str(&x->j, "next", STR_NONE); /* the first FIND are all there is */
    return NULL;
}

const struct err *trade_api_companies(struct web *w)
{
    return answer(w, companies);
}

static void put_chips(struct json *j, const char *key, const struct trade_chip_view *chips,
                      size_t count)
{
    json_key(j, str_c(key));
    json_array_begin(j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(j);
        json_put_str(j, "name", chips[i].name);
        if (chips[i].id.v != 0)
            json_put_id(j, "id", chips[i].id.v);
        json_put_int(j, "records", chips[i].records);
        json_object_end(j);
    }
    json_array_end(j);
}

static const struct err *company(struct web *w, struct tx *tx, void *arg)
{
    struct writing *x = arg;
    struct trade_company_view *v;
    struct trade_company_id id;
    TRY_NEW(w->arena, v);
    TRY(web_param_id(w, 1, &id.v));
    TRY(trade_company_load(w, tx, id, v));
    json_put_id(&x->j, "id", id.v);
    json_put_str(&x->j, "name", v->company.name);
    json_put_int(&x->j, "imports", v->company.imports);
    json_put_int(&x->j, "exports", v->company.exports);
    json_put_text(&x->j, "since", v->since);
    json_put_text(&x->j, "until", v->until);
    put_chips(&x->j, "names", v->names, v->name_count);
    put_chips(&x->j, "partners", v->partners, v->partner_count);
    json_key(&x->j, S("goods"));
    json_array_begin(&x->j);
    for (size_t i = 0; i < v->goods_count; i++) {
        json_object_begin(&x->j);
        json_put_str(&x->j, "hs", v->goods[i].code);
        json_put_int(&x->j, "records", v->goods[i].records);
        json_object_end(&x->j);
    }
    json_array_end(&x->j);
    return NULL;
}

const struct err *trade_api_company(struct web *w)
{
    return answer(w, company);
}

static const struct err *tree(struct web *w, struct tx *tx, void *arg)
{
    struct writing *x = arg;
    struct trade_hs_child *children;
    char digits[16];
    size_t count;
    str code = str_trim(web_query(w, "code"));
    if (!str_is_empty(code) && !trade_hs_digits(code, digits))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "trade.bad_field", "code"),
                              "code");
    code = str_is_empty(code) ? S("") : str_c(digits);
    TRY(trade_hs_below(w, tx, code, &children, &count));
    json_key(&x->j, S("items"));
    json_array_begin(&x->j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&x->j);
        json_put_str(&x->j, "code", children[i].code);
        json_put_text(&x->j, "words", children[i].words);
        json_put_int(&x->j, "records", children[i].records);
        json_object_end(&x->j);
    }
    json_array_end(&x->j);
    json_put_str(&x->j, "next", STR_NONE); /* a level of the tree is one page */
    return NULL;
}

const struct err *trade_api_hs(struct web *w)
{
    return answer(w, tree);
}
