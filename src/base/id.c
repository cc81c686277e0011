#include "base/id.h"

#include <string.h>

enum { NODE_BITS = 10, SEQUENCE_BITS = 12, TIME_SHIFT = NODE_BITS + SEQUENCE_BITS };
static const int64_t EPOCH_MS = 1577836800000; /* 2020-01-01T00:00:00Z */
static const int64_t TIME_MAX = ((int64_t)1 << 41) - 1;
static const char alphabet[33] = "0123456789abcdefghjkmnpqrstvwxyz";

void id_source_init(struct id_source *source, int node, int64_t floor)
{
    ASSERT(node >= 0 && node < 1 << NODE_BITS && floor >= 0);
    source->node = node;
    atomic_store(&source->last, floor);
}

static int64_t first_of(int64_t since_epoch_ms, int node)
{
    return since_epoch_ms << TIME_SHIFT | (int64_t)node << SEQUENCE_BITS;
}

int64_t id_at_time(int64_t now_ms)
{
    if (now_ms < EPOCH_MS)
        return 0;
    return first_of(now_ms - EPOCH_MS > TIME_MAX ? TIME_MAX : now_ms - EPOCH_MS, 0);
}

/* The smallest id of this node above `last`: a full sequence goes on in the next millisecond, never
 * among the ids of the next node. */
static int64_t following(int64_t last, int node)
{
    int64_t next = last + 1;
    if ((next >> SEQUENCE_BITS & ((1 << NODE_BITS) - 1)) == node)
        return next;
    int64_t first = first_of(last >> TIME_SHIFT, node);
    return first > last ? first : first_of((last >> TIME_SHIFT) + 1, node);
}

int64_t id_next(struct id_source *source, int64_t now_ms)
{
    int64_t now = id_at_time(now_ms) | (int64_t)source->node << SEQUENCE_BITS;
    int64_t last = atomic_load_explicit(&source->last, memory_order_relaxed), next;
    do {
        next = following(last, source->node);
        if (next < now)
            next = now;
    } while (!atomic_compare_exchange_weak(&source->last, &last, next));
    return next;
}

int64_t id_time_ms(int64_t id)
{
    return (id >> TIME_SHIFT) + EPOCH_MS;
}

struct id_text id_format(int64_t id)
{
    struct id_text ret = {{0}};
    uint64_t left = (uint64_t)id;
    for (size_t i = ID_TEXT_LEN; i-- > 0; left >>= 5)
        ret.text[i] = alphabet[left & 31];
    return ret;
}

str id_str(const struct id_text *text)
{
    return (str){text->text, ID_TEXT_LEN};
}

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    switch (c) {
    case 'o': return 0;
    case 'i':
    case 'l': return 1;
    case 'u': c = 'v'; break;
    case '\0': return -1;
    default: break;
    }
    const char *hit = memchr(alphabet, c, 32);
    return hit == NULL ? -1 : (int)(hit - alphabet);
}

bool id_parse(str s, int64_t *ret)
{
    uint64_t value = 0;
    if (s.len != ID_TEXT_LEN)
        return false;
    for (size_t i = 0; i < ID_TEXT_LEN; i++) {
        int digit = digit_of(s.ptr[i]);
        if (digit < 0 || (i == 0 && digit > 7)) /* 13 digits hold 65 bits, an id has 63 */
            return false;
        value = value << 5 | (uint64_t)digit;
    }
    if (value == 0)
        return false;
    *ret = (int64_t)value;
    return true;
}
