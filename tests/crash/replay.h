/* What a power cut may leave of a recorded run (disk.h).
 *
 * What was synced is there. Of the rest any part may be: each sector of 512 bytes of each write by
 * itself, each change of a size, and of the names made, renamed and removed since their folder was
 * synced the first few. Invariant: records are applied in their order, once. Threads: one.
 */
#ifndef TESTS_CRASH_REPLAY_H
#define TESTS_CRASH_REPLAY_H

#include "disk.h"

struct replay_object;
struct replay_name;
struct replay {
    const struct disk_record *records;
    size_t count, at; /* the first `at` records have happened */
    const char *folder; /* in which they happened */
    struct replay_object *objects;
    int object_count;
    struct replay_name *names; /* durable ones */
    size_t name_count, name_room;
    size_t *moves; /* records that changed names, of folders not synced since */
    size_t move_count, move_room;
};

void replay_init(struct replay *r, const struct disk_record *records, size_t count,
                 const char *folder);
void replay_done(struct replay *r);
/* Until `to` records have happened; never backwards. */
void replay_advance(struct replay *r, size_t to);
/* Fills `folder`, which is there and empty, with what a cut at this moment leaves by chance. */
void replay_cut(const struct replay *r, uint64_t seed, const char *folder);

#endif
