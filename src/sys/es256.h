/* Keys on the curve P-256 and signatures with them as JSON Web Signatures want (RFC 7515, 7518:
 * ES256), over OpenSSL. Private keys travel as PEM text (PKCS #8); who stores one gives the file
 * 0600. Threads: a key is read-only after it was made. Errors: INVALID es256.bad_key; a failing
 * library is UNAVAILABLE es256.trouble.
 */
#ifndef SYS_ES256_H
#define SYS_ES256_H

#include "base/err.h"

struct es256_key;

const struct err *es256_new(struct arena *a, struct es256_key **ret) MUST_CHECK;
const struct err *es256_from_pem(struct arena *a, str pem, struct es256_key **ret) MUST_CHECK;
void es256_free(struct es256_key *key); /* NULL is allowed */
const struct err *es256_pem(struct arena *a, const struct es256_key *key, str *ret) MUST_CHECK;

/* r and s, 32 bytes each, of the SHA-256 of `message`; base64url. */
const struct err *es256_sign(struct arena *a, const struct es256_key *key, str message,
                             str *ret) MUST_CHECK;
/* {"crv":"P-256","kty":"EC","x":"...","y":"..."}: members in that order, without blanks, as the
 * thumbprint wants. */
const struct err *es256_jwk(struct arena *a, const struct es256_key *key, str *ret) MUST_CHECK;
/* Of RFC 7638; base64url. */
const struct err *es256_thumbprint(struct arena *a, const struct es256_key *key,
                                   str *ret) MUST_CHECK;

/* ---- certificates ---- */

/* A request (PKCS #10, DER) for the names, the first as common name. */
const struct err *es256_request(struct arena *a, const struct es256_key *key, const str *names,
                                size_t count, str *ret) MUST_CHECK;
/* A certificate that nobody but ourselves has signed, good for a week: what TLS is spoken with
 * until a real one is there. */
const struct err *es256_self_signed(struct arena *a, const struct es256_key *key, str name,
                                    int64_t now_ms, str *ret_pem) MUST_CHECK;

struct certificate_facts {
    int64_t from_ms, until_ms;
    bool is_self_made;        /* its issuer is itself */
};
/* Of the first certificate in a PEM text. INVALID es256.bad_certificate. */
const struct err *certificate_look(struct arena *a, str pem,
                                   struct certificate_facts *ret) MUST_CHECK;
/* Is it for that name? False also for a text without certificate. */
bool certificate_is_for(struct arena *a, str pem, str name);

#endif
