/* What a file is by its first bytes; names and declared types do not count. Also finds what libvips
 * does not tell: an animated PNG. Not its duty: whether the rest is sound.
 */
#ifndef MEDIA_IMAGE_KIND_H
#define MEDIA_IMAGE_KIND_H

#include "base/str.h"

enum image_kind { IMAGE_KIND_UNSET = 0, IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP, IMAGE_GIF, IMAGE_HEIF };

enum image_kind image_kind_of(str bytes);  /* UNSET: none that we take, SVG among them */
bool image_png_is_animated(str bytes);     /* an acTL chunk before the first IDAT */

#endif
