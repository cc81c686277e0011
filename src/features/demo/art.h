/* art: the demo's pictures, drawn by program: still lifes (art_scene.h) and painted landscapes
 * (art_paint.c). Every picture is the same on every run. Pure, apart from the arena given. Threads:
 * any number at once.
 */
#ifndef DEMO_ART_H
#define DEMO_ART_H

#include "base/err.h"
#include "base/strbuf.h"

struct art_scene;

struct art_piece {
    const char *name; /* "reef-onepiece-coral"; of the file, too */
    const char *alt_en, *alt_zh;
    void (*arrange)(struct art_scene *s); /* a still life, or */
    void (*paint)(
        float x, float y,
        float *rgb); /* a painting: x in [0, 1.0], y in [0, 1.25] downwards; linear light */
};

/* Three shops' pictures; ends with a row without name. */
extern const struct art_piece art_reef[], art_clay[], art_tea[];

/* NULL when there is none of that name. */
const struct art_piece *art_find(str name);

/* Width x height x 3 bytes, sRGB, in `a`. */
const struct err *art_draw(struct arena *a, const struct art_piece *piece, int width, int height,
                           uint8_t **ret_rgb) MUST_CHECK;
const struct err *art_png(struct arena *a, const uint8_t *rgb, int width, int height,
                          str *ret) MUST_CHECK;

#endif
