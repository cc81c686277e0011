/* Looking photos up for pages. */
#include "media/media.h"

#include "media/media_sql.h"

enum { WIDTH_LARGE = 1200, WIDTH_MEDIUM = 600, WIDTH_SMALL = 300 };

static const struct err *path_of(struct arena *a, struct media_id id, int width, struct url_safe *ret)
{
    struct id_text text = id_format(id.v);
    str path;
    TRY(str_fmt(a, &path, "/m/%s/%d.webp", text.text, width));
    ASSERT(url_check(path, ret));
    return NULL;
}

static const struct err *fill(struct arena *a, const struct media_row_row *row, struct photo *ret)
{
    *ret = (struct photo){.id = row->id, .state = (enum media_state)row->state, .alt = row->alt,
                          .width = (int)row->width, .height = (int)row->height, .average = row->average};
    if (ret->state != MEDIA_READY)
        return NULL;
    TRY(path_of(a, row->id, WIDTH_LARGE, &ret->url_large));
    TRY(path_of(a, row->id, WIDTH_MEDIUM, &ret->url));
    TRY(path_of(a, row->id, WIDTH_SMALL, &ret->url_small));
    return str_fmt(a, &ret->srcset.srcset, "%.*s %dw, %.*s %dw, %.*s %dw", STR_ARG(ret->url_small.url),
                   WIDTH_SMALL, STR_ARG(ret->url.url), WIDTH_MEDIUM, STR_ARG(ret->url_large.url), WIDTH_LARGE);
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

const struct err *media_photos(struct tx *tx, struct arena *a, const int64_t *ids, size_t count, struct photo *ret)
{
    for (size_t i = 0; i < count; i++)
        TRY(media_photo(tx, a, ids[i], &ret[i]));
    return NULL;
}
