/* What a merchant changes in the console and through the API, on both engines: versions, the
 * editor, the figures, and "try it as a customer". */
#include <stdio.h>

#include "base/tests/unit.h"

#include "flow_fixture.h"

/* ---- versions ---- */

struct editing {
    struct flow_fixture *f;
    struct flow_edit edit;
    int64_t number;
};

static const struct err *add_question(struct turn *t, void *arg)
{
    struct editing *x = arg;
    struct flow_step step = {FLOW_QUESTION, STR_NONE, S("Text to engrave?"), S("刻什么字？"), true};
    struct flow_id flow = x->f->flow;
    TRY(flow_edit_put(t, x->f->shop, flow, &step));
    return flow_edit_publish(t, x->f->shop, flow, 0, &x->number);
}

static struct flow_id standard_flow(struct flow_fixture *f)
{
    char path[200];
    snprintf(path, sizeof path, "/api/v1/shops/%.*s/flows", STR_ARG(f->handle));
    struct testing_answer answer = testing_api(&f->browser, HTTP_GET, path, NULL, NULL);
    assert_int_equal(answer.status, 200);
    ptrdiff_t at = str_find(answer.body, S("\"id\":\""));
    struct flow_id flow = {0};
    assert_true(at > 0);
    assert_true(id_parse(str_sub(answer.body, (size_t)at + 6, ID_TEXT_LEN), &flow.v));
    return flow;
}

static void runs_keep_their_version(struct flow_fixture *f)
{
    struct account_id ann = fixture_person(f, "Ann", "en"), bob = fixture_person(f, "Bob", "en");
    struct editing x = {.f = f};
    f->flow = standard_flow(f);
    fixture_comment(f, ann, S("#mug"));
    testing_turn(&f->t, f->owner, add_question, &x);
    assert_int_equal(x.number, 2);
    fixture_comment(f, bob, S("#mug"));
    fixture_address(f, ann, "ann@example.org");   /* Ann's version has no question */
    assert_true(fixture_tap(f, ann, "Pay"));
    assert_int_equal(fixture_order(f, ann).answer_count, 0);
    fixture_type(f, bob, "For Anna, two hearts");
    fixture_address(f, bob, "bob@example.org");
    assert_true(fixture_tap(f, bob, "Pay"));
    struct order order = fixture_order(f, bob);
    assert_int_equal(order.payment, ORDER_PAID);
    assert_int_equal(order.answer_count, 1);
    assert_str_equal(order.answers[0].question, "Text to engrave?");
    assert_str_equal(order.answers[0].answer, "For Anna, two hearts");
}

static void test_runs_keep_their_version(void **state)
{
    (void)state;
    flow_each_engine(runs_keep_their_version);
}

/* ---- the console ---- */

static struct testing_answer post(struct flow_fixture *f, const char *suffix, const char *form)
{
    char path[300];
    struct id_text id = id_format(f->flow.v);
    snprintf(path, sizeof path, "/console/%.*s/flows/%s%s", STR_ARG(f->handle), id.text, suffix);
    return form == NULL ? testing_get(&f->browser, path) : testing_post(&f->browser, path, form);
}

static struct testing_answer api(struct flow_fixture *f, const char *suffix, const char *json)
{
    char path[300];
    struct id_text id = id_format(f->flow.v);
    snprintf(path, sizeof path, "/api/v1/shops/%.*s/flows/%s%s", STR_ARG(f->handle), id.text,
             suffix);
    return testing_api(&f->browser, json == NULL ? HTTP_GET : HTTP_POST, path, json, NULL);
}

static void the_same_by_api(struct flow_fixture *f)
{
    struct testing_answer answer =
        api(f, "/steps", "{\"kind\":\"question\",\"text_zh\":\"留言？\"}");
    assert_int_equal(answer.status, 200);
    assert_true(str_find(answer.body, S("\"has_draft\":true")) > 0);
    assert_true(str_find(answer.body, S("留言")) > 0);
    assert_int_equal(api(f, "/steps", "{\"kind\":\"question\"}").status, 422);  /* without words */
    assert_int_equal(api(f, "/steps/option", "{\"do\":\"up\"}").status, 422);
    assert_int_equal(api(f, "/steps/nosuch", "{\"do\":\"up\"}").status, 404);
    assert_int_equal(api(f, "/discard", "{}").status, 200);
    assert_int_equal(api(f, "/publish", "{}").status, 409);
    assert_true(str_find(api(f, "/people?step=address&what=reached", NULL).body,
                         S("\"name\":\"Ann\"")) > 0);
    struct testing_browser stranger = f->browser;
    stranger.cookie_count = 0;
    char path[200];
    snprintf(path, sizeof path, "/api/v1/shops/%.*s/flows", STR_ARG(f->handle));
    assert_int_not_equal(testing_api(&stranger, HTTP_GET, path, NULL, NULL).status, 200);
}

