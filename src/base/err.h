/* Errors: a function that can fail returns `const struct err *`; NULL is success; it must be
 * checked.
 *
 * The kind decides HTTP status, exit code, job policy and log level, in one table (err.c).
 * `key` is what the person concerned reads, through the i18n catalogues; `detail` is for the log
 * and never shown. An err lives in the arena it was made in; when that arena is full, a static one
 * is returned instead, so making an error never fails.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/arena.h"
#include "base/str.h"

enum err_kind {
    ERR_UNSET = 0,
    ERR_INVALID, /* the request is wrong: say which field           400/422, exit 2, job gives up */
    ERR_NOT_FOUND, /* or not visible to the caller                     404,     exit 3, job gives up
                    */
    ERR_DENIED, /* known caller, not allowed                        403,     exit 4, job gives up */
    ERR_CONFLICT, /* the world changed: sold out, already done        409,     exit 5, job gives up
                   */
    ERR_LIMIT, /* too big, too many, too fast                      413/429, exit 6, job tries again
                */
    ERR_UNAVAILABLE, /* disk full, database away, provider silent        503,     exit 7, job tries
                        again */
    ERR_BUG, /* our fault                                        500,     exit 8, job gives up   */
    ERR_KIND_COUNT
};

#define ERR_ARGS_MAX 3

struct err {
    enum err_kind kind;
    const char *key;         /* i18n key, e.g. "order.sold_out"; never NULL */
    const char *field;       /* form field or JSON member it is about; NULL if none */
    str args[ERR_ARGS_MAX];  /* for {0}..{2} in the text of `key` */
    str detail;              /* for the log */
    const char *file;
    int line;
    const struct err *cause; /* NULL if none */
};

struct err_policy {
    const char *name;        /* "invalid" */
    int http_status;
    int exit_code;
    bool job_retries;
    bool is_our_fault;       /* logged as an error, not as information */
};

const struct err_policy *err_policy_of(enum err_kind kind);

/* Returned when memory or an arena's cap is reached. kind LIMIT. */
extern const struct err err_out_of_memory;

PRINTF_LIKE(6, 7)
const struct err *err_make(struct arena *a, enum err_kind kind, const char *key, const char *file,
                           int line, const char *detail_fmt, ...) MUST_CHECK NEVER_NULL;
/* The same error with the field named, or with arguments for its text. Copies; e may be static. */
const struct err *err_with_field(struct arena *a, const struct err *e, const char *field)
    MUST_CHECK NEVER_NULL;
const struct err *err_with_arg(struct arena *a, const struct err *e, str arg) MUST_CHECK NEVER_NULL;
/* Wraps: same kind, key and field as `cause`, with more detail. */
PRINTF_LIKE(3, 4)
const struct err *err_wrap(struct arena *a, const struct err *cause, const char *detail_fmt, ...)
    MUST_CHECK NEVER_NULL;

/* A copy that outlives the arena of `e`: its texts and causes are copied too. NULL for NULL. */
const struct err *err_keep(struct arena *a, const struct err *e) MUST_CHECK;

#define ERR(a, kind, key, ...) err_make((a), (kind), (key), __FILE__, __LINE__, __VA_ARGS__)

/* Returns early on failure. */
#define TRY(expression) \
    do { \
        const struct err *try_result_ = (expression); \
        if (try_result_ != NULL) \
            return try_result_; \
    } while (0)

/* Allocates a zeroed struct or array from an arena, or returns err_out_of_memory from the caller.
 */
#define TRY_NEW(a, pointer) \
    do { \
        (pointer) = arena_new((a), sizeof *(pointer)); \
        if ((pointer) == NULL) \
            return &err_out_of_memory; \
    } while (0)
#define TRY_NEW_ARRAY(a, pointer, count) \
    do { \
        (pointer) = arena_new_array((a), (count), sizeof *(pointer)); \
        if ((pointer) == NULL) \
            return &err_out_of_memory; \
    } while (0)

#endif
