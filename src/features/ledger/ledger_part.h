/* What the files of feature ledger share; nobody else includes it. */
#ifndef LEDGER_LEDGER_PART_H
#define LEDGER_LEDGER_PART_H

#include "core/job.h"
#include "ledger/ledger.h"
#include "ledger/ledger_sql.h"

const struct err *ledger_seal_job(struct job_run *run) MUST_CHECK;
/* The part of `millpond verify` that computes the seals anew. */
const struct err *ledger_verify_seals(struct tx *tx, struct arena *a,
                                      struct verify_report *report) MUST_CHECK;

#endif
