/* The command: checks that the store is empty, moves the clock, lets the files beside it fill the
 * store, and tells who may log in. See demo.h. */
#include "demo/demo.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "core/dispatch.h"
#include "core/setting.h"
#include "demo/demo_alive.h"
#include "demo/demo_part.h"
#include "sys/crypto.h"
#include "sys/file.h"

enum { STORY_SEED = 20260521, TURN_ARENA = 32, PASSWORD_BYTES = 8 };

/* ---- what the files share ---- */

int demo_below(struct demo *d, int bound)
{
    return (int)rng_below(&d->rng.rng, (uint64_t)bound);
}

bool demo_chance(struct demo *d, int permille)
{
    return demo_below(d, 1000) < permille;
}

void demo_clock_set(struct demo *d, int64_t now_ms)
{
    atomic_store(&d->clock.now_ms, now_ms);
}

struct account_id demo_person_id(const struct demo *d, const char *handle)
{
    for (size_t i = 0; demo_people[i].handle != NULL; i++)
        if (strcmp(demo_people[i].handle, handle) == 0)
            return d->people[i];
    UNREACHABLE();
}

const struct demo_person *demo_person_of(const char *handle)
{
    for (size_t i = 0; demo_people[i].handle != NULL; i++)
        if (strcmp(demo_people[i].handle, handle) == 0)
            return &demo_people[i];
    UNREACHABLE();
}

int64_t demo_picture(const struct demo *d, const char *name, bool personal)
{
    for (size_t i = 0; i < d->picture_count; i++)
        if (str_eq(d->pictures[i].name, str_c(name)))
            return personal ? d->pictures[i].personal_id : d->pictures[i].media_id;
    return 0;
}

struct demo_product_made *demo_product_of(struct demo *d, size_t shop, const char *handle)
{
    for (size_t i = 0; i < d->shops[shop].product_count; i++)
        if (strcmp(demo_shops[shop]->products[i].handle, handle) == 0)
            return &d->shops[shop].products[i];
    UNREACHABLE();
}

const struct err *demo_turn(struct demo *d, struct account_id actor, turn_fn *fn, void *arg)
{
    struct arena a;
    arena_init(&a, MiB(TURN_ARENA));
    const struct err *e = turn_run(d->platform, &a, actor, fn, arg);
    if (e != NULL)
        e = err_keep(d->arena, e);
    arena_done(&a);
    return e;
}

const struct err *demo_settle(struct demo *d)
{
    struct arena a;
    arena_init(&a, MiB(TURN_ARENA));
    const struct err *e = pool_visit_flush(d->platform, &a);
    if (e == NULL)
        e = event_drain(d->platform, &a);
    if (e == NULL)
        e = job_drain(d->platform, &a, clock_now_ms(d->platform->clock));
    if (e == NULL)
        e = event_drain(d->platform, &a);
    if (e != NULL)
        e = err_keep(d->arena, e);
    arena_done(&a);
    return e;
}

/* ---- the command ---- */

static const struct err *check_empty(struct demo *d)
{
    struct tx *tx;
    bool found = false;
    TRY(db_read_begin(d->platform->db, d->arena, &tx));
    const struct err *e = shop_any(tx, d->arena, &found);
    db_read_end(tx);
    TRY(e);
    return found ? ERR(d->arena, ERR_CONFLICT, "demo.not_empty", "the store has shops") : NULL;
}

static const struct err *alive_turn(struct turn *t, void *arg)
{
    (void)arg;
    return setting_set(t, (struct shop_id){0}, "demo.alive", S("true"));
}

/* `--alive` for a demo that is there already. *ret_done: that was all there was to do. */
static const struct err *wake_up(struct demo *d, bool *ret_done)
{
    bool is_here = false;
    const struct err *e = check_empty(d);
    if (e == NULL)
        return NULL;
    TRY(demo_is_here(d->platform, d->arena, &is_here));
    if (!is_here)
        return ERR(d->arena, ERR_CONFLICT, "demo.not_demo", "%.*s", STR_ARG(e->detail));
    TRY(demo_turn(d, (struct account_id){0}, alive_turn, NULL));
    printf("The people of this demo are awake: they act from the next start of the server.\n");
    *ret_done = true;
    return NULL;
}

