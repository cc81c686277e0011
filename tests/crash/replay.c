#include "replay.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/rng.h"

enum { SECTOR = 512, PATH_BYTES = 768 };

struct content {
    char *bytes;
    size_t size, room;
};

struct replay_object {
    struct content durable;
    size_t *pending; /* records not synced yet */
    size_t pending_count, pending_room;
};

struct replay_name {
    const char *name;
    int object; /* 0: a folder */
};

static void *grown(void *items, size_t count, size_t *room, size_t item_bytes)
{
    if (count < *room)
        return items;
    *room = *room == 0 ? 16 : *room * 2;
    items = realloc(items, *room * item_bytes);
    ASSERT(items != NULL);
    return items;
}

/* ---- contents ---- */

static void set_size(struct content *c, size_t size)
{
    if (size > c->room) {
        c->room = size * 2;
        c->bytes = realloc(c->bytes, c->room);
        ASSERT(c->bytes != NULL);
    }
    if (size > c->size)
        memset(c->bytes + c->size, 0, size - c->size);
    c->size = size;
}

static void put(struct content *c, const struct disk_record *r, size_t from, size_t len)
{
    size_t at = (size_t)r->offset + from;
    if (at + len > c->size)
        set_size(c, at + len);
    memcpy(c->bytes + at, r->bytes + from, len);
}

static void apply(struct content *c, const struct disk_record *r)
{
    if (r->act == DISK_TRUNCATE)
        set_size(c, (size_t)r->offset);
    else
        put(c, r, 0, r->len);
}

/* Each sector by itself; a write that is lost may still have made the file longer. */
static void apply_torn(struct content *c, const struct disk_record *r, const struct rng *chance,
                       uint64_t percent)
{
    if (r->act == DISK_TRUNCATE) {
        if (rng_below(chance, 100) < percent)
            set_size(c, (size_t)r->offset);
        return;
    }
    for (size_t from = 0; from < r->len;) {
        size_t end = ((size_t)r->offset + from) / SECTOR * SECTOR + SECTOR - (size_t)r->offset;
        size_t len = (end < r->len ? end : r->len) - from;
        if (rng_below(chance, 100) < percent)
            put(c, r, from, len);
        from += len;
    }
    size_t end = (size_t)r->offset + r->len;
    if (end > c->size && rng_below(chance, 100) < percent)
        set_size(c, end);
}

/* ---- names ---- */

