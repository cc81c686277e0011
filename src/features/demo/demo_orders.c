/* Who buys and how: orders through the same commands as the pages use, paid on the gateway's own
 * page. */
#include "account/account.h"
#include "demo/demo_part.h"

struct guest_names {
    const char *names[16], *lines[6];
    struct {
        const char *city, *postcode, *region, *country;
    } places[6];
};

static const struct guest_names guests[3] = {
    {{"Anna Vermeer", "Lukas Brandt", "Chloé Martin", "Eva Janssen", "Oliver Hughes",
      "Marta Kowalska", "Freya Nilsen", "Pieter Smit", "Lucía Romero", "Hanna Virtanen",
      "Emma Dubois", "Nils Bergström", "Giulia Conti", "Saskia Bakker", "Tom Claes", "Aoife Byrne"},
     {"Havenstraat 4", "Lange Gracht 71", "Parkweg 12", "Schoolstraat 3", "Zeedijk 118",
      "Molenpad 9"},
     {{"Utrecht", "3511 AB", "", "NL"},
      {"Antwerpen", "2000", "", "BE"},
      {"Hamburg", "20095", "", "DE"},
      {"Haarlem", "2011 CD", "", "NL"},
      {"Gent", "9000", "", "BE"},
      {"Bremen", "28195", "", "DE"}}},
    {{"Grace Palmer", "Henrik Olsen", "Yuki Sato", "Bruno Almeida", "Nadia Rahman", "Ethan Cole",
      "Léa Fontaine", "Max Weber", "Ines Kovač", "Ruth Adler", "Marco Bellini", "Kaja Nowak",
      "Owen Price", "Signe Holm", "Paula Reyes", "Dev Malik"},
     {"Station Road 15", "Mill Lane 2", "Rue Haute 30", "Gartenstr. 8", "Orchard Row 44",
      "Quai Sud 6"},
     {{"Lyon", "69002", "", "FR"},
      {"Wien", "1070", "", "AT"},
      {"Berlin", "10115", "", "DE"},
      {"København", "1050", "", "DK"},
      {"Milano", "20121", "MI", "IT"},
      {"Lisboa", "1100-053", "", "PT"}}},
    {{"陈一宁", "赵小满", "刘思远", "吴桐", "孙嘉禾", "郑安", "何苗", "马骁", "黄鹂", "罗川",
      "谢小雨", "唐棠", "许知夏", "宋词", "冯野", "邓可"},
     {"建设路 12 号", "人民南路 88 号", "桂花巷 5 号", "滨江路 201 号", "中山路 36 号",
      "书院街 9 号"},
     {{"成都", "610000", "四川", "CN"},
      {"重庆", "400010", "重庆", "CN"},
      {"北京", "100010", "北京", "CN"},
      {"广州", "510030", "广东", "CN"},
      {"武汉", "430010", "湖北", "CN"},
      {"西安", "710002", "陕西", "CN"}}},
};

/* ---- who ---- */

struct guest_make {
    str name, language;
    struct account_id id;
};

static const struct err *guest_turn(struct turn *t, void *arg)
{
    struct guest_make *g = arg;
    return account_guest_make(t, g->name, g->language, &g->id);
}

static bool known_person(struct demo *d, size_t shop, struct demo_buyer *ret)
{
    str language = str_c(demo_shops[shop]->language);
    size_t count = 0, n = 0, wanted;
    for (size_t i = 0; demo_people[i].handle != NULL; i++)
        count += demo_people[i].line != NULL && str_eq(str_c(demo_people[i].language), language);
    wanted = (size_t)demo_below(d, (int)count);
    for (size_t i = 0; demo_people[i].handle != NULL; i++) {
        const struct demo_person *p = &demo_people[i];
        if (p->line == NULL || !str_eq(str_c(p->language), language) || n++ != wanted)
            continue;
        *ret = (struct demo_buyer){.account_id = d->people[i],
                                   .name = str_c(p->name),
                                   .line = str_c(p->line),
                                   .city = str_c(p->city),
                                   .postcode = str_c(p->postcode),
                                   .region = str_c(p->region),
                                   .country = str_c(p->country)};
        return str_fmt(d->arena, &ret->email, "%s@example.com", p->handle) == NULL;
    }
    return false;
}

const struct err *demo_buyer_guest(struct demo *d, size_t shop, struct demo_buyer *ret)
{
    const struct guest_names *g = &guests[shop];
    size_t n = (size_t)demo_below(d, (int)COUNT(g->names)),
           at = (size_t)demo_below(d, (int)COUNT(g->places));
    struct guest_make m = {.name = str_c(g->names[n]),
                           .language = str_c(demo_shops[shop]->language)};
    TRY(demo_turn(d, (struct account_id){0}, guest_turn, &m));
    *ret = (struct demo_buyer){.account_id = m.id,
                               .name = m.name,
                               .line = str_c(g->lines[(size_t)demo_below(d, (int)COUNT(g->lines))]),
                               .city = str_c(g->places[at].city),
                               .postcode = str_c(g->places[at].postcode),
                               .region = str_c(g->places[at].region),
                               .country = str_c(g->places[at].country)};
    return str_fmt(d->arena, &ret->email, "guest%zu%zu@example.com", shop, n + 1);
}

const struct err *demo_buyer_invent(struct demo *d, size_t shop, struct demo_buyer *ret)
{
    if (demo_chance(d, 420) && known_person(d, shop, ret))
        return NULL;
    return demo_buyer_guest(d, shop, ret);
}

