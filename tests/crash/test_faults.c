/* Faults of one kind at every place where they can happen: the program is killed at each of its
 * file calls during a checkout (F1) and during the migrations of a new store (F17), a sync fails
 * (F4), the disk is full (F3), a backup is made under load (F18). Memory: test_memory.c.
 *
 * After each the store is sound, what was acknowledged is there, and the same keys lead to one
 * order, one payment and one refund. MILLPOND_TEST_TIER=long: every place, else some of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/testing.h"
#include "crowd.h"
#include "db/db_sqlite.h"
#include "disk.h"
#include "replay.h"
#include "stock/stock.h"
#include "tests/lib/pond.h"

enum { SHELF = 100, STEP_QUICK = 5, MIGRATION_STEP_QUICK = 29, RETRY_MS = 300 * 1000 };

static int step(int quick)
{
    return pond_is_long_tier() ? 1 : quick;
}

/* ---- a founded store to begin from ---- */

static struct pond founded;
static char template[128];

static int make_template(void **state)
{
    (void)state;
    pond_make_folder(template, sizeof template);
    pond_init(&founded, pond_seed(), NULL);
    testing_must(pond_open(&founded, template));
    pond_found(&founded, SHELF);
    pond_close(&founded);
    return 0;
}

static int remove_template(void **state)
{
    (void)state;
    pond_remove_folder(template);
    return 0;
}

static void open_again(struct pond *p, const char *folder, int64_t later_ms)
{
    pond_init(p, pond_seed() + 1, NULL);
    clock_fake_advance(&p->clock, later_ms);
    pond_know(p, &founded);
    testing_must(pond_open(p, folder));
}

static void open_copy(struct pond *p, char *folder, size_t size)
{
    pond_make_folder(folder, size);
    pond_copy(template, folder);
    open_again(p, folder, 0);
}

/* ---- F1: killed during a checkout ---- */

/* Shared with the process that is killed: what it was told before. */
struct told {
    struct order_id order;
    int64_t acts;
    bool is_paid, is_refunded;
};

static void check_out(struct pond *p, struct told *told)
{
    struct arena a;
    struct order_id order;
    struct order now;
    int64_t attempt;
    arena_init(&a, MiB(64));
    testing_must(pond_place(p, &a, 3, "checkout", 1, 2, &order));
    told->order = order;
    testing_must(pond_pay(p, &a, 3, order, "pay", 0, &attempt));
    testing_must(pond_read(p, &a, order, &now));
    testing_must(pond_notice(p, &a, attempt, PAYMENT_CAPTURED, "event", now.total_minor, "ref"));
    testing_must(pond_read(p, &a, order, &now));
    assert_int_equal(now.paid_minor, now.total_minor);
    told->is_paid = true;
    testing_must(pond_drain(p, &a));
    testing_must(order_refund(p->platform, &a, p->shop, order, 500, S("refund"), p->owner));
    told->is_refunded = true;
    testing_must(pond_drain(p, &a));
    arena_done(&a);
}

/* In a process of its own, which ends by itself or at its n-th act. Returns whether it was killed.
 */
static bool check_out_until(const char *folder, int64_t n, struct told *told)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    ASSERT(child >= 0);
    if (child == 0) {
        struct pond p;
        disk_watch(folder);
        disk_kill_at(n);
        open_again(&p, folder, 0);
        check_out(&p, told);
        pond_close(&p);
        told->acts = disk_count();
        _exit(0);
    }
    ASSERT(waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status) &&
                (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == DISK_KILLED));
    return WEXITSTATUS(status) == DISK_KILLED;
}

static void check_one_of_all(struct pond *p, const struct told *told)
{
    struct arena a;
    struct order *orders, now;
    struct tx *tx;
    size_t count;
    int64_t left;
    arena_init(&a, MiB(64));
    assert_int_equal(pond_verify(p, true), 0);
    testing_must(db_read_begin(p->platform->db, &a, &tx));
    testing_must(order_list_of_buyer(tx, &a, p->buyers[3], 20, &orders, &count));
    testing_must(stock_available(tx, &a, p->shop, &p->variants[1], 1, &left));
    db_read_end(tx);
    assert_int_equal(count, 1);
    assert_int_equal(orders[0].id.v, told->order.v);
    assert_int_equal(left, SHELF - 2);
    testing_must(pond_read(p, &a, told->order, &now));
    assert_int_equal(now.paid_minor, now.total_minor);
    assert_int_equal(now.refunded_minor, 500);
    assert_int_equal(now.refunding_minor, 0);
    arena_done(&a);
}

