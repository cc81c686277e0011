#include "media/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool limit(__rlimit_resource_t which, rlim_t value)
{
    struct rlimit both = {value, value};
    return setrlimit(which, &both) == 0;
}

static bool limit_resources(void)
{
    bool limited = limit(RLIMIT_CPU, 10) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, 32);
#if !defined(__SANITIZE_ADDRESS__) /* its shadow memory alone is terabytes of addresses */
    limited = limited && limit(RLIMIT_AS, MiB(768));
#endif
    return limited;
}

static bool allow(long rules, int folder, uint64_t access)
{
    struct landlock_path_beneath_attr allowed = {.allowed_access = access, .parent_fd = folder};
    return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &allowed, 0) == 0;
}

static bool allow_fonts(long rules)
{
    static const char *const folders[] = {"/etc/fonts", "/usr/share/fonts",
                                          "/usr/share/fontconfig", "/usr/local/share/fonts",
                                          "/var/cache/fontconfig"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        int folder = open(folders[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0)
            continue;
        bool done =
            allow(rules, folder, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
        close(folder);
        if (!done)
            return false;
    }
    return true;
}

/* Everything that the kernel's version of Landlock knows is denied, but making files below the
 * folder, or, without one (-1), reading fonts. */
static enum sandbox_state restrict_files(int out_folder)
{
    static const uint64_t all_v1 = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return SANDBOX_NO_LANDLOCK;
    struct landlock_ruleset_attr denied = {.handled_access_fs = all_v1};
    if (version >= 2)
        denied.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        denied.handled_access_fs |= 1u << 14; /* truncation, newer than this header */
    long rules = syscall(SYS_landlock_create_ruleset, &denied, sizeof denied, 0);
    if (rules < 0)
        return SANDBOX_FAILED;
    bool done = (out_folder < 0 ? allow_fonts(rules)
                                : allow(rules, out_folder, LANDLOCK_ACCESS_FS_WRITE_FILE |
                                                               LANDLOCK_ACCESS_FS_MAKE_REG)) &&
                syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close((int)rules);
    return done ? SANDBOX_FULL : SANDBOX_FAILED;
}

/* What glibc, GLib's threads, libvips, fontconfig and Pango use once all libraries are loaded.
 * Anything else fails with EPERM; clone3 with ENOSYS, so that glibc falls back to clone, whose
 * flags can be looked at.
 */
static const int allowed_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(openat),
    SCMP_SYS(fsync),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(tgkill),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(sysinfo),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(fadvise64),
    SCMP_SYS(getrusage),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(getdents64),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(fcntl),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(uname),
};

static bool restrict_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool done = filter != NULL;
    for (size_t i = 0; done && i < COUNT(allowed_calls); i++)
        done = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0) == 0;
    done = done && seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                            SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                            SCMP_A2(SCMP_CMP_EQ, 0, 0)) == 0 &&
           seccomp_load(filter) == 0;
    if (filter != NULL)
        seccomp_release(filter);
    return done;
}

enum sandbox_state sandbox_enter(int out_folder)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        !limit_resources())
        return SANDBOX_FAILED;
    enum sandbox_state files = restrict_files(out_folder);
    if (files == SANDBOX_FAILED || !restrict_calls())
        return SANDBOX_FAILED;
    return files;
}

enum sandbox_state sandbox_enter_fonts(void)
{
    return sandbox_enter(-1);
}

static bool report(const char *what, bool allowed)
{
    printf("%s %s\n", what, allowed ? "ALLOWED" : "denied");
    return !allowed;
}

bool sandbox_probe(bool has_landlock)
{
    static char *const nothing[] = {NULL};
    int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    bool fine = !has_landlock || report("read-file", file >= 0);
    int written = open("/tmp/millpond-media-probe", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    fine = (!has_landlock || report("write-file", written >= 0)) && fine;
    fine = report("inet-socket", socket(AF_INET, SOCK_STREAM, 0) >= 0) && fine;
    fine = report("unix-socket", socket(AF_UNIX, SOCK_STREAM, 0) >= 0) && fine;
    fine = report("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL) >= 0) && fine;
    fine = report("unlink", unlink("/nowhere/at/all") == 0 || errno != EPERM) && fine;
    long child = syscall(SYS_fork);
    if (child == 0)
        _exit(0);
    fine = report("fork", child > 0) && fine;
    execve("/bin/true", nothing, nothing);
    return report("exec", errno != EPERM && errno != EACCES) && fine;
}
