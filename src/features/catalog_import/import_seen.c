/* A set of 64-bit keys with the line of each: open addressing, doubled when half full. */
#include "catalog_import/import_part.h"

enum { SPACE_FIRST = 1024 };

static uint64_t key_of(char kind, str text)
{
    /* Mixed, since the low bits choose the slot; never 0, which is a free one. */
    uint64_t hash = str_hash(text) ^ ((uint64_t)(unsigned char)kind << 56);
    hash ^= hash >> 31;
    hash *= 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 29;
    return hash == 0 ? 1 : hash;
}

static size_t slot_of(const struct import_seen *s, uint64_t hash)
{
    size_t at = (size_t)hash & (s->space - 1);
    while (s->slots[at].hash != 0 && s->slots[at].hash != hash)
        at = (at + 1) & (s->space - 1);
    return at;
}

static const struct err *grow(struct import_seen *s)
{
    struct import_seen bigger = *s;
    bigger.space = s->space == 0 ? SPACE_FIRST : 2 * s->space;
    TRY_NEW_ARRAY(s->arena, bigger.slots, bigger.space);
    for (size_t i = 0; i < s->space; i++)
        if (s->slots[i].hash != 0)
            bigger.slots[slot_of(&bigger, s->slots[i].hash)] = s->slots[i];
    *s = bigger;
    return NULL;
}

const struct err *import_seen_note(struct import_seen *s, char kind, str text, int64_t line)
{
    if (2 * (s->count + 1) > s->space)
        TRY(grow(s));
    uint64_t hash = key_of(kind, text);
    size_t at = slot_of(s, hash);
    if (s->slots[at].hash != 0)
        return NULL;
    s->slots[at].hash = hash;
    s->slots[at].line = line;
    s->count++;
    return NULL;
}

int64_t import_seen_line(const struct import_seen *s, char kind, str text)
{
    return s->space == 0 ? 0 : s->slots[slot_of(s, key_of(kind, text))].line;
}
