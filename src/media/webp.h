/* Takes the chunks that are not pixels out of a WebP file made by us: libvips 8.14 writes an EXIF
 * chunk even when told to strip.
 */
#ifndef MEDIA_WEBP_H
#define MEDIA_WEBP_H

#include "base/base.h"

/* In place; returns the new length. Bytes that are no WebP container are left as they are. */
size_t webp_strip(unsigned char *bytes, size_t len);

#endif