/* ---- what ---- */

struct order_make {
    struct demo_browser *browser;
    size_t shop;
    const struct demo_buyer *who;
    struct price_want wants[2];
    size_t want_count;
    struct order_id id;
};

static const struct err *order_turn(struct turn *t, void *arg)
{
    struct order_make *m = arg;
    const struct demo *d = m->browser->demo;
    const struct demo_buyer *who = m->who;
    str key, phone;
    for (size_t i = 0; i < m->want_count; i++) {
        struct variant v;
        TRY(catalog_variant(t->tx, t->arena, d->shops[m->shop].id, m->wants[i].variant_id, &v));
        m->wants[i].quantity = catalog_ladder_nearest(&v.ladder, m->wants[i].quantity);
    }
    TRY(str_fmt(t->arena, &key, "demo-%lld-%d", (long long)d->run, d->orders));
    TRY(str_fmt(t->arena, &phone, m->shop == 2 ? "1380000%04d" : "+3120555%04d", 1000 + d->orders));
    struct order_place o = {.key = key,
                            .shop_id = d->shops[m->shop].id,
                            .buyer_id = who->account_id,
                            .visitor_id = demo_visitor_id(m->browser),
                            .wants = m->wants,
                            .want_count = m->want_count,
                            .expected_total_minor = -1,
                            .channel = S("site"),
                            .mail_consent = d->orders % 3 == 0,
                            .party = {.email = who->email,
                                      .address = {.name = who->name,
                                                  .line1 = who->line,
                                                  .city = who->city,
                                                  .postcode = who->postcode,
                                                  .region = who->region,
                                                  .country = who->country,
                                                  .phone = phone}}};
    return order_place(t, &o, &m->id);
}

static void choose(struct demo *d, struct order_make *m)
{
    const struct demo_shop_made *s = &d->shops[m->shop];
    size_t first = (size_t)demo_below(d, (int)s->product_count),
           second = (size_t)demo_below(d, (int)s->product_count);
    const struct demo_product_made *p = &s->products[first];
    /* The dearest packs are bought seldom. */
    size_t v = (size_t)demo_below(d, (int)p->variant_count);
    v = demo_chance(d, 500) ? (size_t)demo_below(d, (int)v + 1) : v;
    m->wants[m->want_count++] = (struct price_want){p->variants[v], demo_chance(d, 150) ? 2 : 1};
    if (second != first && demo_chance(d, 300))
        m->wants[m->want_count++] = (struct price_want){s->products[second].variants[0], 1};
}

/* ---- paying: what the browser does on the page it is sent to ---- */

const struct err *demo_pay_on_page(struct demo_browser *b, struct arena *a, str redirect,
                                     bool declines)
{
    struct demo_answer answer;
    str sig = redirect, form, path = str_cut(&sig, '?');
    ptrdiff_t at = str_find(sig, S("sig="));
    if (at < 0)
        return ERR(a, ERR_BUG, "error.bug", "no page to pay on: %.*s", STR_ARG(redirect));
    TRY(str_fmt(a, &form, "%.*s&card=%s&decision=pay&remember=1",
                STR_ARG(str_from(sig, (size_t)at)), declines ? "0002" : "4242"));
    TRY(demo_post(b, a, path, form, &answer));
    if (answer.status >= 400)
        return ERR(a, ERR_BUG, "error.bug", "paying answered %d", answer.status);
    return NULL;
}

const struct err *demo_pay(struct demo_browser *b, struct arena *a, size_t shop,
                           struct order_id id, struct account_id payer, bool declines)
{
    struct payment_begin begin;
    str key;
    TRY(str_fmt(a, &key, "demo-pay-%lld-%d", (long long)b->demo->run, b->demo->orders));
    TRY(order_pay_begin(b->demo->platform, a,
                        &(struct order_pay){.key = key,
                                            .shop_id = b->demo->shops[shop].id,
                                            .order_id = id,
                                            .payer_id = payer,
                                            .use_saved = !declines,
                                            .remember = true,
                                            .return_path = S("/")},
                        &begin));
    return begin.step == PAYMENT_STEP_REDIRECT ? demo_pay_on_page(b, a, begin.redirect, declines)
                                               : NULL;
}

const struct err *demo_order(struct demo_browser *b, size_t shop, const struct demo_buyer *who,
                             enum demo_paying paying, struct order_id *ret)
{
    struct demo *d = b->demo;
    struct order_make m = {.browser = b, .shop = shop, .who = who};
    struct arena a;
    ret->v = 0;
    choose(d, &m);
    d->orders++;
    const struct err *e = demo_turn(d, who->account_id, order_turn, &m);
    if (e != NULL && e->kind == ERR_CONFLICT) /* sold out: people meet that too */
        return NULL;
    TRY(e);
    *ret = m.id;
    if (paying == DEMO_LEAVES)
        return NULL;
    demo_clock_set(d, clock_now_ms(&d->clock.clock) + DEMO_MINUTE_MS);
    arena_init(&a, MiB(32));
    e = demo_pay(b, &a, shop, m.id, who->account_id, paying == DEMO_DECLINED);
    if (e != NULL)
        e = err_wrap(d->arena, err_keep(d->arena, e), "paying order %d: %.*s", d->orders,
                     STR_ARG(e->detail));
    arena_done(&a);
    return e;
}
