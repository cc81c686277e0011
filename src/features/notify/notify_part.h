/* Shared inside this folder. */
#ifndef NOTIFY_NOTIFY_PART_H
#define NOTIFY_NOTIFY_PART_H

#include "notify/notify.h"

enum { NOTIFY_ATTEMPTS_MAX = 14 };

const struct err *notify_job_send(struct job_run *run) MUST_CHECK;

#endif
