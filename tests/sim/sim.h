/* The simulator: one seed, a small pond (tests/lib/pond.h) and thousands of steps of shoppers,
 * sellers, a bank and the clock, in one process and one thread.
 *
 * After every batch all that happened is drained, `millpond verify` must find nothing, and what the
 * store says of each order, shelf and sum must be what a model of its own (model.h) says: who paid
 * what, how many were sold, what was told. The same seed makes the same store, to the last byte.
 */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include "model.h"
#include "tests/lib/pond.h"

struct plant;

enum { SIM_SHELF = 12, SIM_BATCH = 100, SIM_ORDERS_MAX = 1024, SIM_NOTICES_MAX = 4096 };

/* A message of the bank that is under way. */
struct sim_notice {
    int attempt; /* of the model */
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
    struct sqlite3_stmt *orders_beside;
    const char *broken; /* what is wrong; NULL: nothing yet */
    char words[256];
};

struct sim_result {
    bool is_broken;
    int step;
    char words[256]; /* what was wrong */
    unsigned char hash[32]; /* of all rows, in the end */
    int orders, captures, refunds, crashes;
};

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
/* people.c: one step, and what comes to an end when all that is under way has arrived. */
void sim_step(struct sim *s);
void sim_drain(struct sim *s);
void sim_settle(struct sim *s);
/* In a turn: keeps the store as a killed program leaves it; after the step it goes on with that. */
void sim_crash(struct sim *s);
extern struct sim *sim_now; /* whom the bank and the subscriber talk to */
extern const struct pond_bank sim_bank;

#endif
