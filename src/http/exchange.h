/* One request and its response, without sockets: bytes in, rendered bytes out. The server drives it
 * from its loop, http_loopback from a test.
 *
 * Order of calls: read_head, admit, read_body until it is complete, handle; or refuse at any point.
 * After handle or refuse `reply` holds what is to be sent. Everything lives in the exchange's
 * arena. Threads: one at a time; the server hands a whole exchange from the loop to a worker and
 * back.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdatomic.h>

#include "base/strbuf.h"
#include "http/address.h"
#include "http/head_guard.h"
#include "http/parser.h"
#include "http/server.h"
#include "sys/clock.h"

/* What all exchanges of a server share; read-only but for the counter. */
struct exchange_setup {
    const struct http_app *app;
    const struct clock *clock;
    str upload_dir;
    struct address_range *trusted;
    size_t trusted_count;
    size_t arena_bytes;
    uint64_t id_seed;
    _Atomic uint64_t id_count;
};

struct exchange_peer {
    struct address address;
    bool is_tls;
};

/* Rendered answer. The date is written by whoever sends it, at date_at, DATE_BYTES long. */
enum { DATE_BYTES = 29 };
struct reply {
    int status;
    char *head;
    size_t head_bytes, date_at;
    str body;                 /* empty when there is a file, or for HEAD */
    int fd;                   /* -1: none; closed with the arena */
    int64_t file_bytes;       /* of it to send after the head; 0: none */
    bool closes;              /* the connection ends after it */
    bool is_stream;           /* server-sent events follow */
};

struct conn;

struct exchange {
    struct arena arena;
    struct exchange_setup *setup;
    struct http_request rq;
    struct http_response rs;
    struct http_admission admission;
    struct reply reply;

    llhttp_t parser;
    struct head_facts facts;
    struct http_header headers[HTTP_HEADERS_MAX];
    bool is_complete;         /* the request's last byte was read */
    bool keeps_alive;
    int body_status;          /* set inside a parser callback */
    struct strbuf body;
    struct upload_file *body_file;
    int64_t raw_body_bytes;   /* with the framing of chunks */

    /* The server's. */
    struct conn *conn;
    struct exchange *next;
    uint64_t started_us;
};

void exchange_init(struct exchange *ex, struct exchange_setup *setup);
void exchange_reset(struct exchange *ex); /* for the next request; keeps some memory */
void exchange_done(struct exchange *ex);

/* `head` is copied. 0, or the status to refuse with (rq is then not to be relied on). */
int exchange_read_head(struct exchange *ex, const struct exchange_peer *peer, str head) MUST_CHECK;
/* Asks app->admit and checks the announced body. 0, or the status to refuse with. */
int exchange_admit(struct exchange *ex) MUST_CHECK;
/* Feeds bytes of the body; *ret_used of them belonged to it. 0 or a status; see is_complete. */
int exchange_read_body(struct exchange *ex, str bytes, size_t *ret_used) MUST_CHECK;
/* After a request without body was admitted: true when the application had the answer ready, which
 * is then rendered. Does not block. */
bool exchange_is_cached(struct exchange *ex);
void exchange_handle(struct exchange *ex);
/* head_is_known: rq may be shown to app->refuse. */
void exchange_refuse(struct exchange *ex, int status, bool head_is_known);
/* Renders ex->rs; for answers made outside of handle and refuse. */
void exchange_render(struct exchange *ex);

/* "Sun, 06 Nov 1994 08:49:37 GMT" into exactly DATE_BYTES, no NUL. */
void exchange_write_date(char *at, int64_t now_ms);

#endif
