/* flow_reply: what follows from what she typed, tapped or filled in; see flow_talk.h. The rules
 * decide, this file carries out: a sentence and the step's prompt again, a person, the end, the
 * payment.
 */
#include "flow/flow_talk.h"

#include "flow/flow_party.h"
#include "flow/flow_tap.h"

static const struct flow_lexicon *words; /* set once before serving, read-only since */

void flow_words_set(const struct flow_lexicon *lexicon)
{
    words = lexicon;
}

static const struct flow_choice person_button = {FLOW_CHOICE_PERSON, 0, STR_INIT("")};
static const struct flow_choice restart_button = {FLOW_CHOICE_RESTART, 0, STR_INIT("")};
static const struct flow_choice cancel_button = {FLOW_CHOICE_CANCEL, 0, STR_INIT("")};

/* ---- ends and turns ---- */

static const struct err *call_person(struct flow_talk *k)
{
    str text;
    TRY(flow_text(k, "flow.person", NULL, 0, &text));
    if (!flow_talk_is_preview(k))
        TRY(chat_holder_set(k->t, k->run.shop_id, k->conversation.id, CHAT_WANTS_PERSON));
    return flow_talk_say(k, text, NULL, 0);
}

static const struct err *left_event(struct flow_talk *k)
{
    return event_emit(k->t, &(struct event){.kind = "flow.left",
                                            .version = 1,
                                            .shop_id = k->run.shop_id,
                                            .subject_id = k->run.id,
                                            .object_id = k->conversation.id.v,
                                            .account_id = k->run.account_id,
                                            .actor = k->t->actor});
}

static const struct err *say_paid_already(struct flow_talk *k)
{
    str text;
    TRY(flow_text(k, "flow.paid_already", NULL, 0, &text));
    return flow_talk_say(k, text, &person_button, 1);
}

static const struct err *cancel(struct flow_talk *k)
{
    str text;
    bool is_paid = false;
    TRY(flow_order_release(k, &is_paid));
    if (is_paid) {
        k->state = k->before;
        return say_paid_already(k);
    }
    TRY(flow_talk_phase(k, FLOW_CANCELLED, "she cancelled"));
    TRY(left_event(k));
    k->state.serial++;
    TRY(flow_text(k, "flow.cancelled", NULL, 0, &text));
    return flow_talk_say(k, text, &restart_button, 1);
}

/* The same products from the beginning, in a run of its own. */
static const struct err *restart(struct flow_talk *k)
{
    struct flow_id flow = k->run.flow_id;
    int64_t version = 0, run_id = 0;
    struct flow_row_row row;
    bool found = false;
    TRY(flow_row(k->t->tx, k->t->arena, k->run.shop_id, flow, &row, &found));
    version = found && !k->run.is_preview ? row.live_version_id : k->run.version_id;
    if (k->run.phase == FLOW_RUNNING || k->run.phase == FLOW_PAYING) {
        bool is_paid = false;
        TRY(flow_order_release(k, &is_paid));
        TRY(flow_talk_phase(k, is_paid ? FLOW_FINISHED : FLOW_LEFT, "started over"));
        TRY(flow_talk_save(k));
    }
    struct flow_start start = {
        .shop_id = k->run.shop_id,
        .flow_id = flow,
        .version_id = version,
        .conversation = k->run.is_preview ? NULL : &k->conversation,
        .language = k->run.language,
        .product_from = (enum flow_product_from)k->run.product_from,
        .post_id = k->run.post_id,
        .product_id = {k->run.product_from == FLOW_FROM_FIXED ? k->state.product_id : 0}};
    return flow_talk_start(k->t, &start, &run_id);
}

