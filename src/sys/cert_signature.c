/* See cert_signature.h. OpenSSL's headers use names that base/banned.h takes away, so they come
 * first. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <zlib.h>

#include "sys/cert_signature.h"

static STACK_OF(X509) *read_chain(str pem)
{
    BIO *in = pem.len > CERT_BYTES_MAX ? NULL : BIO_new_mem_buf(pem.ptr, (int)pem.len);
    STACK_OF(X509) *chain = sk_X509_new_null();
    X509 *cert;
    while (in != NULL && chain != NULL && sk_X509_num(chain) < CERT_CHAIN_MAX &&
           (cert = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL)
        if (sk_X509_push(chain, cert) == 0)
            X509_free(cert);
    BIO_free(in);
    return chain;
}

static X509_STORE *roots(const char *file, int64_t now_ms)
{
    X509_STORE *store = X509_STORE_new();
    if (store == NULL)
        return NULL;
    bool is_loaded = file == NULL ? X509_STORE_set_default_paths(store) == 1
                                  : X509_STORE_load_file(store, file) == 1;
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)(now_ms / 1000));
    if (is_loaded)
        return store;
    X509_STORE_free(store);
    return NULL;
}

static bool is_trusted(X509 *cert, STACK_OF(X509) *chain, X509_STORE *store)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    bool is_good = ctx != NULL && X509_STORE_CTX_init(ctx, store, cert, chain) == 1 &&
                   X509_verify_cert(ctx) == 1;
    X509_STORE_CTX_free(ctx);
    return is_good;
}

static bool has_signed(X509 *cert, str message, str signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY *key = X509_get0_pubkey(cert);
    bool is_good =
        ctx != NULL && key != NULL &&
        EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
        EVP_DigestVerify(ctx, (const unsigned char *)signature.ptr, signature.len,
                         (const unsigned char *)message.ptr, message.len) == 1;
    EVP_MD_CTX_free(ctx);
    return is_good;
}

const struct err *cert_signature_check(struct arena *a, str chain_pem, const char *roots_file,
                                       const char *host, int64_t now_ms, str message, str signature)
{
    STACK_OF(X509) *chain = read_chain(chain_pem);
    X509_STORE *store = roots(roots_file, now_ms);
    X509 *first = chain == NULL || sk_X509_num(chain) == 0 ? NULL : sk_X509_value(chain, 0);
    const char *wrong = NULL;
    if (first == NULL || store == NULL)
        wrong = "no certificate, or no roots";
    else if (X509_check_host(first, host, 0, 0, NULL) != 1)
        wrong = "the certificate of another host";
    else if (!is_trusted(first, chain, store))
        wrong = "a chain that leads nowhere";
    else if (!has_signed(first, message, signature))
        wrong = "not signed by it";
    X509_STORE_free(store);
    sk_X509_pop_free(chain, X509_free);
    return wrong == NULL ? NULL : ERR(a, ERR_DENIED, "cert.bad_signature", "%s", wrong);
}

uint32_t crc32_of(str bytes)
{
    return (uint32_t)crc32(crc32(0, NULL, 0), (const Bytef *)bytes.ptr, (uInt)bytes.len);
}
