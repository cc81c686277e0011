/* The bot's editor against haste and ill will, on both engines: two editors at once, buttons
 * pressed twice, steps that go while somebody stands on them, too much of everything, markup as
 * text, flows of other shops. */
#include <stdio.h>
#include <string.h>

#include "base/tests/unit.h"

#include "flow_fixture.h"

enum { PATH_SPACE = 300, BODY_SPACE = 12 * 1024 };

static struct flow_id first_flow(struct flow_fixture *f)
{
    char path[PATH_SPACE];
    struct flow_id flow = {0};
    snprintf(path, sizeof path, "/api/v1/shops/%.*s/flows", STR_ARG(f->handle));
    struct testing_answer answer = testing_api(&f->browser, HTTP_GET, path, NULL, NULL);
    ptrdiff_t at = str_find(answer.body, S("\"id\":\""));
    assert_int_equal(answer.status, 200);
    assert_true(str_starts(answer.body, S("{\"items\":[")));
    assert_true(str_ends(answer.body, S("\"next\":null}")));
    assert_true(id_parse(str_sub(answer.body, (size_t)at + 6, ID_TEXT_LEN), &flow.v));
    return flow;
}

static struct testing_answer api(struct flow_fixture *f, const char *suffix, const char *json)
{
    char path[PATH_SPACE];
    struct id_text id = id_format(f->flow.v);
    snprintf(path, sizeof path, "/api/v1/shops/%.*s/flows/%s%s", STR_ARG(f->handle), id.text,
             suffix);
    return testing_api(&f->browser, json == NULL ? HTTP_GET : HTTP_POST, path, json, NULL);
}

static struct testing_answer page(struct flow_fixture *f, const char *suffix, const char *form)
{
    char path[PATH_SPACE];
    struct id_text id = id_format(f->flow.v);
    snprintf(path, sizeof path, "/console/%.*s/flows/%s%s", STR_ARG(f->handle), id.text, suffix);
    return form == NULL ? testing_get(&f->browser, path) : testing_post(&f->browser, path, form);
}

/* The text member `name` of the flow's JSON. */
static str member(str json, const char *name)
{
    char key[60];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    ptrdiff_t at = str_find(json, str_c(key));
    assert_true(at >= 0);
    str rest = str_from(json, (size_t)at + strlen(key));
    return str_cut(&rest, '"');
}

static bool has(struct testing_answer answer, const char *text)
{
    return str_find(answer.body, str_c(text)) >= 0;
}

/* The key of the first question. */
static void question_key(struct flow_fixture *f, char *ret, size_t size)
{
    str json = api(f, "", NULL).body;
    ptrdiff_t at = str_find(json, S("\"kind\":\"question\""));
    assert_true(at > ID_TEXT_LEN + 2);
    str key = str_sub(json, (size_t)at - ID_TEXT_LEN - 2, ID_TEXT_LEN);
    snprintf(ret, size, "%.*s", STR_ARG(key));
}

static void two_editors(struct flow_fixture *f)
{
    char body[200];
    assert_int_equal(api(f, "/steps", "{\"kind\":\"question\",\"text_en\":\"One?\"}").status, 200);
    struct testing_answer seen = api(f, "", NULL);
    snprintf(body, sizeof body, "{\"revision\":\"%.*s\"}", STR_ARG(member(seen.body, "revision")));
    assert_int_equal(api(f, "/steps", "{\"kind\":\"question\",\"text_en\":\"Two?\"}").status, 200);
    assert_int_equal(api(f, "/publish", body).status, 409);   /* the other's "Two?" was not seen */
    assert_int_equal(api(f, "/discard", body).status, 409);
    assert_true(has(api(f, "", NULL), "\"live_version\":1"));
    seen = api(f, "", NULL);
    snprintf(body, sizeof body, "{\"revision\":\"%.*s\"}", STR_ARG(member(seen.body, "revision")));
    assert_true(has(api(f, "/publish", body), "\"live_version\":2"));
    assert_true(has(api(f, "/publish", body), "\"live_version\":2")); /* pressed twice */
    assert_int_equal(api(f, "/publish", "{}").status, 409);
    snprintf(body, sizeof body, "revision=%.*s", STR_ARG(member(seen.body, "revision")));
    assert_int_equal(page(f, "/publish", body).status, 303);
    struct testing_answer stale = page(f, "/publish", "revision=0000000000001");
    assert_int_equal(stale.status, 409);
    assert_true(has(stale, "Somebody changed the steps"));
    stale = page(f, "/steps/0000000000001", "do=up");         /* a step that the other took away */
    assert_int_equal(stale.status, 422);
    assert_true(has(stale, "somebody took it away"));
}

