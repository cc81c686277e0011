/* flow_pay: from the tapped button to the paid order. The turn of the tap places the order, or is
 * refused by stock or price and says so; job flow.pay asks the provider outside any turn and tells
 * what comes of it. Each part may run again: the order has the key of the tap, the payment the
 * same, the message is_pay_told.
 */
#include "flow/flow_talk.h"

#include "core/job.h"

const struct err *flow_order_release(struct flow_talk *k, bool *ret_paid)
{
    struct order order;
    *ret_paid = false;
    if (k->run.order_id.v == 0)
        return NULL;
    TRY(order_get(k->t->tx, k->t->arena, k->t->platform, k->run.shop_id, k->run.order_id, &order));
    *ret_paid = order.paid_minor > 0 || order.secured_ms > 0;
    if (*ret_paid)
        return NULL;
    k->run.order_id = (struct order_id){0};
    if (order.state != ORDER_PLACED)
        return NULL;
    /* Its event must not find this run any more, so the run lets go of it first. */
    TRY(flow_talk_save(k));
    return order_cancel(k->t, k->run.shop_id, order.id, "changed in the chat before paying");
}

/* ---- the turn of the tap ---- */

/* In the shop's language: they are printed on the order. */
static size_t place_answers(const struct flow_talk *k, struct order_answer *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < k->facts.step_count && count < ORDER_ANSWERS_MAX; i++) {
        const struct flow_step *step = &k->facts.steps[i];
        bool is_chinese = str_eq(k->shop.language, S("zh"));
        if (step->kind != FLOW_QUESTION || str_is_empty(k->state.answers[i]))
            continue;
        str own = is_chinese ? step->text_zh : step->text_en,
            other = is_chinese ? step->text_en : step->text_zh;
        ret[count++] = (struct order_answer){str_is_empty(own) ? other : own, k->state.answers[i]};
    }
    return count;
}

/* One tap, one order: the key is the run and the prompt whose button was tapped. */
static const struct err *pay_key(struct flow_talk *k, str *ret)
{
    return str_fmt(k->t->arena, ret, "flow-%lld-%d", (long long)k->run.id,
                   (int)k->state.last_serial);
}

static const struct err *place_order(struct flow_talk *k)
{
    struct order_answer answers[ORDER_ANSWERS_MAX];
    struct price_want want = {{k->state.variant_id}, k->state.quantity};
    struct account_id actor = k->t->actor;
    struct order_place place = {.shop_id = k->run.shop_id,
                                .buyer_id = k->run.account_id,
                                .visitor_id = k->conversation.visitor_id,
                                .wants = &want,
                                .want_count = 1,
                                .expected_total_minor = k->run.shown_total_minor,
                                .party = k->party,
                                .answers = answers,
                                .channel = k->conversation.channel,
                                .conversation_id = k->conversation.id.v,
                                .post_id = k->run.post_id.v};
    place.answer_count = place_answers(k, answers);
    TRY(pay_key(k, &place.key));
    k->t->actor = k->run.account_id; /* also where the channel, not she, is the caller */
    const struct err *e = order_place(k->t, &place, &k->run.order_id);
    k->t->actor = actor;
    return e;
}

static const struct err *back_to_summary(struct flow_talk *k, const char *note_key, const str *args,
                                         size_t count)
{
    str note;
    TRY(flow_text(k, note_key, args, count, &note));
    TRY(flow_talk_phase(k, FLOW_RUNNING, note_key));
    return flow_talk_ask(k, note);
}

/* The variant is asked again among those that are left. */
static const struct err *tell_sold_out(struct flow_talk *k, const struct err *refusal)
{
    const struct flow_variant *variant = flow_rules_variant(&k->facts, &k->state);
    bool some_left = variant != NULL && flow_variant_has(variant, 1);
    k->state.quantity = 1;
    k->state.quantity_said = false;
    k->state.variant_id = 0;
    for (size_t o = 0; o < FLOW_OPTIONS_MAX; o++)
        k->state.picks[o] = STR_NONE;
    return back_to_summary(k, some_left ? "flow.fewer_left" : "flow.sold_out_late", refusal->args,
                           1);
}

