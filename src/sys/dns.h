/* Questions to the domain name system that the C library's getaddrinfo does not answer: texts (SPF,
 * DKIM, DMARC) and mail exchangers. Over libresolv: the servers of /etc/resolv.conf, or one that is
 * named.
 *
 * A name or record that does not exist is an answer: none. Nothing is checked for truth (no
 * DNSSEC), nothing cached. Threads: any; blocks at most about 10 s. Errors: UNAVAILABLE
 * dns.unreachable.
 */
#ifndef SYS_DNS_H
#define SYS_DNS_H

#include "base/err.h"

enum dns_type { DNS_UNSET = 0, DNS_TXT, DNS_MX };

struct dns_answer {
    str *texts;   /* TXT: the record's parts joined; MX: the host's name */
    size_t count; /* at most DNS_ANSWERS_MAX */
};
enum { DNS_ANSWERS_MAX = 32 };

/* `server`: "192.0.2.53:5353", or absent for the system's. INVALID dns.bad_server when it is no
 * such address. */
const struct err *dns_ask(struct arena *a, str server, str name, enum dns_type type,
                          struct dns_answer *ret) MUST_CHECK;

#endif
