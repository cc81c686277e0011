#include "sys/rng.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/base64.h"

static void system_fill(void *self, void *bytes, size_t count)
{
    (void)self;
    unsigned char *at = bytes;
    while (count > 0) {
        ssize_t got = getrandom(at, count, 0);
        ASSERT(got > 0 || (got < 0 && errno == EINTR));
        if (got > 0) {
            at += got;
            count -= (size_t)got;
        }
    }
}

const struct rng rng_system = {system_fill, NULL};

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

/* xoshiro256**, Blackman and Vigna. */
static uint64_t seeded_next(uint64_t s[4])
{
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

static void seeded_fill(void *self, void *bytes, size_t count)
{
    struct rng_seeded *seeded = self;
    unsigned char *at = bytes;
    while (count > 0) {
        uint64_t value = seeded_next(seeded->state);
        size_t part = count < sizeof value ? count : sizeof value;
        memcpy(at, &value, part);
        at += part;
        count -= part;
    }
}

void rng_seeded_init(struct rng_seeded *seeded, uint64_t seed)
{
    seeded->rng = (struct rng){seeded_fill, seeded};
    for (size_t i = 0; i < COUNT(seeded->state); i++) { /* splitmix64 spreads a small seed */
        uint64_t z = seed += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        seeded->state[i] = z ^ z >> 31;
    }
}

uint64_t rng_u64(const struct rng *r)
{
    uint64_t value;
    r->fill(r->self, &value, sizeof value);
    return value;
}

uint64_t rng_below(const struct rng *r, uint64_t bound)
{
    ASSERT(bound > 0);
    uint64_t unfair = (0 - bound) % bound,
             value; /* 2^64 mod bound: those lowest values are drawn again */
    do
        value = rng_u64(r);
    while (value < unfair);
    return value % bound;
}

const struct err *rng_token(struct arena *a, const struct rng *r, size_t bytes, str *ret)
{
    char raw[64];
    ASSERT(bytes > 0 && bytes <= sizeof raw);
    r->fill(r->self, raw, bytes);
    return base64url_encode(a, (str){raw, bytes}, ret);
}
