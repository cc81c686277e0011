/* IP addresses and networks: reading, writing, containing, and whether an address is one of the
 * public Internet that we may dial on a stranger's word.
 *
 * Only the canonical spellings are read (four decimal numbers without leading zeros; RFC 4291
 * text): 127.1, 0x7f000001 or 0177.0.0.1 are no addresses here. No zones (fe80::1%eth0).
 */
#ifndef SYS_IPADDR_H
#define SYS_IPADDR_H

#include "base/str.h"

struct sockaddr;

struct ipaddr {
    int family;              /* 4 or 6; 0 = unset */
    unsigned char bytes[16]; /* network order; the first 4 for family 4 */
};

struct ipnet {
    struct ipaddr addr;
    int prefix; /* 0..32 or 0..128 */
};

struct ipaddr_text {
    char text[48];
};

bool ipaddr_parse(str s, struct ipaddr *ret); /* "192.0.2.1", "2001:db8::1", also "[2001:db8::1]" */
bool ipnet_parse(str s, struct ipnet *ret);     /* "10.0.0.0/8"; without "/": that one address */
struct ipaddr_text ipaddr_format(const struct ipaddr *ip);
bool ipaddr_from_sockaddr(const struct sockaddr *address, struct ipaddr *ret);
/* IPv4 mapped into IPv6 (::ffff:10.0.0.1) counts as the IPv4 address it carries. */
bool ipnet_contains(const struct ipnet *net, const struct ipaddr *ip);
/* False for every special-purpose range of RFC 6890 and its registry (loopback, private,
 * link-local, shared, benchmarking, documentation, multicast, reserved ...) and for all forms that
 * carry an IPv4 address inside an IPv6 one (mapped, compatible, 6to4, Teredo, NAT64): these are
 * never dialled. */
bool ipaddr_is_global_unicast(const struct ipaddr *ip);

#endif
