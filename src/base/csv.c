#include "base/csv.h"

#include <string.h>

#include "base/utf8.h"

enum { INPUT_BYTES = 32 * 1024, RECORD_FIRST_BYTES = 1024, CELLS_FIRST = 32 };

const struct csv_limits csv_limits_default = {
    .line_bytes_max = 1 << 20, .cells_max = 512, .separator = ','};

static const char *const problem_keys[] = {
    [CSV_FINE] = "csv.fine",
    [CSV_TOO_LONG] = "csv.too_long",
    [CSV_TOO_MANY_CELLS] = "csv.too_many_cells",
    [CSV_AFTER_QUOTE] = "csv.after_quote",
    [CSV_UNCLOSED_QUOTE] = "csv.unclosed_quote",
    [CSV_CONTROL] = "csv.control",
    [CSV_NOT_UTF8] = "csv.not_utf8",
};

const char *csv_problem_key(enum csv_problem problem)
{
    ASSERT((size_t)problem < COUNT(problem_keys));
    return problem_keys[problem];
}

const struct err *csv_reader_init(struct csv_reader *r, struct arena *a,
                                  const struct csv_limits *limits, csv_read_fn *read, void *self)
{
    ASSERT(limits->line_bytes_max > 0 && limits->line_bytes_max < SIZE_MAX / 4 &&
           limits->cells_max > 0);
    *r = (struct csv_reader){
        .arena = a, .limits = *limits, .read = read, .self = self, .line = 1, .column = 1};
    TRY_NEW_ARRAY(a, r->input, INPUT_BYTES);
    return NULL;
}

/* The next byte without taking it, or -1 at the end. */
static const struct err *peek(struct csv_reader *r, int *ret)
{
    if (r->input_at == r->input_len && !r->ended) {
        TRY(r->read(r->self, r->input, INPUT_BYTES, &r->input_len));
        ASSERT(r->input_len <= INPUT_BYTES);
        r->bytes += (int64_t)r->input_len;
        r->input_at = 0;
        r->ended = r->input_len == 0;
    }
    *ret = r->ended ? -1 : (unsigned char)r->input[r->input_at];
    return NULL;
}

/* Takes the byte that peek gave, and counts lines and columns. CR LF is one line end. */
static void take(struct csv_reader *r, int byte)
{
    r->input_at++;
    if (byte == '\n' && r->after_cr) {
        r->after_cr = false;
    } else if (byte == '\n' || byte == '\r') {
        r->line++;
        r->column = 1;
        r->after_cr = byte == '\r';
    } else {
        r->column += (byte & 0xc0) != 0x80;
        r->after_cr = false;
    }
}

/* Marks the record as bad; only the first problem is kept. */
static void report_at(struct csv_reader *r, enum csv_problem problem, int64_t line, int64_t column)
{
    if (r->row.problem != CSV_FINE)
        return;
    r->row.kind = CSV_BAD;
    r->row.problem = problem;
    r->row.problem_line = line;
    r->row.problem_column = column;
}

static void report(struct csv_reader *r, enum csv_problem problem)
{
    report_at(r, problem, r->line, r->column);
}

static const struct err *keep_byte(struct csv_reader *r, int byte)
{
    if (r->record_len == r->limits.line_bytes_max) {
        report(r, CSV_TOO_LONG);
        return NULL;
    }
    if (r->record_len == r->record_space) {
        size_t space = r->record_space == 0 ? RECORD_FIRST_BYTES : r->record_space * 2;
        if (space > r->limits.line_bytes_max)
            space = r->limits.line_bytes_max;
        char *grown = arena_grow(r->arena, r->record, r->record_space, space);
        if (grown == NULL)
            return &err_out_of_memory;
        r->record = grown;
        r->record_space = space;
    }
    r->record[r->record_len++] = (char)byte;
    return NULL;
}

static const struct err *end_cell(struct csv_reader *r, int64_t line, int64_t column)
{
    size_t from = r->cell_count == 0 ? 0 : r->ends[r->cell_count - 1];
    if (r->cell_count == r->limits.cells_max) {
        report(r, CSV_TOO_MANY_CELLS);
        return NULL;
    }
    if (r->record_len > from && !utf8_is_valid((str){r->record + from, r->record_len - from}))
        report_at(r, CSV_NOT_UTF8, line, column);
    if (r->cell_count == r->ends_space) {
        size_t space = r->ends_space == 0 ? CELLS_FIRST : r->ends_space * 2;
        size_t *grown = arena_grow(r->arena, r->ends, r->ends_space * sizeof *grown,
                                   space * sizeof *grown);
        if (grown == NULL)
            return &err_out_of_memory;
        r->ends = grown;
        r->ends_space = space;
    }
    r->ends[r->cell_count++] = r->record_len;
    return NULL;
}