const struct err *flow_pay(struct flow_talk *k)
{
    struct id_text id = id_format(k->run.id);
    str key;
    k->run.is_pay_told = false;
    const struct err *e = place_order(k);
    if (e != NULL &&
        !(e->kind == ERR_CONFLICT || e->kind == ERR_INVALID || e->kind == ERR_NOT_FOUND))
        return e;
    if (e != NULL && str_eq(str_c(e->key), S("stock.sold_out")))
        return tell_sold_out(k, e);
    if (e != NULL && str_eq(str_c(e->key), S("order.price_changed")))
        return back_to_summary(k, "flow.price_changed", NULL, 0);
    if (e != NULL)
        return back_to_summary(k, e->key, e->args, ERR_ARGS_MAX);
    TRY(str_dup(k->t->arena, id_str(&id), &key));
    return job_enqueue(
        k->t, &(struct job_request){
                  .kind = "flow.pay", .shop_id = k->run.shop_id, .key = key, .payload = key});
}

/* ---- the job ---- */

struct pay_work {
    struct job_run *job;
    int64_t run_id;
    struct payment_begin begin;
    bool goes_on;               /* set by prepare: there is an order to pay */
    bool must_choose;           /* ways to pay that need a page of ours: it leads on */
    struct order_pay pay;
};

static const struct err *return_path(struct flow_talk *k, str *ret)
{
    struct order order;
    struct id_text id = id_format(k->run.order_id.v);
    TRY(order_get(k->t->tx, k->t->arena, k->t->platform, k->run.shop_id, k->run.order_id, &order));
    return str_fmt(k->t->arena, ret, "/o/%s?key=%.*s", id.text, STR_ARG(order.access_key));
}

static const struct err *must_choose(struct turn *t, struct shop_id shop, bool *ret)
{
    const struct payment_gateway *offered[PAYMENT_GATEWAYS_MAX];
    size_t count;
    TRY(order_gateways(t->tx, t->arena, t->platform, shop, offered, &count));
    *ret = count > 1 || (count == 1 && !offered[0]->is_test);
    return NULL;
}

static const struct err *prepare(struct turn *t, void *arg)
{
    struct pay_work *work = arg;
    struct flow_talk *k = NULL;
    TRY(flow_talk_load(t, work->job->shop_id, work->run_id, NULL, &k));
    work->goes_on = k->state.phase == FLOW_PAYING && !k->run.is_pay_told && k->run.order_id.v != 0;
    if (!work->goes_on)
        return NULL;
    work->pay = (struct order_pay){.shop_id = k->run.shop_id,
                                   .order_id = k->run.order_id,
                                   .payer_id = k->run.account_id,
                                   .use_saved = !str_is_empty(k->method_label),
                                   .remember = true};
    if (!work->pay.use_saved)
        TRY(must_choose(t, k->run.shop_id, &work->must_choose));
    TRY(pay_key(k, &work->pay.key));
    return return_path(k, &work->pay.return_path);
}

static const struct err *tell_begin(struct turn *t, void *arg)
{
    struct pay_work *work = arg;
    struct flow_talk *k = NULL;
    bool is_paid = false;
    str text, total;
    TRY(flow_talk_load(t, work->job->shop_id, work->run_id, NULL, &k));
    if (k->state.phase != FLOW_PAYING || k->run.is_pay_told)
        return NULL;
    switch (work->begin.step) {
    case PAYMENT_STEP_PAID: case PAYMENT_STEP_AUTHORISED: break; /* order's events tell it */
    case PAYMENT_STEP_REDIRECT:
        /* To a provider's own page she goes from the order's, which also says how it went. */
        if (!str_starts(work->begin.redirect, S("/")))
            work->begin.redirect = work->pay.return_path;
        total = flow_money(k, k->run.shown_total_minor);
        TRY(flow_text(k, "flow.pay_here", &total, 1, &text));
        TRY(flow_talk_say_link(k, text, "flow.button.open_payment", work->begin.redirect));
        break;
    case PAYMENT_STEP_FAILED:
        TRY(flow_order_release(k, &is_paid));
        if (is_paid)
            break;
        TRY(back_to_summary(
            k, work->begin.failure_key != NULL ? work->begin.failure_key : "flow.pay_failed", NULL,
            0));
        return flow_talk_save(k);
    case PAYMENT_STEP_UNSET: case PAYMENT_STEP_PENDING: case PAYMENT_STEP_VOIDED:
    case PAYMENT_STEP_COUNT:
        TRY(flow_text(k, "flow.pay_pending", NULL, 0, &text));
        TRY(flow_talk_say(k, text, NULL, 0));
        break;
    }
    k->run.is_pay_told = true;
    return flow_talk_save(k);
}

