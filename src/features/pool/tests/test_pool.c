/* Attribution that cannot be faked: five pools compete, with decoys; every sum must fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "account/account.h"
#include "pool_world.h"

static const enum db_engine engines[] = {DB_SQLITE, DB_POSTGRES};
static const int64_t MINUTE = 60 * 1000, DAY = (int64_t)24 * 3600 * 1000;
#define PHONE                                                                                  \
    "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 " \
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1\r\n"                          \
    "Accept-Language: nl,en;q=0.8\r\nAccept: text/html\r\n"
#define LAPTOP                                                                            \
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " \
    "Chrome/120.0.0.0 Safari/537.36\r\nAccept-Language: en\r\nAccept: text/html\r\n"

static void flush(struct world *w)
{
    testing_must(pool_visit_flush(w->t.platform, &w->t.arena));
}

static struct testing_browser browser(struct world *w)
{
    return (struct testing_browser){.testing = &w->t};
}

static void follow_as(struct testing_browser *b, const char *method, str code, const char *head,
                      int status)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/l/%.*s", STR_ARG(code));
    assert_int_equal(testing_request(b, method, path, head, STR_NONE).status, status);
}

static void follow(struct testing_browser *b, str code, const char *head)
{
    follow_as(b, "GET", code, head, 303);
}

/* What the page's script says when somebody reads on. */
static void read_on(struct testing_browser *b)
{
    const char *said = "visit=1&dwell_ms=4200&scroll_percent=60&moves=3&touches=0&keys=0";
    assert_int_equal(testing_post(b, "/v/beacon", said).status, 204);
}

static void look_at(struct testing_browser *b, const char *path)
{
    assert_int_equal(testing_request(b, "GET", path, LAPTOP, STR_NONE).status, 200);
}

static struct visitor_id visitor_of(const struct testing_browser *b)
{
    for (size_t i = 0; i < b->cookie_count; i++)
        if (str_eq(b->cookie_names[i], S("mpv"))) {
            struct visitor_id visitor;
            str rest = b->cookie_values[i];
            assert_true(id_parse(str_cut(&rest, '.'), &visitor.v));
            return visitor;
        }
    return (struct visitor_id){0};
}

struct placing {
    struct world *w;
    struct pool_order order;
    struct pool_id pool_id;
    int64_t refund_minor;
};

static const struct err *place_turn(struct turn *t, void *arg)
{
    struct placing *p = arg;
    TRY(pool_attribute_order(t, &p->order, &p->pool_id));
    return pool_order_money(t, p->order.shop_id, p->order.order_id, p->order.total.minor, "paid");
}

static int64_t buy(struct world *w, const struct testing_browser *b, struct account_id account,
                   int64_t minor, struct pool_id expected)
{
    struct pool_order order = {.shop_id = w->shop, .total = {minor, {"EUR"}}, .channel = S("site")};
    struct placing p = {.w = w, .order = order};
    p.order.account_id = account;
    p.order.visitor_id = b == NULL ? (struct visitor_id){0} : visitor_of(b);
    p.order.order_id = id_next(w->t.platform->ids, clock_now_ms(w->t.platform->clock));
    testing_turn(&w->t, account, place_turn, &p);
    assert_int_equal(p.pool_id.v, expected.v);
    w->sum_total += minor;
    w->sum_paid += minor;
    w->orders++;
    return p.order.order_id;
}

static const struct err *refund_turn(struct turn *t, void *arg)
{
    struct placing *p = arg;
    return pool_order_money(t, p->order.shop_id, p->order.order_id, -p->refund_minor, "refunded");
}

static const struct err *guest_turn(struct turn *t, void *arg)
{
    return account_guest_make(t, S("Nina"), S("en"), arg);
}

static struct account_id guest(struct world *w)
{
    struct account_id id;
    testing_turn(&w->t, (struct account_id){0}, guest_turn, &id);
    return id;
}

struct joining {
    struct visitor_id visitor;
    struct account_id account;
    struct shop_id shop;      /* with the code of a link: whose chat it opened */
    str code;
};

static const struct err *join_turn(struct turn *t, void *arg)
{
    const struct joining *j = arg;
    return pool_visitor_account(t, j->visitor, j->account);
}

static void sign_in(struct world *w, const struct testing_browser *b, struct account_id account)
{
    struct joining j = {.visitor = visitor_of(b), .account = account};
    testing_turn(&w->t, account, join_turn, &j);
}

static void read_report(struct world *w, struct pool_report *ret)
{
    struct tx *tx;
    testing_must(db_read_begin(w->t.platform->db, &w->t.arena, &tx));
    testing_must(pool_report(tx, &w->t.arena, w->shop, 0, INT64_MAX, ret));
    db_read_end(tx);
}

