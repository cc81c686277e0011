/* The small parent of `serve`: keeps the listening socket, starts the child that serves, starts it
 * again after a crash, and passes on signals. It touches neither store nor requests.
 *
 * SIGTERM / SIGINT: the child finishes what is in flight (10 s), then both end. SIGHUP: the same
 * child end, then this program's file is started anew with the same socket: an upgrade that refuses
 * nobody, since connections wait in the socket's queue meanwhile. Two aborts in one route within a
 * minute close that route for a minute (the board, core/dispatch.h). When the first child does not
 * get to serve, its message and exit code are the parent's; later ones are started again until they
 * do, for then it is the world that is missing (a database that is away), not an option.
 */
#ifndef APP_SUPERVISOR_H
#define APP_SUPERVISOR_H

#include "app/cli.h"
#include "core/dispatch.h"

struct supervisor_board {
    struct dispatch_board dispatch;
    _Atomic bool is_serving;      /* set by the child once it answers */
    _Atomic int starts;           /* how often a child was started */
};

/* A socket that listens on "ADDR:PORT" or "[ADDR]:PORT". INVALID "http.bad_address", UNAVAILABLE
 * "http.port_in_use" or "http.cannot_listen" (arg: the address). */
const struct err *supervisor_listen(struct arena *a, str address, int *ret_fd,
                                    int *ret_port) MUST_CHECK;

/* The port of an open socket; INVALID "http.bad_address" when it is none. */
const struct err *supervisor_port(struct arena *a, int fd, int *ret_port) MUST_CHECK;

/* Runs `child(arg)` in a process of its own until told to end. Returns the exit code. *ret_upgrade:
 * start the program anew with the same socket. */
typedef int supervisor_child(void *arg, struct supervisor_board *board);
const struct err *supervisor_run(struct arena *a, supervisor_child *child, void *arg, int *ret_code,
                                 bool *ret_upgrade) MUST_CHECK;

#endif
