/* Digests, tokens, sealed secrets and passwords, over libsodium.
 *
 * A random token goes to the person, its SHA-256 into the database: a stolen table opens nothing.
 * Sealing is XChaCha20-Poly1305; the sealed text names its key, so that keys rotate; `context`
 * (which row and column) is authenticated, so that a sealed value cannot be moved to another row.
 * Passwords: Argon2id, 19 MiB, t = 2. At most 2 are computed at once and 64 callers wait; more are
 * answered LIMIT (error.busy), so that a flood of logins costs neither memory nor all threads.
 * Threads: all functions from any.
 */
#ifndef SYS_CRYPTO_H
#define SYS_CRYPTO_H

#include "base/secret.h"
#include "sys/rng.h"

struct digest {
    unsigned char bytes[32];
};

struct digest crypto_sha256(str bytes);
struct digest crypto_hmac_sha256(str key, str bytes);
str digest_str(const struct digest *d); /* the 32 bytes as a view */

enum { CRYPTO_TOKEN_BYTES = 32 };
/* 43 characters of base64url, and the digest to store. */
const struct err *crypto_token_new(struct arena *a, const struct rng *r, str *ret_token,
                                   struct digest *ret) MUST_CHECK;
struct digest crypto_token_digest(str token);

struct seal_key {
    uint32_t id; /* > 0, never used again for another key */
    unsigned char bytes[32];
};
const struct err *crypto_seal(struct arena *a, const struct rng *r, const struct seal_key *key,
                              str context, str plain, str *ret) MUST_CHECK;
/* Finds the key by the id in the sealed text. INVALID (crypto.sealed) if it was changed, belongs to
 * another context, or its key is not given. */
const struct err *crypto_open(struct arena *a, const struct seal_key *keys, size_t key_count,
                              str context, str sealed, str *ret) MUST_CHECK;
/* 0 if it is no sealed text: for rotation. */
uint32_t crypto_sealed_key_id(str sealed);

enum {
    CRYPTO_PASSWORD_MAX = 1024,
    CRYPTO_PASSWORD_RUNNING_MAX = 2,
    CRYPTO_PASSWORD_WAITING_MAX = 64
};
/* The encoded form "$argon2id$v=19$m=19456,t=2,p=1$...". INVALID above CRYPTO_PASSWORD_MAX bytes.
 */
const struct err *crypto_password_hash(struct arena *a, const struct rng *r, struct secret password,
                                       str *ret) MUST_CHECK;
/* An unknown encoding matches nothing. For an unknown account pass an absent `encoded`: it takes as
 * long. */
const struct err *crypto_password_verify(struct arena *a, str encoded, struct secret password,
                                         bool *ret_matches) MUST_CHECK;

#endif
