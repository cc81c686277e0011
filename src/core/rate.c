/* Token buckets: see rate.h. A bucket is kept as the time at which it would be full again: one
 * number. */
#include "core/rate.h"

#include <pthread.h>
#include <string.h>

#include "sys/ipaddr.h"

enum { SETS = 4096, WAYS = 4 };

struct bucket {
    uint64_t key;         /* 0 = free */
    int64_t full_at_us;   /* monotonic */
};

struct rate_table {
    pthread_mutex_t lock;
    int percent;
    uint64_t seed;
    struct bucket buckets[SETS][WAYS];
};

/* Tokens per minute, and how many may be taken at once. */
static const struct {
    int64_t per_minute, burst;
} limits[RATE_COUNT] = {
    [RATE_READ] = {3000, 300},    [RATE_WRITE] = {300, 60},  [RATE_AUTH] = {20, 20},
    [RATE_UPLOAD] = {120, 40},    [RATE_STREAM] = {120, 60}, [RATE_PROVIDER] = {6000, 600},
};

const struct err *rate_new(struct arena *a, int percent, uint64_t seed, struct rate_table **ret)
{
    struct rate_table *table = NULL;
    TRY_NEW(a, table);
    pthread_mutex_init(&table->lock, NULL);
    table->percent = percent;
    table->seed = seed;
    *ret = table;
    return NULL;
}

static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t key_of(const struct rate_table *table, str client_ip, enum rate class)
{
    struct ipaddr ip = {0};
    unsigned char bytes[16] = {0};
    if (ipaddr_parse(client_ip, &ip))
        memcpy(bytes, ip.bytes, ip.family == 6 ? 8 : 4);
    uint64_t high = 0;
    memcpy(&high, bytes, sizeof high);
    uint64_t key =
        mix(mix(high ^ table->seed) + (uint64_t) class * 0x9e3779b97f4a7c15u + (uint64_t)ip.family);
    return key == 0 ? 1 : key;
}

static struct bucket *bucket_of(struct rate_table *table, uint64_t key)
{
    struct bucket *set = table->buckets[(key >> 32) % SETS], *oldest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].full_at_us < oldest->full_at_us)
            oldest = &set[i];
    }
    *oldest = (struct bucket){key, 0};
    return oldest;
}

bool rate_take(struct rate_table *table, str client_ip, enum rate class, int64_t now_ms,
               int *ret_retry_after_s)
{
    ASSERT(class > RATE_UNSET && class < RATE_COUNT);
    if (table->percent <= 0)
        return true;
    int64_t cost_us = 60 * 1000000 * (int64_t)100 / (limits[class].per_minute * table->percent);
    int64_t now_us = now_ms * 1000, room_us = cost_us * limits[class].burst;
    pthread_mutex_lock(&table->lock);
    struct bucket *b = bucket_of(table, key_of(table, client_ip, class));
    int64_t full_at_us = (b->full_at_us > now_us ? b->full_at_us : now_us) + cost_us;
    bool is_allowed = full_at_us <= now_us + room_us;
    if (is_allowed)
        b->full_at_us = full_at_us;
    pthread_mutex_unlock(&table->lock);
    if (!is_allowed)
        *ret_retry_after_s = (int)((full_at_us - now_us - room_us) / 1000000) + 1;
    return is_allowed;
}
