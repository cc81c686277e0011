/* Signatures of strangers who show a certificate: the chain must lead to a root we know, the first
 * certificate must be of the host expected, and its key must have signed the message (RSA or ECDSA
 * with SHA-256). And CRC-32, which such messages may carry of a body.
 * Threads: any. Errors: DENIED cert.bad_signature, with the reason as detail.
 */
#ifndef SYS_CERT_SIGNATURE_H
#define SYS_CERT_SIGNATURE_H

#include "base/err.h"

enum { CERT_CHAIN_MAX = 8, CERT_BYTES_MAX = 64 * 1024 };

/* chain_pem: one or more certificates, its own first. roots_file: PEM; NULL: the system's. */
const struct err *cert_signature_check(struct arena *a, str chain_pem, const char *roots_file,
                                       const char *host, int64_t now_ms, str message,
                                       str signature) MUST_CHECK;
uint32_t crc32_of(str bytes);

#endif
