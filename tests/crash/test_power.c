/* F2: the power goes while orders are placed and paid by several threads.
 *
 * One run of the real commands over the real store is recorded, call by call. Then it is cut off at
 * thousands of random moments; each time the store is opened by the program's own code and must be
 * sound, hold every order that was acknowledged, give the same order for the same key, and take new
 * ones. The test proves itself: with synchronous=NORMAL acknowledged orders are lost, with OFF the
 * store is corrupt.
 *
 * MILLPOND_TEST_TIER=long: 20,000 cuts instead of 800. MILLPOND_CUTS: so many. MILLPOND_SEED:
 * another run. A word after the program's name: only the test of that name.
 */
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/cli.h"
#include "core/testing.h"
#include "crowd.h"
#include "db/db_sqlite.h"
#include "replay.h"
#include "sys/file.h"
#include "tests/lib/pond.h"

/* LOG_MAX: so that it is brought into the file many times, each of which flushes it too. */
enum { LOG_MAX = 192 * 1024, LOG_MAX_RARE = 1024 * 1024 };
enum {
    SHELF = 10000, WORKERS = 2, CUTS_QUICK = 300, CUTS_LONG = 20000,
    CUTS_SELF = 200, FOUNDING_PERCENT = 8, LATEST = 24, AGAIN = 6,
};

/* ---- the recorded run ---- */

struct run {
    struct crowd crowd;
    size_t founded; /* records before the first order */
};

static void drain(struct crowd *c, struct arena *a)
{
    testing_must(pond_drain(&c->pond, a));
    sched_yield();
}

/* `pragma`: how safely the writer works, other than the product's way; NULL: the product's. */
static void record(struct run *r, const char *folder, const char *pragma, size_t log_max)
{
    struct pond *p = &r->crowd.pond;
    *r = (struct run){.founded = 0};
    disk_watch(folder);
    disk_record_start();
    pond_init(p, pond_seed(), NULL);
    testing_must(pond_open(p, folder));
    struct sqlite_writer *w = &((struct sqlite_db *)p->platform->db)->writer;
    if (pragma != NULL)
        assert_int_equal(sqlite3_exec(w->conn.handle, pragma, NULL, NULL, NULL), SQLITE_OK);
    if (pragma != NULL) { /* as SQLite alone would do it */
        sqlite_log_keep(w->conn.handle, NULL);
        w->unflushed.fd = -1;
    }
    pond_found(p, SHELF);
    w->wal_max_bytes = log_max;
    /* The mover's own connection works safely. */
    w->move_from_bytes = pragma == NULL ? (int64_t)log_max / 2 : 0;
    disk_records(&r->founded);
    crowd_shop(&r->crowd, drain);
    pond_close(p);
    disk_watch(NULL);
}

/* ---- cuts ---- */

struct tally {
    _Atomic int fine, corrupt, lost;
};

enum verdict { VERDICT_FINE = 0, VERDICT_CORRUPT, VERDICT_LOST };

static enum verdict judge(const struct run *r, const struct disk_record *records, size_t cut,
                          const char *folder, bool is_loud)
{
    struct pond p;
    struct arena a;
    const struct crowd_ack *last = NULL;
    enum verdict verdict = VERDICT_FINE;
    pond_init(&p, 7, NULL);
    pond_know(&p, &r->crowd.pond);
    p.is_quiet = !is_loud;
    const struct err *e = pond_open(&p, folder);
    if (e != NULL)
        return VERDICT_CORRUPT;
    arena_init(&a, MiB(64));
    if (pond_verify(&p, is_loud) != 0)
        verdict = VERDICT_CORRUPT;
    /* All of the last ones, which are in danger, and some of the others. */
    int64_t told = 0;
    for (size_t i = 0; i < cut; i++)
        told += records[i].act == DISK_NOTE;
    for (int64_t i = 0; i < told && verdict == VERDICT_FINE; i++) {
        last = &r->crowd.acks[i];
        if ((i >= told - LATEST || (i + (int64_t)cut) % AGAIN == 0) && !crowd_is_kept(&p, &a, last))
            verdict = VERDICT_LOST;
    }
    if (verdict == VERDICT_FINE && cut >= r->founded && !crowd_goes_on(&p, &a, last))
        verdict = VERDICT_LOST;
    if (verdict == VERDICT_FINE && cut % AGAIN == 0 && pond_verify(&p, is_loud) != 0)
        verdict = VERDICT_CORRUPT;
    arena_done(&a);
    pond_close(&p);
    return verdict;
}

