/* The table of feature demo: one command. */
#include "demo/demo.h"

#include "demo/demo_part.h"

static const struct command commands[] = {
    {.name = "demo",
     .usage = DEMO_USAGE,
     .summary = "fills an empty store with three shops and their life",
     .run = demo_run},
};

static const char *const needs[] = {"account", "shop",   "media",    "catalog", "stock",
                                    "price",   "ledger", "identity", "pool",    "notify",
                                    "order",   "social", "chat",     "flow",    NULL};

const struct feature demo_feature = {
    .name = "demo",
    .needs = needs,
    .commands = commands,
    .command_count = COUNT(commands),
};
