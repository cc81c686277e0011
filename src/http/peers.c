#include "http/peers.h"

#include <stdlib.h>
#include <string.h>

static struct address key_of(const struct address *address)
{
    static const unsigned char mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    struct address key = *address;
    if (memcmp(key.bytes, mapped_prefix, sizeof mapped_prefix) != 0)
        memset(key.bytes + 8, 0, 8);
    return key;
}

static struct peer **bucket_of(struct peers *p, const struct address *key)
{
    uint64_t hash = str_hash((str){(const char *)key->bytes, sizeof key->bytes}) ^ p->seed;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return &p->buckets[(hash >> 32) % PEER_BUCKETS];
}

struct peer *peers_enter(struct peers *p, const struct address *address)
{
    struct address key = key_of(address);
    struct peer **bucket = bucket_of(p, &key), *peer = *bucket;
    while (peer != NULL && memcmp(&peer->key, &key, sizeof key) != 0)
        peer = peer->next;
    if (peer == NULL) {
        peer = malloc(sizeof *peer);
        if (peer == NULL)
            return NULL;
        *peer = (struct peer){.next = *bucket, .key = key};
        *bucket = peer;
    }
    if (peer->count >= p->per_address_max)
        return NULL;
    peer->count++;
    return peer;
}

void peers_leave(struct peers *p, struct peer *peer)
{
    if (peer == NULL || --peer->count > 0)
        return;
    struct peer **slot = bucket_of(p, &peer->key);
    while (*slot != peer)
        slot = &(*slot)->next;
    *slot = peer->next;
    free(peer);
}
