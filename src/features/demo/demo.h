/* demo: fills an empty store with three shops, their people and thirty days of life, so that a
 * stranger sees at once what Millpond is. Everything goes through the features' own commands and
 * the site's own pages, as if people had done it; the clock of the platform is moved through those
 * days while it runs.
 *
 * Command: `demo [--small]`. CONFLICT "demo.not_empty" when the store has shops
 * already. Not for a store that is being served.
 */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include "core/feature.h"

extern const struct feature demo_feature;

#endif
