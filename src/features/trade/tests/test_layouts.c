/* What columns mean, guessed without a hand, printed file by file: which share of the columns that
 * a file has and the search needs is found. Always for files of our own that look like those of
 * customs; with `--data FOLDER` (or MILLPOND_DATA_DIR) for the real ones in FOLDER/02-customs/full
 * and short too. What counts as right is written here by titles, apart from the phrases that the
 * guess knows.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tests/unit.h"
#include "core/testing.h"
#include "core/text.h"
#include "sys/file.h"
#include "trade/tests/layouts_alike.h"
#include "trade/trade_part.h"

enum { FILES_MAX = 200, RIGHT_PERCENT = 90, PARSE_PERCENT = 50 };

/* Titles that are right for a need, `*` for any letters; any of `fields` may carry it. */
struct need {
    const char *name;
    enum trade_field fields[3];
    const char *titles[32];
};
static const struct need needs[] = {
    {"date",
     {TRADE_DATE},
     {"*IMP?DATE", "*EXP?DATE", "MONTHYEAR", "DATE", "REGISTRATION?DATE", "DECLARATION?DATE",
      "BILL?OF?ENTRY?DATE", "ASSESSMENT?DATE", "BE?REGISTRATION?DATE", "IMPORT?DATE", "EXPORT?DATE",
      "ARRIVAL?DATE"}},
    {"importer",
     {TRADE_IMPORTER},
     {"*IMPORTER?NAME*", "IMPORTERNAME", "IMPORTER", "*BUYER?NAME*", "*CONSIGNEE?NAME*"}},
    {"exporter",
     {TRADE_EXPORTER},
     {"*EXPORTER?NAME*", "EXPORTER", "*SUPPLIER?NAME*", "SUPPLIER", "SHIPPER*",
      "EXPORTER?NAME?AND?ADDRESS"}},
    {"hs", {TRADE_HS}, {"HS?CODE", "HSCODE"}},
    {"product",
     {TRADE_PRODUCT, TRADE_HS_TEXT},
     {"PRODUCT?DESC*", "GOODS?DESCRIPTION", "HS?CODE?DESC*", "HS?DESCRIPTION*",
      "PACKING?DESCRIPTION*", "ITEM?DESCRIPTION*", "HS?CODE?ITEM?DESCRIPTION",
      "CHAPTER?DESCRIPTION"}},
    {"country",
     {TRADE_ORIGIN, TRADE_DESTINATION},
     {"*COUNTRY*", "*PROVENANCE*", "GEN_CTY*", "PROCEDENCE"}},
    {"amount",
     {TRADE_QUANTITY, TRADE_WEIGHT, TRADE_VALUE},
     {"*QUANTITY*", "QTY", "*WEIGHT*", "*_KG", "*VALUE*", "*FOB*", "*CIF*", "*AMOUNT*",
      "FREE?ON?BOARD", "*TOTAL?PRICE*", "TOTAL?COST"}},
};

static bool matches(const char *pattern, const char *text)
{
    if (*pattern == '\0')
        return *text == '\0';
    if (*pattern == '*')
        return matches(pattern + 1, text) || (*text != '\0' && matches(pattern, text + 1));
    return *text != '\0' &&
           (*pattern == *text || (*pattern == '?' && (*text == '_' || *text == ' '))) &&
           matches(pattern + 1, text + 1);
}

static bool is_right(const struct need *need, str title)
{
    char text[256];
    (void)snprintf(text, sizeof text, "%.*s", STR_ARG(title));
    for (char *c = text; *c != '\0'; c++)
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
    bool is_wrong_amount = need->fields[1] == TRADE_WEIGHT &&
                           (strchr(text, '%') != NULL || strstr(text, "UNIT") != NULL ||
                            strstr(text, "RATE") != NULL || strstr(text, "TAX") != NULL ||
                            strstr(text, "QUANTITY_TYPE") != NULL);
    bool is_wrong_party = strstr(text, "ADDRESS") != NULL && strstr(text, "NAME_AND") == NULL &&
                          need->fields[0] != TRADE_HS;
    for (size_t i = 0; i < COUNT(need->titles) && need->titles[i] != NULL; i++)
        if (matches(need->titles[i], text))
            return !is_wrong_amount && !is_wrong_party;
    return false;
}

static bool is_filled(const struct trade_sample *s, size_t column)
{
    for (size_t r = 0; r < s->row_count; r++)
        if (!trade_is_nothing(s->rows[r][column]) && !str_eq(s->rows[r][column], S("ZZ")))
            return true;
    return false;
}

/* Whether the file has it at all, with something in it. */
static bool has(const struct trade_sample *s, const struct need *need)
{
    for (size_t c = 0; c < s->column_count; c++)
        if (is_right(need, s->titles[c]) && is_filled(s, c))
            return true;
    return false;
}

static bool is_met(const struct trade_sample *s, const struct trade_mapping *m,
                   const struct need *need)
{
    bool is_met = false;
    for (size_t i = 0; i < COUNT(need->fields); i++) {
        int place = m->place[need->fields[i]];
        if (place == 0)
            continue;
        if (!is_right(need, s->titles[place - 1]))
            return false;
        is_met = is_met || is_filled(s, (size_t)place - 1);
    }
    return is_met;
}

struct tally {
    int files, right, lines, good;
    int wanted, got;          /* columns */
};

