/* See web_fixture.h. */
#include "web_fixture.h"

struct web_fixture *web_open(enum db_engine engine, int rate_percent)
{
    static struct web_fixture f;
    sample_reset();
    struct testing_config config = {.engine = engine,
                                    .features = sample_features,
                                    .feature_count = 1,
                                    .texts = &texts,
                                    .pages.personal = sample_personal,
                                    .rate_percent = rate_percent};
    testing_open_config(&f.t, &config);
    f.base = (int64_t)(rng_u64(&rng_system) % 100000) + 1;
    sample_shop.v = (int64_t)(rng_u64(&rng_system) >> 2);
    return &f;
}

void web_on(enum db_engine engine, void (*test)(struct web_fixture *f))
{
    struct web_fixture *f = web_open(engine, 0);
    test(f);
    testing_close(&f->t);
}

void web_each_engine(void (*test)(struct web_fixture *f))
{
    for (enum db_engine engine = DB_SQLITE; engine <= DB_POSTGRES; engine++)
        if (testing_has_engine(engine))
            web_on(engine, test);
}
