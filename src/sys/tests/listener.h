/* A TCP server on a free port of 127.0.0.1 for tests: one thread, one connection after another,
 * each handed to `serve`. It counts connections, so that a test can show that nobody came.
 */
#ifndef SYS_TESTS_LISTENER_H
#define SYS_TESTS_LISTENER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/str.h"

struct listener {
    void (*serve)(struct listener *l, int connection);
    int fd, port;
    _Atomic int connections;
    char seen[64 * 1024]; /* what the last peer sent: for serve and test */
    size_t seen_len;
    pthread_t thread;
};

void listener_start(struct listener *l, void (*serve)(struct listener *l, int connection));
void listener_stop(struct listener *l);
/* Reads into `seen` until `end` occurs at or after byte `from`; false when the peer is gone. */
bool listener_read_until(struct listener *l, int connection, size_t from, str end);
void listener_write(int connection, str text);

#endif
