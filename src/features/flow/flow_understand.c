/* flow_understand: see flow_understand.h. In four passes over the tokens: mend mistyped words, find
 * products by their titles, then from left to right the longest known phrase or option value at
 * each place (cues, mentions of values, quantities), and at last a table that makes an intent of
 * the cues.
 */
#include "flow/flow_understand.h"

enum { TITLE_TOKENS_MAX = 24, QUANTITY_MAX = 999, COMMAND_TOKENS_MAX = 8 };


struct hearing {
    const struct flow_lexicon *lexicon;
    const struct flow_offers *offers;
    struct flow_tokens tokens;
    bool *is_covered;                    /* per token */
    struct flow_tokens *values[FLOW_OPTIONS_MAX];
    struct flow_tokens *titles;
    uint64_t cues;
    bool is_negated;                     /* the phrase just read was a "not" */
    bool is_unsure[FLOW_OPTIONS_MAX];    /* two values of one option were named */
    struct flow_heard *out;
};

/* ---- mistyped words ---- */

struct nearest {
    str word;
    int distance;
};

static void nearer(struct nearest *best, str typed, const struct flow_token *known)
{
    if (known->kind != FLOW_TOKEN_WORD || known->text.len < 3)
        return;
    if (typed.len < 6 && typed.ptr[0] != known->text.ptr[0])
        return;
    int distance = flow_word_distance(typed, known->text, best->distance - 1);
    if (distance < best->distance)
        *best = (struct nearest){known->text, distance};
}

static bool each_known_token(const struct hearing *h, size_t *cursor, const struct flow_token **ret,
                             size_t *ret_count)
{
    size_t at = (*cursor)++;
    if (at < h->lexicon->count) {
        *ret = h->lexicon->phrases[at].tokens;
        *ret_count = h->lexicon->phrases[at].count;
        return true;
    }
    at -= h->lexicon->count;
    for (size_t o = 0; o < h->offers->option_count; o++) {
        if (at < h->offers->options[o].count) {
            *ret = h->values[o][at].items;
            *ret_count = h->values[o][at].count;
            return true;
        }
        at -= h->offers->options[o].count;
    }
    if (at >= h->offers->product_count)
        return false;
    *ret = h->titles[at].items;
    *ret_count = h->titles[at].count;
    return true;
}

static void mend(struct hearing *h, struct flow_token *token)
{
    if (token->kind != FLOW_TOKEN_WORD || token->text.len < 4)
        return;
    struct nearest best = {STR_NONE, token->text.len < 8 ? 2 : 3};
    const struct flow_token *known = NULL;
    size_t count = 0, cursor = 0;
    while (each_known_token(h, &cursor, &known, &count)) {
        for (size_t i = 0; i < count; i++) {
            if (flow_token_eq(&known[i], token))
                return;
            nearer(&best, token->text, &known[i]);
        }
    }
    if (!str_is_absent(best.word))
        token->text = best.word;
}

/* ---- products by title ---- */

static bool is_telling(const struct hearing *h, const struct flow_token *token)
{
    const struct flow_phrase *phrase = flow_lexicon_at(h->lexicon, token, 1, 0);
    return token->kind == FLOW_TOKEN_WORD && token->text.len >= 3 &&
           (phrase == NULL || phrase->kind == FLOW_WORD_TRAIT);
}

/* Tokens that message and title share in a row from there on; 0 when they tell nothing. */
static size_t common_run(const struct hearing *h, size_t at, const struct flow_tokens *title,
                         size_t from)
{
    size_t len = 0, telling = 0, han = 0;
    while (at + len < h->tokens.count && from + len < title->count &&
           flow_token_eq(&h->tokens.items[at + len], &title->items[from + len])) {
        telling += is_telling(h, &title->items[from + len]);
        han += title->items[from + len].kind == FLOW_TOKEN_HAN;
        len++;
    }
    return telling > 0 || han >= 2 ? len : 0;
}

static size_t title_score(struct hearing *h, const struct flow_tokens *title, bool cover)
{
    size_t score = 0;
    for (size_t at = 0; at < h->tokens.count; at++) {
        size_t longest = 0;
        for (size_t from = 0; from < title->count; from++) {
            size_t run = common_run(h, at, title, from);
            longest = run > longest ? run : longest;
        }
        for (size_t i = 0; cover && i < longest; i++)
            h->is_covered[at + i] = true;
        score += longest;
        at += longest > 0 ? longest - 1 : 0;
    }
    return score;
}

