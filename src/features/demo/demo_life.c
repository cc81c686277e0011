/* The days of the story. Everything that happens is an entry with its minute, made before the first
 * day; then the clock walks from entry to entry and each is done. */
#include <stdio.h>
#include <stdlib.h>

#include "demo/demo_part.h"

enum happening {
    HAPPENING_UNSET = 0,
    VISIT,
    POST,
    COMMENT,
    LIKE,
    SHIP,
    DELIVER,
    REFUND,
    TALK,
    ARRIVES,
    WORKS,
    EVENING
};

struct entry {
    int64_t at_ms;
    int order; /* among those of one minute: as they were made */
    enum happening what;
    size_t shop, index, part;
    struct order_id order_id;
};

struct story {
    struct demo *demo;
    VEC(struct entry) entries;
    size_t done;
    int refunds;
    bool failed; /* out of memory */
};

static struct entry *add(struct story *s, enum happening what, int64_t at_ms, size_t shop,
                         size_t index)
{
    static struct entry spare;
    struct entry *e = VEC_PUSH(s->demo->arena, &s->entries);
    if (e == NULL) {
        s->failed = true;
        e = &spare;
    }
    *e = (struct entry){
        .at_ms = at_ms, .order = (int)s->entries.count, .what = what, .shop = shop, .index = index};
    return e;
}

static int by_time(const void *one, const void *other)
{
    const struct entry *a = one, *b = other;
    return a->at_ms != b->at_ms ? (a->at_ms < b->at_ms ? -1 : 1) : a->order - b->order;
}

/* ---- visits ---- */

static const char *const agents[] = {
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
};
static const char crawler[] =
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
static const char preview[] = "WhatsApp/2.23.20.0 A";

const struct err *demo_look_around(struct demo_browser *b, struct arena *a, size_t shop,
                                     str arrival)
{
    struct demo *d = b->demo;
    struct demo_answer answer;
    str path;
    TRY(demo_get(b, a, arrival, &answer));
    if (!str_is_absent(answer.location) && b->agent != crawler && b->agent != preview) {
        str target = answer.location;
        TRY(str_dup(a, target, &target));
        TRY(demo_get(b, a, target, &answer));
    }
    int pages = demo_chance(d, 620) ? 1 + demo_below(d, 2) : 0;
    for (int i = 0; i < pages && b->agent != crawler && b->agent != preview; i++) {
        const struct demo_shop *s = demo_shops[shop];
        demo_clock_set(d, clock_now_ms(&d->clock.clock) + 20000 + 1000 * demo_below(d, 60));
        TRY(str_fmt(a, &path, "/s/%s/p/%s", s->handle,
                    s->products[demo_below(d, (int)d->shops[shop].product_count)].handle));
        TRY(demo_get(b, a, path, &answer));
    }
    return NULL;
}

/* What follows a paid order in the days after. */
static void plan_parcel(struct story *s, size_t shop, struct order_id id)
{
    struct demo *d = s->demo;
    int64_t now = clock_now_ms(&d->clock.clock);
    int64_t ship = now + DEMO_DAY_MS * (1 + demo_below(d, 2)) + DEMO_HOUR_MS;
    bool refunds = demo_chance(d, 70) && s->refunds < 4;
    if (ship < d->end_ms)
        add(s, SHIP, ship, shop, 0)->order_id = id;
    if (ship + 4 * DEMO_DAY_MS < d->end_ms)
        add(s, DELIVER, ship + 4 * DEMO_DAY_MS, shop, 0)->order_id = id;
    if (refunds && ship + 6 * DEMO_DAY_MS < d->end_ms) {
        add(s, REFUND, ship + 6 * DEMO_DAY_MS, shop, (size_t)s->refunds)->order_id = id;
        s->refunds++;
    }
    qsort(s->entries.items + s->done, s->entries.count - s->done, sizeof *s->entries.items,
          by_time);
}

static const struct err *buy(struct story *s, struct demo_browser *b, size_t shop,
                             enum demo_paying paying)
{
    struct demo_buyer who;
    struct order_id id;
    TRY(demo_buyer_invent(s->demo, shop, &who));
    TRY(demo_sign_in(b, who.account_id));
    TRY(demo_order(b, shop, &who, paying, &id));
    if (id.v != 0 && paying == DEMO_PAYS)
        plan_parcel(s, shop, id);
    return NULL;
}

