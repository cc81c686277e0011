/* The life of an import up to its job (trade_run.c): uploaded, guessed, started, to be removed; its
 * file. */
#include "trade/trade_part.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/utf8.h"
#include "sys/crypto.h"
#include "sys/file.h"
#include "trade/trade_sql.h"

enum { FILE_NAME_MAX = 120, HASH_BYTES = 1 << 20, WAITING_MAX = 20 };

struct db *trade_store(const struct platform *p)
{
    return platform_store(p, "trade");
}

/* ---- files ---- */

const struct err *trade_file_folder(struct arena *a, const struct platform *p, const char **ret)
{
    str folder;
    if (str_is_empty(p->data_dir))
        return ERR(a, ERR_UNAVAILABLE, "error.disk", "no data folder");
    TRY(str_fmt(a, &folder, "%.*s/imports", STR_ARG(p->data_dir)));
    *ret = folder.ptr;
    return file_make_folder(a, folder.ptr, 0700);
}

const struct err *trade_file_path(struct arena *a, const struct platform *p,
                                  struct trade_import_id id, const char **ret)
{
    struct id_text text = id_format(id.v);
    const char *folder;
    str path;
    TRY(trade_file_folder(a, p, &folder));
    TRY(str_fmt(a, &path, "%s/" TRADE_FILE_PREFIX "%s", folder, text.text));
    *ret = path.ptr;
    return NULL;
}

const struct err *trade_import_source(struct platform *p, struct arena *a,
                                      struct trade_import_id id, struct trade_source *ret)
{
    const char *path;
    TRY(trade_file_path(a, p, id, &path));
    return trade_source_open(a, path, true, ret);
}

/* Of all its bytes, piece by piece: each digest is of the one before and the next piece. */
static const struct err *hash_of(struct arena *a, const char *path, str *ret)
{
    struct digest digest = {{0}};
    struct strbuf sb;
    unsigned char *piece;
    size_t got;
    TRY_NEW_ARRAY(a, piece, sizeof digest.bytes + HASH_BYTES);
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return ERR(a, ERR_UNAVAILABLE, "error.disk", "%s: errno %d", path, errno);
    do {
        for (size_t i = 0; i < sizeof digest.bytes; i++)
            piece[i] = digest.bytes[i];
        got = fread(piece + sizeof digest.bytes, 1, HASH_BYTES, file);
        digest = crypto_sha256((str){(char *)piece, sizeof digest.bytes + got});
    } while (got == HASH_BYTES);
    bool is_whole = ferror(file) == 0;
    fclose(file);
    if (!is_whole)
        return ERR(a, ERR_UNAVAILABLE, "error.disk", "read %s", path);
    strbuf_init(&sb, a, sizeof digest.bytes * 2 + 1);
    for (size_t i = 0; i < sizeof digest.bytes; i++)
        strbuf_addf(&sb, "%02x", digest.bytes[i]);
    return strbuf_finish(&sb, ret);
}

/* ---- a new one ---- */

struct creating {
    const struct trade_file *n;
    struct trade_import_id id, kept; /* kept: the one that waits with these bytes already, or id */
    struct trade_mapping m;
    const struct trade_source *source;
    str hash;
    int64_t now_ms;
};

/* What this header meant the last time counts more than any guess; how the values are written is
 * looked at anew. */
static const struct err *recall(struct tx *tx, struct arena *a, struct creating *c)
{
    struct trade_layout_row_row row;
    bool is_found;
    TRY(trade_layout_row(tx, a, c->n->shop, c->source->layout, &row, &is_found));
    if (!is_found)
        return NULL;
    trade_mapping_read(row.columns, &c->m);
    for (int f = 0; f < TRADE_FIELD_COUNT; f++)
        if ((size_t)c->m.place[f] > c->source->sample.column_count)
            c->m.place[f] = 0;
    c->m.direction = row.direction == TRADE_EXPORT ? TRADE_EXPORT : TRADE_IMPORT;
    return trade_guess_values(a, &c->source->sample, &c->m);
}

const struct err *trade_shop_lock(struct tx *tx, struct arena *a, struct shop_id shop)
{
    struct trade_count_row_row row;
    return trade_count_row(tx, a, shop, &row);
}

