/* The demo's people at work while the store is served: see demo_alive.h. */
#include "demo/demo_alive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "core/dispatch.h"
#include "core/edge.h"
#include "core/setting.h"
#include "demo/demo_recall.h"

enum {
    ACT_ARENA = 64,
    LONG_ARENA = 16,
    TALK_ACTS_MAX = 14,
    PAUSE_GROWS_TO = 15,
    SLICE_MS = 100,
    COMMENTS_READ = 50
};
static const int64_t PAUSE_GROWS_EVERY_MS = 20 * 60000;

/* What people say below a post; nobody says it twice there. */
static const char *const sayings[3][14] = {
    {"Wore mine in the North Sea last week. It stays where it should.", "Does the coral fade?",
     "My sister wants one now.",
     "The parcel smelled of salt. I choose to believe that was on purpose.",
     "Ordered. My first one lasted five summers.", "Is there a long-torso cut?",
     "Who took this picture? It is lovely.", "Finally one that does not ride up.",
     "How long to Portugal?", "Mine came in two days.", "The lining is so soft.",
     "See you in the water."},
    {"That glaze!", "Is it safe in the dishwasher?", "Two of mine have survived a toddler.",
     "How heavy is it?", "I would eat soup from this every day.", "Looks even better in the hand.",
     "Do you ship to Norway?", "The foot is so neatly trimmed.",
     "Adding this to the list for the new flat.", "Which kiln was this?",
     "We use these in the café. No chips yet.", "How many cups does it hold?"},
    {"看着就想喝一口。", "上回买的已经喝完了，回来补货。", "适合送长辈吗？", "包装很用心。",
     "这个颜色真好看。", "发到杭州几天？", "雨天配这个刚好。", "掌柜的手艺没得说。", "能冲几泡？",
     "周末来店里坐坐。", "香气很干净。", "已下单，等着。"},
};

struct demo_alive {
    struct demo demo;
    struct arena long_arena, error_arena; /* the latter holds the latest error */
    size_t people_count;
    /* The talk that goes on, if any; its own arena lives as long as it does. */
    bool is_talking;
    struct arena talk_arena;
    struct demo_browser talker;
    struct demo_person talks; /* who she is, for the bot's address form */
    size_t talk_shop;
    int talk_acts;
    str chat;
};

/* ---- waking up ---- */

const struct err *demo_is_here(struct platform *p, struct arena *a, bool *ret)
{
    struct demo *d;
    struct tx *tx;
    TRY_NEW(a, d);
    d->arena = a;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = demo_recall(tx, a, d, ret);
    db_read_end(tx);
    return e;
}

static const struct err *wake(struct demo_alive *l, struct arena *scratch)
{
    struct demo *d = &l->demo;
    struct dispatch_config config = {.platform = d->platform};
    struct tx *tx;
    bool is_here = false;
    TRY(dispatch_new(&l->long_arena, &config, &d->dispatch));
    TRY(db_read_begin(d->platform->db, scratch, &tx));
    const struct err *e = demo_recall(tx, scratch, d, &is_here);
    db_read_end(tx);
    TRY(e);
    if (!is_here)
        return ERR(scratch, ERR_CONFLICT, "demo.not_demo",
                   "the demo's shops are not in this store");
    while (demo_people[l->people_count].handle != NULL)
        l->people_count++;
    return NULL;
}

const struct err *demo_alive_new(struct platform *p, struct arena *a, uint64_t seed,
                                 struct demo_alive **ret)
{
    TRY_NEW(a, *ret);
    struct demo *d = &(*ret)->demo;
    arena_init(&(*ret)->long_arena, MiB(LONG_ARENA));
    arena_init(&(*ret)->error_arena, MiB(1));
    d->platform = p;
    d->arena = &(*ret)->long_arena;
    d->end_ms = d->run = clock_now_ms(p->clock);
    clock_fake_init(&d->clock,
                    d->end_ms); /* what the story's helpers move; nobody looks at it here */
    rng_seeded_init(&d->rng, seed);
    const struct err *e = wake(*ret, a);
    if (e != NULL) {
        arena_done(&(*ret)->long_arena);
        arena_done(&(*ret)->error_arena);
    }
    return e;
}

static void end_talk(struct demo_alive *l)
{
    if (l->is_talking)
        arena_done(&l->talk_arena);
    l->is_talking = false;
}

void demo_alive_free(struct demo_alive *l)
{
    if (l == NULL)
        return;
    end_talk(l);
    arena_done(&l->long_arena);
    arena_done(&l->error_arena);
}

/* ---- who and where ---- */