static int by_size(const void *left, const void *right)
{
    size_t x = *(const size_t *)left, y = *(const size_t *)right;
    return x < y ? -1 : x > y;
}

static void cut_many(const struct run *r, const char *from, int cuts, uint64_t seed,
                     struct tally *tally, bool is_loud)
{
    size_t count;
    const struct disk_record *records = disk_records(&count);
    struct rng_seeded chance;
    struct replay replay;
    char folder[128];
    size_t *at = malloc((size_t)cuts * sizeof *at);
    ASSERT(at != NULL);
    rng_seeded_init(&chance, seed);
    for (int i = 0; i < cuts; i++)
        at[i] = i * 100 < cuts * FOUNDING_PERCENT
                    ? (size_t)rng_below(&chance.rng, r->founded)
                    : r->founded + (size_t)rng_below(&chance.rng, count - r->founded + 1);
    qsort(at, (size_t)cuts, sizeof *at, by_size);
    replay_init(&replay, records, count, from);
    for (int i = 0; i < cuts; i++) {
        uint64_t one = rng_u64(&chance.rng);
        pond_make_folder(folder, sizeof folder);
        replay_advance(&replay, at[i]);
        replay_cut(&replay, one, folder);
        enum verdict verdict = judge(r, records, at[i], folder, is_loud);
        atomic_fetch_add(verdict == VERDICT_FINE      ? &tally->fine
                         : verdict == VERDICT_CORRUPT ? &tally->corrupt
                                                      : &tally->lost, 1);
        if (verdict != VERDICT_FINE && is_loud)
            fprintf(stderr, "%s: cut %d at record %zu of %zu; again: MILLPOND_SEED=%llu\n",
                    verdict == VERDICT_LOST ? "lost" : "corrupt", i, at[i], count,
                    (unsigned long long)pond_seed());
        pond_remove_folder(folder);
    }
    replay_done(&replay);
    free(at);
}

struct cutting {
    const struct run *run;
    const char *from;
    int cuts; /* of each worker */
    struct tally *tally;
    bool is_loud;
};

static int cut_share(void *arg, int worker)
{
    const struct cutting *c = arg;
    cut_many(c->run, c->from, c->cuts, pond_seed() * WORKERS + (uint64_t)worker, c->tally,
             c->is_loud);
    return 0;
}

/* In processes of their own: what is corrupt may end them, which counts as corrupt. */
static void cut_in_workers(const struct run *r, const char *from, int cuts, struct tally *ret,
                           bool is_loud)
{
    struct tally *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT(shared != MAP_FAILED);
    struct cutting c = {r, from, cuts / WORKERS, shared, is_loud};
    int broken = pond_share_out(WORKERS, cut_share, &c);
    atomic_store(&ret->fine, shared->fine);
    atomic_store(&ret->corrupt, shared->corrupt + broken);
    atomic_store(&ret->lost, shared->lost);
    munmap(shared, sizeof *shared);
}

static void run_and_cut(const char *pragma, size_t log_max, int cuts, struct tally *ret,
                        bool is_loud)
{
    static struct run r;
    char folder[128];
    size_t count;
    pond_make_folder(folder, sizeof folder);
    record(&r, folder, pragma, log_max);
    disk_records(&count);
    cut_in_workers(&r, folder, cuts, ret, is_loud);
    print_message("# %s: %d cuts in %zu records of %d acknowledged deeds: %d corrupt, %d lost\n",
                  pragma == NULL ? "as the product does it" : pragma, cuts, count,
                  r.crowd.ack_count, ret->corrupt, ret->lost);
    disk_forget();
    pond_remove_folder(folder);
}

