/* Inside the reader of Shopify's CSV.
 */
#ifndef CATALOG_IMPORT_SHOPIFY_PART_H
#define CATALOG_IMPORT_SHOPIFY_PART_H

#include "catalog_import/shopify.h"

/* The cell, trimmed, without the apostrophe that guards a formula; empty when there is none. Valid
 * until the next row. */
str shopify_cell(const struct shopify_reader *r, enum shopify_column column);
/* Which column a cell of the head names, by either generation of names; UNSET if none. */
enum shopify_column shopify_column_of(str name);
/* Adds a record that is a variant and/or pictures to the product being built. */
const struct err *shopify_take_row(struct shopify_reader *r, struct arena *a,
                                   struct import_group *g) MUST_CHECK;
const struct err *shopify_problem(struct shopify_reader *r, struct arena *a, struct import_group *g,
                                  enum shopify_column column, const char *key,
                                  str detail) MUST_CHECK;

#endif
