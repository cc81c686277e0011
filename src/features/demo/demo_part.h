/* Inside feature demo: what its files share while they fill the store. One thread, but for drawing.
 */
#ifndef DEMO_DEMO_PART_H
#define DEMO_DEMO_PART_H

#include "chat/chat.h"
#include "demo/demo_data.h"
#include "flow/flow.h"
#include "media/media.h"
#include "order/order.h"
#include "pool/pool.h"
#include "quote/quote.h"
#include "returns/returns.h"
#include "shop/shop.h"
#include "social/social.h"

enum {
    DEMO_VARIANTS_MAX = DEMO_VALUES_MAX * DEMO_PHOTOS_MAX,
    DEMO_PICTURES_MAX = 64,
    DEMO_DAYS = 30
};
#define DEMO_USAGE "[--photos FOLDER] [--alive] [--small]"
static const int64_t DEMO_MINUTE_MS = 60000, DEMO_HOUR_MS = 3600000, DEMO_DAY_MS = 86400000;

struct demo_product_made {
    struct product_id id;
    struct variant_id variants[DEMO_VARIANTS_MAX];
    size_t variant_count;
};

struct demo_shop_made {
    struct shop_id id;
    struct demo_product_made products[DEMO_PRODUCTS_MAX];
    size_t product_count;
    str link_codes[DEMO_POOLS_MAX];
    struct post_id posts[DEMO_POSTS_MAX];
};

struct demo {
    struct platform *platform;
    struct arena *arena; /* for what lives as long as the demo */
    struct clock_fake clock;
    struct rng_seeded rng; /* decides the story: the same every time */
    struct dispatch *dispatch;
    int64_t end_ms;         /* now, as the story goes */
    bool small;             /* a few days, small pictures: for tests */
    const struct demo_photo *photos; /* one per picture; NULL: all are drawn */
    str password, password_hash;
    struct account_id people[DEMO_PEOPLE_MAX];
    struct demo_shop_made shops[3];
    struct {
        str name;
        int64_t media_id;
        int64_t personal_id; /* the same picture of the person who posts it as her own; 0: nobody
                                does */
    } pictures[DEMO_PICTURES_MAX];
    size_t picture_count;
    struct {
        struct quote_id quote;
        struct order_id order, sample;
        struct return_id broken;
    } works;                /* the latest of each */
    int orders, visits;
    int64_t run; /* in the keys of orders: 0 for the days of the story, else when these people woke
                    up */
};

int demo_below(struct demo *d, int bound); /* 0 .. bound - 1 */
bool demo_chance(struct demo *d, int permille);
void demo_clock_set(struct demo *d, int64_t now_ms);
struct account_id demo_person_id(const struct demo *d, const char *handle);
const struct demo_person *demo_person_of(const char *handle);
int64_t demo_picture(const struct demo *d, const char *name,
                     bool personal); /* 0: none of that name */
struct demo_product_made *demo_product_of(struct demo *d, size_t shop, const char *handle);
/* One command in a turn of its own, as `actor`; a fresh arena is used and thrown away. */
const struct err *demo_turn(struct demo *d, struct account_id actor, turn_fn *fn,
                            void *arg) MUST_CHECK;
/* What follows from what was done: visits, events, jobs that are due. */
const struct err *demo_settle(struct demo *d) MUST_CHECK;

/* demo.c */
const struct err *demo_run(struct command_args *args) MUST_CHECK;
/* demo_pictures.c: chooses photographs of a folder (changes nothing); draws, encodes and stores all
 * pictures. */
const struct err *demo_photos_find(struct demo *d, const char *folder) MUST_CHECK;
const struct err *demo_pictures(struct demo *d) MUST_CHECK;
/* demo_shops.c: people, shops, products, pools with links, who follows whom. */
const struct err *demo_people_make(struct demo *d) MUST_CHECK;
const struct err *demo_shops_make(struct demo *d) MUST_CHECK;
/* demo_selling.c: where a shop sells, in its first turn. */
const struct err *demo_selling(struct turn *t, struct shop_id shop,
                               const struct demo_shop *s) MUST_CHECK;