static void no_cut_corrupts_or_loses(void **state)
{
    (void)state;
    struct tally tally = {0};
    const char *given = getenv("MILLPOND_CUTS");
    int cuts = given != NULL ? (int)strtol(given, NULL, 10)
               : pond_is_long_tier() ? CUTS_LONG
                                     : CUTS_QUICK;
    run_and_cut(NULL, LOG_MAX, cuts, &tally, true);
    assert_int_equal(tally.corrupt, 0);
    assert_int_equal(tally.lost, 0);
    assert_int_equal(tally.fine, cuts);
}

static void the_test_would_notice_lost_orders(void **state)
{
    (void)state;
    struct tally tally = {0};
    run_and_cut("PRAGMA synchronous=NORMAL", LOG_MAX_RARE, CUTS_SELF, &tally, false);
    assert_true(tally.lost > 0);
    assert_int_equal(tally.corrupt, 0);
}

static void the_test_would_notice_corruption(void **state)
{
    (void)state;
    struct tally tally = {0};
    run_and_cut("PRAGMA synchronous=OFF", LOG_MAX, CUTS_SELF, &tally, false);
    assert_true(tally.corrupt > 0);
}

/* ---- files beside the store ---- */

enum { BLOBS = 40, BLOB_BYTES = 5000 };

static void blob_of(int i, struct arena *arena, const char *folder, str *ret_path, str *ret_bytes)
{
    char *bytes;
    size_t len = (size_t)(BLOB_BYTES + i * 37);
    testing_must(str_fmt(arena, ret_path, "%s/blobs/%02x/%02x/%d.webp", folder, i % 3, i % 5, i));
    bytes = arena_alloc(arena, len);
    ASSERT(bytes != NULL);
    memset(bytes, 'a' + i % 26, len);
    *ret_bytes = (str){bytes, len};
}

