/* All features and adapters of this program, in the order of src/features.list. The table itself is
 * made by the build from that list: `<folder name>_feature` of each folder.
 */
#ifndef APP_FEATURES_H
#define APP_FEATURES_H

#include "core/feature.h"

extern const struct feature *const app_features[];
extern const size_t app_feature_count;

#endif
