/* The hub of server-sent events. Publishers put finished frames into a bounded queue and wake the
 * loop; the loop alone knows topics and streams. When the queue overflows, every stream gets
 * "refresh" instead of what was lost.
 *
 * A stream costs its connection (about 400 bytes) and 48 bytes per topic.
 */
#include "http/sse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/server_internal.h"

enum {
    TOPIC_BUCKETS = 4096,
    TOPICS_PER_STREAM_MAX = 64,
    TOPIC_BYTES_MAX = 200,
    FRAME_BYTES_MAX = 64 * 1024,
    QUEUE_BYTES_MAX = 4 * 1024 * 1024,
    LAG_BYTES_MAX = 64 * 1024,
    MEMORY_MS = 5 * 60 * 1000,
    STREAM_MS = 15 * 60 * 1000
};

struct subscription {
    struct conn *conn;
    struct topic *topic;
    struct subscription *previous, *next; /* within the topic */
};

struct topic {
    struct topic *next;
    struct subscription *first;
    int64_t last_id;
    uint64_t last_ms;
    size_t name_len;
    char name[];
};

struct sse_stream {
    uint64_t ends_ms;
    size_t count;
    struct subscription subscriptions[];
};

struct message {
    struct message *next;
    int64_t id;
    size_t topic_len, frame_len;
    char bytes[];             /* topic, then frame */
};

struct sse_hub {
    struct http_server *server;
    uv_mutex_t lock;          /* for the queue */
    struct message *first, *last;
    size_t queued_bytes;
    bool has_lost;
    /* Loop thread from here. */
    struct topic *buckets[TOPIC_BUCKETS];
    uint64_t next_sweep_ms;
    int64_t greatest_id;
    /* Ids from here on are all in `buckets`: nothing is known of what was published before the
     * first one of this process, nor of topics that were forgotten. */
    int64_t knows_from_id;
};

/* --- publishing: any thread ------------------------------------------------------------------ */

static size_t add(char *at, size_t len, str s)
{
    if (at != NULL && s.len > 0)
        memcpy(at + len, s.ptr, s.len);
    return len + s.len;
}

/* Writes the frame to `at`, or only counts its bytes when that is NULL. */
static size_t write_frame(char *at, int64_t id, str event, str data)
{
    char digits[32];
    size_t len = 0;
    if (id > 0) {
        int count = snprintf(digits, sizeof digits, "id: %lld\n", (long long)id);
        len = add(at, len, (str){digits, (size_t)count});
    }
    if (event.len > 0) {
        len = add(at, len, S("event: "));
        len = add(at, len, event);
        len = add(at, len, S("\n"));
    }
    do {
        str line = str_cut(&data, '\n');
        if (str_ends(line, S("\r")))
            line = str_sub(line, 0, line.len - 1);
        len = add(at, len, S("data: "));
        len = add(at, len, line);
        len = add(at, len, S("\n"));
    } while (!str_is_absent(data));
    return add(at, len, S("\n"));
}

static struct message *make_message(str topic, int64_t id, str event, str data)
{
    bool is_clean = str_find_char(event, '\n') < 0 && str_find_char(event, '\r') < 0;
    size_t frame_len = write_frame(NULL, id, event, data);
    if (!is_clean || frame_len > FRAME_BYTES_MAX || topic.len > TOPIC_BYTES_MAX)
        return NULL;
    struct message *m = malloc(sizeof *m + topic.len + frame_len);
    if (m == NULL)
        return NULL;
    *m = (struct message){.id = id, .topic_len = topic.len, .frame_len = frame_len};
    (void)add(m->bytes, 0, topic);
    (void)write_frame(m->bytes + topic.len, id, event, data);
    /* A lone CR ends a line too, for an EventSource. */
    for (size_t i = topic.len; i < topic.len + frame_len; i++)
        if (m->bytes[i] == '\r')
            m->bytes[i] = ' ';
    return m;
}

