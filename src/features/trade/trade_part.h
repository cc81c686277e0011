/* Inside feature trade: values of other people's files, what their columns mean, and what records
 * are found by. Not for other features.
 */
#ifndef TRADE_TRADE_PART_H
#define TRADE_TRADE_PART_H

#include <stdio.h>

#include "base/csv.h"
#include "core/encoding.h"
#include "trade/trade.h"

/* ---- values (trade_value.c): pure ---- */

enum trade_date_order { TRADE_DAY_FIRST = 0, TRADE_MONTH_FIRST };
struct trade_date {
    trade_day day;
    bool has_time;
    int minutes;              /* of the day, when it has a time */
    int first, second;        /* of "3/4/2025"; 0: another style */
};
/* "NULL", "N/A", "-" and their like, or empty. */
bool trade_is_nothing(str s);
/* Any style: "2025-03-31", "31.03.2025", "29-Nov-21", "Mar 2025", "20250331", "2025年3月", "45012"
 * (a spreadsheet's), with or without a time. `folded` as text_fold leaves it. */
bool trade_date_parse(str folded, enum trade_date_order order, struct trade_date *ret);
trade_day trade_day_next(trade_day day);
bool trade_day_is_valid(trade_day day);
/* A number times 10^decimals, rounded: "1,234.5", "1.234,5" (comma: the decimal mark when in
 * doubt), "9.48E-05". */
bool trade_decimal_parse(str s, bool comma, int decimals, int64_t *ret);
/* Whether the text shows that its comma is a decimal mark: "12,5", "1.234,50". */
bool trade_decimal_shows_comma(str s);
/* The digits of "6907.21.00"; false unless 2 to 14 digits of a chapter that exists. */
bool trade_hs_digits(str s, char ret[static 16]);

/* ---- countries (trade_country.c) ---- */

/* ISO 3166 alpha-2 of a name as customs write it, in English, Chinese or some others; absent: not
 * known. */
const struct err *trade_country_code(struct arena *a, str name, str *ret) MUST_CHECK;

/* ---- columns (trade_guess.c) ---- */

enum trade_field {
    TRADE_FIELD_NONE = 0,
    TRADE_DATE,
    TRADE_IMPORTER,
    TRADE_EXPORTER,
    TRADE_HS,
    TRADE_PRODUCT,
    TRADE_HS_TEXT,
    TRADE_ORIGIN,
    TRADE_DESTINATION,
    TRADE_LOAD_PORT,
    TRADE_UNLOAD_PORT,
    TRADE_QUANTITY,
    TRADE_UNIT,
    TRADE_WEIGHT,
    TRADE_VALUE,
    TRADE_CURRENCY,
    TRADE_FIELD_COUNT
};
extern const char *const trade_field_names[TRADE_FIELD_COUNT]; /* "date" ... */

enum { TRADE_COLUMNS_MAX = 256, TRADE_SAMPLE_ROWS = 200 };

struct trade_mapping {
    int place[TRADE_FIELD_COUNT]; /* from 1; 0: the file has none */
    enum trade_direction direction;
    enum trade_date_order order;
    bool snaps;               /* times are midnights of another zone: after noon is the next day */
    bool comma;
    bool is_tonnes;           /* weight; else kg */
    int hs_length; /* codes shorter by one have lost their leading zero; 0: as they are */
    char currency[4];         /* of all values, from the header; "" = from its column, or unknown */
};

struct trade_sample {
    str *titles;
    size_t column_count;
    str **rows;               /* [row][column]; short rows are filled up with empty cells; of very
                                 wide files fewer rows */
    size_t row_count;
};

/* `file_name` may tell the direction. */
const struct err *trade_guess(struct arena *a, const struct trade_sample *s, str file_name,
                              struct trade_mapping *ret) MUST_CHECK;
/* Date order, decimal mark, zone, HS length by the values of the columns that were chosen; what
 * they do not tell stays as it is. */
const struct err *trade_guess_values(struct arena *a, const struct trade_sample *s,
                                     struct trade_mapping *m) MUST_CHECK;
/* "date=3,importer=1,...": what the store keeps. Unknown names are passed over. */
const struct err *trade_mapping_write(struct arena *a, const struct trade_mapping *m,
                                      str *ret) MUST_CHECK;
void trade_mapping_read(str text, struct trade_mapping *ret);

/* What the words of a header speak for (trade_head.c). */
struct trade_hint {
    int score[TRADE_FIELD_COUNT];
};
/* `titles` are scored together, since the phrases are folded once. */
const struct err *trade_head_hints(struct arena *a, const str *titles, size_t count,
                                   struct trade_hint *ret) MUST_CHECK;

/* ---- files (trade_source.c) ---- */

struct trade_source {
    FILE *file;
    char encoding[ENCODING_NAME_MAX];
    char separator;
    int64_t head_line;
    struct csv_reader csv;    /* stands behind the header */
    struct trade_sample sample; /* titles; rows when they were asked for */
    str layout;               /* hash of the titles */
};
/* INVALID in words when it is no such file. Close it once. */
const struct err *trade_source_open(struct arena *a, const char *path, bool with_rows,
                                    struct trade_source *ret) MUST_CHECK;
void trade_source_close(struct trade_source *s);

/* ---- one line (trade_line.c) ---- */

/* One line as a record. *ret_problem: i18n key of why it cannot be one, and *ret_detail; NULL: it
 * is one. */
