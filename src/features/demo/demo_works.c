/* The trade side of the ceramics works: who it is on papers, a plate whose price falls with the
 * quantity, a sample of it, a quotation that became an order of which a set came back broken, and
 * one that waits for its buyer. */
#include "demo/demo_part.h"

#include "paper/paper.h"

enum { CLAY = 1 };

struct ladder demo_ladder(const char *product)
{
    static const struct ladder plates = {.min_quantity = 6,
                                         .step = 6,
                                         .rungs = {{30, 2400}, {120, 2200}},
                                         .rung_count = 2,
                                         .sample_minor = {true, 1500}};
    return str_eq(str_c(product), S("everyday-plate")) ? plates : (struct ladder){.step = 1};
}

/* ---- what happens: in this order, each on its day ---- */

enum step {
    STEP_UNSET = 0,
    SELLER,
    ASKED,
    QUOTED,
    ORDERED,
    SENT,
    ARRIVED,
    SAMPLE,
    BROKEN,
    AGREED
};

static const struct works_step {
    enum step step;
    int day;                  /* before now */
    const char *who, *product;
    int64_t quantity, unit_minor;
    int deposit_percent;
    const char *place, *words;
} steps[] = {
    {SELLER, 29, "wenqing", NULL, 0, 0, 0, NULL, NULL},
    {ASKED, 22, "sofia", "river-bowls", 6, 0, 0, NULL,
     "For the new terrace. Do all six sets come from one firing?"},
    {QUOTED, 21, "haoran", "river-bowls", 6, 5800, 0, "Trieste",
     "One firing, packed as one crate."},
    {ORDERED, 20, "sofia", NULL, 0, 0, 0, NULL, NULL},
    {SENT, 18, "haoran", NULL, 0, 0, 0, NULL, "DHL JD01460077"},
    {ARRIVED, 11, "haoran", NULL, 0, 0, 0, NULL, NULL},
    {SAMPLE, 8, "camille", "everyday-plate", 1, 0, 0, NULL, NULL},
    {BROKEN, 5, "sofia", NULL, 0, 0, 0, NULL, "One set arrived as many small bowls."},
    {AGREED, 4, "haoran", NULL, 0, 0, 0, NULL,
     "So sorry. Put what is left into the same box; the courier fetches it on Friday."},
    {ASKED, 2, "tomasz", "everyday-plate", 240, 0, 0, NULL,
     "For the second café. Could half of them come without the blue line?"},
    {QUOTED, 1, "haoran", "everyday-plate", 240, 2150, 30, "Gdańsk",
     "120 with the line, 120 without. Same clay, same price."},
};
const size_t demo_works_count = COUNT(steps);

int demo_works_day(size_t index)
{
    return steps[index].day;
}

struct works {
    struct demo *demo;
    const struct works_step *step;
    struct shop_id shop;
};

static struct variant_id goods(const struct works *x)
{
    return demo_product_of(x->demo, CLAY, x->step->product)->variants[0];
}

static const struct err *party_of(struct turn *t, const struct works *x, struct order_party *ret)
{
    const struct demo_person *who = demo_person_of(x->step->who);
    *ret = (struct order_party){.address = {.name = str_c(who->name),
                                            .line1 = str_c(who->line),
                                            .city = str_c(who->city),
                                            .postcode = str_c(who->postcode),
                                            .region = str_c(who->region),
                                            .country = str_c(who->country),
                                            .phone = S("+3120555040")}};
    return str_fmt(t->arena, &ret->email, "%s@example.com", who->handle);
}

static const struct err *tell_seller(struct turn *t, const struct works *x)
{
    const struct paper_seller seller = {
        .legal_name = S("Jingdezhen Clay Ceramics Co., Ltd."),
        .address = S("18 Kiln Lane, Zhushan District\n333000 Jingdezhen, Jiangxi\nChina"),
        .vat_id = S(""),
        .registration = S("Unified social credit code 91360200EXAMPLE0X"),
        .bank = S("Bank of the Example, Jingdezhen\nAccount 0000 1953 0000"),
        .foot = S("Thank you. It was fired for you.")};
    return paper_seller_set(t, x->shop, &seller);
}