static void tries_as_a_customer(struct flow_fixture *f)
{
    assert_int_equal(post(f, "/try/again", "").status, 303);
    struct testing_answer page = post(f, "/try", NULL);
    assert_true(str_find(page.body, S("Tide Mug")) > 0);
    assert_int_equal(post(f, "/try", "text=the+mug").status, 303);
    page = post(f, "/try", NULL);
    assert_true(str_find(page.body, S("Text to engrave?")) > 0);
    assert_int_equal(post(f, "/try", "text=For+Ann").status, 303);
    assert_int_equal(
        post(
            f, "/try",
            "email=o%40example.org&country=NL&name=Olga&line1=Dam+1&postcode=1012JS&city=Amsterdam")
            .status,
        303);
    page = post(f, "/try", NULL);
    str token = testing_field(&page, "token");
    ptrdiff_t at = str_find(page.body, S("name=\"token\" value=\""));
    assert_true(at > 0);
    token = str_from(page.body, (size_t)at + 20);
    token = str_cut(&token, '"');
    char form[200];
    snprintf(form, sizeof form, "token=1%.*s",
             STR_ARG(str_from(token, 1))); /* another run, not signed */
    assert_int_equal(post(f, "/try", form).status, 303);
    assert_int_equal(str_find(post(f, "/try", NULL).body, S("This was only a try")), -1);
    snprintf(form, sizeof form, "token=%.*s", STR_ARG(token));
    assert_int_equal(post(f, "/try", form).status, 303);
    page = post(f, "/try", NULL);
    assert_true(str_find(page.body, S("This was only a try")) > 0);
    assert_int_equal(gateway_calls, 0);
}

static void the_editor(struct flow_fixture *f)
{
    struct account_id ann = fixture_person(f, "Ann", "en");
    f->flow = standard_flow(f);
    assert_int_equal(
        post(f, "/steps", "kind=question&text_en=Text+to+engrave%3F&required=1").status, 303);
    struct testing_answer page = post(f, "", NULL);
    assert_int_equal(page.status, 200);
    assert_true(str_find(page.body, S("Text to engrave?")) > 0);
    assert_int_equal(post(f, "/steps/option", "do=up").status,
                     422); /* refused: product comes first */
    tries_as_a_customer(f);
    assert_int_equal(post(f, "/publish", "").status, 303);
    fixture_comment(f, ann, S("#mug"));
    fixture_type(f, ann, "For Ann");
    page = post(f, "/people?step=address&what=reached", NULL);
    assert_true(str_find(page.body, S("Ann")) > 0);
    fixture_type(f, ann, "cancel");
    page = post(f, "/people?step=address&what=left", NULL);
    assert_true(str_find(page.body, S("Ann")) > 0);
    page = post(f, "/people?step=address&what=answered", NULL);
    assert_true(str_find(page.body, S("Nobody here")) > 0);
    fixture_comment(f, ann, S("#mug"));                     /* a day of silence ends it */
    testing_advance(&f->t, (int64_t)25 * 3600 * 1000);
    testing_drain(&f->t);
    fixture_type(f, ann, "hello?");                         /* so a word begins another one */
    struct said said = fixture_said(f, ann);
    assert_true(said_has(&said, "Reef One-Piece"));
    page = post(f, "/triggers", "hashtag=%23not+one");
    assert_int_equal(page.status, 422);
    assert_true(str_find(page.body, S("value=\"#not one\" aria-invalid=\"true\"")) > 0);
    assert_int_equal(post(f, "/triggers", "hashtag=%23Sale").status, 303);
    page = post(f, "", NULL);
    assert_int_equal(str_find(page.body, S("#not<")), -1);
    assert_true(str_find(page.body, S("<span>The hashtag is set.</span>")) > 0);
    char path[300];
    snprintf(path, sizeof path, "/console/%.*s/flows?post=%s", STR_ARG(f->handle),
             id_format(f->post.v).text);
    struct testing_answer moved = testing_get(&f->browser, path);
    assert_int_equal(moved.status, 303);
    assert_true(str_ends(moved.location, S("#hashtags")));
    assert_int_equal(post(f, "/steps", "kind=quantity").status, 303);
    assert_int_equal(post(f, "/try/again", "").status, 303);
    assert_int_equal(post(f, "/discard", "").status, 303);
    assert_int_equal(post(f, "/try", "text=mug").status,
                     303); /* its draft is gone: said, not broken */
    assert_true(str_find(post(f, "/try", NULL).body, S("This conversation is gone.")) > 0);
    the_same_by_api(f);
    assert_true(str_find(page.body, S("#sale")) > 0);
    fixture_verify(f);
}

static void test_the_editor(void **state)
{
    (void)state;
    flow_each_engine(the_editor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_runs_keep_their_version), TEST(test_the_editor)};
    return cmocka_run_group_tests_name("flow_console", tests, NULL, NULL);
}
