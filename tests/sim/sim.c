#include "sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/event.h"
#include "core/feature.h"
#include "core/testing.h"
#include "db/db_sqlite.h"
#include "plants.h"

void sim_break(struct sim *s, const char *fmt, ...)
{
    if (s->broken != NULL)
        return;
    va_list args;
    va_start(args, fmt);
    vsnprintf(s->words, sizeof s->words, fmt, args);
    va_end(args);
    s->broken = s->words;
}

/* ---- whom everything is told ---- */

static const struct {
    const char *kind;
    unsigned bit;
} tellings[] = {
    {"order.placed", TOLD_PLACED},       {"order.paid", TOLD_PAID},
    {"order.cancelled", TOLD_CANCELLED}, {"order.expired", TOLD_EXPIRED},
    {"order.refunded", TOLD_REFUNDED},   {"order.shipped", TOLD_SHIPPED},
    {"order.delivered", TOLD_DELIVERED},
};

/* An addition that was due goes with its order, or before it: the store may take either first. */
static bool went_first(const struct sim *s, const struct model_order *o, int64_t now_ms)
{
    return o->added_to > 0 && o->state == ORDER_CANCELLED && o->expires_ms <= now_ms &&
           s->model.orders[o->added_to - 1].state == ORDER_EXPIRED;
}

static const struct err *hear_event(struct turn *t, const struct event *e)
{
    struct sim *s = sim_now;
    if (s == NULL || db_is_rehearsal(t->tx))
        return NULL;
    sim_return_told(s, e, t->now_ms);
    if (strcmp(e->kind, "quote.expired") == 0)
        sim_quote_told(s, e, t->now_ms);
    for (int i = 0; i < s->model.order_count; i++) {
        struct model_order *o = &s->model.orders[i];
        if (o->id.v != e->subject_id)
            continue;
        for (size_t k = 0; k < COUNT(tellings); k++) {
            if (strcmp(tellings[k].kind, e->kind) != 0)
                continue;
            bool is_first = (o->told & tellings[k].bit) == 0;
            o->told |= tellings[k].bit;
            if (tellings[k].bit == TOLD_EXPIRED && is_first && o->state != ORDER_EXPIRED) {
                if (o->is_secured || o->expires_ms > t->now_ms ||
                    (o->state != ORDER_PLACED && !went_first(s, o, t->now_ms)))
                    sim_break(s,
                              "order %lld (state %d, secured %d, paid %lld) expired %lld ms before",
                              (long long)o->id.v, (int)o->state, o->is_secured, (long long)o->paid,
                              (long long)(o->expires_ms - t->now_ms));
                model_expired(&s->model, i);
            }
        }
    }
    return NULL;
}

static const char *const kinds[] = {"order.placed",   "order.paid",     "order.cancelled",
                                    "order.expired",  "order.refunded", "order.shipped",
                                    "order.delivered", "returns.agreed", "returns.lapsed",
                                    "quote.expired",  NULL};
static const struct event_subscriber subscribers[] = {{"sim.people", kinds, hear_event}};
static const char *const needs[] = {"order", "returns", "quote", NULL};
static const struct feature people = {
    .name = "sim", .needs = needs, .subscribers = subscribers, .subscriber_count = 1};

/* ---- the founded store ---- */

static char template[128];
static struct pond founded;

void sim_begin(void)
{
    log_set_level(LOG_ERROR);
    pond_make_folder(template, sizeof template);
    pond_init(&founded, 1, &people);
    testing_must(pond_open(&founded, template));
    pond_found(&founded, SIM_SHELF);
    pond_close(&founded);
}

void sim_end(void)
{
    pond_remove_folder(template);
}

/* ---- a run ---- */

static void open_run(struct sim *s)
{
    const struct err *e = pond_open(&s->pond, s->folder);
    if (e != NULL)
        sim_break(s, "the store cannot be opened: %s", e->key);
    if (e != NULL)
        return;
    /* Small, so that it is brought into the file now and then. */
    ((struct sqlite_db *)s->pond.platform->db)->writer.wal_max_bytes = MiB(2);
    plant_ready(s->plant, s);
    sim_look_open(s);
}

