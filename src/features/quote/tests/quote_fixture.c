#include "quote_fixture.h"

void fixture_open_series(struct fixture *f, enum db_engine engine)
{
    fixture_open_stocked(f, engine, SERIES);
}

struct ask_call {
    struct quote_ask ask;
    struct quote_id id;
};

static const struct err *ask_turn(struct turn *t, void *arg)
{
    struct ask_call *x = arg;
    return quote_ask(t, &x->ask, &x->id);
}

struct quote_id fixture_ask(struct fixture *f)
{
    struct quote_wish wish = {f->suit, 200, 1500, false};
    struct ask_call x = {.ask = {.shop_id = f->shop,
                                 .account_id = f->buyer,
                                 .name = S("Nina"),
                                 .language = S("en"),
                                 .wishes = &wish,
                                 .wish_count = 1,
                                 .country = S("DE"),
                                 .incoterm = S("FOB"),
                                 .needed_by = S("2027-03-01"),
                                 .note = S("Matt, please")}};
    testing_must(turn_run(f->t.platform, &f->t.arena, f->buyer, ask_turn, &x));
    return x.id;
}

struct answer_call {
    struct shop_id shop;
    struct quote_id id;
    int64_t seen;
    struct quote_answer answer;
};

static const struct err *answer_turn(struct turn *t, void *arg)
{
    struct answer_call *x = arg;
    return quote_answer(t, x->shop, x->id, x->seen, &x->answer);
}

const struct err *fixture_answer(struct fixture *f, struct quote_id id, int64_t seen,
                                 int64_t unit_minor)
{
    struct quote_answer_line line = {f->suit, 200, unit_minor, false};
    struct answer_call x = {.shop = f->shop,
                            .id = id,
                            .seen = seen,
                            .answer = {.lines = &line,
                                       .line_count = 1,
                                       .shipping_minor = 3000,
                                       .deposit_percent = 30,
                                       .incoterm = S("FOB"),
                                       .place = S("Ningbo"),
                                       .lead_time = S("25 days"),
                                       .note = S("Packed by 20"),
                                       .valid_days = 10,
                                       .pay_days = 5}};
    return fixture_run(f, answer_turn, &x);
}

struct quote_id fixture_quoted(struct fixture *f)
{
    struct quote_id id = fixture_ask(f);
    testing_must(fixture_answer(f, id, 0, 1800));
    return id;
}

struct quote_accept fixture_wants(const struct fixture *f, struct quote_id id, int64_t version)
{
    return (struct quote_accept){.shop_id = f->shop,
                                 .id = id,
                                 .version = version,
                                 .account_id = f->buyer,
                                 .channel = S("site"),
                                 .language = S("en"),
                                 .party = fixture_want(f, "", NULL, 0).party};
}

struct accept_call {
    const struct quote_accept *want;
    struct order_id *ret;
};

static const struct err *accept_turn(struct turn *t, void *arg)
{
    struct accept_call *x = arg;
    return quote_accept(t, x->want, x->ret);
}

const struct err *fixture_accept(struct fixture *f, struct arena *arena,
                                 const struct quote_accept *want, struct order_id *ret)
{
    return turn_run(f->t.platform, arena, want->account_id, accept_turn,
                    &(struct accept_call){want, ret});
}

struct end_call {
    struct shop_id shop;
    struct quote_id id;
    bool by_shop;
    str words;
};

static const struct err *end_turn(struct turn *t, void *arg)
{
    struct end_call *x = arg;
    return x->by_shop ? quote_withdraw(t, x->shop, x->id, x->words)
                      : quote_decline(t, x->shop, x->id, x->words);
}

const struct err *fixture_end(struct fixture *f, struct shop_id shop, struct quote_id id,
                              bool by_shop, str words)
{
    return fixture_run(f, end_turn, &(struct end_call){shop, id, by_shop, words});
}

struct quote fixture_quote(struct fixture *f, struct quote_id id)
{
    struct tx *tx;
    struct quote q;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(quote_get(tx, &f->t.arena, f->t.platform, f->shop, id, &q));
    db_read_end(tx);
    return q;
}