static void check_what_was_told(struct pond *p, const struct told *told)
{
    struct arena a;
    struct order now;
    arena_init(&a, MiB(64));
    if (told->order.v != 0) {
        testing_must(pond_read(p, &a, told->order, &now));
        assert_true(!told->is_paid || now.paid_minor == now.total_minor);
        assert_true(!told->is_refunded || now.refunded_minor == 500);
    }
    arena_done(&a);
}

static void killed_at_any_call_of_a_checkout(void **state)
{
    (void)state;
    struct told *told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int64_t places = 0, n = 1;
    ASSERT(told != MAP_FAILED);
    for (bool was_killed = true; was_killed; n += step(STEP_QUICK), places++) {
        struct pond p;
        struct told before;
        char folder[128];
        pond_make_folder(folder, sizeof folder);
        pond_copy(template, folder);
        *told = (struct told){.acts = 0};
        was_killed = check_out_until(folder, n, told);
        before = *told;
        /* Later: an attempt whose caller died is asked about again. */
        open_again(&p, folder, RETRY_MS);
        assert_int_equal(pond_verify(&p, true), 0);
        check_what_was_told(&p, &before);
        check_out(&p, told);
        assert_true(before.order.v == 0 || before.order.v == told->order.v);
        check_one_of_all(&p, told);
        pond_close(&p);
        pond_remove_folder(folder);
    }
    print_message("# killed at %lld places; the whole checkout makes %lld file calls\n",
                  (long long)places - 1, (long long)told->acts);
    munmap(told, sizeof *told);
}

/* ---- F17: killed while the store is made ---- */

static void killed_at_any_call_of_the_migrations(void **state)
{
    (void)state;
    int64_t places = 0, n = 1;
    for (bool was_killed = true; was_killed; n += step(MIGRATION_STEP_QUICK), places++) {
        struct pond p;
        char folder[128];
        int status;
        pond_make_folder(folder, sizeof folder);
        fflush(NULL);
        pid_t child = fork();
        ASSERT(child >= 0);
        if (child == 0) {
            disk_watch(folder);
            disk_kill_at(n);
            pond_init(&p, 5, NULL);
            testing_must(pond_open(&p, folder));
            _exit(0);
        }
        ASSERT(waitpid(child, &status, 0) == child);
        assert_true(WIFEXITED(status));
        was_killed = WEXITSTATUS(status) == DISK_KILLED;
        pond_init(&p, 6, NULL);
        testing_must(pond_open(&p, folder));
        pond_found(&p, SHELF);
        assert_int_equal(pond_verify(&p, true), 0);
        pond_close(&p);
        pond_remove_folder(folder);
    }
    print_message("# killed at %lld places\n", (long long)places - 1);
}

/* ---- F4: a sync fails ---- */

/* A reader of the first orders' time holds the log up: the mover brings over what is older, all
 * that the store was founded with, and the rest once the reader is gone. */
