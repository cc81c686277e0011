#include "tests/lib/pond.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/account.h"
#include "app/features.h"
#include "base/strbuf.h"
#include "core/event.h"
#include "core/feature.h"
#include "core/job.h"
#include "core/ports/mail_port.h"
#include "core/testing.h"
#include "core/verify.h"
#include "stock/stock.h"
#include "sys/file.h"

static const int64_t START_MS = 1795262400000; /* 2026-11-21 12:00:00 UTC */

/* ---- the bank and the mailer ---- */

_Thread_local const struct pond_bank *pond_bank;
static _Thread_local int64_t asked;

static const struct err *begin(struct platform *p, struct arena *a, const struct payment_attempt *x,
                               struct payment_begin *ret)
{
    (void)p;
    asked = x->attempt_id;
    *ret = (struct payment_begin){.step = PAYMENT_STEP_PENDING};
    if (pond_bank != NULL)
        return pond_bank->begin(a, x, ret);
    return str_fmt(a, &ret->provider_ref, "pay-%lld", (long long)x->attempt_id);
}

static const struct err *refund(struct platform *p, struct arena *a,
                                const struct payment_refund *x, struct payment_begin *ret)
{
    (void)p;
    *ret = (struct payment_begin){.step = PAYMENT_STEP_PAID};
    if (pond_bank != NULL)
        return pond_bank->refund(a, x->refund_id, x->payment_ref, x->amount, ret);
    return str_fmt(a, &ret->provider_ref, "refund-%lld", (long long)x->refund_id);
}

/* All shops are paid into one account: a bundle is one charge. */
static const struct err *purse(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop, str *ret)
{
    (void)tx, (void)a, (void)p, (void)shop;
    *ret = S("pond");
    return NULL;
}

static const struct payment_gateway gateway = {
    .name = "test", .label_key = "test_payment.label", .is_test = true, .purse = purse,
    .begin = begin, .refund = refund};

static const struct err *send_mail(struct platform *p, struct arena *a, const struct mail *m)
{
    (void)p, (void)a, (void)m;
    return NULL;
}

static const struct err *is_ready(struct platform *p, struct arena *a, bool *ret)
{
    (void)p, (void)a;
    *ret = true;
    return NULL;
}

static const struct mailer mailer = {.name = "pond", .ready = is_ready, .send = send_mail};

static const struct feature world_feature = {
    .name = "pond_world", .payment_gateway = &gateway, .mailer = &mailer};

/* ---- opening ---- */

/* The error itself ends with the arena of the opening. */
static const struct err err_broken = {.kind = ERR_UNAVAILABLE, .key = "pond.cannot_open"};

static const struct feature *feature_called(const char *name)
{
    for (size_t i = 0; i < app_feature_count; i++)
        if (strcmp(app_features[i]->name, name) == 0)
            return app_features[i];
    fprintf(stderr, "pond: no feature is called %s\n", name);
    abort();
}

static void take(struct pond *p, const struct feature *f)
{
    for (size_t i = 0; i < p->feature_count; i++)
        if (p->features[i] == f)
            return;
    for (const char *const *need = f->needs; need != NULL && *need != NULL; need++)
        take(p, feature_called(*need));
    ASSERT(p->feature_count < POND_FEATURES_MAX);
    p->features[p->feature_count++] = f;
}

void pond_init(struct pond *p, uint64_t seed, const struct feature *extra)
{
    *p = (struct pond){.platform = NULL};
    clock_fake_init(&p->clock, START_MS);
    rng_seeded_init(&p->rng, seed);
    take(p, feature_called("order"));
    take(p, &world_feature);
    if (extra != NULL)
        take(p, extra);
}

