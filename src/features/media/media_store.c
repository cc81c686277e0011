/* Encoding uploads and keeping the results as blobs.
 *
 * An upload waits as data_dir/uploads/NAME.kept; each encoding has a fresh folder uploads/box-ID. A
 * blob is data_dir/blobs/aa/bb/HASH.webp, written beside, synced and renamed before its row says
 * so; blobs are never changed, and the same picture is one blob. Threads: any; no state.
 */
#include "media/media_part.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "media/media_sql.h"
#include "sys/crypto.h"
#include "sys/file.h"
#include "sys/imagebox.h"

enum { BLOB_BYTES_MAX = 16 * 1024 * 1024, PROGRAM_PATH_MAX = 4096 };
/* An upload's last attempt is over long before. */
static const int64_t SWEEP_AGE_MS = 7 * 24 * 3600 * 1000LL;

const struct err *media_upload_dir(struct arena *a, const struct platform *p, const char **ret)
{
    str path;
    if (str_is_empty(p->data_dir))
        return ERR(a, ERR_UNAVAILABLE, "media.no_folder", "no data folder");
    TRY(str_fmt(a, &path, "%.*s/uploads", STR_ARG(p->data_dir)));
    *ret = path.ptr;
    return file_make_folder(a, path.ptr, 0700);
}

const struct err *media_blob_path(struct arena *a, const struct platform *p, str hash, str *ret)
{
    if (hash.len != 64)
        return ERR(a, ERR_BUG, "error.bug", "no name of a blob: %.*s", STR_ARG(hash));
    return str_fmt(a, ret, "%.*s/blobs/%.2s/%.2s/%.*s.webp", STR_ARG(p->data_dir), hash.ptr,
                   hash.ptr + 2, STR_ARG(hash));
}

static const struct err *hex_of(struct arena *a, const struct digest *d, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, 65);
    for (size_t i = 0; i < sizeof d->bytes; i++)
        strbuf_addf(&sb, "%02x", d->bytes[i]);
    return strbuf_finish(&sb, ret);
}

const struct err *media_program(struct arena *a, const char **ret)
{
    char *self;
    TRY_NEW_ARRAY(a, self, PROGRAM_PATH_MAX);
    ssize_t len = readlink("/proc/self/exe", self, PROGRAM_PATH_MAX - 1);
    if (len <= 0)
        return ERR(a, ERR_UNAVAILABLE, "image.trouble", "readlink /proc/self/exe: errno %d", errno);
    str folder = {self, (size_t)len}, path;
    folder.len = (size_t)str_rfind_char(folder, '/');
    TRY(str_fmt(a, &path, "%.*s/millpond-media", STR_ARG(folder)));
    *ret = path.ptr;
    return NULL;
}

static const struct err *store_blob(struct platform *p, struct arena *a, const char *box, str name,
                                    str *ret_hash)
{
    str from, to, bytes, folder;
    struct stat info;
    TRY(str_fmt(a, &from, "%s/%.*s", box, STR_ARG(name)));
    TRY(file_read(a, from.ptr, BLOB_BYTES_MAX, &bytes));
    struct digest digest = crypto_sha256(bytes);
    TRY(hex_of(a, &digest, ret_hash));
    TRY(media_blob_path(a, p, *ret_hash, &to));
    if (stat(to.ptr, &info) == 0 && info.st_size == (off_t)bytes.len)
        return NULL;
    TRY(str_dup(a, str_sub(to, 0, (size_t)str_rfind_char(to, '/')), &folder));
    TRY(file_make_folder(a, folder.ptr, 0700));
    return file_write(a, to.ptr, bytes, 0600);
}

static const struct err *encode_in(struct platform *p, struct arena *a, const char *in_path,
                                   const char *box, struct encoded *ret)
{
    struct imagebox_result image;
    const char *program;
    TRY(media_program(a, &program));
    TRY(imagebox_run(a, program, in_path, box, &image));
    str *hashes[IMAGEBOX_SIZES] = {&ret->large, &ret->medium, &ret->small};
    for (size_t i = 0; i < IMAGEBOX_SIZES; i++)
        TRY(store_blob(p, a, box, image.files[i].name, hashes[i]));
    ret->width = image.files[0].width;
    ret->height = image.files[0].height;
    return str_fmt(a, &ret->average, "#%06x", (unsigned)image.average);
}

const struct err *media_encode(struct platform *p, struct arena *a, const char *in_path,
                               struct encoded *ret)
{
    struct id_text text = id_format(id_next(p->ids, clock_now_ms(p->clock)));
    const char *uploads;
    str name, box;
    TRY(media_upload_dir(a, p, &uploads));
    TRY(str_fmt(a, &name, "box-%s", text.text));
    TRY(str_fmt(a, &box, "%s/%.*s", uploads, STR_ARG(name)));
    TRY(file_make_folder(a, box.ptr, 0700));
    const struct err *e = encode_in(p, a, in_path, box.ptr, ret);
    const struct err *left = file_remove_tree(a, uploads, name.ptr);
    return e != NULL ? e : left;
}