/* After the opening quote, up to and with the closing one. */
static const struct err *read_quoted(struct csv_reader *r)
{
    int64_t line = r->line, column = r->column - 1;
    int byte;
    while (r->row.problem == CSV_FINE) {
        TRY(peek(r, &byte));
        if (byte < 0) {
            report_at(r, CSV_UNCLOSED_QUOTE, line, column);
            break;
        }
        if (byte == '"') {
            take(r, byte);
            TRY(peek(r, &byte));
            if (byte != '"')
                break;
        }
        if (byte == '\0') {
            report(r, CSV_CONTROL);
            break;
        }
        TRY(keep_byte(r, byte));
        if (r->row.problem == CSV_FINE)
            take(r, byte);
    }
    return NULL;
}

static bool ends_cell(const struct csv_reader *r, int byte)
{
    return byte < 0 || byte == '\n' || byte == '\r' || byte == r->limits.separator;
}

static const struct err *read_cell(struct csv_reader *r, bool *ret_quoted)
{
    int byte;
    int64_t line = r->line, column = r->column;
    TRY(peek(r, &byte));
    *ret_quoted = byte == '"';
    if (*ret_quoted) {
        take(r, byte);
        TRY(read_quoted(r));
        TRY(peek(r, &byte));
        if (!ends_cell(r, byte))
            report(r, CSV_AFTER_QUOTE);
    } else {
        for (; !ends_cell(r, byte) && r->row.problem == CSV_FINE;) {
            if (byte == '\0')
                report(r, CSV_CONTROL);
            else
                TRY(keep_byte(r, byte));
            if (r->row.problem == CSV_FINE) {
                take(r, byte);
                TRY(peek(r, &byte));
            }
        }
    }
    return r->row.problem == CSV_FINE ? end_cell(r, line, column) : NULL;
}

/* Leaves the reader behind the next line end. */
static const struct err *skip_line(struct csv_reader *r)
{
    int byte;
    do {
        TRY(peek(r, &byte));
        if (byte >= 0)
            take(r, byte);
    } while (byte >= 0 && byte != '\n' && byte != '\r');
    return NULL;
}

/* Passes over a byte order mark, which may arrive in pieces. */
static const struct err *start(struct csv_reader *r)
{
    static const char mark[3] = {'\xef', '\xbb', '\xbf'};
    r->started = true;
    while (r->input_len < sizeof mark && !r->ended) {
        size_t count;
        TRY(r->read(r->self, r->input + r->input_len, INPUT_BYTES - r->input_len, &count));
        ASSERT(count <= INPUT_BYTES - r->input_len);
        r->input_len += count;
        r->bytes += (int64_t)count;
        if (count == 0)
            break;
    }
    if (r->input_len >= sizeof mark && memcmp(r->input, mark, sizeof mark) == 0)
        r->input_at = sizeof mark;
    return NULL;
}

/* A record begins behind the LF of a CR LF whose CR has been taken. */
static const struct err *skip_line_feed(struct csv_reader *r)
{
    int byte;
    TRY(peek(r, &byte));
    if (r->after_cr && byte == '\n')
        take(r, byte);
    return NULL;
}

static const struct err *make_cells(struct csv_reader *r)
{
    if (r->cells_space < r->cell_count) {
        str *grown = arena_grow(r->arena, r->cells, r->cells_space * sizeof *grown,
                                r->ends_space * sizeof *grown);
        if (grown == NULL)
            return &err_out_of_memory;
        r->cells = grown;
        r->cells_space = r->ends_space;
    }
    for (size_t i = 0, from = 0; i < r->cell_count; i++) {
        r->cells[i] = r->ends[i] == from ? S("") : (str){r->record + from, r->ends[i] - from};
        from = r->ends[i];
    }
    r->row.kind = CSV_ROW;
    r->row.cells = r->cells;
    r->row.count = r->cell_count;
    return NULL;
}

