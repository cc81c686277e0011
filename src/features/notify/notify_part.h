/* Shared inside this folder. */
#ifndef NOTIFY_NOTIFY_PART_H
#define NOTIFY_NOTIFY_PART_H

#include "notify/notify.h"

enum { NOTIFY_ATTEMPTS_MAX = 14 };

const struct err *notify_job_send(struct job_run *run) MUST_CHECK;
/* When the program starts, and by a job: lets held mails go once there is a mail server. */
const struct err *notify_start(struct platform *p, struct arena *a) MUST_CHECK;
const struct err *notify_job_held(struct job_run *run) MUST_CHECK;

const struct err *notify_page_mails(struct web *w);
const struct err *notify_page_again(struct web *w);

#endif
