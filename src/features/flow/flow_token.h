/* flow_token: what a person typed, as words that can be compared.
 *
 * Folded by NFKC and case, so that full-width and half-width, upper and lower case are one. A Latin
 * word is one token, every Chinese character is one token (Chinese has no blanks; phrases are
 * matched as runs of them), a number in digits or words of either language is one token with its
 * value, and a weight or volume after a number is brought to g or ml ("半斤" is 250 g). Emoji and
 * punctuation separate words and vanish, except the two hands that mean yes. Not here: what the
 * words mean (flow_lexicon.h). Pure; threads: any.
 */
#ifndef FLOW_FLOW_TOKEN_H
#define FLOW_FLOW_TOKEN_H

#include "base/err.h"

enum { FLOW_TOKENS_MAX = 64 }; /* of a message; what is longer is a story, not an answer */

enum flow_token_kind { FLOW_TOKEN_UNSET = 0, FLOW_TOKEN_WORD, FLOW_TOKEN_HAN, FLOW_TOKEN_NUMBER };

struct flow_token {
    enum flow_token_kind kind;
    str text;          /* folded; of a number what was written */
    int64_t number;    /* of a NUMBER, 0..999999 */
    bool is_pronoun;   /* the English word "one", which often counts nothing */
};

struct flow_tokens {
    struct flow_token *items;
    size_t count;
    bool has_han;
};

/* At most `max` tokens; the rest is left out. Text that is no UTF-8 gives what can be read of it.
 */
const struct err *flow_tokens_of(struct arena *a, str text, size_t max,
                                 struct flow_tokens *ret) MUST_CHECK;
/* Same word or same number; a plural "s" is no difference. */
bool flow_token_eq(const struct flow_token *x, const struct flow_token *y);
/* Letters to change, insert, drop or swap with a neighbour to make x from y; more than `limit` is
 * limit + 1. Words longer than 32 bytes are never near. */
int flow_word_distance(str x, str y, int limit);

#endif
