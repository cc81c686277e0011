/* Shared inside this folder. */
#ifndef IDENTITY_IDENTITY_PART_H
#define IDENTITY_IDENTITY_PART_H

#include "identity/identity.h"

/* Queues the pair for the merchant, once; a pair she called different people stays so. */
const struct err *identity_suggest_pair(struct turn *t, struct shop_id shop, struct contact_id x,
                                        struct contact_id y, str evidence) MUST_CHECK;
/* account.merged: contacts of both accounts become one in every shop. */
const struct err *identity_account_merged(struct turn *t, const struct event *e) MUST_CHECK;

timeline_fn identity_timeline;

#endif
