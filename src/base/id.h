/* Ids: 63 bits, positive: 41 bits of milliseconds since 2020-01-01 UTC, 10 of node, 12 of sequence.
 * next = max(last + 1, now), so ids of one process rise strictly even when the clock steps back.
 * People and JSON see 13 Crockford base-32 characters (lower case; i l o u are read as their
 * twins). An id is never a credential. Threads: id_source is shared; id_next is lock-free.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdatomic.h>

#include "base/err.h"

enum { ID_TEXT_LEN = 13 };

struct id_source {
    _Atomic int64_t last;
    int node; /* 0..1023 */
};

/* `floor` is the greatest id already stored, or 0. */
void id_source_init(struct id_source *source, int node, int64_t floor);
int64_t id_next(struct id_source *source, int64_t now_ms);
int64_t id_time_ms(int64_t id); /* when it was made, UTC ms */
int64_t id_at_time(int64_t now_ms); /* smallest id of that millisecond: for range scans by time */

struct id_text {
    char text[ID_TEXT_LEN + 1];
};
struct id_text id_format(int64_t id);
str id_str(const struct id_text *text);
/* False unless s is exactly one formatted id > 0. */
bool id_parse(str s, int64_t *ret);

#endif
