/* `millpond backup` and `millpond restore`: database, blobs and keys are one thing.
 *
 * A backup is a folder: millpond.db and the stores of features beside it (by VACUUM INTO), or
 * millpond.dump (by pg_dump), all consistent while the server runs; blobs/, keys/.
 * Blobs are named by their content and only ever added, so copying them after the database finds
 * all that the database names. Restore never runs beside a server, and removes the WAL of the
 * database it replaces: left there it would be played into the restored file and corrupt it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli.h"
#include "app/data_lock.h"
#include "app/features.h"
#include "base/strbuf.h"
#include "base/timefmt.h"
#include "sys/file.h"

enum { DEPTH_MAX = 8, COPY_BYTES = 64 * 1024 };

static const struct err *failed(struct arena *a, const char *path, const char *what)
{
    return err_with_arg(a,
                        ERR(a, ERR_UNAVAILABLE, "app.copy_failed", "%s: %s", what, strerror(errno)),
                        str_c(path));
}

static bool pump(int in, int out, char *buffer)
{
    for (;;) {
        ssize_t got = read(in, buffer, COPY_BYTES);
        if (got <= 0)
            return got == 0;
        for (ssize_t at = 0; at < got;) {
            ssize_t written = write(out, buffer + at, (size_t)(got - at));
            if (written < 0)
                return false;
            at += written;
        }
    }
}

static const struct err *copy_file(struct arena *a, const char *from, const char *to, mode_t mode)
{
    char *buffer = arena_alloc(a, COPY_BYTES);
    if (buffer == NULL)
        return &err_out_of_memory;
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return failed(a, from, "open");
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    bool is_done = out >= 0 && pump(in, out, buffer) && fsync(out) == 0;
    const struct err *e = is_done ? NULL : failed(a, to, "copy");
    if (out >= 0)
        close(out);
    close(in);
    return e;
}

/* The names of what was put there survive a power cut. */
static const struct err *sync_folder(struct arena *a, const char *folder)
{
    str path = STR_NONE;
    TRY(str_fmt(a, &path, "%s/", folder));
    return file_sync_folder_of(a, path.ptr);
}

static const struct err *copy_tree(struct arena *a, const char *from, const char *to, int depth);

static const struct err *copy_entry(struct arena *a, const char *from, const char *to,
                                    const char *name, int depth)
{
    str source = STR_NONE, target = STR_NONE;
    TRY(str_fmt(a, &source, "%s/%s", from, name));
    TRY(str_fmt(a, &target, "%s/%s", to, name));
    struct stat st;
    if (lstat(source.ptr, &st) != 0)
        return errno == ENOENT ? NULL
                               : failed(a, source.ptr, "lstat"); /* a temporary file that is gone */
    if (S_ISDIR(st.st_mode))
        return copy_tree(a, source.ptr, target.ptr, depth + 1);
    return S_ISREG(st.st_mode) ? copy_file(a, source.ptr, target.ptr, st.st_mode & 0777) : NULL;
}

/* Nothing if `from` is not there. */
static const struct err *copy_tree(struct arena *a, const char *from, const char *to, int depth)
{
    if (depth > DEPTH_MAX)
        return failed(a, from, "too deep");
    DIR *folder = opendir(from);
    if (folder == NULL)
        return errno == ENOENT ? NULL : failed(a, from, "opendir");
    const struct err *e = file_make_folder(a, to, 0700);
    for (struct dirent *entry; e == NULL && (entry = readdir(folder)) != NULL;) {
        struct arena_mark mark = arena_get_mark(a);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            e = copy_entry(a, from, to, entry->d_name, depth);
        if (e == NULL)
            arena_rewind(a, mark);
    }
    closedir(folder);
    return e == NULL ? sync_folder(a, to) : e;
}

static const struct err *copy_part(struct arena *a, const char *from, const char *to,
                                   const char *part)
{
    str source = STR_NONE, target = STR_NONE;
    TRY(str_fmt(a, &source, "%s/%s", from, part));
    TRY(str_fmt(a, &target, "%s/%s", to, part));
    return copy_tree(a, source.ptr, target.ptr, 0);
}

