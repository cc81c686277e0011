/* flow_talk: loading, saving and starting a run; see flow_talk.h. */
#include "flow/flow_talk.h"

#include "account/account.h"
#include "core/audit.h"
#include "core/secret.h"
#include "flow/flow_party.h"
#include "stock/stock.h"

static const char seal_purpose[] = "flow.party";

bool flow_talk_is_preview(const struct flow_talk *k)
{
    return k->run.is_preview;
}

bool flow_talk_has_form(const struct flow_talk *k)
{
    return k->run.is_preview || str_eq(k->conversation.channel, S("site"));
}

/* ---- facts ---- */

static const struct err *load_steps(struct flow_talk *k)
{
    struct arena *a = k->t->arena;
    struct flow_steps_of_row *rows = NULL;
    struct flow_step *steps = NULL;
    size_t count = 0;
    TRY(flow_steps_of(k->t->tx, a, k->run.shop_id, k->run.version_id, FLOW_STEPS_MAX, &rows,
                      &count));
    TRY_NEW_ARRAY(a, steps, count + 1);
    for (size_t i = 0; i < count; i++)
        steps[i] = (struct flow_step){(enum flow_step_kind)rows[i].kind, rows[i].key,
                                      rows[i].text_en, rows[i].text_zh, rows[i].is_required};
    if (count == 0) /* the draft that a preview tried was discarded */
        return ERR(a, k->run.is_preview ? ERR_NOT_FOUND : ERR_BUG, "flow.gone",
                   "version %lld has no steps", (long long)k->run.version_id);
    k->facts.steps = steps;
    k->facts.step_count = count;
    return NULL;
}

static const struct err *products_of_post(struct flow_talk *k, struct flow_product *list,
                                          size_t *ret_count)
{
    struct post post;
    TRY(social_post(k->t->tx, k->t->arena, k->run.post_id, k->run.account_id, &post));
    for (size_t i = 0; i < post.tag_count && *ret_count < FLOW_SHOP_PRODUCTS; i++) {
        const struct product_card *card = &post.tags[i].product;
        if (card->shop_id.v == k->run.shop_id.v && card->id.v != 0)
            list[(*ret_count)++] = (struct flow_product){card->id.v, card->title};
    }
    return NULL;
}

static const struct err *products_of_shop(struct flow_talk *k, struct flow_product *list,
                                          size_t *ret_count)
{
    struct product_card *cards = NULL;
    size_t count = 0;
    TRY(catalog_list(k->t->tx, k->t->arena, k->run.shop_id, (struct product_id){0},
                     FLOW_SHOP_PRODUCTS, &cards, &count));
    for (size_t i = 0; i < count; i++)
        list[(*ret_count)++] = (struct flow_product){cards[i].id.v, cards[i].title};
    return NULL;
}

static const struct err *load_products(struct flow_talk *k)
{
    struct flow_product *list = NULL;
    size_t count = 0;
    TRY_NEW_ARRAY(k->t->arena, list, FLOW_SHOP_PRODUCTS);
    if (k->run.product_from == FLOW_FROM_POST)
        TRY(products_of_post(k, list, &count));
    else if (k->run.product_from == FLOW_FROM_SHOP)
        TRY(products_of_shop(k, list, &count));
    k->facts.products = list;
    k->facts.product_count = count;
    return NULL;
}

