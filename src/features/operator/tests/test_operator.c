/* Jobs that gave up: seen by the operator alone, tried again, dropped; on both engines. */
#include <stdio.h>

#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/session.h"
#include "core/testing.h"

enum { FEATURES_MAX = 40 };

/* ---- a job that fails while it is told to ---- */

static bool fails;
static int runs;

static const struct err *run_test_job(struct job_run *run)
{
    runs++;
    return fails ? ERR(run->arena, ERR_INVALID, "error.bad_request", "<b>%.*s</b> is not there",
                       STR_ARG(run->payload))
                 : NULL;
}

static const struct job_kind jobs[] = {{.name = "test.fails", .run = run_test_job,
                                        .timeout_ms = 1000, .attempts_max = 2, .backoff_ms = 1000,
                                        .parallel_max = 1, .summary = "fails when told to"}};
static const struct feature test_feature = {.name = "test_operator", .jobs = jobs, .job_count = 1};

/* ---- people ---- */

struct fixture {
    struct testing t;
    struct testing_browser olga, mara, anyone; /* olga runs the server */
    str token;
};

static const struct err *make_person(struct turn *t, bool is_operator, str *ret_token)
{
    struct account_id account;
    struct session_id session;
    struct id_text tail = id_format(turn_new_id(t));
    str email;
    TRY(str_fmt(t->arena, &email, "%s@pond.test", tail.text));
    TRY(account_create(t,
                       &(struct account_new){.name = S("Olga"), .email = email,
                                             .language = S("en"), .email_verified = true,
                                             .is_operator = is_operator},
                       &account));
    return session_create(t, account, S("test"), &session, ret_token);
}

static const struct err *make_operator(struct turn *t, void *arg)
{
    return make_person(t, true, arg);
}

static const struct err *make_member(struct turn *t, void *arg)
{
    return make_person(t, false, arg);
}

static struct testing_browser join(struct fixture *f, turn_fn *make)
{
    testing_turn(&f->t, (struct account_id){0}, make, &f->token);
    return (struct testing_browser){.testing = &f->t, .cookie_names = {S("mp")},
                                    .cookie_values = {f->token}, .cookie_count = 1};
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    static const struct feature *features[FEATURES_MAX] = {&test_feature};
    assert_true(app_feature_count < FEATURES_MAX);
    for (size_t i = 0; i < app_feature_count; i++)
        features[i + 1] = app_features[i];
    testing_open(&f->t, engine, features, app_feature_count + 1);
    testing_drain(&f->t);
    f->anyone = (struct testing_browser){.testing = &f->t};
    f->mara = join(f, make_member);
    f->olga = join(f, make_operator);
}

static const struct err *enqueue(struct turn *t, void *arg)
{
    return job_enqueue(t, &(struct job_request){.kind = "test.fails", .key = *(const str *)arg,
                                                .payload = *(const str *)arg});
}

static int64_t dead_one(struct fixture *f, str what)
{
    struct job_status status;
    struct tx *tx;
    bool is_found;
    fails = true;
    testing_turn(&f->t, (struct account_id){0}, enqueue, &what);
    testing_drain(&f->t);
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(job_find(tx, &f->t.arena, (struct shop_id){0}, "test.fails", what, &status,
                          &is_found));
    db_read_end(tx);
    assert_true(is_found);
    assert_int_equal(status.state, JOB_DEAD);
    return status.id;
}

static bool says(const struct testing_answer *answer, const char *words)
{
    return str_find(answer->body, str_c(words)) >= 0;
}

static struct testing_answer press(struct fixture *f, struct testing_browser *b, int64_t id,
                                   const char *what)
{
    struct id_text text = id_format(id);
    str path;
    testing_must(str_fmt(&f->t.arena, &path, "/admin/jobs/%s/%s", text.text, what));
    return testing_post(b, path.ptr, "");
}

/* ---- */

