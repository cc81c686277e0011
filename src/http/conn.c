/* One connection: head, body, hand-over, answer, and again. The order of pipelined requests is kept
 * by reading the next only when the last is answered. Loop thread only.
 */
#include <stdlib.h>
#include <string.h>

#include "http/server_internal.h"

static void resume(struct conn *c);

/* --- memory ---------------------------------------------------------------------------------- */

static struct turn *take_turn(struct http_server *s)
{
    struct turn *t = s->spare_turns;
    if (t != NULL) {
        s->spare_turns = t->next;
        s->spare_turn_count--;
        return t;
    }
    t = malloc(sizeof *t);
    if (t != NULL) {
        exchange_init(&t->ex, &s->setup);
        t->file_window = NULL;
    }
    return t;
}

static void drop_turn(struct conn *c)
{
    struct http_server *s = c->server;
    struct turn *t = c->turn;
    if (t == NULL)
        return;
    c->turn = NULL;
    free(t->file_window);
    t->file_window = NULL;
    if (s->spare_turn_count < TURNS_KEPT) {
        exchange_reset(&t->ex);
        t->next = s->spare_turns;
        s->spare_turns = t;
        s->spare_turn_count++;
    } else {
        exchange_done(&t->ex);
        free(t);
    }
}

static void free_if_unused(struct conn *c)
{
    if (!c->is_handle_closed || c->holds > 0)
        return;
    drop_turn(c);
    free(c->pending);
    tls_free(c->tls);
    free(c);
}

void conn_release(struct conn *c)
{
    c->holds--;
    free_if_unused(c);
}

static void on_closed(uv_handle_t *handle)
{
    struct conn *c = handle->data;
    struct http_server *s = c->server;
    peers_leave(&s->peers, c->peer_count);
    s->connections--;
    atomic_store_explicit(&s->stat_connections, s->connections, memory_order_relaxed);
    c->is_handle_closed = true;
    free_if_unused(c);
}

void conn_close(struct conn *c)
{
    if (c->state == CONN_CLOSING)
        return;
    c->state = CONN_CLOSING;
    deadline_clear(&c->deadline);
    sse_detach(c);
    uv_close(&c->uv.handle, on_closed);
}

/* Closing with bytes unread would reset the connection, and the client might never see the answer.
 */
void conn_linger(struct conn *c)
{
    drop_turn(c);
    if (c->has_ended) {
        conn_close(c);
        return;
    }
    c->state = CONN_LINGER;
    c->pending_len = 0;
    conn_shut_writing(c);
    deadline_set(&c->deadline, &c->server->lingers, uv_now(&c->server->loop));
    if (c->is_paused && !conn_start_reading(c))
        conn_close(c);
}

/* Keeps bytes for later; false (and closed) without memory. */
static bool keep_pending(struct conn *c, str bytes)
{
    if (bytes.len == 0)
        return true;
    size_t needed = c->pending_len + bytes.len;
    if (needed > c->pending_space) {
        size_t space = needed < 1024 ? 1024 : needed * 2;
        char *grown = realloc(c->pending, space);
        if (grown == NULL) {
            conn_close(c);
            return false;
        }
        c->pending = grown;
        c->pending_space = space;
    }
    memcpy(c->pending + c->pending_len, bytes.ptr, bytes.len);
    c->pending_len = needed;
    return true;
}

static void drop_pending(struct conn *c, size_t used)
{
    c->pending_len -= used;
    if (c->pending_len > 0) {
        memmove(c->pending, c->pending + used, c->pending_len);
        return;
    }
    free(c->pending);
    c->pending = NULL;
    c->pending_space = 0;
}

/* --- answering ------------------------------------------------------------------------------- */

static void wait_for_request(struct conn *c)
{
    struct http_server *s = c->server;
    c->state = CONN_HEAD;
    c->scanned = 0;
    deadline_set(&c->deadline, &s->idles, uv_now(&s->loop));
    if (c->has_ended && c->pending_len == 0)
        conn_close(c);
    else if (!c->is_in_input)
        resume(c);
}

static void replied(struct conn *c)
{
    struct http_server *s = c->server;
    struct exchange *ex = &c->turn->ex;
    const struct http_app *app = s->setup.app;
    bool closes = ex->reply.closes || s->is_stopping;
    bool has_unread = !ex->is_complete || c->pending_len > 0;
    if (app->done != NULL)
        app->done(app->self, &ex->rq, ex->admission.route, ex->reply.status,
                  ex->reply.head_bytes + ex->reply.body.len + (size_t)ex->reply.file_bytes,
                  (int64_t)(uv_hrtime() / 1000 - ex->started_us));
    if (ex->reply.is_stream && !s->is_stopping && !c->has_ended) {
        c->state = CONN_STREAM;
        deadline_set(&c->deadline, &s->streams, uv_now(&s->loop));
        bool is_attached = sse_attach(c, &ex->rs);
        drop_turn(c);
        drop_pending(c, c->pending_len);
        if (!is_attached)
            conn_close(c);
    } else if (closes && !has_unread)
        conn_close(c);
    else if (closes)
        conn_linger(c);
    else {
        drop_turn(c);
        wait_for_request(c);
    }
}

