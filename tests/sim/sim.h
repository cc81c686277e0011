/* The simulator: one seed, a small pond (tests/lib/pond.h) and thousands of steps of shoppers,
 * sellers, a bank and the clock, in one process and one thread: orders by themselves, in bundles,
 * as shared bills and from quotations; what is changed in them, added to them, returned and paid
 * back.
 *
 * After every batch all that happened is drained, `millpond verify` must find nothing, and what the
 * store says of each order, shelf and sum must be what a model of its own (model.h) says: who paid
 * what, how many were sold, what was told. The same seed makes the same store, to the last byte.
 */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include "core/event.h"
#include "model.h"
#include "tests/lib/pond.h"

struct plant;

enum { SIM_SHELF = 12, SIM_BATCH = 100, SIM_ORDERS_MAX = 1024, SIM_NOTICES_MAX = 4096 };

/* A message of the bank that is under way. */
struct sim_notice {
    int lead; /* the attempt, of the model */
    enum payment_outcome outcome;
    int64_t minor;
    char event[32];
    bool is_forged; /* another amount than was asked for: must change nothing */
};

struct sim {
    struct pond pond;
    struct model model;
    struct rng_seeded chance;
    struct arena arena; /* of one step */
    struct sim_notice notices[SIM_NOTICES_MAX];
    int notice_count;
    const struct plant *plant; /* NULL: none */
    bool crashes; /* now and then the program is killed in the midst of a turn */
    uint64_t seed;
    int step, events;
    int64_t now_ms;
    char folder[128];
    char crashed_to[128]; /* "" or where the program goes on after it was killed */
    int crash_count;
    struct sqlite3 *beside;           /* a connection of our own, for looking */
    struct sqlite3_stmt *orders_beside, *lines_beside, *returns_beside, *refund_beside,
        *parts_beside;
    const char *broken; /* what is wrong; NULL: nothing yet */
    char words[256];
};

struct sim_result {
    bool is_broken;
    int step;
    char words[256]; /* what was wrong */
    unsigned char hash[32]; /* of all rows, in the end */
    struct sim_counts {
        long orders, captures, refunds, crashes, drops, returns, returns_paid, bundles,
            bundles_paid, shares_paid, quotes_accepted, rewrites, additions, additions_paid;
    } counts;
};
enum { SIM_COUNTS = sizeof(struct sim_counts) / sizeof(long) };

/* Makes the founded store that every run begins with; ended by sim_end. */
void sim_begin(void);
void sim_end(void);
void sim_run(uint64_t seed, int steps, bool crashes, const struct plant *plant,
             struct sim_result *ret);

/* For the parts of the simulator: notes what is wrong, the first time. */
PRINTF_LIKE(2, 3)
void sim_break(struct sim *s, const char *fmt, ...);
/* look.c: compares the store with the model, in the end also with itself; hashes it. */
void sim_look_open(struct sim *s);
void sim_look_close(struct sim *s);
void sim_look(struct sim *s, bool is_end);
void sim_hash(struct sim *s, unsigned char ret[32]);
/* The same: which attempt a refund takes from; the ids of the parts of a charge. */
int64_t sim_payment_of_refund(struct sim *s, int64_t refund_id);
void sim_learn_parts(struct sim *s, int lead);

/* people.c: one step, and what comes to an end when all that is under way has arrived. */
void sim_step(struct sim *s);
void sim_drain(struct sim *s);
void sim_settle(struct sim *s);
int sim_below(struct sim *s, int bound);
bool sim_happens(struct sim *s, int percent);
/* One that a key led to, mostly one of the latest; -1: there is none. */
int sim_made_order(struct sim *s);
struct shop_id sim_shop_of(const struct sim *s, int order);
/* The command must end as foretold: `refusal` NULL: it succeeds. */
bool sim_expect(struct sim *s, const char *what, const struct err *e, const char *refusal);
/* A command in a turn, which must end so; now and then it is taken back first, or the program is
 * killed in its midst. True when it was done. */
bool sim_turn(struct sim *s, const char *what, struct account_id actor, turn_fn *fn, void *arg,
              const char *refusal);
/* What a shopper asks for when she orders at `at` of the model; `want` outlives it. */
struct order_place sim_want(struct sim *s, const struct model_order *o, struct price_want *want);

/* later.c: what becomes of an order afterwards */
void sim_drop(struct sim *s);
void sim_readdress(struct sim *s);
void sim_return_ask(struct sim *s);
void sim_return_step(struct sim *s);
/* The sweep of returns did this by itself. */
void sim_return_told(struct sim *s, const struct event *e, int64_t now_ms);

/* edits.c: of what is not sent yet */
void sim_edit(struct sim *s);

/* together.c: bundles, shares; quotes.c: quotations */
void sim_bundle_place(struct sim *s);
void sim_bundle_pay(struct sim *s);
void sim_split(struct sim *s);
void sim_share_pay(struct sim *s);
void sim_quote_ask(struct sim *s);
void sim_quote_answer(struct sim *s);
void sim_quote_end(struct sim *s);
void sim_quote_accept(struct sim *s);
void sim_quote_told(struct sim *s, const struct event *e, int64_t now_ms);

/* bank.c: somebody pays, the bank's word is heard */
struct sim_paying {
    int order, payer;
    struct share_id share; /* 0: none */
    int64_t minor;         /* 0: what is due */
    bool use_saved;        /* the way to pay that is remembered; and it is kept for the next time */
    const struct model_bundle *bundle; /* all of it that is due, instead of the order; NULL: none */
};
void sim_pay(struct sim *s, const struct sim_paying *p);
void sim_hear(struct sim *s);

/* In a turn: keeps the store as a killed program leaves it; after the step it goes on with that. */
void sim_crash(struct sim *s);
extern struct sim *sim_now; /* whom the bank and the subscriber talk to */
extern const struct pond_bank sim_bank;

#endif
