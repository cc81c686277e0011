/* Two shops with their owners, for the tests of feature catalog.
 */
#ifndef CATALOG_TESTS_FIXTURE_H
#define CATALOG_TESTS_FIXTURE_H

#include "base/tests/unit.h"
#include "catalog/catalog.h"
#include "core/testing.h"

struct fixture {
    struct testing t;
    struct account_id owner, stranger;
    struct shop_id shop, other_shop;
    char handle[40], other_handle[40];
    struct testing_browser owner_browser, stranger_browser, anyone;
};

struct save {
    struct fixture *f;
    struct product_input in;
    struct product_id id, saved;
    bool is_changed;
};

void open_fixture(struct fixture *f, enum db_engine engine);
/* As the owner of the first shop; *id is set when it went well. ret_changed may be NULL. */
const struct err *try_save(struct fixture *f, const struct product_input *in, struct product_id *id,
                           bool *ret_changed);
/* A product on sale with one variant at 49.00. */
struct product_id make(struct fixture *f, str title);
struct product load(struct fixture *f, struct product_id id);
const struct err *by_handle(struct fixture *f, const char *handle, struct product *ret);
size_t count_found(struct fixture *f, struct shop_id shop, const char *query,
                   enum product_status status);

#endif