static void send_file_part(struct conn *c);

static void on_file_read(uv_fs_t *fs)
{
    struct conn *c = fs->data;
    ssize_t got = fs->result;
    uv_fs_req_cleanup(fs);
    if (c->state == CONN_CLOSING) {
        conn_release(c);
        return;
    }
    c->holds--;
    if (got <= 0) { /* shorter than promised: the client must not take it for whole */
        conn_close(c);
        return;
    }
    c->turn->file_at += got;
    uv_buf_t buf = uv_buf_init(c->turn->file_window, (unsigned)got);
    conn_send(c, &buf, 1, send_file_part);
}

static void send_file_part(struct conn *c)
{
    struct turn *t = c->turn;
    int64_t left = t->ex.reply.file_bytes - t->file_at;
    if (left == 0) {
        replied(c);
        return;
    }
    if (t->file_window == NULL)
        t->file_window = malloc(FILE_WINDOW_BYTES);
    if (t->file_window == NULL) {
        conn_close(c);
        return;
    }
    size_t room = left < FILE_WINDOW_BYTES ? (size_t)left : FILE_WINDOW_BYTES;
    uv_buf_t buf = uv_buf_init(t->file_window, (unsigned)room);
    t->fs.data = c;
    c->holds++;
    if (uv_fs_read(&c->server->loop, &t->fs, t->ex.reply.fd, &buf, 1, t->file_at, on_file_read) !=
        0) {
        c->holds--;
        conn_close(c);
    }
}

static void send_reply(struct conn *c)
{
    struct http_server *s = c->server;
    struct reply *reply = &c->turn->ex.reply;
    if (reply->head == NULL) {
        conn_close(c);
        return;
    }
    c->state = CONN_WRITING;
    c->moved_mark = c->moved_bytes;
    deadline_set(&c->deadline, &s->writes, uv_now(&s->loop));
    memcpy(reply->head + reply->date_at, s->date, DATE_BYTES);
    uv_buf_t bufs[2] = {
        uv_buf_init(reply->head, (unsigned)reply->head_bytes),
        uv_buf_init((char *)(uintptr_t)reply->body.ptr, (unsigned)reply->body.len),
    };
    c->turn->file_at = 0;
    conn_send(c, bufs, reply->body.len > 0 ? 2 : 1,
              reply->file_bytes > 0 ? send_file_part : replied);
}

static void refuse(struct conn *c, int status, bool head_is_known)
{
    atomic_fetch_add_explicit(&c->server->stat_refused, 1, memory_order_relaxed);
    if (!head_is_known)
        c->turn->ex.rq.http_minor = 1;
    exchange_refuse(&c->turn->ex, status, head_is_known);
    send_reply(c);
}

/* Before there was a whole head. */
static void refuse_early(struct conn *c, int status)
{
    c->turn = take_turn(c->server);
    if (c->turn == NULL) {
        conn_close(c);
        return;
    }
    c->turn->ex.started_us = uv_hrtime() / 1000;
    refuse(c, status, false);
}

void conn_finished(struct exchange *ex)
{
    struct conn *c = ex->conn;
    if (c->state == CONN_CLOSING) {
        conn_release(c);
        return;
    }
    c->holds--;
    send_reply(c);
}

static void hand_over(struct conn *c)
{
    struct exchange *ex = &c->turn->ex;
    c->state = CONN_HANDLING;
    deadline_clear(&c->deadline);
    ex->conn = c;
    if (!workers_push(c->server->workers, ex)) {
        refuse(c, 503, true);
        return;
    }
    c->holds++;
}

/* --- reading --------------------------------------------------------------------------------- */

static void dispatch(struct conn *c)
{
    struct http_server *s = c->server;
    struct exchange *ex = &c->turn->ex;
    int status = exchange_admit(ex);
    if (status != 0) {
        refuse(c, status, true);
        return;
    }
    if (ex->is_complete) {
        if (exchange_is_cached(ex))
            send_reply(c);
        else
            hand_over(c);
        return;
    }
    c->state = CONN_BODY;
    c->moved_mark = c->moved_bytes;
    deadline_set(&c->deadline, &s->bodies, uv_now(&s->loop));
    if (!str_is_absent(ex->facts.expect))
        (void)conn_send_copy(c, S("HTTP/1.1 100 Continue\r\n\r\n"), PENDING_BYTES_MAX);
}

