/* The judgements of `millpond doctor`: one row of the table per check. Pure: facts in, words out.
 *
 * Voice: first what is so, in plain words with the numbers; then what to do, as a command where
 * there is one.
 */
#include <stdarg.h>

#include "app/doctor.h"
#include "base/strbuf.h"
#include "base/timefmt.h"

enum {
    WORDS_MAX = 600,
    STREAMS_WANTED = 10000,
    FILES_WANTED = STREAMS_WANTED + 200,  /* and files, the database, proxies' own connections */
    CLOCK_AHEAD_MS = 60 * 1000,           /* the store keeps an id that is up to 20 s ahead */
    BACKUP_DAYS = 7,
    TLS_WARN_DAYS = 14,
};
static const int64_t disk_bad_bytes = 200LL << 20, disk_warn_bytes = 2LL << 30, inodes_bad = 1000,
                     inodes_warn = 20000, memory_warn_bytes = 128LL << 20,
                     wal_warn_bytes = 1LL << 30;
/* Before it, a writer beside a checkpoint could corrupt a WAL file. */
static const int64_t sqlite_wanted[3] = {3, 51, 3};

PRINTF_LIKE(3, 4)
static void say(struct doctor_finding *ret, enum doctor_state state, const char *fmt, ...)
{
    struct strbuf sb;
    strbuf_init(&sb, ret->arena, WORDS_MAX);
    va_list args;
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    ret->state = state;
    ret->says = strbuf_view(&sb);
}

PRINTF_LIKE(2, 3)
static void mend(struct doctor_finding *ret, const char *fmt, ...)
{
    struct strbuf sb;
    strbuf_init(&sb, ret->arena, WORDS_MAX);
    va_list args;
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    ret->mend = strbuf_view(&sb);
}

static long long mib(int64_t bytes)
{
    return (long long)(bytes >> 20);
}

static long long days(int64_t ms)
{
    return (long long)(ms / DAY_MS);
}

/* ---- the folder ---- */

static void check_folder(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->data_mode < 0) {
        say(ret, DOCTOR_BAD, "the data folder %.*s is not there", STR_ARG(f->data));
        mend(ret, "name the right one with --data, or start `millpond serve`, which makes it");
    } else if (!f->is_ours) {
        say(ret, DOCTOR_BAD, "the data folder %.*s belongs to another user", STR_ARG(f->data));
        mend(ret, "run this as the user of the server, or: chown -R millpond %.*s",
             STR_ARG(f->data));
    } else if ((f->data_mode & 077) != 0) {
        say(ret, DOCTOR_BAD, "others may look into %.*s (mode %04llo)", STR_ARG(f->data),
            (unsigned long long)f->data_mode);
        mend(ret, "chmod 700 %.*s", STR_ARG(f->data));
    } else {
        say(ret, DOCTOR_OK, "%.*s is yours alone", STR_ARG(f->data));
    }
}

static void check_keys(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->data_mode < 0)
        return;
    if (f->keys_mode < 0) {
        say(ret, f->is_new ? DOCTOR_WARN : DOCTOR_BAD, "there is no keys folder");
        mend(ret, f->is_new ? "the first start makes it"
                            : "put keys/ back from a backup: without it addresses and tokens "
                              "cannot be read");
    } else if ((f->keys_mode & 077) != 0) {
        say(ret, DOCTOR_BAD, "others may look into keys/ (mode %04llo)",
            (unsigned long long)f->keys_mode);
        mend(ret, "chmod 700 %.*s/keys", STR_ARG(f->data));
    } else if (f->loose_count > 0) {
        say(ret, DOCTOR_BAD, "%zu files in keys/ may be read by others, the first is %.*s",
            f->loose_count, STR_ARG(f->loose[0]));
        mend(ret, "chmod 600 %.*s/keys/*", STR_ARG(f->data));
    } else {
        say(ret, DOCTOR_OK, "the keys are yours alone");
    }
}

