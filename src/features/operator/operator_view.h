/* What the operator's pages show, and their handlers. */
#ifndef OPERATOR_OPERATOR_VIEW_H
#define OPERATOR_OPERATOR_VIEW_H

#include "operator/operator.h"
#include "web/page.h"

ID_TYPE(job);

struct operator_job_view {
    struct job_id id;
    str kind, shop;           /* shop absent: the server's own */
    str words, detail;        /* why: in the reader's words, and as in the log */
    int tries;
    int64_t ended_ms;
};

enum { OPERATOR_JOBS_A_PAGE = 50 };

struct operator_jobs_view {
    struct page page;
    struct form_fault fault;
    struct operator_job_view jobs[OPERATOR_JOBS_A_PAGE];
    size_t count;
    struct job_id next_id;    /* 0: there are no more */
    struct url_safe more;
};

const struct err *operator_page_jobs(struct web *w) MUST_CHECK;
const struct err *operator_page_again(struct web *w) MUST_CHECK;
const struct err *operator_page_drop(struct web *w) MUST_CHECK;
const struct err *operator_api_jobs(struct web *w) MUST_CHECK;
const struct err *operator_api_again(struct web *w) MUST_CHECK;
const struct err *operator_api_drop(struct web *w) MUST_CHECK;

#endif