static const struct err *load_variants(struct flow_talk *k)
{
    struct arena *a = k->t->arena;
    const struct product *product = &k->product;
    struct flow_variant *variants = NULL;
    struct variant_id *ids = NULL;
    int64_t *available = NULL;
    TRY_NEW_ARRAY(a, variants, product->variant_count + 1);
    TRY_NEW_ARRAY(a, ids, product->variant_count + 1);
    TRY_NEW_ARRAY(a, available, product->variant_count + 1);
    for (size_t i = 0; i < product->variant_count; i++)
        ids[i] = product->variants[i].id;
    TRY(stock_available(k->t->tx, a, k->run.shop_id, ids, product->variant_count, available));
    for (size_t i = 0; i < product->variant_count; i++) {
        const struct variant *v = &product->variants[i];
        variants[i] = (struct flow_variant){
            .id = v->id.v,
            .title = v->title,
            .ships = v->requires_shipping,
            .ladder = &v->ladder,
            .available = product->status == PRODUCT_ACTIVE ? available[i] : 0};
        for (size_t o = 0; o < FLOW_OPTIONS_MAX; o++)
            variants[i].options[o] = v->options[o];
        if (v->id.v == k->run.variant_id && k->run.order_id.v != 0 && k->run.phase == FLOW_PAYING &&
            variants[i].available >= 0)
            variants[i].available += k->run.quantity; /* held for her own unpaid order */
    }
    k->facts.variants = variants;
    k->facts.variant_count = product->variant_count;
    k->facts.option_count = (size_t)product->option_count;
    for (size_t o = 0; o < FLOW_OPTIONS_MAX; o++)
        k->facts.option_names[o] = product->option_names[o];
    return NULL;
}

/* A product that is gone is not chosen any more. */
static const struct err *load_product(struct flow_talk *k)
{
    struct product_id id = {k->state.product_id};
    k->product = (struct product){0};
    k->facts.variants = NULL;
    k->facts.variant_count = k->facts.option_count = 0;
    if (id.v == 0)
        return NULL;
    const struct err *e = catalog_product(k->t->tx, k->t->arena, k->run.shop_id, id, &k->product);
    if (e != NULL && e->kind == ERR_NOT_FOUND) {
        k->product = (struct product){0};
        k->state.product_id = k->state.variant_id = 0;
        return flow_talk_products(k, FLOW_FROM_SHOP);
    }
    TRY(e);
    return load_variants(k);
}

const struct err *flow_talk_products(struct flow_talk *k, enum flow_product_from from)
{
    k->run.product_from = from;
    k->state.product_id = k->state.variant_id = 0;
    for (size_t o = 0; o < FLOW_OPTIONS_MAX; o++)
        k->state.picks[o] = STR_NONE;
    k->product = (struct product){0};
    k->facts.variants = NULL;
    k->facts.variant_count = k->facts.option_count = 0;
    return load_products(k);
}

/* She wants another address: it is asked from the beginning. */
static void party_reopen(struct flow_talk *k)
{
    if (!k->before.has_party || k->state.has_party || k->run.party_state == FLOW_PARTY_ASKED)
        return;
    k->run.party_state = FLOW_PARTY_ASKED;
    k->run.party_field = 0;
    k->party = (struct order_party){0};
}

const struct err *flow_talk_settle(struct flow_talk *k)
{
    party_reopen(k);
    flow_rules_settle(&k->facts, &k->state);
    if (k->state.product_id != k->product.id.v) {
        TRY(load_product(k));
        flow_rules_settle(&k->facts, &k->state);
    }
    return NULL;
}

/* ---- state ---- */

static const struct err *load_party(struct flow_talk *k)
{
    struct order_remembered remembered = {0};
    str plain;
    TRY(order_remembered_get(k->t->tx, k->t->arena, k->t->platform, k->run.account_id,
                             &remembered));
    k->method_label = remembered.has_method ? remembered.method_label : STR_NONE;
    if (k->run.party_state == FLOW_PARTY_KNOWN) {
        k->party = remembered.party;
        k->state.has_party = remembered.has_party;
    } else if (!str_is_empty(k->run.party_sealed)) {
        TRY(secret_open(k->t->platform, k->t->arena, seal_purpose, k->run.party_sealed, &plain));
        flow_party_unpack(plain, &k->party);
    }
    if (k->run.party_state == FLOW_PARTY_TYPED)
        k->state.has_party = k->state.party_typed = true;
    return NULL;
}

