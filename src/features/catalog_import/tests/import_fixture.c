#include "catalog_import/tests/import_fixture.h"

#include "account/account.h"
#include "app/features.h"
#include "sys/file.h"

static const struct err *make_owner(struct turn *t, void *arg)
{
    return account_guest_make(t, S("Mara"), S("en"), &((struct fixture *)arg)->owner);
}

static const struct err *make_shop(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    struct id_text tail = id_format(turn_new_id(t));
    str handle;
    TRY(str_fmt(t->arena, &handle, "reef-%s", tail.text));
    TRY(str_dup(&f->t.arena, handle, &f->handle));
    return shop_create(
        t,
        &(struct shop_new){.handle = handle,
                           .name = S("Reef"),
                           .country = S("NL"),
                           .currency = str_c(f->currency == NULL ? "EUR" : f->currency),
                           .language = str_c(f->language == NULL ? "en" : f->language)},
        &f->shop);
}

void fixture_new_shop(struct fixture *f)
{
    testing_turn(&f->t, f->owner, make_shop, f);
}

void fixture_open(struct fixture *f, enum db_engine engine)
{
    *f = (struct fixture){0};
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make_owner, f);
    fixture_new_shop(f);
}

const char *fixture_write(struct fixture *f, const char *name, str bytes)
{
    str path;
    testing_must(str_fmt(&f->t.arena, &path, "%.*s/%s", STR_ARG(f->t.data_dir), name));
    testing_must(file_write(&f->t.arena, path.ptr, bytes, 0600));
    return path.ptr;
}

struct import_id fixture_create(struct fixture *f, const char *format, bool is_dry)
{
    struct import_new n = {.shop = f->shop,
                           .actor = f->owner,
                           .file_name = S("file.csv"),
                           .is_dry = is_dry,
                           .format = str_c(format)};
    struct import_id id;
    testing_must(import_create(f->t.platform, &f->t.arena, &n, &id));
    return id;
}

struct import_row_row fixture_row(struct fixture *f, struct import_id id)
{
    struct import_row_row row;
    struct tx *tx;
    bool is_found;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(import_row(tx, &f->t.arena, f->shop, id, &row, &is_found));
    db_read_end(tx);
    assert_true(is_found);
    return row;
}

static struct import_row_row run(struct fixture *f, const char *format, const char *path,
                                 bool is_dry)
{
    struct import_slice slice = {.shop = f->shop,
                                 .id = fixture_create(f, format, is_dry),
                                 .path = path,
                                 .batches_max = 1000};
    bool is_over = false;
    testing_must(import_slice_run(f->t.platform, &f->t.arena, &slice, &is_over));
    assert_true(is_over);
    return fixture_row(f, slice.id);
}

struct import_row_row fixture_import(struct fixture *f, str bytes, bool is_dry)
{
    return run(f, NULL, fixture_write(f, "file.csv", bytes), is_dry);
}

struct import_row_row fixture_take(struct fixture *f, const char *const *paths, size_t count,
                                   bool is_dry, const struct err **ret_wrong)
{
    struct import_prepared prepared;
    struct shop shop;
    struct tx *tx;
    str to;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(shop_get(tx, &f->t.arena, f->shop, &shop));
    db_read_end(tx);
    testing_must(str_fmt(&f->t.arena, &to, "%.*s/taken.csv", STR_ARG(f->t.data_dir)));
    struct import_wish wish = {.shop = &shop, .paths = paths, .count = count, .to = to.ptr};
    const struct err *wrong = import_prepare(&f->t.arena, &wish, &prepared);
    if (ret_wrong != NULL)
        *ret_wrong = wrong;
    else
        testing_must(wrong);
    if (wrong == NULL && prepared.needs_mapping) {
        const struct err *e = import_prepare_mapped(f->t.platform, &f->t.arena, &shop,
                                                    prepared.path, STR_NONE, to.ptr);
        if (ret_wrong != NULL)
            *ret_wrong = e;
        else
            testing_must(e);
        if (e != NULL)
            return (struct import_row_row){0};
        prepared.path = to.ptr;
    }
    return wrong != NULL ? (struct import_row_row){0}
                         : run(f, prepared.format, prepared.path, is_dry);
}

str fixture_export(struct fixture *f)
{
    str path, text;
    testing_must(str_fmt(&f->t.arena, &path, "%.*s/out.csv", STR_ARG(f->t.data_dir)));
    testing_must(import_export(f->t.platform, &f->t.arena, f->shop, path.ptr));
    testing_must(file_read(&f->t.arena, path.ptr, MiB(16), &text));
    return text;
}

struct product fixture_product(struct fixture *f, const char *handle)
{
    struct product p;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(catalog_product_by_handle(tx, &f->t.arena, f->shop, str_c(handle), &p));
    db_read_end(tx);
    return p;
}

size_t fixture_products(struct fixture *f)
{
    struct product_id *ids;
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(catalog_all(tx, &f->t.arena, f->shop, (struct product_id){0}, 1000, &ids, &count));
    db_read_end(tx);
    return count;
}

int64_t fixture_on_hand(struct fixture *f, struct variant_id id)
{
    struct tx *tx;
    int64_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(stock_on_hand(tx, &f->t.arena, f->shop, &id, 1, &count));
    db_read_end(tx);
    return count;
}

void assert_counts(struct import_row_row row, int created, int changed, int same, int problems)
{
    if (row.created_count != created || row.changed_count != changed || row.same_count != same ||
        row.problem_count != problems)
        print_message("%lld new, %lld changed, %lld same, %lld problems\n",
                      (long long)row.created_count, (long long)row.changed_count,
                      (long long)row.same_count, (long long)row.problem_count);
    assert_int_equal(row.created_count, created);
    assert_int_equal(row.changed_count, changed);
    assert_int_equal(row.same_count, same);
    assert_int_equal(row.problem_count, problems);
}
