/* What people typed to commands: one set of limits for pages and API. */
#include "returns/returns_view.h"

#include <jansson.h>

/* "photos" as ids. */
static const struct err *read_photos(struct web *w, struct returns_ask *ask, int64_t *photos)
{
    json_t *pictures = w->form.json == NULL ? NULL : json_object_get(w->form.json, "photos");
    if (pictures == NULL)
        return NULL;
    if (!json_is_array(pictures) || json_array_size(pictures) > RETURNS_PHOTOS_MAX)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "photos"),
                              "photos");
    for (size_t i = 0; i < json_array_size(pictures); i++) {
        json_t *photo = json_array_get(pictures, i);
        str text = {json_string_value(photo), json_string_length(photo)};
        if (!json_is_string(photo) || !id_parse(text, &photos[ask->photo_count++]))
            return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "photo"),
                                  "photos");
    }
    return NULL;
}

const struct err *returns_input_ask(struct web *w, const struct order *o,
                                    struct returns_ask_call *ret)
{
    struct order_parcel_line *pieces;
    struct returns_line *lines;
    int64_t *photos;
    size_t count;
    str reason;
    *ret = (struct returns_ask_call){
        .ask = {.shop_id = o->shop_id, .order_id = o->id, .key = web_idempotency_key(w)}};
    TRY_NEW_ARRAY(w->arena, lines, PRICE_LINES_MAX);
    TRY_NEW_ARRAY(w->arena, photos, RETURNS_PHOTOS_MAX);
    ret->ask.lines = lines;
    ret->ask.photos = photos;
    TRY(web_text(w, "reason", 0, 20, &reason));
    ret->ask.reason = returns_reason_of(reason);
    TRY(web_text(w, "words", 0, 4 * RETURNS_TEXT_MAX, &ret->ask.words));
    TRY(order_input_pieces(w, &pieces, &count));
    for (size_t i = 0; i < count; i++)
        if (w->is_api || pieces[i].quantity != 0)
            lines[ret->ask.line_count++] =
                (struct returns_line){pieces[i].position, pieces[i].quantity};
    if (w->is_api)
        TRY(read_photos(w, &ret->ask, photos));
    else
        ret->form = &w->form;
    if (str_is_empty(ret->ask.key))
        return ERR(w->arena, ERR_INVALID, "error.key_missing", "a return without a key");
    return web_need_account(w, locale_text(w->locale, "order.guest"));
}

const struct err *returns_ask_turn(struct turn *t, void *arg)
{
    struct returns_ask_call *x = arg;
    int64_t photos[RETURNS_PHOTOS_MAX];
    struct returns_ask ask = x->ask;
    if (x->form != NULL) {
        TRY(media_add_form(t, x->form, "photo", RETURNS_PHOTOS_MAX, photos, &ask.photo_count));
        ask.photos = photos;
    }
    return returns_ask(t, &ask, &x->id);
}

/* ---- steps ---- */

struct step_call {
    enum returns_act act;
    struct shop_id shop_id;
    struct return_id id;
    str words;
    int64_t minor;            /* fee or amount; -1: as usual */
    bool is_on;               /* keep, restock */
};

static const struct err *step_turn(struct turn *t, void *arg)
{
    const struct step_call *x = arg;
    switch (x->act) {
    case RETURNS_ACT_SEND:
        return returns_send(t, x->shop_id, x->id, x->words);
    case RETURNS_ACT_WITHDRAW:
        return returns_withdraw(t, x->shop_id, x->id);
    case RETURNS_ACT_REFUSE:
        return returns_refuse(t, x->shop_id, x->id, x->words);
    case RETURNS_ACT_RECEIVE:
        return returns_receive(t, x->shop_id, x->id, x->is_on);
    case RETURNS_ACT_REFUND:
        return returns_refund(t, x->shop_id, x->id, x->minor, x->words);
    case RETURNS_ACT_AGREE:
    case RETURNS_ACT_KEEP:
        return returns_agree(t, &(struct returns_agree){.shop_id = x->shop_id, .id = x->id,
                                                        .words = x->words,
                                                        .fee_minor = x->minor,
                                                        .keep = x->is_on});
    case RETURNS_ACT_UNSET:
    case RETURNS_ACT_LAPSE:
    case RETURNS_ACT_COUNT:
        break;
    }
    return ERR(t->arena, ERR_BUG, "error.bug", "act %d", (int)x->act);
}

static const struct err *read_money(struct web *w, const char *name, struct shop_id shop,
                                    struct return_id id, int64_t *ret_minor)
{
    struct returns_case c;
    int64_t minor;
    struct tx *tx;
    str text;
    *ret_minor = -1;
    TRY(web_text(w, name, 0, 30, &text));
    if (str_is_empty(text))
        return NULL;
    TRY(web_read(w, &tx));
    TRY(returns_get(tx, w->arena, shop, id, &c));
    TRY(catalog_amount_read(w->arena, text, c.currency, name, &minor));
    if (minor < 0)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "order.refund_nothing",
                                            "negative"), name);
    *ret_minor = minor;
    return NULL;
}

const struct err *returns_input_step(struct web *w, enum returns_act act, struct shop_id shop,
                                     struct return_id id)
{
    struct step_call x = {.act = act, .shop_id = shop, .id = id, .minor = -1};
    if (act == RETURNS_ACT_SEND)
        TRY(web_text(w, "tracking", 0, RETURNS_TEXT_MAX, &x.words));
    else
        TRY(web_text(w, "words", 0, 4 * RETURNS_TEXT_MAX, &x.words));
    if (act == RETURNS_ACT_AGREE)
        TRY(read_money(w, "fee", shop, id, &x.minor));
    if (act == RETURNS_ACT_REFUND)
        TRY(read_money(w, "amount", shop, id, &x.minor));
    x.is_on = web_has(w, act == RETURNS_ACT_RECEIVE ? "restock" : "keep");
    return web_write(w, step_turn, &x);
}

/* ---- terms ---- */

struct terms_call {
    struct shop_id shop_id;
    struct returns_terms terms;
};

static const struct err *terms_turn(struct turn *t, void *arg)
{
    const struct terms_call *x = arg;
    return returns_terms_set(t, x->shop_id, &x->terms);
}

const struct err *returns_input_terms(struct web *w)
{
    struct terms_call x = {.shop_id = w->shop_id};
    TRY(web_int(w, "window_days", 0, 365, &x.terms.window_days));
    TRY(web_int(w, "answer_days", 1, 14, &x.terms.answer_days));
    TRY(web_int(w, "send_days", 1, 60, &x.terms.send_days));
    TRY(web_int(w, "fee_percent", 0, 50, &x.terms.fee_percent));
    TRY(web_text(w, "instructions", 0, 4 * RETURNS_TEXT_MAX, &x.terms.instructions));
    return web_write(w, terms_turn, &x);
}