/* ---- the job ---- */

struct outcome {
    struct account_id account;
    struct media_id id;
    struct encoded encoded;
    str reason;               /* absent: it went well */
};

static const struct err *save_outcome(struct turn *t, void *arg)
{
    const struct outcome *o = arg;
    const struct encoded *x = &o->encoded;
    if (!str_is_absent(o->reason))
        return media_set_refused(t->tx, t->arena, o->account, o->id, o->reason);
    return media_set_ready(t->tx, t->arena, o->account, o->id, x->width, x->height, x->average,
                           x->large, x->medium, x->small);
}

static const struct err *load_row(struct job_run *run, struct media_id id,
                                  struct media_row_row *ret, bool *ret_found)
{
    struct tx *tx;
    TRY(db_read_begin(run->platform->db, run->arena, &tx));
    const struct err *e = media_row(tx, run->arena, id, ret, ret_found);
    db_read_end(tx);
    return e;
}

const struct err *media_encode_job(struct job_run *run)
{
    struct outcome o = {.reason = STR_NONE};
    struct media_row_row row;
    const char *uploads;
    str path;
    bool is_found;
    if (!str_to_int(run->payload, &o.id.v))
        return ERR(run->arena, ERR_BUG, "error.bug", "payload %.*s", STR_ARG(run->payload));
    TRY(load_row(run, o.id, &row, &is_found));
    if (!is_found || row.state != MEDIA_WAITING)
        return NULL;
    o.account = row.account_id;
    TRY(media_upload_dir(run->arena, run->platform, &uploads));
    TRY(str_fmt(run->arena, &path, "%s/%.*s", uploads, STR_ARG(row.source)));
    const struct err *e = media_encode(run->platform, run->arena, path.ptr, &o.encoded);
    bool is_about_image =
        e != NULL && (e->kind == ERR_INVALID || str_eq(str_c(e->key), S("image.too_big")));
    bool is_lost = e != NULL && e->kind == ERR_NOT_FOUND;
    if (e != NULL && !is_about_image && !is_lost && run->attempt < MEDIA_ATTEMPTS)
        return e;
    if (e != NULL)
        o.reason = is_about_image ? str_c(e->key) : is_lost ? S("media.lost") : S("image.trouble");
    TRY(turn_run(run->platform, run->arena, (struct account_id){0}, save_outcome, &o));
    (void)unlink(path.ptr);
    return is_about_image || is_lost ? NULL : e;
}

/* ---- what nobody waits for any more ---- */

static bool is_ours(const char *name)
{
    return str_starts(str_c(name), S("box-")) || str_ends(str_c(name), S(".kept"));
}

const struct err *media_sweep_job(struct job_run *run)
{
    struct arena *a = run->arena;
    const char *uploads;
    struct stat info;
    if (str_is_empty(run->platform->data_dir))
        return NULL;
    TRY(media_upload_dir(a, run->platform, &uploads));
    DIR *folder = opendir(uploads);
    if (folder == NULL)
        return ERR(a, ERR_UNAVAILABLE, "file.trouble", "opendir %s: errno %d", uploads, errno);
    const struct err *e = NULL;
    for (struct dirent *entry; e == NULL && (entry = readdir(folder)) != NULL;) {
        bool is_old = is_ours(entry->d_name) &&
                      fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
                      (int64_t)info.st_mtime * 1000 < run->now_ms - SWEEP_AGE_MS;
        if (is_old)
            e = file_remove_tree(a, uploads, entry->d_name);
    }
    closedir(folder);
    return e;
}

/* ---- for demo and import ---- */

struct import {
    struct account_id owner;
    str alt;
    struct encoded encoded;
    struct media_id id;
};

static const struct err *save_import(struct turn *t, void *arg)
{
    struct import *x = arg;
    const struct encoded *n = &x->encoded;
    x->id.v = turn_new_id(t);
    return media_insert_ready(t->tx, t->arena, x->id, x->owner, x->alt, n->width, n->height,
                              n->average, n->large, n->medium, n->small, t->now_ms);
}

const struct err *media_import(struct platform *p, struct arena *a, struct account_id owner,
                               str path, str alt, struct media_id *ret)
{
    struct import x = {.owner = owner, .alt = str_is_absent(alt) ? S("") : alt};
    const char *in_path;
    TRY(media_check_alt(a, x.alt));
    TRY(str_to_c(a, path, &in_path));
    TRY(media_encode(p, a, in_path, &x.encoded));
    TRY(turn_run(p, a, owner, save_import, &x));
    *ret = x.id;
    return NULL;
}
