/* Shared by server.c (start, stop), accept.c, conn.c (one connection), conn_io.c (its bytes) and
 * sse.c. Everything here belongs to the loop thread unless marked.
 */
#ifndef HTTP_SERVER_INTERNAL_H
#define HTTP_SERVER_INTERNAL_H

#include <uv.h>

#include "http/deadlines.h"
#include "http/exchange.h"
#include "http/peers.h"
#include "http/sse.h"
#include "http/tls.h"
#include "http/workers.h"

enum {
    READ_BYTES = 64 * 1024, /* one buffer for all connections: bytes are used or kept at once */
    PENDING_BYTES_MAX = 16 * 1024, /* pipelined bytes kept before reading is put off */
    FILE_WINDOW_BYTES = 64 * 1024,
    TURNS_KEPT = 128
};

enum conn_state {
    CONN_UNSET = 0,
    CONN_HEAD, /* idle, or a head is coming in */
    CONN_BODY,
    CONN_HANDLING, /* the exchange is with the workers */
    CONN_WRITING,
    CONN_STREAM, /* server-sent events */
    CONN_LINGER, /* answered; reading off what the client still sends, so that it sees the answer */
    CONN_CLOSING
};

/* An exchange with what its connection needs to send it. Reused from a short list. */
struct turn {
    struct exchange ex;          /* first: the workers know only this part */
    uv_write_t write;
    uv_fs_t fs;
    char *file_window;           /* malloc; only while a file is sent */
    int64_t file_at;
    struct turn *next;
};

struct sse_stream;

struct conn {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
    } uv;
    struct http_server *server;
    struct deadline deadline;
    enum conn_state state;
    bool has_ended;              /* the client sends no more */
    bool is_paused;              /* reading is put off */
    bool is_in_input;            /* conn_input is on the stack */
    bool is_handle_closed;
    unsigned char holds;         /* worker, file read: the memory must stay */
    struct exchange_peer peer;
    struct peer *peer_count;     /* NULL for listed proxies */
    struct turn *turn;
    char *pending;               /* malloc; bytes not yet used */
    size_t pending_len, pending_space, scanned;
    uint64_t moved_bytes, moved_mark; /* for the minimum rate of a body or an answer */
    void (*on_sent)(struct conn *c);
    struct sse_stream *sse;
    struct tls *tls;             /* NULL: clear text */
};

struct http_server {
    uv_loop_t loop;
    uv_tcp_t listener;
    uv_async_t wake;             /* finished exchanges, events to publish, stop */
    uv_timer_t tick;
    uv_thread_t thread;
    struct exchange_setup setup;
    struct workers *workers;
    struct sse_hub *sse;
    struct tls_context *tls;     /* NULL: clear text */
    _Atomic(struct tls_context *) next_tls; /* takes its place at the next wake-up; any thread */
    struct peers peers;
    struct deadline_list heads, idles, bodies, writes, lingers, streams;
    uint64_t progress_bytes;     /* a body or an answer must move this much per window */
    int port, connections_max, connections;
    struct turn *spare_turns;
    int spare_turn_count;
    char date[DATE_BYTES];
    bool is_stopping;
    uint64_t stop_at_ms;
    _Atomic int64_t stop_after_ms; /* -1: not asked to stop; any thread */
    _Atomic int64_t stat_connections, stat_streams, stat_requests, stat_refused, stat_bytes_out;
    char read_buffer[READ_BYTES];
};

/* accept.c */
void conn_accept(struct http_server *s, uv_stream_t *listener);

/* conn.c */
void conn_input(struct conn *c, str bytes);
void conn_input_ended(struct conn *c);
void conn_finished(struct exchange *ex);       /* back from the workers */
void conn_release(struct conn *c);             /* gives up one hold */
void conn_close(struct conn *c);
void conn_linger(struct conn *c);              /* answered; close when the client has seen it */
void conn_stop(struct conn *c, bool at_once);
void conn_check_deadlines(struct http_server *s);

/* conn_io.c */
bool conn_start_reading(struct conn *c);
void conn_pause_reading(struct conn *c);
/* Sends; c->on_sent is called when all was given to the kernel, maybe before this returns. The
 * bytes must stay until then. After a failure the connection is closed instead. */
void conn_send(struct conn *c, const uv_buf_t *bufs, unsigned count,
               void (*on_sent)(struct conn *c));
/* Sends a copy, nobody waits for it. False (and closed) when the client lags behind `lag_max`. */
bool conn_send_copy(struct conn *c, str bytes, size_t lag_max);
size_t conn_unsent(const struct conn *c);
void conn_shut_writing(struct conn *c);

/* sse.c */
const struct err *sse_hub_new(struct arena *a, struct http_server *s,
                              struct sse_hub **ret) MUST_CHECK;
void sse_hub_free(struct sse_hub *hub);
bool sse_attach(struct conn *c, const struct http_response *rs);
void sse_detach(struct conn *c);
void sse_deliver(struct sse_hub *hub);         /* what was published meanwhile */
void sse_heartbeat(struct conn *c);
void sse_tick(struct sse_hub *hub);

#endif
