/* What stands inside the text of a post or comment: hashtags, mentions and web addresses, found by
 * the rules of twitter-text. Duty: where they are and what they mean. Not its duty: markup
 * (templates/text.html). Threads: pure.
 */
#ifndef SOCIAL_SOCIAL_TEXT_H
#define SOCIAL_SOCIAL_TEXT_H

#include "base/err.h"
#include "http/html.h"

enum social_piece_kind {
    SOCIAL_PIECE_UNSET = 0,
    SOCIAL_PLAIN,
    SOCIAL_HASHTAG,           /* value: folded, without '#' */
    SOCIAL_MENTION,           /* value: the handle in lower case, without '@' */
    SOCIAL_ADDRESS            /* url: http or https, checked */
};

struct social_piece {
    enum social_piece_kind kind;
    str text;                 /* as written; the pieces in order give the whole text */
    str value;
    struct url_safe url;
};

/* The text cut into pieces. Any valid UTF-8. */
const struct err *social_pieces(struct arena *a, str text, struct social_piece **ret,
                                size_t *ret_count) MUST_CHECK;
/* One hashtag as it is stored and compared: NFKC, lower case. */
const struct err *social_tag_fold(struct arena *a, str tag, str *ret) MUST_CHECK;

#endif
