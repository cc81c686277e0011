/* A certificate from an authority that speaks ACME (RFC 8555), proven by HTTP-01: account, order,
 * challenge, request, chain. One call does one order from its beginning to its end; nothing is kept
 * but the account's key, which is the caller's. It asks through sys/fetch; what it is asked for is
 * published by the caller.
 *
 * Threads: any; blocks, at most about ACME_WAIT_MS and the waits of the requests. Never inside a
 * transaction. Errors: UNAVAILABLE acme.refused (the authority said no; the detail tells its
 * reason), acme.bad_answer (it does not speak ACME), acme.challenge (it did not see the answer at
 * port 80), acme.late; those of fetch.
 */
#ifndef SYS_ACME_H
#define SYS_ACME_H

#include "sys/es256.h"

enum { ACME_NAMES_MAX = 20, ACME_WAIT_MS = 90000 };

struct acme_order {
    str directory;            /* "https://acme-v02.api.letsencrypt.org/directory" */
    bool trusted; /* the operator named this directory: it may be on a private address, and plain
                     http */
    str mail;                 /* of whom the authority may warn; absent: nobody */
    const struct es256_key *account;
    const struct es256_key *key; /* of the certificate; another one than the account's */
    const str *names;
    size_t name_count;        /* 1..ACME_NAMES_MAX */
    void *self;
    /* From now on http://NAME/.well-known/acme-challenge/TOKEN answers `text`; absent text: no
     * longer. */
    void (*publish)(void *self, str token, str text);
    /* Lets some time pass; false: give up, the program ends. */
    bool (*wait)(void *self, int ms);
};

/* *ret_chain: PEM, the certificate first. */
const struct err *acme_run(struct arena *a, const struct acme_order *order,
                           str *ret_chain) MUST_CHECK;

#endif
