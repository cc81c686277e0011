/* Settings, secrets, one-shot tokens, audit, ids, keys, and every query of core prepared. On both
 * engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "base/strbuf.h"
#include "core/audit.h"
#include "core/core_feature.h"
#include "core/core_sql.h"
#include "core/secret.h"
#include "core/setting.h"
#include "store_fixture.h"

/* ---- settings, secrets, audit ---- */

static const struct err *settings_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    const struct platform *p = t->platform;
    int64_t limit = 0;
    bool is_open = false;
    str token = STR_NONE;
    TRY(setting_int(t->tx, t->arena, p, f->shop, "sample.limit", &limit));
    ASSERT(limit == 5);
    TRY(setting_set(t, f->shop, "sample.limit", S("7")));
    TRY(setting_int(t->tx, t->arena, p, f->shop, "sample.limit", &limit));
    ASSERT(limit == 7);
    const struct err *e = setting_set(t, f->shop, "sample.limit", S("11"));
    ASSERT(e != NULL && e->kind == ERR_INVALID && str_eq(e->args[1], S("10")));
    e = setting_set(t, f->shop, "sample.open", S("false"));
    ASSERT(e != NULL && e->kind == ERR_BUG); /* a server's setting, asked for a shop */
    TRY(setting_bool(t->tx, t->arena, p, (struct shop_id){0}, "sample.open", &is_open));
    ASSERT(is_open);
    TRY(setting_text(t->tx, t->arena, p, f->shop, "sample.token", &token));
    ASSERT(str_is_absent(token));
    TRY(setting_set(t, f->shop, "sample.token", S("123:secret")));
    TRY(setting_text(t->tx, t->arena, p, f->shop, "sample.token", &token));
    ASSERT(str_eq(token, S("123:secret")));
    TRY(setting_set(t, f->shop, "sample.limit", STR_NONE));
    TRY(setting_int(t->tx, t->arena, p, f->shop, "sample.limit", &limit));
    ASSERT(limit == 5);
    struct audit_row *rows = NULL;
    size_t count = 0;
    TRY(audit_list(t->tx, t->arena, f->shop, 0, &rows, &count));
    ASSERT(count >= 3);
    for (size_t i = 0; i < count; i++)
        ASSERT(str_find(rows[i].why, S("secret")) < 0);
    return NULL;
}

static void settings(struct fixture *f)
{
    testing_turn(&f->t, (struct account_id){9}, settings_turn, f);
}
ON_BOTH_BY(store_on, settings)

static void sealing(struct fixture *f)
{
    const struct platform *p = f->t.platform;
    struct arena *a = &f->t.arena;
    str sealed = STR_NONE, opened = STR_NONE, signature = STR_NONE;
    testing_must(secret_seal(p, a, "one", S("tide"), &sealed));
    assert_true(str_find(sealed, S("tide")) < 0);
    testing_must(secret_open(p, a, "one", sealed, &opened));
    assert_true(str_eq(opened, S("tide")));
    assert_non_null(secret_open(p, a, "two", sealed, &opened));
    assert_non_null(secret_open(p, a, "one", str_sub(sealed, 0, sealed.len - 2), &opened));
    testing_must(secret_sign(p, a, "one", S("m"), &signature));
    assert_true(secret_verify(p, a, "one", S("m"), signature));
    assert_false(secret_verify(p, a, "two", S("m"), signature));
    assert_false(secret_verify(p, a, "one", S("n"), signature));
    assert_false(secret_verify(p, a, "one", S("m"), STR_NONE));
}
ON_BOTH_BY(store_on, sealing)

struct token_use {
    const char *purpose;
    struct account_id account;
    str token, subject;
    bool fails_later;
};

static const struct err *token_issue(struct turn *t, void *arg)
{
    struct token_use *x = arg;
    return secret_token_issue(t, x->purpose, x->account, S("ann@example.com"), 60000, &x->token);
}

