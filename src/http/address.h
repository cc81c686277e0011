/* IP addresses of peers, address ranges, and which hop of X-Forwarded-For to believe.
 * IPv4 is kept as an IPv4-mapped IPv6 address, so that both compare alike. Pure functions.
 */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include "base/strbuf.h"

struct sockaddr;

struct address {
    unsigned char bytes[16];
};

struct address_range {
    struct address base;
    int bits;                 /* 0..128 */
};

bool address_parse(str text, struct address *ret);
void address_of_socket(const struct sockaddr *sa,
                       struct address *ret); /* zero for other families */
const struct err *address_format(struct arena *a, const struct address *address,
                                 str *ret) MUST_CHECK;
/* "10.0.0.0/8", "::1", "fd00::/8". INVALID "http.bad_address" (arg: the text). */
const struct err *address_range_parse(struct arena *a, str text,
                                      struct address_range *ret) MUST_CHECK;
bool address_in(const struct address *address, const struct address_range *ranges, size_t count);

/* Walks one X-Forwarded-For value from its right end, over hops that are listed proxies, to the
 * first that is not; false when all were proxies, or at a hop that is no address. *address is only
 * changed to hops that were believed. */
bool address_walk_forwarded(str value, const struct address_range *proxies, size_t count,
                            struct address *address);

#endif
