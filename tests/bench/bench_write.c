/* bench-write: how many durable orders per second go through db_write.
 *
 * 64 threads place orders of the real shape (idempotency row, hold, order, 2 lines, 4 ledger rows,
 * audit, event), one thread advances the cursors of 5 subscribers in batches, one reads beside;
 * with 0, 1, 2 and 3 secondary indexes, in a store that already holds --orders orders. Raw
 * fdatasync is measured before each round, so that figures of different machines can be compared.
 * Prints a table and one JSON line.
 *
 *   bench_write [--orders N] [--seconds N] [--engine sqlite|postgres] [--dir FOLDER] [--threads N]
 * PostgreSQL: MILLPOND_TEST_PG is the url of an empty database.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "bench_sql.h"
#include "db/db.h"

enum { THREADS_MAX = 256, SAMPLES_EACH = 20000, FILL_STEP = 250000, STOCK = 100000, ROUNDS = 4 };

static const struct shop_id shop = {1};

struct bench {
    struct db *db;
    int64_t orders;
    int seconds, threads;
    const char *engine, *dir;
    _Atomic int64_t next_order, placed, reads, cursor_moves, wal_max;
    _Atomic bool stop;
};

struct round {
    double fdatasync, orders, commits, reads, p50_ms, p99_ms, cpu_us, commit_ms, batch;
    double wal_mib, cursor_moves;
};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void must(const struct err *e)
{
    if (e == NULL)
        return;
    fprintf(stderr, "bench_write: %s: %.*s\n", e->key, STR_ARG(e->detail));
    exit(1);
}

/* ---- the transaction ---- */

struct order {
    int64_t id;
    uint64_t random;
};

static const struct err *place(struct tx *tx, struct arena *a, void *arg)
{
    const struct order *o = arg;
    int64_t buyer = (int64_t)(o->random % 1000003);
    struct strbuf key;
    strbuf_init(&key, a, 64);
    strbuf_addf(&key, "%016llx", (unsigned long long)(o->random * 0x9e3779b97f4a7c15u));
    TRY(bench_idempotency_add(tx, a, (struct account_id){buyer}, strbuf_view(&key), o->id));
    for (int i = 0; i < 2; i++) {
        int64_t variant = (int64_t)((o->random >> (20 * i)) % STOCK) + 1;
        TRY(bench_stock_hold(tx, a, shop, variant, 1));
        TRY(bench_line_add(tx, a, o->id * 2 + i, shop, o->id, variant, 2100,
                           S("Reef sneaker, sand, 42")));
    }
    TRY(bench_order_add(tx, a, o->id, shop, buyer, 4200, 1700000000000 + o->id));
    for (int i = 0; i < 4; i++)
        TRY(bench_ledger_add(tx, a, o->id * 4 + i, shop, o->id, i, buyer,
                             i % 2 == 0 ? 2100 : -2100));
    TRY(bench_audit_add(tx, a, o->id, shop, buyer, o->id));
    return bench_event_add(tx, a, o->id, shop, o->id, S("{\"total\":4200,\"currency\":\"EUR\"}"));
}

struct writer {
    struct bench *bench;
    uint64_t seed;
    int32_t *samples_us;
    size_t sample_count;
};

static uint64_t next_random(uint64_t *state) /* xorshift: only spreads rows */
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void *write_orders(void *p)
{
    struct writer *w = p;
    struct bench *b = w->bench;
    struct arena a;
    arena_init(&a, MiB(1));
    while (!atomic_load(&b->stop)) {
        struct order o = {.id = atomic_fetch_add(&b->next_order, 1),
                          .random = next_random(&w->seed)};
        int64_t started = now_ns();
        must(db_write(b->db, &a, place, &o));
        if (w->sample_count < SAMPLES_EACH)
            w->samples_us[w->sample_count++] = (int32_t)((now_ns() - started) / 1000);
        atomic_fetch_add(&b->placed, 1);
        arena_reset(&a);
    }
    arena_done(&a);
    return NULL;
}

/* ---- beside ---- */

static const struct err *move_cursor(struct tx *tx, struct arena *a, void *arg)
{
    const int64_t *name_and_seq = arg;
    return bench_cursor_move(tx, a, name_and_seq[0], name_and_seq[1]);
}

