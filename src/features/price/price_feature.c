/* The tables of feature price: it keeps no rows of its own. */
#include "price/price.h"

static const char *const needs[] = {"account",  "shop", "media",    "catalog", "stock",
                                    "delivery", "tax",  "currency", NULL};

const struct feature price_feature = {.name = "price", .needs = needs};
