/* What this machine, the folder and the store say: see doctor.h. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "app/doctor.h"
#include "base/strbuf.h"
#include "base/timefmt.h"
#include "core/event.h"
#include "core/i18n.h"
#include "notify/notify.h"
#include "sys/child.h"
#include "sys/file.h"
#include "texts.h"

enum { SMALL_FILE = 8192, PATH_BYTES = 4096, PROBE_MS = 20000 };

str doctor_words(struct arena *a, const struct err *e)
{
    struct locale locale;
    str text = STR_NONE;
    locale_init(&locale, &texts, S("en"), STR_NONE, STR_NONE, clock_now_ms(&clock_system));
    if (str_is_absent(catalogue_text(&texts, LANGUAGE_EN, e->key)) ||
        locale_format(a, &locale, e->key, e->args, ERR_ARGS_MAX, &text) != NULL)
        return e->detail;
    return text;
}

/* ---- the folder ---- */

static int64_t mode_of(const char *path, bool *ret_ours)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return -1;
    if (ret_ours != NULL)
        *ret_ours = st.st_uid == geteuid();
    return st.st_mode & 07777;
}

static const struct err *look_at_keys(struct arena *a, struct doctor_facts *f, const char *folder)
{
    DIR *keys = opendir(folder);
    if (keys == NULL)
        return NULL;
    const struct err *e = NULL;
    for (struct dirent *entry; e == NULL && (entry = readdir(keys)) != NULL;) {
        struct stat st;
        if (fstatat(dirfd(keys), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode) || (st.st_mode & 077) == 0 || f->loose_count == DOCTOR_LOOSE_MAX)
            continue;
        e = str_dup(a, str_c(entry->d_name), &f->loose[f->loose_count++]);
    }
    closedir(keys);
    return e;
}

static const struct err *look_at_folder(struct cli *c, struct doctor_facts *f)
{
    struct arena *a = c->arena;
    str keys = STR_NONE, path = STR_NONE, text = STR_NONE;
    TRY(str_fmt(a, &keys, "%s/keys", c->config.data));
    f->data_mode = mode_of(c->config.data, &f->is_ours);
    f->keys_mode = mode_of(keys.ptr, NULL);
    TRY(look_at_keys(a, f, keys.ptr));
    struct statvfs disk;
    if (statvfs(c->config.data, &disk) == 0) {
        f->free_bytes = (int64_t)(disk.f_bavail * disk.f_frsize);
        f->disk_bytes = (int64_t)(disk.f_blocks * disk.f_frsize);
        f->free_inodes = (int64_t)disk.f_favail;
        f->inodes = (int64_t)disk.f_files;
    }
    TRY(str_fmt(a, &path, "%s/last-backup", c->config.data));
    if (file_read(a, path.ptr, SMALL_FILE, &text) == NULL &&
        !time_parse_rfc3339(str_cut(&text, ' '), &f->backup_ms))
        f->backup_ms = -1;
    TRY(str_fmt(a, &path, "%s/%s", c->config.data, f->is_pg ? "keys/master" : "millpond.db"));
    f->is_new = access(path.ptr, F_OK) != 0;
    TRY(str_fmt(a, &path, "%s/millpond.db-wal", c->config.data));
    struct stat wal;
    f->wal_bytes = stat(path.ptr, &wal) == 0 ? (int64_t)wal.st_size : 0;
    return NULL;
}

/* ---- the machine ---- */

/* "MemAvailable:   123 kB" in bytes, or -1. */
static int64_t memory_line(str text, str name)
{
    while (!str_is_absent(text)) {
        str line = str_cut(&text, '\n');
        int64_t kib = 0;
        if (!str_starts(line, name))
            continue;
        str rest = str_trim(str_from(line, name.len));
        return str_to_int(str_cut(&rest, ' '), &kib) ? kib * 1024 : -1;
    }
    return -1;
}

static const struct err *look_at_machine(struct arena *a, struct doctor_facts *f)
{
    struct timex clock = {0};
    int state = adjtimex(&clock);
    f->ntp_synced = state < 0                                                 ? -1
                    : state == TIME_ERROR || (clock.status & STA_UNSYNC) != 0 ? 0
                                                                              : 1;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0)
        f->open_files = files.rlim_cur == RLIM_INFINITY ? INT64_MAX : (int64_t)files.rlim_cur;
    char buffer[SMALL_FILE];
    FILE *file = fopen("/proc/meminfo", "re");
    size_t len = file == NULL ? 0 : fread(buffer, 1, sizeof buffer, file);
    if (file != NULL)
        fclose(file);
    (void)a;
    f->memory_bytes = memory_line((str){buffer, len}, S("MemTotal:"));
    f->memory_free_bytes = memory_line((str){buffer, len}, S("MemAvailable:"));
    return NULL;
}