const struct err *flow_pay_job(struct job_run *run)
{
    struct pay_work work = {.job = run};
    static const struct account_id nobody;
    if (!id_parse(run->payload, &work.run_id))
        return ERR(run->arena, ERR_BUG, "error.bug", "payload %.*s", STR_ARG(run->payload));
    TRY(turn_run(run->platform, run->arena, nobody, prepare, &work));
    if (!work.goes_on)
        return NULL;
    const struct err *e = NULL;
    if (work.must_choose)
        work.begin = (struct payment_begin){.step = PAYMENT_STEP_REDIRECT,
                                            .redirect = work.pay.return_path};
    else
        e = order_pay_begin(run->platform, run->arena, &work.pay, &work.begin);
    if (e != NULL && str_eq(str_c(e->key), S("order.already_paid")))
        return NULL; /* order.paid tells it */
    if (e != NULL && err_policy_of(e->kind)->job_retries && run->attempt < FLOW_PAY_ATTEMPTS)
        return e;
    if (e != NULL)
        work.begin = (struct payment_begin){.step = PAYMENT_STEP_FAILED};
    return turn_run(run->platform, run->arena, nobody, tell_begin, &work);
}

/* ---- what orders tell ---- */

static const struct err *tell_paid(struct flow_talk *k, const char *text_key)
{
    int64_t changed = 0;
    str path, text, number;
    struct order order;
    TRY(order_get(k->t->tx, k->t->arena, k->t->platform, k->run.shop_id, k->run.order_id, &order));
    TRY(return_path(k, &path));
    TRY(str_fmt(k->t->arena, &number, "%lld", (long long)order.number));
    str args[] = {number, order.party.email, k->shop.name};
    TRY(flow_text(k, text_key, args, COUNT(args), &text));
    TRY(flow_reach_answer(k->t->tx, k->t->arena, k->run.shop_id, k->run.id, S("pay"), k->t->now_ms,
                          &changed));
    TRY(flow_talk_phase(k, FLOW_FINISHED, "the order is paid"));
    TRY(event_emit(k->t, &(struct event){.kind = "flow.finished",
                                         .version = 1,
                                         .shop_id = k->run.shop_id,
                                         .subject_id = k->run.id,
                                         .object_id = k->run.order_id.v,
                                         .account_id = k->run.account_id,
                                         .actor = k->t->actor}));
    return flow_talk_say_link(k, text, "flow.button.open_order", path);
}

static const struct err *tell_gone(struct flow_talk *k)
{
    static const struct flow_choice again = {FLOW_CHOICE_RESTART, 0, STR_INIT("")};
    str text;
    TRY(flow_talk_phase(k, FLOW_LEFT, "the order ended unpaid"));
    k->state.serial++;
    TRY(flow_text(k, "flow.expired", NULL, 0, &text));
    return flow_talk_say(k, text, &again, 1);
}

const struct err *flow_order_changed(struct turn *t, const struct event *e)
{
    struct flow_run_of_order_row row;
    struct flow_talk *k = NULL;
    bool found = false;
    TRY(flow_run_of_order(t->tx, t->arena, e->shop_id, (struct order_id){e->subject_id}, &row,
                          &found));
    if (!found)
        return NULL;
    TRY(flow_talk_load(t, e->shop_id, row.id, NULL, &k));
    bool is_settled = str_eq(str_c(e->kind), S("order.authorised"));
    bool is_paid = is_settled || str_eq(str_c(e->kind), S("order.paid"));
    if (k->state.phase == FLOW_FINISHED || (!is_paid && k->state.phase != FLOW_PAYING))
        return NULL;
    TRY(is_paid ? tell_paid(k, is_settled ? "flow.settled" : "flow.paid") : tell_gone(k));
    return flow_talk_save(k);
}