const struct err *demo_arrival(const struct demo *d, struct arena *a, size_t shop, size_t pool,
                               str *ret)
{
    str code = pool == DEMO_POOLS_MAX ? STR_NONE : d->shops[shop].link_codes[pool];
    return str_is_empty(code) ? str_fmt(a, ret, "/s/%s", demo_shops[shop]->handle)
                              : str_fmt(a, ret, "/l/%.*s", STR_ARG(code));
}

bool demo_browser_choose(struct demo *d, size_t shop, struct demo_browser *ret)
{
    int kind = demo_below(d, 100);
    *ret = (struct demo_browser){.demo = d,
                                 .language = shop == 2 ? "zh-CN,zh;q=0.9" : "en-GB,en;q=0.8"};
    ret->agent = kind < 6    ? crawler
                 : kind < 12 ? preview
                             : agents[demo_below(d, (int)COUNT(agents))];
    return kind >= 12;
}

static const struct err *visit(struct story *s, struct arena *a, const struct entry *e)
{
    struct demo *d = s->demo;
    const struct demo_shop *shop = demo_shops[e->shop];
    bool by_herself = e->index == DEMO_POOLS_MAX;
    str arrival;
    struct demo_browser b;
    bool is_person = demo_browser_choose(d, e->shop, &b);
    d->visits++;
    TRY(demo_arrival(d, a, e->shop, e->index, &arrival));
    TRY(demo_look_around(&b, a, e->shop, arrival));
    int buys = by_herself ? 40 : shop->pools[e->index].buys_permille;
    if (!is_person || !demo_chance(d, buys))
        return NULL;
    int ends = demo_below(d, 100);
    return buy(s, &b, e->shop, ends < 6 ? DEMO_DECLINED : ends < 15 ? DEMO_LEAVES : DEMO_PAYS);
}

/* An order that just arrived, and somebody who is still looking for her card. */
static const struct err *just_now(struct story *s, size_t shop)
{
    struct demo_browser b = {
        .demo = s->demo, .agent = agents[0], .language = shop == 2 ? "zh-CN" : "en"};
    struct demo_answer answer;
    struct arena a;
    str path;
    arena_init(&a, MiB(16));
    const struct err *e =
        str_fmt(&a, &path, "/l/%.*s", STR_ARG(s->demo->shops[shop].link_codes[0]));
    if (e == NULL)
        e = demo_get(&b, &a, path, &answer);
    arena_done(&a);
    TRY(e);
    TRY(buy(s, &b, shop, DEMO_LEAVES));
    b.session = STR_NONE;
    return buy(s, &b, shop, DEMO_PAYS);
}

/* ---- posts ---- */

struct post_make {
    struct demo *demo;
    size_t shop, index;
    const char *text;
    struct post_id id;
};

static const struct err *post_turn(struct turn *t, void *arg)
{
    struct post_make *m = arg;
    const struct demo_post *p = &demo_shops[m->shop]->posts[m->index];
    int64_t media[DEMO_PHOTOS_MAX];
    struct post_tag_new tags[COUNT(p->tags)];
    struct post_new n = {.text = str_c(p->text), .media_ids = media, .tags = tags};
    if (!p->personal)
        n.shop_id = m->demo->shops[m->shop].id;
    for (size_t i = 0; i < DEMO_PHOTOS_MAX && p->photos[i] != NULL; i++)
        media[n.media_count++] = demo_picture(m->demo, p->photos[i], p->personal);
    for (size_t i = 0; i < COUNT(tags) && p->tags[i].product != NULL; i++) {
        struct product_id id = demo_product_of(m->demo, m->shop, p->tags[i].product)->id;
        tags[n.tag_count++] = (struct post_tag_new){id, 0, p->tags[i].x, p->tags[i].y};
    }
    TRY(social_post_make(t, &n, &m->id));
    if (p->trigger == NULL)
        return NULL;
    return flow_trigger_set(t, &(struct flow_trigger){.shop_id = n.shop_id,
                                                      .hashtag = str_c(p->trigger),
                                                      .post_id = m->id,
                                                      .product_id = tags[0].product_id});
}

