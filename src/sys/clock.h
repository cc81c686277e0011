/* The only source of time. Everything above takes `const struct clock *` or a `now_ms` parameter,
 * so that a test runs a year of deadlines in a second.
 */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include "base/base.h"

struct clock {
    int64_t (*now_ms)(void *self);       /* UTC milliseconds since 1970 */
    int64_t (*monotonic_ms)(void *self); /* for deadlines within one process */
    void *self;
};

extern const struct clock clock_system;

/* A clock that stands still until told: for tests. Threads: safe to set from one, read from many.
 */
struct clock_fake {
    struct clock clock;
    _Atomic int64_t now_ms;
};
void clock_fake_init(struct clock_fake *fake, int64_t now_ms);
void clock_fake_advance(struct clock_fake *fake, int64_t by_ms);

static inline int64_t clock_now_ms(const struct clock *c)
{
    return c->now_ms(c->self);
}
static inline int64_t clock_monotonic_ms(const struct clock *c)
{
    return c->monotonic_ms(c->self);
}

#endif