static const struct pool_figures *figures_of(const struct pool_report *r, struct pool_id pool)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->pools[i].pool.id.v == pool.v)
            return &r->pools[i];
    fail_msg("pool %lld is not in the report", (long long)pool.v);
    return NULL;
}

/* Every figure is the sum of the list behind it, and all pools together are all orders. */
static void check_sums(struct world *w)
{
    struct pool_report r;
    struct tx *tx;
    read_report(w, &r);
    int64_t total = 0, paid = 0, refunded = 0, orders = 0;
    testing_must(db_read_begin(w->t.platform->db, &w->t.arena, &tx));
    for (size_t i = 0; i < r.count; i++) {
        struct pool_orders list;
        testing_must(
            pool_orders(tx, &w->t.arena, w->shop, r.pools[i].pool.id, 0, INT64_MAX, 0, &list));
        int64_t listed_paid = 0, listed_refunded = 0;
        for (size_t n = 0; n < list.count; n++) {
            listed_paid += list.items[n].paid_minor;
            listed_refunded += list.items[n].refunded_minor;
        }
        assert_int_equal(list.count, r.pools[i].orders);
        assert_int_equal(listed_paid, r.pools[i].paid_minor);
        assert_int_equal(listed_refunded, r.pools[i].refunded_minor);
        total += r.pools[i].total_minor;
        paid += r.pools[i].paid_minor;
        refunded += r.pools[i].refunded_minor;
        orders += r.pools[i].orders;
    }
    db_read_end(tx);
    assert_int_equal(total, w->sum_total);
    assert_int_equal(paid, w->sum_paid);
    assert_int_equal(refunded, w->sum_refunded);
    assert_int_equal(orders, w->orders);
    assert_int_equal(r.sum.paid_minor, paid);
    assert_int_equal(r.sum.refunded_minor, refunded);
    assert_int_equal(r.sum.orders, orders);
}

static void decoys_bring_nobody(struct world *w)
{
    struct testing_browser preview = browser(w), crawler = browser(w), head = browser(w),
                           prefetch = browser(w);
    follow(&preview, w->codes[0], "User-Agent: WhatsApp/2.23.20.0 A\r\n");
    follow(&crawler, w->codes[1],
           "User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1; +http://google.com/bot.html)\r\n");
    follow_as(&head, "HEAD", w->codes[2], LAPTOP, 303);
    follow(&prefetch, w->codes[3], LAPTOP "Sec-Purpose: prefetch;prerender\r\n");
    const struct testing_browser *decoys[] = {&preview, &crawler, &head, &prefetch};
    for (size_t i = 0; i < COUNT(decoys); i++)
        assert_int_equal(visitor_of(decoys[i]).v, 0);
    flush(w);
    struct pool_report r;
    read_report(w, &r);
    assert_int_equal(figures_of(&r, w->pools[0])->visits[VISIT_PREVIEW], 1);
    assert_int_equal(figures_of(&r, w->pools[1])->visits[VISIT_CRAWLER], 1);
    assert_int_equal(figures_of(&r, w->pools[2])->visits[VISIT_HEAD], 1);
    assert_int_equal(figures_of(&r, w->pools[3])->visits[VISIT_PREFETCH], 1);
    assert_int_equal(r.sum.people, 0);
}

static const struct account_id nobody = {0};

/* Each pool brings a buyer; the touch is written with the order, before any flush. */
static void each_pool_sells(struct world *w)
{
    struct pool_report r;
    for (size_t i = 0; i < POOLS; i++) {
        struct testing_browser b = browser(w);
        follow(&b, w->codes[i], PHONE);
        read_on(&b);
        (void)buy(w, &b, nobody, 1001 + (int64_t)i * 7, w->pools[i]);
        testing_advance(&w->t, 1000);
    }
    check_sums(w);
    flush(w);
    flush(w);
    read_report(w, &r);
    for (size_t i = 0; i < POOLS; i++) {
        assert_int_equal(figures_of(&r, w->pools[i])->people, 1);
        assert_int_equal(figures_of(&r, w->pools[i])->visits[VISIT_INTENT], 1);
    }
}

/* Who only fetches the page and never acts is no person. */
static void silence_is_nobody(struct world *w)
{
    struct pool_report r;
    struct testing_browser silent = browser(w);
    follow(&silent, w->codes[4], LAPTOP);
    flush(w);
    read_report(w, &r);
    assert_int_equal(figures_of(&r, w->pools[4])->visits[VISIT_NO_INTERACTION], 1);
    assert_int_equal(figures_of(&r, w->pools[4])->people, 1);
}