static const struct err *make_password(struct demo *d)
{
    TRY(rng_token(d->arena, d->platform->rng, PASSWORD_BYTES, &d->password));
    return crypto_password_hash(d->arena, d->platform->rng, secret_of(d->password),
                                &d->password_hash);
}

static const struct err *fill(struct demo *d)
{
    struct dispatch_config config = {.platform = d->platform};
    TRY(dispatch_new(d->arena, &config, &d->dispatch));
    TRY(demo_people_make(d));
    TRY(demo_pictures(d));
    TRY(demo_shops_make(d));
    TRY(demo_trade(d));
    return demo_life(d);
}

/* Also into the data folder, for whoever did not write the password down. */
static const struct err *tell(const struct demo *d)
{
    struct strbuf sb;
    str text, path;
    strbuf_init(&sb, d->arena, KiB(4));
    strbuf_addf(
        &sb,
        "\nThe demo: %d orders and %d visits in %d days. These may log in, with the password  "
        "%.*s\n\n",
        d->orders, d->visits, DEMO_DAYS, STR_ARG(d->password));
    for (size_t i = 0; i < COUNT(demo_shops); i++)
        strbuf_addf(&sb, "  %-22s sells at /s/%-8s console /console/%s\n", demo_shops[i]->owner,
                    demo_shops[i]->handle, demo_shops[i]->handle);
    strbuf_addf(
        &sb,
        "  %-22s buys and comments\n\n  Their mail addresses are NAME@example.com, so "
        "marit@example.com.\n\n",
        "ines");
    TRY(strbuf_finish(&sb, &text));
    printf("%.*s", STR_ARG(text));
    if (str_is_empty(d->platform->data_dir))
        return NULL;
    TRY(str_fmt(d->arena, &path, "%.*s/demo.txt", STR_ARG(d->platform->data_dir)));
    return file_write(d->arena, path.ptr, text, 0600);
}

static const struct err *read_words(struct demo *d, const struct command_args *args,
                                    const char **ret_photos, bool *ret_alive)
{
    for (int i = 0; i < args->argc; i++) {
        if (strcmp(args->argv[i], "--small") == 0)
            d->small = true;
        else if (strcmp(args->argv[i], "--alive") == 0)
            *ret_alive = true;
        else if (strcmp(args->argv[i], "--photos") == 0 && i + 1 < args->argc)
            *ret_photos = args->argv[++i];
        else
            return err_with_arg(d->arena,
                                ERR(d->arena, ERR_INVALID, "app.usage", "%s", args->argv[i]),
                                S("demo " DEMO_USAGE));
    }
    return NULL;
}

const struct err *demo_run(struct command_args *args)
{
    struct demo *d;
    TRY_NEW(args->arena, d);
    d->platform = args->platform;
    d->arena = args->arena;
    const char *photos = NULL;
    bool is_alive = false, is_done = false;
    TRY(read_words(d, args, &photos, &is_alive));
    if (is_alive)
        TRY(wake_up(d, &is_done));
    if (is_done)
        return NULL;
    TRY(check_empty(d));
    if (photos != NULL)
        TRY(demo_photos_find(d, photos));
    TRY(make_password(d));
    const struct clock *real = d->platform->clock;
    d->end_ms = clock_now_ms(real);
    rng_seeded_init(&d->rng, STORY_SEED);
    clock_fake_init(&d->clock, d->end_ms - (DEMO_DAYS + 1) * DEMO_DAY_MS);
    d->platform->clock = &d->clock.clock;
    log_set_level(LOG_ERROR); /* what is told about these days concerns nobody */
    const struct err *e = fill(d);
    d->platform->clock = real;
    if (e == NULL)
        e = demo_settle(d);
    if (e == NULL && is_alive)
        e = demo_turn(d, (struct account_id){0}, alive_turn, NULL);
    if (e == NULL)
        e = tell(d);
    return e;
}
