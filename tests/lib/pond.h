/* A small pond in one process, for tests that cut the power, kill, fail the disk or simulate: a
 * platform over a folder with the features that an order needs, three shops with counted products,
 * buyers, a bank and a mailer of the test's own; and the commands of people as one call each.
 *
 * The clock stands still until told and the generator is seeded, so what happens depends on what
 * the test does alone. Errors come back to the caller: they are what these tests look at.
 * Threads: the calls may come from several, each with its own arena.
 */
#ifndef TESTS_LIB_POND_H
#define TESTS_LIB_POND_H

#include "core/ports/payment_port.h"
#include "order/order.h"

enum {
    POND_BUYERS = 48,
    POND_VARIANTS = 8, /* of the first shop */
    POND_SHOPS = 3,
    POND_ALL_VARIANTS = POND_VARIANTS + POND_SHOPS - 1, /* and one of each other shop */
    POND_FEATURES_MAX = 32,
    POND_WORKERS_MAX = 8
};

struct pond {
    struct arena arena; /* of this opening */
    struct clock_fake clock;
    struct rng_seeded rng;
    struct platform *platform; /* NULL while closed */
    bool is_quiet; /* does not say why a store cannot be opened */
    char folder[128];
    const struct feature *features[POND_FEATURES_MAX];
    size_t feature_count;
    struct account_id owner, buyers[POND_BUYERS];
    struct shop_id shop, shops[POND_SHOPS]; /* shop: the first of them */
    struct variant_id variants[POND_ALL_VARIANTS];
    struct product_id products[POND_ALL_VARIANTS]; /* of which they are the only variant */
};
/* Which of the shops sells it. */
static inline int pond_shop_of(int variant)
{
    return variant < POND_VARIANTS ? 0 : variant - POND_VARIANTS + 1;
}

/* Which features: order with all it needs, the bank and the mailer, and `extra` (may be NULL). */
void pond_init(struct pond *p, uint64_t seed, const struct feature *extra);
/* Opens the store in `folder`, as the program does at its start. Aborts nothing: a broken store is
 * an answer. After an error the pond is closed. */
const struct err *pond_open(struct pond *p, const char *folder) MUST_CHECK;
void pond_close(struct pond *p);
/* Shop, people and products of another pond: the store is a copy of that one's. */
void pond_know(struct pond *p, const struct pond *other);
/* Copies a store that is closed, or, as a killed program leaves it, one that is open. Aborts when
 * there is none: nobody shall go on with an empty one. */
void pond_copy(const char *from, const char *to);
/* The shops with `shelf` pieces of each variant, and the buyers. Once per store. */
void pond_found(struct pond *p, int64_t shelf);
/* A fresh folder below /dev/shm, or below /tmp where that is missing. */
void pond_make_folder(char *ret, size_t size);
void pond_remove_folder(const char *folder);
/* `work` in processes of their own; what it returns is how that one ends, 0: well. When this
 * returns, all of them have ended, so that nothing they stand on goes before them. Returns how
 * many ended badly. */
int pond_share_out(int workers, int (*work)(void *arg, int worker), void *arg);

/* MILLPOND_SEED, for repeating a run, or the usual seed. */
uint64_t pond_seed(void);
/* MILLPOND_TEST_TIER=long: `make check`, not `make test`. */
bool pond_is_long_tier(void);

/* What an order of the first shop asks for; `want` outlives it. */
struct order_place pond_want(const struct pond *p, int buyer, const char *key,
                             const struct price_want *want);
const struct err *pond_place(struct pond *p, struct arena *a, int buyer, const char *key,
                             int variant, int64_t quantity, struct order_id *ret) MUST_CHECK;
/* Asks the bank; *ret_attempt is what it heard of, now or before, or 0. minor 0: all that is due.
 */
const struct err *pond_pay(struct pond *p, struct arena *a, int buyer, struct order_id order,
                           const char *key, int64_t minor, int64_t *ret_attempt) MUST_CHECK;
const struct err *pond_notice(struct pond *p, struct arena *a, int64_t attempt,
                              enum payment_outcome outcome, const char *event, int64_t minor,
                              const char *ref) MUST_CHECK;
const struct err *pond_cancel(struct pond *p, struct arena *a, struct order_id order) MUST_CHECK;
const struct err *pond_ship(struct pond *p, struct arena *a, struct order_id order) MUST_CHECK;
const struct err *pond_deliver(struct pond *p, struct arena *a, struct order_id order) MUST_CHECK;
const struct err *pond_stock(struct pond *p, struct arena *a, int variant,
                             int64_t on_hand) MUST_CHECK;
/* What a variant costs before anybody changed it, and what delivery costs. */
int64_t pond_price_of(int variant);
enum { POND_SHIPPING_MINOR = 495 };
const struct err *pond_price(struct pond *p, struct arena *a, int variant,
                             int64_t minor) MUST_CHECK;
const struct err *pond_read(struct pond *p, struct arena *a, struct order_id id,
                            struct order *ret) MUST_CHECK;
/* Events and jobs that are due now. */
const struct err *pond_drain(struct pond *p, struct arena *a) MUST_CHECK;
/* `millpond verify`: how many invariants are violated; the lines go to stderr when `is_loud`. */
int pond_verify(struct pond *p, bool is_loud);
/* The same without looking at the file itself, which takes longer than all else. */
int pond_verify_rows(struct pond *p, bool is_loud);

/* What the bank does; NULL: a payment waits for its notice, a refund is done at once. Per thread.
 */
struct pond_bank {
    const struct err *(*begin)(struct arena *a, const struct payment_attempt *x,
                               struct payment_begin *ret);
    const struct err *(*refund)(struct arena *a, int64_t refund_id, str payment_ref,
                                struct money amount, struct payment_begin *ret);
};
extern _Thread_local const struct pond_bank *pond_bank;

#endif