static const struct err *create(struct tx *tx, struct arena *a, void *arg)
{
    struct creating *c = arg;
    const struct trade_file *n = c->n;
    struct trade_import_twin_row twin;
    struct trade_imports_waiting_row waiting;
    bool is_found;
    str name, columns;
    c->kept = c->id;
    TRY(trade_shop_lock(tx, a, n->shop));
    TRY(trade_import_twin(tx, a, n->shop, c->hash, n->bytes, &twin, &is_found));
    if (is_found && twin.state != TRADE_GUESSED)
        return ERR(a, ERR_CONFLICT, "trade.same_file", "import %lld", (long long)twin.id.v);
    if (is_found) {
        c->kept = twin.id;
        return NULL;
    }
    TRY(trade_imports_waiting(tx, a, n->shop, &waiting));
    if (waiting.count >= WAITING_MAX)
        return ERR(a, ERR_CONFLICT, "trade.too_many_waiting", "%lld", (long long)waiting.count);
    TRY(utf8_clean(a, utf8_cut_bytes(n->file_name, FILE_NAME_MAX), false, &name));
    TRY(recall(tx, a, c));
    TRY(trade_mapping_write(a, &c->m, &columns));
    return trade_import_insert(tx, a, c->id, n->shop, n->actor, name, n->bytes, c->hash,
                               c->source->layout, columns, (int64_t)c->m.direction, c->now_ms);
}

static const struct err *look_at(struct arena *a, const char *path, struct creating *c,
                                 struct trade_source *source)
{
    TRY(trade_source_open(a, path, true, source));
    const struct err *e = source->sample.row_count == 0
                              ? ERR(a, ERR_INVALID, "trade.empty", "no line")
                              : NULL;
    if (e == NULL)
        e = trade_guess(a, &source->sample, c->n->file_name, &c->m);
    trade_source_close(source);
    TRY(e);
    c->source = source;
    return hash_of(a, path, &c->hash);
}

/* The file is in its place before its row tells of it: a crash between the two leaves a file for
 * the sweep, never a row without one. */
const struct err *trade_import_create(struct platform *p, struct arena *a,
                                      const struct trade_file *n, struct trade_import_id *ret)
{
    struct creating c = {.n = n, .now_ms = clock_now_ms(p->clock)};
    struct trade_source source;
    const char *from, *to, *kept;
    c.id.v = id_next(p->ids, c.now_ms);
    TRY(str_to_c(a, n->path, &from));
    TRY(trade_file_path(a, p, c.id, &to));
    TRY(look_at(a, from, &c, &source));
    TRY(file_keep(a, from, to));
    const struct err *e = db_write(trade_store(p), a, create, &c);
    if (e != NULL) {
        (void)unlink(to);
        return e;
    }
    *ret = c.kept;
    if (c.kept.v == c.id.v)
        return NULL;
    TRY(trade_file_path(a, p, c.kept, &kept));
    return file_keep(a, to, kept);
}

/* ---- starting ---- */

bool trade_mapping_suffices(const struct trade_mapping *m)
{
    return m->place[TRADE_DATE] > 0 &&
           (m->place[TRADE_IMPORTER] > 0 || m->place[TRADE_EXPORTER] > 0) &&
           (m->place[TRADE_HS] > 0 || m->place[TRADE_PRODUCT] > 0 || m->place[TRADE_HS_TEXT] > 0);
}

struct starting {
    struct shop_id shop;
    struct trade_import_id id;
    const struct trade_mapping *m;
};

