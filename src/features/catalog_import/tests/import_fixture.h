/* A shop of its own in a fresh store, and files against its catalogue: for the tests of the import.
 */
#ifndef CATALOG_IMPORT_TESTS_IMPORT_FIXTURE_H
#define CATALOG_IMPORT_TESTS_IMPORT_FIXTURE_H

#include "base/tests/unit.h"
#include "catalog_import/catalog_import_sql.h"
#include "catalog_import/import_part.h"
#include "core/testing.h"

struct fixture {
    struct testing t;
    struct account_id owner;
    struct shop_id shop;
    str handle;
    const char *currency, *language; /* of the next shop; NULL: EUR, en */
};

void fixture_open(struct fixture *f, enum db_engine engine);
void fixture_new_shop(struct fixture *f); /* from here on */
struct import_id fixture_create(struct fixture *f, const char *format, bool is_dry);
struct import_row_row fixture_row(struct fixture *f, struct import_id id);
const char *fixture_write(struct fixture *f, const char *name, str bytes);
/* Our own CSV. */
struct import_row_row fixture_import(struct fixture *f, str bytes, bool is_dry);
/* Files of any format, as an upload takes them. What is wrong with them as a whole comes back as
 * *ret_wrong (may be NULL: then it must be fine). */
struct import_row_row fixture_take(struct fixture *f, const char *const *paths, size_t count,
                                   bool is_dry, const struct err **ret_wrong);
str fixture_export(struct fixture *f);
struct product fixture_product(struct fixture *f, const char *handle);
int64_t fixture_on_hand(struct fixture *f, struct variant_id id);
size_t fixture_products(struct fixture *f);
void assert_counts(struct import_row_row row, int created, int changed, int same, int problems);

#endif