void sse_publish(struct sse_hub *hub, str topic, int64_t id, str event, str data)
{
    struct message *m = make_message(topic, id, event, data);
    size_t bytes = m == NULL ? 0 : sizeof *m + m->topic_len + m->frame_len;
    uv_mutex_lock(&hub->lock);
    if (m == NULL || hub->queued_bytes + bytes > QUEUE_BYTES_MAX) {
        hub->has_lost = true;
        free(m);
    } else {
        *(hub->first == NULL ? &hub->first : &hub->last->next) = m;
        hub->last = m;
        hub->queued_bytes += bytes;
    }
    uv_mutex_unlock(&hub->lock);
    (void)uv_async_send(&hub->server->wake);
}

int sse_stream_count(struct sse_hub *hub)
{
    return (int)atomic_load_explicit(&hub->server->stat_streams, memory_order_relaxed);
}

/* --- topics: loop thread --------------------------------------------------------------------- */

static struct topic **find_topic(struct sse_hub *hub, str name)
{
    struct topic **slot = &hub->buckets[str_hash(name) % TOPIC_BUCKETS];
    while (*slot != NULL && !str_eq((str){(*slot)->name, (*slot)->name_len}, name))
        slot = &(*slot)->next;
    return slot;
}

static struct topic *need_topic(struct sse_hub *hub, str name)
{
    struct topic **slot = find_topic(hub, name);
    if (*slot != NULL)
        return *slot;
    struct topic *t = malloc(sizeof *t + name.len);
    if (t == NULL)
        return NULL;
    *t = (struct topic){.name_len = name.len, .last_ms = uv_now(&hub->server->loop)};
    memcpy(t->name, name.ptr, name.len);
    *slot = t;
    return t;
}

static void unsubscribe(struct subscription *sub)
{
    if (sub->topic == NULL)
        return;
    *(sub->previous == NULL ? &sub->topic->first : &sub->previous->next) = sub->next;
    if (sub->next != NULL)
        sub->next->previous = sub->previous;
    sub->topic = NULL;
}

void sse_detach(struct conn *c)
{
    struct sse_stream *stream = c->sse;
    if (stream == NULL)
        return;
    for (size_t i = 0; i < stream->count; i++)
        unsubscribe(&stream->subscriptions[i]);
    free(stream);
    c->sse = NULL;
    atomic_fetch_sub_explicit(&c->server->stat_streams, 1, memory_order_relaxed);
}

static bool has_missed(const struct sse_hub *hub, const struct sse_stream *stream, int64_t last_id)
{
    if (last_id <= 0)
        return false;
    if (last_id < hub->knows_from_id)
        return true;
    for (size_t i = 0; i < stream->count; i++)
        if (stream->subscriptions[i].topic->last_id > last_id)
            return true;
    return false;
}

static const char refresh_frame[] = "event: refresh\ndata: \n\n";

/* The first bytes: how soon to come back, and from which id on. */
static void greet(struct conn *c, int64_t last_id)
{
    struct sse_hub *hub = c->server->sse;
    char text[128];
    bool refreshes = has_missed(hub, c->sse, last_id);
    int64_t id = hub->greatest_id > last_id ? hub->greatest_id : last_id;
    int count = snprintf(text, sizeof text, "retry: 3000\nid: %lld\n\n%s", (long long)id,
                         refreshes ? refresh_frame : "");
    (void)conn_send_copy(c, (str){text, (size_t)count}, LAG_BYTES_MAX);
}

bool sse_attach(struct conn *c, const struct http_response *rs)
{
    struct sse_hub *hub = c->server->sse;
    size_t wanted = rs->sse_topic_count;
    if (wanted > TOPICS_PER_STREAM_MAX)
        return false;
    struct sse_stream *stream = calloc(1, sizeof *stream + wanted * sizeof *stream->subscriptions);
    if (stream == NULL)
        return false;
    int64_t max_ms = rs->sse_max_ms > 0 ? rs->sse_max_ms : STREAM_MS;
    stream->ends_ms = uv_now(&c->server->loop) + (uint64_t)max_ms;
    c->sse = stream;
    atomic_fetch_add_explicit(&c->server->stat_streams, 1, memory_order_relaxed);
    for (; stream->count < wanted; stream->count++) {
        struct subscription *sub = &stream->subscriptions[stream->count];
        str name = rs->sse_topics[stream->count];
        struct topic *topic = name.len > TOPIC_BYTES_MAX ? NULL : need_topic(hub, name);
        if (topic == NULL)
            return false;
        *sub = (struct subscription){.conn = c, .topic = topic, .next = topic->first};
        if (topic->first != NULL)
            topic->first->previous = sub;
        topic->first = sub;
    }
    greet(c, rs->sse_last_id);
    return true;
}

