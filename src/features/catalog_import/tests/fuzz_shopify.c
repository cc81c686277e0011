/* Any bytes as a Shopify CSV: an error in words or groups within their limits. */
#include "catalog_import/shopify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a, groups;
    struct currency eur = {"EUR"};
    struct shopify_reader reader;
    struct csv_memory memory = {{(const char *)data, size}};
    bool is_end = false;
    if (a.cap_bytes == 0)
        arena_init(&a, MiB(64));
    if (groups.cap_bytes == 0)
        arena_init(&groups, MiB(64));
    arena_reset(&a);
    if (shopify_open(&reader, &a, eur, false, str_sub(memory.rest, 0, 4096), csv_read_memory,
                     &memory) != NULL)
        return 0;
    int64_t line = 0;
    for (;;) {
        struct arena_mark mark = arena_get_mark(&groups);
        struct import_group g;
        ASSERT(shopify_next(&reader, &groups, &g, &is_end) == NULL);
        if (is_end)
            break;
        ASSERT(g.line > line && g.line_end > g.line);
        line = g.line;
        ASSERT(g.product.variant_count <= PRODUCT_VARIANTS_MAX &&
               g.image_count <= PRODUCT_PHOTOS_MAX);
        ASSERT(g.problem_count <= IMPORT_GROUP_PROBLEMS_MAX &&
               (g.is_usable || g.problem_count > 0));
        for (size_t i = 0; i < g.product.variant_count; i++)
            ASSERT(g.variants[i].price_minor >= 0 && g.variants[i].compare_at_minor >= 0 &&
                   g.details[i].line >= g.line);
        arena_rewind(&groups, mark);
    }
    return 0;
}
