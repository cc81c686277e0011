/* media: photos. An upload is stored, checked and re-encoded to three WebP sizes by the sandboxed
 * program millpond-media in a job; blobs are named by their hash; EXIF is gone; until then the
 * photo shows its "being prepared" box, a refused one says why. Served as /m/{id}/{size}.webp,
 * immutable.
 */
#ifndef MEDIA_MEDIA_H
#define MEDIA_MEDIA_H

#include "base/json.h"
#include "core/feature.h"

ID_TYPE(media);

enum {
    MEDIA_ALT_MAX = 300,              /* bytes */
    MEDIA_FILE_BYTES_MAX = 20 * 1024 * 1024,
    MEDIA_FILES_MAX = 20,             /* in one form */
    MEDIA_FORM_BYTES_MAX = 80 * 1024 * 1024, /* body_max of a ROUTE_UPLOAD that takes photos */
    MEDIA_PER_DAY_MAX = 1000          /* of one account */
};

enum media_state { MEDIA_UNSET = 0, MEDIA_WAITING, MEDIA_READY, MEDIA_REFUSED };

/* What templates need to show a photo without layout shift. */
struct photo {
    struct media_id id;       /* 0: no photo; templates show the placeholder drawing */
    enum media_state state;
    int width, height;        /* of the largest size; 4:5 box when unknown */
    str alt;
    struct url_safe url;      /* 600 px */
    struct url_safe url_large;/* 1200 px */
    struct url_safe url_small;/* 300 px */
    struct srcset_safe srcset;
    str average;              /* "#a0b1c2": for SVG fill, not for style attributes */
    bool is_first;            /* set by views: in sight when the page opens, so fetched at once */
};

/* Photos in the order asked; unknown ids give an empty photo. Media ids are public once used. */
const struct err *media_photos(struct tx *tx, struct arena *a, const int64_t *ids, size_t count,
                               struct photo *ret) MUST_CHECK;
const struct err *media_photo(struct tx *tx, struct arena *a, int64_t id,
                              struct photo *ret) MUST_CHECK;
/* The file of its largest size on our disk; absent when the photo is not ready. */
const struct err *media_photo_file(const struct platform *p, struct tx *tx, struct arena *a,
                                   int64_t id, str *ret_path) MUST_CHECK;
/* A photo that this shop (0: none) or this account may put on something of its own: one that she or
 * a member of the shop uploaded. Those of others are like unknown ones: *ret is empty. */
const struct err *media_photo_own(struct tx *tx, struct arena *a, struct account_id account,
                                  struct shop_id shop, int64_t id, struct photo *ret) MUST_CHECK;
/* Takes over an uploaded file (moves it, within the data folder's disk), owned by the actor;
 * enqueues the encoding job. LIMIT "media.too_many" beyond MEDIA_PER_DAY_MAX. Running the turn
 * again is safe. */
const struct err *media_add_file(struct turn *t, str path, str alt,
                                 struct media_id *ret) MUST_CHECK;
/* The same for every file of the form's field `name`, in order; ret_ids has room for `max`.
 * INVALID "media.too_many_files", INVALID "image.too_big". No file at all: *ret_count 0. */
const struct err *media_add_form(struct turn *t, const struct form *form, const char *name,
                                 size_t max, int64_t *ret_ids, size_t *ret_count) MUST_CHECK;
/* {"id","state","alt","width","height","color","url","srcset"}; null for no photo. */
void media_write_json(struct json *j, const struct photo *p);
/* Checks, encodes and stores at once, on the calling thread, outside any turn: demo and import. */
const struct err *media_import(struct platform *p, struct arena *a, struct account_id owner,
                               str path, str alt, struct media_id *ret) MUST_CHECK;

/* The path of millpond-media: it stands beside the program that runs. */
const struct err *media_program(struct arena *a, const char **ret) MUST_CHECK;

extern const struct feature media_feature;

#endif
