/* identity: one contact per person and shop, over all her typed ids (research D7).
 *
 * Strength: account (verified login) > channel id > typed e-mail / phone > visitor cookie. Rules:
 * - an id belongs to one contact of a shop; observing several ids together links them;
 * - two contacts that are both *identified* (each has a member account, or a channel id of the same channel, or
 *   different verified e-mails) are never merged by themselves: a suggestion is queued for the merchant;
 * - an IP address never merges; a cookie never merges two identified contacts; at most 5 visitors, 1 account,
 *   3 e-mails per contact;
 * - every merge is logged with its evidence and can be undone; merged ids keep redirecting;
 * - consent travels by the stricter value.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include "core/feature.h"

ID_TYPE(contact);

enum identity_kind {
    IDENTITY_UNSET = 0, IDENTITY_VISITOR, IDENTITY_ACCOUNT, IDENTITY_EMAIL, IDENTITY_PHONE,
    IDENTITY_CHANNEL,         /* value "telegram:12345" */ /* values of ACCOUNT, VISITOR, ORDER: formatted ids */
    IDENTITY_ORDER,           /* value = order id text */
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

/* Finds, makes or merges. `name` may be absent; it never overwrites a name given by the person herself. */
const struct err *identity_observe(struct turn *t, struct shop_id shop, const struct identity_id *ids, size_t count,
                                   str name, struct contact_id *ret) MUST_CHECK;
const struct err *identity_contact(struct tx *tx, struct arena *a, struct shop_id shop, struct contact_id id, struct contact *ret) MUST_CHECK;
const struct err *identity_find(struct tx *tx, struct arena *a, struct shop_id shop, const struct identity_id *id,
                                bool *ret_found, struct contact_id *ret) MUST_CHECK;
const struct err *identity_ids(struct tx *tx, struct arena *a, struct shop_id shop, struct contact_id contact,
                               struct identity_id **ret, size_t *ret_count) MUST_CHECK;
const struct err *identity_consent_set(struct turn *t, struct shop_id shop, struct contact_id contact, bool mail, const char *source) MUST_CHECK;
/* An order of hers was paid (orders 1, minor > 0) or money went back (orders 0, minor < 0): kept beside the contact. */
const struct err *identity_order_count(struct turn *t, struct shop_id shop, struct contact_id contact, int64_t orders,
                                       int64_t minor) MUST_CHECK;
const struct err *identity_merge(struct turn *t, struct shop_id shop, struct contact_id from, struct contact_id into, const char *evidence) MUST_CHECK;
const struct err *identity_merge_undo(struct turn *t, struct shop_id shop, int64_t merge_id) MUST_CHECK;

/* Events: contact.created, contact.merged, contact.consent. */

extern const struct feature identity_feature;

#endif