static void the_operator_tries_again_or_drops(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    int64_t first = dead_one(&f, S("first file"));
    struct testing_answer page = testing_get(&f.olga, "/admin/jobs");
    assert_int_equal(page.status, 200);
    assert_true(says(&page, "test.fails"));
    assert_true(says(&page, "&lt;b&gt;first file&lt;/b&gt; is not there"));
    assert_true(says(&page, "One try"));
    fails = false;
    runs = 0;
    assert_int_equal(press(&f, &f.olga, first, "again").status, 303);
    testing_drain(&f.t);
    assert_int_equal(runs, 1);
    page = testing_get(&f.olga, "/admin/jobs");
    assert_false(says(&page, "first file"));
    assert_int_equal(press(&f, &f.olga, first, "again").status, 404); /* no longer dead */

    int64_t second = dead_one(&f, S("second file"));
    assert_int_equal(press(&f, &f.olga, second, "drop").status, 303);
    page = testing_get(&f.olga, "/admin/jobs");
    assert_false(says(&page, "second file"));
    assert_int_equal(press(&f, &f.olga, second, "drop").status, 404);
    assert_int_equal(press(&f, &f.olga, second, "again").status, 404);
    testing_close(&f.t);
}

static void a_twin_that_waits_is_told(enum db_engine engine)
{
    struct fixture f;
    str what = S("third file");
    open_fixture(&f, engine);
    int64_t id = dead_one(&f, what);
    testing_turn(&f.t, (struct account_id){0}, enqueue, &what); /* waits, since nothing drains */
    struct testing_answer page = press(&f, &f.olga, id, "again");
    assert_int_equal(page.status, 409);
    assert_true(says(&page, "waits already"));
    assert_int_equal(press(&f, &f.olga, id, "drop").status, 303);
    testing_close(&f.t);
}

static void the_same_for_programs(enum db_engine engine)
{
    struct fixture f;
    char path[120];
    open_fixture(&f, engine);
    int64_t id = dead_one(&f, S("fourth file"));
    struct id_text text = id_format(id);
    f.olga = (struct testing_browser){.testing = &f.t, .bearer = f.token};
    struct testing_answer list = testing_api(&f.olga, HTTP_GET, "/api/v1/admin/jobs", NULL, NULL);
    assert_int_equal(list.status, 200);
    assert_true(says(&list, text.text));
    assert_true(says(&list, "fourth file"));
    assert_int_equal(
        testing_api(&f.olga, HTTP_GET, "/api/v1/admin/jobs?before=!", NULL, NULL).status, 400);
    (void)snprintf(path, sizeof path, "/api/v1/admin/jobs/%s/again", text.text);
    assert_int_equal(testing_api(&f.olga, HTTP_POST, path, "{}", NULL).status, 202);
    testing_drain(&f.t); /* dead once more */
    (void)snprintf(path, sizeof path, "/api/v1/admin/jobs/%s", text.text);
    assert_int_equal(testing_api(&f.olga, HTTP_DELETE, path, NULL, NULL).status, 200);
    assert_int_equal(testing_api(&f.olga, HTTP_DELETE, path, NULL, NULL).status, 404);
    testing_close(&f.t);
}

static void nobody_else_finds_it(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    int64_t id = dead_one(&f, S("fifth file"));
    struct testing_browser *others[] = {&f.mara, &f.anyone};
    for (size_t i = 0; i < COUNT(others); i++) {
        struct testing_answer page = testing_get(others[i], "/admin/jobs");
        assert_int_not_equal(page.status, 200);
        assert_false(says(&page, "fifth file"));
        assert_int_not_equal(
            testing_api(others[i], HTTP_GET, "/api/v1/admin/jobs", NULL, NULL).status, 200);
        (void)press(&f, others[i], id, "drop");
        (void)press(&f, others[i], id, "again");
    }
    struct testing_answer page = testing_get(&f.olga, "/admin/jobs");
    assert_true(says(&page, "fifth file"));
    testing_close(&f.t);
}

ON_BOTH(the_operator_tries_again_or_drops)
ON_BOTH(a_twin_that_waits_is_told)
ON_BOTH(the_same_for_programs)
ON_BOTH(nobody_else_finds_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(the_operator_tries_again_or_drops),
        BOTH(a_twin_that_waits_is_told),
        BOTH(the_same_for_programs),
        BOTH(nobody_else_finds_it),
    };
    return cmocka_run_group_tests_name("operator", tests, NULL, NULL);
}