/* As an upload comes: written by and by, and never synced before it is kept. */
static void upload(struct arena *arena, const char *path, str bytes)
{
    str part;
    testing_must(str_fmt(arena, &part, "%s.part", path));
    int fd = open(part.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ASSERT(fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len && close(fd) == 0);
    testing_must(file_keep(arena, part.ptr, path));
}

static void write_blobs(struct arena *arena, const char *folder)
{
    for (int i = 0; i < BLOBS; i++) {
        str path, bytes, parent;
        blob_of(i, arena, folder, &path, &bytes);
        testing_must(str_dup(arena, str_sub(path, 0, (size_t)str_rfind_char(path, '/')), &parent));
        testing_must(file_make_folder(arena, parent.ptr, 0700));
        if (i % 2 == 0)
            testing_must(file_write(arena, path.ptr, bytes, 0600));
        else
            upload(arena, path.ptr, bytes);
        disk_note(i);
    }
}

/* A file has all its bytes, or is not there; those that were acknowledged are there. */
static void check_blobs(const struct disk_record *records, size_t cut, const char *folder)
{
    struct arena arena;
    int written = 0;
    for (size_t i = 0; i < cut; i++)
        written += records[i].act == DISK_NOTE;
    arena_init(&arena, MiB(8));
    for (int i = 0; i < BLOBS; i++) {
        str path, bytes, found;
        blob_of(i, &arena, folder, &path, &bytes);
        const struct err *e = file_read(&arena, path.ptr, MiB(1), &found);
        if (e != NULL && i < written)
            fail_msg("blob %d was acknowledged and is gone (cut at record %zu)", i, cut);
        if (e == NULL && !str_eq(found, bytes))
            fail_msg("blob %d has other bytes (cut at record %zu)", i, cut);
    }
    arena_done(&arena);
}

static void files_are_whole_or_absent(void **state)
{
    (void)state;
    struct arena a;
    struct replay replay;
    char folder[128], trial[128];
    size_t count;
    arena_init(&a, MiB(8));
    pond_make_folder(folder, sizeof folder);
    disk_watch(folder);
    disk_record_start();
    write_blobs(&a, folder);
    disk_watch(NULL);
    const struct disk_record *records = disk_records(&count);
    replay_init(&replay, records, count, folder);
    for (size_t cut = 0; cut <= count; cut++) {
        replay_advance(&replay, cut);
        for (uint64_t i = 0; i < (pond_is_long_tier() ? 40 : 2); i++) {
            pond_make_folder(trial, sizeof trial);
            replay_cut(&replay, cut * 64 + i, trial);
            check_blobs(records, cut, trial);
            pond_remove_folder(trial);
        }
    }
    replay_done(&replay);
    disk_forget();
    pond_remove_folder(folder);
    arena_done(&a);
}

/* ---- a backup ---- */

enum { BACKUP_CUTS = 60 };
static const char *const backed_up[] = {"millpond.db", "keys/master", "blobs/ab/cd/photo.webp"};

static void put_blob(struct arena *arena, const char *data)
{
    str folder, path;
    testing_must(str_fmt(arena, &folder, "%s/blobs/ab/cd", data));
    testing_must(str_fmt(arena, &path, "%s/%s", data, backed_up[2]));
    testing_must(file_make_folder(arena, folder.ptr, 0700));
    testing_must(file_write(arena, path.ptr, S("RIFF and so on"), 0600));
}

static void back_up(struct arena *arena, const char *data, const char *to)
{
    struct pond p;
    struct cli c = {.arena = arena, .config = {.data = data}, .argc = 1, .argv = &to};
    pond_init(&p, pond_seed(), NULL);
    testing_must(pond_open(&p, data));
    pond_found(&p, SHELF);
    put_blob(arena, data);
    c.platform = p.platform;
    testing_must(backup_run(&c));
    pond_close(&p);
}

static void check_backup(struct arena *arena, const char *whole, const char *left)
{
    for (size_t i = 0; i < COUNT(backed_up); i++) {
        str path, wanted, found;
        testing_must(str_fmt(arena, &path, "%s/backup/%s", whole, backed_up[i]));
        testing_must(file_read(arena, path.ptr, MiB(8), &wanted));
        testing_must(str_fmt(arena, &path, "%s/backup/%s", left, backed_up[i]));
        if (file_read(arena, path.ptr, MiB(8), &found) != NULL)
            fail_msg("%s was backed up and is gone", backed_up[i]);
        if (!str_eq(found, wanted))
            fail_msg("%s has other bytes in its backup", backed_up[i]);
    }
}

static void a_backup_that_was_told_of_is_whole(void **state)
{
    (void)state;
    struct arena a;
    struct replay replay;
    char data[128], folder[128], trial[128], to[160];
    size_t count;
    arena_init(&a, MiB(64));
    pond_make_folder(data, sizeof data);
    pond_make_folder(folder, sizeof folder);
    snprintf(to, sizeof to, "%s/backup", folder);
    disk_watch(folder);
    disk_record_start();
    back_up(&a, data, to);
    disk_watch(NULL);
    const struct disk_record *records = disk_records(&count);
    replay_init(&replay, records, count, folder);
    replay_advance(&replay, count);
    for (uint64_t i = 0; i < BACKUP_CUTS; i++) {
        arena_reset(&a);
        pond_make_folder(trial, sizeof trial);
        replay_cut(&replay, i, trial);
        check_backup(&a, folder, trial);
        pond_remove_folder(trial);
    }
    replay_done(&replay);
    disk_forget();
    pond_remove_folder(folder);
    pond_remove_folder(data);
    arena_done(&a);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cut_corrupts_or_loses),
        cmocka_unit_test(the_test_would_notice_lost_orders),
        cmocka_unit_test(the_test_would_notice_corruption),
        cmocka_unit_test(files_are_whole_or_absent),
        cmocka_unit_test(a_backup_that_was_told_of_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