static const struct err *comment_turn(struct turn *t, void *arg)
{
    struct post_make *m = arg;
    struct comment_id id;
    return social_comment_make(t, m->id, str_c(m->text), STR_NONE, &id);
}

static const struct err *like_turn(struct turn *t, void *arg)
{
    struct post_make *m = arg;
    return social_like_set(t, m->id, true);
}

static const struct err *act_on_post(struct story *s, const struct entry *e)
{
    struct demo *d = s->demo;
    const struct demo_post *p = &demo_shops[e->shop]->posts[e->index];
    struct post_make m = {
        .demo = d, .shop = e->shop, .index = e->index, .id = d->shops[e->shop].posts[e->index]};
    if (e->what == POST) {
        TRY(demo_turn(d, demo_person_id(d, p->author), post_turn, &m));
        d->shops[e->shop].posts[e->index] = m.id;
        return NULL;
    }
    if (e->what == LIKE)
        return demo_turn(d, d->people[e->part], like_turn, &m);
    m.text = p->comments[e->part].text;
    return demo_turn(d, demo_person_id(d, p->comments[e->part].who), comment_turn, &m);
}

/* ---- parcels ---- */

static const struct err *parcel_turn(struct turn *t, void *arg)
{
    const struct entry *e = arg;
    static const char *const carriers[] = {"PostNL 3SREEF", "DHL JD0146", "顺丰 SF1880"};
    struct tx *tx = t->tx;
    struct shop_id shop;
    struct account_id buyer;
    str tracking;
    TRY(order_find(tx, t->arena, e->order_id, &shop, &buyer));
    if (e->what == DELIVER)
        return order_deliver(t, shop, e->order_id);
    TRY(str_fmt(t->arena, &tracking, "%s%04d", carriers[e->shop], (int)(e->order % 10000)));
    return order_ship(t, shop, e->order_id, tracking);
}

static const struct err *refund(struct demo *d, struct arena *a, const struct entry *e)
{
    struct tx *tx;
    struct order o;
    str key;
    struct shop_id shop = d->shops[e->shop].id;
    TRY(db_read_begin(d->platform->db, a, &tx));
    const struct err *failed = order_get(tx, a, d->platform, shop, e->order_id, &o);
    db_read_end(tx);
    TRY(failed);
    TRY(str_fmt(a, &key, "demo-refund-%zu", e->index));
    return order_refund(d->platform, a, shop, o.id,
                        e->index % 2 == 0 ? o.total_minor : o.total_minor / 4, key,
                        demo_person_id(d, demo_shops[e->shop]->owner));
}

/* A parcel may have been refunded before it arrives: then nothing happens. */
static const struct err *forgive(const struct err *e)
{
    return e != NULL && (e->kind == ERR_CONFLICT || e->kind == ERR_INVALID) ? NULL : e;
}

/* ---- the plan ---- */

static void plan_pool(struct story *s, size_t shop, size_t index, const struct demo_pool *p,
                      int days)
{
    struct demo *d = s->demo;
    for (int day = days; day >= 0; day--) {
        int since = p->peak_day - day, count = p->visits_per_day;
        if (since >= 0 && since < 5)
            count += p->peak_visits >> since;
        else if (since < 0 && p->peak_visits > 30)
            count = 0; /* the fair had not begun */
        count = count * (600 + demo_below(d, 700)) / 1000;
        for (int i = 0; i < count; i++) {
            int64_t at = d->end_ms - day * DEMO_DAY_MS - DEMO_HOUR_MS * demo_below(d, 14) -
                         DEMO_MINUTE_MS * (5 + demo_below(d, 50));
            add(s, VISIT, at, shop, index);
        }
    }
}

static void plan_post(struct story *s, size_t shop, size_t index, const struct demo_post *p)
{
    struct demo *d = s->demo;
    int64_t at =
        d->end_ms - p->day * DEMO_DAY_MS - 2 * DEMO_HOUR_MS - DEMO_MINUTE_MS * demo_below(d, 200);
    size_t people = 0;
    add(s, POST, at, shop, index);
    while (demo_people[people].handle != NULL)
        people++;
    for (size_t i = 0; i < DEMO_COMMENTS_MAX && p->comments[i].who != NULL; i++)
        add(s, COMMENT, at + DEMO_MINUTE_MS * (9 + 17 * (int64_t)i), shop, index)->part = i;
    for (int i = 0; i < p->likes; i++)
        add(s, LIKE, at + DEMO_MINUTE_MS * (3 + 5 * (int64_t)i), shop, index)->part =
            (index * 3 + shop + (size_t)i * 5) % people;
}