const struct err *pond_open(struct pond *p, const char *folder)
{
    ASSERT(p->platform == NULL);
    arena_init(&p->arena, MiB(64));
    snprintf(p->folder, sizeof p->folder, "%s", folder);
    struct platform_config config = {.data_dir = str_c(p->folder),
                                     .base_url = S("http://pond.test"),
                                     .clock = &p->clock.clock,
                                     .rng = &p->rng.rng,
                                     .features = p->features,
                                     .feature_count = p->feature_count,
                                     .texts = &texts,
                                     .db_readers = 2};
    const struct err *e = platform_open(&p->arena, &config, &p->platform);
    if (e != NULL && !p->is_quiet)
        fprintf(stderr, "pond: cannot open %s: %s %.*s\n", folder, e->key, STR_ARG(e->detail));
    if (e != NULL) {
        p->platform = NULL;
        arena_done(&p->arena);
        return &err_broken;
    }
    return NULL;
}

void pond_close(struct pond *p)
{
    platform_close(p->platform);
    p->platform = NULL;
    arena_done(&p->arena);
}

void pond_know(struct pond *p, const struct pond *other)
{
    p->shop = other->shop;
    memcpy(p->shops, other->shops, sizeof p->shops);
    p->owner = other->owner;
    memcpy(p->buyers, other->buyers, sizeof p->buyers);
    memcpy(p->variants, other->variants, sizeof p->variants);
    memcpy(p->products, other->products, sizeof p->products);
}

static void copy_one(const char *from, const char *to, const char *name, bool may_miss)
{
    struct arena a;
    str in, out, bytes;
    arena_init(&a, MiB(64));
    testing_must(str_fmt(&a, &in, "%s/%s", from, name));
    testing_must(str_fmt(&a, &out, "%s/%s", to, name));
    const struct err *e = file_read(&a, in.ptr, MiB(60), &bytes);
    if (e == NULL)
        e = file_write(&a, out.ptr, bytes, 0600);
    if (e != NULL && !(may_miss && e->kind == ERR_NOT_FOUND))
        testing_must(e);
    arena_done(&a);
}

void pond_copy(const char *from, const char *to)
{
    struct arena a;
    str keys;
    arena_init(&a, MiB(1));
    testing_must(str_fmt(&a, &keys, "%s/keys", to));
    testing_must(file_make_folder(&a, keys.ptr, 0700));
    arena_done(&a);
    copy_one(from, to, "keys/master", false);
    copy_one(from, to, "millpond.db", false);
    copy_one(from, to, "millpond.db-wal", true); /* a store that was closed has none */
}

int pond_share_out(int workers, int (*work)(void *arg, int worker), void *arg)
{
    pid_t ids[POND_WORKERS_MAX];
    int bad = 0, status;
    ASSERT(workers <= POND_WORKERS_MAX);
    fflush(NULL);
    for (int i = 0; i < workers; i++) {
        ids[i] = fork();
        ASSERT(ids[i] >= 0);
        if (ids[i] > 0)
            continue;
        status = work(arg, i);
        fflush(NULL);
        _exit(status);
    }
    for (int i = 0; i < workers; i++) {
        ASSERT(waitpid(ids[i], &status, 0) == ids[i]);
        bad += status != 0;
    }
    return bad;
}

uint64_t pond_seed(void)
{
    const char *given = getenv("MILLPOND_SEED");
    return given == NULL ? 20261122 : strtoull(given, NULL, 10);
}

bool pond_is_long_tier(void)
{
    const char *tier = getenv("MILLPOND_TEST_TIER");
    return tier != NULL && strcmp(tier, "long") == 0;
}

void pond_make_folder(char *ret, size_t size)
{
    const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(ret, size, "%s/millpond-pond-XXXXXX", parent);
    ASSERT(mkdtemp(ret) != NULL);
}

void pond_remove_folder(const char *folder)
{
    struct arena a;
    char parent[128];
    const char *slash = strrchr(folder, '/');
    ASSERT(slash != NULL && (size_t)(slash - folder) < sizeof parent);
    snprintf(parent, sizeof parent, "%.*s", (int)(slash - folder), folder);
    arena_init(&a, MiB(4));
    testing_must(file_remove_tree(&a, parent, slash + 1));
    arena_done(&a);
}

/* ---- what people do ---- */

struct call {
    struct pond *pond;
    struct order_place place;
    struct order_id order;
    struct payment_notice notice;
    int64_t number;
    int at;
};

