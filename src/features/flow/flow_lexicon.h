/* flow_lexicon: the words the bot knows, in English and Chinese. The table stands in
 * flow_lexicon.c; a phrase is added there and nowhere else.
 *
 * Three sorts: cues (what someone is about: cancelling, shipping, a person ...), traits (sizes and
 * colours, by which an option's value is meant without naming it), and plain words that say nothing
 * but must not be taken for a mistyped other one. Read-only after flow_lexicon_new; threads: any.
 */
#ifndef FLOW_FLOW_LEXICON_H
#define FLOW_FLOW_LEXICON_H

#include "flow/flow_token.h"

enum flow_cue {
    FLOW_CUE_NONE = 0,
    FLOW_CUE_CANCEL,
    FLOW_CUE_RESTART,
    FLOW_CUE_BACK,
    FLOW_CUE_PERSON,
    FLOW_CUE_COST,
    FLOW_CUE_SHIPPING,
    FLOW_CUE_SHIPPING_COST,
    FLOW_CUE_TIME,
    FLOW_CUE_ARRIVAL,
    FLOW_CUE_DELIVERY_TIME,
    FLOW_CUE_PARCEL,
    FLOW_CUE_WHERE,
    FLOW_CUE_TRACKING,
    FLOW_CUE_RETURNS,
    FLOW_CUE_CHANGE,
    FLOW_CUE_ADDRESS,
    FLOW_CUE_PAY,
    FLOW_CUE_YES,
    FLOW_CUE_NO,
    FLOW_CUE_THANKS,
    FLOW_CUE_HELLO,
    FLOW_CUE_NOT,
    FLOW_CUE_COUNT
};
#define FLOW_CUE_BIT(cue) (UINT64_C(1) << (cue))

/* Colours by family: a general word ("blue") means every colour of its family, a narrow one
 * ("navy") only itself and the general one. */
enum flow_family {
    FLOW_FAMILY_NONE = 0,
    FLOW_RED = 1,
    FLOW_ORANGE = 2,
    FLOW_YELLOW = 4,
    FLOW_GREEN = 8,
    FLOW_BLUE = 16,
    FLOW_PURPLE = 32,
    FLOW_PINK = 64,
    FLOW_BROWN = 128,
    FLOW_GREY = 256,
    FLOW_BLACK = 512,
    FLOW_WHITE = 1024
};

enum flow_word_kind { FLOW_WORD_UNSET = 0, FLOW_WORD_CUE, FLOW_WORD_TRAIT, FLOW_WORD_PLAIN };

/* A phrase of the table, as tokens. `row` tells synonyms: same row, same meaning. */
struct flow_phrase {
    enum flow_word_kind kind;
    enum flow_cue cue;
    int row;
    unsigned family, near; /* of a colour: enum flow_family, and those it is also counted to */
    bool is_general;
    const struct flow_token *tokens;
    size_t count;
};

struct flow_lexicon {
    const struct flow_phrase *phrases;
    size_t count;
};

const struct err *flow_lexicon_new(struct arena *a, const struct flow_lexicon **ret) MUST_CHECK;
/* The longest phrase that begins at tokens[at], or NULL. */
const struct flow_phrase *flow_lexicon_at(const struct flow_lexicon *lexicon,
                                          const struct flow_token *tokens, size_t count, size_t at);

#endif
