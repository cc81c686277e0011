/* sqlgen: every file of must_fail is refused with the message that its first line expects; what is
 * right becomes the C that a reader expects.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sqlgen/sqlgen.h"

static const char thing_sql[] =
    "CREATE TABLE thing (\n {id},\n shop_id {int} NOT NULL,\n n {int},\n title {text},"
    "\n {fk:shop_id,n->thing}\n {key:shop_id}\n){strict};\n"
    "CREATE INDEX thing_n ON thing (shop_id, n);\n";
static const char stranger_sql[] =
    "CREATE TABLE stranger (\n {id},\n shop_id {int} NOT NULL\n {key:shop_id}\n){strict};\n";

struct run {
    struct arena arena;
    struct query_set set;
    struct schema schemas[2];
};

static const struct err *add_schema(struct run *r, int i, const char *owner, str sql)
{
    struct migration *m = VEC_PUSH(&r->arena, &r->schemas[i].migrations);
    assert_non_null(m);
    *m = (struct migration){.path = S("schema/0001_x.sql"), .number = 1};
    r->schemas[i].owner = str_c(owner);
    return ddl_expand(&r->arena, S("x.sql"), sql, m);
}

static const struct err *compile(struct run *r, str sql)
{
    assert_null(add_schema(r, 0, "other", str_c(stranger_sql)));
    assert_null(add_schema(r, 1, "own", str_c(thing_sql)));
    TRY(query_file_parse(&r->arena, S("x.sql"), sql, &r->set));
    for (size_t i = 0; i < r->set.queries.count; i++)
        TRY(body_expand(&r->arena, r->set.queries.items[i]));
    return check_all(&r->arena, r->schemas, 2, S("own"), &r->set);
}

static void must_fail(const char *folder, const char *name, int *failures)
{
    char path[400], text[8192];
    struct run r = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    str sql = {text, fread(text, 1, sizeof text, file)}, rest = sql;
    fclose(file);
    str expected = str_trim(str_from(str_cut(&rest, '\n'), strlen("-- expect: ")));
    arena_init(&r.arena, MiB(16));
    const struct err *e = str_starts(str_c(name), S("schema_")) ? add_schema(&r, 0, "own", sql)
                                                               : compile(&r, sql);
    str got = e == NULL ? S("no error") : e->detail;
    if (!str_starts(got, S("x.sql:")) || !str_starts(str_from(got, 6), expected)) {
        (*failures)++;
        print_error("%s: expected '%.*s', got '%.*s'\n", name, STR_ARG(expected), STR_ARG(got));
    }
    arena_done(&r.arena);
}

/* Tests run in the tree or in a build folder below it. */
static DIR *open_corpus(const char **ret_folder)
{
    static const char *const places[] = {"tools/sqlgen/tests/must_fail",
                                         "../tools/sqlgen/tests/must_fail"};
    for (size_t i = 0; i < COUNT(places); i++) {
        DIR *d = opendir(places[i]);
        *ret_folder = places[i];
        if (d != NULL)
            return d;
    }
    fail_msg("tools/sqlgen/tests/must_fail is not to be found from here");
    return NULL;
}

static void test_must_fail(void **state)
{
    const char *folder;
    struct dirent *entry;
    int failures = 0, files = 0;
    (void)state;
    DIR *d = open_corpus(&folder);
    while ((entry = readdir(d)) != NULL) {
        if (!str_ends(str_c(entry->d_name), S(".sql")))
            continue;
        files++;
        must_fail(folder, entry->d_name, &failures);
    }
    closedir(d);
    assert_true(files >= 50);
    assert_int_equal(failures, 0);
}