/* A change that changes nothing leaves no draft behind, and never one without steps. */
static void nothing_changed(struct flow_fixture *f)
{
    assert_true(has(api(f, "/steps/product", "{\"do\":\"up\"}"), "\"has_draft\":false"));
    assert_int_equal(api(f, "/publish", "{}").status, 409);
    assert_true(has(api(f, "/steps/address", "{\"do\":\"up\"}"), "\"has_draft\":true"));
    assert_true(has(api(f, "", NULL), "\"changes\":1"));
    assert_true(has(api(f, "/steps/address", "{\"do\":\"down\"}"), "\"has_draft\":false"));
    assert_true(has(api(f, "/steps/option", "{\"do\":\"place\",\"before\":\"option\"}"),
                    "\"has_draft\":false"));
    assert_int_equal(api(f, "/steps/option", "{\"do\":\"place\",\"before\":\"product\"}").status,
                     422);
    assert_int_equal(api(f, "/steps/summary", "{\"do\":\"up\"}").status, 422);
    assert_int_equal(api(f, "/steps/summary", "{\"do\":\"remove\"}").status, 422);
    assert_int_equal(api(f, "/steps/option", "{\"do\":\"place\",\"before\":\"nosuch\"}").status,
                     404);
    assert_true(has(api(f, "", NULL), "\"has_draft\":false"));
}

static void the_step_under_her_goes(struct flow_fixture *f)
{
    struct account_id ann = fixture_person(f, "Ann", "en");
    char key[ID_TEXT_LEN + 1], path[PATH_SPACE];
    assert_int_equal(
        api(f, "/steps", "{\"kind\":\"question\",\"text_en\":\"Which name?\",\"required\":true}")
            .status,
        200);
    assert_int_equal(api(f, "/publish", "{}").status, 200);
    question_key(f, key, sizeof key);
    snprintf(path, sizeof path, "/steps/%s", key);
    fixture_comment(f, ann, S("#mug"));
    assert_int_equal(page(f, "/try/again", "").status, 303);
    assert_int_equal(page(f, "/try", "text=mug").status, 303); /* both stand on the question */
    assert_int_equal(api(f, path, "{\"do\":\"remove\"}").status, 200);
    assert_int_equal(page(f, "/try", "text=Lena").status, 303);
    assert_true(has(page(f, "/try", NULL), "The steps changed after this try began"));
    assert_int_equal(api(f, "/publish", "{}").status, 200);
    assert_int_equal(page(f, "/try", "text=mug").status, 303);
    fixture_type(f, ann, "Lena");
    fixture_address(f, ann, "ann@example.org");
    assert_true(fixture_tap(f, ann, "Pay"));
    assert_str_equal(fixture_order(f, ann).answers[0].answer, "Lena");
    assert_int_equal(api(f, "/people?step=address&what=answered", NULL).status, 200);
    snprintf(path, sizeof path, "/people?step=%s&what=reached", key);
    assert_int_equal(api(f, path, NULL).status, 404);
}

static void too_much(struct flow_fixture *f)
{
    static char body[BODY_SPACE], form[BODY_SPACE];
    int taken = 0;
    for (int i = 0; i < 200; i++)
        taken +=
            api(f, "/steps", "{\"kind\":\"question\",\"text_zh\":\"还要什么？\"}").status == 200;
    assert_int_equal(taken, FLOW_QUESTIONS_MAX);
    assert_int_equal(page(f, "", NULL).status, 200);
    memset(body, 'x', sizeof body - 1);
    snprintf(form, sizeof form, "kind=question&text_en=%.10000s", body);
    struct testing_answer refused = page(f, "/steps", form);
    assert_int_equal(refused.status, 422);
    assert_true(has(refused, "id=\"add-en-error\""));
    snprintf(form, sizeof form, "hashtag=%.10000s", body);
    assert_int_equal(page(f, "/triggers", form).status, 422);
    snprintf(form, sizeof form, "text=%.10000s", body);
    assert_int_equal(page(f, "/try/again", "").status, 303);
    int status = page(f, "/try", form).status;
    assert_true(status == 303 || status == 422);
    assert_int_equal(api(f, "/discard", "{}").status, 200);
    for (size_t i = 0; i < FLOW_QUESTION_MAX;
         i++) /* 600 bytes, as many characters as anybody has */
        memcpy(body + i * 3, "字", 3);
    snprintf(form, sizeof form, "{\"kind\":\"question\",\"text_zh\":\"%.600s\"}", body);
    assert_int_equal(api(f, "/steps", form).status, 200);
    assert_int_equal(api(f, "/steps", "{\"kind\":\"question\",\"text_en\":\"two\\nlines\"}").status,
                     422);
    assert_int_equal(api(f, "/discard", "{}").status, 200);
}

