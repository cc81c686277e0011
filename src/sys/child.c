#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/clock.h"

enum { EXIT_NOT_STARTED = 127, PIPES = 4 };

/* Our ends. `report` tells why exec failed; it closes by itself when exec succeeds. */
struct pipes {
    int ours[PIPES], theirs[PIPES]; /* stdin, stdout, stderr, report */
};

static void close_all(int *fds)
{
    for (int i = 0; i < PIPES; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        fds[i] = -1;
    }
}

static bool open_pipes(struct pipes *p)
{
    bool opened = true;
    for (int i = 0; i < PIPES; i++)
        p->ours[i] = p->theirs[i] = -1;
    for (int i = 0; opened && i < PIPES; i++) {
        int ends[2];
        /* A socket pair for stdin, because writing to it can be told not to raise SIGPIPE. */
        opened = i == 0 ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0
                        : pipe2(ends, O_CLOEXEC) == 0;
        if (opened) {
            p->ours[i] = ends[0];
            p->theirs[i] = ends[1];
        }
    }
    if (!opened) {
        close_all(p->ours);
        close_all(p->theirs);
    }
    return opened;
}

static void limit(int which, uint64_t value)
{
    struct rlimit both = {value, value};
    if (value > 0)
        setrlimit((__rlimit_resource_t)which, &both);
}

/* Between fork and exec: only functions that are safe there, no memory, no locks. */
static NORETURN void become(const struct child_options *o, const int *theirs, char *const *argv)
{
    static const char *const environment[] = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", NULL};
    struct rlimit no_core = {0, 0};
    int fds[PIPES];
    sigset_t none;
    sigemptyset(&none);
    for (int i = 0; i < PIPES; i++) /* out of the way of 0..2, which they will replace */
        fds[i] = fcntl(i == 0 && o->input_fd > 0 ? o->input_fd : theirs[i], F_DUPFD_CLOEXEC, 10);
    for (int i = 0; i < 3; i++)
        dup2(fds[i], i);
    int report = dup3(fds[3], 3, O_CLOEXEC) == 3 ? 3 : fds[3];
    close_range(4, ~0u, 0);
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setrlimit(RLIMIT_CORE, &no_core);
    limit(RLIMIT_AS, o->memory_max);
    limit(RLIMIT_CPU, o->cpu_seconds_max);
    limit(RLIMIT_FSIZE, o->file_bytes_max);
    char *const *env = (char *const *)(uintptr_t)environment;
    execve(argv[0], argv, env);
    int why = errno;
    ssize_t told = write(report, &why, sizeof why);
    _exit(told == sizeof why ? EXIT_NOT_STARTED : EXIT_NOT_STARTED - 1);
}

static bool feed(int *fd, str *input)
{
    ssize_t sent = input->len == 0 ? 0
                                   : send(*fd, input->ptr, input->len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0)
        *input = str_from(*input, (size_t)sent);
    bool over = input->len == 0 || (sent < 0 && errno != EAGAIN && errno != EINTR);
    if (over) {
        close(*fd);
        *fd = -1;
    }
    return over;
}

/* Reads what is there; beyond the maximum it returns false. Bytes of stderr beyond it are dropped.
 */
static bool drain(int *fd, struct strbuf *into, bool drop_rest)
{
    char bytes[16 * 1024];
    ssize_t got = read(*fd, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR)
        return true;
    if (got <= 0) {
        close(*fd);
        *fd = -1;
        return true;
    }
    size_t room = into->max - into->len, count = (size_t)got;
    if (count > room && !drop_rest)
        return false;
    strbuf_add(into, (str){bytes, count < room ? count : room});
    return !into->failed;
}

enum ending { ENDING_UNSET = 0, ENDING_EXITED, ENDING_LATE, ENDING_TOO_MUCH };

static enum ending attend(const struct child_options *o, int *fds, int process,
                          struct strbuf *output, struct strbuf *errors)
{
    int64_t until_ms = clock_monotonic_ms(&clock_system) + o->timeout_ms;
    str input = o->input;
    bool exited = false;
    while (!exited || fds[1] >= 0) {
        int64_t left_ms = until_ms - clock_monotonic_ms(&clock_system);
        if (left_ms <= 0)
            return ENDING_LATE;
        struct pollfd waits[4] = {{fds[0], POLLOUT, 0},
                                  {fds[1], POLLIN, 0},
                                  {fds[2], POLLIN, 0},
                                  {exited ? -1 : process, POLLIN, 0}};
        if (poll(waits, COUNT(waits), (int)(left_ms > 60000 ? 60000 : left_ms)) < 0 &&
            errno != EINTR)
            return ENDING_LATE;
        if (waits[0].revents != 0)
            feed(&fds[0], &input);
        if (waits[1].revents != 0 && !drain(&fds[1], output, false))
            return ENDING_TOO_MUCH;
        if (waits[2].revents != 0)
            drain(&fds[2], errors, true);
        exited = exited || waits[3].revents != 0;
        if (exited && fds[0] >= 0) {
            close(fds[0]);
            fds[0] = -1;
        }
    }
    while (fds[2] >= 0 && poll(&(struct pollfd){fds[2], POLLIN, 0}, 1, 0) > 0)
        drain(&fds[2], errors, true);
    return ENDING_EXITED;
}

static const struct err *supervise(struct arena *a, const struct child_options *o, struct pipes *p,
                                   pid_t pid, struct child_result *ret)
{
    struct strbuf output, errors;
    int status = 0, why = 0;
    enum ending ending = ENDING_LATE;
    strbuf_init(&output, a, o->output_max);
    strbuf_init(&errors, a, CHILD_ERRORS_MAX);
    int process = pidfd_open(pid, 0);
    if (process >= 0)
        ending = attend(o, p->ours, process, &output, &errors);
    kill(-pid, SIGKILL); /* its children too; before waitpid the id cannot be another's */
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (process >= 0)
        close(process);
    bool not_started = read(p->ours[3], &why, sizeof why) == sizeof why;
    if (not_started)
        return ERR(a, ERR_UNAVAILABLE, "child.start", "%s: errno %d", o->argv[0], why);
    if (ending == ENDING_LATE)
        return ERR(a, ERR_UNAVAILABLE, "child.timeout", "%s after %lld ms", o->argv[0],
                   (long long)o->timeout_ms);
    if (ending == ENDING_TOO_MUCH)
        return ERR(a, ERR_LIMIT, "child.output", "%s writes more than %zu bytes", o->argv[0],
                   o->output_max);
    *ret = (struct child_result){
        .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
        .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
    };
    TRY(strbuf_finish(&output, &ret->output));
    return strbuf_finish(&errors, &ret->errors);
}

const struct err *child_run(struct arena *a, const struct child_options *o,
                            struct child_result *ret)
{
    struct pipes pipes;
    ASSERT(o->timeout_ms > 0 && o->argv != NULL && o->argv[0] != NULL);
    if (!open_pipes(&pipes))
        return ERR(a, ERR_UNAVAILABLE, "child.start", "pipes: errno %d", errno);
    char *const *argv = (char *const *)(uintptr_t)o->argv; /* execve does not change them */
    pid_t pid = fork();
    if (pid == 0)
        become(o, pipes.theirs, argv);
    close_all(pipes.theirs);
    const struct err *e = pid < 0 ? ERR(a, ERR_UNAVAILABLE, "child.start", "fork: errno %d", errno)
                                  : supervise(a, o, &pipes, pid, ret);
    close_all(pipes.ours);
    return e;
}