static void check_disk(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->free_bytes < 0)
        return;
    enum doctor_state state =
        f->free_bytes < disk_bad_bytes                                          ? DOCTOR_BAD
        : f->free_bytes < disk_warn_bytes || f->free_bytes * 20 < f->disk_bytes ? DOCTOR_WARN
                                                                                : DOCTOR_OK;
    say(ret, state, "%lld of %lld MiB are free", mib(f->free_bytes), mib(f->disk_bytes));
    if (state != DOCTOR_OK)
        mend(ret, "make room or take a larger disk: when it is full, orders are refused");
}

static void check_inodes(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->inodes <= 0) /* file systems that have no fixed number say 0 */
        return;
    enum doctor_state state = f->free_inodes < inodes_bad ? DOCTOR_BAD
                              : f->free_inodes < inodes_warn ? DOCTOR_WARN : DOCTOR_OK;
    say(ret, state, "room for %lld more files", (long long)f->free_inodes);
    if (state != DOCTOR_OK)
        mend(
            ret,
            "remove small files, or make the file system anew with more inodes (mkfs.ext4 -N): "
            "photos are files");
}

static void check_backup(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->data_mode < 0 || f->is_new)
        return;
    if (f->backup_ms < 0)
        say(ret, DOCTOR_WARN, "no backup was ever made of this store");
    else
        say(ret, f->now_ms - f->backup_ms > (int64_t)BACKUP_DAYS * DAY_MS ? DOCTOR_WARN : DOCTOR_OK,
            "the latest backup is %lld days old", days(f->now_ms - f->backup_ms));
    if (ret->state != DOCTOR_OK)
        mend(ret,
             "millpond backup FOLDER --data %.*s, best every night by a timer, onto another disk",
             STR_ARG(f->data));
}

/* ---- the store ---- */

static void check_store(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->is_new && f->store_trouble == NULL)
        say(ret, DOCTOR_OK, "nothing is stored here yet");
    else if (f->store_trouble == NULL)
        say(ret, DOCTOR_OK, "%s answers", f->is_pg ? "PostgreSQL" : "the SQLite store");
    else if (str_eq(str_c(f->store_trouble->key), S("db.needs_migration")))
        return; /* has a row of its own */
    else {
        say(ret, DOCTOR_BAD, "the store cannot be opened: %.*s", STR_ARG(f->store_says));
        mend(
            ret,
            f->is_pg
                ? "is PostgreSQL running, and is --db its address?"
                : "look at the disk and the owner of millpond.db; if the file is damaged: millpond "
                  "restore");
    }
}

static void check_migrations(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->store_trouble != NULL && str_eq(str_c(f->store_trouble->key), S("db.needs_migration"))) {
        say(ret, f->is_pg ? DOCTOR_BAD : DOCTOR_WARN, "the store is older than this program");
        mend(ret, "millpond migrate --data %.*s%s", STR_ARG(f->data), f->is_pg ? " --db URL" : "");
    } else if (f->store_trouble == NULL && !f->is_new) {
        say(ret, DOCTOR_OK, "the store has all migrations of this program");
    }
}

static void check_version(const struct doctor_facts *f, struct doctor_finding *ret)
{
    int64_t number[3] = {0};
    str rest = f->store.version;
    if (str_is_empty(rest))
        return;
    for (int i = 0; i < 3 && !str_is_absent(rest); i++) {
        str part = str_cut(&rest, '.');
        part.len = part.len > 0 && str_find_char(part, ' ') > 0 ? (size_t)str_find_char(part, ' ')
                                                                : part.len;
        (void)str_to_int(part, &number[i]);
    }
    if (f->is_pg) {
        say(ret, number[0] >= 13 ? DOCTOR_OK : DOCTOR_BAD, "PostgreSQL %.*s",
            STR_ARG(f->store.version));
        if (ret->state == DOCTOR_BAD)
            mend(ret, "this program wants PostgreSQL 13 or newer");
        return;
    }
    int64_t have = (number[0] * 1000 + number[1]) * 1000 + number[2];
    int64_t want = (sqlite_wanted[0] * 1000 + sqlite_wanted[1]) * 1000 + sqlite_wanted[2];
    say(ret, have >= want ? DOCTOR_OK : DOCTOR_BAD, "SQLite %.*s", STR_ARG(f->store.version));
    if (ret->state == DOCTOR_BAD)
        mend(
            ret,
            "SQLite before 3.51.3 can corrupt a store: build this program with the pinned one "
            "(make build)");
}