/* Its own self-test: it tries from inside the sandbox what the sandbox should forbid. */
static const struct err *look_at_media(struct arena *a, struct doctor_facts *f)
{
    char self[PATH_BYTES];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self);
    str folder = {self, len > 0 ? (size_t)len : 0}, program = STR_NONE;
    ptrdiff_t slash = str_rfind_char(folder, '/');
    TRY(str_fmt(a, &program, "%.*s/millpond-media",
                STR_ARG(str_sub(folder, 0, slash < 0 ? 0 : (size_t)slash))));
    f->has_media = access(program.ptr, X_OK) == 0;
    if (!f->has_media)
        return NULL;
    char box[] = "/tmp/millpond-doctor-XXXXXX";
    if (mkdtemp(box) == NULL) {
        f->media_exit = -1;
        f->media_says = S("no temporary folder can be made");
        return NULL;
    }
    const char *const argv[] = {program.ptr, "--out-dir", box, "--probe", NULL};
    struct child_result child = {0};
    struct child_options options = {.argv = argv, .output_max = SMALL_FILE, .timeout_ms = PROBE_MS};
    const struct err *e = child_run(a, &options, &child);
    f->media_exit = e != NULL ? -1 : child.exit_code;
    f->media_says = e != NULL ? e->detail : str_trim(child.output);
    if (e == NULL && child.exit_code != 0)
        f->media_says = str_trim(child.errors);
    if (str_starts(f->media_says, S("warning ")))
        f->media_says = str_from(f->media_says, 8);
    else if (f->media_exit == 0)
        f->media_says = STR_NONE;
    return file_remove_tree(a, "/tmp", box + 5);
}

/* ---- the store ---- */

static const struct err *ask_store(struct cli *c, struct doctor_facts *f, struct tx *tx)
{
    struct arena *a = c->arena;
    struct event_parked *events = NULL;
    struct health_jobs *jobs = NULL;
    size_t event_count = 0, job_count = 0;
    TRY(health_store_look(tx, a, &f->store));
    TRY(event_parked_list(tx, a, &events, &event_count));
    TRY(health_job_counts(tx, a, &jobs, &job_count));
    f->parked_events = (int64_t)event_count;
    f->dead_jobs = 0;
    for (size_t i = 0; i < job_count; i++)
        f->dead_jobs += jobs[i].state == JOB_DEAD ? jobs[i].count : 0;
    return notify_held_count(tx, a, &f->held_mails);
}

static const struct err *open_store(struct cli *c)
{
    struct platform_config pc;
    TRY(cli_platform_config(c, &pc));
    pc.migrate = DB_MIGRATE_CHECK;
    pc.no_start = true;
    return platform_open(c->arena, &pc, &c->platform);
}

/* A store that is not there is not made by looking at it. */
static const struct err *look_at_store(struct cli *c, struct doctor_facts *f)
{
    if (f->is_new || f->data_mode < 0)
        return NULL;
    struct tx *tx = NULL;
    f->store_trouble = open_store(c);
    if (f->store_trouble == NULL)
        f->store_trouble = db_read_begin(c->platform->db, c->arena, &tx);
    if (f->store_trouble == NULL)
        f->store_trouble = ask_store(c, f, tx);
    db_read_end(tx);
    if (f->store_trouble != NULL)
        f->store_says = doctor_words(c->arena, f->store_trouble);
    return NULL;
}

const struct err *doctor_look(struct cli *c, struct doctor_facts *f)
{
    *f = (struct doctor_facts){.now_ms = clock_now_ms(&clock_system),
                               .data = str_c(c->config.data),
                               .is_pg = c->config.db != NULL,
                               .data_mode = -1,
                               .keys_mode = -1,
                               .free_bytes = -1,
                               .disk_bytes = -1,
                               .free_inodes = -1,
                               .inodes = -1,
                               .backup_ms = -1,
                               .ntp_synced = -1,
                               .open_files = -1,
                               .memory_bytes = -1,
                               .memory_free_bytes = -1,
                               .wal_bytes = -1,
                               .dead_jobs = -1,
                               .parked_events = -1,
                               .held_mails = -1};
    TRY(look_at_folder(c, f));
    TRY(look_at_machine(c->arena, f));
    TRY(look_at_media(c->arena, f));
    TRY(look_at_store(c, f));
    return doctor_look_net(c, f);
}
