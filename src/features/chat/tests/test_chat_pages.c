/* The pages and the API of chat as a browser meets them, on both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "chat_fixture.h"

static const char *fmt(struct chat_fixture *f, const char *pattern, str handle, int64_t id)
{
    struct id_text text = id_format(id);
    struct strbuf sb;
    str out;
    strbuf_init(&sb, &f->t.arena, 4096);
    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c == '$')
            strbuf_add(&sb, handle);
        else if (*c == '#')
            strbuf_add(&sb, id_str(&text));
        else
            strbuf_add_char(&sb, *c);
    }
    testing_must(strbuf_finish(&sb, &out));
    return out.ptr;
}

static bool holds(const struct testing_answer *a, const char *words)
{
    return str_find(a->body, str_c(words)) >= 0;
}

static int count_of(const struct testing_answer *a, const char *words)
{
    int count = 0;
    for (str rest = a->body;;) {
        ptrdiff_t at = str_find(rest, str_c(words));
        if (at < 0)
            return count;
        count++;
        rest = str_from(rest, (size_t)at + 1);
    }
}

static void asking_a_shop_opens_a_conversation(struct chat_fixture *f)
{
    struct testing_browser visitor = {.testing = &f->t};
    const char *path = fmt(f, "/chat/with/$", f->handle, 1);
    struct testing_answer a = testing_get(&visitor, path);
    assert_int_equal(a.status, 200);
    assert_true(holds(&a, "Ask Reef &amp; Salt"));
    a = testing_post(&visitor, path, "text=Is+it+lined%3F&name=Lena&key=k1");
    assert_int_equal(a.status, 303);
    str location;
    testing_must(str_dup(&f->t.arena, a.location, &location));
    a = testing_get(&visitor, location.ptr);
    assert_int_equal(a.status, 200);
    assert_true(holds(&a, "Is it lined?"));
    assert_true(holds(&a, "bot: Is it lined?"));
    a = testing_get(&visitor, "/chat");
    assert_true(holds(&a, "Reef &amp; Salt"));
    a = testing_get(&visitor, path); /* the next time straight there */
    assert_int_equal(a.status, 303);
}

static void an_empty_first_word_makes_no_account(struct chat_fixture *f)
{
    struct testing_browser visitor = {.testing = &f->t};
    struct testing_answer a =
        testing_post(&visitor, fmt(f, "/chat/with/$", f->handle, 1), "text=&name=Lena");
    assert_int_equal(a.status, 422);
    assert_true(str_is_absent(testing_header(&a, "set-cookie")) ||
                str_find(testing_header(&a, "set-cookie"), S("mp=")) < 0);
}

static void a_message_sent_twice_is_one(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    const char *say = fmt(f, "/chat/#/say", S(""), c.id.v);
    assert_int_equal(testing_post(&f->nina_browser, say, "text=hello&key=k1").status, 303);
    assert_int_equal(testing_post(&f->nina_browser, say, "text=hello&key=k1").status, 303);
    struct testing_answer a = testing_get(&f->nina_browser, fmt(f, "/chat/#", S(""), c.id.v));
    assert_int_equal(heard.count, 1);
    assert_int_equal(count_of(&a, "bot: hello"), 1);
}

static void too_fast_is_told_and_keeps_the_words(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    const char *say = fmt(f, "/chat/#/say", S(""), c.id.v);
    assert_int_equal(testing_post(&f->nina_browser, say, "text=one&key=k1").status, 303);
    struct testing_answer a = testing_post(&f->nina_browser, say, "text=two&key=k2");
    assert_int_equal(a.status, 429);
    assert_true(holds(&a, "\ntwo</textarea>"));
    testing_advance(&f->t, 301);
    assert_int_equal(testing_post(&f->nina_browser, say, "text=two&key=k2").status, 303);
    assert_int_equal(heard.count, 2);
}