/* By how many come over it in the story; DEMO_POOLS_MAX: by herself. */
static size_t choose_pool(struct demo *d, size_t shop)
{
    const struct demo_pool *pools = demo_shops[shop]->pools;
    int sum = 3, at;
    for (size_t i = 0; i < DEMO_POOLS_MAX && pools[i].key != NULL; i++)
        sum += pools[i].visits_per_day + 2;
    at = demo_below(d, sum);
    for (size_t i = 0; i < DEMO_POOLS_MAX && pools[i].key != NULL; i++) {
        at -= pools[i].visits_per_day + 2;
        if (at < 0)
            return i;
    }
    return DEMO_POOLS_MAX;
}

/* A post of the shop that still stands; false: there is none. */
static bool choose_post(struct demo *d, size_t shop, size_t *ret)
{
    size_t first = (size_t)demo_below(d, DEMO_POSTS_MAX);
    for (size_t i = 0; i < DEMO_POSTS_MAX; i++) {
        *ret = (first + i) % DEMO_POSTS_MAX;
        if (d->shops[shop].posts[*ret].v != 0)
            return true;
    }
    return false;
}

/* Somebody who speaks the shop's language and does not work there. */
static bool choose_person(struct demo_alive *l, size_t shop, struct account_id *ret)
{
    struct demo *d = &l->demo;
    size_t first = (size_t)demo_below(d, (int)l->people_count);
    for (size_t i = 0; i < l->people_count; i++) {
        size_t at = (first + i) % l->people_count;
        const struct demo_person *p = &demo_people[at];
        *ret = d->people[at];
        if (p->line != NULL && strcmp(p->language, demo_shops[shop]->language) == 0 && ret->v != 0)
            return true;
    }
    return false;
}

/* ---- acts ---- */

static const struct err *act_visit(struct demo_alive *l, struct arena *a, struct demo_done *done)
{
    struct demo_browser b;
    str arrival;
    (void)demo_browser_choose(&l->demo, done->shop, &b);
    TRY(demo_arrival(&l->demo, a, done->shop, done->pool, &arrival));
    TRY(demo_look_around(&b, a, done->shop, arrival));
    done->is_done = true;
    return NULL;
}

struct on_post {
    struct post_id post;
    str text; /* absent: a like */
};

static const struct err *on_post_turn(struct turn *t, void *arg)
{
    const struct on_post *o = arg;
    struct comment_id id;
    return str_is_absent(o->text) ? social_like_set(t, o->post, true)
                                  : social_comment_make(t, o->post, o->text, STR_NONE, &id);
}

static const struct err *is_said(struct demo *d, struct arena *a, const struct on_post *o,
                                 bool *ret)
{
    struct comment *comments = NULL;
    size_t count = 0;
    struct tx *tx;
    TRY(db_read_begin(d->platform->db, a, &tx));
    const struct err *e =
        social_comments(tx, a, o->post, (struct comment_id){0}, COMMENTS_READ, &comments, &count);
    db_read_end(tx);
    TRY(e);
    *ret = false;
    for (size_t i = 0; i < count; i++)
        *ret = *ret || str_eq(comments[i].text, o->text);
    return NULL;
}

static const struct err *act_on_post(struct demo_alive *l, struct arena *a, struct demo_done *done)
{
    struct demo *d = &l->demo;
    struct on_post o = {.text = STR_NONE};
    struct account_id who;
    size_t post, saying = (size_t)demo_below(d, (int)COUNT(sayings[0]));
    bool said = false;
    if (!choose_post(d, done->shop, &post) || !choose_person(l, done->shop, &who))
        return NULL;
    o.post = d->shops[done->shop].posts[post];
    if (done->act == DEMO_ACT_COMMENT) {
        if (sayings[done->shop][saying] == NULL)
            return NULL;
        o.text = str_c(sayings[done->shop][saying]);
        TRY(is_said(d, a, &o, &said));
    }
    if (said)
        return NULL;
    TRY(turn_run(d->platform, a, who, on_post_turn, &o));
    done->is_done = true;
    return NULL;
}

/* `demo` thinks in goods that are all there. */
static bool can_order(const struct demo *d, size_t shop)
{
    for (size_t i = 0; i < d->shops[shop].product_count; i++)
        if (d->shops[shop].products[i].variant_count == 0)
            return false;
    return d->shops[shop].product_count > 0;
}

