/* Shared inside this folder. */
#ifndef SOCIAL_SOCIAL_PART_H
#define SOCIAL_SOCIAL_PART_H

#include "social/social.h"

enum {
    SOCIAL_STAR_FOLLOWERS = 5000,
    SOCIAL_SLICE = 200,
    SOCIAL_BACK_FILL = 20,
    SOCIAL_STARS_MAX = 200
};
/* `millpond rebuild timeline`: the latest posts of a source for each follower, so many followers a
 * turn. */
enum { SOCIAL_REFILL = 200, SOCIAL_REFILL_SLICE = 20 };

const struct err *social_gone(struct arena *a, int64_t id) MUST_CHECK NEVER_NULL;
/* Adds or takes away one follow with its count; nothing when it stands so already (*ret_changed
 * false). */
const struct err *social_follow_change(struct turn *t, struct account_id follower, int64_t source,
                                       bool follows, bool *ret_changed) MUST_CHECK;
/* The ids of a list; the posts themselves are loaded by social_list. */
const struct err *social_list_ids(struct tx *tx, struct arena *a, const struct social_query *q,
                                  int64_t *ret, size_t *ret_count) MUST_CHECK;

/* "Commented", "liked", "posted": for the pages of contacts. */
const struct err *social_timeline(struct tx *tx, struct arena *a,
                                  const struct timeline_subject *who, size_t limit,
                                  struct timeline_entry **ret, size_t *ret_count) MUST_CHECK;
/* Subscribers and the job of the timeline, and account.merged. */
const struct err *social_on_post(struct turn *t, const struct event *e) MUST_CHECK;
const struct err *social_on_follow(struct turn *t, const struct event *e) MUST_CHECK;
const struct err *social_on_account_merged(struct turn *t, const struct event *e) MUST_CHECK;
const struct err *social_timeline_rebuild(struct platform *p, struct arena *a) MUST_CHECK;
const struct err *social_fan_out_run(struct job_run *run) MUST_CHECK;

#endif
