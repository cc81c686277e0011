/* A feature for the tests of core: accounts that are just numbers, one shop, routes of every kind,
 * events, jobs, settings.
 */
#ifndef CORE_TESTS_SAMPLE_FEATURE_H
#define CORE_TESTS_SAMPLE_FEATURE_H

#include "core/testing.h"

extern const struct feature sample_feature;
extern const struct feature *const sample_features[1];

/* What the subscribers and jobs saw, in order; and what they shall do next. */
enum { SAMPLE_SEEN_MAX = 4096 };
extern int64_t sample_seen[SAMPLE_SEEN_MAX];
extern size_t sample_seen_count;
extern int64_t sample_poison;        /* the subscriber refuses events with this number */
extern int sample_job_failures;      /* how many attempts shall still fail */
extern _Atomic int sample_job_runs;
extern _Atomic int64_t sample_slices_left; /* of the long job, which is periodic, */
extern _Atomic int sample_long_runs;       /* and its attempts that did some */
extern const struct err *sample_job_error;
extern _Atomic int sample_orders;    /* how often the command of POST /api/v1/orders acted */
extern int sample_renders;           /* how often a page /same/{of} or /shared/{of} was made */
void sample_reset(void);

/* The shop "reef" of the running test; whoever asks for another handle gets NOT_FOUND. */
extern struct shop_id sample_shop;
/* Accounts below are guests, from here on members, from the second on operators. */
enum { SAMPLE_MEMBERS = 1000000, SAMPLE_OPERATORS = 2000000 };

/* For dispatch_pages: the personal parts of /shared/{of}. */
const struct err *sample_personal(struct web *w, const struct html_part *parts, size_t count,
                                  str *ret);

/* Signs the browser in by the route made for it. */
void sample_sign_in(struct testing_browser *b, int64_t account_id);

#endif