/* A page counts once, also when only its handler knows the shop; the second proves a person. */
static void post_counts_once(struct world *w)
{
    struct pool_report r;
    struct testing_browser b = browser(w);
    pool_world_post_shop = w->shop.v;
    follow(&b, w->codes[3], PHONE);
    look_at(&b, "/post/0");
    flush(w);
    read_report(w, &r);
    int64_t before = figures_of(&r, w->pools[3])->visits[VISIT_PERSON];
    assert_int_equal(figures_of(&r, w->pools[3])->visits[VISIT_NO_INTERACTION], 1);
    look_at(&b, "/post/0");
    flush(w);
    read_report(w, &r);
    assert_int_equal(figures_of(&r, w->pools[3])->visits[VISIT_PERSON], before + 1);
    assert_int_equal(figures_of(&r, w->pools[3])->visits[VISIT_NO_INTERACTION], 0);

    struct testing_browser direct = browser(w);
    int64_t came = figures_of(&r, w->direct)->visits[VISIT_UNSET];
    look_at(&direct, "/post/0");
    flush(w);
    read_report(w, &r);
    assert_int_equal(figures_of(&r, w->direct)->visits[VISIT_UNSET], came + 1);
    (void)buy(w, &direct, nobody, 15, w->direct);
}

/* A refresh is no second visit; a chat that draws a card of the link moves nothing. She signs in on
 * the phone; on the laptop, three days later, she comes directly and buys: the phone's pool did. */
static void second_device_after_three_days(struct world *w)
{
    struct pool_report r;
    struct testing_browser phone = browser(w), card = browser(w), laptop = browser(w);
    for (int i = 0; i < 2; i++) {
        follow(&phone, w->codes[0], PHONE);
        read_on(&phone);
        flush(w);
        testing_advance(&w->t, 5 * MINUTE);
    }
    follow(&card, w->codes[1], "User-Agent: TelegramBot (like TwitterBot)\r\n");
    flush(w);
    read_report(w, &r);
    assert_int_equal(figures_of(&r, w->pools[0])->people, 2);
    assert_int_equal(figures_of(&r, w->pools[0])->visits[VISIT_PERSON], 1);

    struct account_id nina = guest(w);
    sign_in(w, &phone, nina);
    testing_advance(&w->t, 3 * DAY);
    follow_as(&laptop, "GET", S("gone2345"), LAPTOP, 404);
    look_at(&laptop, w->shop_path);
    read_on(&laptop);
    flush(w);
    read_report(w, &r);
    assert_int_equal(figures_of(&r, w->direct)->people, 2);
    (void)buy(w, &laptop, nina, 4900, w->pools[0]);
}

/* The last touch wins; one of another shop does not count here. Gives the order. */
static int64_t last_touch_wins(struct world *w, struct testing_browser *tom)
{
    const str codes[] = {w->codes[1], w->codes[2], w->other_code};
    for (size_t i = 0; i < COUNT(codes); i++) {
        testing_advance(&w->t, DAY);
        follow(tom, codes[i], PHONE);
        read_on(tom);
    }
    return buy(w, tom, nobody, 3333, w->pools[2]);
}

static void run_wheel(enum db_engine engine)
{
    struct world w;
    struct pool_report r;
    pool_world_open(&w, engine);
    struct testing_browser walk_in = browser(&w), tom = browser(&w), late = browser(&w);
    decoys_bring_nobody(&w);
    each_pool_sells(&w);
    silence_is_nobody(&w);
    post_counts_once(&w);
    second_device_after_three_days(&w);

    look_at(&walk_in, "/explore"); /* never brought: she came by herself */
    (void)buy(&w, &walk_in, nobody, 77, w.direct);
    int64_t tom_order = last_touch_wins(&w, &tom);

    follow(&late, w.codes[3], PHONE); /* a touch of more than 30 days ago is forgotten */
    read_on(&late);
    flush(&w);
    testing_advance(&w.t, 31 * DAY);
    look_at(&late, w.shop_path);
    (void)buy(&w, &late, nobody, 610, w.direct);
    (void)buy(&w, NULL, nobody, 250, w.unknown); /* no browser known */
    check_sums(&w);

    /* A refund is taken from the pool of its order, also after she came by another. */
    follow(&tom, w.codes[4], PHONE);
    read_on(&tom);
    struct placing back = {&w, {.shop_id = w.shop, .order_id = tom_order}, .refund_minor = 1111};
    testing_turn(&w.t, nobody, refund_turn, &back);
    w.sum_refunded += 1111;
    flush(&w);
    read_report(&w, &r);
    assert_int_equal(figures_of(&r, w.pools[2])->refunded_minor, 1111);
    check_sums(&w);
    testing_verify(&w.t);
    testing_close(&w.t);
}

static void test_decoys(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(engines); i++)
        if (testing_has_engine(engines[i]))
            run_wheel(engines[i]);
}

static const struct err *friends_turn(struct turn *t, void *arg)
{
    struct world *w = arg;
    return pool_builtin(t, w->shop, S("friends"), &w->got);
}

