/* The only source of randomness. rng_system is the kernel's generator; a seeded one replays a run.
 */
#ifndef SYS_RNG_H
#define SYS_RNG_H

#include "base/err.h"

struct rng {
    void (*fill)(void *self, void *bytes, size_t count);
    void *self;
};

extern const struct rng rng_system;

struct rng_seeded {
    struct rng rng;
    uint64_t state[4];
};
void rng_seeded_init(struct rng_seeded *seeded, uint64_t seed); /* deterministic; not for secrets */

uint64_t rng_u64(const struct rng *r);
uint64_t rng_below(const struct rng *r, uint64_t bound); /* uniform in [0, bound), bound > 0 */
/* `bytes` random bytes as unpadded base64url: 16 bytes -> 22 characters. For tokens; at most 64. */
const struct err *rng_token(struct arena *a, const struct rng *r, size_t bytes,
                            str *ret) MUST_CHECK;

#endif
