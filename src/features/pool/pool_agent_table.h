/* The shape of the table that refdata/agents.mjs makes at build. Constant data. */
#ifndef POOL_POOL_AGENT_TABLE_H
#define POOL_POOL_AGENT_TABLE_H

#include "base/base.h"

enum {
    AGENT_BUCKETS = 1024
}; /* (first byte * 31 + second byte) mod this; the script knows it too */

struct agent_literal {
    const char *text, *name;
    bool is_preview;
    bool at_start;
};
extern const struct agent_literal agent_literals[];              /* sorted by bucket */
extern const uint16_t agent_literal_starts[AGENT_BUCKETS + 1];   /* where each bucket begins */

struct agent_pattern {
    const char *text, *name; /* PCRE */
    bool is_preview;
};
extern const struct agent_pattern agent_patterns[];
extern const size_t agent_pattern_count;

#endif
