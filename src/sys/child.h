/* Runs a program to its end: argv without a shell, text in, text out, within limits. For
 * millpond-media, ffmpeg and the like.
 *
 * The child gets a session of its own (a kill reaches its children too), no file but 0, 1, 2, an
 * environment of PATH and LANG only, no new privileges, and the resource limits given; it dies with
 * the thread that started it. After deadline or a full output it is killed. Threads: any; blocks.
 */
#ifndef SYS_CHILD_H
#define SYS_CHILD_H

#include "base/strbuf.h"

enum { CHILD_ERRORS_MAX = 4096 };

struct child_options {
    const char *const *argv;   /* NULL at the end; argv[0] is the program's path */
    str input;                 /* on its stdin; ignored if input_fd > 0 */
    int input_fd;              /* a file to be its stdin; 0: none */
    size_t output_max;         /* bytes of stdout; more: killed, LIMIT */
    int64_t timeout_ms;        /* > 0 */
    uint64_t memory_max;       /* address space in bytes; 0: as we have it */
    uint64_t cpu_seconds_max;  /* 0: as we have it */
    uint64_t file_bytes_max;   /* of a file it writes; 0: as we have it */
};

struct child_result {
    int exit_code;             /* -1 if ended by a signal */
    int signal;                /* 0 if it exited */
    str output;
    str errors;                /* the first CHILD_ERRORS_MAX bytes of stderr, for the log */
};

/* NULL when the program ended by itself, whatever its exit code. UNAVAILABLE child.start (no such
 * program, no process), UNAVAILABLE child.timeout, LIMIT child.output. */
const struct err *child_run(struct arena *a, const struct child_options *options,
                            struct child_result *ret) MUST_CHECK;

#endif