static const struct err *pay(struct flow_talk *k)
{
    str text;
    int64_t changed = 0;
    TRY(flow_reach_answer(k->t->tx, k->t->arena, k->run.shop_id, k->run.id,
                          flow_rules_step(&k->facts, &k->state)->key, k->t->now_ms, &changed));
    if (flow_talk_is_preview(k)) {
        k->state.phase = (enum flow_phase)k->run.phase;
        TRY(flow_talk_phase(k, FLOW_PAYING, "try"));
        TRY(flow_talk_phase(k, FLOW_FINISHED, "try"));
        TRY(flow_text(k, "flow.preview.paid", NULL, 0, &text));
        return flow_talk_say(k, text, &restart_button, 1);
    }
    TRY(flow_reach_put(k->t->tx, k->t->arena, k->run.shop_id, k->run.flow_id, k->run.id, S("pay"),
                       k->run.contact_id, k->t->now_ms));
    TRY(flow_talk_phase(k, FLOW_PAYING, "she tapped the button of the summary"));
    return flow_pay(k);
}

/* While the payment is open there is no prompt to repeat; the way out is offered instead. */
static const struct err *say_while_paying(struct flow_talk *k, str note)
{
    struct flow_choice choices[] = {cancel_button, person_button};
    k->state.serial++;
    return flow_talk_say(k, note, choices, COUNT(choices));
}

static const struct err *say_stale(struct flow_talk *k)
{
    str note;
    TRY(flow_text(k, "flow.stale", NULL, 0, &note));
    return k->state.phase == FLOW_PAYING ? say_while_paying(k, note) : flow_talk_ask(k, note);
}

/* ---- the address ---- */

/* The words of an error for her, as in pages. */
static const struct err *words_of(struct flow_talk *k, const struct err *e, str *ret)
{
    return flow_text(k, e->key, e->args, ERR_ARGS_MAX, ret);
}

static const struct err *party_done(struct flow_talk *k)
{
    k->run.party_state = FLOW_PARTY_TYPED;
    k->state.has_party = k->state.party_typed = true;
    return flow_talk_ask(k, STR_NONE);
}

static const struct err *party_text(struct flow_talk *k, str text)
{
    bool is_done = false;
    int at = (int)k->run.party_field;
    str note = STR_NONE;
    if (flow_talk_has_form(k)) {
        TRY(flow_text(k, "flow.use_form", NULL, 0, &note));
        return flow_talk_ask(k, note);
    }
    k->run.party_state = FLOW_PARTY_ASKED;
    const struct err *e = flow_party_take(k->t->arena, &k->party, &at, text, &is_done);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    k->run.party_field = at;
    if (e != NULL)
        TRY(words_of(k, e, &note));
    return is_done ? party_done(k) : flow_talk_ask(k, note);
}

static const struct err *take_form(struct flow_talk *k, const struct form *form)
{
    struct order_party party;
    str note;
    if (flow_rules_step(&k->facts, &k->state)->kind != FLOW_ADDRESS)
        return say_stale(k);
    const struct err *e = flow_party_from_form(k->t->arena, form, &party);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    if (e != NULL) {
        TRY(words_of(k, e, &note));
        return flow_talk_ask(k, note);
    }
    k->party = party;
    return party_done(k);
}

const struct err *flow_talk_form(struct flow_talk *k, const struct form *form)
{
    TRY(take_form(k, form));
    return flow_talk_save(k);
}

const struct err *flow_talk_sample(struct flow_talk *k)
{
    str street, city;
    ASSERT(flow_talk_is_preview(k));
    if (flow_rules_step(&k->facts, &k->state)->kind != FLOW_ADDRESS ||
        k->state.phase != FLOW_RUNNING) {
        TRY(say_stale(k));
        return flow_talk_save(k);
    }
    TRY(flow_text(k, "flow.preview.street", NULL, 0, &street));
    TRY(flow_text(k, "flow.preview.city", NULL, 0, &city));
    k->party = (struct order_party){.email = S("someone@example.com"),
                                    .address = {.name = k->conversation.customer_name,
                                                .line1 = street,
                                                .city = city,
                                                .country = k->shop.country}};
    TRY(flow_talk_heard(k, street));
    TRY(party_done(k));
    return flow_talk_save(k);
}

/* ---- outcomes ---- */

