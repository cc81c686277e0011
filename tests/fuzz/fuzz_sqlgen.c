/* Any bytes as a query file and as a migration: an error with a place, or text; never a crash. */
#include <stddef.h>
#include <stdint.h>

#include "sqlgen/sqlgen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct query_set set = {0};
    struct migration migration = {0};
    str text = {(const char *)data, size};
    arena_init(&a, MiB(64));
    const struct err *e = query_file_parse(&a, S("x.sql"), text, &set);
    for (size_t i = 0; e == NULL && i < set.queries.count; i++)
        e = body_expand(&a, set.queries.items[i]);
    ASSERT(e == NULL || e == &err_out_of_memory || str_starts(e->detail, S("x.sql:")));
    e = ddl_expand(&a, S("x.sql"), text, &migration);
    ASSERT(e == NULL || e == &err_out_of_memory || str_starts(e->detail, S("x.sql:")));
    arena_done(&a);
    return 0;
}
