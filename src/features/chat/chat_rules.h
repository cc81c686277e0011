/* chat_rules: who answers a conversation, and who moves it on. Pure.
 *
 *   BOT -> WANTS_PERSON -> PERSON -> BOT or DONE; DONE -> BOT when the customer writes again.
 * Staff may take any conversation over, hand any back to the bot, and end any.
 */
#ifndef CHAT_CHAT_RULES_H
#define CHAT_CHAT_RULES_H

#include "chat/chat.h"

/* The customer wrote: what is done opens again, with the bot if there is one, else with a person.
 */
enum chat_holder chat_rules_heard(enum chat_holder now, bool has_bot);
/* May the conversation go from `from` to `to`? Asking for a person changes nothing once one has it.
 */
bool chat_rules_may_pass(enum chat_holder from, enum chat_holder to);
/* How many typed messages a person may send: false when this one comes too fast.
 * since_last_ms < 0: it is the first. */
bool chat_rules_may_say(int64_t since_last_ms, int64_t in_last_minute);

#endif
