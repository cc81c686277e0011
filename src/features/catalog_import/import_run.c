/* The life of an import: uploaded, checked, going in, done; its job, and the files it leaves. */
#include "catalog_import/import_part.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/utf8.h"
#include "catalog_import/catalog_import_sql.h"
#include "core/event.h"
#include "sys/file.h"

enum { BATCHES_A_SLICE = 200, LATEST = 20, FILE_NAME_MAX = 120 };
static const int64_t KEEP_MS = 7 * 24 * 3600 * 1000LL;

const struct err *import_folder(struct arena *a, const struct platform *p, const char **ret)
{
    str path;
    if (str_is_empty(p->data_dir))
        return ERR(a, ERR_UNAVAILABLE, "media.no_folder", "no data folder");
    TRY(str_fmt(a, &path, "%.*s/imports", STR_ARG(p->data_dir)));
    *ret = path.ptr;
    return file_make_folder(a, path.ptr, 0700);
}

static const struct err *path_in(struct arena *a, const struct platform *p, struct import_id id,
                                 const char *tail, const char **ret)
{
    struct id_text text = id_format(id.v);
    const char *folder;
    str path;
    TRY(import_folder(a, p, &folder));
    TRY(str_fmt(a, &path, "%s/%s%s", folder, text.text, tail));
    *ret = path.ptr;
    return NULL;
}

static const struct err *path_of(struct arena *a, const struct platform *p, struct import_id id,
                                 const char **ret)
{
    return path_in(a, p, id, ".csv", ret);
}

const struct err *import_source_path(struct arena *a, const struct platform *p, struct import_id id,
                                     const char **ret)
{
    return path_in(a, p, id, "-source.csv", ret);
}

static const struct err *enqueue(struct turn *t, struct shop_id shop, struct import_id id)
{
    struct id_text text = id_format(id.v);
    return job_enqueue(t, &(struct job_request){.kind = "import.run",
                                                .shop_id = shop,
                                                .key = id_str(&text),
                                                .payload = id_str(&text)});
}

/* ---- a new one ---- */

struct creating {
    const struct import_new *n;
    struct import_id id;
};

/* Is its job still there? One that died has left it for good. */
static const struct err *is_under_way(struct turn *t, struct shop_id shop, struct import_id id,
                                      bool *ret)
{
    struct id_text text = id_format(id.v);
    struct job_status job;
    bool is_found;
    TRY(job_find(t->tx, t->arena, shop, "import.run", id_str(&text), &job, &is_found));
    *ret = is_found && (job.state == JOB_WAITING || job.state == JOB_RUNNING);
    return NULL;
}

