#include "core/web_csv.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "core/platform.h"
#include "db/db.h"
#include "sys/file.h"

enum { SLICE_BYTES_MAX = 8 * 1024 * 1024 };

struct exporting {
    struct web *w;
    struct db *store;
    FILE *file;
    const char *path;
    web_csv_fn *fn;
    void *arg;
};

static const struct err *flush(struct exporting *x, struct strbuf *sb)
{
    str text;
    TRY(strbuf_finish(sb, &text));
    if (fwrite(text.ptr, 1, text.len, x->file) != text.len)
        return ERR(x->w->arena, ERR_UNAVAILABLE, "error.disk", "write: errno %d", errno);
    return NULL;
}

/* A long list never takes the room that orders need. */
static const struct err *need_room(struct exporting *x)
{
    bool has_room;
    TRY(file_has_room(x->w->arena, x->path, &has_room));
    return has_room ? NULL : ERR(x->w->arena, ERR_UNAVAILABLE, "db.disk_full", "%s", x->path);
}

static const struct err *slice(struct exporting *x, bool *ret_is_end)
{
    struct csv_writer out;
    struct strbuf sb;
    struct tx *tx;
    TRY(need_room(x));
    strbuf_init(&sb, x->w->arena, SLICE_BYTES_MAX);
    csv_writer_init(&out, &sb);
    TRY(db_read_begin(x->store, x->w->arena, &tx));
    const struct err *e = x->fn(tx, x->w->arena, x->arg, &out, ret_is_end);
    db_read_end(tx);
    TRY(e);
    return flush(x, &sb);
}

static const struct err *write_all(struct exporting *x, const str *titles, size_t title_count)
{
    struct csv_writer out;
    struct strbuf sb;
    strbuf_init(&sb, x->w->arena, KiB(16));
    /* Spreadsheets take a file for UTF-8 only when it begins with this mark. */
    strbuf_add(&sb, S("\xef\xbb\xbf"));
    csv_writer_init(&out, &sb);
    for (size_t i = 0; i < title_count; i++)
        csv_write_str(&out, titles[i]);
    csv_write_row_end(&out);
    TRY(flush(x, &sb));
    for (bool is_end = false; !is_end;) {
        struct arena_mark mark = arena_get_mark(x->w->arena);
        TRY(slice(x, &is_end));
        arena_rewind(x->w->arena, mark);
    }
    return NULL;
}

static void remove_file(void *path)
{
    (void)unlink(path);
}

static const struct err *fresh_path(struct web *w, const char **ret)
{
    struct id_text id = id_format(id_next(w->platform->ids, w->now_ms));
    str folder, path;
    const char *folder_c;
    if (str_is_empty(w->platform->data_dir))
        return ERR(w->arena, ERR_UNAVAILABLE, "error.disk", "no data folder");
    TRY(str_fmt(w->arena, &folder, "%.*s/" WEB_CSV_FOLDER, STR_ARG(w->platform->data_dir)));
    TRY(str_to_c(w->arena, folder, &folder_c));
    TRY(file_make_folder(w->arena, folder_c, 0700));
    TRY(str_fmt(w->arena, &path, "%s/%s.csv", folder_c, id.text));
    return str_to_c(w->arena, path, ret);
}

const struct err *web_csv(struct web *w, const char *name, struct db *store, const str *titles,
                          size_t title_count, web_csv_fn *fn, void *arg)
{
    struct exporting x = {.w = w, .store = store, .fn = fn, .arg = arg};
    const char *path;
    str header;
    char *removed;
    web_read_end(w);
    TRY(fresh_path(w, &path));
    TRY_NEW_ARRAY(w->arena, removed, str_c(path).len + 1);
    for (size_t i = 0; i < str_c(path).len; i++)
        removed[i] = path[i];
    x.path = path;
    x.file = fopen(path, "wbe");
    if (x.file == NULL)
        return ERR(w->arena, ERR_UNAVAILABLE, "error.disk", "open %s: errno %d", path, errno);
    if (!arena_defer(w->arena, remove_file, removed)) { /* the server has opened it by then */
        (void)fclose(x.file);
        return &err_out_of_memory;
    }
    const struct err *e = write_all(&x, titles, title_count);
    if (fclose(x.file) != 0 && e == NULL)
        e = ERR(w->arena, ERR_UNAVAILABLE, "error.disk", "close %s: errno %d", path, errno);
    TRY(e);
    TRY(str_fmt(w->arena, &header, "attachment; filename=\"%.*s-%s.csv\"", STR_ARG(w->shop_handle),
                name));
    TRY(http_response_header(w->rs, S("Content-Disposition"), header));
    w->rs->status = 200;
    w->rs->body_kind = HTTP_BODY_FILE;
    w->rs->content_type = "text/csv; charset=utf-8";
    w->rs->file_path = str_c(path);
    return NULL;
}