/* demo_trade.c: a file of customs records, taken in by the works that exports. */
const struct err *demo_trade(struct demo *d) MUST_CHECK;
/* demo_works.c: what the works sells by the carton. */
extern const size_t demo_works_count;
int demo_works_day(size_t index); /* before now */
const struct err *demo_works(struct demo *d, struct arena *a, size_t index) MUST_CHECK;
struct ladder demo_ladder(const char *product);
/* demo_life.c: the days, from the first to now. */
const struct err *demo_life(struct demo *d) MUST_CHECK;

struct demo_browser;
/* Somebody's browser for that shop; false: it is a crawler or a preview, which only fetches. */
bool demo_browser_choose(struct demo *d, size_t shop, struct demo_browser *ret);
/* Where a visit begins: the pool's link, or the shop itself for DEMO_POOLS_MAX. */
const struct err *demo_arrival(const struct demo *d, struct arena *a, size_t shop, size_t pool,
                               str *ret) MUST_CHECK;
/* Comes, and perhaps looks at a product or two. */
const struct err *demo_look_around(struct demo_browser *b, struct arena *a, size_t shop,
                                   str arrival) MUST_CHECK;

/* ---- demo_browser.c: somebody's browser, without a socket ---- */
struct demo_browser {
    struct demo *demo;
    str session, visitor; /* cookies; absent at first */
    const char *agent, *language;
};
struct demo_answer {
    int status;
    str location, body;
};
/* `a` holds the answer. The Location of a redirect is not followed. */
const struct err *demo_get(struct demo_browser *b, struct arena *a, str path,
                           struct demo_answer *ret) MUST_CHECK;
const struct err *demo_post(struct demo_browser *b, struct arena *a, str path, str form,
                            struct demo_answer *ret) MUST_CHECK;
/* 0 when it has none yet. */
struct visitor_id demo_visitor_id(const struct demo_browser *b);
/* Signs the browser in. */
const struct err *demo_sign_in(struct demo_browser *b, struct account_id id) MUST_CHECK;

/* ---- demo_orders.c ---- */
struct demo_buyer {
    struct account_id account_id;
    str name, email, line, city, postcode, region, country;
};
/* A person of the tables, or an invented guest with an address. */
const struct err *demo_buyer_guest(struct demo *d, size_t shop,
                                   struct demo_buyer *ret) MUST_CHECK; /* always a guest */
const struct err *demo_buyer_invent(struct demo *d, size_t shop, struct demo_buyer *ret) MUST_CHECK;
enum demo_paying { DEMO_PAYING_UNSET = 0, DEMO_PAYS, DEMO_DECLINED, DEMO_LEAVES };
/* Places an order of one or two things from this browser. ret->v == 0: refused (sold out), nothing
 * happened. */
const struct err *demo_order(struct demo_browser *b, size_t shop, const struct demo_buyer *who,
                             enum demo_paying paying, struct order_id *ret) MUST_CHECK;

/* Pays all of the order by the test card, a saved one where she has one. */
const struct err *demo_pay(struct demo_browser *b, struct arena *a, size_t shop,
                           struct order_id id, struct account_id payer,
                           bool declines) MUST_CHECK;
/* What the browser does on the page it was sent to with an order: the test card, or one that is
 * declined. */
const struct err *demo_pay_on_page(struct demo_browser *b, struct arena *a, str redirect,
                                   bool declines) MUST_CHECK;

/* ---- demo_talk.c ---- */
struct demo_talk {
    size_t shop;
    const char *who;
    int day;                      /* before now; 0: within the last hour */
    size_t pool;                  /* by whose link she comes */
    const char *says, *asks_person; /* NULL: walks with the bot that her comment woke */
    const char *answerer, *answer; /* NULL: still waits for a person */
};
extern const struct demo_talk demo_talks[];
extern const size_t demo_talk_count;
const struct err *demo_talk(struct demo *d, struct arena *a, size_t index) MUST_CHECK;
/* The latest conversation of who is signed in there: "/chat/ID", absent if she has none. */
const struct err *demo_talk_find(struct demo_browser *b, struct arena *a, str *ret) MUST_CHECK;
/* Does one thing that the bot offers there; *ret_over: nothing is left to do. */
const struct err *demo_talk_step(struct demo_browser *b, struct arena *a, str chat,
                                 const struct demo_person *p, bool *ret_over) MUST_CHECK;

#endif
