/* Files as other people's programs write them: encoding, separator, and where the header stands. */
#include "trade/trade_part.h"

#include <errno.h>

#include "base/utf8.h"
#include "sys/crypto.h"

enum {
    HEAD_LINES = 30,
    LINE_BYTES = 256 * 1024,
    TITLE_BYTES = 200,
    CELL_BYTES = 500,
    SAMPLE_BYTES = 2 * 1024 * 1024,
    LAYOUT_BYTES = 16
};

static const struct err *check_kind(struct arena *a, str bytes)
{
    switch (encoding_kind_of(bytes)) {
    case ENCODING_EMPTY:
        return ERR(a, ERR_INVALID, "trade.empty", "nothing in it");
    case ENCODING_SPREADSHEET:
        return ERR(a, ERR_INVALID, "trade.spreadsheet", "by its first bytes");
    case ENCODING_OTHER:
        return ERR(a, ERR_INVALID, "trade.not_a_table", "by its first bytes");
    case ENCODING_KIND_UNSET:
    case ENCODING_TEXT:
    case ENCODING_UTF16:
    default:
        return NULL;
    }
}

static const struct err *begin(struct arena *a, struct trade_source *s)
{
    struct csv_limits limits = {
        .line_bytes_max = LINE_BYTES, .cells_max = TRADE_COLUMNS_MAX, .separator = s->separator};
    struct encoding_reader *reader;
    TRY(encoding_open(a, s->file, s->encoding, &reader));
    return csv_reader_init(&s->csv, a, &limits, encoding_read, reader);
}

static size_t filled_cells(const struct csv_row *row)
{
    size_t count = 0;
    for (size_t i = 0; i < row->count; i++)
        count += !str_is_empty(str_trim(row->cells[i]));
    return count;
}

/* The header has the most cells with words; the first of several. */
static const struct err *find_head(struct arena *a, struct trade_source *s, size_t *ret_width,
                                   bool *ret_too_wide)
{
    struct csv_row row;
    *ret_width = 0;
    s->head_line = 0;
    TRY(begin(a, s));
    for (int i = 0; i < HEAD_LINES; i++) {
        TRY(csv_read(&s->csv, &row));
        if (row.kind == CSV_END)
            break;
        if (row.kind == CSV_BAD && row.problem == CSV_TOO_MANY_CELLS)
            *ret_too_wide = true;
        size_t width = row.kind == CSV_ROW ? filled_cells(&row) : 0, numbers = 0;
        for (size_t c = 0; c < row.count && row.kind == CSV_ROW; c++) {
            int64_t n;
            numbers += trade_decimal_parse(row.cells[c], false, 0, &n) && row.cells[c].len > 0 &&
                       row.cells[c].ptr[0] <= '9' && row.cells[c].ptr[0] >= '0';
        }
        if (numbers * 4 > width || width <= *ret_width + *ret_width / 4)
            continue;
        *ret_width = width;
        s->head_line = row.line;
    }
    return NULL;
}

static const struct err *choose_separator(struct arena *a, struct trade_source *s)
{
    static const char marks[] = {',', ';', '\t', '|'};
    size_t best = 1;
    char chosen = '\0';
    bool is_too_wide = false;
    for (size_t i = 0; i < COUNT(marks); i++) {
        struct arena_mark mark = arena_get_mark(a);
        size_t width = 0;
        s->separator = marks[i];
        TRY(find_head(a, s, &width, &is_too_wide));
        arena_rewind(a, mark);
        if (width <= best)
            continue;
        best = width;
        chosen = marks[i];
    }
    if (chosen == '\0' && is_too_wide)
        return ERR(a, ERR_INVALID, "trade.too_many_columns", "more than %d", TRADE_COLUMNS_MAX);
    if (chosen == '\0')
        return ERR(a, ERR_INVALID, "trade.no_columns", "no line of several cells");
    s->separator = chosen;
    return NULL;
}

