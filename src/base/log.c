#include "base/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "base/utf8.h"

static enum log_level least_level = LOG_INFO;
static int log_fd = STDERR_FILENO;
static bool is_json;

/* Kept free at the end: a closing quote and brace, the newline. */
enum { END_BYTES = 3, PIECE_BYTES_MAX = 8 };

static const char *const level_names[] = {"unset", "debug", "info", "warning", "error"};

void log_set_level(enum log_level least)
{
    least_level = least;
}

void log_set_fd(int fd)
{
    log_fd = fd;
}

void log_set_json(bool is)
{
    is_json = is;
}

static bool put(struct log_line *line, str s)
{
    if (s.len > sizeof line->text - END_BYTES - line->len)
        return false;
    if (s.len > 0)
        memcpy(line->text + line->len, s.ptr, s.len);
    line->len += s.len;
    return true;
}

static bool put_key(struct log_line *line, const char *key)
{
    size_t before = line->len;
    if (line->dropped)
        return false;
    if (is_json ? put(line, before == 0 ? S("{\"") : S(",\"")) && put(line, str_c(key)) &&
                      put(line, S("\":")) &&
                      line->len + PIECE_BYTES_MAX + 2 < sizeof line->text - END_BYTES
                : (before == 0 || put(line, S(" "))) && put(line, str_c(key)) && put(line, S("=")))
        return true;
    line->len = before;
    return false;
}

static bool is_plain(str value)
{
    str rest = value;
    uint32_t point;
    while (utf8_next(&rest, &point))
        if (point <= ' ' || point == '"' || point == '=' || point == '\\' ||
            (point >= 0x7f && point < 0xa0))
            return false;
    return rest.len == 0 && value.len > 0 && utf8_is_title(value);
}

static bool put_escaped_byte(struct log_line *line, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    char text[4] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
    if (byte == '\n')
        return put(line, S("\\n"));
    return put(line, (str){text, sizeof text});
}

static void put_quoted(struct log_line *line, str value)
{
    bool fits = put(line, S("\""));
    while (fits && value.len > 0 && line->len < sizeof line->text - 8) {
        str rest = value;
        uint32_t point;
        bool valid = utf8_next(&rest, &point);
        str piece = str_sub(value, 0, valid ? value.len - rest.len : 1);
        if (valid && (point == '"' || point == '\\'))
            fits = put(line, S("\\")) && put(line, piece);
        else if (valid && utf8_is_title(piece))
            fits = put(line, piece);
        else
            for (size_t i = 0; fits && i < piece.len; i++)
                fits = put_escaped_byte(line, (unsigned char)piece.ptr[i]);
        value = str_from(value, piece.len);
    }
    put(line, S("\""));
}

/* A JSON string; bytes that are no UTF-8 and points that could drive a terminal are escaped or
 * replaced. Cut where the line is full, but always closed. */
static void put_json(struct log_line *line, str value)
{
    (void)put(line, S("\""));
    while (value.len > 0 && line->len < sizeof line->text - END_BYTES - PIECE_BYTES_MAX) {
        str rest = value;
        uint32_t point;
        bool valid = utf8_next(&rest, &point);
        str piece = str_sub(value, 0, valid ? value.len - rest.len : 1);
        value = str_from(value, piece.len);
        if (valid && (point == '"' || point == '\\'))
            (void)(put(line, S("\\")) && put(line, piece));
        else if (valid && utf8_is_title(piece))
            (void)put(line, piece);
        else if (valid && point == '\n')
            (void)put(line, S("\\n"));
        else
            (void)put(line, S("\\ufffd"));
    }
    line->text[line->len++] = '"'; /* put() left room for it */
}

void log_add_str(struct log_line *line, const char *key, str value)
{
    if (str_is_absent(value) || !put_key(line, key))
        return;
    if (is_json) {
        put_json(line, value);
        return;
    }
    if (!is_plain(value) || !put(line, value))
        put_quoted(line, value);
}

void log_add_c(struct log_line *line, const char *key, const char *value)
{
    log_add_str(line, key, str_c(value));
}

/* Digits and words that need no quotes in either form. */
static void add_bare(struct log_line *line, const char *key, str value)
{
    size_t before = line->len;
    if (put_key(line, key) && !put(line, value))
        line->len = before;
}

void log_add_int(struct log_line *line, const char *key, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        digits[--at] = '-';
    add_bare(line, key, (str){digits + at, sizeof digits - at});
}

void log_add_bool(struct log_line *line, const char *key, bool value)
{
    add_bare(line, key, value ? S("true") : S("false"));
}

void log_add_err(struct log_line *line, const struct err *e)
{
    if (e == NULL)
        return;
    log_add_c(line, "error", err_policy_of(e->kind)->name);
    log_add_c(line, "error_key", e->key);
    log_add_c(line, "field", e->field);
    log_add_str(line, "detail", e->detail);
    log_add_c(line, "file", e->file);
    log_add_int(line, "line", e->line);
    int depth = 0;
    for (const struct err *cause = e->cause; cause != NULL && depth < 8;
         cause = cause->cause, depth++)
        log_add_str(line, "cause", cause->detail);
}

void log_begin(struct log_line *line, enum log_level level, int64_t now_ms, const char *event)
{
    ASSERT(level > LOG_UNSET && level <= LOG_ERROR);
    line->len = 0;
    line->dropped = level < least_level;
    struct time_text now = time_format_rfc3339(now_ms);
    log_add_c(line, "time", now.text);
    log_add_c(line, "level", level_names[level]);
    log_add_c(line, "event", event);
}

void log_end(struct log_line *line)
{
    if (line->dropped)
        return;
    if (is_json)
        line->text[line->len++] = '}';
    line->text[line->len++] = '\n';
    while (write(log_fd, line->text, line->len) < 0 && errno == EINTR) {
    }
    line->dropped = true;
}
