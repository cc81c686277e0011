/* What pages noted about visitors since the last second, in memory and bounded, until pool_visit
 * writes it.
 *
 * An entry stays readable until its writing is committed (pool_buffer_done), so that an order
 * placed meanwhile finds the visit it depends on. When the buffer is full, new visitors are not
 * noted (their orders count as unknown) and `pool_buffer_lost` says how many. One buffer per
 * process. Threads: any; one lock.
 */
#ifndef POOL_POOL_BUFFER_H
#define POOL_POOL_BUFFER_H

#include "pool/pool_rules.h"

enum {
    NOTED_LANDING_MAX = 120,
    NOTED_REFERRER_MAX = 60,
    NOTED_MAX = 4096,
    NOTED_COUNTS_MAX = 1024
};

/* One visitor's doings by one way in: merged by (visitor, shop, link, sharer). */
struct pool_noted {
    int64_t id;               /* of the visit, should it be a new one */
    struct visitor_id visitor_id;
    struct account_id account_id, sharer_id;
    struct shop_id shop_id;   /* 0: no certain shop */
    struct pool_id pool_id;
    struct link_id link_id;
    uint32_t facts;
    int64_t started_ms, last_ms, pages, dwell_ms;
    char landing[NOTED_LANDING_MAX], referrer[NOTED_REFERRER_MAX];
    uint8_t landing_len, referrer_len;
    bool is_landing; /* its page is counted by another entry, but a new visit begins with it */
    uint32_t version;         /* the buffer's own */
};

/* Fetches that are only counted. `reason` lives for ever (a table's text). */
struct pool_counted {
    struct shop_id shop_id;
    struct pool_id pool_id;
    struct link_id link_id;
    int64_t hour_ms, visits;
    enum visit_verdict verdict;
    const char *reason;
};

/* Copies what fits and is text into a field of an entry; returns its length. */
uint8_t pool_noted_text(char *into, size_t max, str text);

void pool_buffer_clear(void);
void pool_buffer_note(const struct pool_noted *n);
void pool_buffer_count(const struct pool_counted *c);
int64_t pool_buffer_lost(void);

/* The browser in which this account was last seen among what is noted here; v == 0 when none. Looks
 * at every entry. */
struct visitor_id pool_buffer_visitor_of(struct account_id account);

/* Copies, oldest first, at most `max`; those of one visitor if visitor.v != 0. Returns how many. */
size_t pool_buffer_look(struct visitor_id visitor, struct pool_noted *ret, size_t max);
/* These copies are committed: removed, or, if more was noted since, lessened by what was written.
 */
void pool_buffer_done(const struct pool_noted *copies, size_t count);
/* Removes and returns counts; given back with pool_buffer_count if they could not be written. */
size_t pool_buffer_take_counts(struct pool_counted *ret, size_t max);

#endif
