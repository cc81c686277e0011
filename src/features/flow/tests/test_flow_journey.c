/* The journey of a guest through the pages themselves, without script: comment, chat, buttons,
 * address form, pay. Counts what she has to do. */
#include <stdio.h>

#include "base/tests/unit.h"

#include "flow_fixture.h"

static int taps;

/* The value after `before` up to the next quote; absent if there is none. */
static str value_after(str page, const char *before)
{
    ptrdiff_t at = str_find(page, str_c(before));
    if (at < 0)
        return STR_NONE;
    str rest = str_from(page, (size_t)at + strlen(before));
    return str_cut(&rest, '"');
}

static struct testing_answer send_form(struct testing_browser *b, str path, const char *form)
{
    char text[300];
    taps++;
    snprintf(text, sizeof text, "%.*s", STR_ARG(path));
    struct testing_answer answer = testing_post(b, text, form);
    if (answer.status != 303)
        print_message("# %s: %d\n%.*s\n", text, answer.status, STR_ARG(answer.body));
    assert_int_equal(answer.status, 303);
    testing_drain(b->testing);
    return answer;
}

static struct testing_answer look(struct testing_browser *b, str path)
{
    char text[300];
    snprintf(text, sizeof text, "%.*s", STR_ARG(path));
    struct testing_answer answer = testing_get(b, text);
    assert_int_equal(answer.status, 200);
    return answer;
}

/* Taps the button with this label on a chat page. */
static void tap_label(struct testing_browser *b, str chat, const char *label)
{
    struct testing_answer page = look(b, chat);
    char form[200], end[100];
    str path, rest = page.body, token = STR_NONE;
    snprintf(end, sizeof end, "\">%s", label);
    ptrdiff_t at = str_find(page.body, str_c(end));
    if (at < 0)
        print_message("# no button %s in\n%.*s\n", label, STR_ARG(page.body));
    assert_true(at > 0);
    rest = str_sub(page.body, 0, (size_t)at);
    ptrdiff_t from = 0;
    for (ptrdiff_t next = 0; next >= 0;) {
        next = str_find(str_from(rest, (size_t)from), S("name=\"token\" value=\""));
        from += next >= 0 ? next + 20 : 0;
    }
    token = str_from(rest, (size_t)from);
    testing_must(str_fmt(&b->testing->arena, &path, "%.*s/tap", STR_ARG(chat)));
    snprintf(form, sizeof form, "token=%.*s", STR_ARG(token));
    send_form(b, path, form);
}

static void a_guest_buys(struct flow_fixture *f)
{
    struct testing_browser ann = {.testing = &f->t};
    struct id_text post = id_format(f->post.v);
    str path, chat;
    taps = 0;
    testing_must(str_fmt(&f->t.arena, &path, "/post/%s", post.text));
    struct testing_answer page = look(&ann, path);
    testing_must(str_fmt(&f->t.arena, &path, "/post/%s/comments", post.text));
    send_form(&ann, path, "name=Ann+Guest&text=%23reef&key=first-comment-1");
    page = look(&ann, S("/chat"));
    chat = value_after(page.body, "href=\"/chat/0");
    assert_false(str_is_absent(chat));
    testing_must(str_fmt(&f->t.arena, &chat, "/chat/0%.*s", STR_ARG(chat)));
    taps++; /* opening the conversation */
    tap_label(&ann, chat, "M / Navy");
    testing_must(str_fmt(&f->t.arena, &path, "%.*s/say", STR_ARG(chat)));
    page = look(&ann, chat);
    assert_true(str_find(page.body, S("name=\"postcode\"")) > 0);
    char form[300];
    str key = value_after(
        page.body, "name=\"form\" value=\"address\"> <input type=\"hidden\" name=\"key\" value=\"");
    snprintf(
        form, sizeof form,
        "form=address&key=%.*s&email=ann%%40example.org&country=NL&"
        "name=Ann+Guest&line1=Dam+1&postcode=1012JS&city=Amsterdam",
        STR_ARG(key));
    send_form(&ann, path, form);
    page = look(&ann, chat);
    assert_true(str_find(page.body, S("Total: €53.95")) > 0);
    tap_label(&ann, chat, "Pay €53.95");
    page = look(&ann, chat);
    assert_true(str_find(page.body, S("Paid, thank you!")) > 0);
    print_message("# taps of a guest from comment to paid, sending the address among them: %d\n",
                  taps);
    assert_true(taps <= 5);
    assert_int_equal(gateway_calls, 1);
    fixture_verify(f);
}

static void test_a_guest_buys_without_script(void **state)
{
    (void)state;
    flow_each_engine(a_guest_buys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_a_guest_buys_without_script)};
    return cmocka_run_group_tests_name("flow_journey", tests, NULL, NULL);
}