static const struct err *act_order(struct demo_alive *l, struct arena *a, struct demo_done *done)
{
    struct demo *d = &l->demo;
    struct demo_browser b;
    struct demo_buyer who;
    struct order_id id;
    str arrival;
    if (!can_order(d, done->shop) || !demo_browser_choose(d, done->shop, &b))
        return NULL;
    TRY(demo_arrival(d, a, done->shop, done->pool, &arrival));
    TRY(demo_look_around(&b, a, done->shop, arrival));
    TRY(demo_buyer_invent(d, done->shop, &who));
    if (who.account_id.v == 0) /* she is gone */
        return NULL;
    TRY(demo_sign_in(&b, who.account_id));
    TRY(demo_order(&b, done->shop, &who, demo_chance(d, 120) ? DEMO_LEAVES : DEMO_PAYS, &id));
    done->is_done = id.v != 0;
    return NULL;
}

/* ---- a talk: comes over a link, comments the hashtag, then one tap per act ---- */

static bool find_trigger(const struct demo *d, size_t shop, size_t *ret)
{
    for (*ret = 0; *ret < DEMO_POSTS_MAX; ++*ret)
        if (demo_shops[shop]->posts[*ret].trigger != NULL && d->shops[shop].posts[*ret].v != 0)
            return true;
    return false;
}

static const struct err *percent(struct arena *a, const char *text, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, strlen(text) * 3 + 1);
    for (; *text != 0; text++)
        strbuf_addf(&sb, "%%%02X", (unsigned char)*text);
    return strbuf_finish(&sb, ret);
}

static const struct err *start_talk(struct demo_alive *l, struct demo_done *done, size_t post)
{
    struct demo *d = &l->demo;
    struct arena *a = &l->talk_arena;
    const struct demo_post *data = &demo_shops[done->shop]->posts[post];
    struct demo_answer answer;
    struct demo_buyer who;
    str arrival, path, form, word, handle;
    TRY(demo_arrival(d, a, done->shop, done->pool, &arrival));
    TRY(demo_get(&l->talker, a, arrival, &answer));
    TRY(demo_buyer_guest(d, done->shop, &who));
    TRY(demo_sign_in(&l->talker, who.account_id));
    handle = str_sub(who.email, 0, (size_t)str_find_char(who.email, '@'));
    TRY(str_fmt(a, &handle, "%.*s", STR_ARG(handle)));
    l->talks = (struct demo_person){.handle = handle.ptr,
                                    .name = who.name.ptr,
                                    .line = who.line.ptr,
                                    .city = who.city.ptr,
                                    .postcode = who.postcode.ptr,
                                    .region = who.region.ptr,
                                    .country = who.country.ptr};
    struct id_text id = id_format(d->shops[done->shop].posts[post].v);
    TRY(percent(a, data->trigger, &word));
    TRY(str_fmt(a, &path, "/post/%s/comments", id.text));
    TRY(str_fmt(a, &form, "text=%%23%.*s", STR_ARG(word)));
    TRY(demo_post(&l->talker, a, path, form, &answer));
    done->is_done = answer.status < 400;
    return NULL;
}

static const struct err *act_talk(struct demo_alive *l, struct demo_done *done)
{
    struct demo *d = &l->demo;
    struct arena *before = d->arena;
    size_t post;
    struct demo_browser b;
    if (!find_trigger(d, done->shop, &post) || !demo_browser_choose(d, done->shop, &b))
        return NULL;
    arena_init(&l->talk_arena, MiB(ACT_ARENA));
    l->is_talking = true;
    l->talk_shop = done->shop;
    l->talk_acts = 0;
    l->talker = b;
    l->chat = STR_NONE;
    d->arena = &l->talk_arena; /* her cookies and her name last as long as the talk */
    const struct err *e = start_talk(l, done, post);
    d->arena = before;
    if (e != NULL || !done->is_done)
        end_talk(l);
    return e;
}

static const struct err *act_step(struct demo_alive *l, struct demo_done *done)
{
    struct demo *d = &l->demo;
    struct arena *before = d->arena;
    const struct err *e = NULL;
    bool is_over = false;
    done->shop = l->talk_shop;
    d->arena = &l->talk_arena;
    if (str_is_absent(l->chat))
        e = demo_talk_find(&l->talker, &l->talk_arena, &l->chat);
    if (e == NULL && !str_is_absent(l->chat)) {
        e = demo_talk_step(&l->talker, &l->talk_arena, l->chat, &l->talks, &is_over);
        done->is_done = e == NULL;
    }
    d->arena = before;
    if (e != NULL || is_over || ++l->talk_acts == TALK_ACTS_MAX)
        end_talk(l);
    return e;
}

static enum demo_act choose_act(struct demo_alive *l)
{
    struct demo *d = &l->demo;
    int at = demo_below(d, 100);
    if (l->is_talking && at < 50)
        return DEMO_ACT_STEP;
    at = demo_below(d, 100);
    if (at < 62)
        return DEMO_ACT_VISIT;
    if (at < 76)
        return DEMO_ACT_LIKE;
    if (at < 84)
        return DEMO_ACT_COMMENT;
    if (at < 91)
        return DEMO_ACT_ORDER;
    return l->is_talking ? DEMO_ACT_STEP : DEMO_ACT_TALK;
}

