/* flow_understand: what a typed sentence means where she is in the conversation. By rules over
 * tokens with synonyms, in English and Chinese and in a mixture; mistyped words are read by edit
 * distance (one letter from 4, two from 8).
 *
 * There is no intent that pays: the nearest, CHECKOUT, shows the summary and its button. What is
 * not understood is UNKNOWN, never a guess between two values. Pure: no clock, no store. Threads:
 * any; the lexicon is read-only.
 */
#ifndef FLOW_FLOW_UNDERSTAND_H
#define FLOW_FLOW_UNDERSTAND_H

#include "flow/flow_lexicon.h"

enum { FLOW_OPTIONS_MAX = 3 };

enum flow_intent {
    FLOW_INTENT_UNSET = 0,
    FLOW_UNKNOWN,
    FLOW_CHOOSE, /* names values, a quantity or a product */
    FLOW_CHANGE, /* the same, of something already chosen; or the address; or says no more than
                    "change" */
    FLOW_CHECKOUT, /* wants to go to the end: the summary */
    FLOW_CANCEL,
    FLOW_RESTART,
    FLOW_BACK,
    FLOW_PERSON,
    FLOW_ASK_SHIPPING,
    FLOW_ASK_PRICE,
    FLOW_ASK_ORDER,
    FLOW_ASK_DELIVERY,
    FLOW_ASK_RETURNS,
    FLOW_YES,
    FLOW_NO,
    FLOW_THANKS,
    FLOW_HELLO,
    FLOW_TEXT, /* an answer in her own words, where one is asked for */
    FLOW_INTENT_COUNT
};

struct flow_offer_option {
    str name;
    const str *values;
    size_t count;
};

/* What can be chosen at this moment. */
struct flow_offers {
    struct flow_offer_option options[FLOW_OPTIONS_MAX];
    size_t option_count;
    const str *products;    /* titles */
    size_t product_count;
    bool wants_text; /* an open question or a field of the address: only a whole command is one */
};

struct flow_heard {
    enum flow_intent intent;
    int values[FLOW_OPTIONS_MAX]; /* index into options[i].values; -1 = not said */
    int product;            /* index; -1 = not said */
    int64_t quantity;       /* 1..999; 0 = not said */
    bool means_address;     /* of CHANGE */
    bool is_chinese;        /* written with Chinese characters */
};

const struct err *flow_understand(struct arena *a, const struct flow_lexicon *lexicon, str text,
                                  const struct flow_offers *offers,
                                  struct flow_heard *ret) MUST_CHECK;

#endif
