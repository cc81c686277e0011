#include "sys/crypto.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/base64.h"
#include "base/strbuf.h"

enum {
    SEAL_VERSION = 1,
    SEAL_HEAD_BYTES = 5, /* version, key id (big endian) */
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SALT_BYTES = crypto_pwhash_SALTBYTES,
    HASH_BYTES = 32,
    MEMORY_KIB = 19456,
    PASSES = 2,
};

struct digest crypto_sha256(str bytes)
{
    struct digest ret;
    crypto_hash_sha256(ret.bytes, (const unsigned char *)bytes.ptr, bytes.len);
    return ret;
}

struct digest crypto_hmac_sha256(str key, str bytes)
{
    struct digest ret;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.ptr, key.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)bytes.ptr, bytes.len);
    crypto_auth_hmacsha256_final(&state, ret.bytes);
    return ret;
}

str digest_str(const struct digest *d)
{
    return (str){(const char *)d->bytes, sizeof d->bytes};
}

const struct err *crypto_token_new(struct arena *a, const struct rng *r, str *ret_token,
                                   struct digest *ret)
{
    TRY(rng_token(a, r, CRYPTO_TOKEN_BYTES, ret_token));
    *ret = crypto_token_digest(*ret_token);
    return NULL;
}

struct digest crypto_token_digest(str token)
{
    return crypto_sha256(token);
}

/* Head and context together are what the tag covers besides the text. */
static const struct err *associated(struct arena *a, const unsigned char *head, str context,
                                    str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, SEAL_HEAD_BYTES + context.len);
    strbuf_add(&sb, (str){(const char *)head, SEAL_HEAD_BYTES});
    strbuf_add(&sb, context);
    return strbuf_finish(&sb, ret);
}

const struct err *crypto_seal(struct arena *a, const struct rng *r, const struct seal_key *key,
                              str context, str plain, str *ret)
{
    str extra;
    ASSERT(key->id > 0 && plain.len < SIZE_MAX / 2);
    size_t len = SEAL_HEAD_BYTES + NONCE_BYTES + plain.len + TAG_BYTES;
    unsigned char *out;
    TRY_NEW_ARRAY(a, out, len);
    out[0] = SEAL_VERSION;
    for (int i = 0; i < 4; i++)
        out[1 + i] = (unsigned char)(key->id >> (24 - 8 * i));
    unsigned char *nonce = out + SEAL_HEAD_BYTES;
    r->fill(r->self, nonce, NONCE_BYTES);
    TRY(associated(a, out, context, &extra));
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        nonce + NONCE_BYTES, NULL, (const unsigned char *)plain.ptr, plain.len,
        (const unsigned char *)extra.ptr, extra.len, NULL, nonce, key->bytes);
    *ret = (str){(const char *)out, len};
    return NULL;
}

uint32_t crypto_sealed_key_id(str sealed)
{
    uint32_t id = 0;
    const unsigned char *p = (const unsigned char *)sealed.ptr;
    if (sealed.len < SEAL_HEAD_BYTES + NONCE_BYTES + TAG_BYTES || p[0] != SEAL_VERSION)
        return 0;
    for (int i = 1; i <= 4; i++)
        id = id << 8 | p[i];
    return id;
}

const struct err *crypto_open(struct arena *a, const struct seal_key *keys, size_t key_count,
                              str context, str sealed, str *ret)
{
    uint32_t id = crypto_sealed_key_id(sealed);
    const struct seal_key *key = NULL;
    for (size_t i = 0; i < key_count; i++)
        if (id != 0 && keys[i].id == id)
            key = &keys[i];
    if (key == NULL)
        return ERR(a, ERR_INVALID, "crypto.sealed", "no key %u for a sealed text of %zu bytes",
                   (unsigned)id, sealed.len);
    str extra;
    const unsigned char *head = (const unsigned char *)sealed.ptr, *nonce = head + SEAL_HEAD_BYTES;
    size_t cipher_len = sealed.len - SEAL_HEAD_BYTES - NONCE_BYTES;
    unsigned char *plain;
    TRY_NEW_ARRAY(a, plain, cipher_len - TAG_BYTES + 1);
    TRY(associated(a, head, context, &extra));
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, nonce + NONCE_BYTES,
                                                   cipher_len, (const unsigned char *)extra.ptr,
                                                   extra.len, nonce, key->bytes) != 0)
        return ERR(a, ERR_INVALID, "crypto.sealed", "sealed text with key %u does not open",
                   (unsigned)id);
    *ret = (str){(const char *)plain, cipher_len - TAG_BYTES};
    return NULL;
}

