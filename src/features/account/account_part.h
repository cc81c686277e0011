/* Shared inside this folder. */
#ifndef ACCOUNT_ACCOUNT_PART_H
#define ACCOUNT_ACCOUNT_PART_H

#include "account/account.h"

const struct err *account_name_check(struct arena *a,
                                     str name) MUST_CHECK; /* INVALID, field "name" */
const struct err *account_handle_check(struct arena *a,
                                       str handle) MUST_CHECK; /* INVALID, field "handle" */

enum { ACCOUNT_COMMAND_COUNT = 3 };
extern const struct command account_commands[ACCOUNT_COMMAND_COUNT];

const struct err *account_verify(struct tx *tx, struct arena *a,
                                 struct verify_report *report) MUST_CHECK;
const struct err *account_job_prune(struct job_run *run) MUST_CHECK;

#endif