const struct err *trade_line_read(struct arena *a, const struct trade_mapping *m, const str *cells,
                                  size_t count, struct trade_record *ret, const char **ret_problem,
                                  str *ret_detail, str *ret_hs_text) MUST_CHECK;

/* ---- the store (trade_store.c) ---- */

struct trade_batch; /* what one import keeps between its turns: terms and companies it has met */
const struct err *trade_batch_new(struct arena *a, struct shop_id shop,
                                  struct trade_import_id import,
                                  struct trade_batch **ret) MUST_CHECK;
struct trade_item {
    struct trade_record record;
    str hs_text;              /* of its code; may be empty */
};
enum { TRADE_BATCH_MAX = 250 };
/* Gives numbers and writes records, terms, companies. In a write of the store. Running it again is
 * safe. */
const struct err *trade_batch_write(struct tx *tx, struct arena *a, struct trade_batch *b,
                                    struct trade_item *items, size_t count, int64_t *ret_first,
                                    int64_t *ret_last) MUST_CHECK;
/* After the commit: the batch remembers what it met. */
const struct err *trade_batch_committed(struct trade_batch *b) MUST_CHECK;
/* Takes `most` of an import's records out again, from number `first` on. *ret_next: where to go on;
 * beyond last: all gone. */
struct trade_range {
    struct shop_id shop;
    struct trade_import_id import;
    int64_t first, last;
};
const struct err *trade_records_remove(struct tx *tx, struct arena *a, const struct trade_range *r,
                                       int64_t most, int64_t *ret_next,
                                       int64_t *ret_removed) MUST_CHECK;
/* What must always hold (README). */
const struct err *trade_verify(struct tx *tx, struct arena *a,
                               struct verify_report *report) MUST_CHECK;

/* ---- imports (trade_import.c) ---- */

enum trade_state {
    TRADE_STATE_UNSET = 0,
    TRADE_GUESSED,
    TRADE_RUNNING,
    TRADE_DONE,
    TRADE_FAILED,
    TRADE_REMOVING,
    TRADE_STOPPED             /* the disk is full, or broken: goes on when there is room again */
};

/* Opens, guesses, keeps. The same bytes that wait already are that import again. INVALID in words;
 * CONFLICT "trade.same_file" when they are in already, "trade.too_many_waiting". */
const struct err *trade_import_create(struct platform *p, struct arena *a,
                                      const struct trade_file *n,
                                      struct trade_import_id *ret) MUST_CHECK;
/* Opens its file again, with sample rows. */
const struct err *trade_import_source(struct platform *p, struct arena *a,
                                      struct trade_import_id id,
                                      struct trade_source *ret) MUST_CHECK;
/* In earnest, with the owner's mapping, which is remembered. Again while it runs: nothing more.
 * INVALID "trade.needs_more" without the least of columns; CONFLICT "trade.started" when it has
 * ended, "trade.same_file" when its bytes went in meanwhile. */
const struct err *trade_import_start(struct platform *p, struct arena *a, struct shop_id shop,
                                     struct trade_import_id id, struct account_id actor,
                                     const struct trade_mapping *m) MUST_CHECK;
/* An import that stopped goes on where it stood; again while it runs: nothing more. UNAVAILABLE
 * "db.disk_full" while there is no room; NOT_FOUND; CONFLICT "trade.not_stopped". */
const struct err *trade_import_continue(struct platform *p, struct arena *a, struct shop_id shop,
                                        struct trade_import_id id,
                                        struct account_id actor) MUST_CHECK;
/* Bulk work stops while there is still room for orders (file_has_room): UNAVAILABLE "db.disk_full".
 * PostgreSQL's disk is not ours to look at: there a write that is refused says it. */
const struct err *trade_need_room(struct platform *p, struct arena *a) MUST_CHECK;
/* The disk's own refusals, of a write. */
bool trade_is_disk_trouble(const struct err *e);
/* Takes the records of an import out again, and its row. */
const struct err *trade_import_remove(struct platform *p, struct arena *a, struct shop_id shop,
                                      struct trade_import_id id,
                                      struct account_id actor) MUST_CHECK;
bool trade_mapping_suffices(const struct trade_mapping *m);
/* Makes its job; the import is `running` or `removing` before that, since the job stands in the
 * main store: what was cut off between the two is picked up by the sweep. */
const struct err *trade_import_wake(struct platform *p, struct arena *a, struct shop_id shop,
                                    struct trade_import_id id,
                                    struct account_id actor) MUST_CHECK;
/* The shop's numbers are locked until the turn ends, and so is what depends on its imports. */
const struct err *trade_shop_lock(struct tx *tx, struct arena *a, struct shop_id shop) MUST_CHECK;
/* Where the files of imports stand, and the one of `id`. */
#define TRADE_FILE_PREFIX "trade-"
const struct err *trade_file_folder(struct arena *a, const struct platform *p,
                                    const char **ret) MUST_CHECK;
const struct err *trade_file_path(struct arena *a, const struct platform *p,
                                  struct trade_import_id id, const char **ret) MUST_CHECK;

/* ---- their job (trade_run.c) ---- */

const struct err *trade_run_job(struct job_run *run) MUST_CHECK;
/* Imports that are under way get their job again, in case a crash lost it; files that nobody waits
 * for go. */
const struct err *trade_sweep_job(struct job_run *run) MUST_CHECK;

#endif