static const struct err *ask(struct turn *t, const struct works *x)
{
    const struct demo_person *who = demo_person_of(x->step->who);
    const struct quote_wish wish = {.variant_id = goods(x), .quantity = x->step->quantity};
    return quote_ask(t, &(struct quote_ask){.shop_id = x->shop, .account_id = t->actor,
                                            .name = str_c(who->name),
                                            .language = str_c(who->language), .wishes = &wish,
                                            .wish_count = 1, .country = str_c(who->country),
                                            .incoterm = S("CIP"), .needed_by = S(""),
                                            .note = str_c(x->step->words)},
                     &x->demo->works.quote);
}

static const struct err *answer(struct turn *t, const struct works *x)
{
    const struct works_step *s = x->step;
    const struct quote_answer_line line = {goods(x), s->quantity, s->unit_minor, false};
    const struct quote_answer a = {.lines = &line,
                                   .line_count = 1,
                                   .shipping_minor = 6800,
                                   .deposit_percent = s->deposit_percent,
                                   .incoterm = S("CIP"),
                                   .place = str_c(s->place),
                                   .lead_time = S("25 days"),
                                   .note = str_c(s->words),
                                   .valid_days = QUOTE_DAYS_USUAL,
                                   .pay_days = QUOTE_PAY_DAYS_USUAL};
    return quote_answer(t, x->shop, x->demo->works.quote, 0, &a);
}

static const struct err *accept(struct turn *t, const struct works *x)
{
    struct quote_accept a = {.shop_id = x->shop,
                             .id = x->demo->works.quote,
                             .version = 1,
                             .account_id = t->actor,
                             .channel = S("site"),
                             .language = S("en")};
    TRY(party_of(t, x, &a.party));
    return quote_accept(t, &a, &x->demo->works.order);
}

static const struct err *try_one(struct turn *t, const struct works *x)
{
    const struct price_want want = {goods(x), x->step->quantity};
    struct order_place o = {.key = S("demo-sample"),
                            .shop_id = x->shop,
                            .buyer_id = t->actor,
                            .wants = &want,
                            .want_count = 1,
                            .is_sample = true,
                            .expected_total_minor = -1,
                            .channel = S("site")};
    TRY(party_of(t, x, &o.party));
    return order_place(t, &o, &x->demo->works.sample);
}

static const struct err *take_back(struct turn *t, const struct works *x)
{
    const struct returns_line one = {.position = 0, .quantity = 1};
    return returns_ask(t, &(struct returns_ask){.shop_id = x->shop,
                                                .order_id = x->demo->works.order,
                                                .key = S("demo-broken"),
                                                .reason = RETURNS_BROKEN,
                                                .words = str_c(x->step->words),
                                                .lines = &one,
                                                .line_count = 1},
                       &x->demo->works.broken);
}

static const struct err *step_turn(struct turn *t, void *arg)
{
    const struct works *x = arg;
    const struct demo *d = x->demo;
    switch (x->step->step) {
    case SELLER:
        return tell_seller(t, x);
    case ASKED:
        return ask(t, x);
    case QUOTED:
        return answer(t, x);
    case ORDERED:
        return accept(t, x);
    case SENT:
        return order_ship(t, x->shop, d->works.order, str_c(x->step->words));
    case ARRIVED:
        return order_deliver(t, x->shop, d->works.order);
    case SAMPLE:
        return try_one(t, x);
    case BROKEN:
        return take_back(t, x);
    case AGREED:
        return returns_agree(t, &(struct returns_agree){.shop_id = x->shop, .id = d->works.broken,
                                                        .words = str_c(x->step->words),
                                                        .fee_minor = -1});
    case STEP_UNSET:
    default:
        UNREACHABLE();
    }
}

const struct err *demo_works(struct demo *d, struct arena *a, size_t index)
{
    struct works x = {.demo = d, .step = &steps[index], .shop = d->shops[CLAY].id};
    struct account_id who = demo_person_id(d, x.step->who);
    struct demo_browser b = {.demo = d, .agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0",
                             .language = "en"};
    TRY(demo_turn(d, who, step_turn, &x));
    if (x.step->step != ORDERED && x.step->step != SAMPLE)
        return NULL;
    d->orders++;
    TRY(demo_sign_in(&b, who));
    return demo_pay(&b, a, CLAY, x.step->step == SAMPLE ? d->works.sample : d->works.order, who,
                    false);
}
