/* flow: what a bot does, as data. A flow is a versioned list of steps per shop; a run is one
 * conversation's walk through one version. Running conversations finish on their version. A trigger
 * (hashtag of a post) starts a run: one message per comment, ever.
 *
 * Steps: product, option, quantity, address, question (own text, "text to engrave"), summary, pay,
 * done. Understanding is by rules over tokens with synonyms (English, Chinese); what is not
 * understood offers the buttons and a person; nothing typed ever pays: paying needs the button of
 * the summary that shows the total.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "chat/chat.h"
#include "flow/flow_rules.h"
#include "order/order.h"
#include "social/social.h"

ID_TYPE(flow);

/* A trigger: a comment with `hashtag` (folded, without #) on `post` (0 = any post of the shop)
 * starts the flow, about `product` (0 = the post's tagged products). Without any, a hashtag that
 * stands in the post itself does, if the post shows products of the shop (setting
 * flow.answer_post_hashtags). */
struct flow_trigger {
    struct shop_id shop_id;
    struct flow_id flow_id;   /* 0 = the shop's standard flow */
    str hashtag;
    struct post_id post_id;
    struct product_id product_id;
};
/* Sets or replaces it. INVALID "flow.error.bad_hashtag", "flow.error.too_many_triggers"; NOT_FOUND
 * for a flow of another shop. */
const struct err *flow_trigger_set(struct turn *t, const struct flow_trigger *g) MUST_CHECK;

/* Events: flow.started (subject run, object conversation, account = customer), flow.finished
 * (subject run, object order), flow.left (subject run, object conversation: cancelled). Runs end
 * too when 24 hours pass without a word. */

extern const struct feature flow_feature;

#endif