static bool is_pg(const struct cli *c)
{
    return c->config.db != NULL;
}

static const struct err *database_file(struct cli *c, const char *folder, bool of_pg, str *ret)
{
    return str_fmt(c->arena, ret, "%s/%s", folder, of_pg ? "millpond.dump" : "millpond.db");
}

static const struct err *fill_backup(struct cli *c, const char *folder)
{
    str path = STR_NONE;
    TRY(database_file(c, folder, is_pg(c), &path));
    TRY(db_backup(c->platform->db, c->arena, path));
    for (size_t i = 0; i < c->platform->store_count; i++) {
        TRY(str_fmt(c->arena, &path, "%s/%s.db", folder, c->platform->stores[i].name));
        TRY(db_backup(c->platform->stores[i].db, c->arena, path));
    }
    TRY(copy_part(c->arena, c->config.data, folder, "blobs"));
    TRY(copy_part(c->arena, c->config.data, folder, "keys"));
    return sync_folder(c->arena, folder);
}

/* What is asked for as "there/" is made as "there". */
static const struct err *without_slashes(struct arena *a, const char *folder, const char **ret)
{
    str path = str_c(folder);
    while (path.len > 1 && str_ends(path, S("/")))
        path = str_sub(path, 0, path.len - 1);
    return str_to_c(a, path, ret);
}

/* Half a backup is worse than none: somebody might rely on it. */
static const struct err *remove_folder(struct cli *c, const char *folder)
{
    str path = str_c(folder), parent = S("."), name = STR_NONE;
    const char *in = NULL;
    ptrdiff_t slash = str_rfind_char(path, '/');
    if (slash >= 0)
        parent = slash == 0 ? S("/") : str_sub(path, 0, (size_t)slash);
    TRY(str_dup(c->arena, str_from(path, (size_t)(slash + 1)), &name));
    TRY(str_to_c(c->arena, parent, &in));
    return file_remove_tree(c->arena, in, name.ptr);
}

/* So that `doctor` knows how old the latest one is. */
static const struct err *note_backup(struct cli *c, const char *folder)
{
    str path = STR_NONE, text = STR_NONE;
    struct time_text now = time_format_rfc3339(clock_now_ms(&clock_system));
    TRY(str_fmt(c->arena, &path, "%s/last-backup", c->config.data));
    TRY(str_fmt(c->arena, &text, "%s %s\n", now.text, folder));
    return file_write(c->arena, path.ptr, text, 0600);
}

const struct err *backup_run(struct cli *c)
{
    if (c->argc != 1)
        return cli_usage(c, "backup FOLDER");
    const char *folder = NULL;
    TRY(without_slashes(c->arena, c->argv[0], &folder));
    if (mkdir(folder, 0700) != 0)
        return failed(c->arena, folder, "mkdir");
    const struct err *e = fill_backup(c, folder);
    if (e == NULL)
        e = file_sync_folder_of(c->arena, folder);
    if (e != NULL) {
        const struct err *left = remove_folder(c, folder);
        (void)left; /* what went wrong first matters more */
        return e;
    }
    TRY(note_backup(c, folder));
    printf("backed up to %s; it holds the keys: keep it as safe as the server\n", folder);
    return NULL;
}

static const struct err *check_backup(struct cli *c, const char *folder, str *ret_db)
{
    str other = STR_NONE;
    TRY(database_file(c, folder, is_pg(c), ret_db));
    TRY(database_file(c, folder, !is_pg(c), &other));
    if (access(ret_db->ptr, R_OK) != 0) {
        bool is_other = access(other.ptr, R_OK) == 0;
        return err_with_arg(c->arena,
                            ERR(c->arena, ERR_NOT_FOUND,
                                is_other ? "app.backup_of_other" : "app.no_backup", "%.*s: %s",
                                STR_ARG(*ret_db), strerror(errno)),
                            str_c(folder));
    }
    if (is_pg(c))
        return NULL;
    struct db *db = NULL;
    TRY(db_open(c->arena, &(struct db_config){.url = *ret_db}, &db));
    const struct err *e = db_check_file(db, c->arena);
    db_close(db);
    return e;
}

