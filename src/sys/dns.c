/* See dns.h. */
#include "sys/dns.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <string.h>

#include "base/strbuf.h"
#include "sys/ipaddr.h"

enum { ANSWER_BYTES = 16 * 1024, TEXT_MAX = 4096, TIMEOUT_S = 2, TRIES = 2 };

static const struct err *use_server(struct arena *a, struct __res_state *resolver, str server)
{
    struct ipaddr ip;
    uint64_t port = 0;
    ptrdiff_t colon = str_rfind_char(server, ':');
    if (colon < 1 || !ipaddr_parse(str_sub(server, 0, (size_t)colon), &ip) || ip.family != 4 ||
        !str_to_uint(str_from(server, (size_t)colon + 1), 65535, &port))
        return err_with_arg(a, ERR(a, ERR_INVALID, "dns.bad_server", "%.*s", STR_ARG(server)),
                            server);
    struct sockaddr_in *to = &resolver->nsaddr_list[0];
    *to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    memcpy(&to->sin_addr, ip.bytes, 4);
    resolver->nscount = 1;
    return NULL;
}

/* A TXT record is a row of counted strings that belong together (RFC 7208, 3.3). */
static const struct err *join_text(struct arena *a, const unsigned char *data, size_t len, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, TEXT_MAX);
    for (size_t at = 0; at < len && at + data[at] < len; at += 1u + data[at])
        strbuf_add(&sb, (str){(const char *)data + at + 1, data[at]});
    return strbuf_finish(&sb, ret);
}

static const struct err *mail_host(struct arena *a, const ns_msg *message, const ns_rr *record,
                                   str *ret)
{
    char name[NS_MAXDNAME];
    if (ns_rr_rdlen(*record) < 3 ||
        ns_name_uncompress(ns_msg_base(*message), ns_msg_end(*message), ns_rr_rdata(*record) + 2,
                           name, sizeof name) < 0)
        return ERR(a, ERR_UNAVAILABLE, "dns.unreachable", "malformed answer");
    return str_dup(a, str_c(name), ret);
}

static const struct err *read_answer(struct arena *a, const unsigned char *bytes, int len,
                                     ns_type type, struct dns_answer *ret)
{
    ns_msg message;
    if (ns_initparse(bytes, len, &message) != 0)
        return ERR(a, ERR_UNAVAILABLE, "dns.unreachable", "malformed answer");
    TRY_NEW_ARRAY(a, ret->texts, DNS_ANSWERS_MAX);
    for (int i = 0; i < ns_msg_count(message, ns_s_an) && ret->count < DNS_ANSWERS_MAX; i++) {
        ns_rr record;
        if (ns_parserr(&message, ns_s_an, i, &record) != 0 || ns_rr_type(record) != type)
            continue;
        str *text = &ret->texts[ret->count++];
        TRY(type == ns_t_mx ? mail_host(a, &message, &record, text)
                            : join_text(a, ns_rr_rdata(record), ns_rr_rdlen(record), text));
    }
    return NULL;
}

static const struct err *ask(struct arena *a, struct __res_state *resolver, str name, ns_type type,
                             struct dns_answer *ret)
{
    const char *text = NULL;
    unsigned char *bytes = arena_alloc(a, ANSWER_BYTES);
    if (bytes == NULL)
        return &err_out_of_memory;
    TRY(str_to_c(a, name, &text));
    int len = res_nquery(resolver, text, ns_c_in, (int)type, bytes, ANSWER_BYTES);
    if (len >= 0)
        return read_answer(a, bytes, len, type, ret);
    if (resolver->res_h_errno == HOST_NOT_FOUND || resolver->res_h_errno == NO_DATA)
        return NULL;
    return ERR(a, ERR_UNAVAILABLE, "dns.unreachable", "%s: %s", text,
               hstrerror(resolver->res_h_errno));
}

const struct err *dns_ask(struct arena *a, str server, str name, enum dns_type type,
                          struct dns_answer *ret)
{
    struct __res_state resolver = {0};
    *ret = (struct dns_answer){0};
    if (res_ninit(&resolver) != 0)
        return ERR(a, ERR_UNAVAILABLE, "dns.unreachable", "no resolver");
    resolver.retrans = TIMEOUT_S;
    resolver.retry = TRIES;
    const struct err *e = str_is_absent(server) ? NULL : use_server(a, &resolver, server);
    if (e == NULL)
        e = ask(a, &resolver, name, type == DNS_MX ? ns_t_mx : ns_t_txt, ret);
    res_nclose(&resolver);
    return e;
}
