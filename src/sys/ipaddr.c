#include "sys/ipaddr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

bool ipaddr_parse(str s, struct ipaddr *ret)
{
    char text[INET6_ADDRSTRLEN];
    struct ipaddr ip = {0};
    if (s.len > 2 && s.ptr[0] == '[' && str_ends(s, S("]"))) {
        s = str_sub(s, 1, s.len - 2);
        if (str_find_char(s, ':') < 0)
            return false;
    }
    if (s.len == 0 || s.len >= sizeof text || str_find_char(s, '\0') >= 0)
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    ip.family = str_find_char(s, ':') >= 0 ? 6 : 4;
    if (inet_pton(ip.family == 6 ? AF_INET6 : AF_INET, text, ip.bytes) != 1)
        return false;
    *ret = ip;
    return true;
}

bool ipnet_parse(str s, struct ipnet *ret)
{
    struct ipnet net;
    uint64_t prefix;
    str address = str_cut(&s, '/');
    if (!ipaddr_parse(address, &net.addr))
        return false;
    int max = net.addr.family == 4 ? 32 : 128;
    if (str_is_absent(s))
        prefix = (uint64_t)max;
    else if (s.len > 3 || !str_to_uint(s, (uint64_t)max, &prefix))
        return false;
    net.prefix = (int)prefix;
    *ret = net;
    return true;
}

struct ipaddr_text ipaddr_format(const struct ipaddr *ip)
{
    struct ipaddr_text ret = {{0}};
    if (ip->family != 0)
        inet_ntop(ip->family == 6 ? AF_INET6 : AF_INET, ip->bytes, ret.text, sizeof ret.text);
    return ret;
}

bool ipaddr_from_sockaddr(const struct sockaddr *address, struct ipaddr *ret)
{
    *ret = (struct ipaddr){0};
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        ret->family = 4;
        memcpy(ret->bytes, &in.sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        ret->family = 6;
        memcpy(ret->bytes, &in6.sin6_addr, 16);
    }
    return ret->family != 0;
}

static bool starts_with_bits(const unsigned char *x, const unsigned char *y, int bits)
{
    size_t whole = (size_t)bits / 8;
    if (memcmp(x, y, whole) != 0)
        return false;
    return bits % 8 == 0 || (x[whole] ^ y[whole]) >> (8 - bits % 8) == 0;
}

static struct ipaddr unmapped(const struct ipaddr *ip)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct ipaddr inner = {.family = 4};
    if (ip->family != 6 || memcmp(ip->bytes, mapped, sizeof mapped) != 0)
        return *ip;
    memcpy(inner.bytes, ip->bytes + 12, 4);
    return inner;
}

bool ipnet_contains(const struct ipnet *net, const struct ipaddr *ip)
{
    struct ipaddr plain = unmapped(ip);
    if (net->addr.family == plain.family)
        return starts_with_bits(plain.bytes, net->addr.bytes, net->prefix);
    return net->addr.family == ip->family &&
           starts_with_bits(ip->bytes, net->addr.bytes, net->prefix);
}

static const struct ipnet special[] = {
    {{4, {0}}, 8},
    {{4, {10}}, 8},
    {{4, {100, 64}}, 10},
    {{4, {127}}, 8},
    {{4, {169, 254}}, 16},
    {{4, {172, 16}}, 12},
    {{4, {192, 0, 0}}, 24},
    {{4, {192, 0, 2}}, 24},
    {{4, {192, 88, 99}}, 24},
    {{4, {192, 168}}, 16},
    {{4, {198, 18}}, 15},
    {{4, {198, 51, 100}}, 24},
    {{4, {203, 0, 113}}, 24},
    {{4, {224}}, 4},
    {{4, {240}}, 4},
    {{6, {0x20, 0x01}}, 23},
    {{6, {0x20, 0x01, 0x0d, 0xb8}}, 32},
    {{6, {0x20, 0x02}}, 16},
    {{6, {0x3f, 0xff}}, 20},
};

bool ipaddr_is_global_unicast(const struct ipaddr *ip)
{
    if (ip->family != 4 &&
        (ip->family != 6 || ip->bytes[0] >> 5 != 1)) /* only 2000::/3 is given out */
        return false;
    for (size_t i = 0; i < COUNT(special); i++)
        if (special[i].addr.family == ip->family &&
            starts_with_bits(ip->bytes, special[i].addr.bytes, special[i].prefix))
            return false;
    return true;
}
