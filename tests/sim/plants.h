/* Defects that are planted on purpose, to see that the simulator finds them. They live here alone:
 * a query of the product gets another text before the store is opened, or the simulator's own world
 * does what a faulty product would have let happen. The product knows nothing of them.
 */
#ifndef TESTS_SIM_PLANTS_H
#define TESTS_SIM_PLANTS_H

#include "base/base.h"

struct sim;

enum { PLANT_SWAPS_MAX = 2 };

struct plant {
    const char *name;
    struct {
        const char *query, *from, *to;
    } swaps[PLANT_SWAPS_MAX];
    bool has_no_checks; /* the store's CHECKs are off too: they alone would catch it */
};

extern const struct plant plants[];
extern const size_t plant_count;

bool plant_is(const struct plant *plant, const char *name);
/* Before and after a run; NULL is allowed. Aborts when a query no longer has the text it changes.
 */
void plant_put(const struct plant *plant, struct sim *s);
void plant_take_out(const struct plant *plant);
/* After the store was opened. */
void plant_ready(const struct plant *plant, struct sim *s);
/* What the faulty product does by itself. */
void plant_meddle(const struct plant *plant, struct sim *s);

#endif
