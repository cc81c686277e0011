/* How long a search of customs records takes: RECORDS of them generated from a seed (goods x
 * companies x countries x ports, frequencies as steep as in life), then queries of every kind in
 * turn, by the server's own functions on a snapshot each. Prints the method, the figures of each
 * kind beside the targets, and as its last line one JSON object. Not a test: no timing fails.
 *
 *   bench_trade [records [store [fill]]]   store: a file or postgres://...; one that is kept is
 *                                          filled once and measured often. fill: no measuring
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/testing.h"
#include "trade/trade_part.h"
#include "trade/trade_sql.h"

enum {
    RECORDS = 1000000,
    TURN_RECORDS = TRADE_BATCH_MAX,
    QUERIES = 300,            /* of a kind */
    PAGE = 30,
    COMPANIES = 20000,
    GOODS = 2000,
    PORTS = 200,
    TARGET_P50_US = 10000,
    TARGET_P99_US = 100000
};
static const uint64_t SEED = 20261122;
static const struct shop_id SHOP = {1};

struct bench {
    struct arena arena;
    struct db *db;
    struct trade_batch *batch;
    struct trade_item items[TURN_RECORDS];
    uint64_t state;
    int wanted, made;
    struct trade_found found;
};

static uint64_t draw(struct bench *b)
{
    b->state = b->state * 6364136223846793005u + 1442695040888963407u;
    return b->state >> 33;
}

/* Small numbers come most often. */
static unsigned steep(struct bench *b, unsigned below)
{
    uint64_t x = draw(b) % below, y = draw(b) % below;
    return (unsigned)(x * y / below);
}

static const char *const goods_words[] = {
    "ceramic", "tiles",   "glazed", "steel",     "pipes",  "cotton", "shirts", "machine", "parts",
    "plastic", "bottles", "wooden", "furniture", "paper",  "rolls",  "copper", "wire",    "frozen",
    "fish",    "coffee",  "beans",  "electric",  "motors", "glass",  "sheets", "rubber"};
static const char *const countries[] = {"CN", "IN", "VN", "TR", "IT", "ES", "DE",
                                        "US", "BR", "MX", "KE", "NG", "KZ", "ID"};
static const char *const forms[] = {"LTD", "Limited", "CO LTD", "SARL", "LLC", "SA"};

static str make(struct bench *b, const char *format, ...)
{
    char text[200];
    str ret;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    testing_must(str_dup(&b->arena, str_c(text), &ret));
    return ret;
}

static str make_company(struct bench *b)
{
    unsigned n = steep(b, COMPANIES);
    return make(b, "%s %s %u %s", goods_words[n % COUNT(goods_words)],
                goods_words[n / 7 % COUNT(goods_words)], n, forms[draw(b) % COUNT(forms)]);
}

static void make_record(struct bench *b, struct trade_item *item)
{
    unsigned g = steep(b, GOODS), place = steep(b, COUNT(countries));
    int64_t month = (int64_t)(draw(b) % 36), day = (int64_t)(draw(b) % 28) + 1;
    item->hs_text = S("");
    item->record = (struct trade_record){
        .day = (2023 + month / 12) * 10000 + (month % 12 + 1) * 100 + day,
        .direction = draw(b) % 3 == 0 ? TRADE_EXPORT : TRADE_IMPORT,
        .importer = {.name = make_company(b)},
        .exporter = {.name = make_company(b)},
        .hs = make(b, "%02u%02u%02u00", g % 97 + 1, g / 97 % 20 + 1, g % 10 * 10),
        .product = make(b, "%s %s %s no %u", goods_words[g % 26], goods_words[g / 3 % 26],
                        goods_words[g / 11 % 26], g),
        .origin = str_c(countries[place]),
        .destination = str_c(countries[(place + 5) % COUNT(countries)]),
        .load_port = make(b, "port %u", steep(b, PORTS)),
        .unload_port = make(b, "port %u", steep(b, PORTS)),
        .unit = S("kg"),
        .has_quantity = true,
        .quantity_milli = (int64_t)draw(b) % 1000000,
        .has_value = true,
        .value_minor = (int64_t)steep(b, 100000000),
        .currency = S("USD")};
}

static const struct err *write_some(struct tx *tx, struct arena *a, void *arg)
{
    struct bench *b = arg;
    int64_t first, last;
    return trade_batch_write(tx, a, b->batch, b->items, TURN_RECORDS, &first, &last);
}

static const struct err *count_records(struct tx *tx, struct arena *a, void *arg)
{
    struct trade_count_row_row row;
    TRY(trade_count_row(tx, a, SHOP, &row));
    ((struct bench *)arg)->made = (int)row.records;
    return NULL;
}

