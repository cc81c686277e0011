#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

const struct err err_out_of_memory = {
    .kind = ERR_LIMIT,
    .key = "error.too_much",
    .detail = STR_INIT("arena full or out of memory"),
    .file = __FILE__,
    .line = __LINE__,
};

static const struct err_policy policies[ERR_KIND_COUNT] = {
    [ERR_UNSET] = {"unset", 500, 8, false, true},
    [ERR_INVALID] = {"invalid", 422, 2, false, false},
    [ERR_NOT_FOUND] = {"not_found", 404, 3, false, false},
    [ERR_DENIED] = {"denied", 403, 4, false, false},
    [ERR_CONFLICT] = {"conflict", 409, 5, false, false},
    [ERR_LIMIT] = {"limit", 429, 6, true, false},
    [ERR_UNAVAILABLE] = {"unavailable", 503, 7, true, true},
    [ERR_BUG] = {"bug", 500, 8, false, true},
};

void base_assert_failed(const char *file, int line, const char *text)
{
    fprintf(stderr, "millpond: assertion failed: %s:%d: %s\n", file, line, text);
    abort();
}

const struct err_policy *err_policy_of(enum err_kind kind)
{
    ASSERT(kind < ERR_KIND_COUNT);
    return &policies[kind];
}

PRINTF_LIKE(2, 0)
static str format_detail(struct arena *a, const char *fmt, va_list args)
{
    char text[512];
    int written = vsnprintf(text, sizeof text, fmt, args);
    size_t len = written < 0                     ? 0
                 : (size_t)written < sizeof text ? (size_t)written
                                                 : sizeof text - 1;
    char *copy = arena_alloc(a, len + 1);
    if (copy == NULL)
        return S("");
    memcpy(copy, text, len);
    return (str){copy, len};
}

const struct err *err_make(struct arena *a, enum err_kind kind, const char *key, const char *file,
                           int line, const char *detail_fmt, ...)
{
    struct err *e = arena_new(a, sizeof *e);
    if (e == NULL)
        return &err_out_of_memory;
    va_list args;
    va_start(args, detail_fmt);
    *e = (struct err){.kind = kind, .key = key, .file = file, .line = line};
    e->detail = format_detail(a, detail_fmt, args);
    va_end(args);
    return e;
}

static struct err *copy_of(struct arena *a, const struct err *e)
{
    struct err *copy = arena_new(a, sizeof *copy);
    if (copy != NULL)
        *copy = *e;
    return copy;
}

const struct err *err_with_field(struct arena *a, const struct err *e, const char *field)
{
    struct err *copy = copy_of(a, e);
    if (copy == NULL)
        return e;
    copy->field = field;
    return copy;
}

const struct err *err_with_arg(struct arena *a, const struct err *e, str arg)
{
    struct err *copy = copy_of(a, e);
    str kept;
    if (copy == NULL || str_dup(a, arg, &kept) != NULL)
        return e;
    for (size_t i = 0; i < ERR_ARGS_MAX; i++) {
        if (str_is_absent(copy->args[i])) {
            copy->args[i] = kept;
            break;
        }
    }
    return copy;
}

const struct err *err_wrap(struct arena *a, const struct err *cause, const char *detail_fmt, ...)
{
    struct err *e = copy_of(a, cause);
    if (e == NULL)
        return cause;
    va_list args;
    va_start(args, detail_fmt);
    e->detail = format_detail(a, detail_fmt, args);
    va_end(args);
    e->cause = cause;
    return e;
}

const struct err *err_keep(struct arena *a, const struct err *e)
{
    struct err *copy = e == NULL ? NULL : copy_of(a, e);
    if (copy == NULL)
        return e == NULL ? NULL : &err_out_of_memory;
    bool is_kept = str_dup(a, e->detail, &copy->detail) == NULL;
    for (size_t i = 0; i < ERR_ARGS_MAX; i++)
        is_kept = str_dup(a, e->args[i], &copy->args[i]) == NULL && is_kept;
    copy->cause = err_keep(a, e->cause);
    return is_kept ? copy : &err_out_of_memory;
}
