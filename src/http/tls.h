/* TLS of one connection, by OpenSSL between memory buffers: bytes of the socket in, plain bytes
 * out, and the other way round. It knows no socket and no loop. TLS 1.2 and 1.3, server side, no
 * renegotiation, no client certificates. Threads: a context may be shared; a session belongs to the
 * loop thread.
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include "base/err.h"

struct tls_context;
struct tls;

/* PEM files: the certificate chain, leaf first, and its private key. INVALID "http.bad_certificate"
 * when they cannot be read or do not belong together. */
const struct err *tls_context_new(struct arena *a, str cert_path, str key_path,
                                  struct tls_context **ret) MUST_CHECK;
void tls_context_free(struct tls_context *context); /* NULL is allowed */

struct tls *tls_new(struct tls_context *context); /* NULL without memory */
void tls_free(struct tls *t);                     /* NULL is allowed */

/* What came from the socket. False without memory. */
bool tls_feed(struct tls *t, str cipher) MUST_CHECK;
/* Plain bytes that can be read now into `buffer`: > 0 their number, 0 when more must come first
 * (the handshake goes on by itself), -1 when the peer ended or broke the session. Ask until it is
 * not > 0, then send tls_pending. */
int tls_read(struct tls *t, char *buffer, size_t size);
/* Encrypts; false before the handshake is over, after a failure, or without memory. */
bool tls_write(struct tls *t, str plain) MUST_CHECK;
/* Says goodbye (close_notify): once, before the last bytes are sent. */
void tls_end(struct tls *t);
/* Moves what must go to the socket into `buffer`; its number, 0 when there is nothing. */
size_t tls_take(struct tls *t, char *buffer, size_t size);
size_t tls_pending(const struct tls *t);

#endif
