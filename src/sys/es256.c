/* See es256.h. OpenSSL's headers use names that base/banned.h takes away, so they come first. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "sys/es256.h"

#include "base/base64.h"
#include "base/strbuf.h"
#include "sys/crypto.h"

enum { NUMBER_BYTES = 32, NAMES_MAX = 4096, VERSION_3 = 2, SELF_DAYS = 7 };

static EVP_PKEY *pkey_of(const struct es256_key *key)
{
    return (EVP_PKEY *)(uintptr_t)key;
}

static const struct err *trouble(struct arena *a, const char *what)
{
    char reason[200];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    ERR_clear_error();
    return ERR(a, ERR_UNAVAILABLE, "es256.trouble", "%s: %s", what, reason);
}

const struct err *es256_new(struct arena *a, struct es256_key **ret)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    *ret = (struct es256_key *)(void *)key;
    return key == NULL ? trouble(a, "new key") : NULL;
}

const struct err *es256_from_pem(struct arena *a, str pem, struct es256_key **ret)
{
    BIO *in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    EVP_PKEY *key = in == NULL ? NULL : PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    char group[32] = "";
    size_t len = 0;
    BIO_free(in);
    bool is_right = key != NULL && EVP_PKEY_get_group_name(key, group, sizeof group, &len) == 1 &&
                    str_eq(str_c(group), S("prime256v1"));
    ERR_clear_error();
    if (!is_right) {
        EVP_PKEY_free(key);
        return ERR(a, ERR_INVALID, "es256.bad_key", "no private key on P-256");
    }
    *ret = (struct es256_key *)(void *)key;
    return NULL;
}

void es256_free(struct es256_key *key)
{
    EVP_PKEY_free(pkey_of(key));
}

/* What was written to `out`, which is freed. */
static const struct err *take_text(struct arena *a, BIO *out, bool is_done, str *ret)
{
    char *bytes = NULL;
    long len = is_done ? BIO_get_mem_data(out, &bytes) : 0;
    const struct err *e = is_done ? str_dup(a, (str){bytes, (size_t)len}, ret) : trouble(a, "PEM");
    BIO_free(out);
    return e;
}

const struct err *es256_pem(struct arena *a, const struct es256_key *key, str *ret)
{
    BIO *out = BIO_new(BIO_s_mem());
    bool is_done =
        out != NULL && PEM_write_bio_PrivateKey(out, pkey_of(key), NULL, NULL, 0, NULL, NULL) == 1;
    return take_text(a, out, is_done, ret);
}

/* ---- signatures ---- */

/* OpenSSL's DER sequence as the two numbers side by side. */
static const struct err *flatten(struct arena *a, const unsigned char *der, size_t len, str *ret)
{
    unsigned char both[2 * NUMBER_BYTES];
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
    bool is_done =
        sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), both, NUMBER_BYTES) == NUMBER_BYTES &&
        BN_bn2binpad(ECDSA_SIG_get0_s(sig), both + NUMBER_BYTES, NUMBER_BYTES) == NUMBER_BYTES;
    ECDSA_SIG_free(sig);
    return is_done ? base64url_encode(a, (str){(const char *)both, sizeof both}, ret)
                   : trouble(a, "signature");
}

const struct err *es256_sign(struct arena *a, const struct es256_key *key, str message, str *ret)
{
    unsigned char der[128];
    size_t len = sizeof der;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool is_done =
        ctx != NULL && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, pkey_of(key)) == 1 &&
        EVP_DigestSign(ctx, der, &len, (const unsigned char *)message.ptr, message.len) == 1;
    EVP_MD_CTX_free(ctx);
    return is_done ? flatten(a, der, len, ret) : trouble(a, "sign");
}

static const struct err *coordinate(struct arena *a, const struct es256_key *key, const char *name,
                                    str *ret)
{
    unsigned char bytes[NUMBER_BYTES];
    BIGNUM *number = NULL;
    bool is_done = EVP_PKEY_get_bn_param(pkey_of(key), name, &number) == 1 &&
                   BN_bn2binpad(number, bytes, NUMBER_BYTES) == NUMBER_BYTES;
    BN_free(number);
    return is_done ? base64url_encode(a, (str){(const char *)bytes, sizeof bytes}, ret)
                   : trouble(a, "public key");
}

const struct err *es256_jwk(struct arena *a, const struct es256_key *key, str *ret)
{
    str x = STR_NONE, y = STR_NONE;
    TRY(coordinate(a, key, OSSL_PKEY_PARAM_EC_PUB_X, &x));
    TRY(coordinate(a, key, OSSL_PKEY_PARAM_EC_PUB_Y, &y));
    return str_fmt(a, ret, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%.*s\",\"y\":\"%.*s\"}",
                   STR_ARG(x), STR_ARG(y));
}

