/* Certificates for `serve --acme MAIL --domain NAME`: the file they are kept in, the small server
 * at port 80 that proves the domain is ours, and the job that orders and renews them (the protocol
 * is in sys/acme.h).
 *
 * keys/tls.pem holds key and chain in one file, so that they change together; keys/acme.pem the
 * account's key. Until an authority has signed one, keys/tls.pem is self-made: TLS is spoken from
 * the first start, though browsers warn. A new certificate is handed to the running server without
 * a restart. Renewal is due when a third of the lifetime is left; what goes wrong is the job's:
 * logged, tried again with growing pauses, and `doctor` sees the days. One of a process.
 */
#ifndef APP_ACME_H
#define APP_ACME_H

#include "app/cli.h"
#include "http/server.h"

#define ACME_DIRECTORY "https://acme-v02.api.letsencrypt.org/directory"

/* Fills in what follows from --acme: where to listen, the public address, the certificate's file,
 * which is made when there is none for these names. Nothing without --acme. INVALID
 * "app.acme_domain". */
const struct err *acme_prepare(struct cli *c) MUST_CHECK;

/* Listens at port 80 and sees to it that the job runs. Nothing without --acme. Before job_start. */
const struct err *acme_start(struct arena *a, const struct config *config, struct platform *p,
                             struct http_server *server) MUST_CHECK;
/* Ends an order under way, and the jobs with it: one may be using the server. Before
 * http_server_stop. */
void acme_stop(struct platform *p);

int64_t acme_due_ms(int64_t from_ms, int64_t until_ms);
extern const struct job_kind acme_jobs[1];

#endif