static const struct err *note_of(struct flow_talk *k, const struct flow_outcome *outcome, str *ret)
{
    str number;
    TRY(str_fmt(k->t->arena, &number, "%lld", (long long)outcome->number));
    switch (outcome->reply) {
    case FLOW_REPLY_STALE: return flow_text(k, "flow.stale", NULL, 0, ret);
    case FLOW_REPLY_SOLD_OUT: return flow_text(k, "flow.sold_out", NULL, 0, ret);
    case FLOW_REPLY_TOO_MANY: return flow_text(k, "flow.too_many", &number, 1, ret);
    case FLOW_REPLY_FITTED: return flow_text(k, "flow.fitted", &number, 1, ret);
    case FLOW_REPLY_TOO_LONG: return flow_text(k, "flow.too_long", NULL, 0, ret);
    case FLOW_REPLY_PRESS_PAY: return flow_text(k, "flow.press_pay", NULL, 0, ret);
    case FLOW_REPLY_SHIPPING: return flow_say_shipping(k, ret);
    case FLOW_REPLY_PRICE: return flow_say_price(k, ret);
    case FLOW_REPLY_ORDER: return flow_say_order(k, ret);
    case FLOW_REPLY_DELIVERY:
        *ret = k->shop.delivery_text;
        return str_is_empty(*ret) ? flow_text(k, "flow.answer.delivery", NULL, 0, ret) : NULL;
    case FLOW_REPLY_RETURNS:
        *ret = k->shop.returns_text;
        return str_is_empty(*ret) ? flow_text(k, "flow.answer.returns", NULL, 0, ret) : NULL;
    case FLOW_REPLY_HELLO:
        return flow_text(k, "flow.hello", &k->conversation.customer_name, 1, ret);
    case FLOW_REPLY_THANKS: return flow_text(k, "flow.welcome", NULL, 0, ret);
    case FLOW_REPLY_WAIT_PAYMENT: return flow_text(k, "flow.wait_payment", NULL, 0, ret);
    case FLOW_REPLY_UNSET:
    case FLOW_REPLY_NOTHING:
    case FLOW_REPLY_ASK:
    case FLOW_REPLY_NOT_UNDERSTOOD:
    case FLOW_REPLY_ADDRESS_TEXT:
    case FLOW_REPLY_PAY:
    case FLOW_REPLY_CANCELLED:
    case FLOW_REPLY_PERSON:
    case FLOW_REPLY_RESTART: break;
    }
    *ret = STR_NONE;
    return NULL;
}

/* The step's buttons and a person: whoever is not understood is never left without a way on. */
static const struct err *not_understood(struct flow_talk *k)
{
    struct flow_choice choices[FLOW_CHOICES_MAX];
    str text;
    size_t count = flow_rules_choices(&k->facts, &k->state, FLOW_CHOICES_MAX - 1, choices);
    choices[count++] = person_button;
    k->state.serial++;
    TRY(flow_text(k, count > 1 ? "flow.not_understood" : "flow.not_understood_form", NULL, 0,
                  &text));
    return flow_talk_say(k, text, choices, count);
}

static const struct err *carry_out(struct flow_talk *k, const struct flow_outcome *outcome,
                                   str text)
{
    str note;
    switch (outcome->reply) {
    case FLOW_REPLY_NOTHING: case FLOW_REPLY_UNSET: return NULL;
    case FLOW_REPLY_PERSON: return call_person(k);
    case FLOW_REPLY_CANCELLED: return cancel(k);
    case FLOW_REPLY_PAY: return pay(k);
    case FLOW_REPLY_ADDRESS_TEXT: return party_text(k, text);
    case FLOW_REPLY_NOT_UNDERSTOOD:
        if (k->state.phase == FLOW_RUNNING)
            return not_understood(k);
        TRY(flow_text(k, "flow.wait_payment", NULL, 0, &note));
        return say_while_paying(k, note);
    case FLOW_REPLY_RESTART: case FLOW_REPLY_ASK: case FLOW_REPLY_STALE: case FLOW_REPLY_SOLD_OUT:
    case FLOW_REPLY_TOO_MANY:
    case FLOW_REPLY_FITTED:
    case FLOW_REPLY_TOO_LONG:
    case FLOW_REPLY_PRESS_PAY:
    case FLOW_REPLY_SHIPPING:
    case FLOW_REPLY_PRICE:
    case FLOW_REPLY_ORDER: case FLOW_REPLY_DELIVERY: case FLOW_REPLY_RETURNS: case FLOW_REPLY_HELLO:
    case FLOW_REPLY_THANKS: case FLOW_REPLY_WAIT_PAYMENT: break;
    }
    TRY(note_of(k, outcome, &note));
    if (k->state.phase == FLOW_PAYING) {
        if (str_is_empty(note))
            TRY(flow_text(k, "flow.wait_payment", NULL, 0, &note));
        return say_while_paying(k, note);
    }
    return flow_talk_ask(k, note);
}

