/* Inside feature catalog: handlers. Not for other features.
 */
#ifndef CATALOG_CATALOG_PART_H
#define CATALOG_CATALOG_PART_H

#include "catalog/catalog_view.h"

/* Whatever its status; id 0 when there is none. */
const struct err *catalog_card(struct tx *tx, struct arena *a, struct product_id id,
                               struct product_card *ret,
                               enum product_status *ret_status) MUST_CHECK;

/* A ladder as the table of variants keeps it; `rungs` is "FROM:MINOR,...". */
struct ladder_stored {
    int64_t min_quantity, step;
    str rungs;
    struct opt_int low;       /* the lowest price of a rung */
};
const struct err *catalog_ladder_store(struct arena *a, const struct ladder *ladder,
                                       struct ladder_stored *ret) MUST_CHECK;
/* The rungs alone. */
const struct err *catalog_ladder_parse(struct arena *a, str rungs, struct ladder *ret) MUST_CHECK;
int64_t catalog_ladder_or_one(int64_t quantity);

const struct err *catalog_tell(struct turn *t, struct shop_id shop, struct product_id id,
                               const char *kind) MUST_CHECK;
const struct err *catalog_words_save(struct turn *t, struct shop_id shop, struct product_id id,
                                     const struct product_input *in) MUST_CHECK;

const struct err *catalog_typed_of(struct arena *a, const struct product *p,
                                   struct product_typed *ret) MUST_CHECK;
const struct err *catalog_read_form(struct web *w, struct product_typed *ret) MUST_CHECK;
/* INVALID names the field. `old` may be NULL: what the form does not show (barcodes, photos of
 * variants) stays. */
const struct err *catalog_input_of(struct arena *a, const struct product_typed *typed,
                                   struct currency currency, const struct product *old,
                                   struct product_input *ret) MUST_CHECK;
/* "reduced", "zero"; any other word is the standard class. */
enum tax_class catalog_tax_class(str name);
str catalog_tax_class_name(enum tax_class tax_class);
/* From a JSON body. */
const struct err *catalog_read_json(struct web *w, struct currency currency,
                                    struct product_input *ret) MUST_CHECK;

const struct err *catalog_console_list(struct web *w) MUST_CHECK;
const struct err *catalog_console_new(struct web *w) MUST_CHECK;
const struct err *catalog_console_show(struct web *w) MUST_CHECK;
const struct err *catalog_console_create(struct web *w) MUST_CHECK;
const struct err *catalog_console_save(struct web *w) MUST_CHECK;
const struct err *catalog_console_status(struct web *w) MUST_CHECK;
const struct err *catalog_console_many(struct web *w) MUST_CHECK;
/* "active", "draft", "archived"; UNSET for any other word. */
enum product_status catalog_status_of(str name);

/* The page of a product's ladders, "Quantities". */
const struct err *catalog_ladders_page(struct web *w) MUST_CHECK;
const struct err *catalog_ladders_save(struct web *w) MUST_CHECK;
/* min_quantity, step, ladder [{from, price}] and sample_price of a variant. */
void catalog_ladder_write_json(struct json *j, const struct variant *v);
const struct err *catalog_ladder_read_json(struct web *w, const struct json_t *object,
                                           struct currency currency, struct ladder *ret) MUST_CHECK;

const struct err *catalog_api_list(struct web *w) MUST_CHECK;
const struct err *catalog_api_show(struct web *w) MUST_CHECK;
const struct err *catalog_api_console_list(struct web *w) MUST_CHECK;
const struct err *catalog_api_console_show(struct web *w) MUST_CHECK;
const struct err *catalog_api_create(struct web *w) MUST_CHECK;
const struct err *catalog_api_change(struct web *w) MUST_CHECK;

#endif
