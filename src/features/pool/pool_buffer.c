/* See pool_buffer.h. Entries hang in chains by visitor; free ones in a chain of their own. */
#include "pool/pool_buffer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { BUCKETS = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pool_noted entries[NOTED_MAX];
static uint16_t next_of[NOTED_MAX];  /* index + 1; 0 ends a chain */
static uint16_t heads[BUCKETS], free_head;
static size_t fresh;                 /* entries from here on were never used */
static struct pool_counted counts[NOTED_COUNTS_MAX];
static size_t count_used;
static int64_t lost;

static uint16_t *head_of(struct visitor_id visitor)
{
    return &heads[((uint64_t)visitor.v * 0x9e3779b97f4a7c15u) >> 54];
}

static struct pool_noted *find(const struct pool_noted *n)
{
    for (uint16_t at = *head_of(n->visitor_id); at != 0; at = next_of[at - 1]) {
        struct pool_noted *e = &entries[at - 1];
        if (e->visitor_id.v == n->visitor_id.v && e->shop_id.v == n->shop_id.v &&
            e->link_id.v == n->link_id.v && e->sharer_id.v == n->sharer_id.v)
            return e;
    }
    return NULL;
}

static void add(const struct pool_noted *n)
{
    uint16_t at = free_head;
    if (at != 0)
        free_head = next_of[at - 1];
    else if (fresh < NOTED_MAX)
        at = (uint16_t)++fresh;
    else {
        lost++;
        return;
    }
    uint16_t *head = head_of(n->visitor_id);
    entries[at - 1] = *n;
    entries[at - 1].version = 1;
    next_of[at - 1] = *head;
    *head = at;
}

static void drop(const struct pool_noted *n)
{
    for (uint16_t *link = head_of(n->visitor_id); *link != 0; link = &next_of[*link - 1]) {
        uint16_t at = *link;
        if (entries[at - 1].id != n->id)
            continue;
        *link = next_of[at - 1];
        next_of[at - 1] = free_head;
        free_head = at;
        entries[at - 1].visitor_id.v = 0;
        return;
    }
}

uint8_t pool_noted_text(char *into, size_t max, str text)
{
    str cut = utf8_is_title(text) ? utf8_cut_bytes(text, max) : STR_NONE;
    for (size_t i = 0; i < cut.len; i++)
        into[i] = cut.ptr[i];
    return (uint8_t)cut.len;
}

void pool_buffer_clear(void)
{
    pthread_mutex_lock(&lock);
    memset(heads, 0, sizeof heads);
    free_head = 0;
    fresh = count_used = 0;
    lost = 0;
    pthread_mutex_unlock(&lock);
}

void pool_buffer_note(const struct pool_noted *n)
{
    ASSERT(n->visitor_id.v != 0);
    pthread_mutex_lock(&lock);
    struct pool_noted *e = find(n);
    if (e == NULL) {
        add(n);
    } else {
        e->facts |= n->facts;
        e->pages += n->pages;
        e->is_landing |= n->is_landing;
        e->last_ms = n->last_ms > e->last_ms ? n->last_ms : e->last_ms;
        e->dwell_ms = n->dwell_ms > e->dwell_ms ? n->dwell_ms : e->dwell_ms;
        e->account_id = n->account_id.v != 0 ? n->account_id : e->account_id;
        e->version++;
    }
    pthread_mutex_unlock(&lock);
}

static bool same_count(const struct pool_counted *a, const struct pool_counted *b)
{
    return a->shop_id.v == b->shop_id.v && a->pool_id.v == b->pool_id.v &&
           a->link_id.v == b->link_id.v && a->hour_ms == b->hour_ms && a->verdict == b->verdict &&
           strcmp(a->reason, b->reason) == 0;
}

void pool_buffer_count(const struct pool_counted *c)
{
    pthread_mutex_lock(&lock);
    size_t at = 0;
    while (at < count_used && !same_count(&counts[at], c))
        at++;
    if (at < count_used)
        counts[at].visits += c->visits;
    else if (count_used < NOTED_COUNTS_MAX)
        counts[count_used++] = *c;
    else
        lost += c->visits;
    pthread_mutex_unlock(&lock);
}

int64_t pool_buffer_lost(void)
{
    pthread_mutex_lock(&lock);
    int64_t result = lost;
    pthread_mutex_unlock(&lock);
    return result;
}

static int by_id(const void *a, const void *b)
{
    const struct pool_noted *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

size_t pool_buffer_look(struct visitor_id visitor, struct pool_noted *ret, size_t max)
{
    size_t count = 0;
    pthread_mutex_lock(&lock);
    if (visitor.v != 0) {
        for (uint16_t at = *head_of(visitor); at != 0 && count < max; at = next_of[at - 1])
            if (entries[at - 1].visitor_id.v == visitor.v)
                ret[count++] = entries[at - 1];
    } else {
        for (size_t i = 0; i < fresh && count < max; i++)
            if (entries[i].visitor_id.v != 0)
                ret[count++] = entries[i];
    }
    pthread_mutex_unlock(&lock);
    qsort(ret, count, sizeof *ret, by_id);
    return count;
}

struct visitor_id pool_buffer_visitor_of(struct account_id account)
{
    const struct pool_noted *newest = NULL;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < fresh; i++) {
        const struct pool_noted *e = &entries[i];
        bool is_hers = e->visitor_id.v != 0 && e->account_id.v == account.v;
        if (is_hers && (newest == NULL || e->last_ms > newest->last_ms))
            newest = e;
    }
    struct visitor_id visitor = newest == NULL ? (struct visitor_id){0} : newest->visitor_id;
    pthread_mutex_unlock(&lock);
    return visitor;
}

void pool_buffer_done(const struct pool_noted *copies, size_t count)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < count; i++) {
        struct pool_noted *e = find(&copies[i]);
        if (e == NULL || e->id != copies[i].id)
            continue;
        if (e->version == copies[i].version)
            drop(e);
        else
            e->pages -= copies[i].pages;
    }
    pthread_mutex_unlock(&lock);
}

size_t pool_buffer_take_counts(struct pool_counted *ret, size_t max)
{
    pthread_mutex_lock(&lock);
    size_t count = count_used < max ? count_used : max;
    for (size_t i = 0; i < count; i++)
        ret[i] = counts[--count_used];
    pthread_mutex_unlock(&lock);
    return count;
}