static const struct err *load_state(struct flow_talk *k)
{
    const struct flow_run_by_id_row *run = &k->run;
    struct flow_answers_of_row *answers = NULL;
    size_t count = 0;
    k->state =
        (struct flow_state){.phase = (enum flow_phase)run->phase,
                            .at = (int)run->step_at,
                            .serial = run->prompt,
                            .product_id = run->product_id.v,
                            .variant_id = run->variant_id,
                            .picks = {run->pick_1, run->pick_2, run->pick_3},
                            .quantity = run->quantity,
                            .quantity_said = run->quantity_said,
                            .last = {(enum flow_choice_kind)run->last_kind, run->last_id, STR_NONE},
                            .last_serial = run->last_prompt};
    TRY(flow_answers_of(k->t->tx, k->t->arena, run->shop_id, run->id, FLOW_STEPS_MAX, &answers,
                        &count));
    for (size_t i = 0; i < count; i++) {
        for (size_t s = 0; s < k->facts.step_count; s++) {
            if (str_eq(answers[i].step_key, k->facts.steps[s].key))
                k->state.answers[s] = answers[i].answer;
        }
    }
    return load_party(k);
}

/* The merchant plays the customer of a preview. */
static const struct err *preview_name(struct flow_talk *k)
{
    struct account account;
    TRY(account_get(k->t->tx, k->t->arena, k->run.account_id, &account));
    k->conversation.customer_name = account.name;
    return NULL;
}

const struct err *flow_talk_load(struct turn *t, struct shop_id shop, int64_t run_id,
                                 const struct conversation *conversation, struct flow_talk **ret)
{
    struct flow_talk *k = NULL;
    bool found = false;
    TRY_NEW(t->arena, k);
    k->t = t;
    TRY(flow_run_by_id(t->tx, t->arena, shop, run_id, &k->run, &found));
    if (!found)
        return ERR(t->arena, ERR_NOT_FOUND, "flow.gone", "run %lld", (long long)run_id);
    if (conversation != NULL)
        k->conversation = *conversation;
    else if (!k->run.is_preview)
        TRY(chat_conversation(t->tx, t->arena, shop, k->run.conversation_id, &k->conversation));
    else
        TRY(preview_name(k));
    TRY(shop_get(t->tx, t->arena, shop, &k->shop));
    locale_init(&k->locale, t->platform->texts, k->run.language, k->shop.country, k->shop.zone,
                t->now_ms);
    TRY(load_steps(k));
    TRY(load_state(k));
    TRY(load_products(k));
    TRY(load_product(k));
    TRY(flow_talk_settle(k));
    k->before = k->state;
    *ret = k;
    return NULL;
}

/* ---- saving ---- */

static const struct err *save_answers(struct flow_talk *k)
{
    int64_t changed = 0;
    for (size_t i = 0; i < k->facts.step_count; i++) {
        str now = k->state.answers[i], was = k->before.answers[i];
        if (str_is_absent(now) && !str_is_absent(was))
            TRY(flow_answer_delete(k->t->tx, k->t->arena, k->run.shop_id, k->run.id,
                                   k->facts.steps[i].key, &changed));
        else if (!str_is_absent(now) && (str_is_absent(was) || !str_eq(now, was)))
            TRY(flow_answer_put(k->t->tx, k->t->arena, k->run.shop_id, k->run.id,
                                k->facts.steps[i].key, now));
    }
    return NULL;
}

/* Every step left behind since the load was answered. */
static const struct err *save_reach(struct flow_talk *k)
{
    int64_t changed = 0;
    for (int i = k->before.at; i < k->state.at; i++)
        TRY(flow_reach_answer(k->t->tx, k->t->arena, k->run.shop_id, k->run.id,
                              k->facts.steps[i].key, k->t->now_ms, &changed));
    return NULL;
}