static void *advance_cursors(void *p)
{
    struct bench *b = p;
    struct arena a;
    int64_t seqs[5] = {0};
    arena_init(&a, MiB(8));
    for (int i = 0; !atomic_load(&b->stop); i = (i + 1) % 5) {
        struct bench_event_after_row *rows;
        struct tx *tx;
        size_t count;
        must(db_read_begin(b->db, &a, &tx));
        must(bench_event_after(tx, &a, seqs[i], 500, &rows, &count));
        db_read_end(tx);
        if (count > 0) {
            int64_t name_and_seq[2] = {i, seqs[i] = rows[count - 1].id};
            must(db_write(b->db, &a, move_cursor, name_and_seq));
            atomic_fetch_add(&b->cursor_moves, 1);
        } else {
            struct timespec nap = {.tv_nsec = 1000000};
            nanosleep(&nap, NULL);
        }
        arena_reset(&a);
    }
    arena_done(&a);
    return NULL;
}

static void *read_beside(void *p)
{
    struct bench *b = p;
    struct arena a;
    uint64_t seed = 4711;
    arena_init(&a, MiB(1));
    while (!atomic_load(&b->stop)) {
        struct bench_order_by_id_row row;
        struct db_stats stats;
        struct tx *tx;
        bool found;
        must(db_read_begin(b->db, &a, &tx));
        for (int i = 0; i < 20; i++)
            must(bench_order_by_id(tx, &a, shop,
                                   (int64_t)(next_random(&seed) % (uint64_t)(b->orders + 1)), &row,
                                   &found));
        db_read_end(tx);
        atomic_fetch_add(&b->reads, 20);
        db_get_stats(b->db, &stats);
        if (stats.wal_bytes > atomic_load(&b->wal_max))
            atomic_store(&b->wal_max, stats.wal_bytes);
        /* One reader that is there, not one that takes a core of two from the writer. */
        struct timespec nap = {.tv_nsec = 200000};
        nanosleep(&nap, NULL);
        arena_reset(&a);
    }
    arena_done(&a);
    return NULL;
}

/* 4 KiB appended and synced, as a log does; for one second. */
static double measure_fdatasync(const char *dir)
{
    char path[512], page[4096] = {1};
    snprintf(path, sizeof path, "%s/fdatasync.tmp", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600), count = 0;
    int64_t started = now_ns();
    if (fd < 0) {
        perror(path);
        exit(1);
    }
    for (int i = 0; i < 1024; i++) /* preallocated: the floor is an overwrite */
        if (write(fd, page, sizeof page) < 0)
            exit(1);
    fsync(fd);
    for (started = now_ns(); now_ns() - started < 1000000000; count++)
        if (pwrite(fd, page, sizeof page, (count % 1024) * 4096) < 0 || fdatasync(fd) != 0)
            exit(1);
    double rate = count / ((double)(now_ns() - started) / 1e9);
    close(fd);
    unlink(path);
    return rate;
}

/* ---- filling ---- */

static const struct err *fill(struct tx *tx, struct arena *a, void *arg)
{
    const int64_t *range = arg;
    int64_t keys = range[1] < 20000 ? range[1] : 20000;
    TRY(bench_fill_order(tx, a, range[0], range[1]));
    TRY(bench_fill_line(tx, a, range[0], range[1]));
    TRY(bench_fill_ledger(tx, a, range[0], range[1]));
    return bench_fill_idempotency(tx, a, range[0], keys);
}

static const struct err *fill_small(struct tx *tx, struct arena *a, void *arg)
{
    (void)arg;
    for (int i = 0; i < 5; i++)
        TRY(bench_cursor_add(tx, a, i));
    return bench_fill_stock(tx, a, STOCK);
}

static const struct err *add_index(struct tx *tx, struct arena *a, void *arg)
{
    switch (*(int *)arg) {
    case 1: return bench_index_1(tx, a);
    case 2: return bench_index_2(tx, a);
    default: return bench_index_3(tx, a);
    }
}

