/* CSV (RFC 4180 and what people really send): a streaming reader and a writer.
 *
 * The reader pulls bytes through a callback and gives one record at a time. Its memory is bounded
 * by the limits, whatever the file's size. A bad record is reported with line, column and reason,
 * and reading goes on with the next line, so that an import can take the good ones and list the
 * others. Accepted: LF, CR LF and lone CR as line ends, a byte order mark, quotes inside an
 * unquoted cell
 * (`5" pipe`), line breaks inside quotes. Empty lines are passed over.
 * Not its duty: what columns mean, how many a record must have, other encodings than UTF-8.
 *
 *   struct csv_reader reader;
 *   struct csv_row row;
 *   TRY(csv_reader_init(&reader, a, &csv_limits_default, read_fn, self));
 *   for (;;) {
 *       TRY(csv_read(&reader, &row));
 *       if (row.kind == CSV_END) break;
 *       ...
 *   }
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/money.h"
#include "base/strbuf.h"

enum csv_kind { CSV_UNSET = 0, CSV_ROW, CSV_BAD, CSV_END };

enum csv_problem {
    CSV_FINE = 0,
    CSV_TOO_LONG,        /* record longer than line_bytes_max: perhaps an unclosed quote */
    CSV_TOO_MANY_CELLS,
    CSV_AFTER_QUOTE,     /* text between a closing quote and the next separator */
    CSV_UNCLOSED_QUOTE,  /* the file ends inside quotes; place of the opening quote */
    CSV_CONTROL,         /* a NUL byte: a spreadsheet file or UTF-16, not CSV */
    CSV_NOT_UTF8
};

struct csv_limits {
    size_t line_bytes_max; /* of one record without its quoting */
    size_t cells_max;
    char separator;        /* ',' ';' or '\t' */
};
extern const struct csv_limits csv_limits_default; /* 1 MiB, 512 cells, ',' */

struct csv_row {
    enum csv_kind kind;
    const str *cells;      /* ROW: valid until the next csv_read; an empty cell has length 0 */
    size_t count;
    int64_t line;          /* where the record begins, from 1 */
    enum csv_problem problem;             /* BAD */
    int64_t problem_line, problem_column; /* BAD: from 1, the column in code points */
};

/* Fills at most `space` bytes; *ret_count 0 means the end. Its errors are handed through. */
typedef const struct err *csv_read_fn(void *self, char *bytes, size_t space, size_t *ret_count);

struct csv_reader {
    struct arena *arena;
    struct csv_limits limits;
    csv_read_fn *read;
    void *self;
    char *input;              /* the chunk being read */
    size_t input_at, input_len;
    char *record;             /* bytes of the record's cells, one after another */
    size_t record_len, record_space;
    size_t *ends;             /* where cell i ends in `record` */
    size_t ends_space;
    str *cells;
    size_t cell_count, cells_space;
    int64_t line, column;     /* of the next byte */
    struct csv_row row;       /* being built: its line and first problem */
    bool started, ended, after_cr;
    int64_t bytes;            /* that `read` has given since the start or restart */
};

const struct err *csv_reader_init(struct csv_reader *r, struct arena *a,
                                  const struct csv_limits *limits, csv_read_fn *read,
                                  void *self) MUST_CHECK;
const struct err *csv_read(struct csv_reader *r, struct csv_row *ret) MUST_CHECK;
/* Where the next record may begin, counted from where reading started; and to begin anew at what
 * `read` gives next, for a file in which the caller has moved. Lines are counted on. */
int64_t csv_reader_offset(const struct csv_reader *r);
void csv_reader_restart(struct csv_reader *r, int64_t offset);
/* i18n key of a problem: "csv.too_long", ... */
const char *csv_problem_key(enum csv_problem problem);

/* A csv_read_fn over bytes in memory. */
struct csv_memory {
    str rest;
};
const struct err *csv_read_memory(void *self, char *bytes, size_t space, size_t *ret_count);

/* The writer: CR LF, quotes where needed. A text that a spreadsheet would run as a formula (it
 * begins with = + - @, also behind blanks or in their wide forms, or with tab, CR or LF) gets a
 * leading apostrophe; numbers and amounts are ours and do not. */
struct csv_writer {
    struct strbuf *sb;
    bool in_row;
};
void csv_writer_init(struct csv_writer *w, struct strbuf *sb);
void csv_write_str(struct csv_writer *w, str text); /* absent: an empty cell */
void csv_write_int(struct csv_writer *w, int64_t value);
void csv_write_money(struct csv_writer *w, struct money m);
void csv_write_row_end(struct csv_writer *w);
/* The cell as it was before the writer put the apostrophe before it. */
str csv_unguard(str cell);

#endif