struct order_place pond_want(const struct pond *p, int buyer, const char *key,
                             const struct price_want *want)
{
    return (struct order_place){.key = str_c(key),
                                .shop_id = p->shop,
                                .buyer_id = p->buyers[buyer],
                                .wants = want,
                                .want_count = 1,
                                .expected_total_minor = -1,
                                .channel = S("site"),
                                .party = {.email = S("nina@example.org"),
                                          .address = {.name = S("Nina Alves"),
                                                      .line1 = S("Dam 1"),
                                                      .city = S("Amsterdam"),
                                                      .postcode = S("1012 JS"),
                                                      .country = S("NL")}}};
}

static const struct err *find_shop(struct tx *tx, struct arena *a, struct order_id order,
                                   struct shop_id *ret)
{
    struct account_id buyer;
    return order_find(tx, a, order, ret, &buyer);
}

static const struct err *place_turn(struct turn *t, void *arg)
{
    struct call *x = arg;
    return order_place(t, &x->place, &x->order);
}

const struct err *pond_place(struct pond *p, struct arena *a, int buyer, const char *key,
                             int variant, int64_t quantity, struct order_id *ret)
{
    struct price_want want = {p->variants[variant], quantity};
    struct call x = {.place = pond_want(p, buyer, key, &want)};
    *ret = (struct order_id){0};
    TRY(turn_run(p->platform, a, p->buyers[buyer], place_turn, &x));
    *ret = x.order;
    return NULL;
}

const struct err *pond_pay(struct pond *p, struct arena *a, int buyer, struct order_id order,
                           const char *key, int64_t minor, int64_t *ret_attempt)
{
    struct payment_begin begun;
    struct order_pay pay = {.key = str_c(key),
                            .shop_id = p->shop,
                            .order_id = order,
                            .payer_id = p->buyers[buyer],
                            .amount_minor = minor,
                            .return_path = S("/")};
    asked = 0;
    const struct err *e = order_pay_begin(p->platform, a, &pay, &begun);
    *ret_attempt = asked;
    str known = e == NULL ? begun.provider_ref : STR_NONE; /* the bank was asked before */
    if (asked == 0 && str_starts(known, S("pay-")) && !str_to_int(str_from(known, 4), ret_attempt))
        *ret_attempt = 0;
    return e;
}

static const struct err *notice_turn(struct turn *t, void *arg)
{
    struct call *x = arg;
    return payment_notify(t, &x->notice);
}

const struct err *pond_notice(struct pond *p, struct arena *a, int64_t attempt,
                              enum payment_outcome outcome, const char *event, int64_t minor,
                              const char *ref)
{
    struct call x = {.notice = {.gateway = "test",
                                .event_id = str_c(event),
                                .attempt_id = attempt,
                                .shop_id = p->shop,
                                .outcome = outcome,
                                .amount = {.minor = minor, .currency = {"EUR"}},
                                .provider_ref = str_c(ref)}};
    return turn_run(p->platform, a, (struct account_id){0}, notice_turn, &x);
}

static const struct err *cancel_turn(struct turn *t, void *arg)
{
    struct call *x = arg;
    struct shop_id shop;
    TRY(find_shop(t->tx, t->arena, x->order, &shop));
    return order_cancel(t, shop, x->order, "changed her mind");
}

const struct err *pond_cancel(struct pond *p, struct arena *a, struct order_id order)
{
    return turn_run(p->platform, a, p->owner, cancel_turn,
                    &(struct call){.order = order});
}

static const struct err *ship_turn(struct turn *t, void *arg)
{
    struct call *x = arg;
    struct shop_id shop;
    TRY(find_shop(t->tx, t->arena, x->order, &shop));
    return order_ship(t, shop, x->order, S("3SABCD"));
}

const struct err *pond_ship(struct pond *p, struct arena *a, struct order_id order)
{
    return turn_run(p->platform, a, p->owner, ship_turn,
                    &(struct call){.order = order});
}

static const struct err *deliver_turn(struct turn *t, void *arg)
{
    struct call *x = arg;
    struct shop_id shop;
    TRY(find_shop(t->tx, t->arena, x->order, &shop));
    return order_deliver(t, shop, x->order);
}