static void find_product(struct hearing *h)
{
    size_t best = 0;
    bool is_tied = false;
    for (size_t i = 0; i < h->offers->product_count; i++) {
        size_t score = title_score(h, &h->titles[i], false);
        is_tied = score == best ? is_tied || score > 0 : score > best ? false : is_tied;
        if (score > best) {
            best = score;
            h->out->product = (int)i;
        }
    }
    if (is_tied)
        h->out->product = -1;
    if (h->out->product >= 0)
        (void)title_score(h, &h->titles[h->out->product], true);
}

/* ---- option values ---- */

static bool tokens_are_at(const struct hearing *h, size_t at, const struct flow_tokens *wanted)
{
    if (wanted->count == 0 || wanted->count > h->tokens.count - at)
        return false;
    for (size_t i = 0; i < wanted->count; i++) {
        if (!flow_token_eq(&h->tokens.items[at + i], &wanted->items[i]))
            return false;
    }
    return true;
}

static void mention(struct hearing *h, size_t option, int value)
{
    int *slot = &h->out->values[option];
    bool replaces =
        (h->cues & FLOW_CUE_BIT(FLOW_CUE_CHANGE)) != 0; /* "medium, no, actually large" */
    if (h->is_negated)
        return;
    if (*slot >= 0 && *slot != value && !replaces)
        h->is_unsure[option] = true;
    *slot = value;
}

/* How well a value carries the trait of a phrase: 4 is the value itself, 0 not at all. */
static int trait_score(const struct hearing *h, const struct flow_tokens *value,
                       const struct flow_phrase *said)
{
    int best = 0;
    for (size_t at = 0; at < value->count; at++) {
        const struct flow_phrase *own = flow_lexicon_at(h->lexicon, value->items, value->count, at);
        if (own == NULL || own->kind != FLOW_WORD_TRAIT)
            continue;
        int score = 0;
        if (own->row == said->row)
            score = own->count == value->count ? 4 : 3;
        else if (said->is_general || own->is_general)
            score = (own->family & said->family) != 0                                        ? 2
                    : ((own->family | own->near) & (said->family | said->near)) != 0 ? 1
                                                                                       : 0;
        best = score > best ? score : best;
        at += own->count - 1;
    }
    return best;
}

/* True when the phrase means a value of some option; two equally near ones of the same option are
 * unsure. */
static bool mention_by_trait(struct hearing *h, const struct flow_phrase *said)
{
    for (size_t o = 0; o < h->offers->option_count; o++) {
        int best = 0, value = -1;
        bool is_tied = false;
        for (size_t v = 0; v < h->offers->options[o].count; v++) {
            int score = trait_score(h, &h->values[o][v], said);
            is_tied = score == best ? is_tied || score > 0 : score > best ? false : is_tied;
            value = score > best ? (int)v : value;
            best = score > best ? score : best;
        }
        if (best == 0)
            continue;
        if (is_tied)
            h->is_unsure[o] = true;
        else
            mention(h, o, value);
        return true;
    }
    return false;
}

/* The longest value written out at this place; its length in tokens, or 0. */
static size_t value_at(const struct hearing *h, size_t at, size_t *ret_option, int *ret_value)
{
    size_t longest = 0;
    for (size_t o = 0; o < h->offers->option_count; o++) {
        for (size_t v = 0; v < h->offers->options[o].count; v++) {
            const struct flow_tokens *value = &h->values[o][v];
            if (value->count > longest && tokens_are_at(h, at, value)) {
                longest = value->count;
                *ret_option = o;
                *ret_value = (int)v;
            }
        }
    }
    return longest;
}

/* ---- quantities ---- */

static bool is_one_of(const struct flow_token *token, const char *words)
{
    str rest = str_c(words);
    while (!str_is_absent(rest)) {
        if (str_eq(str_cut(&rest, '|'), token->text))
            return true;
    }
    return false;
}

/* "the blue one" counts nothing, "one blue" does; "3 days" and "5 euro" are no pieces. */
static bool counts_pieces(const struct hearing *h, size_t at)
{
    const struct flow_token *token = &h->tokens.items[at];
    const struct flow_token *next = at + 1 < h->tokens.count ? token + 1 : NULL;
    if (token->number < 1 || token->number > QUANTITY_MAX)
        return false;
    if (next != NULL &&
        is_one_of(next,
                  "day|days|week|weeks|month|months|year|years|hour|hours|pm|am|euro|euros|eur|"
                  "dollar|dollars|usd|percent|st|nd|rd|th|天|周|年|月|点|元|块|岁|号|楼|室|次|起"))
        return false;
    if (token->is_pronoun && at > 0)
        return is_one_of(
            token - 1,
            "just|only|take|want|get|need|have|like|x|buy|order|quantity|me|please|yes|ok|be|it|"
            "add");
    return true;
}