/* The unpaid order of a run that is changed once more is let go first; a paid one stays as it is.
 */
static const struct err *reopen(struct flow_talk *k, bool *ret_stays)
{
    TRY(flow_order_release(k, ret_stays));
    if (*ret_stays) {
        k->state = k->before;
        return say_paid_already(k);
    }
    return flow_talk_phase(k, FLOW_RUNNING, "she changes something");
}

static const struct err *go_on(struct flow_talk *k, const struct flow_outcome *outcome, str text)
{
    bool stays = false;
    if (outcome->reply == FLOW_REPLY_RESTART)
        return restart(k);
    TRY(flow_talk_settle(k));
    if (outcome->reopens) {
        TRY(reopen(k, &stays));
        if (stays)
            return flow_talk_save(k);
    }
    TRY(carry_out(k, outcome, text));
    return flow_talk_save(k);
}

const struct err *flow_talk_tapped(struct flow_talk *k, int64_t serial,
                                   const struct flow_choice *choice)
{
    bool is_over = k->state.phase != FLOW_RUNNING && k->state.phase != FLOW_PAYING;
    str country = STR_NONE, text;
    if (is_over && choice->kind != FLOW_CHOICE_RESTART && choice->kind != FLOW_CHOICE_PERSON) {
        TRY(flow_text(k, "flow.over", NULL, 0, &text));
        return flow_talk_say(k, text, &restart_button, 1);
    }
    if (is_over && choice->kind == FLOW_CHOICE_RESTART)
        return restart(k);
    if (choice->kind == FLOW_CHOICE_COUNTRY)
        country = k->shop.country;
    struct flow_outcome outcome = flow_rules_tap(&k->facts, &k->state, serial, choice);
    if (outcome.reply == FLOW_REPLY_ADDRESS_TEXT &&
        flow_rules_step(&k->facts, &k->state)->kind != FLOW_ADDRESS)
        outcome.reply = FLOW_REPLY_STALE;
    return go_on(k, &outcome, country);
}

const struct err *flow_talk_typed(struct flow_talk *k, str text)
{
    struct flow_offers offers;
    struct flow_heard heard;
    ASSERT(words != NULL);
    TRY(flow_rules_offers(k->t->arena, &k->facts, &k->state, &offers));
    TRY(flow_understand(k->t->arena, words, text, &offers, &heard));
    if (heard.is_chinese && !str_eq(k->run.language, S("zh")) && !offers.wants_text) {
        k->run.language = S("zh"); /* she writes Chinese, whatever her phone is set to */
        locale_init(&k->locale, k->t->platform->texts, S("zh"), k->shop.country, k->shop.zone,
                    k->t->now_ms);
    }
    struct flow_outcome outcome = flow_rules_said(&k->facts, &k->state, &heard, text);
    return go_on(k, &outcome, text);
}

/* ---- the listener ---- */