static void read_meanwhile(struct pond *p, int i, sqlite3 **reader)
{
    const struct sqlite_db *db = (struct sqlite_db *)p->platform->db;
    while (atomic_load(&db->writer.mover.is_busy))
        sched_yield();
    if (i == 0) {
        assert_int_equal(sqlite3_open_v2(db->path, reader, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(*reader, "BEGIN; SELECT COUNT(*) FROM orders", NULL, NULL,
                                      NULL), SQLITE_OK);
    }
    if (i == 4)
        assert_int_equal(sqlite3_close(*reader), SQLITE_OK);
}

static void place_many(struct pond *p, struct crowd_ack *acks, int *ret_count, int *ret_failed)
{
    struct arena a;
    sqlite3 *reader;
    arena_init(&a, MiB(64));
    for (int i = 0; i < 12; i++) {
        read_meanwhile(p, i, &reader);
        struct crowd_ack ack = {.deed = CROWD_PLACED, .buyer = i};
        snprintf(ack.key, sizeof ack.key, "k0-%d", i);
        const struct err *e =
            pond_place(p, &a, i, ack.key, i % POND_VARIANTS, 1 + i % 3, &ack.order);
        if (e != NULL) {
            struct db_stats stats;
            assert_int_equal(e->kind, ERR_UNAVAILABLE);
            assert_string_equal(e->key, "db.io");
            db_get_stats(p->platform->db, &stats);
            assert_string_equal(stats.trouble, "db.io");
            (*ret_failed)++;
            continue;
        }
        acks[*ret_count] = ack;
        disk_note((*ret_count)++);
    }
    arena_done(&a);
}

/* What a failed sync was to bring to the disk never reaches it, whatever is asked later. */
static void check_cuts(const char *from, const struct crowd_ack *acks)
{
    struct replay replay;
    size_t count;
    const struct disk_record *records = disk_records(&count);
    replay_init(&replay, records, count, from);
    for (size_t cut = count / 2; cut <= count; cut += (size_t)step(7)) {
        struct pond p;
        struct arena a;
        char folder[128];
        pond_make_folder(folder, sizeof folder);
        replay_advance(&replay, cut);
        replay_cut(&replay, cut, folder);
        arena_init(&a, MiB(16));
        open_again(&p, folder, 0);
        assert_int_equal(pond_verify(&p, true), 0);
        for (size_t i = 0; i < cut; i++)
            if (records[i].act == DISK_NOTE)
                assert_true(crowd_is_kept(&p, &a, &acks[records[i].offset]));
        pond_close(&p);
        arena_done(&a);
        pond_remove_folder(folder);
    }
    replay_done(&replay);
}

/* Whether the store said that its file is in doubt. */
static bool fail_a_sync(int n, bool forever)
{
    struct pond p;
    struct db_stats stats;
    struct crowd_ack acks[16];
    char folder[128];
    int count = 0, failed = 0;
    int64_t failed_before = disk_failed_syncs();
    pond_make_folder(folder, sizeof folder);
    disk_watch(folder);
    disk_record_start();
    pond_init(&p, pond_seed(), NULL);
    testing_must(pond_open(&p, folder));
    pond_found(&p, SHELF);
    struct sqlite_writer *w = &((struct sqlite_db *)p.platform->db)->writer;
    w->wal_max_bytes = (size_t)atomic_load(&w->wal_bytes) + KiB(400);
    w->move_from_bytes = 1; /* the file is synced too, by the mover and by the writer */
    disk_fail_sync_at(n, forever);
    place_many(&p, acks, &count, &failed);
    disk_fail_sync_at(0, false);
    assert_true(disk_failed_syncs() > failed_before);
    assert_true(!forever || failed > 0);
    if (forever) {
        count = failed = 0;
        place_many(&p, acks, &count, &failed); /* the disk is well again: no restart is needed */
        assert_int_equal(failed, 0);
        assert_int_equal(count, 12);
    }
    assert_false(atomic_load(&w->unflushed.is_in_doubt));
    assert_int_equal(pond_verify(&p, true), 0);
    db_get_stats(p.platform->db, &stats);
    pond_close(&p);
    disk_watch(NULL);
    if (!forever)
        check_cuts(folder, acks);
    disk_forget();
    pond_remove_folder(folder);
    return stats.is_file_in_doubt;
}

static void a_failed_sync_acknowledges_nothing(void **state)
{
    (void)state;
    int doubts = 0;
    for (int n = 1; n <= 24; n += step(3))
        doubts += fail_a_sync(n, false);
    assert_true(doubts > 0);
    (void)fail_a_sync(2, true);
}

/* ---- F3: no room ---- */

static void a_full_disk_refuses_and_recovers(void **state)
{
    (void)state;
    struct pond p;
    struct arena a;
    struct order_id first, id;
    struct order now;
    char folder[128], key[24];
    arena_init(&a, MiB(64));
    pond_make_folder(folder, sizeof folder);
    pond_copy(template, folder);
    disk_watch(folder);
    open_again(&p, folder, 0);
    testing_must(pond_place(&p, &a, 0, "early", 0, 1, &first));
    disk_set_full(true);
    for (int i = 0; i < 5; i++) {
        snprintf(key, sizeof key, "full-%d", i);
        const struct err *e = pond_place(&p, &a, i, key, 0, 1, &id);
        assert_non_null(e);
        assert_string_equal(e->key, "db.disk_full");
        testing_must(pond_read(&p, &a, first, &now));
    }
    disk_set_full(false);
    for (int i = 0; i < 5; i++) {
        snprintf(key, sizeof key, "full-%d", i);
        testing_must(pond_place(&p, &a, i, key, 0, 1, &id));
    }
    assert_int_equal(pond_verify(&p, true), 0);
    pond_close(&p);
    disk_watch(NULL);
    disk_forget();
    pond_remove_folder(folder);
    arena_done(&a);
}

/* ---- F18: a backup under load ---- */

static char backup_folder[128];
static int backup_acks; /* told before it began; -1: it did not begin yet */

static void back_up(struct crowd *c, struct arena *a)
{
    str path;
    if (backup_acks >= 0 || c->ack_count < 20)
        return;
    backup_acks = c->ack_count;
    testing_must(str_fmt(a, &path, "%s/millpond.db", backup_folder));
    testing_must(db_backup(c->pond.platform->db, a, path));
}

static void a_backup_under_load_is_whole(void **state)
{
    (void)state;
    static struct crowd c;
    for (int round = 0; round < 3; round++) {
        struct pond p;
        struct arena a;
        str path;
        char folder[128];
        arena_init(&a, MiB(64));
        c = (struct crowd){.running = 0};
        open_copy(&c.pond, folder, sizeof folder);
        pond_make_folder(backup_folder, sizeof backup_folder);
        pond_copy(template, backup_folder); /* the keys */
        testing_must(str_fmt(&a, &path, "%s/millpond.db", backup_folder));
        ASSERT(unlink(path.ptr) == 0);
        backup_acks = -1;
        crowd_shop(&c, back_up);
        pond_close(&c.pond);
        assert_true(backup_acks >= 20 && backup_acks < c.ack_count);
        open_again(&p, backup_folder, 0);
        assert_int_equal(pond_verify(&p, true), 0);
        for (int i = 0; i < backup_acks; i++)
            assert_true(crowd_is_kept(&p, &a, &c.acks[i]));
        assert_true(crowd_goes_on(&p, &a, &c.acks[0]));
        pond_close(&p);
        pond_remove_folder(backup_folder);
        pond_remove_folder(folder);
        arena_done(&a);
    }
}

/* ---- what a commit asks of the system ---- */

static void a_commit_is_few_writes_and_one_flush(void **state)
{
    (void)state;
    struct pond p;
    struct arena a;
    struct order_id order;
    char folder[128];
    arena_init(&a, MiB(64));
    pond_make_folder(folder, sizeof folder);
    pond_copy(template, folder);
    disk_watch(folder);
    open_again(&p, folder, 0);
    testing_must(pond_place(&p, &a, 1, "one", 1, 1, &order));
    int64_t before = disk_count();
    testing_must(pond_place(&p, &a, 2, "two", 1, 1, &order));
    assert_in_range(disk_count() - before, 2, 4);
    pond_close(&p);
    disk_watch(NULL);
    pond_remove_folder(folder);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_any_call_of_a_checkout),
        cmocka_unit_test(killed_at_any_call_of_the_migrations),
        cmocka_unit_test(a_failed_sync_acknowledges_nothing),
        cmocka_unit_test(a_full_disk_refuses_and_recovers),
        cmocka_unit_test(a_backup_under_load_is_whole),
        cmocka_unit_test(a_commit_is_few_writes_and_one_flush),
    };
    return cmocka_run_group_tests(tests, make_template, remove_template);
}