static void prepare(struct bench *b, struct arena *a)
{
    int applied;
    int64_t started = now_ns();
    must(db_migrate(b->db, a, bench_migrations, bench_migration_count, DB_MIGRATE_APPLY, 1,
                    &applied));
    must(db_write(b->db, a, fill_small, NULL));
    for (int64_t first = 1; first <= b->orders; first += FILL_STEP) {
        int64_t left = b->orders + 1 - first,
                range[2] = {first, left < FILL_STEP ? left : FILL_STEP};
        must(db_write(b->db, a, fill, range));
        if (isatty(2))
            fprintf(stderr, "\rfilling: %lld of %lld orders", (long long)(first + range[1] - 1),
                    (long long)b->orders);
    }
    atomic_store(&b->next_order, b->orders + 1);
    fprintf(stderr, "\rfilled %lld orders in %.0f s\n", (long long)b->orders,
            (double)(now_ns() - started) / 1e9);
}

/* ---- a round ---- */

static int compare_us(const void *x, const void *y)
{
    int32_t a = *(const int32_t *)x, b = *(const int32_t *)y;
    return (a > b) - (a < b);
}

static struct round run_round(struct bench *b)
{
    pthread_t threads[THREADS_MAX + 2];
    struct writer writers[THREADS_MAX];
    struct db_stats before, after;
    int32_t *samples = calloc((size_t)b->threads * SAMPLES_EACH, sizeof *samples);
    size_t count = 0;
    struct round r = {.fdatasync = measure_fdatasync(b->dir)};
    if (samples == NULL)
        exit(1);
    atomic_store(&b->stop, false);
    atomic_store(&b->placed, 0);
    atomic_store(&b->reads, 0);
    atomic_store(&b->cursor_moves, 0);
    atomic_store(&b->wal_max, 0);
    db_get_stats(b->db, &before);
    int64_t started = now_ns();
    for (int i = 0; i < b->threads; i++) {
        writers[i] = (struct writer){.bench = b, .seed = (uint64_t)(started + i) * 2654435761u + 1,
                                     .samples_us = samples + (size_t)i * SAMPLES_EACH};
        pthread_create(&threads[i], NULL, write_orders, &writers[i]);
    }
    pthread_create(&threads[b->threads], NULL, advance_cursors, b);
    pthread_create(&threads[b->threads + 1], NULL, read_beside, b);
    sleep((unsigned)b->seconds);
    atomic_store(&b->stop, true);
    double seconds = (double)(now_ns() - started) / 1e9, placed = (double)atomic_load(&b->placed);
    for (int i = 0; i < b->threads + 2; i++)
        pthread_join(threads[i], NULL);
    db_get_stats(b->db, &after);
    for (int i = 0; i < b->threads; i++) {
        memmove(samples + count, writers[i].samples_us, writers[i].sample_count * sizeof *samples);
        count += writers[i].sample_count;
    }
    qsort(samples, count, sizeof *samples, compare_us);
    double commits = (double)(after.commits - before.commits),
           commands = (double)(after.commands - before.commands);
    r.orders = placed / seconds;
    r.commits = commits / seconds;
    r.batch = commits > 0 ? commands / commits : 0;
    r.reads = (double)atomic_load(&b->reads) / seconds;
    r.cursor_moves = (double)atomic_load(&b->cursor_moves) / seconds;
    r.p50_ms = count > 0 ? samples[count / 2] / 1e3 : 0;
    r.p99_ms = count > 0 ? samples[count * 99 / 100] / 1e3 : 0;
    r.cpu_us =
        commands > 0 ? (double)(after.writer_cpu_ns - before.writer_cpu_ns) / 1e3 / commands : 0;
    r.commit_ms = commits > 0 ? (double)(after.commit_ns - before.commit_ns) / 1e6 / commits : 0;
    r.wal_mib = (double)atomic_load(&b->wal_max) / 1048576;
    free(samples);
    return r;
}

