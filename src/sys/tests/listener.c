#include "sys/tests/listener.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void *run(void *p)
{
    struct listener *l = p;
    for (;;) {
        int connection = accept(l->fd, NULL, NULL);
        if (connection < 0)
            return NULL;
        atomic_fetch_add(&l->connections, 1);
        l->seen_len = 0;
        l->serve(l, connection);
        close(connection);
    }
}

void listener_start(struct listener *l, void (*serve)(struct listener *l, int connection))
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    memset(l, 0, sizeof *l);
    l->serve = serve;
    l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT(bind(l->fd, (struct sockaddr *)&address, len) == 0 && listen(l->fd, 16) == 0);
    ASSERT(getsockname(l->fd, (struct sockaddr *)&address, &len) == 0);
    l->port = ntohs(address.sin_port);
    ASSERT(pthread_create(&l->thread, NULL, run, l) == 0);
}

void listener_stop(struct listener *l)
{
    shutdown(l->fd, SHUT_RDWR);
    pthread_join(l->thread, NULL);
    close(l->fd);
}

bool listener_read_until(struct listener *l, int connection, size_t from, str end)
{
    while (str_find(str_from((str){l->seen, l->seen_len}, from), end) < 0) {
        ssize_t got = read(connection, l->seen + l->seen_len, sizeof l->seen - l->seen_len);
        if (got <= 0)
            return false;
        l->seen_len += (size_t)got;
    }
    return true;
}

void listener_write(int connection, str text)
{
    while (text.len > 0) {
        ssize_t put = send(connection, text.ptr, text.len, MSG_NOSIGNAL);
        if (put <= 0)
            return;
        text = str_from(text, (size_t)put);
    }
}
