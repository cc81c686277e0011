#include "returns_fixture.h"

/* ---- orders ---- */

struct order_id fixture_ordered(struct fixture *f, const char *key, int64_t suits, int64_t towels,
                                int64_t deposit_minor)
{
    struct price_want wants[] = {{f->suit, suits}, {f->towel, towels}};
    struct order_place want = fixture_want(f, key, wants, towels > 0 ? 2 : 1);
    struct order_id id;
    want.deposit_minor = deposit_minor;
    testing_must(fixture_place(f, &f->t.arena, &want, &id));
    return id;
}

void fixture_pays(struct fixture *f, struct order_id id, const char *key, int64_t amount_minor,
                  enum payment_outcome outcome)
{
    struct order o = fixture_get(f, id);
    struct payment_begin begun;
    struct order_pay pay = {.key = str_c(key), .shop_id = f->shop, .order_id = id,
                            .payer_id = f->buyer, .amount_minor = amount_minor,
                            .return_path = S("/")};
    int64_t attempt;
    testing_must(order_pay_begin(f->t.platform, &f->t.arena, &pay, &begun));
    assert_int_equal(begun.step, PAYMENT_STEP_REDIRECT);
    assert_true(id_parse(str_sub(begun.redirect, sizeof "/pay/test/" - 1, ID_TEXT_LEN), &attempt));
    struct id_text event = id_format(attempt);
    testing_must(fixture_notice(f, attempt, outcome, event.text,
                                amount_minor == 0 ? order_due_now_minor(&o) : amount_minor, "EUR",
                                NULL));
}

struct move_call {
    struct shop_id shop;
    struct order_id id;
};

static const struct err *ship_turn(struct turn *t, void *arg)
{
    struct move_call *x = arg;
    return order_ship(t, x->shop, x->id, S("3SPOST"));
}

static const struct err *deliver_turn(struct turn *t, void *arg)
{
    struct move_call *x = arg;
    return order_deliver(t, x->shop, x->id);
}

void fixture_ship(struct fixture *f, struct order_id id)
{
    testing_turn(&f->t, f->owner, ship_turn, &(struct move_call){f->shop, id});
}

void fixture_deliver(struct fixture *f, struct order_id id)
{
    testing_turn(&f->t, f->owner, deliver_turn, &(struct move_call){f->shop, id});
}

struct order_id fixture_delivered(struct fixture *f, const char *key, int64_t suits,
                                  int64_t towels)
{
    struct order_id id = fixture_ordered(f, key, suits, towels, 0);
    fixture_pays(f, id, key, 0, PAYMENT_CAPTURED);
    fixture_ship(f, id);
    fixture_deliver(f, id);
    return id;
}

/* ---- returns ---- */

struct ask_call {
    struct returns_ask ask;
    struct return_id id;
};

static const struct err *ask_turn(struct turn *t, void *arg)
{
    struct ask_call *x = arg;
    return returns_ask(t, &x->ask, &x->id);
}

const struct err *fixture_ask(struct fixture *f, struct shop_id shop, struct order_id order,
                              const char *key, int64_t suits, int64_t towels,
                              enum returns_reason reason, struct return_id *ret)
{
    struct returns_line lines[2];
    size_t count = 0;
    if (suits != 0)
        lines[count++] = (struct returns_line){0, suits};
    if (towels != 0)
        lines[count++] = (struct returns_line){1, towels};
    struct ask_call x = {.ask = {.shop_id = shop, .order_id = order, .key = str_c(key),
                                 .reason = reason, .words = S("Too <b>small</b> \xE5\xB0\x8F"),
                                 .lines = lines, .line_count = count}};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->buyer, ask_turn, &x);
    *ret = x.id;
    return e;
}

struct return_id fixture_asked(struct fixture *f, struct order_id order, int64_t suits,
                               int64_t towels)
{
    struct id_text key = id_format(order.v);
    struct return_id id;
    testing_must(fixture_ask(f, f->shop, order, key.text, suits, towels, RETURNS_FIT, &id));
    return id;
}

struct step_call {
    struct shop_id shop;
    struct return_id id;
    enum step step;
    int64_t minor;
    str words;
};

static const struct err *step_turn(struct turn *t, void *arg)
{
    struct step_call *x = arg;
    switch (x->step) {
    case STEP_AGREE:
    case STEP_KEEP:
        return returns_agree(t, &(struct returns_agree){x->shop, x->id, x->words, x->minor,
                                                        x->step == STEP_KEEP});
    case STEP_REFUSE:
        return returns_refuse(t, x->shop, x->id, x->words);
    case STEP_SEND:
        return returns_send(t, x->shop, x->id, x->words);
    case STEP_RECEIVE:
    case STEP_WRITE_OFF:
        return returns_receive(t, x->shop, x->id, x->step == STEP_RECEIVE);
    case STEP_REFUND:
        return returns_refund(t, x->shop, x->id, x->minor, x->words);
    case STEP_WITHDRAW:
        return returns_withdraw(t, x->shop, x->id);
    }
    return NULL;
}

const struct err *fixture_step(struct fixture *f, struct arena *arena, struct shop_id shop,
                               struct return_id id, enum step step, int64_t minor,
                               const char *words)
{
    return turn_run(f->t.platform, arena, f->owner, step_turn,
                    &(struct step_call){shop, id, step, minor, str_c(words)});
}

void fixture_steps(struct fixture *f, struct return_id id, const enum step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        testing_must(fixture_step(f, &f->t.arena, f->shop, id, steps[i], -1, "so it is"));
}

struct returns_case fixture_return(struct fixture *f, struct return_id id)
{
    struct returns_case c;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(returns_get(tx, &f->t.arena, f->shop, id, &c));
    db_read_end(tx);
    return c;
}

struct terms_call {
    struct shop_id shop;
    const struct returns_terms *terms;
};

static const struct err *terms_turn(struct turn *t, void *arg)
{
    struct terms_call *x = arg;
    return returns_terms_set(t, x->shop, x->terms);
}

const struct err *fixture_terms(struct fixture *f, const struct returns_terms *terms)
{
    return turn_run(f->t.platform, &f->t.arena, f->owner, terms_turn,
                    &(struct terms_call){f->shop, terms});
}
