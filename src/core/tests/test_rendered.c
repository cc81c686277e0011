/* Pages kept for visitors: who is given one, and what ends it. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rendered.h"
#include "web_fixture.h"

static const struct err *nothing(struct turn *t, void *arg)
{
    (void)t, (void)arg;
    return NULL;
}

/* A browser that was here before: it has the visitor's cookie. */
static struct testing_browser visitor_of(struct web_fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    assert_int_equal(testing_get(&b, "/visitor").status, 200);
    return b;
}

/* How often the page had been made when this answer was. */
static void sees(struct testing_browser *b, const char *path, const char *lines, const char *page)
{
    struct testing_answer answer = testing_request(b, "GET", path, lines, S(""));
    assert_int_equal(answer.status, 200);
    assert_true(str_eq(answer.body, str_c(page)));
}

static void visitors_share(struct web_fixture *f)
{
    struct testing_browser ann = visitor_of(f), bob = visitor_of(f);
    sees(&ann, "/same/a", "", "en1");
    sees(&bob, "/same/a", "", "en1");
    sees(&ann, "/same/b", "", "en2");
    sees(&ann, "/same/a", "", "en1");
    struct testing_browser fresh = {.testing = &f->t};
    sees(&fresh, "/same/a", "", "en1");
    assert_int_equal(sample_renders, 2);
}

static void languages_and_themes_do_not(struct web_fixture *f)
{
    struct testing_browser ann = visitor_of(f), bob = visitor_of(f);
    sees(&ann, "/same/a", "", "en1");
    sees(&ann, "/same/a", "Accept-Language: zh-CN\r\n", "zh-Hans2");
    sees(&bob, "/same/a", "Accept-Language: zh-CN\r\n", "zh-Hans2");
    bob.cookie_names[bob.cookie_count] = S("theme");
    bob.cookie_values[bob.cookie_count++] = S("dark");
    sees(&bob, "/same/a", "", "en3");
    sees(&bob, "/same/a", "", "en3");
    sees(&ann, "/same/a", "", "en1");
}

static void nothing_personal_is_given_or_kept(struct web_fixture *f)
{
    struct testing_browser ann = visitor_of(f), member = visitor_of(f);
    sample_sign_in(&member, f->base + SAMPLE_MEMBERS);
    sees(&member, "/same/a", "", "en1");
    sees(&ann, "/same/a", "", "en2");
    sees(&member, "/same/a", "", "en3");
    sees(&ann, "/same/a?v=1", "", "en4");
    sees(&ann, "/same/a", "HX-Request: true\r\n", "en5");
    sees(&ann, "/same/a", "Authorization: Bearer none\r\n", "en6");
    ann.cookie_names[ann.cookie_count] = S("mpf");
    ann.cookie_values[ann.cookie_count++] = S("sample.notice");
    sees(&ann, "/same/a", "", "en7");
    struct testing_browser crawler = {.testing = &f->t}; /* got no cookie: its page has no mark */
    sees(&crawler, "/same/other", "", "en8");
    struct testing_browser bob = visitor_of(f);
    sees(&bob, "/same/other", "", "en9");
    sees(&bob, "/same/a", "", "en2");
}

/* What /shared/a shows to account `number` when it was made for the n-th time; 0: to a visitor. */
static void sees_shared(struct web_fixture *f, struct testing_browser *b, int n, int64_t number)
{
    struct testing_answer answer = testing_get(b, "/shared/a");
    str wanted;
    testing_must(number == 0 ? str_fmt(&f->t.arena, &wanted, "%d knows: you:0.", n)
                             : str_fmt(&f->t.arena, &wanted, "%d knows: you:number %lld.", n,
                                       (long long)number));
    assert_int_equal(answer.status, 200);
    if (!str_eq(answer.body, wanted))
        fail_msg("%.*s instead of %.*s", STR_ARG(answer.body), STR_ARG(wanted));
}

/* Whoever makes the page: it knows nobody, and each gets her own part alone. */
static void what_all_share_knows_nobody(struct web_fixture *f)
{
    struct testing_browser ann = visitor_of(f), bob = visitor_of(f), eve = visitor_of(f);
    int64_t first = f->base + SAMPLE_MEMBERS + 1, second = f->base + 2;
    sample_sign_in(&ann, first);
    sample_sign_in(&bob, second);
    int made = 0;
    for (int round = 0; round < 3; round++) {
        sees_shared(f, round == 0 ? &ann : round == 1 ? &bob : &eve, ++made,
                    round == 0 ? first : round == 1 ? second : 0);
        sees_shared(f, &bob, made, second);
        sees_shared(f, &eve, made, 0);
        sees_shared(f, &ann, made, first);
        sees_shared(f, &bob, made, second);
        testing_turn(&f->t, (struct account_id){0}, nothing, NULL);
    }
    assert_int_equal(sample_renders, made);
    assert_int_equal(testing_post(&ann, "/sign-out", "").status, 303);
    sees_shared(f, &ann, ++made, 0);
}

/* An answer that does more than show a page is nobody else's: the handler gives it, each time. */
static void what_leaves_something_is_not_shared(struct web_fixture *f)
{
    struct testing_browser ann = visitor_of(f), eve = visitor_of(f);
    sample_sign_in(&ann, f->base + SAMPLE_MEMBERS + 1);
    for (int round = 1; round <= 2; round++) {
        assert_true(str_find(testing_get(&ann, "/shared/cookie").body, S("account session")) > 0);
        ann.cookie_count--; /* the notice */
        assert_true(str_find(testing_get(&eve, "/shared/cookie").body, S("knows: visitor")) > 0);
        eve.cookie_count--;
        assert_true(str_find(testing_get(&ann, "/shared/twice").body, S("account session")) > 0);
    }
    assert_int_equal(sample_renders, 12); /* each twice: for nobody in vain */
}

static void a_turn_ends_it(struct web_fixture *f)
{
    struct testing_browser ann = visitor_of(f);
    sees(&ann, "/same/a", "", "en1");
    testing_turn(&f->t, (struct account_id){0}, nothing, NULL);
    sees(&ann, "/same/a", "", "en2");
    sees(&ann, "/same/a", "", "en2");
}

static void so_does_time(struct web_fixture *f)
{
    struct testing_browser ann = visitor_of(f);
    sees(&ann, "/same/a", "", "en1");
    clock_fake_advance(&f->t.clock, RENDERED_LIFE_MS - 1);
    sees(&ann, "/same/a", "", "en1");
    clock_fake_advance(&f->t.clock, 1);
    sees(&ann, "/same/a", "", "en2");
    clock_fake_advance(&f->t.clock, -1);
    sees(&ann, "/same/a", "", "en3");
}

ON_BOTH_BY(web_on, visitors_share)
ON_BOTH_BY(web_on, languages_and_themes_do_not)
ON_BOTH_BY(web_on, nothing_personal_is_given_or_kept)
ON_BOTH_BY(web_on, what_all_share_knows_nobody)
ON_BOTH_BY(web_on, what_leaves_something_is_not_shared)
ON_BOTH_BY(web_on, a_turn_ends_it)
ON_BOTH_BY(web_on, so_does_time)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(visitors_share),
        BOTH(languages_and_themes_do_not),
        BOTH(nothing_personal_is_given_or_kept),
        BOTH(what_all_share_knows_nobody),
        BOTH(what_leaves_something_is_not_shared),
        BOTH(a_turn_ends_it),
        BOTH(so_does_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