/* --- delivering: loop thread ----------------------------------------------------------------- */

static void deliver(struct sse_hub *hub, const struct message *m)
{
    str name = {m->bytes, m->topic_len};
    str frame = {m->bytes + m->topic_len, m->frame_len};
    if (hub->knows_from_id == INT64_MAX)
        hub->knows_from_id = m->id;
    if (m->id > hub->greatest_id)
        hub->greatest_id = m->id;
    struct topic *topic = need_topic(hub, name);
    if (topic == NULL)
        return;
    topic->last_ms = uv_now(&hub->server->loop);
    if (m->id > topic->last_id)
        topic->last_id = m->id;
    /* Sending may close the connection and so take its subscription out of the list. */
    for (struct subscription *sub = topic->first, *next; sub != NULL; sub = next) {
        next = sub->next;
        (void)conn_send_copy(sub->conn, frame, LAG_BYTES_MAX);
    }
}

static void refresh_all(uv_handle_t *handle, void *arg)
{
    const struct sse_hub *hub = arg;
    if (handle->type != UV_TCP || handle == (const uv_handle_t *)&hub->server->listener)
        return;
    struct conn *c = handle->data;
    if (c->state == CONN_STREAM)
        (void)conn_send_copy(c, (str){refresh_frame, sizeof refresh_frame - 1}, LAG_BYTES_MAX);
}

void sse_deliver(struct sse_hub *hub)
{
    uv_mutex_lock(&hub->lock);
    struct message *m = hub->first;
    bool has_lost = hub->has_lost;
    hub->first = hub->last = NULL;
    hub->queued_bytes = 0;
    hub->has_lost = false;
    uv_mutex_unlock(&hub->lock);
    while (m != NULL) {
        struct message *next = m->next;
        deliver(hub, m);
        free(m);
        m = next;
    }
    if (has_lost) {
        hub->knows_from_id = INT64_MAX;
        uv_walk(&hub->server->loop, refresh_all, hub);
    }
}

void sse_heartbeat(struct conn *c)
{
    struct http_server *s = c->server;
    if (uv_now(&s->loop) >= c->sse->ends_ms)
        conn_close(c);
    else if (conn_send_copy(c, S(": \n\n"), LAG_BYTES_MAX))
        deadline_set(&c->deadline, &s->streams, uv_now(&s->loop));
}

void sse_tick(struct sse_hub *hub)
{
    uint64_t now = uv_now(&hub->server->loop);
    if (now < hub->next_sweep_ms)
        return;
    hub->next_sweep_ms = now + 60 * 1000;
    for (size_t i = 0; i < TOPIC_BUCKETS; i++)
        for (struct topic **slot = &hub->buckets[i]; *slot != NULL;) {
            struct topic *t = *slot;
            if (t->first != NULL || now - t->last_ms < MEMORY_MS) {
                slot = &t->next;
                continue;
            }
            if (t->last_id > hub->knows_from_id)
                hub->knows_from_id = t->last_id;
            *slot = t->next;
            free(t);
        }
}

const struct err *sse_hub_new(struct arena *a, struct http_server *s, struct sse_hub **ret)
{
    struct sse_hub *hub = calloc(1, sizeof *hub);
    if (hub == NULL)
        return &err_out_of_memory;
    if (uv_mutex_init(&hub->lock) != 0) {
        free(hub);
        return ERR(a, ERR_UNAVAILABLE, "error.unavailable", "mutex");
    }
    hub->server = s;
    hub->knows_from_id = INT64_MAX;
    *ret = hub;
    return NULL;
}

void sse_hub_free(struct sse_hub *hub)
{
    while (hub->first != NULL) {
        struct message *m = hub->first;
        hub->first = m->next;
        free(m);
    }
    for (size_t i = 0; i < TOPIC_BUCKETS; i++)
        while (hub->buckets[i] != NULL) {
            struct topic *t = hub->buckets[i];
            hub->buckets[i] = t->next;
            free(t);
        }
    uv_mutex_destroy(&hub->lock);
    free(hub);
}