static void markup_is_text(struct flow_fixture *f)
{
    static const char step[] =
        "kind=question&"
        "text_en=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27%3Cimg+src%3Dx+onerror%3Dx%3E";
    assert_int_equal(page(f, "/steps", step).status, 303);
    struct testing_answer shown = page(f, "", NULL);
    assert_true(has(shown, "&lt;script&gt;alert(1)"));
    assert_false(has(shown, "<script>alert"));
    assert_false(has(shown, "<img src=x"));
    assert_int_equal(page(f, "/try/again", "").status, 303);
    assert_int_equal(page(f, "/try", "text=mug").status, 303);
    shown = page(f, "/try", NULL);
    assert_true(has(shown, "&lt;script&gt;alert(1)"));
    assert_false(has(shown, "<script>alert"));
    assert_int_equal(page(f, "/people?step=%3Cscript%3E&what=reached", NULL).status, 404);
    assert_int_equal(api(f, "/discard", "{}").status, 200);
}

/* ---- other shops, other flows ---- */

struct neighbour {
    struct shop_id shop;
    struct flow_id flow;
};

static const struct err *make_neighbour(struct turn *t, void *arg)
{
    struct neighbour *n = arg;
    struct id_text tail = id_format(turn_new_id(t));
    str handle;
    TRY(str_fmt(t->arena, &handle, "dune-%s", tail.text));
    TRY(shop_create(t,
                    &(struct shop_new){.handle = handle,
                                       .name = S("Dune"),
                                       .currency = S("EUR"),
                                       .country = S("NL"),
                                       .zone = S("Europe/Amsterdam"),
                                       .language = S("en")},
                    &n->shop));
    return flow_edit_create(t, n->shop, S("Theirs"), &n->flow);
}

static void a_neighbours_flow(struct flow_fixture *f)
{
    static const char *const calls[][2] = {{"/steps", "{\"kind\":\"quantity\"}"},
                                           {"/steps/address", "{\"do\":\"up\"}"},
                                           {"/publish", "{}"},
                                           {"/discard", "{}"},
                                           {"/triggers", "{\"hashtag\":\"mug\"}"}};
    struct neighbour n = {0};
    struct flow_id own = f->flow;
    struct account_id bob = fixture_person(f, "Bob", "en");
    testing_turn(&f->t, fixture_person(f, "Dora", "en"), make_neighbour, &n);
    f->flow = n.flow;
    for (size_t i = 0; i < COUNT(calls); i++)
        assert_int_equal(api(f, calls[i][0], calls[i][1]).status, 404);
    assert_int_equal(page(f, "", NULL).status, 404);
    assert_int_equal(page(f, "/try", NULL).status, 404);
    assert_int_equal(page(f, "/try/again", "").status, 404);
    assert_int_equal(page(f, "/triggers", "hashtag=mug").status, 404);
    f->flow = own;
    fixture_comment(f, bob, S("#mug")); /* the hashtag still starts what it started */
    assert_int_equal(fixture_said(f, bob).count, 1);
}

/* A flow of its own: its hashtag starts what is published of it, not its draft. */
static void an_unpublished_draft(struct flow_fixture *f)
{
    struct account_id eve = fixture_person(f, "Eve", "en");
    struct flow_id standard = f->flow;
    char path[PATH_SPACE];
    snprintf(path, sizeof path, "/api/v1/shops/%.*s/flows", STR_ARG(f->handle));
    struct testing_answer made =
        testing_api(&f->browser, HTTP_POST, path, "{\"name\":\"Gifts\"}", NULL);
    assert_int_equal(made.status, 200);
    assert_true(id_parse(member(made.body, "id"), &f->flow.v));
    assert_int_equal(
        api(f, "/steps", "{\"kind\":\"question\",\"text_en\":\"Unpublished?\",\"required\":true}")
            .status,
        200);
    snprintf(path, sizeof path, "{\"hashtag\":\"gift\",\"product_id\":\"%s\"}",
             id_format(f->mug.v).text);
    assert_int_equal(api(f, "/triggers", path).status, 200);
    fixture_comment(f, eve, S("#gift"));
    fixture_address(f, eve, "eve@example.org");
    assert_true(fixture_tap(f, eve, "Pay"));
    assert_int_equal(fixture_order(f, eve).answer_count, 0);
    f->flow = standard;
    snprintf(path, sizeof path, "/console/%.*s/flows?post=%%0d%%0aX%%3a1", STR_ARG(f->handle));
    assert_int_equal(testing_get(&f->browser, path).status, 200);
}

static void all(struct flow_fixture *f)
{
    f->flow = first_flow(f);
    nothing_changed(f);
    an_unpublished_draft(f);
    a_neighbours_flow(f);
    two_editors(f);
    fixture_verify(f);
}

static void over_again(struct flow_fixture *f)
{
    f->flow = first_flow(f);
    too_much(f);
    markup_is_text(f);
    the_step_under_her_goes(f);
    fixture_verify(f);
}

static void test_editors_and_neighbours(void **state)
{
    (void)state;
    flow_each_engine(all);
}

static void test_too_much_and_gone(void **state)
{
    (void)state;
    flow_each_engine(over_again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_editors_and_neighbours),
                                       TEST(test_too_much_and_gone)};
    return cmocka_run_group_tests_name("flow_hostile", tests, NULL, NULL);
}