const struct err *pond_deliver(struct pond *p, struct arena *a, struct order_id order)
{
    return turn_run(p->platform, a, p->owner, deliver_turn,
                    &(struct call){.order = order});
}

static const struct err *stock_turn(struct turn *t, void *arg)
{
    struct call *x = arg;
    return stock_set(t, x->pond->shops[pond_shop_of(x->at)], x->pond->variants[x->at], x->number,
                     "set");
}

const struct err *pond_stock(struct pond *p, struct arena *a, int variant, int64_t on_hand)
{
    return turn_run(
        p->platform, a, p->owner, stock_turn,
        &(struct call){.pond = p, .at = variant, .number = on_hand});
}

static const struct err *price_turn(struct turn *t, void *arg)
{
    struct call *x = arg;
    struct variant_input one = {
        .price_minor = x->number, .requires_shipping = true, .is_taxable = true};
    struct product_input in = {.status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id id;
    bool is_changed;
    TRY(str_fmt(t->arena, &in.title, "Mug number %d", x->at));
    return catalog_save(t, x->pond->shops[pond_shop_of(x->at)], &in, x->pond->products[x->at], &id,
                        &is_changed);
}

const struct err *pond_price(struct pond *p, struct arena *a, int variant, int64_t minor)
{
    return turn_run(p->platform, a, p->owner, price_turn,
                    &(struct call){.pond = p, .at = variant, .number = minor});
}

const struct err *pond_read(struct pond *p, struct arena *a, struct order_id id, struct order *ret)
{
    struct shop_id shop;
    struct tx *tx;
    TRY(db_read_begin(p->platform->db, a, &tx));
    const struct err *e = find_shop(tx, a, id, &shop);
    if (e == NULL)
        e = order_get(tx, a, p->platform, shop, id, ret);
    db_read_end(tx);
    return e;
}

const struct err *pond_drain(struct pond *p, struct arena *a)
{
    for (int round = 0; round < 2; round++) {
        TRY(event_drain(p->platform, a));
        TRY(job_drain(p->platform, a, clock_now_ms(&p->clock.clock)));
    }
    return event_drain(p->platform, a);
}

static const struct err *verify_rows(struct platform *p, struct arena *a, struct strbuf *out,
                                     int *ret_violations)
{
    struct verify_report report = {.out = out};
    for (size_t i = 0; i < p->feature_count; i++) {
        struct tx *tx;
        if (p->features[i]->verify == NULL)
            continue;
        TRY(db_read_begin(p->db, a, &tx));
        const struct err *e = p->features[i]->verify(tx, a, &report);
        db_read_end(tx);
        TRY(e);
        arena_reset(a);
    }
    *ret_violations = report.violations;
    return NULL;
}

static int tell_violations(const struct err *e, int violations, const struct strbuf *lines,
                           bool is_loud)
{
    if (e != NULL && is_loud)
        fprintf(stderr, "verify: %s %.*s\n", e->key, STR_ARG(e->detail));
    if (violations > 0 && is_loud)
        fprintf(stderr, "%.*s", STR_ARG(strbuf_view(lines)));
    return violations + (e != NULL);
}

static int verify_by(struct pond *p, bool is_loud,
                     const struct err *(*verify)(struct platform *p, struct arena *a,
                                                 struct strbuf *out, int *ret_violations))
{
    struct arena a, of_lines;
    struct strbuf lines;
    int violations = 0;
    arena_init(&a, MiB(64));
    arena_init(&of_lines, MiB(1));
    strbuf_init(&lines, &of_lines, KiB(256));
    const struct err *e = verify(p->platform, &a, &lines, &violations);
    violations = tell_violations(e, violations, &lines, is_loud);
    arena_done(&of_lines);
    arena_done(&a);
    return violations;
}

int pond_verify(struct pond *p, bool is_loud)
{
    return verify_by(p, is_loud, verify_run);
}

int pond_verify_rows(struct pond *p, bool is_loud)
{
    return verify_by(p, is_loud, verify_rows);
}