/* Uses a head at the start of `bytes` if it is whole. Returns how many bytes were used. */
static size_t take_head(struct conn *c, str bytes)
{
    struct http_server *s = c->server;
    size_t blank = str_starts(bytes, S("\r\n")) ? 2 : 0; /* left over by careless clients */
    str rest = str_from(bytes, blank);
    int end = rest.len == 0 || str_eq(bytes, S("\r")) ? 0 : head_guard_find_end(rest, c->scanned);
    if (end == 0) {
        bool is_first = c->deadline.list != &s->heads;
        c->scanned = str_eq(bytes, S("\r")) ? 0 : rest.len;
        if (is_first && rest.len > 0)
            deadline_set(&c->deadline, &s->heads, uv_now(&s->loop));
        return blank;
    }
    c->scanned = 0;
    if (end < 0) {
        refuse_early(c, -end);
        return bytes.len;
    }
    c->turn = take_turn(s);
    if (c->turn == NULL) {
        conn_close(c);
        return bytes.len;
    }
    atomic_fetch_add_explicit(&s->stat_requests, 1, memory_order_relaxed);
    c->turn->ex.started_us = uv_hrtime() / 1000;
    int status = exchange_read_head(&c->turn->ex, &c->peer, str_sub(rest, 0, (size_t)end));
    if (status != 0)
        refuse(c, status, false);
    else
        dispatch(c);
    return blank + (size_t)end;
}

static size_t take_body(struct conn *c, str bytes)
{
    struct exchange *ex = &c->turn->ex;
    size_t used = 0;
    int status = exchange_read_body(ex, bytes, &used);
    c->moved_bytes += used;
    if (status != 0) {
        ex->is_complete = false; /* where the request ends is unknown now */
        refuse(c, status, true);
    } else if (ex->is_complete)
        hand_over(c);
    return used;
}

/* Uses as much as the states allow; the number of bytes used. */
static size_t use(struct conn *c, str bytes)
{
    size_t at = 0;
    while (at < bytes.len) {
        str rest = str_from(bytes, at);
        size_t used;
        if (c->state == CONN_HEAD)
            used = take_head(c, rest);
        else if (c->state == CONN_BODY)
            used = take_body(c, rest);
        else if (c->state == CONN_LINGER || c->state == CONN_STREAM || c->state == CONN_CLOSING)
            return bytes.len;
        else
            break;
        at += used;
        if (used == 0 || (c->state == CONN_HEAD && c->scanned > 0))
            break;
    }
    return at;
}

void conn_input(struct conn *c, str bytes)
{
    c->is_in_input = true;
    if (c->pending_len > 0) {
        if (keep_pending(c, bytes)) {
            size_t used = use(c, (str){c->pending, c->pending_len});
            drop_pending(c, used < c->pending_len ? used : c->pending_len);
        }
    } else {
        size_t used = use(c, bytes);
        (void)keep_pending(c, str_from(bytes, used));
    }
    c->is_in_input = false;
    if (c->state == CONN_CLOSING)
        return;
    if (c->pending_len > PENDING_BYTES_MAX && !c->is_paused && c->state != CONN_HEAD)
        conn_pause_reading(c);
}

static void resume(struct conn *c)
{
    if (c->pending_len > 0)
        conn_input(c, S(""));
    if (c->state == CONN_HEAD && c->has_ended)
        conn_close(c);
    else if ((c->state == CONN_HEAD || c->state == CONN_BODY) && c->is_paused && !c->has_ended &&
             !conn_start_reading(c))
        conn_close(c);
}

void conn_input_ended(struct conn *c)
{
    c->has_ended = true;
    (void)uv_read_stop(&c->uv.stream);
    if (c->state != CONN_HANDLING && c->state != CONN_WRITING)
        conn_close(c);
}

/* --- deadlines, stopping ---------------------------------------------------------------------- */

static struct conn *conn_of(struct deadline *d)
{
    return (struct conn *)(void *)((char *)d - offsetof(struct conn, deadline));
}

/* Armed again when enough bytes moved within the window; false when the client is too slow. */
static bool has_progressed(struct conn *c, struct deadline_list *list, uint64_t moved)
{
    if (moved - c->moved_mark < c->server->progress_bytes)
        return false;
    c->moved_mark = moved;
    deadline_set(&c->deadline, list, uv_now(&c->server->loop));
    return true;
}

void conn_check_deadlines(struct http_server *s)
{
    uint64_t now = uv_now(&s->loop);
    struct deadline *d;
    while ((d = deadline_take_due(&s->idles, now)) != NULL)
        conn_close(conn_of(d));
    while ((d = deadline_take_due(&s->lingers, now)) != NULL)
        conn_close(conn_of(d));
    while ((d = deadline_take_due(&s->heads, now)) != NULL) {
        struct conn *c = conn_of(d);
        if (c->pending_len == 0)
            conn_close(c);
        else
            refuse_early(c, 408);
    }
    while ((d = deadline_take_due(&s->bodies, now)) != NULL) {
        struct conn *c = conn_of(d);
        if (!has_progressed(c, &s->bodies, c->moved_bytes))
            refuse(c, 408, true);
    }
    while ((d = deadline_take_due(&s->writes, now)) != NULL) {
        struct conn *c = conn_of(d);
        if (!has_progressed(c, &s->writes, c->moved_bytes - conn_unsent(c)))
            conn_close(c);
    }
    while ((d = deadline_take_due(&s->streams, now)) != NULL)
        sse_heartbeat(conn_of(d));
}

void conn_stop(struct conn *c, bool at_once)
{
    bool is_idle = c->state == CONN_HEAD || c->state == CONN_STREAM || c->state == CONN_LINGER;
    if (at_once || is_idle)
        conn_close(c);
}