static int find(const struct replay_name *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* `names` has room for one more. */
static void move(struct replay_name *names, size_t *count, const struct disk_record *r)
{
    int at = find(names, *count, r->name), to = r->to == NULL ? -1 : find(names, *count, r->to);
    if (r->act == DISK_CREATE || r->act == DISK_FOLDER) {
        if (at < 0)
            at = (int)(*count)++;
        names[at] = (struct replay_name){r->name, r->act == DISK_CREATE ? r->object : 0};
        return;
    }
    if (at < 0)
        return;
    if (r->act == DISK_RENAME || r->act == DISK_LINK) {
        if (to < 0)
            to = (int)(*count)++;
        names[to] = (struct replay_name){r->to, names[at].object};
    }
    if (r->act == DISK_RENAME || r->act == DISK_UNLINK) {
        memmove(&names[at], &names[at + 1], (*count - (size_t)at - 1) * sizeof *names);
        (*count)--;
    }
}

static bool is_in(const char *name, const char *folder)
{
    size_t len = strlen(folder);
    while (len > 0 && folder[len - 1] == '/')
        len--;
    return strncmp(name, folder, len) == 0 && name[len] == '/' &&
           strchr(name + len + 1, '/') == NULL;
}

static void sync_folder(struct replay *r, const char *folder)
{
    size_t left = 0;
    for (size_t i = 0; i < r->move_count; i++) {
        const struct disk_record *m = &r->records[r->moves[i]];
        if (!is_in(m->name, folder)) {
            r->moves[left++] = r->moves[i];
            continue;
        }
        r->names = grown(r->names, r->name_count, &r->name_room, sizeof *r->names);
        move(r->names, &r->name_count, m);
    }
    r->move_count = left;
}

/* ---- the run ---- */

void replay_init(struct replay *r, const struct disk_record *records, size_t count,
                 const char *folder)
{
    *r = (struct replay){.records = records, .count = count, .folder = folder};
    for (size_t i = 0; i < count; i++)
        if (records[i].object >= r->object_count)
            r->object_count = records[i].object + 1;
    r->objects = calloc((size_t)r->object_count + 1, sizeof *r->objects);
    ASSERT(r->objects != NULL);
}

void replay_done(struct replay *r)
{
    for (int i = 0; i < r->object_count; i++) {
        free(r->objects[i].durable.bytes);
        free(r->objects[i].pending);
    }
    free(r->objects);
    free(r->names);
    free(r->moves);
}

static void happen(struct replay *r, size_t at)
{
    const struct disk_record *now = &r->records[at];
    struct replay_object *o = &r->objects[now->object];
    switch (now->act) {
    case DISK_WRITE:
    case DISK_TRUNCATE:
        o->pending = grown(o->pending, o->pending_count, &o->pending_room, sizeof *o->pending);
        o->pending[o->pending_count++] = at;
        break;
    case DISK_SYNC:
        for (size_t i = 0; i < o->pending_count; i++)
            apply(&o->durable, &r->records[o->pending[i]]);
        o->pending_count = 0;
        break;
    case DISK_SYNC_FAILED:
        o->pending_count = 0;
        break;
    case DISK_SYNC_FOLDER:
        sync_folder(r, now->name);
        break;
    case DISK_CREATE:
    case DISK_FOLDER:
    case DISK_RENAME:
    case DISK_LINK:
    case DISK_UNLINK:
        r->moves = grown(r->moves, r->move_count, &r->move_room, sizeof *r->moves);
        r->moves[r->move_count++] = at;
        break;
    case DISK_NOTE:
    case DISK_ACT_UNSET:
        break;
    }
}

void replay_advance(struct replay *r, size_t to)
{
    ASSERT(r->at <= to && to <= r->count);
    while (r->at < to)
        happen(r, r->at++);
}

/* ---- the cut ---- */

static void write_file(const char *path, const struct content *c)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return; /* its folder was lost, and it with it */
    for (size_t done = 0; done < c->size;) {
        ssize_t n = write(fd, c->bytes + done, c->size - done);
        ASSERT(n > 0);
        done += (size_t)n;
    }
    close(fd);
}

static void leave(const struct replay *r, const struct replay_name *n, const struct rng *chance,
                  const char *folder, struct content *scratch)
{
    static const uint64_t percents[] = {0, 10, 50, 50, 90, 100};
    const struct replay_object *o = &r->objects[n->object];
    uint64_t percent = percents[rng_below(chance, COUNT(percents))];
    char path[PATH_BYTES];
    int len = snprintf(path, sizeof path, "%s%s", folder, n->name + strlen(r->folder));
    ASSERT(len > 0 && (size_t)len < sizeof path);
    if (n->object == 0) {
        (void)mkdir(path, 0700); /* fails when the folder above was lost */
        return;
    }
    scratch->size = 0;
    set_size(scratch, o->durable.size);
    if (o->durable.size > 0)
        memcpy(scratch->bytes, o->durable.bytes, o->durable.size);
    for (size_t i = 0; i < o->pending_count; i++)
        apply_torn(scratch, &r->records[o->pending[i]], chance, percent);
    write_file(path, scratch);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct replay_name *)left)->name,
                  ((const struct replay_name *)right)->name);
}

void replay_cut(const struct replay *r, uint64_t seed, const char *folder)
{
    struct rng_seeded seeded;
    struct content scratch = {0};
    rng_seeded_init(&seeded, seed);
    size_t kept = (size_t)rng_below(&seeded.rng, r->move_count + 1), count = r->name_count;
    struct replay_name *names = malloc((count + kept + 1) * sizeof *names);
    ASSERT(names != NULL);
    if (count > 0)
        memcpy(names, r->names, count * sizeof *names);
    for (size_t i = 0; i < kept; i++)
        move(names, &count, &r->records[r->moves[i]]);
    qsort(names, count, sizeof *names, by_name); /* a folder stands before what is in it */
    for (size_t i = 0; i < count; i++)
        leave(r, &names[i], &seeded.rng, folder, &scratch);
    free(names);
    free(scratch.bytes);
}