/* Words while no run is going on: a question is answered, everything else begins one. */
static const struct err *idle_typed(struct turn *t, const struct conversation *c,
                                    const struct flow_run_latest_row *latest, str text)
{
    static const struct flow_offers nothing;
    struct flow_heard heard;
    struct flow_talk *k = NULL;
    str note = STR_NONE;
    ASSERT(words != NULL);
    if (latest == NULL)
        return flow_begin(t, c, STR_NONE, STR_NONE, (struct product_id){0});
    TRY(flow_understand(t->arena, words, text, &nothing, &heard));
    TRY(flow_talk_load(t, c->shop_id, latest->id, c, &k));
    switch (heard.intent) {
    case FLOW_PERSON: return call_person(k);
    case FLOW_THANKS: TRY(flow_text(k, "flow.welcome", NULL, 0, &note)); break;
    case FLOW_ASK_ORDER: TRY(flow_say_order(k, &note)); break;
    case FLOW_ASK_SHIPPING: TRY(flow_say_shipping(k, &note)); break;
    case FLOW_ASK_DELIVERY:
        TRY(note_of(k, &(struct flow_outcome){.reply = FLOW_REPLY_DELIVERY}, &note));
        break;
    case FLOW_ASK_RETURNS:
        TRY(note_of(k, &(struct flow_outcome){.reply = FLOW_REPLY_RETURNS}, &note));
        break;
    case FLOW_CANCEL: TRY(flow_text(k, "flow.nothing_open", NULL, 0, &note)); break;
    case FLOW_INTENT_UNSET:
    case FLOW_UNKNOWN:
    case FLOW_CHOOSE:
    case FLOW_CHANGE:
    case FLOW_CHECKOUT:
    case FLOW_RESTART:
    case FLOW_BACK:
    case FLOW_ASK_PRICE:
    case FLOW_YES:
    case FLOW_NO:
    case FLOW_HELLO:
    case FLOW_TEXT:
    case FLOW_INTENT_COUNT:
        TRY(flow_text(k, "flow.hello", &c->customer_name, 1, &note));
        return flow_begin(t, c, STR_NONE, note, (struct product_id){0});
    }
    struct flow_choice choices[] = {restart_button, person_button};
    return flow_talk_say(k, note, choices, COUNT(choices));
}

static const struct err *listen_tap(struct turn *t, const struct conversation *c, str token,
                                    int64_t active_run)
{
    struct flow_tap tap;
    struct flow_talk *k = NULL;
    bool is_ok = false;
    TRY(flow_tap_read(t->platform, t->arena, c->id.v, token, &tap, &is_ok));
    if (is_ok && (tap.run_id == active_run || active_run == 0)) {
        TRY(flow_talk_load(t, c->shop_id, tap.run_id, c, &k));
        return flow_talk_tapped(k, tap.serial, &tap.choice);
    }
    if (active_run == 0)
        return flow_begin(t, c, STR_NONE, STR_NONE, (struct product_id){0});
    TRY(flow_talk_load(t, c->shop_id, active_run, c, &k));
    TRY(say_stale(k));
    return flow_talk_save(k);
}

const struct err *flow_listen(struct turn *t, const struct conversation *c, const struct chat_in *m)
{
    struct flow_run_active_row active = {0};
    struct flow_run_latest_row latest;
    struct flow_talk *k = NULL;
    bool has_active = false, has_latest = false, has_begun = false;
    TRY(flow_run_active(t->tx, t->arena, c->shop_id, c->id, &active, &has_active));
    if (!str_is_empty(m->start_payload))
        return flow_begin(t, c, m->start_payload, STR_NONE, (struct product_id){0});
    if (!str_is_empty(m->token))
        return listen_tap(t, c, m->token, active.id);
    if (m->product_id != 0) /* from a product's page: about that one */
        return flow_begin(t, c, STR_NONE, STR_NONE, (struct product_id){m->product_id});
    if (m->form == NULL)
        TRY(flow_begin_by_hashtag(t, c, m->text, &has_begun));
    if (has_begun)
        return NULL;
    if (has_active) {
        TRY(flow_talk_load(t, c->shop_id, active.id, c, &k));
        return m->form != NULL && m->form->count > 0 ? flow_talk_form(k, m->form)
                                                     : flow_talk_typed(k, m->text);
    }
    TRY(flow_run_latest(t->tx, t->arena, c->shop_id, c->id, &latest, &has_latest));
    return idle_typed(t, c, has_latest ? &latest : NULL, m->text);
}
