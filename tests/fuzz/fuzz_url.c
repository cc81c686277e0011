/* Request paths: what passes has no way up and no second reading; the router takes any of it. */
#include "base/strbuf.h"
#include "http/router.h"
#include "http/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *patterns[] = {"/", "/a/{b}", "/a/b", "/a/{b}/c", "/{r...}", "/a/b/{c}/d"};
    struct arena a;
    struct router *r;
    str path;
    arena_init(&a, MiB(1));
    ASSERT(router_new(&a, &r) == NULL);
    for (size_t i = 0; i < COUNT(patterns); i++)
        ASSERT(router_add(r, &a, HTTP_GET, patterns[i], (int)i) == NULL);
    if (url_path_decode(&a, (str){(const char *)data, size}, &path) == NULL) {
        ASSERT(url_is_text(path) && url_is_site_path(path));
        ASSERT(str_find(path, S("/../")) < 0 && !str_ends(path, S("/..")));
        struct route_match m = router_find(r, HTTP_GET, path);
        ASSERT(m.row >= 0 && m.param_count <= 2);
    }
    arena_done(&a);
    return 0;
}