static bool hear_quantity(struct hearing *h, size_t at)
{
    if (h->tokens.items[at].kind != FLOW_TOKEN_NUMBER || !counts_pieces(h, at))
        return false;
    bool replaces = (h->cues & FLOW_CUE_BIT(FLOW_CUE_CHANGE)) != 0;
    if (h->out->quantity == 0 || replaces)
        h->out->quantity = h->tokens.items[at].number;
    return true;
}

/* ---- one walk over the tokens ---- */

static bool is_not(const struct flow_phrase *phrase)
{
    return phrase->cue == FLOW_CUE_NOT || phrase->cue == FLOW_CUE_NO;
}

/* Takes what stands at `at`; the number of tokens taken, at least 1. */
static size_t hear_at(struct hearing *h, size_t at)
{
    size_t option = 0;
    int value = -1;
    size_t value_len = value_at(h, at, &option, &value);
    const struct flow_phrase *phrase =
        flow_lexicon_at(h->lexicon, h->tokens.items, h->tokens.count, at);
    size_t phrase_len = phrase != NULL ? phrase->count : 0;
    size_t taken = value_len >= phrase_len ? value_len : phrase_len;
    bool goes_on = false; /* a plain word between "not" and the value changes nothing */
    if (value_len > 0 && value_len >= phrase_len) {
        mention(h, option, value);
    } else if (phrase != NULL && phrase->kind == FLOW_WORD_CUE) {
        h->cues |= FLOW_CUE_BIT(phrase->cue);
        goes_on = is_not(phrase);
        h->is_negated = goes_on;
    } else if (phrase != NULL && phrase->kind == FLOW_WORD_TRAIT) {
        if (!mention_by_trait(h, phrase))
            taken = 0;
    } else if (phrase != NULL) {
        goes_on = true;
    } else if (hear_quantity(h, at)) {
        taken = 1;
    }
    h->is_negated = h->is_negated && goes_on;
    for (size_t i = 0; i < taken; i++)
        h->is_covered[at + i] = true;
    return taken > 0 ? taken : 1;
}

/* ---- from cues to an intent ---- */

#define ANY(cue) FLOW_CUE_BIT(FLOW_CUE_##cue)
enum slots { SLOTS_ANY = 0, SLOTS_SOME, SLOTS_NONE };

static const struct verdict {
    uint64_t all, any;
    enum slots slots;
    enum flow_intent intent;
} verdicts[] = { /* the first that fits */
    {ANY(CHANGE), 0, SLOTS_SOME, FLOW_CHANGE},
    {0, ANY(PERSON), SLOTS_ANY, FLOW_PERSON},
    {ANY(ADDRESS) | ANY(CHANGE), 0, SLOTS_ANY, FLOW_CHANGE},
    {0, ANY(CANCEL), SLOTS_NONE, FLOW_CANCEL},
    {0, ANY(RESTART), SLOTS_NONE, FLOW_RESTART},
    {0, ANY(TRACKING) | ANY(PARCEL), SLOTS_NONE, FLOW_ASK_ORDER},
    {ANY(WHERE), ANY(ARRIVAL), SLOTS_NONE, FLOW_ASK_ORDER},
    {0, ANY(RETURNS), SLOTS_ANY, FLOW_ASK_RETURNS},
    {0, ANY(SHIPPING_COST), SLOTS_ANY, FLOW_ASK_SHIPPING},
    {ANY(SHIPPING), ANY(COST), SLOTS_ANY, FLOW_ASK_SHIPPING},
    {0, ANY(DELIVERY_TIME), SLOTS_ANY, FLOW_ASK_DELIVERY},
    {ANY(TIME), ANY(ARRIVAL) | ANY(SHIPPING), SLOTS_ANY, FLOW_ASK_DELIVERY},
    {0, ANY(SHIPPING), SLOTS_NONE, FLOW_ASK_SHIPPING},
    {0, ANY(COST), SLOTS_ANY, FLOW_ASK_PRICE},
    {0, ANY(BACK), SLOTS_NONE, FLOW_BACK},
    {0, ANY(PAY), SLOTS_NONE, FLOW_CHECKOUT},
    {0, 0, SLOTS_SOME, FLOW_CHOOSE},
    {0, ANY(CHANGE) | ANY(ADDRESS), SLOTS_ANY, FLOW_CHANGE},
    {0, ANY(NO), SLOTS_ANY, FLOW_NO},
    {0, ANY(YES), SLOTS_ANY, FLOW_YES},
    {0, ANY(THANKS), SLOTS_ANY, FLOW_THANKS},
    {0, ANY(HELLO), SLOTS_ANY, FLOW_HELLO},
};

