/* How long a search of customs records takes: RECORDS of them generated from a seed (goods x
 * companies x countries x ports, frequencies as steep as in life), queries of every kind one after
 * another in the server's own functions. Prints the method, the figures, and as its last line one
 * JSON object. Not a test: no timing fails.
 *
 *   bench_trade [records [store]]     a store that is kept is filled once and measured often
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
    QUERIES = 2000,
    PAGE = 30,
    COMPANIES = 20000,
    GOODS = 2000,
    PORTS = 200,
    KINDS = 6
};
static const uint64_t SEED = 20261122;

struct bench {
    struct arena arena;
    struct db *db;
    struct trade_batch *batch;
    struct trade_item items[TURN_RECORDS];
    uint64_t state;
    int wanted, made;
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
    TRY(trade_count_row(tx, a, (struct shop_id){1}, &row));
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

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void make_query(struct bench *b, int kind, struct trade_query *q)
{
    unsigned g = steep(b, GOODS);
    *q = (struct trade_query){.limit = PAGE};
    if (kind == 0)
        q->words = make(b, "%s", goods_words[g % 26]);
    if (kind == 1)
        q->words = make(b, "%s %s", goods_words[g % 26], goods_words[draw(b) % 26]);
    if (kind == 2)
        q->words = make(b, "%.3s", goods_words[g % 26]);
    if (kind == 3)
        q->hs = make(b, "%02u%02u", g % 97 + 1, g / 97 % 20 + 1);
    if (kind == 3 || kind == 5)
        q->country = str_c(countries[draw(b) % COUNT(countries)]);
    if (kind == 4)
        q->company.v = (int64_t)steep(b, COMPANIES) + 1;
    if (kind == 5) {
        q->words = make(b, "%s", goods_words[draw(b) % 26]);
        q->port = make(b, "port %u", steep(b, PORTS));
        q->value_from = 10000000;
        q->day_from = 20240100;
        q->day_to = 20241231;
    }
}

static int compare(const void *x, const void *y)
{
    int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
    return (p > q) - (p < q);
}

int main(int argc, char **argv)
{
    static struct bench b;
    static int64_t took_us[QUERIES];
    static const char *const kinds[KINDS] = {"word",           "two words", "beginning",
                                             "HS and country", "company",   "all filters"};
    struct shop_id shop = {1};
    int64_t began = now_us(), found_all = 0;
    b.wanted = argc > 1 ? (int)strtol(argv[1], NULL, 10) : RECORDS;
    open_store(&b, argc > 2 ? argv[2] : ":memory:");
    b.state = SEED + (uint64_t)b.made; /* a fill that was cut off goes on with others */
    int before = b.made;
    testing_must(trade_batch_new(&b.arena, shop, (struct trade_import_id){1}, &b.batch));
    for (; b.made < b.wanted; b.made += TURN_RECORDS) {
        struct arena_mark mark = arena_get_mark(&b.arena);
        for (int i = 0; i < TURN_RECORDS; i++)
            make_record(&b, &b.items[i]);
        testing_must(db_write(b.db, &b.arena, write_some, &b));
        testing_must(trade_batch_committed(b.batch));
        arena_rewind(&b.arena, mark);
    }
    double seconds = (double)(now_us() - began) / 1e6;
    printf("trade: %d records from seed %llu, %d written now in %.0f s, pages of %d on SQLite\n",
           b.made, (unsigned long long)SEED, b.made - before, seconds, PAGE);
    for (int i = 0; i < QUERIES; i++) {
        struct arena_mark mark = arena_get_mark(&b.arena);
        struct trade_query q;
        struct trade_found found;
        struct tx *tx;
        make_query(&b, i % KINDS, &q);
        began = now_us();
        testing_must(db_read_begin(b.db, &b.arena, &tx));
        testing_must(trade_search(tx, &b.arena, shop, &q, &found));
        db_read_end(tx);
        took_us[i] = now_us() - began;
        found_all += (int64_t)found.count;
        arena_rewind(&b.arena, mark);
    }
    for (int kind = 0; kind < KINDS; kind++) {
        static int64_t of_kind[QUERIES];
        size_t count = 0;
        for (int i = kind; i < QUERIES; i += KINDS)
            of_kind[count++] = took_us[i];
        qsort(of_kind, count, sizeof of_kind[0], compare);
        printf("%-16s p50 %lld us, p99 %lld us\n", kinds[kind], (long long)of_kind[count / 2],
               (long long)of_kind[count * 99 / 100]);
    }
    qsort(took_us, QUERIES, sizeof took_us[0], compare);
    printf("all: p50 %lld us, p99 %lld us, max %lld us, %lld records read\n",
           (long long)took_us[QUERIES / 2], (long long)took_us[QUERIES * 99 / 100],
           (long long)took_us[QUERIES - 1], (long long)found_all);
    printf("{\"bench\":\"trade\",\"figures\":{\"p50_us\":%lld,\"p99_us\":%lld,\"records\":%d},"
           "\"ratios\":{},\"machine\":\"\"}\n",
           (long long)took_us[QUERIES / 2], (long long)took_us[QUERIES * 99 / 100], b.made);
    db_close(b.db);
    arena_done(&b.arena);
    return 0;
}