static const struct err *fill_pg(struct cli *c, str dump)
{
    struct db *db = NULL;
    TRY(db_open(c->arena, &(struct db_config){.url = str_c(c->config.db)}, &db));
    const struct err *e = db_restore(db, c->arena, dump);
    db_close(db);
    return e;
}

static const struct err *remove_if_there(struct cli *c, str path)
{
    return unlink(path.ptr) == 0 || errno == ENOENT ? NULL : failed(c->arena, path.ptr, "unlink");
}

/* `from` absent: the store is removed. */
static const struct err *replace_db(struct cli *c, const char *name, str from)
{
    str fresh = STR_NONE, db = STR_NONE, wal = STR_NONE, shm = STR_NONE;
    TRY(str_fmt(c->arena, &db, "%s/%s.db", c->config.data, name));
    TRY(str_fmt(c->arena, &fresh, "%.*s.new", STR_ARG(db)));
    TRY(str_fmt(c->arena, &wal, "%.*s-wal", STR_ARG(db)));
    TRY(str_fmt(c->arena, &shm, "%.*s-shm", STR_ARG(db)));
    if (!str_is_absent(from))
        TRY(copy_file(c->arena, from.ptr, fresh.ptr, 0600));
    TRY(remove_if_there(c, wal));
    TRY(remove_if_there(c, shm));
    if (str_is_absent(from))
        return remove_if_there(c, db);
    if (rename(fresh.ptr, db.ptr) != 0)
        return failed(c->arena, db.ptr, "rename");
    return file_sync_folder_of(c->arena, db.ptr);
}

/* The stores that features have of their own; one that the backup lacks was not there then. */
static const struct err *replace_side_stores(struct cli *c, const char *folder)
{
    for (size_t i = 0; i < app_feature_count; i++) {
        const char *name = app_features[i]->store;
        str from = STR_NONE;
        if (name == NULL)
            continue;
        TRY(str_fmt(c->arena, &from, "%s/%s.db", folder, name));
        TRY(replace_db(c, name, access(from.ptr, R_OK) == 0 ? from : STR_NONE));
    }
    return NULL;
}

static const struct err *replace_all(struct cli *c, const char *folder, str backup_db)
{
    TRY(replace_side_stores(c, folder));
    return replace_db(c, "millpond", backup_db);
}

const struct err *restore_run(struct cli *c)
{
    if (c->argc != 1)
        return cli_usage(c, "restore FOLDER [--force]");
    int lock = -1;
    TRY(data_lock_take(c->arena, c->config.data, &lock));
    str backup_db = STR_NONE, old = STR_NONE;
    const struct err *e =
        str_fmt(c->arena, &old, "%s/%s", c->config.data, is_pg(c) ? "keys/master" : "millpond.db");
    if (e == NULL && access(old.ptr, F_OK) == 0 && !c->config.force)
        e = err_with_arg(
            c->arena,
            ERR(c->arena, ERR_CONFLICT, "app.data_not_empty", "%.*s exists", STR_ARG(old)),
            str_c(c->config.data));
    if (e == NULL)
        e = check_backup(c, c->argv[0], &backup_db);
    if (e == NULL)
        e = copy_part(c->arena, c->argv[0], c->config.data, "keys");
    if (e == NULL)
        e = copy_part(c->arena, c->argv[0], c->config.data, "blobs");
    if (e == NULL)
        e = is_pg(c) ? fill_pg(c, backup_db) : replace_all(c, c->argv[0], backup_db);
    close(lock);
    TRY(e);
    printf("restored %s from %s\n", c->config.data, c->argv[0]);
    return NULL;
}