static void print_json(const struct bench *b, const struct round *rounds)
{
    struct utsname machine;
    uname(&machine);
    printf(
        "{\"bench\":\"write\",\"figures\":{\"engine\":\"%s\",\"stored_orders\":%lld,\"threads\":%d,"
        "\"rounds\":[",
        b->engine, (long long)b->orders, b->threads);
    for (int i = 0; i < ROUNDS; i++)
        printf(
            "%s{\"indexes\":%d,\"orders_per_s\":%.0f,\"commits_per_s\":%.0f,\"p50_ms\":%.2f,"
            "\"p99_ms\":%.2f,"
            "\"writer_cpu_us\":%.1f,\"fdatasync_per_s\":%.0f,\"wal_max_mib\":%.0f,"
            "\"reads_per_s\":%.0f}",
            i == 0 ? "" : ",", i, rounds[i].orders, rounds[i].commits, rounds[i].p50_ms,
            rounds[i].p99_ms, rounds[i].cpu_us, rounds[i].fdatasync, rounds[i].wal_mib,
            rounds[i].reads);
    printf("]},\"ratios\":{");
    for (int i = 0; i < ROUNDS; i++)
        printf("%s\"orders_per_fdatasync_%d\":%.2f", i == 0 ? "" : ",", i,
               rounds[i].orders / rounds[i].fdatasync);
    printf("},\"machine\":\"%s %s, %ld cores\"}\n", machine.sysname, machine.release,
           sysconf(_SC_NPROCESSORS_ONLN));
}

static bool parse(int argc, char **argv, struct bench *b)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        str name = str_c(argv[i]), value = str_c(argv[i + 1]);
        int64_t number = 0;
        bool is_number = str_to_int(value, &number) && number >= 0;
        if (str_eq(name, S("--orders")) && is_number)
            b->orders = number;
        else if (str_eq(name, S("--seconds")) && is_number && number > 0)
            b->seconds = (int)number;
        else if (str_eq(name, S("--threads")) && is_number && number > 0 && number <= THREADS_MAX)
            b->threads = (int)number;
        else if (str_eq(name, S("--engine")) &&
                 (str_eq(value, S("sqlite")) || str_eq(value, S("postgres"))))
            b->engine = argv[i + 1];
        else if (str_eq(name, S("--dir")))
            b->dir = argv[i + 1];
        else
            return false;
    }
    return argc % 2 == 1;
}

int main(int argc, char **argv)
{
    struct bench b = {
        .orders = 5000000, .seconds = 5, .threads = 64, .engine = "sqlite", .dir = "/var/tmp"};
    struct round rounds[ROUNDS];
    struct arena a;
    str url = str_c(getenv("MILLPOND_TEST_PG")), folder;
    if (!parse(argc, argv, &b)) {
        fprintf(
            stderr,
            "usage: bench_write [--orders N] [--seconds N] [--engine sqlite|postgres] [--dir "
            "FOLDER] "
            "[--threads N]\n");
        return 2;
    }
    arena_init(&a, MiB(256));
    must(str_fmt(&a, &folder, "%s/millpond-bench-%d.db", b.dir, (int)getpid()));
    if (strcmp(b.engine, "sqlite") == 0)
        url = folder;
    struct db_config config = {.url = url, .busy_timeout_ms = 60000};
    must(db_open(&a, &config, &b.db));
    prepare(&b, &a);
    printf(
        "indexes  orders/s  commits/s  batch   p50 ms   p99 ms  cpu us/order  commit ms  WAL MiB  "
        "reads/s  "
        "cursors/s  fdatasync/s\n");
    for (int i = 0; i < ROUNDS; i++) {
        if (i > 0)
            must(db_write(b.db, &a, add_index, &i));
        rounds[i] = run_round(&b);
        const struct round *r = &rounds[i];
        printf("%7d %9.0f %10.0f %6.1f %8.2f %8.2f %13.1f %10.2f %8.0f %8.0f %10.0f %12.0f\n", i,
               r->orders, r->commits, r->batch, r->p50_ms, r->p99_ms, r->cpu_us, r->commit_ms,
               r->wal_mib, r->reads, r->cursor_moves, r->fdatasync);
        fflush(stdout);
    }
    print_json(&b, rounds);
    db_close(b.db);
    if (strcmp(b.engine, "sqlite") == 0)
        unlink(folder.ptr);
    arena_done(&a);
    return 0;
}
