/* The commands as functions of a turn: what pages and API hand to web_write and web_make. */
#include "quote/quote_view.h"

const struct err *quote_ask_turn(struct turn *t, void *arg)
{
    struct quote_ask_call *x = arg;
    return quote_ask(t, &x->ask, &x->id);
}

const struct err *quote_accept_turn(struct turn *t, void *arg)
{
    struct quote_accept_call *x = arg;
    return quote_accept(t, &x->want, &x->id);
}

const struct err *quote_offer_turn(struct turn *t, void *arg)
{
    struct quote_offer_call *x = arg;
    return quote_offer(t, &x->offer, &x->id);
}

const struct err *quote_answer_turn(struct turn *t, void *arg)
{
    struct quote_answer_call *x = arg;
    return quote_answer(t, x->shop, x->id, x->seen, &x->answer);
}

const struct err *quote_decline_turn(struct turn *t, void *arg)
{
    struct quote_end_call *x = arg;
    return quote_decline(t, x->shop, x->id, x->words);
}

const struct err *quote_withdraw_turn(struct turn *t, void *arg)
{
    struct quote_end_call *x = arg;
    return quote_withdraw(t, x->shop, x->id, x->words);
}
