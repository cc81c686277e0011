/* Photos as pages see them, and taking uploads over. Encoding is media_store.c. */
#include "media/media.h"

#include "base/strbuf.h"
#include "base/utf8.h"
#include "core/permission.h"
#include "media/media_part.h"
#include "media/media_sql.h"
#include "sys/file.h"

enum { PATH_BYTES_MAX = 64 };
static const int64_t DAY_MS = 24 * 3600 * 1000LL;

static const struct err *path_of(struct arena *a, struct media_id id, int width,
                                 struct url_safe *ret)
{
    struct id_text text = id_format(id.v);
    struct strbuf sb;
    str path;
    strbuf_init(&sb, a, PATH_BYTES_MAX);
    strbuf_add(&sb, S("/m/")); /* written piece by piece: a page of photos makes hundreds */
    strbuf_add(&sb, id_str(&text));
    strbuf_add_char(&sb, '/');
    strbuf_add_int(&sb, width);
    strbuf_add(&sb, S(".webp"));
    TRY(strbuf_finish(&sb, &path));
    ASSERT(url_check(path, ret));
    return NULL;
}

/* A small original is not enlarged, so a size says how wide it really is; the same size twice says
 * nothing. */
static const struct err *srcset_of(struct arena *a, const struct photo *p, struct srcset_safe *ret)
{
    const struct {
        str url;
        int width;
    } sizes[] = {{p->url_small.url, MEDIA_WIDTH_SMALL}, {p->url.url, MEDIA_WIDTH_MEDIUM},
                 {p->url_large.url, MEDIA_WIDTH_LARGE}};
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(1));
    for (size_t i = 0; i < COUNT(sizes); i++) {
        bool is_last = p->width <= sizes[i].width || i + 1 == COUNT(sizes);
        strbuf_addf(&sb, "%s%.*s %dw", i == 0 ? "" : ", ", STR_ARG(sizes[i].url),
                    is_last ? p->width : sizes[i].width);
        if (is_last)
            break;
    }
    return strbuf_finish(&sb, &ret->srcset);
}

static const struct err *fill(struct arena *a, const struct media_row_row *row, struct photo *ret)
{
    *ret = (struct photo){.id = row->id,
                          .state = (enum media_state)row->state,
                          .alt = row->alt,
                          .width = (int)row->width,
                          .height = (int)row->height,
                          .average = row->average};
    if (ret->state != MEDIA_READY)
        return NULL;
    TRY(path_of(a, row->id, MEDIA_WIDTH_LARGE, &ret->url_large));
    TRY(path_of(a, row->id, MEDIA_WIDTH_MEDIUM, &ret->url));
    TRY(path_of(a, row->id, MEDIA_WIDTH_SMALL, &ret->url_small));
    return srcset_of(a, ret, &ret->srcset);
}

const struct err *media_photo(struct tx *tx, struct arena *a, int64_t id, struct photo *ret)
{
    struct media_row_row row;
    bool is_found = false;
    *ret = (struct photo){0};
    if (id != 0)
        TRY(media_row(tx, a, (struct media_id){id}, &row, &is_found));
    return is_found ? fill(a, &row, ret) : NULL;
}

const struct err *media_photo_file(const struct platform *p, struct tx *tx, struct arena *a,
                                   int64_t id, str *ret_path)
{
    struct media_row_row row;
    bool is_found = false;
    *ret_path = STR_NONE;
    TRY(media_row(tx, a, (struct media_id){id}, &row, &is_found));
    bool is_ready = is_found && row.state == MEDIA_READY && !str_is_empty(p->data_dir);
    return is_ready ? media_blob_path(a, p, row.large, ret_path) : NULL;
}

const struct err *media_photos(struct tx *tx, struct arena *a, const int64_t *ids, size_t count,
                               struct photo *ret)
{
    for (size_t i = 0; i < count; i++)
        TRY(media_photo(tx, a, ids[i], &ret[i]));
    return NULL;
}

