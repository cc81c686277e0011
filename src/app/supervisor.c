/* See supervisor.h. One thread; signals are taken by sigwaitinfo, so nothing runs in a handler. */
#include "app/supervisor.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "sys/ipaddr.h"

enum {
    BACKLOG = 1024,
    KILL_AFTER_S = 20,
    BACKOFF_FIRST_MS = 100,
    BACKOFF_MAX_MS = 10000,
    CALM_MS = 60000,          /* a child that lived so long starts the back-off anew */
    CLOSE_MS = 60000,
};

/* ---- the socket ---- */

static bool split_address(str address, struct ipaddr *ip, uint64_t *port)
{
    ptrdiff_t colon = str_rfind_char(address, ':');
    return colon > 0 && ipaddr_parse(str_sub(address, 0, (size_t)colon), ip) &&
           str_to_uint(str_from(address, (size_t)colon + 1), 65535, port);
}

static socklen_t fill_sockaddr(const struct ipaddr *ip, uint64_t port, struct sockaddr_storage *ret)
{
    memset(ret, 0, sizeof *ret);
    if (ip->family == 4) {
        struct sockaddr_in *in = (struct sockaddr_in *)ret;
        in->sin_family = AF_INET;
        in->sin_port = htons((uint16_t)port);
        memcpy(&in->sin_addr, ip->bytes, 4);
        return sizeof *in;
    }
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons((uint16_t)port);
    memcpy(&in6->sin6_addr, ip->bytes, 16);
    return sizeof *in6;
}

static int port_of(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    if (getsockname(fd, (struct sockaddr *)&bound, &len) != 0)
        return 0;
    return bound.ss_family == AF_INET ? ntohs(((struct sockaddr_in *)&bound)->sin_port)
                                      : ntohs(((struct sockaddr_in6 *)&bound)->sin6_port);
}

const struct err *supervisor_port(struct arena *a, int fd, int *ret_port)
{
    *ret_port = port_of(fd);
    if (*ret_port == 0)
        return err_with_arg(a, ERR(a, ERR_INVALID, "http.bad_address", "descriptor %d", fd),
                            S("--listen-fd"));
    return NULL;
}

const struct err *supervisor_listen(struct arena *a, str address, int *ret_fd, int *ret_port)
{
    struct ipaddr ip;
    uint64_t port = 0;
    if (!split_address(address, &ip, &port))
        return err_with_arg(a, ERR(a, ERR_INVALID, "http.bad_address", "%.*s", STR_ARG(address)),
                            address);
    struct sockaddr_storage sa;
    socklen_t len = fill_sockaddr(&ip, port, &sa);
    /* Not closed on exec: an upgraded program goes on with it. */
    int fd = socket(sa.ss_family, SOCK_STREAM, 0), one = 1;
    bool is_bound = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                    bind(fd, (const struct sockaddr *)&sa, len) == 0 && listen(fd, BACKLOG) == 0;
    if (!is_bound) {
        const char *key = errno == EADDRINUSE ? "http.port_in_use" : "http.cannot_listen";
        const struct err *e =
            ERR(a, ERR_UNAVAILABLE, key, "%.*s: %s", STR_ARG(address), strerror(errno));
        if (fd >= 0)
            close(fd);
        return err_with_arg(a, e, address);
    }
    *ret_fd = fd;
    *ret_port = port_of(fd);
    return NULL;
}

/* ---- the watch ---- */

struct watch {
    struct supervisor_board *board;
    supervisor_child *child;
    void *arg;
    sigset_t signals;
    pid_t pid;
    int64_t started_ms;
    int backoff_ms;
    bool is_ending, is_upgrade;
    bool has_served; /* some child did */
    int64_t last_crash_ms[DISPATCH_ROUTES_MAX];
};

static int64_t now_ms(void)
{
    return clock_monotonic_ms(&clock_system);
}

