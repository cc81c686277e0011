/* What flow_rules.c and flow_choices.c share; nobody else includes it. */
#ifndef FLOW_FLOW_RULES_PART_H
#define FLOW_FLOW_RULES_PART_H

#include "flow/flow_rules.h"

/* Has every value picked so far; absent picks fit all. */
bool flow_variant_fits(const struct flow_facts *facts, const struct flow_variant *variant,
                       const str *picks);
/* The values of an option stand in the order of the variants, each once: true at the variant that
 * brings a new one. */
bool flow_is_first_of_value(const struct flow_facts *facts, size_t option, size_t variant);
/* The option to ask for next; the last one when all are picked. */
size_t flow_first_open(const struct flow_facts *facts, const struct flow_state *state);

#endif