static struct {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    int running, waiting;
} queue = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};

static const struct err *queue_enter(struct arena *a)
{
    const struct err *e = NULL;
    pthread_mutex_lock(&queue.lock);
    if (queue.running == CRYPTO_PASSWORD_RUNNING_MAX &&
        queue.waiting == CRYPTO_PASSWORD_WAITING_MAX) {
        e = ERR(a, ERR_LIMIT, "error.busy", "too many passwords at once");
    } else {
        queue.waiting++;
        while (queue.running == CRYPTO_PASSWORD_RUNNING_MAX)
            pthread_cond_wait(&queue.freed, &queue.lock);
        queue.waiting--;
        queue.running++;
    }
    pthread_mutex_unlock(&queue.lock);
    return e;
}

static void queue_leave(void)
{
    pthread_mutex_lock(&queue.lock);
    queue.running--;
    pthread_cond_signal(&queue.freed);
    pthread_mutex_unlock(&queue.lock);
}

static const struct err *compute(struct arena *a, struct secret password, const unsigned char *salt,
                                 unsigned char *ret_hash)
{
    str text = secret_reveal(password);
    TRY(queue_enter(a));
    int failed = crypto_pwhash(ret_hash, HASH_BYTES, text.len == 0 ? "" : text.ptr, text.len, salt,
                               PASSES, (size_t)MEMORY_KIB * 1024, crypto_pwhash_ALG_ARGON2ID13);
    queue_leave();
    return failed == 0 ? NULL : &err_out_of_memory;
}

static const struct err *check_length(struct arena *a, struct secret password)
{
    if (secret_reveal(password).len <= CRYPTO_PASSWORD_MAX)
        return NULL;
    return ERR(a, ERR_INVALID, "error.password_too_long", "password longer than %d bytes",
               CRYPTO_PASSWORD_MAX);
}

/* libsodium encodes without padding. */
static str without_padding(str text)
{
    while (str_ends(text, S("=")))
        text.len--;
    return text;
}

const struct err *crypto_password_hash(struct arena *a, const struct rng *r, struct secret password,
                                       str *ret)
{
    unsigned char salt[SALT_BYTES], hash[HASH_BYTES];
    str salt_text, hash_text;
    TRY(check_length(a, password));
    r->fill(r->self, salt, sizeof salt);
    TRY(compute(a, password, salt, hash));
    TRY(base64_encode(a, (str){(const char *)salt, sizeof salt}, &salt_text));
    TRY(base64_encode(a, (str){(const char *)hash, sizeof hash}, &hash_text));
    sodium_memzero(hash, sizeof hash);
    salt_text = without_padding(salt_text);
    hash_text = without_padding(hash_text);
    return str_fmt(a, ret, "$argon2id$v=19$m=%d,t=%d,p=1$%.*s$%.*s", MEMORY_KIB, PASSES,
                   STR_ARG(salt_text), STR_ARG(hash_text));
}

const struct err *crypto_password_verify(struct arena *a, str encoded, struct secret password,
                                         bool *ret_matches)
{
    char text[crypto_pwhash_STRBYTES] = {0};
    str given = secret_reveal(password);
    unsigned char unused[HASH_BYTES];
    static const unsigned char salt[SALT_BYTES];
    *ret_matches = false;
    TRY(check_length(a, password));
    if (!str_starts(encoded, S("$argon2id$")) || encoded.len >= sizeof text)
        return compute(a, password, salt, unused);
    memcpy(text, encoded.ptr, encoded.len);
    TRY(queue_enter(a));
    *ret_matches = crypto_pwhash_str_verify(text, given.len == 0 ? "" : given.ptr, given.len) == 0;
    queue_leave();
    return NULL;
}
