#!/bin/sh
# Prints the table of features as C, in the order given (see src/app/features.h).
echo '#include "app/features.h"'
for name in "$@"; do echo "extern const struct feature ${name}_feature;"; done
echo 'const struct feature *const app_features[] = {'
for name in "$@"; do echo "    &${name}_feature,"; done
echo '    NULL,'
echo '};'
echo "const size_t app_feature_count = $#;"