static void judge(struct arena *mem, const char *path, const char *name, struct tally *sum)
{
    struct trade_source s;
    struct trade_mapping m;
    struct strbuf missing;
    const struct err *e = trade_source_open(mem, path, true, &s);
    sum->files++;
    if (e != NULL) {
        print_message("%-42s %s\n", name, e->key);
        return;
    }
    strbuf_init(&missing, mem, KiB(4));
    testing_must(trade_guess(mem, &s.sample, str_c(name), &m));
    bool has_party = false, met_party = false;
    int wanted = 0, got = 0;
    for (size_t i = 0; i < COUNT(needs); i++) {
        bool wants = has(&s.sample, &needs[i]), gets = is_met(&s.sample, &m, &needs[i]);
        bool is_party = needs[i].fields[0] == TRADE_IMPORTER ||
                        needs[i].fields[0] == TRADE_EXPORTER;
        has_party = has_party || (is_party && wants);
        met_party = met_party || (is_party && gets);
        wanted += wants;
        got += wants && gets;
        if (wants && !gets)
            strbuf_addf(&missing, " %s", needs[i].name);
    }
    int lines = 0, good = 0;
    for (size_t r = 0; r < s.sample.row_count; r++, lines++) {
        struct trade_record record;
        const char *problem;
        str detail, hs_text;
        testing_must(trade_line_read(mem, &m, s.sample.rows[r], s.sample.column_count, &record,
                                     &problem, &detail, &hs_text));
        good += problem == NULL;
    }
    bool is_fine = missing.len == 0 && (!has_party || met_party) &&
                   good * 100 >= lines * PARSE_PERCENT;
    sum->right += is_fine;
    sum->lines += lines;
    sum->good += good;
    sum->wanted += wanted;
    sum->got += got;
    str said;
    testing_must(trade_mapping_write(mem, &m, &said));
    print_message("%-42s %s %d of %d needed columns (%d %%), of %zu from line %lld; %d of %d lines"
                  "%s%.*s\n",
                  name, is_fine ? "ok  " : "MISS", got, wanted, wanted > 0 ? got * 100 / wanted : 0,
                  s.sample.column_count, (long long)s.head_line, good, lines,
                  missing.len > 0 ? "; wrong:" : "", STR_ARG(strbuf_view(&missing)));
    for (int f = 1; f < TRADE_FIELD_COUNT && getenv("TRADE_TELL") != NULL; f++)
        if (m.place[f] > 0)
            print_message("      %s = %.*s\n", trade_field_names[f],
                          STR_ARG(s.sample.titles[m.place[f] - 1]));
    trade_source_close(&s);
}

static int by_name(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

static void judge_folder(const char *folder, struct tally *sum)
{
    struct arena names, mem;
    char *list[FILES_MAX];
    size_t count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    arena_init(&names, MiB(1));
    for (struct dirent *entry; (entry = readdir(dir)) != NULL && count < FILES_MAX;) {
        str name;
        if (!str_ends(str_c(entry->d_name), S(".csv")))
            continue;
        testing_must(str_dup(&names, str_c(entry->d_name), &name));
        list[count] = arena_alloc(&names, name.len + 1);
        assert_non_null(list[count]);
        memcpy(list[count++], name.ptr, name.len + 1);
    }
    closedir(dir);
    qsort(list, count, sizeof list[0], by_name);
    for (size_t i = 0; i < count; i++) {
        str path;
        arena_init(&mem, MiB(64));
        testing_must(str_fmt(&mem, &path, "%s/%s", folder, list[i]));
        judge(&mem, path.ptr, list[i], sum);
        arena_done(&mem);
    }
    arena_done(&names);
}

static void judge_all(const char *folder, const char *kind)
{
    struct tally sum = {0};
    judge_folder(folder, &sum);
    assert_true(sum.files > 0 && sum.wanted > 0);
    print_message("%s: %d of %d files understood without a hand, %d of %d needed columns (%d %%), "
                  "%d of %d lines taken\n",
                  kind, sum.right, sum.files, sum.got, sum.wanted, sum.got * 100 / sum.wanted,
                  sum.good, sum.lines);
    assert_true(sum.right * 100 >= sum.files * RIGHT_PERCENT);
    assert_true(sum.got * 100 >= sum.wanted * RIGHT_PERCENT);
}

static void files_that_look_alike_are_understood(void **state)
{
    (void)state;
    char folder[] = "/tmp/millpond-layouts-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_true(layouts_alike_write(folder) > 20);
    judge_all(folder, "alike");
    testing_must(file_remove_tree(&a, "/tmp", folder + strlen("/tmp/")));
}

static const char *data_folder; /* NULL: none was named */

static void real_files_are_understood(void **state)
{
    (void)state;
    static const char *const kinds[] = {"full", "short"};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        char path[1024];
        (void)snprintf(path, sizeof path, "%s/02-customs/%s", data_folder, kinds[i]);
        judge_all(path, kinds[i]);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest alike[] = {TEST(files_that_look_alike_are_understood)};
    const struct CMUnitTest real[] = {TEST(files_that_look_alike_are_understood),
                                      TEST(real_files_are_understood)};
    data_folder = argc == 3 && strcmp(argv[1], "--data") == 0 ? argv[2]
                                                             : getenv("MILLPOND_DATA_DIR");
    return data_folder == NULL
               ? cmocka_run_group_tests_name("trade layouts", alike, NULL, NULL)
               : cmocka_run_group_tests_name("trade layouts", real, NULL, NULL);
}