/* One record; *ret_empty if it was an empty line. */
static const struct err *read_record(struct csv_reader *r, bool *ret_empty)
{
    bool quoted = false;
    int byte = r->limits.separator;
    r->record_len = 0;
    r->cell_count = 0;
    while (byte == r->limits.separator && r->row.problem == CSV_FINE) {
        TRY(read_cell(r, &quoted));
        TRY(peek(r, &byte));
        if (r->row.problem == CSV_FINE && byte >= 0)
            take(r, byte);
    }
    *ret_empty = r->cell_count == 1 && r->record_len == 0 && !quoted;
    return r->row.problem == CSV_FINE ? make_cells(r) : skip_line(r);
}

const struct err *csv_read(struct csv_reader *r, struct csv_row *ret)
{
    bool empty = true;
    int byte = 0;
    if (!r->started)
        TRY(start(r));
    while (empty) {
        r->row = (struct csv_row){0};
        TRY(skip_line_feed(r));
        r->row.line = r->line;
        TRY(peek(r, &byte));
        if (byte < 0) {
            r->row.kind = CSV_END;
            break;
        }
        TRY(read_record(r, &empty));
        empty = empty && r->row.problem == CSV_FINE;
    }
    *ret = r->row;
    return NULL;
}

int64_t csv_reader_offset(const struct csv_reader *r)
{
    return r->bytes - (int64_t)(r->input_len - r->input_at);
}

void csv_reader_restart(struct csv_reader *r, int64_t offset)
{
    r->input_at = r->input_len = 0;
    r->bytes = offset;
    r->ended = r->after_cr = false;
    r->started = offset > 0;
}

const struct err *csv_read_memory(void *self, char *bytes, size_t space, size_t *ret_count)
{
    struct csv_memory *memory = self;
    str part = str_sub(memory->rest, 0, space);
    if (part.len > 0)
        memcpy(bytes, part.ptr, part.len);
    memory->rest = str_from(memory->rest, part.len);
    *ret_count = part.len;
    return NULL;
}

void csv_writer_init(struct csv_writer *w, struct strbuf *sb)
{
    *w = (struct csv_writer){.sb = sb};
}

static void begin_cell(struct csv_writer *w)
{
    if (w->in_row)
        strbuf_add_char(w->sb, ',');
    w->in_row = true;
}

static bool needs_quotes(str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == ',' || c == '"' || c == ';' || c < ' ')
            return true;
    }
    return text.len > 0 && (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ');
}

/* What a spreadsheet would run: also behind blanks, which some drop, and in the wide forms that
 * Asian ones take. */
static bool looks_like_formula(str text)
{
    static const str marks[] = {STR_INIT("="),  STR_INIT("+"),  STR_INIT("-"),  STR_INIT("@"),
                                STR_INIT("＝"), STR_INIT("＋"), STR_INIT("－"), STR_INIT("＠")};
    if (text.len > 0 && (text.ptr[0] == '\t' || text.ptr[0] == '\r' || text.ptr[0] == '\n'))
        return true;
    text = str_trim(text);
    for (size_t i = 0; i < COUNT(marks); i++)
        if (str_starts(text, marks[i]))
            return true;
    return false;
}

str csv_unguard(str cell)
{
    bool is_guarded = str_starts(cell, S("'")) && looks_like_formula(str_from(cell, 1));
    return is_guarded ? str_from(cell, 1) : cell;
}

void csv_write_str(struct csv_writer *w, str text)
{
    bool quotes = needs_quotes(text);
    begin_cell(w);
    if (quotes)
        strbuf_add_char(w->sb, '"');
    if (looks_like_formula(text))
        strbuf_add_char(w->sb, '\'');
    while (!str_is_absent(text)) {
        bool has_quote = str_find_char(text, '"') >= 0;
        strbuf_add(w->sb, str_cut(&text, '"'));
        if (has_quote)
            strbuf_add(w->sb, S("\"\""));
    }
    if (quotes)
        strbuf_add_char(w->sb, '"');
}

void csv_write_int(struct csv_writer *w, int64_t value)
{
    begin_cell(w);
    strbuf_add_int(w->sb, value);
}

void csv_write_money(struct csv_writer *w, struct money m)
{
    str text = S("");
    if (money_format(w->sb->arena, m, &text) != NULL)
        w->sb->failed = true;
    begin_cell(w);
    strbuf_add(w->sb, text);
}

void csv_write_row_end(struct csv_writer *w)
{
    strbuf_add(w->sb, S("\r\n"));
    w->in_row = false;
}