static void plan(struct story *s)
{
    struct demo *d = s->demo;
    int days = d->small ? 2 : DEMO_DAYS - 2;
    for (size_t shop = 0; shop < COUNT(demo_shops); shop++) {
        const struct demo_shop *data = demo_shops[shop];
        for (size_t i = 0; i < DEMO_POSTS_MAX && data->posts[i].author != NULL; i++)
            plan_post(s, shop, i, &data->posts[i]);
        for (size_t i = 0; i < DEMO_POOLS_MAX && data->pools[i].key != NULL; i++)
            plan_pool(s, shop, i, &data->pools[i], days);
        plan_pool(s, shop, DEMO_POOLS_MAX, &(struct demo_pool){.visits_per_day = 3}, days);
    }
    for (size_t i = 0; i < demo_talk_count; i++) {
        int64_t ago = demo_talks[i].day * DEMO_DAY_MS +
                      (demo_talks[i].day == 0 ? 45 - 8 * (int64_t)i % 40 : 15) * DEMO_MINUTE_MS;
        add(s, TALK, d->end_ms - ago, demo_talks[i].shop, i);
    }
    for (size_t i = 0; i < demo_works_count; i++)
        add(s, WORKS, d->end_ms - demo_works_day(i) * DEMO_DAY_MS - 4 * DEMO_HOUR_MS, 0, i);
    for (size_t shop = 0; shop < COUNT(demo_shops); shop++)
        add(s, ARRIVES, d->end_ms - (2 + 5 * (int64_t)shop) * DEMO_MINUTE_MS, shop, 0);
    for (int day = DEMO_DAYS; day >= 0; day--)
        add(s, EVENING, d->end_ms - day * DEMO_DAY_MS - 3 * DEMO_MINUTE_MS, 0, 0);
    qsort(s->entries.items, s->entries.count, sizeof *s->entries.items, by_time);
}

static const struct err *happen(struct story *s, struct arena *a, const struct entry *e)
{
    switch (e->what) {
    case VISIT:
        return visit(s, a, e);
    case POST:
    case COMMENT:
    case LIKE:
        return act_on_post(s, e);
    case SHIP:
    case DELIVER: {
        struct entry copy = *e;
        return forgive(demo_turn(s->demo, demo_person_id(s->demo, demo_shops[e->shop]->owner),
                                 parcel_turn, &copy));
    }
    case REFUND:
        return forgive(refund(s->demo, a, e));
    case TALK:
        return demo_talk(s->demo, a, e->index);
    case ARRIVES:
        return just_now(s, e->shop);
    case WORKS:
        return demo_works(s->demo, a, e->index);
    case EVENING:
    case HAPPENING_UNSET:
    default:
        return NULL;
    }
}

static const struct err *do_next(struct story *s, struct arena *a)
{
    struct demo *d = s->demo;
    struct entry e = s->entries.items[s->done++];
    if (e.at_ms > clock_now_ms(&d->clock.clock))
        demo_clock_set(d, e.at_ms);
    const struct err *failed = happen(s, a, &e);
    if (failed != NULL)
        return err_wrap(d->arena, err_keep(d->arena, failed), "entry %zu: %.*s", s->done,
                        STR_ARG(failed->detail));
    bool settles = e.what != VISIT && e.what != LIKE;
    return settles ? demo_settle(d) : NULL;
}

const struct err *demo_life(struct demo *d)
{
    struct story s = {.demo = d};
    plan(&s);
    while (s.done < s.entries.count && !s.failed) {
        struct arena a;
        arena_init(&a, MiB(64));
        const struct err *e = do_next(&s, &a);
        arena_done(&a);
        if (e != NULL)
            return e;
        if (s.done % 50 == 0 || s.done == s.entries.count) {
            printf("\rdemo: %d visits, %d orders", d->visits, d->orders);
            fflush(stdout);
        }
    }
    printf("\n");
    return s.failed ? &err_out_of_memory : demo_settle(d);
}
