#include "sys/clock.h"

#include <stdatomic.h>
#include <time.h>

static int64_t read_clock(clockid_t which)
{
    struct timespec t;
    ASSERT(clock_gettime(which, &t) == 0);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_now_ms(void *self)
{
    (void)self;
    return read_clock(CLOCK_REALTIME);
}

static int64_t system_monotonic_ms(void *self)
{
    (void)self;
    return read_clock(CLOCK_MONOTONIC);
}

const struct clock clock_system = {system_now_ms, system_monotonic_ms, NULL};

static int64_t fake_now_ms(void *self)
{
    return atomic_load(&((struct clock_fake *)self)->now_ms);
}

void clock_fake_init(struct clock_fake *fake, int64_t now_ms)
{
    fake->clock = (struct clock){fake_now_ms, fake_now_ms, fake};
    atomic_store(&fake->now_ms, now_ms);
}

void clock_fake_advance(struct clock_fake *fake, int64_t by_ms)
{
    atomic_fetch_add(&fake->now_ms, by_ms);
}
