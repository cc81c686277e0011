/* Sends one mail to the operator's SMTP server, by libcurl.
 *
 * The message is built here: UTF-8, text and HTML as multipart/alternative in quoted-printable,
 * names and subject encoded after RFC 2047. A line break or control character in any header field
 * is refused (INVALID mail.header), an address that is not plain ASCII local@domain too (INVALID
 * mail.address). The same message_id gives the same bytes, so a retry is the same mail. Never
 * inside a transaction. Threads: any; blocks at most timeout_ms.
 */
#ifndef SYS_SMTP_H
#define SYS_SMTP_H

#include "base/secret.h"
#include "base/strbuf.h"

enum smtp_tls {
    SMTP_TLS_UNSET = 0,
    SMTP_PLAIN,
    SMTP_STARTTLS,
    SMTP_TLS
}; /* STARTTLS: required, not tried */

struct smtp_server {
    str host;
    int port;
    enum smtp_tls tls;
    str user;                /* absent: no login */
    struct secret password;
    int64_t timeout_ms;      /* > 0 */
};

struct smtp_message {
    str from, from_name, to, to_name, reply_to; /* names and reply_to may be absent */
    str subject;
    str text, html;          /* html may be absent */
    str message_id;          /* without angle brackets */
    const str *header_names, *header_values; /* extra, ASCII */
    size_t header_count;
};

/* Headers and body with CR LF, dots not stuffed. */
const struct err *smtp_build(struct arena *a, const struct smtp_message *m, int64_t now_ms,
                             str *ret) MUST_CHECK;
/* INVALID mail.refused when the server says never (5xx); UNAVAILABLE mail.unreachable when later
 * (4xx), no connection, no TLS, or late. */
const struct err *smtp_send(struct arena *a, const struct smtp_server *server,
                            const struct smtp_message *m, int64_t now_ms) MUST_CHECK;
/* Connects, secures and logs in as for a mail, and sends none: for `doctor`. Errors as those of
 * smtp_send. */
const struct err *smtp_check(struct arena *a, const struct smtp_server *server) MUST_CHECK;

#endif
