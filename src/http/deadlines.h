/* Deadlines without a timer each: every list has one fixed duration, so it is in order by itself,
 * and one look at its head tells who is late. Loop thread only.
 */
#ifndef HTTP_DEADLINES_H
#define HTTP_DEADLINES_H

#include "base/base.h"

struct deadline {
    struct deadline *previous, *next;
    struct deadline_list *list; /* NULL: in none */
    uint64_t at_ms;
};

struct deadline_list {
    struct deadline *first, *last;
    uint64_t after_ms;
};

/* (Re)arms d in `list`, leaving the list it was in. */
void deadline_set(struct deadline *d, struct deadline_list *list, uint64_t now_ms);
void deadline_clear(struct deadline *d);
/* Takes one that is due out of the list, or NULL. */
struct deadline *deadline_take_due(struct deadline_list *list, uint64_t now_ms);

#endif