static const struct err *start(struct arena *a, struct watch *w)
{
    w->board->is_serving = false;
    w->board->starts++;
    w->started_ms = now_ms();
    fflush(NULL);
    pid_t parent = getpid();
    w->pid = fork();
    if (w->pid < 0)
        return ERR(a, ERR_UNAVAILABLE, "error.no_thread", "fork: %s", strerror(errno));
    if (w->pid > 0)
        return NULL;
    /* A parent that is killed takes the child along: nobody would keep it. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    int code = w->child(w->arg, w->board);
    fflush(NULL);
    _exit(code);
}

static void close_route(struct watch *w, int route)
{
    int64_t now = now_ms();
    if (w->last_crash_ms[route] != 0 && now - w->last_crash_ms[route] < CLOSE_MS)
        w->board->dispatch.closed_until_ms[route] = now + CLOSE_MS;
    w->last_crash_ms[route] = now;
}

static void log_crash(int signal_number, int route)
{
    struct log_line line;
    log_begin(&line, LOG_ERROR, clock_now_ms(&clock_system), "supervisor.crash");
    log_add(&line, "signal", signal_number);
    log_add(&line, "route_row", route);
    log_end(&line);
}

/* The child has ended. True: it is over for us too, with *ret_code. */
static bool has_ended(struct watch *w, int status, int *ret_code)
{
    bool was_signal = WIFSIGNALED(status);
    *ret_code = was_signal ? 8 : WEXITSTATUS(status);
    if (w->is_ending)
        return true;
    w->has_served = w->has_served || w->board->is_serving;
    if (!was_signal && (!w->has_served || *ret_code == 0))
        return true;
    int route = w->board->dispatch.crashed_route - 1;
    log_crash(was_signal ? WTERMSIG(status) : 0, route);
    if (route >= 0 && route < DISPATCH_ROUTES_MAX)
        close_route(w, route);
    w->board->dispatch.crashed_route = 0;
    if (now_ms() - w->started_ms > CALM_MS)
        w->backoff_ms = 0;
    w->backoff_ms = w->backoff_ms == 0 ? BACKOFF_FIRST_MS
                    : w->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : w->backoff_ms * 2;
    return false;
}

static void pass_on(struct watch *w, int number)
{
    w->is_ending = true;
    w->is_upgrade = number == SIGHUP;
    if (w->pid > 0)
        kill(w->pid, SIGTERM);
}

/* Waits for a signal at most `wait_ms` (-1: for ever). 0 when the time is over. */
static int wait_signal(const struct watch *w, int wait_ms)
{
    struct timespec t = {wait_ms / 1000, (long)(wait_ms % 1000) * 1000000};
    int number = wait_ms < 0 ? sigwaitinfo(&w->signals, NULL) : sigtimedwait(&w->signals, NULL, &t);
    return number < 0 ? 0 : number;
}

/* Between two children. */
static bool sleep_backoff(struct watch *w)
{
    w->pid = 0;
    int64_t until = now_ms() + w->backoff_ms;
    for (int64_t left; (left = until - now_ms()) > 0;) {
        int number = wait_signal(w, (int)left);
        if (number == SIGTERM || number == SIGINT || number == SIGHUP) {
            pass_on(w, number);
            return false;
        }
    }
    return true;
}

static const struct err *watch(struct arena *a, struct watch *w, int *ret_code)
{
    TRY(start(a, w));
    int64_t kill_at_ms = 0;
    for (;;) {
        int status = 0;
        while (waitpid(w->pid, &status, WNOHANG) == w->pid) {
            if (has_ended(w, status, ret_code))
                return NULL;
            if (!sleep_backoff(w))
                return NULL;
            TRY(start(a, w));
        }
        int number = wait_signal(w, 1000);
        if ((number == SIGTERM || number == SIGINT || number == SIGHUP) && !w->is_ending) {
            pass_on(w, number);
            kill_at_ms = now_ms() + (int64_t)KILL_AFTER_S * 1000;
        }
        if (kill_at_ms != 0 && now_ms() > kill_at_ms)
            kill(w->pid, SIGKILL);
    }
}

const struct err *supervisor_run(struct arena *a, supervisor_child *child, void *arg, int *ret_code,
                                 bool *ret_upgrade)
{
    struct watch *w = NULL;
    TRY_NEW(a, w);
    w->child = child;
    w->arg = arg;
    w->board =
        mmap(NULL, sizeof *w->board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (w->board == MAP_FAILED)
        return ERR(a, ERR_UNAVAILABLE, "error.unavailable", "mmap: %s", strerror(errno));
    sigemptyset(&w->signals);
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    for (size_t i = 0; i < COUNT(numbers); i++)
        sigaddset(&w->signals, numbers[i]);
    sigprocmask(SIG_BLOCK, &w->signals,
                NULL); /* the child inherits this and waits in the same way */
    const struct err *e = watch(a, w, ret_code);
    munmap(w->board, sizeof *w->board);
    *ret_upgrade = w->is_upgrade;
    return e;
}