static void check_durability(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (!f->is_pg || str_is_empty(f->store.durability))
        return;
    if (str_eq(f->store.durability, S("off")) || str_eq(f->store.durability, S("local"))) {
        say(ret, DOCTOR_BAD,
            "synchronous_commit is %.*s: a crash may lose orders that were confirmed",
            STR_ARG(f->store.durability));
        mend(ret, "ALTER SYSTEM SET synchronous_commit = 'on'; SELECT pg_reload_conf();");
    } else {
        say(ret, DOCTOR_OK, "synchronous_commit is %.*s", STR_ARG(f->store.durability));
    }
}

static void check_wal(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->is_pg || f->wal_bytes < 0)
        return;
    say(ret, f->wal_bytes > wal_warn_bytes ? DOCTOR_WARN : DOCTOR_OK,
        "the write-ahead log holds %lld MiB", mib(f->wal_bytes));
    if (ret->state == DOCTOR_WARN)
        mend(
            ret,
            "something reads one old snapshot for very long: stop foreign programs that have "
            "millpond.db open");
}

static void check_jobs(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->dead_jobs < 0)
        return;
    bool is_calm = f->dead_jobs == 0 && f->parked_events == 0;
    say(ret, is_calm ? DOCTOR_OK : DOCTOR_WARN, "%lld jobs and %lld events failed for good",
        (long long)f->dead_jobs, (long long)f->parked_events);
    if (!is_calm)
        mend(ret, "millpond parked --data %.*s tells why; millpond parked retry tries again",
             STR_ARG(f->data));
}

static void check_clock(const struct doctor_facts *f, struct doctor_finding *ret)
{
    int64_t ahead_ms = f->store.newest_ms - f->now_ms;
    if (f->store.newest_ms > 0 && ahead_ms > CLOCK_AHEAD_MS) {
        say(ret, DOCTOR_BAD, "the clock went back: the store knows of a time %lld s from now",
            (long long)(ahead_ms / 1000));
        mend(ret, "set the clock (timedatectl set-ntp true), then look again");
    } else if (f->ntp_synced == 0) {
        say(ret, DOCTOR_WARN, "nothing keeps the clock right");
        mend(
            ret,
            "timedatectl set-ntp true, or install chrony: deadlines and certificates depend on it");
    } else {
        say(ret, DOCTOR_OK,
            f->ntp_synced == 1 ? "the clock is kept right" : "the clock agrees with the store");
    }
}

/* ---- the machine ---- */

static void check_files(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->open_files < 0)
        return;
    bool is_enough = f->open_files >= FILES_WANTED;
    say(ret, is_enough ? DOCTOR_OK : DOCTOR_WARN, "%lld files and connections may be open at once",
        (long long)f->open_files);
    if (!is_enough)
        mend(ret, "for %d live pages at once: LimitNOFILE=65536 in the unit, or ulimit -n 65536",
             STREAMS_WANTED);
}

static void check_memory(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->memory_free_bytes < 0)
        return;
    bool is_enough = f->memory_free_bytes >= memory_warn_bytes;
    say(ret, is_enough ? DOCTOR_OK : DOCTOR_WARN, "%lld of %lld MiB of memory are free",
        mib(f->memory_free_bytes), mib(f->memory_bytes));
    if (!is_enough)
        mend(ret, "stop what else runs here, add swap, or take a larger machine");
}

