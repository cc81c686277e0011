/* The parts of app/acme.h, private to them: acme_file.c (names, files), acme_door.c (port 80),
 * acme_job.c (the job). */
#ifndef APP_ACME_PART_H
#define APP_ACME_PART_H

#include "app/acme.h"
#include "sys/acme.h"

enum { ACME_FILE_MAX = 256 * 1024 };

/* --domain, at most ACME_NAMES_MAX names. INVALID "app.acme_domain". */
const struct err *acme_names(struct arena *a, const struct config *config, str *ret,
                             size_t *ret_count) MUST_CHECK;
/* The key in that file, which is made when there is none. */
const struct err *acme_key(struct arena *a, const char *path, struct es256_key **ret) MUST_CHECK;
/* Key and chain into one file. */
const struct err *acme_keep(struct arena *a, const char *path, const struct es256_key *key,
                            str chain) MUST_CHECK;
bool acme_fits(struct arena *a, str pem, const str *names, size_t count);

/* Port 80: answers challenges, sends everybody else to https. */
struct acme_door;
const struct err *acme_door_open(struct arena *a, str listen, str base_url,
                                 const struct clock *clock, struct acme_door **ret) MUST_CHECK;
void acme_door_close(struct acme_door *d); /* NULL is allowed */
void acme_door_publish(struct acme_door *d, str token, str text); /* absent text: no longer */

#endif
