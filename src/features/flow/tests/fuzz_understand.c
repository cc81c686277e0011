/* Any bytes as a typed sentence: understood or not, never beyond the message, and values stay
 * within the offers. */
#include "flow/flow_understand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const str sizes[] = {STR_INIT("S"), STR_INIT("M"), STR_INIT("100克")};
static const str colours[] = {STR_INIT("Navy"), STR_INIT("Sea green"), STR_INIT("珊瑚红")};
static const str titles[] = {STR_INIT("Reef One-Piece"), STR_INIT("明前龙井茶")};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena words, a;
    static const struct flow_lexicon *lexicon;
    struct flow_offers offers = {
        .options = {{STR_INIT("Size"), sizes, 3}, {STR_INIT("Colour"), colours, 3}},
        .option_count = 2,
        .products = titles,
        .product_count = 2};
    struct flow_heard heard;
    if (lexicon == NULL) {
        arena_init(&words, MiB(4));
        arena_init(&a, MiB(4));
        ASSERT(flow_lexicon_new(&words, &lexicon) == NULL);
    }
    for (int wants_text = 0; wants_text < 2; wants_text++) {
        offers.wants_text = wants_text != 0;
        arena_reset(&a);
        str text = {(const char *)data, size > 4000 ? 4000 : size};
        ASSERT(flow_understand(&a, lexicon, text, &offers, &heard) == NULL);
        ASSERT(heard.intent > FLOW_INTENT_UNSET && heard.intent < FLOW_INTENT_COUNT);
        ASSERT(heard.values[0] < 3 && heard.values[1] < 3 && heard.values[2] == -1);
        ASSERT(heard.product < 2 && heard.quantity >= 0 && heard.quantity <= 999);
    }
    return 0;
}
