/* New connections: counted in total and per address, answered with 503 when there is no room. Loop
 * thread only.
 */
#include <stdlib.h>

#include "http/server_internal.h"

static const char full_text[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
                                "X-Content-Type-Options: nosniff\r\nRetry-After: 5\r\n"
                                "Connection: close\r\n\r\n";
enum { FULL_ANSWERS_MAX = 8 };

static bool read_peer(struct conn *c)
{
    struct sockaddr_storage sa;
    int bytes = sizeof sa;
    if (uv_tcp_getpeername(&c->uv.tcp, (struct sockaddr *)&sa, &bytes) != 0)
        return false;
    address_of_socket((struct sockaddr *)&sa, &c->peer.address);
    return true;
}

static bool has_room(struct conn *c)
{
    struct http_server *s = c->server;
    if (s->connections > s->connections_max)
        return false;
    if (address_in(&c->peer.address, s->setup.trusted, s->setup.trusted_count))
        return true;
    c->peer_count = peers_enter(&s->peers, &c->peer.address);
    return c->peer_count != NULL;
}

void conn_accept(struct http_server *s, uv_stream_t *listener)
{
    struct conn *c = calloc(1, sizeof *c);
    if (c == NULL)
        return;
    c->server = s;
    if (uv_tcp_init(&s->loop, &c->uv.tcp) != 0) {
        free(c);
        return;
    }
    c->uv.handle.data = c;
    c->state = CONN_HEAD;
    s->connections++;
    atomic_store_explicit(&s->stat_connections, s->connections, memory_order_relaxed);
    if (uv_accept(listener, &c->uv.stream) != 0 || !read_peer(c) || s->is_stopping ||
        s->connections > s->connections_max + FULL_ANSWERS_MAX) {
        conn_close(c);
        return;
    }
    if (!has_room(c)) {
        atomic_fetch_add_explicit(&s->stat_refused, 1, memory_order_relaxed);
        if (s->tls != NULL)
            conn_close(c); /* nobody could read it before the handshake */
        else if (conn_send_copy(c, (str){full_text, sizeof full_text - 1}, sizeof full_text)) {
            c->is_paused = true;
            conn_linger(c);
        }
        return;
    }
    (void)uv_tcp_nodelay(&c->uv.tcp, 1);
    if (s->tls != NULL && (c->tls = tls_new(s->tls)) == NULL) {
        conn_close(c);
        return;
    }
    c->peer.is_tls = s->tls != NULL;
    deadline_set(&c->deadline, &s->heads, uv_now(&s->loop));
    if (!conn_start_reading(c))
        conn_close(c);
}
