/* Duties: loaded by the operator, looked up for estimates. Never part of a total. */
#include <stdio.h>

#include "base/csv.h"
#include "base/utf8.h"
#include "core/encoding.h"
#include "core/i18n.h"
#include "tax/tax_part.h"
#include "tax/tax_sql.h"

enum { COLUMNS = 5, BATCH = 200, SHOWN_PROBLEMS = 20, SOURCE_MAX = 200 };

static const char *const column_names[COLUMNS] = {"hs", "destination", "rate", "source", "date"};
enum { HS, DESTINATION, RATE, SOURCE, DAY };

const struct err *tax_duty(struct tx *tx, struct arena *a, str hs, str country, bool *ret_found,
                           struct tax_duty *ret)
{
    struct duty_find_row row;
    *ret_found = false;
    if (hs.len < 6)
        return NULL;
    TRY(duty_find(tx, a, country, str_sub(hs, 0, 2), str_sub(hs, 0, 4), str_sub(hs, 0, 6),
                  str_sub(hs, 0, 8), str_sub(hs, 0, 10), &row, ret_found));
    if (*ret_found)
        *ret = (struct tax_duty){(int)row.rate_bp, row.source, row.day};
    return NULL;
}

/* ---- the file ---- */

struct duty_row {
    str cells[COLUMNS];
    int64_t rate_bp;
};

struct loading {
    struct command_args *args;
    struct arena batch_arena;
    struct duty_row rows[BATCH];
    size_t count;
    int places[COLUMNS];      /* of the columns in the file */
    int64_t taken, bad;
};

static bool is_digits(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

static bool is_day(str s)
{
    return s.len == 10 && s.ptr[4] == '-' && s.ptr[7] == '-' && is_digits(str_sub(s, 0, 4)) &&
           is_digits(str_sub(s, 5, 2)) && is_digits(str_sub(s, 8, 2));
}

/* What is wrong with a row; NULL: nothing. */
static const char *problem_of(struct arena *a, struct duty_row *r)
{
    static const struct currency two_decimals = {"EUR"};
    struct money rate;
    size_t hs = r->cells[HS].len;
    if (!is_digits(r->cells[HS]) || hs % 2 != 0 || hs > 10)
        return "hs has 2, 4, 6, 8 or 10 digits";
    if (!country_exists(r->cells[DESTINATION]))
        return "destination is a country of two letters";
    if (money_parse(a, r->cells[RATE], two_decimals, &rate) != NULL || rate.minor < 0 ||
        rate.minor > 100000)
        return "rate is a percentage with at most two decimals";
    if (r->cells[SOURCE].len == 0 || r->cells[SOURCE].len > SOURCE_MAX ||
        !utf8_is_title(r->cells[SOURCE]))
        return "source says where the rate is from";
    r->rate_bp = rate.minor;
    return is_day(r->cells[DAY]) ? NULL : "date is YYYY-MM-DD";
}

static const struct err *batch_turn(struct turn *t, void *arg)
{
    const struct loading *l = arg;
    for (size_t i = 0; i < l->count; i++) {
        const struct duty_row *r = &l->rows[i];
        char country[2] = {(char)(r->cells[DESTINATION].ptr[0] & ~0x20),
                           (char)(r->cells[DESTINATION].ptr[1] & ~0x20)};
        TRY(duty_put(t->tx, t->arena, (str){country, 2}, r->cells[HS], r->rate_bp,
                     r->cells[SOURCE], r->cells[DAY]));
    }
    return NULL;
}

static const struct err *flush(struct loading *l)
{
    static const struct account_id nobody;
    if (l->count > 0)
        TRY(turn_run(l->args->platform, l->args->arena, nobody, batch_turn, l));
    l->taken += (int64_t)l->count;
    l->count = 0;
    arena_reset(&l->batch_arena);
    return NULL;
}

static void complain(struct loading *l, int64_t line, const char *problem)
{
    if (l->bad++ < SHOWN_PROBLEMS)
        printf("line %lld: %s\n", (long long)line, problem);
}

static const struct err *take_row(struct loading *l, const struct csv_row *row)
{
    struct duty_row *r = &l->rows[l->count];
    for (size_t i = 0; i < COLUMNS; i++) {
        size_t place = (size_t)l->places[i];
        r->cells[i] = S("");
        if (place < row->count)
            TRY(str_dup(&l->batch_arena, str_trim(row->cells[place]), &r->cells[i]));
    }
    const char *problem = problem_of(&l->batch_arena, r);
    if (problem != NULL)
        complain(l, row->line, problem);
    else
        l->count++;
    return l->count == BATCH ? flush(l) : NULL;
}

static const struct err *take_head(struct loading *l, const struct csv_row *row)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        l->places[i] = -1;
        for (size_t c = 0; c < row->count; c++)
            if (str_eq_nocase(str_trim(row->cells[c]), str_c(column_names[i])))
                l->places[i] = (int)c;
        if (l->places[i] < 0)
            return err_with_arg(l->args->arena,
                                ERR(l->args->arena, ERR_INVALID, "tax.no_column", "%s",
                                    column_names[i]),
                                str_c(column_names[i]));
    }
    return NULL;
}

static const struct err *load(struct loading *l, FILE *file)
{
    struct encoding_reader *bytes;
    struct csv_reader reader;
    struct csv_row row;
    bool has_head = false;
    TRY(encoding_open(l->args->arena, file, "UTF-8", &bytes));
    TRY(csv_reader_init(&reader, l->args->arena, &csv_limits_default, encoding_read, bytes));
    for (;;) {
        TRY(csv_read(&reader, &row));
        if (row.kind == CSV_END)
            return has_head ? flush(l)
                            : err_with_arg(l->args->arena,
                                           ERR(l->args->arena, ERR_INVALID, "tax.no_column",
                                               "empty"),
                                           str_c(column_names[0]));
        if (row.kind == CSV_BAD)
            complain(l, row.line, "is not CSV");
        else if (has_head)
            TRY(take_row(l, &row));
        else
            TRY(take_head(l, &row));
        has_head = has_head || row.kind == CSV_ROW;
    }
}

const struct err *tax_duty_import(struct command_args *args)
{
    struct loading *l;
    if (args->argc != 1 || args->argv[0][0] == '-')
        return err_with_arg(args->arena, ERR(args->arena, ERR_INVALID, "app.usage", "duties"),
                            S("import duties FILE"));
    TRY_NEW(args->arena, l);
    l->args = args;
    FILE *file = fopen(args->argv[0], "rbe");
    if (file == NULL)
        return err_with_arg(args->arena,
                            ERR(args->arena, ERR_NOT_FOUND, "tax.no_file", "%s", args->argv[0]),
                            str_c(args->argv[0]));
    arena_init(&l->batch_arena, MiB(4));
    const struct err *e = load(l, file);
    arena_done(&l->batch_arena);
    (void)fclose(file);
    TRY(e);
    printf("%lld duties taken, %lld lines left out\n", (long long)l->taken, (long long)l->bad);
    return NULL;
}
