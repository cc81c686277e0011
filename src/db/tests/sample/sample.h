/* Ids of the tables that the tests of this layer use. */
#ifndef DB_TESTS_SAMPLE_H
#define DB_TESTS_SAMPLE_H

#include "base/base.h"

ID_TYPE(shop);
ID_TYPE(item);
ID_TYPE(sale);

#endif
