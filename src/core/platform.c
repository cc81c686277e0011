/* Opens what every feature is handed, and runs write turns: see platform.h.
 *
 * Ids: the store keeps, per node number, an id that is at least as great as any given out under it
 * (renewed ahead while ids are being made), so that a clock set back never gives an id twice.
 */
#include "core/platform.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/core_feature.h"
#include "core/core_sql.h"
#include "core/event.h"
#include "core/feature.h"
#include "core/i18n.h"
#include "core/job.h"
#include "core/secret.h"
#include "sys/file.h"

enum { MASTER_KEY_BYTES = 32 };
enum { LEASE_MS = 3600 * 1000, RENEW_MS = 20 * 60 * 1000, AHEAD_MS = 20000, NODE_MAX = 1023 };

/* ---- the folder and the key ---- */

static const struct err *folder_failed(struct arena *a, str path, const char *what)
{
    return err_with_arg(
        a, ERR(a, ERR_UNAVAILABLE, "platform.data_dir", "%s: %s", what, strerror(errno)), path);
}

static const struct err *make_folder(struct arena *a, str path)
{
    const char *name = NULL;
    TRY(str_to_c(a, path, &name));
    if (file_make_folder(a, name, 0700) != NULL)
        return folder_failed(a, path, "mkdir");
    if (access(name, W_OK | X_OK) != 0)
        return folder_failed(a, path, "access");
    return NULL;
}

/* Written aside and linked, so that two processes starting at once agree on one key. */
static const struct err *key_make(struct arena *a, const struct platform *p, str path)
{
    unsigned char key[MASTER_KEY_BYTES];
    p->rng->fill(p->rng->self, key, sizeof key);
    str fresh = STR_NONE;
    TRY(str_fmt(a, &fresh, "%.*s.%d", STR_ARG(path), (int)getpid()));
    TRY(file_write(a, fresh.ptr, (str){(const char *)key, sizeof key}, 0600));
    bool is_there = link(fresh.ptr, path.ptr) == 0 || errno == EEXIST;
    const struct err *e = is_there ? NULL : folder_failed(a, path, "link");
    unlink(fresh.ptr);
    /* What is sealed with it from now on must not outlive it. */
    return e != NULL ? e : file_sync_folder_of(a, path.ptr);
}

static const struct err *load_master_key(struct arena *a, struct platform *p)
{
    if (str_is_absent(p->data_dir)) {
        p->rng->fill(p->rng->self, p->master_key, sizeof p->master_key);
        return NULL;
    }
    str folder = STR_NONE, path = STR_NONE, key = STR_NONE;
    TRY(str_fmt(a, &folder, "%.*s/keys", STR_ARG(p->data_dir)));
    TRY(make_folder(a, p->data_dir));
    TRY(make_folder(a, folder));
    TRY(str_fmt(a, &path, "%.*s/master", STR_ARG(folder)));
    const struct err *e = file_read(a, path.ptr, MASTER_KEY_BYTES, &key);
    if (e != NULL && e->kind == ERR_NOT_FOUND) {
        TRY(key_make(a, p, path));
        e = file_read(a, path.ptr, MASTER_KEY_BYTES, &key);
    }
    TRY(e);
    if (key.len != MASTER_KEY_BYTES)
        return err_with_arg(a, ERR(a, ERR_UNAVAILABLE, "platform.bad_key", "%zu bytes", key.len),
                            path);
    memcpy(p->master_key, key.ptr, MASTER_KEY_BYTES);
    return NULL;
}

/* ---- the feature list ---- */

static const struct err *check_needs(struct arena *a, const struct platform *p, size_t at)
{
    const struct feature *f = p->features[at];
    for (size_t i = 0; i < at; i++)
        if (str_eq(str_c(p->features[i]->name), str_c(f->name)))
            return ERR(a, ERR_BUG, "error.bug", "two features are called %s", f->name);
    for (const char *const *need = f->needs; need != NULL && *need != NULL; need++) {
        bool stands_above = false;
        for (size_t i = 0; i < at; i++)
            stands_above = stands_above || str_eq(str_c(p->features[i]->name), str_c(*need));
        if (!stands_above)
            return ERR(a, ERR_BUG, "error.bug",
                       "feature %s needs %s, which does not stand above it", f->name, *need);
    }
    return NULL;
}

static const struct err *take_features(struct arena *a, struct platform *p,
                                       const struct platform_config *config)
{
    const struct feature **list = NULL;
    TRY_NEW_ARRAY(a, list, config->feature_count + 1);
    list[0] = &core_feature;
    for (size_t i = 0; i < config->feature_count; i++)
        list[i + 1] = config->features[i];
    p->features = list;
    p->feature_count = config->feature_count + 1;
    for (size_t i = 0; i < p->feature_count; i++)
        TRY(check_needs(a, p, i));
    return NULL;
}

