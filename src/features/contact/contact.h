/* contact: the merchant's pages about the people of a shop. No tables of its own: see README.md. */
#ifndef CONTACT_CONTACT_H
#define CONTACT_CONTACT_H

#include "core/feature.h"

extern const struct feature contact_feature;

#endif