static const struct err *make_room(struct turn *t, struct shop_id shop)
{
    struct import_row_row *rows;
    size_t count;
    TRY(import_latest(t->tx, t->arena, shop, LATEST, LATEST, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_busy = false;
        int64_t hit;
        if (rows[i].state == IMPORT_CHECKED || rows[i].state == IMPORT_MAPPING)
            TRY(import_end(t->tx, t->arena, shop, rows[i].id, rows[i].state, IMPORT_FAILED,
                           S("import.replaced"), t->now_ms, &hit));
        if (rows[i].state == IMPORT_CHECKING || rows[i].state == IMPORT_RUNNING)
            TRY(is_under_way(t, shop, rows[i].id, &is_busy));
        if (is_busy)
            return ERR(t->arena, ERR_CONFLICT, "import.busy", "import %lld",
                       (long long)rows[i].id.v);
    }
    return NULL;
}

static const struct err *create(struct turn *t, void *arg)
{
    const struct creating *c = arg;
    const struct import_new *n = c->n;
    str name;
    TRY(utf8_clean(t->arena, utf8_cut_bytes(n->file_name, FILE_NAME_MAX), false, &name));
    TRY(make_room(t, n->shop));
    TRY(import_insert(t->tx, t->arena, c->id, n->shop, n->actor,
                      n->waits_for_columns ? IMPORT_MAPPING
                      : n->is_dry          ? IMPORT_CHECKING
                                           : IMPORT_RUNNING,
                      name, n->bytes, t->now_ms,
                      str_is_empty(n->format) ? S(IMPORT_OWN) : n->format));
    return str_is_absent(n->path) || n->waits_for_columns ? NULL : enqueue(t, n->shop, c->id);
}

const struct err *import_create(struct platform *p, struct arena *a, const struct import_new *n,
                                struct import_id *ret)
{
    struct creating c = {.n = n, .id = {id_next(p->ids, clock_now_ms(p->clock))}};
    const char *from = NULL, *to = NULL;
    if (!str_is_absent(n->path)) {
        TRY(str_to_c(a, n->path, &from));
        TRY(n->waits_for_columns ? import_source_path(a, p, c.id, &to) : path_of(a, p, c.id, &to));
        TRY(file_keep(a, from, to));
    }
    const struct err *e = turn_run(p, a, n->actor, create, &c);
    if (e != NULL && to != NULL)
        (void)unlink(to);
    *ret = c.id;
    return e;
}

struct mapping_turn {
    const struct import_mapped *m;
    const char *to;
};

/* The file is put in place inside the turn, once it is sure that no other answer came first. */
static const struct err *map(struct turn *t, void *arg)
{
    const struct mapping_turn *x = arg;
    const struct import_mapped *m = x->m;
    int64_t hit;
    TRY(import_mapped(t->tx, t->arena, m->shop, m->id, t->now_ms, &hit));
    if (hit == 0)
        return ERR(t->arena, ERR_CONFLICT, "import.not_waiting", "import %lld", (long long)m->id.v);
    TRY(import_problems_clear(t->tx, t->arena, m->shop, m->id));
    TRY(import_items_clear(t->tx, t->arena, m->shop, m->id));
    TRY(import_columns_save(t->tx, t->arena, m->shop, m->head_key, m->list));
    TRY(file_keep(t->arena, m->path, x->to));
    return enqueue(t, m->shop, m->id);
}

const struct err *import_map(struct platform *p, struct arena *a, struct account_id actor,
                             const struct import_mapped *m)
{
    struct mapping_turn x = {.m = m};
    TRY(path_of(a, p, m->id, &x.to));
    return turn_run(p, a, actor, map, &x);
}

const struct err *import_start(struct turn *t, struct shop_id shop, struct import_id id)
{
    int64_t hit;
    TRY(import_begin(t->tx, t->arena, shop, id, t->now_ms, &hit));
    if (hit == 0)
        return ERR(t->arena, ERR_CONFLICT, "import.not_checked", "import %lld", (long long)id.v);
    TRY(import_problems_clear(t->tx, t->arena, shop, id));
    TRY(import_items_clear(t->tx, t->arena, shop, id));
    return enqueue(t, shop, id);
}

/* ---- the job ---- */

struct next {
    struct shop_id shop;
    struct import_id id;
};

static const struct err *enqueue_next(struct turn *t, void *arg)
{
    const struct next *n = arg;
    return enqueue(t, n->shop, n->id);
}

static const struct err *drop_file(struct job_run *run, struct import_id id, const char *path)
{
    struct import_row_row row;
    struct tx *tx;
    bool is_found;
    TRY(db_read_begin(run->platform->db, run->arena, &tx));
    const struct err *e = import_row(tx, run->arena, run->shop_id, id, &row, &is_found);
    db_read_end(tx);
    TRY(e);
    if (is_found && row.state != IMPORT_DONE && row.state != IMPORT_FAILED)
        return NULL;
    (void)unlink(path);
    TRY(import_source_path(run->arena, run->platform, id, &path));
    (void)unlink(path);
    return NULL;
}

/* Open pages hear of it once a second: each then fetches what it shows. */
struct telling {
    struct platform *platform;
    str topic;
    int64_t told_ms;
};

static void tell_progress(void *self, int64_t line, int64_t lines)
{
    struct telling *t = self;
    int64_t now = clock_now_ms(t->platform->clock);
    (void)line;
    (void)lines;
    if (now - t->told_ms < 1000)
        return;
    t->told_ms = now;
    event_notify_now(t->platform, t->topic, 0, S("message"), S(""));
}

const struct err *import_run_job(struct job_run *run)
{
    struct next next = {.shop = run->shop_id};
    struct import_slice slice = {
        .shop = run->shop_id, .batches_max = BATCHES_A_SLICE, .fetches_photos = true};
    bool is_over = false;
    if (!id_parse(run->payload, &next.id.v))
        return ERR(run->arena, ERR_BUG, "error.bug", "payload %.*s", STR_ARG(run->payload));
    slice.id = next.id;
    struct telling telling = {.platform = run->platform};
    struct id_text shop = id_format(run->shop_id.v);
    TRY(str_fmt(run->arena, &telling.topic, "imports:%s", shop.text));
    slice.watch = tell_progress;
    slice.self = &telling;
    TRY(path_of(run->arena, run->platform, next.id, &slice.path));
    TRY(import_slice_run(run->platform, run->arena, &slice, &is_over));
    event_notify_now(run->platform, telling.topic, 0, S("message"), S(""));
    if (!is_over)
        return turn_run(run->platform, run->arena, (struct account_id){0}, enqueue_next, &next);
    return drop_file(run, next.id, slice.path);
}

/* ---- files nobody waits for ---- */

static const struct err *is_wanted(struct job_run *run, struct tx *tx, const char *name, bool *ret)
{
    struct import_wanted_row row;
    struct import_id id;
    bool is_found = false;
    if (id_parse(str_sub(str_c(name), 0, ID_TEXT_LEN), &id.v))
        TRY(import_wanted(tx, run->arena, id, &row, &is_found));
    *ret = is_found && row.state != IMPORT_DONE && row.state != IMPORT_FAILED &&
           row.started_ms > run->now_ms - KEEP_MS;
    return NULL;
}

const struct err *import_sweep_job(struct job_run *run)
{
    const char *path;
    struct tx *tx;
    if (str_is_empty(run->platform->data_dir))
        return NULL;
    TRY(import_folder(run->arena, run->platform, &path));
    DIR *folder = opendir(path);
    if (folder == NULL)
        return ERR(run->arena, ERR_UNAVAILABLE, "file.trouble", "opendir %s: errno %d", path,
                   errno);
    const struct err *e = db_read_begin(run->platform->db, run->arena, &tx);
    if (e == NULL) {
        for (struct dirent *entry; e == NULL && (entry = readdir(folder)) != NULL;) {
            bool is_kept = true;
            if (str_ends(str_c(entry->d_name), S(".csv")))
                e = is_wanted(run, tx, entry->d_name, &is_kept);
            if (e == NULL && !is_kept)
                e = file_remove_tree(run->arena, path, entry->d_name);
        }
        db_read_end(tx);
    }
    closedir(folder);
    return e;
}