static const struct err *token_take(struct turn *t, void *arg)
{
    struct token_use *x = arg;
    TRY(secret_token_take(t, x->purpose, x->token, &x->account, &x->subject));
    return x->fails_later ? ERR(t->arena, ERR_CONFLICT, "db.check", "rolled back") : NULL;
}

static void one_shot_tokens(struct fixture *f)
{
    struct token_use x = {.purpose = "reset", .account = {7}};
    testing_turn(&f->t, x.account, token_issue, &x);
    struct token_use other = {.purpose = "invite", .token = x.token};
    assert_int_equal(try_turn(f, token_take, &other)->kind, ERR_DENIED);
    struct token_use altered = {.purpose = "reset", .token = str_sub(x.token, 0, x.token.len - 1)};
    assert_int_equal(try_turn(f, token_take, &altered)->kind, ERR_DENIED);
    struct token_use undone = {.purpose = "reset", .token = x.token, .fails_later = true};
    assert_int_equal(try_turn(f, token_take, &undone)->kind,
                     ERR_CONFLICT); /* rolled back: still good */
    struct token_use good = {.purpose = "reset", .token = x.token};
    testing_turn(&f->t, x.account, token_take, &good);
    assert_int_equal(good.account.v, 7);
    assert_true(str_eq(good.subject, S("ann@example.com")));
    assert_int_equal(try_turn(f, token_take, &good)->kind, ERR_DENIED);
    testing_turn(&f->t, x.account, token_issue, &x);
    testing_advance(&f->t, 60001);
    assert_int_equal(try_turn(f, token_take, &x)->kind, ERR_DENIED);
}
ON_BOTH_BY(store_on, one_shot_tokens)

static const struct err *audit_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return audit_write(
        t, &(struct audit){
               .shop_id = f->shop, .action = "order.paid", .subject_id = 3, .why = S("card")});
}

static const struct err *tamper_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return audit_tamper(t->tx, t->arena, f->shop);
}

static void audit_stays(struct fixture *f)
{
    testing_turn(&f->t, (struct account_id){4}, audit_turn, f);
    assert_non_null(try_turn(f, tamper_turn, f));
}
ON_BOTH_BY(store_on, audit_stays)

/* ---- ids and files ---- */

static const struct err *id_turn(struct turn *t, void *arg)
{
    *(int64_t *)arg = turn_new_id(t);
    return NULL;
}

static void ids_rise_over_restarts(struct fixture *f)
{
    int64_t before = 0, after = 0;
    testing_turn(&f->t, (struct account_id){0}, id_turn, &before);
    testing_advance(&f->t, -3600 * 1000); /* the clock was set back */
    reopen(f);
    testing_turn(&f->t, (struct account_id){0}, id_turn, &after);
    assert_true(after > before);
}
ON_BOTH_BY(store_on, ids_rise_over_restarts)

static void test_keys_are_private(void **state)
{
    (void)state;
    static struct testing t;
    testing_open(&t, DB_SQLITE, sample_features, 1);
    str path = STR_NONE;
    testing_must(str_fmt(&t.arena, &path, "%.*s/keys/master", STR_ARG(t.data_dir)));
    struct stat st;
    assert_int_equal(stat(path.ptr, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 32);
    unsigned char key[32];
    memcpy(key, t.platform->master_key, sizeof key);
    struct testing_config config = {
        .engine = DB_SQLITE, .features = sample_features, .feature_count = 1, .texts = &texts};
    testing_reopen(&t, &config);
    assert_memory_equal(key, t.platform->master_key, sizeof key);
    testing_close(&t);
}

static void queries_prepare(struct fixture *f)
{
    struct tx *tx = NULL;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    for (size_t i = 0; i < core_feature.query_count; i++)
        testing_must(db_prepare_check(tx, &f->t.arena, core_feature.queries[i]));
    db_read_end(tx);
}
ON_BOTH_BY(store_on, queries_prepare)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(settings),
        BOTH(sealing),
        BOTH(one_shot_tokens),
        BOTH(audit_stays),
        BOTH(ids_rise_over_restarts),
        cmocka_unit_test(test_keys_are_private),
        BOTH(queries_prepare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