static void a_tap_needs_no_script(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    const char *show = fmt(f, "/chat/#", S(""), c.id.v);
    testing_post(&f->nina_browser, fmt(f, "/chat/#/say", S(""), c.id.v), "text=buttons&key=k1");
    struct testing_answer a = testing_get(&f->nina_browser, show);
    assert_true(holds(&a, "value=\"size-m\""));
    const char *tap = fmt(f, "/chat/#/tap", S(""), c.id.v);
    assert_int_equal(testing_post(&f->nina_browser, tap, "token=size-m").status, 303);
    assert_int_equal(testing_post(&f->nina_browser, tap, "token=size-m").status, 303);
    assert_int_equal(heard.count, 2);
    assert_string_equal(heard.token, "size-m");
    a = testing_get(&f->nina_browser, show);
    assert_int_equal(count_of(&a, "bot: Medium"), 1);
    assert_false(holds(&a, "value=\"size-l\"")); /* no longer offered */
    assert_int_equal(testing_post(&f->nina_browser, tap, "token=made-up").status, 404);
}

static void others_see_nothing(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    testing_post(&f->nina_browser, fmt(f, "/chat/#/say", S(""), c.id.v), "text=secret&key=k1");
    const char *show = fmt(f, "/chat/#", S(""), c.id.v);
    assert_int_equal(testing_get(&f->tom_browser, show).status, 404);
    assert_int_equal(testing_get(&f->owner_browser, show).status, 404);
    assert_int_equal(testing_get(&f->tom_browser, fmt(f, "/chat/#/messages", S(""), c.id.v)).status,
                     404);
    assert_int_equal(
        testing_post(&f->tom_browser, fmt(f, "/chat/#/say", S(""), c.id.v), "text=hi").status, 404);
    assert_int_equal(
        testing_post(&f->tom_browser, fmt(f, "/chat/#/tap", S(""), c.id.v), "token=size-m").status,
        404);
    assert_int_equal(
        testing_get(&f->owner_browser, fmt(f, "/console/$/inbox", f->other_handle, 1)).status, 404);
    assert_int_equal(
        testing_get(&f->tom_browser, fmt(f, "/console/$/inbox/#", f->handle, c.id.v)).status, 404);
    assert_int_equal(
        testing_get(&f->tom_browser, fmt(f, "/live?topics=conversation:#", S(""), c.id.v)).status,
        404);
    assert_int_equal(
        testing_get(&f->tom_browser, fmt(f, "/live?topics=inbox:#", S(""), f->shop.v)).status, 404);
    assert_int_equal(
        testing_get(&f->tom_browser, fmt(f, "/live?topics=account:#", S(""), f->nina.v)).status,
        404);
    assert_int_equal(testing_api(&f->tom_browser, HTTP_GET,
                                 fmt(f, "/api/v1/conversations/#/messages", S(""), c.id.v), NULL,
                                 NULL)
                         .status,
                     404);
}

