/* A PNG of one colour, for tests that need a photo without keeping one.
 */
#ifndef MEDIA_TESTS_PNG_H
#define MEDIA_TESTS_PNG_H

#include "base/strbuf.h"

/* 8 bits RGB; asserts that there is memory. */
str png_make(struct arena *a, uint32_t width, uint32_t height, uint32_t rgb);

#endif
