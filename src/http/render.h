/* From a response as the handler left it to the bytes on the wire: status line, security headers,
 * compression, conditional answers. No sockets. Any thread that owns the exchange.
 */
#ifndef HTTP_RENDER_H
#define HTTP_RENDER_H

#include "http/exchange.h"

/* Fills ex->reply from ex->rs. Cannot fail: without memory it is a plain 500 that closes. */
void render_reply(struct exchange *ex);
/* Allow with 405, Retry-After with 429 and 503, unless they are there. */
void render_refusal_headers(struct exchange *ex);

#endif
