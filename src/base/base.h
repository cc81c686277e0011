/* What every file may assume: fixed-width integers, the few macros of the house, and assertions.
 *
 * ASSERT guards against our own mistakes and stays on in release builds: a wrong amount of money is
 * worse than a restart. It is never used for input; a stranger's bytes are answered with an error.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KiB(n) ((size_t)(n) * 1024u)
#define MiB(n) ((size_t)(n) * 1024u * 1024u)

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
/* Lets the compiler see that a path through an error ends. */
#define NEVER_NULL __attribute__((returns_nonnull))
#define NORETURN __attribute__((noreturn, cold))
#define UNUSED __attribute__((unused))

/* Stops the process after writing file, line and text to stderr. The supervisor starts it again. */
NORETURN void base_assert_failed(const char *file, int line, const char *text);

#define ASSERT(condition) \
    ((condition) ? (void)0 : base_assert_failed(__FILE__, __LINE__, #condition))
#define UNREACHABLE() base_assert_failed(__FILE__, __LINE__, "unreachable")

/* One-field structs: a product id handed where a shop id belongs does not compile. v == 0 means
 * "none". */
#define ID_TYPE(name) \
    struct name##_id { \
        int64_t v; \
    }

#include "base/banned.h"

#endif