static void staff_answer_and_hold(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    testing_post(&f->nina_browser, fmt(f, "/chat/#/say", S(""), c.id.v), "text=person&key=k1");
    struct testing_answer a =
        testing_get(&f->owner_browser, fmt(f, "/console/$/inbox", f->handle, 1));
    assert_int_equal(a.status, 200);
    assert_true(holds(&a, "Nina Alves"));
    assert_true(holds(&a, "row unread"));
    const char *show = fmt(f, "/console/$/inbox/#", f->handle, c.id.v);
    a = testing_get(&f->owner_browser, show);
    assert_int_equal(a.status, 200);
    assert_int_equal(chat_fixture_read(f, f->shop, c.id).unread_shop, 0);
    const char *say = fmt(f, "/console/$/inbox/#/say", f->handle, c.id.v);
    assert_int_equal(testing_post(&f->owner_browser, say, "text=Here+I+am&key=s1").status, 303);
    assert_int_equal(testing_post(&f->owner_browser, say, "text=Here+I+am&key=s1").status, 303);
    assert_int_equal(chat_fixture_read(f, f->shop, c.id).holder, CHAT_PERSON);
    a = testing_get(&f->nina_browser, fmt(f, "/chat/#", S(""), c.id.v));
    assert_int_equal(count_of(&a, "Here I am"), 1);
    assert_true(holds(&a, "Olga Owner"));
    const char *hold = fmt(f, "/console/$/inbox/#/hold", f->handle, c.id.v);
    assert_int_equal(testing_post(&f->owner_browser, hold, "to=done").status, 303);
    assert_int_equal(chat_fixture_read(f, f->shop, c.id).holder, CHAT_DONE);
    assert_int_equal(testing_post(&f->owner_browser, hold, "to=wants_person").status, 422);
    testing_advance(&f->t, 1000);
    testing_post(&f->nina_browser, fmt(f, "/chat/#/say", S(""), c.id.v), "text=hello&key=k2");
    assert_int_equal(chat_fixture_read(f, f->shop, c.id).holder, CHAT_BOT);
    a = testing_get(&f->owner_browser, fmt(f, "/console/$/inbox?q=nINA", f->handle, 1));
    assert_true(holds(&a, "Nina Alves"));
    a = testing_get(&f->owner_browser, fmt(f, "/console/$/inbox?q=%25", f->handle, 1));
    assert_false(holds(&a, "Nina Alves"));
}

static void an_address_is_a_form(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    const char *show = fmt(f, "/chat/#", S(""), c.id.v),
               *say = fmt(f, "/chat/#/say", S(""), c.id.v);
    testing_post(&f->nina_browser, say, "text=address&key=k1");
    struct testing_answer a = testing_get(&f->nina_browser, show);
    assert_true(holds(&a, "name=\"postcode\""));
    assert_true(holds(&a, "<option value=\"PT\" selected>"));
    a = testing_post(&f->nina_browser, say,
                     "form=address&key=p1&email=nina%40example.org&country=DE&name=Nina&line1=Rua+1"
                     "&city=Porto&postcode=xx");
    assert_int_equal(a.status, 422);
    assert_true(holds(&a, "id=\"postcode-error\""));
    assert_true(holds(&a, "value=\"Rua 1\""));
    a = testing_post(&f->nina_browser, say, "form=address&again=1&country=GB&name=Nina");
    assert_int_equal(a.status, 200);
    assert_true(holds(&a, "<option value=\"GB\" selected>"));
    a = testing_post(&f->nina_browser, say,
                     "form=address&key=p1&email=nina%40example.org&country=PT&name=Nina&line1=Rua+1"
                     "&city=Porto&postcode=4050-262&phone=%2B351912345678");
    assert_int_equal(a.status, 303);
    assert_true(heard.had_form);
    assert_non_null(strstr(heard.text, "4050-262"));
    testing_advance(&f->t, 1000);
    testing_post(&f->nina_browser, say, "text=address&key=k3");
    a = testing_get(&f->nina_browser, show); /* remembered */
    assert_true(holds(&a, "value=\"Rua 1\""));
    assert_true(holds(&a, "value=\"nina@example.org\""));
}

static void hostile_words_stay_words(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    testing_post(&f->nina_browser, fmt(f, "/chat/#/say", S(""), c.id.v),
                 "text=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27&key=k1");
    struct testing_answer a = testing_get(&f->nina_browser, fmt(f, "/chat/#", S(""), c.id.v));
    assert_false(holds(&a, "<script>alert"));
    assert_true(holds(&a, "&lt;script&gt;alert"));
    a = testing_get(&f->owner_browser, fmt(f, "/console/$/inbox/#", f->handle, c.id.v));
    assert_false(holds(&a, "<script>alert"));
    assert_int_equal(
        testing_post(&f->nina_browser, fmt(f, "/chat/#/say", S(""), c.id.v), "text=%FF").status,
        422);
}