static const struct err *start(struct tx *tx, struct arena *a, void *arg)
{
    const struct starting *s = arg;
    struct trade_import_row_row row;
    struct trade_import_twin_row twin;
    int64_t hit;
    bool is_found;
    str columns;
    TRY(trade_mapping_write(a, s->m, &columns));
    TRY(trade_shop_lock(tx, a, s->shop));
    TRY(trade_import_row(tx, a, s->shop, s->id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "trade.no_import", "import %lld", (long long)s->id.v);
    if (row.state == TRADE_RUNNING)
        return NULL;
    TRY(trade_import_begin(tx, a, s->shop, s->id, columns, (int64_t)s->m->direction, &hit));
    if (hit == 0)
        return ERR(a, ERR_CONFLICT, "trade.started", "import %lld", (long long)s->id.v);
    TRY(trade_import_twin(tx, a, s->shop, row.file_hash, row.file_bytes, &twin, &is_found));
    if (is_found && twin.id.v != s->id.v)
        return ERR(a, ERR_CONFLICT, "trade.same_file", "import %lld", (long long)twin.id.v);
    return trade_layout_save(tx, a, s->shop, row.layout, columns, (int64_t)s->m->direction);
}

static const struct err *enqueue(struct turn *t, void *arg)
{
    const struct starting *s = arg;
    struct id_text text = id_format(s->id.v);
    return job_enqueue(t, &(struct job_request){.kind = "trade.run",
                                                .shop_id = s->shop,
                                                .key = id_str(&text),
                                                .payload = id_str(&text)});
}

const struct err *trade_import_wake(struct platform *p, struct arena *a, struct shop_id shop,
                                    struct trade_import_id id, struct account_id actor)
{
    struct starting s = {.shop = shop, .id = id};
    return turn_run(p, a, actor, enqueue, &s);
}

const struct err *trade_import_start(struct platform *p, struct arena *a, struct shop_id shop,
                                     struct trade_import_id id, struct account_id actor,
                                     const struct trade_mapping *m)
{
    struct starting s = {.shop = shop, .id = id, .m = m};
    if (!trade_mapping_suffices(m))
        return ERR(a, ERR_INVALID, "trade.needs_more", "columns");
    TRY(db_write(trade_store(p), a, start, &s));
    return trade_import_wake(p, a, shop, id, actor);
}

const struct err *trade_take_in(struct platform *p, struct arena *a, const struct trade_file *file,
                                struct trade_import_id *ret)
{
    struct trade_import_row_row row;
    struct trade_mapping m;
    struct tx *tx;
    bool is_found = false;
    TRY(trade_import_create(p, a, file, ret));
    TRY(db_read_begin(trade_store(p), a, &tx));
    const struct err *e = trade_import_row(tx, a, file->shop, *ret, &row, &is_found);
    db_read_end(tx);
    TRY(e);
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "trade.no_import", "import %lld", (long long)ret->v);
    trade_mapping_read(row.columns, &m);
    m.direction = row.direction == TRADE_EXPORT ? TRADE_EXPORT : TRADE_IMPORT;
    return trade_import_start(p, a, file->shop, *ret, file->actor, &m);
}

/* ---- stopped by the disk ---- */

const struct err *trade_need_room(struct platform *p, struct arena *a)
{
    bool has_room;
    const char *folder;
    if (db_engine_of(trade_store(p)) != DB_SQLITE || str_is_empty(p->data_dir))
        return NULL;
    TRY(str_to_c(a, p->data_dir, &folder));
    TRY(file_has_room(a, folder, &has_room));
    return has_room ? NULL : ERR(a, ERR_UNAVAILABLE, "db.disk_full", "no room for bulk work");
}

bool trade_is_disk_trouble(const struct err *e)
{
    static const char *const keys[] = {"db.disk_full", "db.io", "db.read_only"};
    for (size_t i = 0; i < COUNT(keys); i++)
        if (e != NULL && str_eq(str_c(e->key), str_c(keys[i])))
            return true;
    return false;
}

static const struct err *go_on(struct tx *tx, struct arena *a, void *arg)
{
    const struct starting *s = arg;
    struct trade_import_row_row row;
    int64_t hit;
    bool is_found;
    TRY(trade_import_row(tx, a, s->shop, s->id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "trade.no_import", "import %lld", (long long)s->id.v);
    TRY(trade_import_resume(tx, a, s->shop, s->id, &hit));
    return hit > 0 ? NULL
                   : ERR(a, ERR_CONFLICT, "trade.not_stopped", "import %lld", (long long)s->id.v);
}

const struct err *trade_import_continue(struct platform *p, struct arena *a, struct shop_id shop,
                                        struct trade_import_id id, struct account_id actor)
{
    struct starting s = {.shop = shop, .id = id};
    TRY(trade_need_room(p, a));
    TRY(db_write(trade_store(p), a, go_on, &s));
    return trade_import_wake(p, a, shop, id, actor);
}

/* ---- taking out ---- */

static const struct err *begin_removing(struct tx *tx, struct arena *a, void *arg)
{
    const struct starting *s = arg;
    int64_t hit = 0;
    TRY(trade_import_removing(tx, a, s->shop, s->id, &hit));
    return hit > 0 ? NULL
                   : ERR(a, ERR_NOT_FOUND, "trade.no_import", "import %lld", (long long)s->id.v);
}

const struct err *trade_import_remove(struct platform *p, struct arena *a, struct shop_id shop,
                                      struct trade_import_id id, struct account_id actor)
{
    struct starting s = {.shop = shop, .id = id};
    TRY(db_write(trade_store(p), a, begin_removing, &s));
    return trade_import_wake(p, a, shop, id, actor);
}
