#include "media/image_kind.h"

enum image_kind image_kind_of(str bytes)
{
    static const char *const heif_brands[] = {"heic", "heix", "heim", "heis", "mif1", "avif"};
    if (str_starts(bytes, S("\xff\xd8\xff")))
        return IMAGE_JPEG;
    if (str_starts(bytes, S("\x89PNG\r\n\x1a\n")))
        return IMAGE_PNG;
    if (str_starts(bytes, S("RIFF")) && str_eq(str_sub(bytes, 8, 4), S("WEBP")))
        return IMAGE_WEBP;
    if (str_starts(bytes, S("GIF87a")) || str_starts(bytes, S("GIF89a")))
        return IMAGE_GIF;
    for (size_t i = 0; i < COUNT(heif_brands); i++)
        if (str_eq(str_sub(bytes, 4, 4), S("ftyp")) &&
            str_eq(str_sub(bytes, 8, 4), str_c(heif_brands[i])))
            return IMAGE_HEIF;
    return IMAGE_KIND_UNSET;
}

bool image_png_is_animated(str bytes)
{
    size_t at = 8;
    while (at + 12 <= bytes.len) {
        const unsigned char *p = (const unsigned char *)bytes.ptr + at;
        str type = str_sub(bytes, at + 4, 4);
        if (str_eq(type, S("acTL")))
            return true;
        if (str_eq(type, S("IDAT")))
            return false;
        at += 12 + ((size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
    }
    return false;
}