static void check_media(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (!f->has_media) {
        say(ret, DOCTOR_BAD, "millpond-media is missing: photos cannot be taken in");
        mend(ret, "put it beside the program millpond");
    } else if (f->media_exit != 0) {
        say(ret, DOCTOR_BAD, "millpond-media does not run in its sandbox: %.*s",
            STR_ARG(f->media_says));
        mend(
            ret,
            "allow seccomp filters here (containers: the default profile does), and install "
            "libvips42");
    } else if (!str_is_empty(f->media_says)) {
        say(ret, DOCTOR_WARN, "millpond-media: %.*s", STR_ARG(f->media_says));
        mend(ret,
             "a kernel with Landlock (5.13 or newer, lsm=landlock) shuts it off from files too");
    } else {
        say(ret, DOCTOR_OK, "photos are read in a sandbox");
    }
}

/* ---- the public side ---- */

static void check_address(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (str_is_empty(f->base_url)) {
        say(ret, DOCTOR_WARN, "no public address is set: links in mails point to localhost");
        mend(ret, "--base-url https://your.domain, or MILLPOND_BASE_URL");
    } else if (!str_starts(f->base_url, S("https://"))) {
        say(ret, DOCTOR_WARN, "the public address %.*s is not https: passwords travel in the clear",
            STR_ARG(f->base_url));
        mend(ret, "serve --acme you@your.domain --domain your.domain, or a proxy that speaks TLS");
    } else {
        say(ret, DOCTOR_OK, "the public address is %.*s", STR_ARG(f->base_url));
    }
}

static void check_certificate(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (!f->has_tls)
        return;
    int64_t left_ms = f->tls_ends_ms - f->now_ms;
    if (!str_is_absent(f->tls_trouble)) {
        say(ret, DOCTOR_BAD, "the certificate cannot be read: %.*s", STR_ARG(f->tls_trouble));
        mend(ret,
             "--tls-cert wants a PEM file with the whole chain, readable by the server's user");
    } else if (f->is_self_made) {
        say(ret, DOCTOR_BAD, "the certificate is self-made: browsers warn of it");
        mend(
            ret,
            "with --acme: does the domain point here, and is port 80 open? The log says why under "
            "acme.renew");
    } else if (left_ms <= 0) {
        say(ret, DOCTOR_BAD, "the certificate ended %lld days ago", days(-left_ms));
        mend(ret, "renew it: browsers turn people away");
    } else {
        say(ret, left_ms < (int64_t)TLS_WARN_DAYS * DAY_MS ? DOCTOR_WARN : DOCTOR_OK,
            "the certificate is good for %lld days", days(left_ms));
        if (ret->state == DOCTOR_WARN)
            mend(ret, "renew it now; with --acme look for acme in the log");
    }
}

/* ---- mail ---- */

static void check_mail(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (f->held_mails < 0)
        return;
    if (!f->mail.is_set) {
        say(ret, DOCTOR_WARN, "no mail server is set up; %lld mails wait for one",
            (long long)f->held_mails);
        mend(
            ret,
            "MILLPOND_SMTP_URL=smtp+starttls://host:587, with MILLPOND_SMTP_USER, _PASSWORD and "
            "_FROM");
    } else if (f->mail.trouble != NULL) {
        say(ret, DOCTOR_BAD, "the mail server cannot be used: %.*s (%.*s)", STR_ARG(f->mail_says),
            STR_ARG(f->mail.trouble->detail));
        mend(
            ret,
            "look at MILLPOND_SMTP_URL, user and password; many providers close port 25, so use "
            "587 or 465");
    } else {
        say(ret, DOCTOR_OK, "the mail server takes our calls; %lld mails wait",
            (long long)f->held_mails);
    }
}