struct db *platform_store(const struct platform *p, const char *name)
{
    for (size_t i = 0; i < p->store_count; i++)
        if (str_eq(str_c(p->stores[i].name), str_c(name)))
            return p->stores[i].db;
    return p->db;
}

static const struct err *open_side_stores(struct arena *a, struct platform *p, int readers)
{
    if (db_engine_of(p->db) != DB_SQLITE || str_is_absent(p->data_dir))
        return NULL;
    for (size_t f = 0; f < p->feature_count; f++) {
        const char *name = p->features[f]->store;
        if (name == NULL || platform_store(p, name) != p->db)
            continue;
        struct db_config db = {.readers = readers};
        ASSERT(p->store_count < PLATFORM_STORES_MAX);
        TRY(str_fmt(a, &db.url, "%.*s/%s.db", STR_ARG(p->data_dir), name));
        TRY(db_open(a, &db, &p->stores[p->store_count].db));
        p->stores[p->store_count++].name = name;
    }
    return NULL;
}

/* Each feature's migrations go to the store where its tables stand. */
static const struct err *migrate_store(struct arena *a, struct platform *p, struct db *db,
                                       enum db_migrate_mode mode)
{
    const struct db_migration **list = NULL;
    size_t count = 0;
    int applied = 0;
    TRY_NEW_ARRAY(a, list, (size_t)p->migration_level + 1);
    for (size_t f = 0; f < p->feature_count; f++) {
        const struct feature *feature = p->features[f];
        if ((feature->store == NULL ? p->db : platform_store(p, feature->store)) != db)
            continue;
        for (size_t i = 0; i < feature->migration_count; i++)
            list[count++] = feature->migrations[i];
    }
    return db_migrate(db, a, list, count, mode, clock_now_ms(p->clock), &applied);
}

/* A side store that is missing beside a store of an older program is made, whatever the mode: it
 * holds nothing yet. */
static const struct err *migrate(struct arena *a, struct platform *p, enum db_migrate_mode mode)
{
    for (size_t f = 0; f < p->feature_count; f++)
        p->migration_level += (int)p->features[f]->migration_count;
    TRY(migrate_store(a, p, p->db, mode));
    for (size_t i = 0; i < p->store_count; i++)
        TRY(migrate_store(a, p, p->stores[i].db,
                          mode == DB_MIGRATE_CHECK ? DB_MIGRATE_FRESH : mode));
    return NULL;
}

/* ---- ids ---- */

struct node_claim {
    struct platform *platform;
    int64_t floor;
};

static const struct err *claim_node(struct tx *tx, struct arena *a, void *arg)
{
    struct node_claim *claim = arg;
    struct platform *p = claim->platform;
    int64_t now_ms = clock_now_ms(p->clock);
    struct id_node_last_row last;
    TRY(id_node_last(tx, a, &last));
    claim->floor = last.last_id;
    for (int node = 0; node <= NODE_MAX; node++) {
        int64_t claimed = 0;
        TRY(id_node_claim(tx, a, node, p->node_holder, now_ms, now_ms + LEASE_MS, last.last_id,
                          &claimed));
        if (claimed == 1) {
            p->node = node;
            return NULL;
        }
    }
    return ERR(a, ERR_UNAVAILABLE, "platform.no_node", "all %d node numbers are leased",
               NODE_MAX + 1);
}

static const struct err *start_ids(struct arena *a, struct platform *p)
{
    TRY(rng_token(a, p->rng, 12, &p->node_holder));
    struct node_claim claim = {p, 0};
    TRY(db_write(p->db, a, claim_node, &claim));
    TRY_NEW(a, p->ids);
    id_source_init(p->ids, p->node, claim.floor);
    return platform_renew(p, a);
}

struct node_renewal {
    struct platform *platform;
    int64_t last_id, lease_until_ms;
};

static const struct err *renew_node(struct tx *tx, struct arena *a, void *arg)
{
    const struct node_renewal *r = arg;
    return id_node_renew(tx, a, r->platform->node, r->platform->node_holder, r->lease_until_ms,
                         r->last_id);
}

