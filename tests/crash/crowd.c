#include "crowd.h"

#include <pthread.h>
#include <stdio.h>

#include "core/testing.h"
#include "disk.h"

struct shopper {
    struct crowd *crowd;
    pthread_t thread;
    int number;
};

/* Noted after it was told. */
static void acknowledge(struct crowd *c, enum crowd_deed deed, int buyer, struct order_id order,
                        const char *key)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    struct crowd_ack *ack = &c->acks[c->ack_count];
    *ack = (struct crowd_ack){deed, buyer, order, ""};
    snprintf(ack->key, sizeof ack->key, "%s", key);
    disk_note(c->ack_count++);
    pthread_mutex_unlock(&lock);
}

static int64_t quantity_of(int i)
{
    return 1 + i % 3;
}

static void shop_once(struct crowd *c, struct arena *a, int number, int i)
{
    int buyer = number * (POND_BUYERS / CROWD_THREADS) + i % (POND_BUYERS / CROWD_THREADS);
    struct order_id order;
    struct order now;
    int64_t attempt;
    char key[24], event[24];
    snprintf(key, sizeof key, "k%d-%d", number, i);
    testing_must(pond_place(&c->pond, a, buyer, key, i % POND_VARIANTS, quantity_of(i), &order));
    acknowledge(c, CROWD_PLACED, buyer, order, key);
    if (i % 3 == 2) {
        testing_must(pond_cancel(&c->pond, a, order));
        acknowledge(c, CROWD_CANCELLED, buyer, order, key);
        return;
    }
    testing_must(pond_pay(&c->pond, a, buyer, order, key, 0, &attempt));
    testing_must(pond_read(&c->pond, a, order, &now));
    snprintf(event, sizeof event, "e%d-%d", number, i);
    testing_must(pond_notice(&c->pond, a, attempt, PAYMENT_CAPTURED, event, now.total_minor, "r"));
    acknowledge(c, CROWD_PAID, buyer, order, key);
}

static void *shop(void *arg)
{
    struct shopper *s = arg;
    struct arena a;
    arena_init(&a, MiB(64));
    for (int i = 0; i < CROWD_ORDERS_EACH; i++) {
        shop_once(s->crowd, &a, s->number, i);
        arena_reset(&a);
    }
    arena_done(&a);
    atomic_fetch_sub(&s->crowd->running, 1);
    return NULL;
}

void crowd_shop(struct crowd *c, void (*during)(struct crowd *c, struct arena *a))
{
    struct shopper shoppers[CROWD_THREADS];
    struct arena a;
    arena_init(&a, MiB(64));
    atomic_store(&c->running, CROWD_THREADS);
    for (int i = 0; i < CROWD_THREADS; i++) {
        shoppers[i] = (struct shopper){.crowd = c, .number = i};
        ASSERT(pthread_create(&shoppers[i].thread, NULL, shop, &shoppers[i]) == 0);
    }
    while (atomic_load(&c->running) > 0) {
        during(c, &a);
        arena_reset(&a);
    }
    for (int i = 0; i < CROWD_THREADS; i++)
        pthread_join(shoppers[i].thread, NULL);
    arena_done(&a);
}

bool crowd_is_kept(struct pond *p, struct arena *a, const struct crowd_ack *ack)
{
    struct order now;
    if (pond_read(p, a, ack->order, &now) != NULL)
        return false;
    return ack->deed == CROWD_PLACED ||
           (ack->deed == CROWD_PAID ? now.paid_minor == now.total_minor && now.total_minor > 0
                                    : now.state == ORDER_CANCELLED);
}

bool crowd_goes_on(struct pond *p, struct arena *a, const struct crowd_ack *last)
{
    struct order_id again;
    int i = 0, number = 0;
    if (last != NULL && (sscanf(last->key, "k%d-%d", &number, &i) != 2 ||
                         pond_place(p, a, last->buyer, last->key, i % POND_VARIANTS, quantity_of(i),
                                    &again) != NULL ||
                         again.v != last->order.v))
        return false;
    return pond_place(p, a, 0, "after", 0, 1, &again) == NULL && pond_drain(p, a) == NULL;
}
