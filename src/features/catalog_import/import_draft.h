/* Inside the translation of other formats: one product between its records and our CSV. */
#ifndef CATALOG_IMPORT_IMPORT_DRAFT_H
#define CATALOG_IMPORT_IMPORT_DRAFT_H

#include "catalog_import/import_format.h"

const struct err *import_draft_begin(struct import_draft *d, const struct import_translation *of,
                                     struct arena *a) MUST_CHECK;
/* Adds a record to the product. */
const struct err *import_draft_take(struct import_draft *d,
                                    const struct import_record *r) MUST_CHECK;
/* `handles`: those made so far; `columns`: which of ours the file has. */
const struct err *import_draft_write(struct import_draft *d, struct import_seen *handles,
                                     const bool *columns, struct csv_writer *w) MUST_CHECK;

#endif
