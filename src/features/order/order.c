/* Placing an order: everything in one turn, or nothing. Payment is order_pay.c, what comes later
 * order_life.c. */
#include "order/order_part.h"

#include "base/utf8.h"
#include "pool/pool.h"
#include "sys/crypto.h"

enum { KEY_MAX = 255, CHANNEL_MAX = 30, QUESTION_MAX = 200 };

struct placing {
    struct order_id id;
    const struct order_place *want;
    struct shop shop;
    struct price_quote *quote;
    struct order_party party;
    struct order made;        /* what is stored, for the books and the event */
    bool has_holds;
};

static const struct err *check_input(struct arena *a, const struct order_place *o)
{
    if (o->key.len == 0 || o->key.len > KEY_MAX)
        return ERR(a, ERR_INVALID, "error.bad_key", "%zu bytes", o->key.len);
    if (o->buyer_id.v == 0 || o->channel.len == 0 || o->channel.len > CHANNEL_MAX)
        return ERR(a, ERR_BUG, "error.bug", "an order without buyer or channel");
    if (o->wait_ms > ORDER_WAIT_MAX_MS)
        return ERR(a, ERR_BUG, "error.bug", "an order that waits %lld ms", (long long)o->wait_ms);
    if (o->answer_count > ORDER_ANSWERS_MAX)
        return ERR(a, ERR_INVALID, "order.too_many_answers", "%zu", o->answer_count);
    for (size_t i = 0; i < o->answer_count; i++) {
        const struct order_answer *x = &o->answers[i];
        if (!utf8_is_valid(x->answer) || !utf8_is_valid(x->question) ||
            utf8_count(x->answer) > ORDER_NOTE_MAX || x->question.len > QUESTION_MAX)
            return err_with_field(
                a, ERR(a, ERR_INVALID, "order.bad_answer", "%zu bytes", x->answer.len), "answer");
    }
    return NULL;
}

/* Everything that decides the effect: the same key for something else is refused. */
static const struct err *asked_hash(struct arena *a, const struct order_place *o,
                                    struct digest *ret)
{
    const struct address *to = &o->party.address;
    const str texts[] = {o->party.email, to->name,     to->line1,   to->line2, to->city,
                         to->region,     to->postcode, to->country, to->phone, o->channel,
                         o->currency,    o->party.vat_id};
    struct strbuf sb;
    str text;
    strbuf_init(&sb, a, KiB(64));
    strbuf_addf(&sb, "%lld %lld %lld %lld %lld", (long long)o->shop_id.v,
                (long long)o->expected_total_minor, (long long)o->conversation_id,
                (long long)o->post_id, (long long)o->method_id);
    if (o->deposit_minor > 0)
        strbuf_addf(&sb, " deposit %lld", (long long)o->deposit_minor);
    if (o->wait_ms > 0)
        strbuf_addf(&sb, " wait %lld", (long long)o->wait_ms);
    if (o->agreed != NULL)
        strbuf_addf(&sb, " agreed %lld", (long long)o->agreed->total_minor);
    if (o->is_sample)
        strbuf_add(&sb, S(" sample"));
    for (size_t i = 0; i < o->want_count; i++)
        strbuf_addf(&sb, " %lldx%lld", (long long)o->wants[i].variant_id.v,
                    (long long)o->wants[i].quantity);
    for (size_t i = 0; i < COUNT(texts); i++)
        strbuf_addf(&sb, "\n%zu:%.*s", texts[i].len, STR_ARG(texts[i]));
    for (size_t i = 0; i < o->answer_count; i++)
        strbuf_addf(&sb, "\n%zu:%.*s=%.*s", o->answers[i].question.len,
                    STR_ARG(o->answers[i].question), STR_ARG(o->answers[i].answer));
    TRY(strbuf_finish(&sb, &text));
    *ret = crypto_sha256(text);
    return NULL;
}

static const struct err *answer_again(struct turn *t, const struct order_place *o, str asked,
                                      struct order_id *ret)
{
    struct order_key_row_row row;
    const char *key;
    TRY(order_key_row(t->tx, t->arena, o->buyer_id, o->key, &row));
    if (!str_eq(row.asked, asked))
        return ERR(t->arena, ERR_INVALID, "error.key_reused", "order key of account %lld",
                   (long long)o->buyer_id.v);
    if (row.refusal_kind == ERR_UNSET) {
        *ret = row.order_id;
        return NULL;
    }
    TRY(str_to_c(t->arena, row.refusal, &key));
    const struct err *e = ERR(t->arena, (enum err_kind)row.refusal_kind, key, "refused before");
    return str_is_absent(row.refusal_arg) ? e : err_with_arg(t->arena, e, row.refusal_arg);
}