static const struct err *clean(struct arena *a, str cell, size_t bytes, str *ret)
{
    return utf8_clean(a, utf8_cut_bytes(str_trim(cell), bytes), false, ret);
}

/* Reads on to the header, copies it. */
static const struct err *take_head(struct arena *a, struct trade_source *s)
{
    struct csv_row row = {.kind = CSV_UNSET};
    struct strbuf sb;
    str all;
    int64_t head_line = s->head_line;
    TRY(begin(a, s));
    while (row.kind != CSV_END && row.line != head_line)
        TRY(csv_read(&s->csv, &row));
    if (row.kind != CSV_ROW)
        return ERR(a, ERR_INVALID, "trade.no_columns", "no header");
    strbuf_init(&sb, a, MiB(1));
    TRY_NEW_ARRAY(a, s->sample.titles, row.count);
    s->sample.column_count = row.count;
    for (size_t i = 0; i < row.count; i++) {
        TRY(clean(a, row.cells[i], TITLE_BYTES, &s->sample.titles[i]));
        strbuf_addf(&sb, "%.*s\t", STR_ARG(s->sample.titles[i]));
    }
    TRY(strbuf_finish(&sb, &all));
    struct digest hash = crypto_sha256(all);
    strbuf_clear(&sb);
    for (size_t i = 0; i < LAYOUT_BYTES; i++)
        strbuf_addf(&sb, "%02x", hash.bytes[i]);
    TRY(strbuf_finish(&sb, &s->layout));
    return NULL;
}

static const struct err *take_rows(struct arena *a, struct trade_source *s)
{
    struct trade_sample *sample = &s->sample;
    struct csv_row row;
    size_t before = a->used_bytes;
    TRY_NEW_ARRAY(a, sample->rows, TRADE_SAMPLE_ROWS);
    while (sample->row_count < TRADE_SAMPLE_ROWS && a->used_bytes - before < SAMPLE_BYTES) {
        TRY(csv_read(&s->csv, &row));
        if (row.kind == CSV_END)
            return NULL;
        if (row.kind != CSV_ROW)
            continue;
        str *cells;
        TRY_NEW_ARRAY(a, cells, sample->column_count);
        for (size_t c = 0; c < sample->column_count; c++)
            if (c < row.count)
                TRY(clean(a, row.cells[c], CELL_BYTES, &cells[c]));
            else
                cells[c] = S("");
        sample->rows[sample->row_count++] = cells;
    }
    return NULL;
}

static const struct err *open_source(struct arena *a, bool with_rows, struct trade_source *s)
{
    char *head;
    size_t width;
    bool is_too_wide;
    TRY_NEW_ARRAY(a, head, ENCODING_HEAD_BYTES);
    str bytes = {head, fread(head, 1, ENCODING_HEAD_BYTES, s->file)};
    TRY(check_kind(a, bytes));
    encoding_guess(bytes, s->encoding);
    TRY(choose_separator(a, s));
    TRY(find_head(a, s, &width, &is_too_wide));
    TRY(take_head(a, s));
    if (!with_rows)
        return NULL;
    TRY(take_rows(a, s));
    int64_t head_line = s->head_line;
    TRY(take_head(a, s)); /* stands behind the header again */
    s->head_line = head_line;
    return NULL;
}

const struct err *trade_source_open(struct arena *a, const char *path, bool with_rows,
                                    struct trade_source *ret)
{
    *ret = (struct trade_source){0};
    ret->file = fopen(path, "rbe");
    if (ret->file == NULL)
        return ERR(a, errno == ENOENT ? ERR_NOT_FOUND : ERR_UNAVAILABLE, "trade.no_file",
                   "%s: errno %d", path, errno);
    const struct err *e = open_source(a, with_rows, ret);
    if (e != NULL)
        trade_source_close(ret);
    return e;
}

void trade_source_close(struct trade_source *s)
{
    if (s->file != NULL)
        fclose(s->file);
    s->file = NULL;
}