/* A share credits her who shared and the pool that had brought her; herself never. */
static void run_share(enum db_engine engine)
{
    struct world w;
    pool_world_open(&w, engine);
    struct account_id mira = guest(&w);
    struct account sharer;
    struct tx *tx;
    str via, forged, code;
    struct pool_id pool;
    testing_must(db_read_begin(w.t.platform->db, &w.t.arena, &tx));
    testing_must(account_get(tx, &w.t.arena, mira, &sharer));
    db_read_end(tx);
    testing_must(pool_via_make(w.t.platform, &w.t.arena, sharer.referral_code, w.pools[1], &via));
    assert_true(pool_via_read(w.t.platform, &w.t.arena, via, &code, &pool));
    assert_int_equal(pool.v, w.pools[1].v);
    testing_must(str_dup(&w.t.arena, via, &forged));
    struct id_text other = id_format(w.pools[0].v);
    testing_must(str_fmt(&w.t.arena, &forged, "%.*s.%s%.*s", STR_ARG(sharer.referral_code),
                         other.text, STR_ARG(str_from(via, 8 + 1 + ID_TEXT_LEN))));
    assert_true(pool_via_read(w.t.platform, &w.t.arena, forged, &code, &pool));
    assert_int_equal(pool.v, 0);
    assert_false(pool_via_read(w.t.platform, &w.t.arena, S("short"), &code, &pool));
    char path[128];
    struct testing_browser brought = browser(&w), unbrought = browser(&w), herself = browser(&w);
    (void)snprintf(path, sizeof path, "/explore?via=%.*s", STR_ARG(via));
    look_at(&brought, path);
    (void)buy(&w, &brought, nobody, 500, w.pools[1]);
    (void)snprintf(path, sizeof path, "%s?via=%.*s", w.shop_path, STR_ARG(sharer.referral_code));
    look_at(&unbrought, path);
    struct pool_id friends;
    testing_turn(&w.t, nobody, friends_turn, &w);
    friends = w.got;
    (void)buy(&w, &unbrought, nobody, 600, friends);
    look_at(&herself, "/explore?via=nobody22");
    (void)buy(&w, &herself, nobody, 700, w.direct);
    struct pool_orders list;
    testing_must(db_read_begin(w.t.platform->db, &w.t.arena, &tx));
    testing_must(pool_orders(tx, &w.t.arena, w.shop, w.pools[1], 0, INT64_MAX, 0, &list));
    db_read_end(tx);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].sharer_id.v, mira.v);
    check_sums(&w);
    testing_drain(&w.t);
    testing_verify(&w.t);
    testing_close(&w.t);
}

static void test_share(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(engines); i++)
        if (testing_has_engine(engines[i]))
            run_share(engines[i]);
}

/* ---- chats on other channels ---- */

static const struct err *open_turn(struct turn *t, void *arg)
{
    const struct joining *j = arg;
    return pool_link_opened(t, j->shop, j->account, j->code, S("telegram"));
}

static void open_chat(struct world *w, struct account_id account, str code)
{
    struct joining j = {.account = account, .shop = w->shop, .code = code};
    testing_turn(&w->t, account, open_turn, &j);
}

/* A link that opened a chat is a visit and a touch: the last one counts, none after 30 days. */
static void run_chat(enum db_engine engine)
{
    struct world w;
    struct pool_report r;
    pool_world_open(&w, engine);
    struct account_id nina = guest(&w), tom = guest(&w);
    open_chat(&w, tom, w.other_code);
    open_chat(&w, tom, S("reef"));
    (void)buy(&w, NULL, tom, 300, w.unknown);
    open_chat(&w, nina, w.codes[1]);
    open_chat(&w, nina, w.codes[1]);
    read_report(&w, &r);
    assert_int_equal(figures_of(&r, w.pools[1])->visits[VISIT_INTENT], 1);
    assert_int_equal(figures_of(&r, w.pools[1])->people, 1);
    assert_int_equal(r.sum.people, 1);
    (void)buy(&w, NULL, nina, 500, w.pools[1]);
    testing_advance(&w.t, 2 * DAY);
    struct testing_browser phone = browser(&w);
    follow(&phone, w.codes[2], PHONE);
    read_on(&phone);
    sign_in(&w, &phone, nina);
    flush(&w);
    (void)buy(&w, NULL, nina, 600, w.pools[2]);
    open_chat(&w, nina, w.codes[3]);
    (void)buy(&w, NULL, nina, 700, w.pools[3]);
    testing_advance(&w.t, 31 * DAY);
    (void)buy(&w, NULL, nina, 800, w.unknown);
    check_sums(&w);
    testing_drain(&w.t);
    testing_verify(&w.t);
    testing_close(&w.t);
}

static void test_chat(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(engines); i++)
        if (testing_has_engine(engines[i]))
            run_chat(engines[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decoys),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_chat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
