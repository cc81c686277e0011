/* The shop's commands: agreeing, refusing, receiving, paying back; and what time does instead. */
#include "returns/returns_part.h"

#include "base/timefmt.h"
#include "stock/stock.h"

static const struct err *say_why(struct arena *a)
{
    return err_with_field(a, ERR(a, ERR_INVALID, "returns.say_why", "no words"), "words");
}

/* ---- goods ---- */

/* A refund of the whole order may have put them on the shelf already: then there is nothing to do.
 */
static const struct err *shelve(struct returns_work *x, bool restock)
{
    struct turn *t = x->t;
    for (size_t i = 0; i < x->c.line_count; i++) {
        const struct returns_line *l = &x->c.lines[i];
        struct variant_id variant = x->o.lines[l->position].variant_id;
        const struct err *e =
            restock ? stock_return(t, x->c.shop_id, variant, l->quantity, x->o.id.v)
                    : stock_write_off(t, x->c.shop_id, variant, l->quantity, x->o.id.v);
        if (e != NULL && !(e->kind == ERR_CONFLICT &&
                           str_eq(str_c(e->key), S("stock.returned_more"))))
            return e;
    }
    x->c.restocked = restock;
    return NULL;
}

const struct err *returns_receive(struct turn *t, struct shop_id shop, struct return_id id,
                                  bool restock)
{
    struct returns_work x;
    TRY(returns_load(t, shop, id, &x));
    if (x.c.state == RETURNS_RECEIVED && x.c.restocked == restock)
        return NULL;
    if (x.c.state == RETURNS_AGREED || x.c.state == RETURNS_SENT)
        TRY(shelve(&x, restock));
    TRY(returns_move(&x, RETURNS_ACT_RECEIVE, "returns.received", 0));
    return returns_say_ours(&x, "returns.say.received", 0, S(""));
}

/* ---- money ---- */

static const struct err *too_much(struct arena *a, const struct order *o, int64_t due)
{
    str text;
    TRY(money_format(a, order_money(o, due), &text));
    return err_with_field(a, err_with_arg(a, ERR(a, ERR_CONFLICT, "returns.refund_too_much",
                                                 "%lld due", (long long)due), text), "amount");
}

static const struct err *pay_back(struct returns_work *x, int64_t amount_minor, str words)
{
    struct turn *t = x->t;
    int64_t struck, due = returns_due_minor(&x->c, &x->o, &struck);
    str key;
    TRY(returns_may(x, RETURNS_ACT_REFUND));
    if (amount_minor < 0)
        amount_minor = due;
    if (amount_minor > due)
        return too_much(t->arena, &x->o, due);
    if (amount_minor < due && str_is_empty(words))
        return say_why(t->arena);
    x->c.refund_minor = amount_minor;
    x->c.struck_minor = struck;
    x->c.verdict = words;
    TRY(returns_move(x, RETURNS_ACT_REFUND, "returns.refunded", 0));
    TRY(returns_refund_key(t->arena, x->c.id, &key));
    if (amount_minor > 0)
        TRY(order_refund_queue(t, &x->o, amount_minor, key));
    /* What was to be paid on delivery, or later, is wanted no more. */
    bool is_over = struck > 0 && x->o.state == ORDER_CLOSED &&
                   order_due_minor(&x->o) == struck + x->c.struck_by_others_minor;
    return is_over ? order_forgive(t, &x->o) : NULL;
}

const struct err *returns_refund(struct turn *t, struct shop_id shop, struct return_id id,
                                 int64_t amount_minor, str words)
{
    struct returns_work x;
    TRY(returns_load(t, shop, id, &x));
    TRY(returns_text(t->arena, words, "words", &words));
    if (x.c.state == RETURNS_REFUNDED && (amount_minor < 0 || amount_minor == x.c.refund_minor))
        return NULL;
    TRY(pay_back(&x, amount_minor, words));
    return returns_say_ours(&x, x.c.refund_minor > 0 ? "returns.say.refunded"
                                                     : "returns.say.nothing",
                            x.c.refund_minor, words);
}

/* ---- answering ---- */

/* She need not send it: nothing comes back to the shelf, her money goes at once. */
static const struct err *let_keep(struct returns_work *x)
{
    str words = x->c.answer;
    x->c.keeps = true;
    TRY(shelve(x, false));
    TRY(returns_move(x, RETURNS_ACT_KEEP, "returns.agreed", 0));
    TRY(pay_back(x, -1, S("")));
    return returns_say_ours(x, "returns.say.keep", x->c.refund_minor, words);
}

static const struct err *agree(struct returns_work *x, str words)
{
    struct turn *t = x->t;
    struct returns_terms terms;
    TRY(returns_terms_get(t->tx, t->arena, t->platform, x->c.shop_id, &terms));
    x->c.answer = str_is_empty(words) ? terms.instructions : words;
    TRY(returns_move(x, RETURNS_ACT_AGREE, "returns.agreed",
                     t->now_ms + terms.send_days * DAY_MS));
    return returns_say_ours(x, "returns.say.agreed", 0, x->c.answer);
}

const struct err *returns_agree(struct turn *t, const struct returns_agree *want)
{
    struct returns_work x;
    str words;
    TRY(returns_load(t, want->shop_id, want->id, &x));
    TRY(returns_text(t->arena, want->words, "words", &words));
    if ((x.c.state == RETURNS_AGREED && !want->keep) || (x.c.keeps && want->keep))
        return NULL;
    if (want->fee_minor > x.c.fee_minor)
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "returns.bad_fee", "%lld",
                                            (long long)want->fee_minor), "fee");
    if (x.c.state == RETURNS_ASKED && want->fee_minor >= 0)
        x.c.fee_minor = want->fee_minor;
    if (want->keep && x.c.state == RETURNS_ASKED) {
        x.c.answer = words;
        return let_keep(&x);
    }
    return agree(&x, words);
}

const struct err *returns_refuse(struct turn *t, struct shop_id shop, struct return_id id,
                                 str words)
{
    struct returns_work x;
    TRY(returns_load(t, shop, id, &x));
    TRY(returns_text(t->arena, words, "words", &words));
    if (x.c.state == RETURNS_REFUSED)
        return NULL;
    if (str_is_empty(words))
        return say_why(t->arena);
    x.c.answer = words;
    TRY(returns_move(&x, RETURNS_ACT_REFUSE, "returns.refused", 0));
    return returns_say_ours(&x, "returns.say.refused", 0, words);
}

/* ---- time ---- */

const struct err *returns_agree_late(struct turn *t, struct shop_id shop, struct return_id id)
{
    struct returns_work x;
    TRY(returns_load(t, shop, id, &x));
    if (x.c.state != RETURNS_ASKED || x.c.due_ms > t->now_ms)
        return NULL; /* answered since it was listed */
    return agree(&x, S(""));
}

const struct err *returns_lapse(struct turn *t, struct shop_id shop, struct return_id id)
{
    struct returns_work x;
    TRY(returns_load(t, shop, id, &x));
    if (x.c.state != RETURNS_AGREED || x.c.due_ms > t->now_ms)
        return NULL;
    TRY(returns_move(&x, RETURNS_ACT_LAPSE, "returns.lapsed", 0));
    return returns_say_ours(&x, "returns.say.lapsed", 0, S(""));
}
