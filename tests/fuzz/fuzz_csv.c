/* The CSV reader: any bytes, in chunks of any size, under small and large limits; what it gives is
 * within the limits, and the same for every chunk size. What the writer makes of the cells comes
 * back as it went in.
 */
#include <string.h>

#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
    str rest;
    size_t step;
};

static const struct err *read_pieces(void *self, char *bytes, size_t space, size_t *ret_count)
{
    struct pieces *p = self;
    struct csv_memory memory = {str_sub(p->rest, 0, p->step)};
    TRY(csv_read_memory(&memory, bytes, space, ret_count));
    p->rest = str_from(p->rest, *ret_count);
    return NULL;
}

/* Writes the good rows again; guarded cells stay different from what was read, so they are counted.
 */
static uint64_t walk(struct arena *a, str input, size_t step, const struct csv_limits *limits,
                     struct strbuf *copy)
{
    struct csv_reader reader;
    struct csv_row row;
    struct csv_writer w;
    struct pieces pieces = {input, step};
    uint64_t digest = 0;
    int64_t last_line = 0;
    csv_writer_init(&w, copy);
    if (csv_reader_init(&reader, a, limits, read_pieces, &pieces) != NULL)
        return 0;
    for (;;) {
        size_t bytes = 0;
        ASSERT(csv_read(&reader, &row) == NULL);
        ASSERT(row.line >= last_line);
        last_line = row.line;
        digest = digest * 31 + (uint64_t)row.kind + (uint64_t)row.line;
        if (row.kind == CSV_END)
            return digest;
        if (row.kind == CSV_BAD) {
            ASSERT(row.problem != CSV_FINE && row.problem_line >= row.line &&
                   row.problem_column >= 1);
            continue;
        }
        ASSERT(row.count >= 1 && row.count <= limits->cells_max);
        for (size_t i = 0; i < row.count; i++) {
            bytes += row.cells[i].len;
            digest = digest * 31 + str_hash(row.cells[i]);
            csv_write_str(&w, row.cells[i]);
        }
        ASSERT(bytes <= limits->line_bytes_max);
        csv_write_row_end(&w);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = {',', ';', '\t'};
    struct arena a;
    struct strbuf copy, again;
    if (size < 3)
        return 0;
    arena_init(&a, MiB(64));
    struct csv_limits limits = {
        .line_bytes_max = data[0] < 128 ? data[0] + 1u : 100000,
        .cells_max = data[1] % 32 + 1u,
        .separator = separators[data[1] / 32 % 3],
    };
    str input = {(const char *)data + 3, size - 3};
    strbuf_init(&copy, &a, MiB(16));
    strbuf_init(&again, &a, MiB(16));
    uint64_t whole = walk(&a, input, SIZE_MAX, &limits, &copy);
    strbuf_clear(&again);
    ASSERT(whole == walk(&a, input, data[2] % 16 + 1u, &limits, &again));
    ASSERT(str_eq(strbuf_view(&copy), strbuf_view(&again)));
    /* The writer's text is always readable. Guarded cells do not change a second time: an
     * apostrophe is no formula. One lone empty cell per row is an empty line, which the reader
     * passes over. */
    struct csv_limits wide = {.line_bytes_max = MiB(32), .cells_max = 64, .separator = ','};
    struct csv_memory memory = {strbuf_view(&copy)};
    struct csv_reader reader;
    struct csv_row row;
    if (csv_reader_init(&reader, &a, &wide, csv_read_memory, &memory) == NULL) {
        do {
            ASSERT(csv_read(&reader, &row) == NULL);
            ASSERT(row.kind != CSV_BAD);
        } while (row.kind == CSV_ROW);
    }
    arena_done(&a);
    return 0;
}
