/* See store_fixture.h. */
#include "store_fixture.h"

void store_on(enum db_engine engine, void (*test)(struct fixture *f))
{
    static struct fixture f;
    f.engine = engine;
    testing_open(&f.t, engine, sample_features, 1);
    testing_drain(&f.t); /* what earlier tests left in a store that stays */
    sample_reset();
    f.shop = (struct shop_id){(int64_t)(rng_u64(&rng_system) >> 2)};
    test(&f);
    testing_close(&f.t);
}

const struct err *try_turn(struct fixture *f, turn_fn *fn, void *arg)
{
    return turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, fn, arg);
}

void reopen(struct fixture *f)
{
    struct testing_config config = {
        .engine = f->engine, .features = sample_features, .feature_count = 1, .texts = &texts};
    testing_reopen(&f->t, &config);
}
