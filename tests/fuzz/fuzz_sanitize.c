/* The sanitiser on any bytes: what comes out has only tags of the list, and is the same once more.
 */
#include <string.h>

#include "base/utf8.h"
#include "core/sanitize.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_allowed(str tag)
{
    static const char allowed[] =
        " p br strong em b i u s ul ol li h2 h3 h4 blockquote table thead tbody tr td th a ";
    char needle[16] = " ";
    if (str_starts(tag, S("a href=\"")))
        return str_ends(tag, S("\" rel=\"nofollow noopener\""));
    if (str_starts(tag, S("/")))
        tag = str_from(tag, 1);
    if (tag.len == 0 || tag.len > 12)
        return false;
    memcpy(needle + 1, tag.ptr, tag.len);
    needle[tag.len + 1] = ' ';
    return strstr(allowed, needle) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct html_safe once, twice;
    str text, dirty = {(const char *)data, size};
    arena_init(&a, MiB(64));
    const struct err *e = sanitize_html(&a, dirty, &once);
    if (e == NULL) {
        ASSERT(utf8_is_valid(once.markup));
        for (str rest = once.markup; str_find_char(rest, '<') >= 0;) {
            rest = str_from(rest, (size_t)str_find_char(rest, '<') + 1);
            ptrdiff_t end = str_find_char(rest, '>');
            ASSERT(end > 0 && is_allowed(str_sub(rest, 0, (size_t)end)));
        }
        e = sanitize_html(&a, once.markup, &twice);
        ASSERT(e != NULL || str_eq(once.markup, twice.markup));
    }
    e = sanitize_to_text(&a, dirty, &text);
    ASSERT(e == NULL || e->kind == ERR_LIMIT);
    arena_done(&a);
    return 0;
}
