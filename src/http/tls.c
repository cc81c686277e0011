/* OpenSSL's headers use names that base/banned.h takes away, so they come first. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "http/tls.h"

#include "base/strbuf.h"

struct tls {
    SSL *ssl;
    BIO *from_socket, *to_socket; /* owned by ssl */
};

/* An SSL_CTX by its own name, so that the header needs no OpenSSL. */
static SSL_CTX *ctx_of(struct tls_context *context)
{
    return (SSL_CTX *)(void *)context;
}

static const struct err *bad_certificate(struct arena *a, SSL_CTX *ctx, str path)
{
    char reason[200];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    ERR_clear_error();
    SSL_CTX_free(ctx);
    return err_with_arg(
        a, ERR(a, ERR_INVALID, "http.bad_certificate", "%.*s: %s", STR_ARG(path), reason), path);
}

const struct err *tls_context_new(struct arena *a, str cert_path, str key_path,
                                  struct tls_context **ret)
{
    const char *cert, *key;
    TRY(str_to_c(a, cert_path, &cert));
    TRY(str_to_c(a, key_path, &key));
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (ctx == NULL)
        return &err_out_of_memory;
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
        SSL_CTX_use_certificate_chain_file(ctx, cert) != 1)
        return bad_certificate(a, ctx, cert_path);
    if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ctx) != 1)
        return bad_certificate(a, ctx, key_path);
    *ret = (struct tls_context *)(void *)ctx;
    return NULL;
}

void tls_context_free(struct tls_context *context)
{
    SSL_CTX_free(ctx_of(context));
}

struct tls *tls_new(struct tls_context *context)
{
    struct tls *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->ssl = SSL_new(ctx_of(context));
    t->from_socket = BIO_new(BIO_s_mem());
    t->to_socket = BIO_new(BIO_s_mem());
    if (t->ssl == NULL || t->from_socket == NULL || t->to_socket == NULL) {
        BIO_free(t->from_socket);
        BIO_free(t->to_socket);
        SSL_free(t->ssl);
        free(t);
        return NULL;
    }
    BIO_set_mem_eof_return(t->from_socket, -1);
    SSL_set_bio(t->ssl, t->from_socket, t->to_socket);
    SSL_set_accept_state(t->ssl);
    return t;
}

void tls_free(struct tls *t)
{
    if (t == NULL)
        return;
    SSL_free(t->ssl);
    free(t);
}

bool tls_feed(struct tls *t, str cipher)
{
    return BIO_write(t->from_socket, cipher.ptr, (int)cipher.len) == (int)cipher.len;
}

int tls_read(struct tls *t, char *buffer, size_t size)
{
    ERR_clear_error();
    int got = SSL_read(t->ssl, buffer, (int)size);
    if (got > 0)
        return got;
    int why = SSL_get_error(t->ssl, got);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

bool tls_write(struct tls *t, str plain)
{
    if (plain.len == 0)
        return true;
    ERR_clear_error();
    return SSL_is_init_finished(t->ssl) &&
           SSL_write(t->ssl, plain.ptr, (int)plain.len) == (int)plain.len;
}

void tls_end(struct tls *t)
{
    ERR_clear_error();
    if (SSL_is_init_finished(t->ssl))
        (void)SSL_shutdown(t->ssl);
}

size_t tls_pending(const struct tls *t)
{
    return BIO_ctrl_pending(t->to_socket);
}

size_t tls_take(struct tls *t, char *buffer, size_t size)
{
    int got = BIO_read(t->to_socket, buffer, (int)size);
    return got > 0 ? (size_t)got : 0;
}
