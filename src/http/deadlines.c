#include "http/deadlines.h"

void deadline_clear(struct deadline *d)
{
    struct deadline_list *list = d->list;
    if (list == NULL)
        return;
    *(d->previous == NULL ? &list->first : &d->previous->next) = d->next;
    *(d->next == NULL ? &list->last : &d->next->previous) = d->previous;
    *d = (struct deadline){0};
}

void deadline_set(struct deadline *d, struct deadline_list *list, uint64_t now_ms)
{
    deadline_clear(d);
    *d = (struct deadline){.previous = list->last, .list = list, .at_ms = now_ms + list->after_ms};
    *(list->last == NULL ? &list->first : &list->last->next) = d;
    list->last = d;
}

struct deadline *deadline_take_due(struct deadline_list *list, uint64_t now_ms)
{
    struct deadline *d = list->first;
    if (d == NULL || d->at_ms > now_ms)
        return NULL;
    deadline_clear(d);
    return d;
}
