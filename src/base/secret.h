/* secret: a password, token or key on its way through the program. No formatter, log or template
 * takes one; where its bytes are needed, secret_reveal says so and can be searched for.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/str.h"

struct secret {
    str hidden;
};

static inline struct secret secret_of(str bytes)
{
    return (struct secret){bytes};
}
static inline str secret_reveal(struct secret s)
{
    return s.hidden;
}

#endif