static size_t uncovered(const struct hearing *h)
{
    size_t count = 0;
    for (size_t i = 0; i < h->tokens.count; i++)
        count += !h->is_covered[i];
    return count;
}

/* Values that two mentions disagree on are not said; a number lost in words we do not know counts
 * nothing. */
static bool settle_slots(struct hearing *h)
{
    bool has_slots = h->out->product >= 0;
    for (size_t o = 0; o < FLOW_OPTIONS_MAX; o++) {
        if (h->is_unsure[o])
            h->out->values[o] = -1;
        has_slots = has_slots || h->out->values[o] >= 0;
    }
    if (!has_slots && uncovered(h) * 2 > h->tokens.count)
        h->out->quantity = 0;
    return has_slots || h->out->quantity > 0;
}

/* A "yes" or "no" among many words we do not know may be about anything. */
static bool is_lost(const struct hearing *h, enum flow_intent intent)
{
    return (intent == FLOW_YES || intent == FLOW_NO) && uncovered(h) * 4 > h->tokens.count;
}

static enum flow_intent decide(const struct hearing *h, bool has_slots)
{
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        const struct verdict *v = &verdicts[i];
        bool cues_fit = (h->cues & v->all) == v->all && (v->any == 0 || (h->cues & v->any) != 0);
        bool slots_fit = v->slots == SLOTS_ANY || (v->slots == SLOTS_SOME) == has_slots;
        if (cues_fit && slots_fit && !is_lost(h, v->intent))
            return v->intent;
    }
    return FLOW_UNKNOWN;
}

/* Where her own words are wanted, only a short sentence that is a command through and through is
 * one. */
static enum flow_intent decide_text(const struct hearing *h, enum flow_intent intent)
{
    switch (intent) {
    case FLOW_CANCEL: case FLOW_RESTART: case FLOW_BACK: case FLOW_PERSON: case FLOW_NO:
    case FLOW_ASK_SHIPPING:
    case FLOW_ASK_PRICE:
    case FLOW_ASK_ORDER:
    case FLOW_ASK_DELIVERY:
    case FLOW_ASK_RETURNS:
        return uncovered(h) == 0 && h->tokens.count <= COMMAND_TOKENS_MAX ? intent : FLOW_TEXT;
    case FLOW_INTENT_UNSET:
    case FLOW_UNKNOWN:
    case FLOW_CHOOSE:
    case FLOW_CHANGE:
    case FLOW_CHECKOUT:
    case FLOW_YES:
    case FLOW_THANKS: case FLOW_HELLO: case FLOW_TEXT: case FLOW_INTENT_COUNT:
        break;
    }
    return FLOW_TEXT;
}

static const struct err *offers_tokens(struct arena *a, struct hearing *h)
{
    for (size_t o = 0; o < h->offers->option_count; o++) {
        const struct flow_offer_option *option = &h->offers->options[o];
        TRY_NEW_ARRAY(a, h->values[o], option->count + 1);
        for (size_t v = 0; v < option->count; v++)
            TRY(flow_tokens_of(a, option->values[v], TITLE_TOKENS_MAX, &h->values[o][v]));
    }
    TRY_NEW_ARRAY(a, h->titles, h->offers->product_count + 1);
    for (size_t i = 0; i < h->offers->product_count; i++)
        TRY(flow_tokens_of(a, h->offers->products[i], TITLE_TOKENS_MAX, &h->titles[i]));
    return NULL;
}

const struct err *flow_understand(struct arena *a, const struct flow_lexicon *lexicon, str text,
                                  const struct flow_offers *offers, struct flow_heard *ret)
{
    ASSERT(offers->option_count <= FLOW_OPTIONS_MAX);
    struct hearing h = {.lexicon = lexicon, .offers = offers, .out = ret};
    *ret = (struct flow_heard){.values = {-1, -1, -1}, .product = -1};
    TRY(flow_tokens_of(a, text, FLOW_TOKENS_MAX, &h.tokens));
    TRY(offers_tokens(a, &h));
    TRY_NEW_ARRAY(a, h.is_covered, h.tokens.count + 1);
    for (size_t i = 0; i < h.tokens.count; i++)
        mend(&h, &h.tokens.items[i]);
    find_product(&h);
    for (size_t at = 0; at < h.tokens.count;)
        at += h.is_covered[at] ? 1 : hear_at(&h, at);
    ret->is_chinese = h.tokens.has_han;
    ret->intent = decide(&h, settle_slots(&h));
    ret->means_address = (h.cues & FLOW_CUE_BIT(FLOW_CUE_ADDRESS)) != 0;
    if (offers->wants_text)
        ret->intent = h.tokens.count == 0 ? FLOW_UNKNOWN : decide_text(&h, ret->intent);
    return NULL;
}