/* Records of the sender's domain that should be there. */
struct record_rule {
    const char *name, *prefix; /* where it stands: prefix + domain */
    enum doctor_state without;
    const char *cure;
};
static const struct record_rule spf_rule = {
    "SPF", "", DOCTOR_BAD,
    "TXT \"v=spf1 include:YOUR-MAIL-PROVIDER ~all\"; without it mails land in spam"};
static const struct record_rule dkim_rule = {
    "DKIM", "SELECTOR._domainkey.", DOCTOR_BAD, "the TXT that your mail provider gives you for it"};
static const struct record_rule dmarc_rule = {
    "DMARC", "_dmarc.", DOCTOR_WARN, "TXT \"v=DMARC1; p=none; rua=mailto:you@your.domain\""};
static const struct record_rule mx_rule = {
    "MX", "", DOCTOR_WARN, "MX YOUR-MAIL-HOST, or answers and bounces of customers get lost"};

static void check_record(const struct doctor_facts *f, str record, const struct record_rule *rule,
                         struct doctor_finding *ret)
{
    if (str_is_empty(f->domain))
        return;
    if (f->dns_trouble != NULL) {
        say(ret, DOCTOR_WARN, "the DNS records of %.*s could not be asked for", STR_ARG(f->domain));
        mend(ret, "is there a working name server in /etc/resolv.conf?");
    } else if (str_is_absent(record)) {
        say(ret, rule->without, "%.*s has no %s record", STR_ARG(f->domain), rule->name);
        mend(ret, "add at %s%.*s: %s", rule->prefix, STR_ARG(f->domain), rule->cure);
    } else {
        say(ret, DOCTOR_OK, "%.*s", STR_ARG(record));
    }
}

static void check_spf(const struct doctor_facts *f, struct doctor_finding *ret)
{
    check_record(f, f->spf, &spf_rule, ret);
    if (ret->state == DOCTOR_OK && str_ends(str_trim(f->spf), S("+all"))) {
        say(ret, DOCTOR_BAD, "the SPF record of %.*s lets the whole world send in its name",
            STR_ARG(f->domain));
        mend(ret, "end it with ~all or -all");
    }
}

static void check_dkim(const struct doctor_facts *f, struct doctor_finding *ret)
{
    if (!str_is_empty(f->domain) && str_is_empty(f->mail.dkim_selector)) {
        say(ret, DOCTOR_WARN,
            "the DKIM selector is not known here, so its record was not looked at");
        mend(ret, "MILLPOND_SMTP_DKIM_SELECTOR=the selector your mail provider names");
        return;
    }
    check_record(f, f->dkim, &dkim_rule, ret);
    if (ret->state == DOCTOR_OK)
        say(ret, DOCTOR_OK, "the key of selector %.*s is published",
            STR_ARG(f->mail.dkim_selector));
}

static void check_dmarc(const struct doctor_facts *f, struct doctor_finding *ret)
{
    check_record(f, f->dmarc, &dmarc_rule, ret);
}

static void check_mx(const struct doctor_facts *f, struct doctor_finding *ret)
{
    check_record(f, f->mx, &mx_rule, ret);
}

const struct doctor_check doctor_checks[] = {
    {"folder", check_folder},
    {"keys", check_keys},
    {"disk", check_disk},
    {"inodes", check_inodes},
    {"memory", check_memory},
    {"open files", check_files},
    {"store", check_store},
    {"store version", check_version},
    {"durability", check_durability},
    {"migrations", check_migrations},
    {"log size", check_wal},
    {"clock", check_clock},
    {"jobs", check_jobs},
    {"backup", check_backup},
    {"photos", check_media},
    {"address", check_address},
    {"certificate", check_certificate},
    {"mail", check_mail},
    {"SPF", check_spf},
    {"DKIM", check_dkim},
    {"DMARC", check_dmarc},
    {"MX", check_mx},
};
const size_t doctor_check_count = COUNT(doctor_checks);