/* The agreed lines must be what is wanted, in the order that holds are taken in, and add up. One
 * variant may stand there twice: as a sample, and as the series. */
static const struct err *take_agreed(struct arena *a, const struct price_quote *agreed,
                                     const struct price_want *wants, size_t count,
                                     struct price_quote **ret)
{
    TRY_NEW(a, *ret);
    **ret = *agreed;
    ASSERT(agreed->line_count == count);
    for (size_t i = 0; i < count; i++)
        ASSERT(agreed->lines[i].variant_id.v == wants[i].variant_id.v &&
               agreed->lines[i].quantity == wants[i].quantity &&
               (i == 0 || wants[i - 1].variant_id.v <= wants[i].variant_id.v));
    return price_quote_check(a, *ret);
}

static const struct err *price(struct turn *t, struct placing *x)
{
    const struct order_place *o = x->want;
    struct price_want *wants;
    size_t count;
    bool is_shipped = false;
    TRY(shop_get(t->tx, t->arena, o->shop_id, &x->shop));
    x->party = o->party;
    if (o->agreed != NULL) {
        TRY(take_agreed(t->arena, o->agreed, o->wants, o->want_count, &x->quote));
    } else {
        TRY(order_rules_wants(t->arena, o->wants, o->want_count, &wants, &count));
        TRY(order_quote(t->tx, t->arena, &x->shop, wants, count, o, &x->quote));
    }
    for (size_t i = 0; i < x->quote->line_count; i++)
        is_shipped = is_shipped || x->quote->lines[i].requires_shipping;
    if (o->agreed == NULL)
        TRY(price_quote_steps(t->arena, x->quote));
    TRY(order_party_check(t->arena, &x->party, is_shipped));
    if (x->quote->is_unreachable)
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "order.no_delivery", "%.*s",
                                            STR_ARG(x->party.address.country)),
                              "country");
    if (o->deposit_minor < 0 || o->deposit_minor > x->quote->total_minor)
        return ERR(t->arena, ERR_INVALID, "order.bad_deposit", "%lld", (long long)o->deposit_minor);
    if (o->expected_total_minor >= 0 && o->expected_total_minor != x->quote->total_minor) {
        str now;
        TRY(str_fmt(t->arena, &now, "%lld", (long long)x->quote->total_minor));
        return err_with_arg(t->arena,
                            ERR(t->arena, ERR_CONFLICT, "order.price_changed", "%lld shown",
                                (long long)o->expected_total_minor),
                            now);
    }
    return NULL;
}

static int64_t expires_ms(const struct turn *t, const struct order_place *o)
{
    return t->now_ms + (o->wait_ms > 0 ? o->wait_ms : ORDER_HOLD_MS);
}

static const struct err *hold(struct turn *t, struct placing *x)
{
    struct order_holders holders;
    TRY(order_holders(t, x->shop.id, x->want->buyer_id, &holders));
    for (size_t i = 0; i < x->quote->line_count;) {
        const struct price_line *lines = x->quote->lines;
        struct variant_id variant = lines[i].variant_id;
        int64_t quantity = 0;
        for (; i < x->quote->line_count && lines[i].variant_id.v == variant.v; i++)
            quantity += lines[i].quantity;
        TRY(order_hold_may(t, x->shop.id, variant, &holders));
        TRY(stock_hold_take(t, x->shop.id, variant, quantity, x->id.v, expires_ms(t, x->want)));
        x->has_holds = true;
    }
    return NULL;
}

static const struct err *observe(struct turn *t, struct placing *x, struct contact_id *ret)
{
    const struct order_place *o = x->want;
    struct identity_id ids[3];
    struct id_text account = id_format(o->buyer_id.v), visitor;
    size_t count = 0;
    ids[count++] = (struct identity_id){
        .kind = IDENTITY_ACCOUNT, .value = id_str(&account), .is_verified = true};
    ids[count++] = (struct identity_id){.kind = IDENTITY_EMAIL, .value = x->party.email};
    if (o->visitor_id.v != 0) {
        visitor = id_format(o->visitor_id.v);
        ids[count++] = (struct identity_id){.kind = IDENTITY_VISITOR, .value = id_str(&visitor)};
    }
    TRY(identity_observe(t, x->shop.id, ids, count, x->party.address.name, ret));
    return o->mail_consent ? identity_consent_set(t, x->shop.id, *ret, true, "checkout") : NULL;
}

