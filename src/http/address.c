#include "http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const unsigned char mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_mapped(const struct address *address)
{
    return memcmp(address->bytes, mapped_prefix, sizeof mapped_prefix) == 0;
}

bool address_parse(str text, struct address *ret)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.len == 0 || text.len >= sizeof copy || memchr(text.ptr, '\0', text.len) != NULL)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET6, copy, ret->bytes) == 1)
        return true;
    memcpy(ret->bytes, mapped_prefix, sizeof mapped_prefix);
    return inet_pton(AF_INET, copy, ret->bytes + sizeof mapped_prefix) == 1;
}

void address_of_socket(const struct sockaddr *sa, struct address *ret)
{
    *ret = (struct address){0};
    if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sa, sizeof in6);
        memcpy(ret->bytes, &in6.sin6_addr, 16);
    } else if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof in);
        memcpy(ret->bytes, mapped_prefix, sizeof mapped_prefix);
        memcpy(ret->bytes + sizeof mapped_prefix, &in.sin_addr, 4);
    }
}

const struct err *address_format(struct arena *a, const struct address *address, str *ret)
{
    char text[INET6_ADDRSTRLEN];
    const char *made = is_mapped(address)
                           ? inet_ntop(AF_INET, address->bytes + 12, text, sizeof text)
                           : inet_ntop(AF_INET6, address->bytes, text, sizeof text);
    return str_dup(a, str_c(made), ret);
}

const struct err *address_range_parse(struct arena *a, str text, struct address_range *ret)
{
    str bits_text = text, base = str_cut(&bits_text, '/');
    uint64_t bits = 128;
    bool is_good = address_parse(base, &ret->base);
    uint64_t shift = is_good && is_mapped(&ret->base) && str_find_char(base, ':') < 0 ? 96 : 0;
    if (is_good && !str_is_absent(bits_text)) {
        is_good = str_to_uint(bits_text, 128 - shift, &bits);
        bits += shift;
    }
    if (!is_good)
        return err_with_arg(a, ERR(a, ERR_INVALID, "http.bad_address", "not a range"), text);
    ret->bits = (int)bits;
    return NULL;
}

static bool is_in_one(const struct address *address, const struct address_range *range)
{
    size_t whole = (size_t)range->bits / 8;
    int rest = range->bits % 8;
    if (memcmp(address->bytes, range->base.bytes, whole) != 0)
        return false;
    return rest == 0 || (address->bytes[whole] ^ range->base.bytes[whole]) >> (8 - rest) == 0;
}

bool address_in(const struct address *address, const struct address_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_in_one(address, &ranges[i]))
            return true;
    return false;
}

bool address_walk_forwarded(str value, const struct address_range *proxies, size_t count,
                            struct address *address)
{
    while (!str_is_absent(value)) {
        ptrdiff_t comma = str_rfind_char(value, ',');
        str hop = str_trim(comma < 0 ? value : str_from(value, (size_t)comma + 1));
        value = comma < 0 ? STR_NONE : str_sub(value, 0, (size_t)comma);
        struct address parsed;
        if (!address_parse(hop, &parsed))
            return false;
        *address = parsed;
        if (!address_in(address, proxies, count))
            return true;
    }
    return false;
}
