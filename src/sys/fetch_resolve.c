#include "sys/fetch_resolve.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Shared by the caller and the resolving thread; the last of the two frees it. Raw memory, because
 * it may outlive the caller's arena. */
struct lookup {
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool done, abandoned;
    int failure;
    struct addrinfo *found;
    char host[256];
};

static _Atomic int under_way;

static void lookup_free(struct lookup *l)
{
    if (l->found != NULL)
        freeaddrinfo(l->found);
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->finished);
    free(l);
}

static void *resolve_on_thread(void *p)
{
    struct lookup *l = p;
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int failure = getaddrinfo(l->host, NULL, &hints, &found);
    pthread_mutex_lock(&l->lock);
    l->found = failure == 0 ? found : NULL;
    l->failure = failure;
    l->done = true;
    bool abandoned = l->abandoned;
    pthread_cond_signal(&l->finished);
    pthread_mutex_unlock(&l->lock);
    if (abandoned)
        lookup_free(l);
    atomic_fetch_sub(&under_way, 1);
    return NULL;
}

static struct lookup *lookup_start(str host)
{
    struct lookup *l = calloc(1, sizeof *l);
    pthread_condattr_t monotonic;
    pthread_attr_t detached;
    pthread_t thread;
    if (l == NULL)
        return NULL;
    memcpy(l->host, host.ptr, host.len);
    pthread_mutex_init(&l->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&l->finished, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    atomic_fetch_add(&under_way, 1);
    int failed = pthread_create(&thread, &detached, resolve_on_thread, l);
    pthread_attr_destroy(&detached);
    if (failed != 0) {
        atomic_fetch_sub(&under_way, 1);
        lookup_free(l);
        return NULL;
    }
    return l;
}

/* True if it came in time; else the thread frees it. */
static bool lookup_wait(struct lookup *l, int64_t timeout_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += timeout_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&l->lock);
    while (!l->done && pthread_cond_timedwait(&l->finished, &l->lock, &until) != ETIMEDOUT) {
    }
    bool done = l->done;
    l->abandoned = !done;
    pthread_mutex_unlock(&l->lock);
    return done;
}

static const struct err *take_addresses(struct arena *a, const struct lookup *l,
                                        struct fetch_addresses *ret)
{
    ret->count = 0;
    if (l->failure != 0)
        return ERR(a, ERR_UNAVAILABLE, "fetch.unreachable", "%s: %s", l->host,
                   gai_strerror(l->failure));
    for (const struct addrinfo *at = l->found; at != NULL; at = at->ai_next) {
        if (ret->count == FETCH_ADDRESSES_MAX)
            return ERR(a, ERR_UNAVAILABLE, "fetch.unreachable", "%s has too many addresses",
                       l->host);
        if (!ipaddr_from_sockaddr(at->ai_addr, &ret->items[ret->count++]))
            return ERR(a, ERR_UNAVAILABLE, "fetch.unreachable", "%s has an address of another kind",
                       l->host);
    }
    return ret->count > 0
               ? NULL
               : ERR(a, ERR_UNAVAILABLE, "fetch.unreachable", "%s has no address", l->host);
}

const struct err *fetch_resolve(struct arena *a, str host, int64_t timeout_ms,
                                struct fetch_addresses *ret)
{
    if (host.len == 0 || host.len > 253 || str_find_char(host, '\0') >= 0)
        return ERR(a, ERR_INVALID, "fetch.url", "not a host name");
    if (atomic_load(&under_way) >= RESOLVERS_MAX)
        return ERR(a, ERR_LIMIT, "error.busy", "too many names are being resolved");
    struct lookup *l = lookup_start(host);
    if (l == NULL)
        return &err_out_of_memory;
    if (!lookup_wait(l, timeout_ms))
        return ERR(a, ERR_UNAVAILABLE, "fetch.unreachable", "%.*s is not resolved in time",
                   STR_ARG(host));
    const struct err *e = take_addresses(a, l, ret);
    lookup_free(l);
    return e;
}