const struct err *media_photo_own(struct tx *tx, struct arena *a, struct account_id account,
                                  struct shop_id shop, int64_t id, struct photo *ret)
{
    struct media_row_row row;
    bool is_found = false;
    str role = STR_NONE;
    *ret = (struct photo){0};
    if (id != 0)
        TRY(media_row(tx, a, (struct media_id){id}, &row, &is_found));
    if (!is_found)
        return NULL;
    if (shop.v != 0)
        TRY(permission_role(tx, a, shop, row.account_id, &role));
    bool is_hers = account.v != 0 && row.account_id.v == account.v;
    return is_hers || !str_is_absent(role) ? fill(a, &row, ret) : NULL;
}

const struct err *media_list(struct tx *tx, struct arena *a, struct account_id account,
                             int64_t before, size_t limit, struct photo **ret, str **ret_reasons,
                             size_t *ret_count)
{
    struct media_row_row *rows;
    TRY(media_of_account(tx, a, account, before == 0 ? INT64_MAX : before, (int64_t)limit, limit,
                         &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    TRY_NEW_ARRAY(a, *ret_reasons, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        TRY(fill(a, &rows[i], &(*ret)[i]));
        (*ret_reasons)[i] = str_is_empty(rows[i].reason) ? STR_NONE : rows[i].reason;
    }
    return NULL;
}

const struct err *media_check_alt(struct arena *a, str alt)
{
    if (alt.len <= MEDIA_ALT_MAX && utf8_is_title(alt))
        return NULL;
    return err_with_field(a, ERR(a, ERR_INVALID, "media.bad_alt", "%zu bytes", alt.len), "alt");
}

/* The name depends on the file alone, so that a turn that runs again finds what it moved before. */
static const struct err *keep_file(struct turn *t, str path, str *ret_source)
{
    const char *uploads, *from;
    str to;
    TRY(media_upload_dir(t->arena, t->platform, &uploads));
    TRY(str_to_c(t->arena, path, &from));
    TRY(str_fmt(t->arena, ret_source, "%.*s.kept",
                STR_ARG(str_from(path, (size_t)(str_rfind_char(path, '/') + 1)))));
    TRY(str_fmt(t->arena, &to, "%s/%.*s", uploads, STR_ARG(*ret_source)));
    return file_keep(t->arena, from, to.ptr);
}

const struct err *media_add_file(struct turn *t, str path, str alt, struct media_id *ret)
{
    struct media_id id = {turn_new_id(t)};
    struct media_count_since_row today;
    str source, payload;
    if (str_is_absent(alt))
        alt = S("");
    TRY(media_check_alt(t->arena, alt));
    TRY(media_count_since(t->tx, t->arena, t->actor, id_at_time(t->now_ms - DAY_MS), &today));
    if (today.photos >= MEDIA_PER_DAY_MAX)
        return ERR(t->arena, ERR_LIMIT, "media.too_many", "%lld today", (long long)today.photos);
    TRY(keep_file(t, path, &source));
    TRY(media_insert_waiting(t->tx, t->arena, id, t->actor, alt, source, t->now_ms));
    TRY(str_fmt(t->arena, &payload, "%lld", (long long)id.v));
    TRY(job_enqueue(
        t, &(struct job_request){.kind = "media.encode", .key = payload, .payload = payload}));
    *ret = id;
    return NULL;
}

const struct err *media_add_form(struct turn *t, const struct form *form, const char *name,
                                 size_t max, int64_t *ret_ids, size_t *ret_count)
{
    size_t count = 0;
    for (size_t i = 0; i < form->count; i++) {
        const struct form_field *f = &form->fields[i];
        if (str_is_absent(f->file_path) || !str_eq(f->name, str_c(name)))
            continue;
        if (count == max)
            return err_with_field(
                t->arena, ERR(t->arena, ERR_INVALID, "media.too_many_files", "over %zu", max),
                name);
        if (f->file_bytes > MEDIA_FILE_BYTES_MAX)
            return err_with_field(
                t->arena,
                ERR(t->arena, ERR_INVALID, "image.too_big", "%lld bytes", (long long)f->file_bytes),
                name);
        struct media_id id;
        TRY(media_add_file(t, f->file_path, STR_NONE, &id));
        ret_ids[count++] = id.v;
    }
    *ret_count = count;
    return NULL;
}