static void test_engines_get_their_own_sql(void **state)
{
    struct run r = {0};
    (void)state;
    arena_init(&r.arena, MiB(16));
    const struct err *e = compile(
        &r,
        S("-- prose about the file\n\n-- name: q :many (shop_id shop_id, n int?)\n--   -> (id "
          "thing_id, title text?)\n"
          "SELECT id, title -- not $3\n  FROM thing\n WHERE n = $2 AND shop_id = $1 AND title <> "
          "'it''s -- $9 ::';\n"));
    if (e != NULL)
        fail_msg("%.*s", STR_ARG(e->detail));
    const struct query *q = r.set.queries.items[0];
    assert_string_equal(q->sql_sqlite.ptr,
                        "SELECT id, title FROM thing WHERE n = ?2 AND shop_id = ?1 AND "
                        "title <> 'it''s -- $9 ::'");
    assert_string_equal(q->sql_pg.ptr,
                        "SELECT id, title FROM thing WHERE n = $2 AND shop_id = $1 AND "
                        "title <> 'it''s -- $9 ::'");
    const struct migration *m = &r.schemas[1].migrations.items[0];
    assert_string_equal(
        m->sql_sqlite.ptr,
        "CREATE TABLE thing ( id INTEGER PRIMARY KEY, shop_id INTEGER NOT NULL, n INTEGER, title "
        "TEXT,"
        " FOREIGN KEY (n) REFERENCES thing(id)  ) STRICT;\n CREATE INDEX thing_n ON thing (shop_id,"
        " n);\n");
    assert_string_equal(
        m->sql_pg.ptr,
        "CREATE TABLE thing ( id BIGINT NOT NULL, shop_id BIGINT NOT NULL, n BIGINT, "
        "title TEXT COLLATE \"C\", FOREIGN KEY (shop_id, n) REFERENCES thing(shop_id, id) "
        ", PRIMARY KEY (shop_id, id) );\n CREATE INDEX thing_n ON thing (shop_id, n);\n");
    arena_done(&r.arena);
}

static void test_owner_rule_accepts(void **state)
{
    static const char *const right[] = {
        "-- name: q :many (s shop_id) -> (id int)\nSELECT t.id FROM thing t JOIN thing u ON "
        "u.shop_id = $1;",
        "-- name: q :many (s shop_id) -> (id int)\nSELECT id FROM thing WHERE $1 = shop_id",
        "-- name: q :exec (s shop_id)\nINSERT INTO thing (id, shop_id) VALUES (1, $1) ON CONFLICT "
        "DO NOTHING;",
        "-- name: q :exec (i int)\n-- @global: a job\nDELETE FROM thing WHERE id = $1;",
        "-- name: q :one (i int) -> (j int)\nSELECT CAST($1 AS BIGINT);",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(right); i++) {
        struct run r = {0};
        arena_init(&r.arena, MiB(16));
        const struct err *e = compile(&r, str_c(right[i]));
        if (e != NULL)
            fail_msg("%zu: %.*s", i, STR_ARG(e->detail));
        arena_done(&r.arena);
    }
}

static void test_emitted_c(void **state)
{
    struct run r = {0};
    struct strbuf header, source;
    (void)state;
    arena_init(&r.arena, MiB(16));
    assert_null(compile(
        &r,
        S("-- include: \"a/a.h\"\n-- name: q :maybe (shop_id shop_id, n int?) -> (id thing_id, ok "
          "bool)\n"
          "SELECT id, n FROM thing WHERE shop_id = $1 AND n = $2;\n"
          "-- name: p :each (shop_id shop_id) -> like q\nSELECT id, n FROM thing WHERE shop_id = "
          "$1;\n")));
    struct emit_input in = {.name = S("own"), .header_name = S("own_sql.h"), .set = &r.set};
    strbuf_init(&header, &r.arena, MiB(1));
    strbuf_init(&source, &r.arena, MiB(1));
    emit_header(&header, &in);
    emit_source(&source, &in);
    static const char *const in_header[] = {
        "#include \"a/a.h\"\n",
        "struct q_row {\n    struct thing_id id;\n    bool ok;\n};\n",
        ("const struct err *q(struct tx *tx, struct arena *a, struct shop_id shop_id, struct "
         "opt_int n, "
         "struct q_row *ret, bool *ret_found)\n    MUST_CHECK;\n"),
        ("const struct err *p(struct tx *tx, struct arena *a, struct shop_id shop_id, "
         "const struct err *(*each)(void *self, const struct q_row *row), void *self)\n"),
        "enum { own_query_count = 2 };\n",
        "enum { own_migration_count = 0 };\n",
    };
    for (size_t i = 0; i < COUNT(in_header); i++)
        if (str_find(strbuf_view(&header), str_c(in_header[i])) < 0)
            fail_msg("the header lacks: %s", in_header[i]);
    assert_true(str_find(strbuf_view(&source), S("{db_int(shop_id.v), db_opt_int(n)};\n")) >= 0);
    assert_true(str_find(strbuf_view(&source), S(".param_types = \"dI\"")) >= 0);
    arena_done(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_must_fail),
        cmocka_unit_test(test_engines_get_their_own_sql),
        cmocka_unit_test(test_owner_rule_accepts),
        cmocka_unit_test(test_emitted_c),
    };
    return cmocka_run_group_tests_name("sqlgen", tests, NULL, NULL);
}
