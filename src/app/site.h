/* The server's own routes, those of no feature: health, static files, robots, language, OpenAPI.
 */
#ifndef APP_SITE_H
#define APP_SITE_H

#include "core/feature.h"

extern const struct feature site_feature;

#endif
