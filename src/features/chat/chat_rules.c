/* Who answers, and how fast a person may write. */
#include "chat/chat_rules.h"

enum { GAP_MS = 300, PER_MINUTE_MAX = 30 };

enum chat_holder chat_rules_heard(enum chat_holder now, bool has_bot)
{
    if (now == CHAT_DONE)
        now = CHAT_BOT;
    return now == CHAT_BOT && !has_bot ? CHAT_WANTS_PERSON : now;
}

bool chat_rules_may_pass(enum chat_holder from, enum chat_holder to)
{
    if (to <= CHAT_HOLDER_UNSET || to >= CHAT_HOLDER_COUNT || from == to)
        return false;
    return to != CHAT_WANTS_PERSON || from != CHAT_PERSON;
}

bool chat_rules_may_say(int64_t since_last_ms, int64_t in_last_minute)
{
    return (since_last_ms < 0 || since_last_ms >= GAP_MS) && in_last_minute < PER_MINUTE_MAX;
}
