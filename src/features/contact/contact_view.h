/* What the pages of customers show; filled by contact_pages.c and contact_story.c. */
#ifndef CONTACT_CONTACT_VIEW_H
#define CONTACT_CONTACT_VIEW_H

#include "identity/identity.h"
#include "pool/pool.h"
#include "web/page.h"

enum { STORY_MAX = 100 };

enum { CONTACT_PARTS_MAX = 12 };
struct contact_row {
    struct contact_id id;
    struct face face;
    str name, email, phone;
    str parts[CONTACT_PARTS_MAX]; /* of the e-mail: a line may end between two of them */
    size_t part_count;
    struct money spent;
    int64_t orders, last_seen_ms;
    bool mail_consent, was_asked;
};

struct contact_choice {
    struct pool_id id;
    str name;
    bool is_chosen;
};

struct contact_list_view {
    struct page page;
    str query;
    int64_t has_order, consent;   /* -1 any */
    int64_t people;               /* in the shop */
    int64_t suggestions;
    bool may_change;
    struct contact_id join;       /* choosing whom to join with her; v == 0: not */
    str join_name;
    struct contact_row *rows;
    size_t count;
    struct contact_choice *pools;
    size_t pool_count;
    bool has_pool;
    struct url_safe next, export;
};

struct contact_event {
    int64_t at_ms;
    bool is_new_day;
    const char *glyph, *tone;     /* tone of the line: "", "good", "done" */
    str sentence;
    str verdict_key;              /* absent: no badge */
    struct url_safe path;         /* url absent: leads nowhere */
};

struct contact_identity_view {
    const char *kind_key, *strength_key;
    str value;
    struct url_safe path;         /* url absent: leads nowhere */
};

struct contact_pair {
    struct contact_row one, other;
    str evidence;
    int64_t at_ms;
};

ID_TYPE(contact_merge_ref);
struct contact_merge_view {
    struct contact_merge_ref_id id;
    str from_name, evidence;
    int64_t at_ms;
    bool is_undone;
};

struct contact_page_view {
    struct page page;
    struct contact_row row;
    str pool_name;                /* absent: nobody brought her */
    int64_t first_seen_ms;
    str consent_source;
    bool may_change;
    struct contact_event *events;
    size_t event_count;
    struct contact_identity_view *ids;
    size_t id_count;
    int64_t browser_count;
    struct contact_pair *pairs;   /* `other` is the other one */
    size_t pair_count;
    struct contact_merge_view *merges;
    size_t merge_count;
};

struct contact_pairs_view {
    struct page page;
    bool may_change;
    struct contact_pair *pairs;
    size_t count;
};

/* contact_story.c: everything every feature knows of this person, newest first, STORY_MAX at most.
 */
const struct err *contact_story(struct web *w, struct tx *tx, const struct contact *contact,
                                const struct identity_id *ids, size_t id_count,
                                struct timeline_entry **ret, size_t *ret_count) MUST_CHECK;
const struct err *contact_story_view(struct web *w, const char *zone,
                                     const struct timeline_entry *entries, size_t count,
                                     struct contact_event **ret) MUST_CHECK;

/* Handlers: contact_pages.c */
const struct err *contact_export(struct web *w) MUST_CHECK;
const struct err *contact_many(struct web *w) MUST_CHECK;
const struct err *contact_list_page(struct web *w) MUST_CHECK;
const struct err *contact_page(struct web *w) MUST_CHECK;
const struct err *contact_pairs_page(struct web *w) MUST_CHECK;
/* contact_acts.c: forms and the API alike */
const struct err *contact_join(struct web *w) MUST_CHECK;
const struct err *contact_differ(struct web *w) MUST_CHECK;
const struct err *contact_unjoin(struct web *w) MUST_CHECK;
const struct err *contact_consent(struct web *w) MUST_CHECK;
/* contact_api.c */
const struct err *contact_list_json(struct web *w) MUST_CHECK;
const struct err *contact_json(struct web *w) MUST_CHECK;

/* Shared. The contact of path parameter 1, following merges. */
const struct err *contact_of_path(struct web *w, struct tx *tx, struct contact *ret) MUST_CHECK;
const struct err *contact_filter_read(struct web *w, struct identity_filter *ret) MUST_CHECK;
const struct err *contact_cursor_text(struct arena *a, struct identity_cursor cursor,
                                      str *ret) MUST_CHECK;
/* Evidence and sources as features write them down, in the reader's language: "same address or
 * phone". */
str contact_words(struct web *w, str written);
const char *contact_kind_name(enum identity_kind kind);

#endif
