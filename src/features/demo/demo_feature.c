/* The table of feature demo: one command. */
#include "demo/demo.h"

#include "demo/demo_alive.h"
#include "demo/demo_part.h"

static const struct command commands[] = {
    {.name = "demo",
     .usage = DEMO_USAGE,
     .summary =
         "fills an empty store with three shops and their life\n\n"
         "  --photos FOLDER               real photographs in place of the drawn pictures that "
         "their names fit\n"
         "  --alive                       its people visit, comment and buy while the store is "
         "served\n"
         "  --small                       two days and small pictures: for tests",
     .run = demo_run},
};

static const struct setting_def settings[] = {
    {"demo.alive", SETTING_SERVER, SETTING_BOOL, "false", 0, 0, true,
     "people of the demo visit, comment and buy while the store is served"},
    {"demo.alive_pause_ms", SETTING_SERVER, SETTING_INT, "4000", 10, 3600000, true,
     "the least usual pause between two of their acts"},
};

static const char *const needs[] = {"account",  "shop", "media",    "catalog", "stock",
                                    "delivery", "tax",  "currency", "price",   "ledger",
                                    "identity", "pool", "notify",   "order",   "social",
                                    "chat",     "flow", "trade",   "quote",
                                    "returns",  "paper",    NULL};

const struct feature demo_feature = {
    .name = "demo",
    .needs = needs,
    .commands = commands,
    .command_count = COUNT(commands),
    .settings = settings,
    .setting_count = COUNT(settings),
    .background = demo_background,
};
