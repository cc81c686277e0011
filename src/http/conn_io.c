/* The bytes of one connection: reading into the server's shared buffer, writing with as few copies
 * as the kernel allows; with TLS through a buffer of OpenSSL both ways. It knows nothing of HTTP.
 * Loop thread only.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "http/server_internal.h"

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct conn *c = handle->data;
    *buf = uv_buf_init(c->server->read_buffer, READ_BYTES);
}

static void send_cipher(struct conn *c);

enum { PLAIN_BYTES = 16 * 1024 };

/* All plain bytes that what came makes readable; then whatever the session itself has to say. */
static void read_cipher(struct conn *c, str cipher)
{
    static _Thread_local char plain[PLAIN_BYTES];
    int got = -1;
    if (tls_feed(c->tls, cipher)) {
        while (c->state != CONN_CLOSING && (got = tls_read(c->tls, plain, sizeof plain)) > 0)
            conn_input(c, (str){plain, (size_t)got});
    }
    if (c->state == CONN_CLOSING)
        return;
    send_cipher(c);
    if (got < 0 && c->state != CONN_CLOSING)
        conn_input_ended(c);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct conn *c = stream->data;
    if (got > 0 && c->tls != NULL)
        read_cipher(c, (str){buf->base, (size_t)got});
    else if (got > 0)
        conn_input(c, (str){buf->base, (size_t)got});
    else if (got < 0)
        conn_input_ended(c);
}

bool conn_start_reading(struct conn *c)
{
    c->is_paused = false;
    return uv_read_start(&c->uv.stream, give_buffer, on_read) == 0;
}

void conn_pause_reading(struct conn *c)
{
    c->is_paused = true;
    (void)uv_read_stop(&c->uv.stream);
}

size_t conn_unsent(const struct conn *c)
{
    return uv_stream_get_write_queue_size(&c->uv.stream);
}

void conn_shut_writing(struct conn *c)
{
    uv_os_fd_t fd;
    if (c->tls != NULL) {
        tls_end(c->tls);
        send_cipher(c);
    }
    if (c->state == CONN_CLOSING)
        return;
    if (uv_fileno(&c->uv.handle, &fd) == 0)
        (void)shutdown(fd, SHUT_WR);
}

static void count_out(struct conn *c, size_t bytes)
{
    c->moved_bytes += bytes;
    atomic_fetch_add_explicit(&c->server->stat_bytes_out, (int64_t)bytes, memory_order_relaxed);
}

/* Gives the kernel what it takes at once and moves *bufs forward; false when the connection broke.
 */
static bool try_send(struct conn *c, uv_buf_t *bufs, unsigned *count)
{
    int sent = uv_try_write(&c->uv.stream, bufs, *count);
    if (sent < 0)
        return sent == UV_EAGAIN;
    count_out(c, (size_t)sent);
    size_t left = (size_t)sent;
    unsigned done = 0;
    while (done < *count && left >= bufs[done].len)
        left -= bufs[done++].len;
    *count -= done;
    memmove(bufs, bufs + done, *count * sizeof *bufs);
    if (*count > 0) {
        bufs[0].base += left;
        bufs[0].len -= left;
    }
    return true;
}

static void on_written(uv_write_t *write, int status)
{
    struct conn *c = write->data;
    if (c->state == CONN_CLOSING)
        return;
    if (status != 0)
        conn_close(c);
    else
        c->on_sent(c);
}

struct copy {
    uv_write_t write;
    bool is_awaited;          /* c->on_sent is called when it was written */
    char bytes[];
};

static void on_copy_written(uv_write_t *write, int status)
{
    struct conn *c = write->data;
    bool is_awaited = ((struct copy *)(void *)write)->is_awaited;
    free(write);
    if (c->state == CONN_CLOSING)
        return;
    if (status != 0)
        conn_close(c);
    else if (is_awaited)
        c->on_sent(c);
}

/* Everything the session wants to send, in one write of its own. False (and closed) when that
 * failed. */
static bool send_cipher_as(struct conn *c, bool is_awaited)
{
    size_t bytes = tls_pending(c->tls);
    if (bytes == 0)
        return true;
    struct copy *copy = malloc(sizeof *copy + bytes);
    if (copy != NULL) {
        copy->write.data = c;
        copy->is_awaited = is_awaited;
        bytes = tls_take(c->tls, copy->bytes, bytes);
        count_out(c, bytes);
        uv_buf_t buf = uv_buf_init(copy->bytes, (unsigned)bytes);
        if (uv_write(&copy->write, &c->uv.stream, &buf, 1, on_copy_written) == 0)
            return true;
        free(copy);
    }
    conn_close(c);
    return false;
}

static void send_cipher(struct conn *c)
{
    (void)send_cipher_as(c, false);
}

static void send_encrypted(struct conn *c, const uv_buf_t *bufs, unsigned count,
                           void (*on_sent)(struct conn *c))
{
    c->on_sent = on_sent;
    for (unsigned i = 0; i < count; i++)
        if (!tls_write(c->tls, (str){bufs[i].base, bufs[i].len})) {
            conn_close(c);
            return;
        }
    (void)send_cipher_as(c, true);
}

void conn_send(struct conn *c, const uv_buf_t *bufs, unsigned count,
               void (*on_sent)(struct conn *c))
{
    uv_buf_t left[2];
    if (c->tls != NULL) {
        send_encrypted(c, bufs, count, on_sent);
        return;
    }
    ASSERT(count <= COUNT(left));
    memcpy(left, bufs, count * sizeof *bufs);
    if (!try_send(c, left, &count)) {
        conn_close(c);
        return;
    }
    if (count == 0) {
        on_sent(c);
        return;
    }
    c->on_sent = on_sent;
    c->turn->write.data = c;
    for (unsigned i = 0; i < count; i++)
        count_out(c, left[i].len);
    if (uv_write(&c->turn->write, &c->uv.stream, left, count, on_written) != 0)
        conn_close(c);
}

static bool send_rest(struct conn *c, const uv_buf_t *rest)
{
    struct copy *copy = malloc(sizeof *copy + rest->len);
    if (copy == NULL)
        return false;
    memcpy(copy->bytes, rest->base, rest->len);
    copy->write.data = c;
    copy->is_awaited = false;
    count_out(c, rest->len);
    uv_buf_t buf = uv_buf_init(copy->bytes, (unsigned)rest->len);
    if (uv_write(&copy->write, &c->uv.stream, &buf, 1, on_copy_written) == 0)
        return true;
    free(copy);
    return false;
}

bool conn_send_copy(struct conn *c, str bytes, size_t lag_max)
{
    unsigned count = 1;
    char *base = (char *)(uintptr_t)bytes.ptr; /* libuv only reads it */
    uv_buf_t buf = uv_buf_init(base, (unsigned)bytes.len);
    bool is_sent;
    if (c->tls != NULL) {
        is_sent = conn_unsent(c) + bytes.len <= lag_max && tls_write(c->tls, bytes);
        if (!is_sent)
            conn_close(c);
        return is_sent && send_cipher_as(c, false);
    }
    is_sent = try_send(c, &buf, &count);
    if (is_sent && count > 0)
        is_sent = conn_unsent(c) + buf.len <= lag_max && send_rest(c, &buf);
    if (!is_sent)
        conn_close(c);
    return is_sent;
}
