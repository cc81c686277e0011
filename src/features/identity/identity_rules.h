/* Who is the same person: pure decisions, no database. See README.md for the rules in words. */
#ifndef IDENTITY_IDENTITY_RULES_H
#define IDENTITY_IDENTITY_RULES_H

#include "identity/identity.h"

enum { IDENTITY_EMAILS_MAX = 3, IDENTITY_VISITORS_MAX = 5 };

/* One observed id and who owns it already. */
struct identity_seen {
    enum identity_kind kind;
    bool is_verified;
    int64_t owner;            /* contact id, 0 = nobody */
    bool owner_is_identified; /* the owner has an account or a channel id */
    bool owner_conflicts; /* the owner has another account than the one observed, or another id of
                             the same channel: it cannot take ours */
};

struct identity_decision {
    int64_t target;                     /* contact to use; 0 = make a new one */
    bool attach[IDENTITY_IDS_MAX];      /* unowned ids that become the target's */
    int64_t merge[IDENTITY_IDS_MAX];    /* contacts to merge into the target, distinct */
    size_t merge_count;
    int64_t suggest[IDENTITY_IDS_MAX];  /* contacts that may be the same person: ask the merchant */
    size_t suggest_count;
};

int identity_strength(enum identity_kind kind, bool is_verified); /* 1..5 */
void identity_decide(const struct identity_seen *seen, size_t count, struct identity_decision *ret);

#endif