const struct err *platform_renew(struct platform *p, struct arena *a)
{
    int64_t now_ms = clock_now_ms(p->clock), last = p->ids->last;
    /* Half of what was stored ahead is used up, or the lease grows old. */
    bool is_due = last > p->renewed_id - (id_at_time(now_ms + AHEAD_MS / 2) - id_at_time(now_ms)) ||
                  now_ms > p->renewed_ms + RENEW_MS;
    if (!is_due)
        return NULL;
    int64_t ahead = id_at_time(now_ms + AHEAD_MS);
    struct node_renewal renewal = {p, last > ahead ? last : ahead, now_ms + LEASE_MS};
    TRY(db_write(p->db, a, renew_node, &renewal));
    p->renewed_id = renewal.last_id;
    p->renewed_ms = now_ms;
    return NULL;
}

/* ---- open and close ---- */

static const struct err *open_store(struct arena *a, struct platform *p,
                                    const struct platform_config *config)
{
    str url = config->db_url;
    if (str_is_absent(url))
        TRY(str_fmt(a, &url, "%.*s/millpond.db", STR_ARG(p->data_dir)));
    struct db_config db = {.url = url, .readers = config->db_readers};
    TRY(db_open(a, &db, &p->db));
    TRY(open_side_stores(a, p, config->db_readers));
    TRY(migrate(a, p, config->migrate == DB_MIGRATE_UNSET ? DB_MIGRATE_APPLY : config->migrate));
    TRY(start_ids(a, p));
    TRY(event_new(a, p, &p->events));
    TRY(job_new(a, p, &p->jobs));
    for (size_t i = 0; !config->no_start && i < p->feature_count; i++)
        if (p->features[i]->start != NULL)
            TRY(p->features[i]->start(p, a));
    return NULL;
}

const struct err *platform_open(struct arena *a, const struct platform_config *config,
                                struct platform **ret)
{
    struct platform *p = NULL;
    TRY_NEW(a, p);
    p->clock = config->clock == NULL ? &clock_system : config->clock;
    p->rng = config->rng == NULL ? &rng_system : config->rng;
    static const struct catalogue no_texts;
    p->texts = config->texts == NULL ? &no_texts : config->texts;
    p->base_url = str_is_absent(config->base_url) ? S("http://localhost:8080") : config->base_url;
    p->data_dir = config->data_dir;
    p->setting_given = config->setting_given;
    p->asset_url = config->asset_url;
    if (str_is_absent(config->data_dir) && str_is_absent(config->db_url))
        return ERR(a, ERR_BUG, "error.bug", "neither a folder nor a store was given");
    TRY(take_features(a, p, config));
    TRY(load_master_key(a, p));
    secret_prepare(p);
    const struct err *e = open_store(a, p, config);
    if (e != NULL) {
        platform_close(p);
        return e;
    }
    *ret = p;
    return NULL;
}

static void give_node_back(struct platform *p)
{
    struct arena a;
    arena_init(&a, KiB(256));
    struct node_renewal renewal = {p, p->ids->last, 0};
    /* A failure only means that the lease runs out by itself. */
    const struct err *ignored = db_write(p->db, &a, renew_node, &renewal);
    (void)ignored;
    arena_done(&a);
}

void platform_close(struct platform *p)
{
    if (p == NULL)
        return;
    if (p->jobs != NULL)
        job_stop(p);
    if (p->events != NULL)
        event_stop(p);
    if (p->ids != NULL)
        give_node_back(p);
    for (size_t i = 0; i < p->store_count; i++)
        db_close(p->stores[i].db);
    p->store_count = 0;
    if (p->db != NULL)
        db_close(p->db);
    p->db = NULL;
}

/* ---- turns ---- */

struct turn_call {
    struct platform *platform;
    struct account_id actor;
    turn_fn *fn;
    void *arg;
    bool emitted, enqueued;
    struct event_telling *tellings;
};

static const struct err *run_turn(struct tx *tx, struct arena *a, void *arg)
{
    struct turn_call *call = arg;
    struct turn t = {.tx = tx, .arena = a, .platform = call->platform,
                     .now_ms = clock_now_ms(call->platform->clock), .actor = call->actor};
    const struct err *e = call->fn(&t, call->arg);
    call->emitted = t.emitted;
    call->enqueued = t.enqueued;
    call->tellings = t.tellings;
    return e;
}

const struct err *turn_run(struct platform *p, struct arena *a, struct account_id actor,
                           turn_fn *fn, void *arg)
{
    struct turn_call call = {.platform = p, .actor = actor, .fn = fn, .arg = arg};
    const struct err *e = db_write(p->db, a, run_turn, &call);
    atomic_fetch_add(&p->written, 1); /* also after an error: a lost answer may be a commit */
    TRY(e);
    if (call.emitted)
        event_wake(p);
    if (call.enqueued)
        job_wake(p);
    event_tell(p, call.tellings);
    return NULL;
}

int64_t turn_new_id(struct turn *t)
{
    return id_next(t->platform->ids, t->now_ms);
}
