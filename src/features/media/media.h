/* media: photos. An upload is stored, checked and re-encoded to three WebP sizes by the sandboxed
 * program millpond-media in a job; blobs are named by their hash; EXIF is gone; until then the photo shows
 * its "being prepared" box, a refused one says why. Served as /m/{id}/{size}.webp, immutable.
 */
#ifndef MEDIA_MEDIA_H
#define MEDIA_MEDIA_H

#include "core/feature.h"

ID_TYPE(media);

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
};

/* Photos in the order asked; unknown ids give an empty photo. Media ids are public once used. */
const struct err *media_photos(struct tx *tx, struct arena *a, const int64_t *ids, size_t count, struct photo *ret) MUST_CHECK;
const struct err *media_photo(struct tx *tx, struct arena *a, int64_t id, struct photo *ret) MUST_CHECK;
/* Takes over the uploaded file (moves it), owned by the actor; enqueues the encoding job. */
const struct err *media_add_file(struct turn *t, str path, str alt, struct media_id *ret) MUST_CHECK;
/* Checks, encodes and stores at once, on the calling thread, outside any turn: demo and import. */
const struct err *media_import(struct platform *p, struct arena *a, struct account_id owner, str path, str alt,
                               struct media_id *ret) MUST_CHECK;

extern const struct feature media_feature;

#endif
