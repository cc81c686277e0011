/* identity: one contact per person and shop, over all her typed ids (research D7).
 *
 * Strength: account (verified login) > channel id > typed e-mail / phone > visitor cookie. Rules:
 * - an id belongs to one contact of a shop; observing several ids together links them;
 * - two contacts that are both *identified* (each has a member account, or a channel id of the same
 * channel, or different verified e-mails) are never merged by themselves: a suggestion is queued
 * for the merchant;
 * - an IP address never merges; a cookie never merges two identified contacts; at most 5 visitors,
 * 1 account and 3 e-mails per contact (an order names its contact itself);
 * - every merge is logged with its evidence and can be undone; merged ids keep redirecting;
 * - consent travels by the stricter value.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include "core/feature.h"

ID_TYPE(contact);

enum identity_kind {
    IDENTITY_UNSET = 0,
    IDENTITY_VISITOR,
    IDENTITY_ACCOUNT,
    IDENTITY_EMAIL,
    IDENTITY_PHONE,
    IDENTITY_CHANNEL,         /* value "telegram:12345"; of ACCOUNT and VISITOR: formatted ids */
    IDENTITY_KIND_COUNT
};

struct identity_id {
    enum identity_kind kind;
    str value;                /* normalised inside: mail lower-cased, phone to digits with + */
    bool is_verified;
};

enum { IDENTITY_IDS_MAX = 16 };

struct contact {
    struct contact_id id;
    struct shop_id shop_id;
    str name, email, phone;
    struct account_id account_id;
    int64_t first_seen_ms, last_seen_ms;
    int64_t order_count, spent_minor; /* kept by identity_order_count */
    bool mail_consent;
    str mail_consent_source;
};

/* Finds, makes or merges. What only says "seen again" is written once a minute (the contact) or an
 * hour (an id). `name` may be absent; it never overwrites a name given by the person herself. */
const struct err *identity_observe(struct turn *t, struct shop_id shop,
                                   const struct identity_id *ids, size_t count, str name,
                                   struct contact_id *ret) MUST_CHECK;
const struct err *identity_contact(struct tx *tx, struct arena *a, struct shop_id shop,
                                   struct contact_id id, struct contact *ret) MUST_CHECK;
const struct err *identity_find(struct tx *tx, struct arena *a, struct shop_id shop,
                                const struct identity_id *id, bool *ret_found,
                                struct contact_id *ret) MUST_CHECK;
const struct err *identity_ids(struct tx *tx, struct arena *a, struct shop_id shop,
                               struct contact_id contact, struct identity_id **ret,
                               size_t *ret_count) MUST_CHECK;
const struct err *identity_consent_set(struct turn *t, struct shop_id shop,
                                       struct contact_id contact, bool mail,
                                       const char *source) MUST_CHECK;
/* An order of hers was paid (orders 1, minor > 0) or money went back (orders 0, minor < 0): kept
 * beside the contact. */
const struct err *identity_order_count(struct turn *t, struct shop_id shop,
                                       struct contact_id contact, int64_t orders,
                                       int64_t minor) MUST_CHECK;
const struct err *identity_merge(struct turn *t, struct shop_id shop, struct contact_id from,
                                 struct contact_id into, const char *evidence) MUST_CHECK;
const struct err *identity_merge_undo(struct turn *t, struct shop_id shop,
                                      int64_t merge_id) MUST_CHECK;

/* ---- for the merchant's pages ---- */

enum { IDENTITY_PAGE = 50, IDENTITY_QUERY_MAX = 100 };
struct identity_cursor {
    int64_t last_seen_ms, id;  /* 0: from the newest */
};
struct identity_filter {
    str query;                 /* part of a name, an address or a number; absent: all */
    int has_order, consent;    /* -1 any, 0 no, 1 yes */
    struct identity_cursor before;
};
/* Last seen first, IDENTITY_PAGE at most; *ret_next is zero at the end. */
const struct err *identity_contacts(struct tx *tx, struct arena *a, struct shop_id shop,
                                    const struct identity_filter *filter, struct contact **ret,
                                    size_t *ret_count, struct identity_cursor *ret_next) MUST_CHECK;
const struct err *identity_contact_count(struct tx *tx, struct arena *a, struct shop_id shop,
                                         int64_t *ret) MUST_CHECK;

struct identity_suggestion {
    struct contact_id one, other;
    str evidence;
    int64_t at_ms;
};
/* Open ones, newest first, 50 at most; contact v == 0: of the whole shop. */
const struct err *identity_suggestions(struct tx *tx, struct arena *a, struct shop_id shop,
                                       struct contact_id contact, struct identity_suggestion **ret,
                                       size_t *ret_count) MUST_CHECK;
/* They are different people: not suggested again. */
const struct err *identity_suggestion_refuse(struct turn *t, struct shop_id shop,
                                             struct contact_id x, struct contact_id y) MUST_CHECK;

struct identity_merged {
    int64_t merge_id;
    struct contact_id from;
    str from_name, evidence;
    struct account_id actor;   /* 0: by the rules */
    int64_t at_ms;
    bool is_undone;
};
/* What became part of this contact, newest first. */
const struct err *identity_merges(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct contact_id contact, struct identity_merged **ret,
                                  size_t *ret_count) MUST_CHECK;

/* Events: contact.created, contact.merged, contact.consent. */

extern const struct feature identity_feature;

#endif
