/* The same commands as JSON. */
#include "base/json.h"
#include "shop/shop_part.h"

enum { ANSWER_MAX = 64 * 1024 };

static const struct err *answer(struct web *w, int status, const struct shop *s)
{
    struct strbuf sb;
    struct json j;
    str body;
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("id"));
    json_id(&j, s->id.v);
    json_put_text(&j, "handle", s->handle);
    json_put_text(&j, "name", s->name);
    json_put_text(&j, "tagline", s->tagline);
    json_put_text(&j, "about", s->about);
    json_put_text(&j, "currency", currency_str(&s->currency));
    json_put_text(&j, "language", s->language);
    json_put_text(&j, "country", s->country);
    json_put_text(&j, "zone", s->zone);
    json_put_text(&j, "contact_email", s->contact_email);
    json_put_text(&j, "delivery_text", s->delivery_text);
    json_put_text(&j, "returns_text", s->returns_text);
    json_put_money(&j, "shipping", (struct money){s->shipping_minor, s->currency});
    json_put_money(&j, "free_shipping_from",
                   (struct money){s->free_shipping_from_minor, s->currency});
    json_key(&j, S("tax_basis_points"));
    json_int(&j, s->tax_basis_points);
    json_key(&j, S("tax_included"));
    json_bool(&j, s->tax_included);
    json_put_text(&j, "accent", s->accent);
    json_key(&j, S("created_at"));
    json_time(&j, s->created_ms);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, status, body);
}

static const struct err *answer_by_id(struct web *w, int status, struct shop_id id)
{
    struct shop shop;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, id, &shop));
    return answer(w, status, &shop);
}

const struct err *shop_api_show(struct web *w)
{
    struct shop shop;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    return answer(w, 200, &shop);
}

const struct err *shop_api_create(struct web *w)
{
    struct shop_new n;
    struct shop_id id;
    TRY(shop_read_new(w, &n));
    TRY(shop_open(w, &n, &id));
    return answer_by_id(w, 201, id);
}

const struct err *shop_api_settings(struct web *w)
{
    return answer_by_id(w, 200, w->shop_id);
}

struct change {
    struct shop_id id;
    struct shop_new n;
};

static const struct err *save_change(struct turn *t, void *arg)
{
    const struct change *c = arg;
    return shop_change(t, c->id, &c->n);
}

const struct err *shop_api_change(struct web *w)
{
    struct change c = {.id = w->shop_id};
    struct shop shop;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(shop_read_settings(w, shop.currency, &c.n));
    TRY(web_write(w, save_change, &c));
    return answer_by_id(w, 200, w->shop_id);
}