const struct err *es256_thumbprint(struct arena *a, const struct es256_key *key, str *ret)
{
    str jwk = STR_NONE;
    TRY(es256_jwk(a, key, &jwk));
    struct digest digest = crypto_sha256(jwk);
    return base64url_encode(a, digest_str(&digest), ret);
}

/* ---- certificates ---- */

static bool set_name(X509_NAME *subject, str name)
{
    return name.len < 65
               ? X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                            (const unsigned char *)name.ptr, (int)name.len, -1,
                                            0) == 1
               : true; /* longer than a common name may be: the alternative names say it */
}

static const struct err *alt_names(struct arena *a, const str *names, size_t count, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, NAMES_MAX);
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&sb, "%sDNS:%.*s", i == 0 ? "" : ",", STR_ARG(names[i]));
    return strbuf_finish(&sb, ret);
}

const struct err *es256_request(struct arena *a, const struct es256_key *key, const str *names,
                                size_t count, str *ret)
{
    str list = STR_NONE;
    unsigned char *der = NULL;
    int len = 0;
    TRY(alt_names(a, names, count, &list));
    X509_REQ *request = X509_REQ_new();
    X509_EXTENSION *alt = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, list.ptr);
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    bool is_done = request != NULL && alt != NULL && extensions != NULL &&
                   sk_X509_EXTENSION_push(extensions, alt) > 0;
    is_done = is_done && set_name(X509_REQ_get_subject_name(request), names[0]) &&
              X509_REQ_add_extensions(request, extensions) == 1 &&
              X509_REQ_set_pubkey(request, pkey_of(key)) == 1 &&
              X509_REQ_sign(request, pkey_of(key), EVP_sha256()) > 0 &&
              (len = i2d_X509_REQ(request, &der)) > 0;
    const struct err *e =
        is_done ? str_dup(a, (str){(const char *)der, (size_t)len}, ret) : trouble(a, "request");
    OPENSSL_free(der);
    sk_X509_EXTENSION_free(extensions);
    X509_EXTENSION_free(alt);
    X509_REQ_free(request);
    return e;
}

const struct err *es256_self_signed(struct arena *a, const struct es256_key *key, str name,
                                    int64_t now_ms, str *ret_pem)
{
    str list = STR_NONE;
    unsigned char serial = 0;
    time_t now = (time_t)(now_ms / 1000);
    TRY(alt_names(a, &name, 1, &list));
    X509 *x = X509_new();
    X509_EXTENSION *alt = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, list.ptr);
    bool is_done = x != NULL && alt != NULL && RAND_bytes(&serial, 1) == 1 &&
                   X509_set_version(x, VERSION_3) == 1 &&
                   ASN1_INTEGER_set(X509_get_serialNumber(x), 1 + serial) == 1 &&
                   X509_time_adj_ex(X509_getm_notBefore(x), 0, 0, &now) != NULL &&
                   X509_time_adj_ex(X509_getm_notAfter(x), SELF_DAYS, 0, &now) != NULL;
    is_done = is_done && set_name(X509_get_subject_name(x), name) &&
              X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
              X509_set_pubkey(x, pkey_of(key)) == 1 && X509_add_ext(x, alt, -1) == 1 &&
              X509_sign(x, pkey_of(key), EVP_sha256()) > 0;
    BIO *out = BIO_new(BIO_s_mem());
    const struct err *e =
        take_text(a, out, is_done && out != NULL && PEM_write_bio_X509(out, x) == 1, ret_pem);
    X509_EXTENSION_free(alt);
    X509_free(x);
    return e;
}

static X509 *read_first(str pem)
{
    BIO *in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    X509 *x = in == NULL ? NULL : PEM_read_bio_X509(in, NULL, NULL, NULL);
    BIO_free(in);
    ERR_clear_error();
    return x;
}

static bool time_of(const ASN1_TIME *time, int64_t *ret_ms)
{
    struct tm parts;
    if (ASN1_TIME_to_tm(time, &parts) != 1)
        return false;
    *ret_ms = (int64_t)timegm(&parts) * 1000;
    return true;
}

const struct err *certificate_look(struct arena *a, str pem, struct certificate_facts *ret)
{
    X509 *x = read_first(pem);
    bool is_good = x != NULL && time_of(X509_get0_notBefore(x), &ret->from_ms) &&
                   time_of(X509_get0_notAfter(x), &ret->until_ms);
    if (is_good)
        ret->is_self_made = X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(x)) == 0;
    X509_free(x);
    return is_good ? NULL : ERR(a, ERR_INVALID, "es256.bad_certificate", "no certificate in PEM");
}

bool certificate_is_for(struct arena *a, str pem, str name)
{
    const char *host = NULL;
    X509 *x = read_first(pem);
    bool is_for = x != NULL && str_to_c(a, name, &host) == NULL &&
                  X509_check_host(x, host, name.len, 0, NULL) == 1;
    X509_free(x);
    return is_for;
}
