/* UTF-8 functions agree with each other on any bytes. */
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct strbuf sb;
    str text, clean, lines, rest;
    uint32_t point;
    if (size < 1)
        return 0;
    arena_init(&a, MiB(16));
    text = (str){(const char *)data + 1, size - 1};
    bool valid = utf8_is_valid(text);
    ASSERT(utf8_count(text) <= text.len);
    ASSERT(!utf8_is_title(text) || utf8_is_comment(text));
    ASSERT(!utf8_is_comment(text) || valid);
    str cut = utf8_cut_bytes(text, data[0]);
    ASSERT(cut.len <= data[0] &&
           (!valid ||
            (utf8_is_valid(cut) && cut.len + 3 >= (text.len < data[0] ? text.len : data[0]))));
    cut = utf8_cut_points(text, data[0]);
    ASSERT(utf8_count(cut) <= data[0] && (!valid || utf8_is_valid(cut)));
    if (utf8_clean(&a, text, false, &clean) == NULL && utf8_clean(&a, text, true, &lines) == NULL) {
        ASSERT(utf8_is_title(clean) && utf8_is_comment(lines));
        ASSERT(!utf8_is_title(text) || str_eq(text, clean));
    }
    if (valid) {
        strbuf_init(&sb, &a, size);
        for (rest = text; utf8_next(&rest, &point);)
            utf8_add(&sb, point);
        ASSERT(str_eq(strbuf_view(&sb), text));
    }
    arena_done(&a);
    return 0;
}