static const struct err *act(struct demo_alive *l, struct arena *a, struct demo_done *done)
{
    switch (done->act) {
    case DEMO_ACT_VISIT:
        return act_visit(l, a, done);
    case DEMO_ACT_LIKE:
    case DEMO_ACT_COMMENT:
        return act_on_post(l, a, done);
    case DEMO_ACT_ORDER:
        return act_order(l, a, done);
    case DEMO_ACT_TALK:
        return act_talk(l, done);
    case DEMO_ACT_STEP:
        return act_step(l, done);
    case DEMO_ACT_UNSET:
    case DEMO_ACT_COUNT:
        break;
    }
    UNREACHABLE();
}

const struct err *demo_alive_act(struct demo_alive *l, struct demo_done *ret)
{
    struct demo *d = &l->demo;
    struct arena a, *before = d->arena;
    *ret = (struct demo_done){.act = choose_act(l)};
    ret->shop = (size_t)demo_below(d, (int)COUNT(demo_shops));
    if (ret->act != DEMO_ACT_LIKE && ret->act != DEMO_ACT_COMMENT && ret->act != DEMO_ACT_STEP)
        ret->pool = choose_pool(d, ret->shop);
    arena_init(&a, MiB(ACT_ARENA));
    d->arena = &a;
    const struct err *e = act(l, &a, ret);
    d->arena = before;
    if (e != NULL) {
        arena_reset(&l->error_arena);
        e = err_keep(&l->error_arena, e);
    }
    arena_done(&a);
    return e;
}

/* ---- the thread ---- */

int64_t demo_alive_pause_ms(int64_t since_ms, int64_t least_ms, const struct rng *rng)
{
    int64_t times = 1 + since_ms / PAUSE_GROWS_EVERY_MS;
    int64_t usual = least_ms * (times < PAUSE_GROWS_TO ? times : PAUSE_GROWS_TO);
    return usual / 2 + (int64_t)rng_below(rng, (uint64_t)usual + 1);
}

static const struct err *read_settings(struct platform *p, struct arena *a, bool *ret_is_on,
                                       int64_t *ret_pause_ms)
{
    struct tx *tx;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = setting_bool(tx, a, p, (struct shop_id){0}, "demo.alive", ret_is_on);
    if (e == NULL)
        e = setting_int(tx, a, p, (struct shop_id){0}, "demo.alive_pause_ms", ret_pause_ms);
    db_read_end(tx);
    return e;
}

static void wait_ms(int64_t ms, const _Atomic bool *stop)
{
    for (; ms > 0 && !*stop; ms -= SLICE_MS) {
        struct timespec slice = {.tv_nsec = (ms < SLICE_MS ? ms : SLICE_MS) * 1000000};
        nanosleep(&slice, NULL);
    }
}

static void live(struct demo_alive *l, int64_t pause_ms, const _Atomic bool *stop)
{
    struct platform *p = l->demo.platform;
    struct log_line line;
    log_begin(&line, LOG_INFO, clock_now_ms(p->clock), "demo.alive");
    log_add(&line, "note",
            "people of the demo visit, comment and buy; MILLPOND_DEMO_ALIVE=false lets them sleep");
    log_end(&line);
    while (!*stop) {
        struct demo_done done;
        wait_ms(
            demo_alive_pause_ms(clock_now_ms(p->clock) - l->demo.run, pause_ms, &l->demo.rng.rng),
            stop);
        const struct err *e = *stop ? NULL : demo_alive_act(l, &done);
        /* A shop changed by hand may refuse what was thought out for it. */
        if (e != NULL && e->kind != ERR_CONFLICT && e->kind != ERR_INVALID &&
            e->kind != ERR_NOT_FOUND)
            edge_log_failure(p, "demo.act_failed", e);
    }
}

void demo_background(struct platform *p, const _Atomic bool *stop)
{
    struct arena a;
    struct demo_alive *l = NULL;
    bool is_on = false;
    int64_t pause_ms = 0;
    arena_init(&a, MiB(ACT_ARENA));
    const struct err *e = read_settings(p, &a, &is_on, &pause_ms);
    if (e == NULL && is_on) {
        e = demo_alive_new(p, &a, (uint64_t)clock_now_ms(p->clock), &l);
        if (e == NULL)
            live(l, pause_ms, stop);
        else
            l = NULL;
    }
    edge_log_failure(p, "demo.not_alive", e);
    demo_alive_free(l);
    arena_done(&a);
}