static const struct err *seal_party(struct flow_talk *k)
{
    str packed;
    bool is_over = k->state.phase != FLOW_RUNNING && k->state.phase != FLOW_PAYING;
    k->run.party_sealed = S("");
    if (is_over || k->run.party_state == FLOW_PARTY_KNOWN)
        return NULL;
    TRY(flow_party_pack(k->t->arena, &k->party, &packed));
    return secret_seal(k->t->platform, k->t->arena, seal_purpose, packed, &k->run.party_sealed);
}

const struct err *flow_talk_save(struct flow_talk *k)
{
    const struct flow_state *s = &k->state;
    TRY(save_answers(k));
    TRY(save_reach(k));
    TRY(seal_party(k));
    return flow_run_save(
        k->t->tx, k->t->arena, k->run.shop_id, k->run.id, s->phase, s->at, s->serial, s->last.kind,
        s->last.id, s->last_serial, k->run.language, k->run.product_from,
        (struct product_id){s->product_id}, s->variant_id, s->picks[0], s->picks[1], s->picks[2],
        s->quantity, s->quantity_said, k->run.party_state, k->run.party_field, k->run.party_sealed,
        k->run.shown_total_minor, k->run.order_id, k->run.is_pay_told, k->t->now_ms);
}

const struct err *flow_talk_phase(struct flow_talk *k, enum flow_phase to, const char *why)
{
    enum flow_phase from = (enum flow_phase)k->run.phase;
    if (from == to)
        return NULL;
    if (!flow_phase_may_follow(from, to))
        return ERR(k->t->arena, ERR_BUG, "error.bug", "run %lld: phase %d after %d",
                   (long long)k->run.id, (int)to, (int)from);
    k->run.phase = to;
    k->state.phase = to;
    return audit_write(k->t, &(struct audit){.shop_id = k->run.shop_id,
                                             .action = "flow.phase",
                                             .subject_id = k->run.id,
                                             .why = str_c(why)});
}

/* ---- starting ---- */

static const struct err *end_running(struct turn *t, const struct flow_start *start)
{
    struct flow_run_active_row active;
    struct flow_talk *old = NULL;
    bool found = false, is_paid = false;
    if (start->conversation == NULL)
        return NULL;
    TRY(flow_run_active(t->tx, t->arena, start->shop_id, start->conversation->id, &active, &found));
    if (!found)
        return NULL;
    TRY(flow_talk_load(t, start->shop_id, active.id, start->conversation, &old));
    TRY(flow_order_release(old, &is_paid));
    TRY(flow_talk_phase(old, is_paid ? FLOW_FINISHED : FLOW_LEFT, "another conversation began"));
    return flow_talk_save(old);
}

const struct err *flow_talk_start(struct turn *t, const struct flow_start *start,
                                  int64_t *ret_run_id)
{
    static const struct conversation none;
    const struct conversation *c = start->conversation != NULL ? start->conversation : &none;
    struct account_id account = start->conversation != NULL ? c->account_id : t->actor;
    struct flow_talk *k = NULL;
    *ret_run_id = turn_new_id(t);
    TRY(end_running(t, start));
    TRY(flow_run_insert(t->tx, t->arena, *ret_run_id, start->shop_id, start->flow_id,
                        start->version_id, c->id, account, c->contact_id, start->language,
                        start->product_from, start->product_id, start->post_id, start->comment_id,
                        start->conversation == NULL, t->now_ms));
    TRY(flow_talk_load(t, start->shop_id, *ret_run_id, start->conversation, &k));
    TRY(event_emit(t, &(struct event){.kind = "flow.started",
                                      .version = 1,
                                      .shop_id = start->shop_id,
                                      .subject_id = *ret_run_id,
                                      .object_id = c->id.v,
                                      .account_id = account,
                                      .actor = t->actor}));
    TRY(flow_talk_ask(k, start->greeting));
    return flow_talk_save(k);
}
