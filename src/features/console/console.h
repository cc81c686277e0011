/* console: the first page of a shop's console. No tables of its own: see README.md. */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include "core/feature.h"

extern const struct feature console_feature;

#endif