static void the_api_says_the_same(struct chat_fixture *f)
{
    struct testing_browser nina = f->nina_browser;
    nina.bearer = nina.cookie_values[0];
    nina.cookie_count = 0;
    struct testing_answer a =
        testing_api(&nina, HTTP_POST, fmt(f, "/api/v1/shops/$/conversations", f->handle, 1),
                    "{\"text\":\"buttons\"}", "k1");
    assert_int_equal(a.status, 201);
    a = testing_api(&nina, HTTP_GET, "/api/v1/conversations", NULL, NULL);
    assert_int_equal(a.status, 200);
    assert_true(holds(&a, "\"holder\":\"bot\""));
    struct conversation c = chat_fixture_open_site(f, f->nina);
    const char *path = fmt(f, "/api/v1/conversations/#/messages", S(""), c.id.v);
    a = testing_api(&nina, HTTP_GET, path, NULL, NULL);
    assert_true(holds(&a, "\"token\":\"size-m\""));
    a = testing_api(&nina, HTTP_POST, path, "{\"token\":\"size-m\"}", "k2");
    assert_int_equal(a.status, 200);
    assert_true(holds(&a, "bot: Medium"));
    a = testing_api(&nina, HTTP_POST, path, "{\"text\":7}", "k3");
    assert_int_equal(a.status, 400);
    assert_true(holds(&a, "\"field\""));
    struct testing_browser owner = f->owner_browser;
    owner.bearer = owner.cookie_values[0];
    owner.cookie_count = 0;
    a = testing_api(&owner, HTTP_POST,
                    fmt(f, "/api/v1/console/$/conversations/#/messages", f->handle, c.id.v),
                    "{\"text\":\"A person here\"}", "s1");
    assert_int_equal(a.status, 200);
    assert_true(holds(&a, "\"holder\":\"person\""));
    a = testing_api(&owner, HTTP_GET,
                    fmt(f, "/api/v1/console/$/conversations?tab=open", f->handle, 1), NULL, NULL);
    assert_true(holds(&a, "Nina Alves"));
}

static const struct err *merge_event(struct turn *t, void *arg)
{
    struct chat_fixture *f = arg;
    return event_emit(t, &(struct event){.kind = "account.merged",
                                         .version = 1,
                                         .account_id = f->tom,
                                         .subject_id = f->nina.v,
                                         .object_id = f->tom.v});
}

static void accounts_that_merge_bring_their_talk(struct chat_fixture *f)
{
    struct conversation ninas = chat_fixture_open_site(f, f->nina),
                        toms = chat_fixture_open_site(f, f->tom);
    assert_null(chat_fixture_say(f, ninas.id, "1", "from nina", NULL));
    assert_null(chat_fixture_say(f, toms.id, "2", "from tom", NULL));
    testing_turn(&f->t, (struct account_id){0}, merge_event, f);
    testing_drain(&f->t);
    struct testing_answer a = testing_get(&f->tom_browser, fmt(f, "/chat/#", S(""), toms.id.v));
    assert_int_equal(a.status, 200);
    assert_true(holds(&a, "bot: from nina"));
    assert_true(holds(&a, "bot: from tom"));
    struct tx *tx = NULL;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    struct verify_report report = {0};
    struct strbuf out;
    strbuf_init(&out, &f->t.arena, 4096);
    report.out = &out;
    testing_must(chat_feature.verify(tx, &f->t.arena, &report));
    db_read_end(tx);
    assert_int_equal(report.violations, 0);
}

static struct timeline_entry *timeline_of(struct chat_fixture *f,
                                          const struct timeline_subject *who, size_t *ret_count)
{
    struct timeline_entry *entries;
    struct tx *tx = NULL;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(chat_feature.timeline(tx, &f->t.arena, who, 10, &entries, ret_count));
    db_read_end(tx);
    return entries;
}

