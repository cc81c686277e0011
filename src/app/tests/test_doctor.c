/* Each check of `doctor` says ok over a healthy server, and finds its own trouble and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/doctor.h"
#include "base/timefmt.h"

#define NOW 1763769600000
static const struct err refused = {
    .kind = ERR_UNAVAILABLE, .key = "mail.unreachable", .detail = STR_INIT("refused")};
static const struct err unmigrated = {
    .kind = ERR_CONFLICT, .key = "db.needs_migration", .detail = STR_INIT("1")};

static struct doctor_facts healthy(void)
{
    return (struct doctor_facts){
        .now_ms = NOW,
        .data = S("/srv/millpond"),
        .is_ours = true,
        .data_mode = 0700,
        .keys_mode = 0700,
        .free_bytes = 50LL << 30,
        .disk_bytes = 100LL << 30,
        .free_inodes = 1000000,
        .inodes = 2000000,
        .backup_ms = NOW - DAY_MS,
        .ntp_synced = 1,
        .open_files = 65536,
        .memory_bytes = 4LL << 30,
        .memory_free_bytes = 2LL << 30,
        .has_media = true,
        .store = {.version = S("3.53.2"), .durability = S("full"), .newest_ms = NOW - 1000},
        .base_url = S("https://shop.example"),
        .has_tls = true,
        .tls_ends_ms = NOW + 60 * (int64_t)DAY_MS,
        .mail = {.is_set = true, .from = S("shop@shop.example"), .dkim_selector = S("s1")},
        .domain = S("shop.example"),
        .spf = S("v=spf1 mx -all"),
        .dmarc = S("v=DMARC1; p=none"),
        .dkim = S("p=abc"),
        .mx = S("mail.shop.example")};
}

static void no_folder(struct doctor_facts *f) { f->data_mode = -1; }
static void foreign_folder(struct doctor_facts *f) { f->is_ours = false; }
static void open_folder(struct doctor_facts *f) { f->data_mode = 0755; }
static void no_keys(struct doctor_facts *f) { f->keys_mode = -1; }
static void open_keys(struct doctor_facts *f) { f->keys_mode = 0750; }
static void loose_key(struct doctor_facts *f) { f->loose_count = 1; f->loose[0] = S("master"); }
static void full_disk(struct doctor_facts *f) { f->free_bytes = 100LL << 20; }
static void small_disk(struct doctor_facts *f) { f->free_bytes = 1LL << 30; }
static void no_inodes(struct doctor_facts *f) { f->free_inodes = 10; }
static void little_memory(struct doctor_facts *f) { f->memory_free_bytes = 1 << 20; }
static void few_files(struct doctor_facts *f) { f->open_files = 1024; }
static void closed_store(struct doctor_facts *f)
{
    f->store_trouble = &refused;
    f->store_says = S("no");
}
static void old_store(struct doctor_facts *f) { f->store_trouble = &unmigrated; }
static void old_pg_store(struct doctor_facts *f)
{
    f->is_pg = true;
    f->store.version = S("15.8 (Debian)");
    old_store(f);
}
static void old_sqlite(struct doctor_facts *f) { f->store.version = S("3.40.1"); }
static void old_pg(struct doctor_facts *f) { f->is_pg = true; f->store.version = S("12.1"); }
static void weak_pg(struct doctor_facts *f)
{
    f->is_pg = true;
    f->store.version = S("15.8");
    f->store.durability = S("off");
}
static void long_log(struct doctor_facts *f) { f->wal_bytes = 2LL << 30; }
static void clock_back(struct doctor_facts *f) { f->store.newest_ms = NOW + HOUR_MS; }
static void clock_free(struct doctor_facts *f) { f->ntp_synced = 0; }
static void dead_job(struct doctor_facts *f) { f->dead_jobs = 1; }
static void parked_event(struct doctor_facts *f) { f->parked_events = 2; }
static void no_backup(struct doctor_facts *f) { f->backup_ms = -1; }
static void old_backup(struct doctor_facts *f) { f->backup_ms = NOW - 30 * (int64_t)DAY_MS; }
static void no_media(struct doctor_facts *f) { f->has_media = false; }
static void ill_media(struct doctor_facts *f) { f->media_exit = 70; f->media_says = S("sandbox"); }
static void no_landlock(struct doctor_facts *f)
{
    f->media_says = S("this kernel has no Landlock");
}
static void no_address(struct doctor_facts *f) { f->base_url = STR_NONE; }
static void plain_address(struct doctor_facts *f) { f->base_url = S("http://shop.example"); }
static void bad_tls(struct doctor_facts *f) { f->tls_trouble = S("no such file"); }
static void ended_tls(struct doctor_facts *f) { f->tls_ends_ms = NOW - DAY_MS; }
static void ending_tls(struct doctor_facts *f) { f->tls_ends_ms = NOW + DAY_MS; }
static void own_tls(struct doctor_facts *f) { f->is_self_made = true; }
static void no_mail(struct doctor_facts *f) { f->mail.is_set = false; }
static void closed_mail(struct doctor_facts *f) { f->mail.trouble = &refused; }
static void no_spf(struct doctor_facts *f) { f->spf = STR_NONE; }
static void open_spf(struct doctor_facts *f) { f->spf = S("v=spf1 +all"); }
static void no_selector(struct doctor_facts *f) { f->mail.dkim_selector = STR_NONE; }
static void no_dkim(struct doctor_facts *f) { f->dkim = STR_NONE; }
static void no_dmarc(struct doctor_facts *f) { f->dmarc = STR_NONE; }
static void no_mx(struct doctor_facts *f) { f->mx = STR_NONE; }
static void no_dns(struct doctor_facts *f) { f->dns_trouble = &refused; }

static const struct {
    void (*spoil)(struct doctor_facts *f);
    const char *check;
    enum doctor_state state;
} troubles[] = {
    {no_folder, "folder", DOCTOR_BAD},      {foreign_folder, "folder", DOCTOR_BAD},
    {open_folder, "folder", DOCTOR_BAD},    {no_keys, "keys", DOCTOR_BAD},
    {open_keys, "keys", DOCTOR_BAD},        {loose_key, "keys", DOCTOR_BAD},
    {full_disk, "disk", DOCTOR_BAD},        {small_disk, "disk", DOCTOR_WARN},
    {no_inodes, "inodes", DOCTOR_BAD},      {little_memory, "memory", DOCTOR_WARN},
    {few_files, "open files", DOCTOR_WARN}, {closed_store, "store", DOCTOR_BAD},
    {old_store, "migrations", DOCTOR_WARN}, {old_pg_store, "migrations", DOCTOR_BAD},
    {old_sqlite, "store version", DOCTOR_BAD}, {old_pg, "store version", DOCTOR_BAD},
    {weak_pg, "durability", DOCTOR_BAD},    {long_log, "log size", DOCTOR_WARN},
    {clock_back, "clock", DOCTOR_BAD},      {clock_free, "clock", DOCTOR_WARN},
    {dead_job, "jobs", DOCTOR_WARN},        {parked_event, "jobs", DOCTOR_WARN},
    {no_backup, "backup", DOCTOR_WARN},     {old_backup, "backup", DOCTOR_WARN},
    {no_media, "photos", DOCTOR_BAD},       {ill_media, "photos", DOCTOR_BAD},
    {no_landlock, "photos", DOCTOR_WARN},   {no_address, "address", DOCTOR_WARN},
    {plain_address, "address", DOCTOR_WARN}, {bad_tls, "certificate", DOCTOR_BAD},
    {ended_tls, "certificate", DOCTOR_BAD}, {ending_tls, "certificate", DOCTOR_WARN},
    {own_tls, "certificate", DOCTOR_BAD},
    {no_mail, "mail", DOCTOR_WARN},         {closed_mail, "mail", DOCTOR_BAD},
    {no_spf, "SPF", DOCTOR_BAD},            {open_spf, "SPF", DOCTOR_BAD},
    {no_selector, "DKIM", DOCTOR_WARN},     {no_dkim, "DKIM", DOCTOR_BAD},
    {no_dmarc, "DMARC", DOCTOR_WARN},       {no_mx, "MX", DOCTOR_WARN},
    {no_dns, "MX", DOCTOR_WARN},
};

static void test_healthy_server_has_nothing_to_mend(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, MiB(1));
    struct doctor_facts f = healthy();
    for (size_t i = 0; i < doctor_check_count; i++) {
        struct doctor_finding found = {.arena = &a};
        doctor_checks[i].judge(&f, &found);
        assert_true(found.state == DOCTOR_OK || found.state == DOCTOR_UNSET);
        assert_true(str_is_empty(found.mend));
    }
    arena_done(&a);
}

/* Which troubles were found at least once, so that no check goes untried. */
static void test_each_trouble_is_found_with_its_cure(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, MiB(4));
    for (size_t c = 0; c < doctor_check_count; c++) {
        int tried = 0;
        for (size_t i = 0; i < COUNT(troubles); i++) {
            if (!str_eq(str_c(troubles[i].check), str_c(doctor_checks[c].name)))
                continue;
            struct doctor_facts f = healthy();
            struct doctor_finding found = {.arena = &a};
            troubles[i].spoil(&f);
            doctor_checks[c].judge(&f, &found);
            assert_int_equal(found.state, troubles[i].state);
            assert_false(str_is_empty(found.says));
            assert_false(str_is_empty(found.mend));
            tried++;
        }
        if (tried == 0)
            print_message("untried: %s\n", doctor_checks[c].name);
        assert_true(tried > 0);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_healthy_server_has_nothing_to_mend),
        cmocka_unit_test(test_each_trouble_is_found_with_its_cure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
