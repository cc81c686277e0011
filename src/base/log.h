/* Log lines for the operator: logfmt or JSON, one line and one write(2) each, to stderr.
 *
 *   struct log_line line;
 *   log_begin(&line, LOG_INFO, now_ms, "http.request");
 *   log_add(&line, "route", route); log_add(&line, "took_ms", took_ms); log_add_err(&line, e);
 *   log_end(&line);
 *
 * -> time=2026-11-21T20:16:06.123Z level=info event=http.request route=/shop took_ms=3
 * -> {"time":"2026-11-21T20:16:06.123Z","level":"info","event":"http.request",
 *     "route":"/shop","took_ms":3}
 *
 * Values with blanks, quotes or control bytes are quoted and escaped, so that a stranger's newline
 * or ESC neither forges a line nor drives a terminal. log_add accepts str, C strings, integers and
 * bool; `struct secret` has no branch: logging one does not compile. Lines are cut at LOG_LINE_MAX
 * bytes. Only the edges log (app, http, job runner); libraries return errors. Threads: lines may be
 * written from all; log_set_* before the threads start.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"
#include "base/secret.h"

enum { LOG_LINE_MAX = 4096 };
enum log_level { LOG_UNSET = 0, LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log_line {
    char text[LOG_LINE_MAX];
    size_t len;
    bool dropped; /* below the level asked for */
};

void log_set_level(enum log_level least); /* INFO unless told */
void log_set_fd(int fd);                  /* 2 unless told */
void log_set_json(bool is_json);          /* logfmt unless told */

void log_begin(struct log_line *line, enum log_level level, int64_t now_ms, const char *event);
void log_end(struct log_line *line);

void log_add_str(struct log_line *line, const char *key,
                 str value); /* absent: nothing is written */
void log_add_c(struct log_line *line, const char *key, const char *value);
void log_add_int(struct log_line *line, const char *key, int64_t value);
void log_add_bool(struct log_line *line, const char *key, bool value);
/* kind, key, field, detail and place of e and the details of its causes; nothing for NULL. */
void log_add_err(struct log_line *line, const struct err *e);

#define log_add(line, key, value) \
    _Generic((value), \
        str: log_add_str, \
        char *: log_add_c, \
        const char *: log_add_c, \
        bool: log_add_bool, \
        int: log_add_int, \
        long: log_add_int, \
        long long: log_add_int, \
        unsigned: log_add_int)((line), (key), (value))

#endif