static void open_store(struct bench *b, const char *path)
{
    int applied;
    arena_init(&b->arena, MiB(256));
    testing_must(db_open(&b->arena, &(struct db_config){.url = str_c(path)}, &b->db));
    testing_must(db_migrate(b->db, &b->arena, trade_migrations, trade_migration_count,
                            DB_MIGRATE_APPLY, 0, &applied));
    testing_must(db_write(b->db, &b->arena, count_records, b));
}

static int64_t now_us(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- the kinds of queries ---- */

static void ask_word(struct bench *b, struct trade_query *q)
{
    q->words = str_c(goods_words[steep(b, GOODS) % COUNT(goods_words)]);
}

static void ask_two_words(struct bench *b, struct trade_query *q)
{
    q->words = make(b, "%s %s", goods_words[steep(b, GOODS) % COUNT(goods_words)],
                    goods_words[draw(b) % COUNT(goods_words)]);
}

static void ask_beginning(struct bench *b, struct trade_query *q)
{
    q->words = make(b, "%.3s", goods_words[steep(b, GOODS) % COUNT(goods_words)]);
}

static void ask_company_words(struct bench *b, struct trade_query *q)
{
    unsigned n = steep(b, COMPANIES);
    q->words = make(b, "%s %s %u", goods_words[n % COUNT(goods_words)],
                    goods_words[n / 7 % COUNT(goods_words)], n);
}

static void ask_company(struct bench *b, struct trade_query *q)
{
    q->company.v = (int64_t)steep(b, COMPANIES) + 1;
}

static void ask_hs(struct bench *b, struct trade_query *q)
{
    unsigned g = steep(b, GOODS);
    q->hs = make(b, draw(b) % 2 == 0 ? "%02u" : "%02u%02u", g % 97 + 1, g / 97 % 20 + 1);
}

static void ask_country(struct bench *b, struct trade_query *q)
{
    q->country = str_c(countries[draw(b) % COUNT(countries)]);
}

static void ask_port(struct bench *b, struct trade_query *q)
{
    q->port = make(b, "port %u", steep(b, PORTS));
}

static void ask_hs_and_country(struct bench *b, struct trade_query *q)
{
    ask_hs(b, q);
    ask_country(b, q);
}

static void ask_all(struct bench *b, struct trade_query *q)
{
    ask_word(b, q);
    ask_country(b, q);
    ask_port(b, q);
    q->direction = TRADE_IMPORT;
    q->value_from = 10000000;
    q->day_from = 20240100;
    q->day_to = 20241231;
}

static const struct err *search(struct bench *b, struct tx *tx, const struct trade_query *q)
{
    return trade_search(tx, &b->arena, SHOP, q, &b->found);
}

/* How many there are at most: the line over the results, and whether there is any. */
static const struct err *count(struct bench *b, struct tx *tx, const struct trade_query *q)
{
    struct trade_query one = *q;
    one.limit = 1;
    return trade_search(tx, &b->arena, SHOP, &one, &b->found);
}

static const struct err *find_companies(struct bench *b, struct tx *tx, const struct trade_query *q)
{
    struct trade_company *companies;
    return trade_company_find(tx, &b->arena, SHOP, q->words, PAGE, &companies, &b->found.count);
}

static const struct kind {
    const char *name;
    void (*ask)(struct bench *b, struct trade_query *q);
    const struct err *(*run)(struct bench *b, struct tx *tx, const struct trade_query *q);
    bool is_second_page;      /* the first is not measured */
} kinds[] = {
    {"word", ask_word, search, false},
    {"two words", ask_two_words, search, false},
    {"beginning of a word", ask_beginning, search, false},
    {"words of a company", ask_company_words, search, false},
    {"company", ask_company, search, false},
    {"HS code", ask_hs, search, false},
    {"country", ask_country, search, false},
    {"port", ask_port, search, false},
    {"HS code and country", ask_hs_and_country, search, false},
    {"all filters", ask_all, search, false},
    {"second page, word", ask_word, search, true},
    {"second page, all", ask_all, search, true},
    {"count, two words", ask_two_words, count, false},
    {"companies by name", ask_company_words, find_companies, false},
};

/* ---- measuring ---- */

struct took {
    int64_t wall_us, cpu_us;  /* cpu: of this process alone, whoever else uses the machine */
};

static struct took measure(struct bench *b, const struct kind *kind)
{
    struct arena_mark mark = arena_get_mark(&b->arena);
    struct trade_query q = {.limit = PAGE};
    struct tx *tx;
    kind->ask(b, &q);
    testing_must(db_read_begin(b->db, &b->arena, &tx));
    if (kind->is_second_page) {
        testing_must(search(b, tx, &q));
        q.cursor = b->found.next;
    }
    struct took began = {now_us(CLOCK_MONOTONIC), now_us(CLOCK_PROCESS_CPUTIME_ID)};
    testing_must(kind->run(b, tx, &q));
    struct took took = {now_us(CLOCK_MONOTONIC) - began.wall_us,
                        now_us(CLOCK_PROCESS_CPUTIME_ID) - began.cpu_us};
    db_read_end(tx);
    arena_rewind(&b->arena, mark);
    return took;
}

static int by_wall(const void *x, const void *y)
{
    int64_t p = ((const struct took *)x)->wall_us, q = ((const struct took *)y)->wall_us;
    return (p > q) - (p < q);
}

static int by_cpu(const void *x, const void *y)
{
    int64_t p = ((const struct took *)x)->cpu_us, q = ((const struct took *)y)->cpu_us;
    return (p > q) - (p < q);
}

static void print_line(const char *name, struct took *took, size_t n, int64_t read,
                       int64_t *ret_p50, int64_t *ret_p99)
{
    qsort(took, n, sizeof took[0], by_cpu);
    double cpu50 = (double)took[n / 2].cpu_us / 1e3,
           cpu99 = (double)took[n * 99 / 100].cpu_us / 1e3;
    qsort(took, n, sizeof took[0], by_wall);
    *ret_p50 = took[n / 2].wall_us;
    *ret_p99 = took[n * 99 / 100].wall_us;
    printf("%-20s p50 %7.2f ms, p99 %7.2f ms, max %7.2f ms; CPU p50 %6.2f ms, p99 %6.2f ms; "
           "%6lld rows%s\n",
           name, (double)*ret_p50 / 1e3, (double)*ret_p99 / 1e3,
           (double)took[n - 1].wall_us / 1e3, cpu50, cpu99, (long long)read,
           *ret_p50 > TARGET_P50_US || *ret_p99 > TARGET_P99_US ? "  OVER THE TARGET" : "");
}

static void measure_all(struct bench *b)
{
    static struct took took[COUNT(kinds)][QUERIES], all[COUNT(kinds) * QUERIES];
    int64_t read[COUNT(kinds)] = {0}, read_all = 0, p50, p99;
    size_t n = 0;
    b->state = SEED;
    for (size_t i = 0; i < QUERIES; i++)
        for (size_t k = 0; k < COUNT(kinds); k++) {
            all[n++] = took[k][i] = measure(b, &kinds[k]);
            read[k] += (int64_t)b->found.count;
        }
    for (size_t k = 0; k < COUNT(kinds); k++) {
        print_line(kinds[k].name, took[k], QUERIES, read[k], &p50, &p99);
        read_all += read[k];
    }
    print_line("all", all, n, read_all, &p50, &p99);
    printf("target: p50 < %d ms, p99 < %d ms\n", TARGET_P50_US / 1000, TARGET_P99_US / 1000);
    printf("{\"bench\":\"trade\",\"figures\":{\"p50_us\":%lld,\"p99_us\":%lld,\"records\":%d},"
           "\"ratios\":{},\"machine\":\"\"}\n",
           (long long)p50, (long long)p99, b->made);
}

static void fill(struct bench *b)
{
    int64_t began = now_us(CLOCK_MONOTONIC);
    int before = b->made;
    b->state = SEED + (uint64_t)b->made; /* a fill that was cut off goes on with others */
    testing_must(trade_batch_new(&b->arena, SHOP, (struct trade_import_id){1}, &b->batch));
    for (; b->made < b->wanted; b->made += TURN_RECORDS) {
        struct arena_mark mark = arena_get_mark(&b->arena);
        for (int i = 0; i < TURN_RECORDS; i++)
            make_record(b, &b->items[i]);
        testing_must(db_write(b->db, &b->arena, write_some, b));
        testing_must(trade_batch_committed(b->batch));
        arena_rewind(&b->arena, mark);
    }
    printf("trade: %d records from seed %llu, %d written now in %.0f s, pages of %d on %s\n",
           b->made, (unsigned long long)SEED, b->made - before,
           (double)(now_us(CLOCK_MONOTONIC) - began) / 1e6, PAGE,
           db_engine_of(b->db) == DB_SQLITE ? "SQLite" : "PostgreSQL");
}

int main(int argc, char **argv)
{
    static struct bench b;
    b.wanted = argc > 1 ? (int)strtol(argv[1], NULL, 10) : RECORDS;
    open_store(&b, argc > 2 ? argv[2] : ":memory:");
    fill(&b);
    if (argc < 4)
        measure_all(&b);
    db_close(b.db);
    arena_done(&b.arena);
    return 0;
}