static const struct err *attribute(struct turn *t, struct placing *x, struct pool_id *ret)
{
    const struct order_place *o = x->want;
    struct money total = {.currency = x->shop.currency};
    const struct shop_rate rate = order_quote_rate(x->quote);
    TRY(currency_base(t->arena, &rate, x->quote->total_minor, &total.minor));
    return pool_attribute_order(t, &(struct pool_order){
        .shop_id = x->shop.id, .order_id = x->id.v, .total = total, .visitor_id = o->visitor_id,
        .account_id = o->buyer_id, .channel = o->channel}, ret);
}

const struct err *order_lines_store(struct turn *t, struct shop_id shop, struct order_id id,
                                    const struct price_quote *q)
{
    for (size_t i = 0; i < q->line_count; i++) {
        const struct price_line *l = &q->lines[i];
        TRY(order_line_insert(t->tx, t->arena, shop, id, (int64_t)i, l->variant_id, l->product_id,
                              l->title, l->variant_title, l->sku, l->media_id, l->quantity,
                              l->unit_minor, l->total_minor,
                              l->unit_reason == PRICE_REASON_SAMPLE));
    }
    return NULL;
}

static const struct err *store_lines(struct turn *t, struct placing *x)
{
    TRY(order_lines_store(t, x->shop.id, x->id, x->quote));
    for (size_t i = 0; i < x->want->answer_count; i++)
        TRY(order_answer_insert(t->tx, t->arena, x->shop.id, x->id, (int64_t)i,
                                x->want->answers[i].question, x->want->answers[i].answer));
    return NULL;
}

static const struct err *store(struct turn *t, struct placing *x)
{
    const struct order_place *o = x->want;
    const struct price_quote *q = x->quote;
    const struct shop_rate rate = order_quote_rate(q);
    struct order_number_taken_row taken;
    struct contact_id contact;
    struct pool_id pool;
    str party = STR_NONE;
    TRY(observe(t, x, &contact));
    TRY(attribute(t, x, &pool));
    TRY(order_party_seal(t, x->shop.id, o->buyer_id, x->id, &x->party, &party));
    if (!o->is_addition)
        TRY(order_remember(t, o->buyer_id, &x->party));
    /* The counter's row is locked from here on: as late as can be. */
    TRY(order_number_take(t->tx, t->arena, x->shop.id));
    TRY(order_number_taken(t->tx, t->arena, x->shop.id, &taken));
    TRY(order_insert(t->tx, t->arena, x->id, x->shop.id, taken.number, o->buyer_id, contact, pool,
                     currency_str(&q->currency), q->goods_minor, q->shipping_minor, q->tax_minor,
                     q->total_minor, q->tax_included, o->channel, o->conversation_id, o->post_id,
                     party, t->now_ms, expires_ms(t, o), o->deposit_minor,
                     currency_str(&rate.base), rate.rate_micros, o->agreed != NULL));
    TRY(store_lines(t, x));
    TRY(price_keep(t, x->shop.id, x->id.v, q));
    x->made = (struct order){.id = x->id,
                             .shop_id = x->shop.id,
                             .number = taken.number,
                             .buyer_id = o->buyer_id,
                             .contact_id = contact,
                             .pool_id = pool.v,
                             .state = ORDER_PLACED,
                             .payment = ORDER_UNPAID,
                             .fulfilment = ORDER_UNFULFILLED,
                             .currency = q->currency,
                             .base_currency = rate.base,
                             .rate_micros = rate.rate_micros,
                             .goods_minor = q->goods_minor,
                             .shipping_minor = q->shipping_minor,
                             .tax_minor = q->tax_minor,
                             .total_minor = q->total_minor,
                             .deposit_minor = o->deposit_minor,
                             .tax_included = q->tax_included,
                             .is_agreed = o->agreed != NULL,
                             .channel = o->channel,
                             .conversation_id = o->conversation_id,
                             .post_id = o->post_id,
                             .placed_ms = t->now_ms,
                             .expires_ms = expires_ms(t, o)};
    return NULL;
}

