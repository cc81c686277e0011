/* operator: pages for the person who runs the server. Nothing that other features call.
 */
#ifndef OPERATOR_OPERATOR_H
#define OPERATOR_OPERATOR_H

#include "core/feature.h"

extern const struct feature operator_feature;

#endif
