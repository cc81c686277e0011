#include "db_fixture.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum db_engine fixture_sqlite = DB_SQLITE, fixture_pg = DB_POSTGRES;
const struct shop_id shop_1 = {1}, shop_2 = {2};

void expect_ok(const struct err *e)
{
    if (e != NULL)
        fail_msg("%s: %.*s (%s:%d)", e->key, STR_ARG(e->detail), e->file, e->line);
}

void expect_err(const struct err *e, enum err_kind kind, const char *key)
{
    assert_non_null(e);
    if (e->kind != kind || strcmp(e->key, key) != 0)
        fail_msg("%s expected, came %s: %.*s", key, e->key, STR_ARG(e->detail));
}

static const char *pg_url(void)
{
    const char *url = getenv("MILLPOND_TEST_PG");
    if (url == NULL)
        fail_msg(
            "MILLPOND_TEST_PG is not set: give the url of a PostgreSQL database that tests may "
            "empty");
    return url;
}

static void empty_pg(const char *url)
{
    PGconn *conn = PQconnectdb(url);
    PGresult *result =
        PQexec(conn, "SET client_min_messages = warning; DROP SCHEMA IF EXISTS public CASCADE; "
                     "CREATE SCHEMA public");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
}

int fixture_setup_empty(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->engine = *(enum db_engine *)*state;
    arena_init(&f->arena, MiB(64));
    f->url = S(":memory:");
    if (f->engine == DB_POSTGRES) {
        f->url = str_c(pg_url());
        empty_pg(f->url.ptr);
    }
    struct db_config config = {.url = f->url, .busy_timeout_ms = 20000};
    expect_ok(db_open(&f->arena, &config, &f->db));
    assert_int_equal(db_engine_of(f->db), f->engine);
    *state = f;
    return 0;
}

int fixture_setup(void **state)
{
    int applied = 0;
    fixture_setup_empty(state);
    struct fixture *f = *state;
    expect_ok(db_migrate(f->db, &f->arena, sample_migrations, sample_migration_count,
                         DB_MIGRATE_APPLY, 1, &applied));
    assert_int_equal(applied, 1);
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    arena_fail_at(0, false);
    db_close(f->db);
    arena_done(&f->arena);
    free(f);
    return 0;
}

str fixture_temp_path(struct arena *a, const char *name)
{
    char folder[] = "/tmp/millpond-test-XXXXXX";
    str path;
    assert_non_null(mkdtemp(folder));
    expect_ok(str_fmt(a, &path, "%s/%s", folder, name));
    return path;
}

const struct err *fixture_add_item(struct tx *tx, struct arena *a, struct shop_id shop, int64_t id,
                                   str title, int64_t on_hand)
{
    return item_add(tx, a, (struct item_id){id}, shop, title, STR_NONE, STR_NONE,
                    (struct item_id){0}, (struct opt_int){0}, true, on_hand);
}

const struct err *fixture_write_item(struct tx *tx, struct arena *a, void *arg)
{
    int64_t id = *(const int64_t *)arg;
    str title;
    TRY(str_fmt(a, &title, "item %lld", (long long)id));
    return fixture_add_item(tx, a, shop_1, id, title, 10);
}

const struct err *fixture_bump(struct tx *tx, struct arena *a, void *arg)
{
    struct counter_bump_row row;
    TRY(counter_bump(tx, a, S("n"), 1, &row));
    *(int64_t *)arg = row.value;
    return NULL;
}

int64_t fixture_counter(struct fixture *f)
{
    struct tx *tx;
    struct counter_get_row row = {0};
    bool found;
    expect_ok(db_read_begin(f->db, &f->arena, &tx));
    expect_ok(counter_get(tx, &f->arena, S("n"), &row, &found));
    db_read_end(tx);
    return row.value;
}