static const struct err *place(struct turn *t, struct placing *x)
{
    TRY(price(t, x));
    if (x->want->agreed == NULL)
        TRY(order_sample_claim(t, x->shop.id, x->id, x->want->buyer_id, x->quote));
    TRY(hold(t, x));
    TRY(store(t, x));
    TRY(order_book_owed(t, &x->made, 1));
    TRY(order_tell(t, &x->made, "order.placed", x->made.total_minor, STR_NONE));
    if (x->made.total_minor > 0)
        return NULL;
    /* Nothing to pay: settled as soon as it is placed. */
    x->made.payment = ORDER_PAID;
    x->made.paid_ms = x->made.secured_ms = t->now_ms;
    TRY(order_paid(t->tx, t->arena, x->shop.id, x->id, 0, ORDER_PLACED, t->now_ms, t->now_ms,
                   INT64_MAX));
    return order_settle(t, &x->made, 0);
}

/* The caller may go on after a refusal (a bot says "sold out"), so nothing of the attempt may stay
 * but, when the world refused, the refusal itself: the same key is answered alike. A mistake in the
 * input may be mended under the key. */
static const struct err *undo(struct turn *t, const struct placing *x, const struct err *refusal)
{
    const struct order_place *o = x->want;
    int64_t freed;
    if (x->has_holds)
        TRY(stock_hold_release(t, x->shop.id, x->id.v, "refused"));
    if (o->is_sample)
        TRY(samples_free(t->tx, t->arena, x->shop.id, x->id, (struct product_id){0}, &freed));
    if (refusal->kind != ERR_CONFLICT)
        return order_key_delete(t->tx, t->arena, o->buyer_id, o->key);
    return order_key_refuse(t->tx, t->arena, o->buyer_id, o->key, refusal->kind,
                            str_c(refusal->key), refusal->args[0]);
}

/* What order_get would read: an absent field and an empty one are one. */
static void normalise_party(struct order_party *party)
{
    struct address *to = &party->address;
    str *fields[] = {&party->vat_id, &party->email, &to->name,     &to->line1,   &to->line2,
                     &to->city,      &to->region,   &to->postcode, &to->country, &to->phone};
    for (size_t i = 0; i < COUNT(fields); i++)
        if (str_is_empty(*fields[i]))
            *fields[i] = STR_NONE;
}

static const struct err *tell_made(struct turn *t, const struct placing *x, struct order *ret)
{
    struct order_line *lines;
    *ret = x->made;
    TRY_NEW_ARRAY(t->arena, lines, x->quote->line_count);
    for (size_t i = 0; i < x->quote->line_count; i++) {
        const struct price_line *l = &x->quote->lines[i];
        lines[i] = (struct order_line){.variant_id = l->variant_id,
                                       .product_id = l->product_id,
                                       .title = l->title,
                                       .variant_title = l->variant_title,
                                       .sku = l->sku,
                                       .media_id = l->media_id,
                                       .quantity = l->quantity,
                                       .is_sample = l->unit_reason == PRICE_REASON_SAMPLE,
                                       .unit_minor = l->unit_minor,
                                       .total_minor = l->total_minor};
    }
    ret->lines = lines;
    ret->line_count = x->quote->line_count;
    for (size_t i = 0; i < x->want->answer_count; i++)
        ret->answers[i] = x->want->answers[i];
    ret->answer_count = x->want->answer_count;
    ret->tracking = S("");
    ret->party = x->party;
    normalise_party(&ret->party);
    return NULL;
}

const struct err *order_place_made(struct turn *t, const struct order_place *o,
                                   struct order_id *ret, struct order *ret_made)
{
    struct placing x = {.id = {turn_new_id(t)}, .want = o};
    struct digest asked;
    int64_t is_new;
    *ret = (struct order_id){0};
    *ret_made = (struct order){.id = {0}};
    TRY(check_input(t->arena, o));
    TRY(asked_hash(t->arena, o, &asked));
    TRY(order_key_insert(t->tx, t->arena, o->buyer_id, o->key, digest_str(&asked), o->shop_id, x.id,
                         &is_new));
    if (is_new == 0)
        return answer_again(t, o, digest_str(&asked), ret);
    const struct err *e = place(t, &x);
    if (e == NULL) {
        *ret = x.id;
        return x.made.payment == ORDER_UNPAID ? tell_made(t, &x, ret_made) : NULL;
    }
    if (e->kind == ERR_CONFLICT || e->kind == ERR_INVALID || e->kind == ERR_LIMIT ||
        e->kind == ERR_NOT_FOUND)
        TRY(undo(t, &x, e));
    return e;
}

const struct err *order_place(struct turn *t, const struct order_place *o, struct order_id *ret)
{
    struct order made;
    return order_place_made(t, o, ret, &made);
}