static void the_timeline_knows_who_wrote(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    struct timeline_subject who = {.shop_id = f->shop,
                                   .contact_id = c.contact_id.v,
                                   .account_ids = &f->nina.v,
                                   .account_count = 1};
    size_t count;
    timeline_of(f, &who, &count);
    assert_int_equal(count, 0);
    assert_null(chat_fixture_say(f, c.id, "1", "hello", NULL));
    struct timeline_entry *entries = timeline_of(f, &who, &count);
    assert_int_equal(count, 1);
    assert_string_equal(entries[0].path.ptr, fmt(f, "/console/$/inbox/#", f->handle, c.id.v));
    who.contact_id = 1; /* merged into another: found by her account */
    timeline_of(f, &who, &count);
    assert_int_equal(count, 1);
    who.shop_id = f->other_shop;
    timeline_of(f, &who, &count);
    assert_int_equal(count, 0);
}

static void lists_go_on_where_they_ended(struct chat_fixture *f)
{
    struct testing_browser owner = f->owner_browser;
    owner.bearer = owner.cookie_values[0];
    owner.cookie_count = 0;
    struct conversation nina = chat_fixture_open_site(f, f->nina),
                        tom = chat_fixture_open_site(f, f->tom);
    for (int i = 0; i < 3; i++) {
        assert_null(chat_fixture_say(f, nina.id, NULL, "hello", NULL));
        assert_null(chat_fixture_say(f, tom.id, NULL, "hello", NULL));
    }
    struct testing_answer a = testing_api(
        &owner, HTTP_GET, fmt(f, "/api/v1/console/$/conversations?tab=bot&limit=1", f->handle, 1),
        NULL, NULL);
    assert_int_equal(count_of(&a, "\"last_text\""), 1);
    ptrdiff_t at = str_find(a.body, S("\"next\":\""));
    assert_true(at > 0);
    str next = str_from(a.body, (size_t)at + 8), cursor = str_cut(&next, '"'), path;
    testing_must(str_fmt(&f->t.arena, &path, "%s&cursor=%.*s",
                         fmt(f, "/api/v1/console/$/conversations?tab=bot&limit=1", f->handle, 1),
                         STR_ARG(cursor)));
    struct testing_answer second = testing_api(&owner, HTTP_GET, path.ptr, NULL, NULL);
    assert_int_equal(count_of(&second, "\"last_text\""), 1);
    assert_true(holds(&second, "\"next\":null"));
    assert_false(str_eq(str_sub(a.body, 0, 30), str_sub(second.body, 0, 30)));
}

ON_BOTH_BY(chat_on, asking_a_shop_opens_a_conversation)
ON_BOTH_BY(chat_on, an_empty_first_word_makes_no_account)
ON_BOTH_BY(chat_on, a_message_sent_twice_is_one)
ON_BOTH_BY(chat_on, too_fast_is_told_and_keeps_the_words)
ON_BOTH_BY(chat_on, a_tap_needs_no_script)
ON_BOTH_BY(chat_on, others_see_nothing)
ON_BOTH_BY(chat_on, staff_answer_and_hold)
ON_BOTH_BY(chat_on, an_address_is_a_form)
ON_BOTH_BY(chat_on, hostile_words_stay_words)
ON_BOTH_BY(chat_on, the_api_says_the_same)
ON_BOTH_BY(chat_on, accounts_that_merge_bring_their_talk)
ON_BOTH_BY(chat_on, the_timeline_knows_who_wrote)
ON_BOTH_BY(chat_on, lists_go_on_where_they_ended)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(asking_a_shop_opens_a_conversation),
        BOTH(an_empty_first_word_makes_no_account),
        BOTH(a_message_sent_twice_is_one),
        BOTH(too_fast_is_told_and_keeps_the_words),
        BOTH(a_tap_needs_no_script),
        BOTH(others_see_nothing),
        BOTH(staff_answer_and_hold),
        BOTH(an_address_is_a_form),
        BOTH(hostile_words_stay_words),
        BOTH(the_api_says_the_same),
        BOTH(accounts_that_merge_bring_their_talk),
        BOTH(the_timeline_knows_who_wrote),
        BOTH(lists_go_on_where_they_ended),
    };
    return cmocka_run_group_tests_name("chat pages", tests, NULL, NULL);
}