static void close_run(struct sim *s)
{
    sim_look_close(s);
    pond_close(&s->pond);
}

/* Called in the midst of a turn, which never ends: what was committed before is in the files. */
void sim_crash(struct sim *s)
{
    char folder[128];
    pond_make_folder(folder, sizeof folder);
    pond_copy(s->folder, folder);
    s->crashed_to[0] = '\0';
    snprintf(s->crashed_to, sizeof s->crashed_to, "%s", folder);
}

static void rise_again(struct sim *s)
{
    if (s->crashed_to[0] == '\0' || s->broken != NULL)
        return;
    close_run(s);
    pond_remove_folder(s->folder);
    snprintf(s->folder, sizeof s->folder, "%s", s->crashed_to);
    s->crashed_to[0] = '\0';
    s->crash_count++;
    open_run(s);
}

static void run_steps(struct sim *s, int steps)
{
    for (s->step = 1; s->step <= steps && s->broken == NULL; s->step++) {
        sim_step(s);
        rise_again(s);
        if (s->step % SIM_BATCH != 0 || s->broken != NULL)
            continue;
        sim_drain(s);
        sim_look(s, false);
    }
    if (s->broken == NULL)
        sim_settle(s);
    if (s->broken == NULL)
        sim_look(s, true);
}

static void count(const struct sim *s, struct sim_counts *ret)
{
    const struct model *m = &s->model;
    *ret = (struct sim_counts){.orders = m->order_count, .captures = m->captures,
                               .refunds = m->refunds, .crashes = s->crash_count,
                               .returns = m->return_count, .bundles = m->bundle_count};
    for (int i = 0; i < m->order_count; i++) {
        const struct model_order *o = &m->orders[i];
        for (int k = 0; k < o->line_count; k++)
            ret->drops += o->lines[k].dropped > 0;
        ret->additions += o->added_to > 0;
        ret->additions_paid += o->added_to > 0 && o->is_secured;
    }
    ret->rewrites = m->rewrites;
    for (int i = 0; i < m->return_count; i++)
        ret->returns_paid += m->returns[i].state == RETURNS_REFUNDED;
    for (int i = 0; i < m->attempt_count; i++) {
        const struct model_attempt *x = &m->attempts[i];
        ret->bundles_paid += x->lead == i && x->parts > 1 && x->state == MONEY_CAPTURED;
        ret->shares_paid += x->share.v != 0 && x->state == MONEY_CAPTURED;
    }
    for (int i = 0; i < m->quote_count; i++)
        ret->quotes_accepted += m->quotes[i].order >= 0;
}

void sim_run(uint64_t seed, int steps, bool crashes, const struct plant *plant,
             struct sim_result *ret)
{
    struct sim *s = calloc(1, sizeof *s);
    ASSERT(s != NULL);
    s->seed = seed;
    s->plant = plant;
    s->crashes = crashes;
    *ret = (struct sim_result){.is_broken = false};
    rng_seeded_init(&s->chance, seed);
    arena_init(&s->arena, MiB(64));
    pond_init(&s->pond, seed, &people);
    pond_know(&s->pond, &founded);
    s->now_ms = clock_now_ms(&s->pond.clock.clock);
    pond_make_folder(s->folder, sizeof s->folder);
    pond_copy(template, s->folder);
    model_init(&s->model, SIM_SHELF);
    plant_put(plant, s);
    open_run(s);
    sim_now = s;
    pond_bank = &sim_bank;
    run_steps(s, steps);
    pond_bank = NULL;
    if (s->broken == NULL)
        sim_hash(s, ret->hash);
    sim_now = NULL;
    ret->is_broken = s->broken != NULL;
    ret->step = s->step;
    count(s, &ret->counts);
    memcpy(ret->words, s->words, sizeof ret->words);
    if (s->pond.platform != NULL)
        close_run(s);
    plant_take_out(plant);
    pond_remove_folder(s->folder);
    if (s->crashed_to[0] != '\0')
        pond_remove_folder(s->crashed_to);
    arena_done(&s->arena);
    free(s);
}
