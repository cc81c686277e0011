/* Logging in and out, tries, passwords, sessions, one's own page, the API. */
#include <pthread.h>
#include <string.h>

#include "base/tests/unit.h"
#include "base/timefmt.h"
#include "fixture.h"

enum { MOST = 10, GUESSERS = 16 };
static const char good[] = "blue+kettle+moon", wrong[] = "red+lantern+hill";

static str session_of(struct testing_browser *b)
{
    for (size_t i = 0; i < b->cookie_count; i++)
        if (str_eq(b->cookie_names[i], S("mp")))
            return b->cookie_values[i];
    return STR_NONE;
}

static struct account_id viewer_of_token(struct fixture *f, str token)
{
    struct testing_browser b = {.testing = &f->t, .bearer = token};
    return fixture_viewer(&b);
}

static void in_and_out(struct fixture *f)
{
    struct account_id mara = fixture_member(f, "mara");
    const char *address = fixture_address(f, "Mara");
    assert_int_equal(fixture_log_in(&f->ann, address, good).status, 303);
    str first = session_of(&f->ann);
    assert_int_equal(viewer_of_token(f, first).v, mara.v);
    assert_int_equal(fixture_log_in(&f->ann, address, good).status, 303);
    str second = session_of(&f->ann);
    assert_false(str_eq(first, second));
    assert_int_equal(viewer_of_token(f, first).v, 0);
    assert_int_equal(testing_get(&f->ann, "/me").status, 200);
    assert_int_equal(testing_post(&f->ann, "/logout", "").status, 303);
    assert_int_equal(viewer_of_token(f, second).v, 0);
    assert_str_equal(testing_get(&f->ann, "/me").location, "/login?next=%2Fme");
    assert_str_equal(
        fixture_post(&f->ann, "/login", "email=%s&password=%s&next=//evil.test", address, good)
            .location,
        "/");
}

/* What a stranger is told, with the address taken out of it. */
static const char *told(struct fixture *f, const char *path, const char *address, const char *rest)
{
    struct testing_browser stranger = {.testing = &f->t};
    struct testing_answer answer = fixture_post(&stranger, path, "email=%s%s", address, rest);
    struct strbuf sb;
    strbuf_init(&sb, &f->t.arena, MiB(1));
    strbuf_addf(&sb, "%d %.*s ", answer.status, STR_ARG(answer.location));
    for (str body = answer.body; body.len > 0;) {
        ptrdiff_t at = str_find(body, str_c(address));
        strbuf_add(&sb, at < 0 ? body : str_sub(body, 0, (size_t)at));
        body = at < 0 ? S("") : str_from(body, (size_t)at + strlen(address));
    }
    return fixture_text(f, "%.*s", STR_ARG(strbuf_view(&sb)));
}

static void known_and_unknown_look_alike(struct fixture *f)
{
    const char *known = fixture_address(f, "mara"), *unknown = fixture_address(f, "nobody");
    fixture_member(f, "mara");
    assert_string_equal(told(f, "/login", known, "&password=red+lantern+hill"),
                        told(f, "/login", unknown, "&password=red+lantern+hill"));
    assert_string_equal(told(f, "/login/link", known, ""), told(f, "/login/link", unknown, ""));
    assert_string_equal(told(f, "/forgot", known, ""), told(f, "/forgot", unknown, ""));
    assert_string_equal(told(f, "/signup", known, "&name=Eve&password=red+lantern+hill"),
                        told(f, "/signup", unknown, "&name=Eve&password=red+lantern+hill"));
}

static void guessing_locks_nobody_out(struct fixture *f)
{
    const char *address = fixture_address(f, "mara");
    struct account_id mara = fixture_member(f, "mara");
    struct testing_browser guesser = {.testing = &f->t}, fresh = {.testing = &f->t};
    assert_int_equal(fixture_log_in(&f->ann, address, good).status, 303);
    for (int i = 0; i < MOST; i++)
        assert_int_equal(fixture_log_in(&guesser, address, wrong).status, 422);
    assert_int_equal(fixture_log_in(&guesser, address, wrong).status, 429);
    assert_int_equal(fixture_log_in(&fresh, address, good).status, 429);
    /* the browser she has used before, and the link by mail, let her in */
    assert_int_equal(testing_post(&f->ann, "/logout", "").status, 303);
    assert_int_equal(fixture_log_in(&f->ann, address, good).status, 303);
    assert_int_equal(fixture_post(&fresh, "/login/link", "email=%s", address).status, 200);
    assert_int_equal(testing_post(&fresh, fixture_mailed_path(f, address), "").status, 303);
    assert_int_equal(fixture_viewer(&fresh).v, mara.v);
    /* an address that nobody has is counted alike */
    for (int i = 0; i <= MOST; i++)
        assert_int_equal(fixture_log_in(&guesser, fixture_address(f, "nobody"), wrong).status,
                         i < MOST ? 422 : 429);
    testing_advance(&f->t, 15 * (int64_t)MINUTE_MS + 1);
    assert_int_equal(fixture_log_in(&guesser, address, good).status, 303);
}

struct guess {
    struct fixture *f;
    const char *address;
    int status;
};

static void *guess(void *arg)
{
    struct guess *g = arg;
    struct testing_browser b = {.testing = &g->f->t};
    g->status = fixture_log_in(&b, g->address, wrong).status;
    return NULL;
}

static void guesses_at_once_count(struct fixture *f)
{
    pthread_t threads[GUESSERS];
    struct guess guesses[GUESSERS];
    int heard = 0;
    fixture_member(f, "mara");
    for (int i = 0; i < GUESSERS; i++) {
        guesses[i] = (struct guess){f, fixture_address(f, "mara"), 0};
        pthread_create(&threads[i], NULL, guess, &guesses[i]);
    }
    for (int i = 0; i < GUESSERS; i++) {
        pthread_join(threads[i], NULL);
        heard += guesses[i].status == 422;
    }
    assert_int_equal(heard, MOST);
}

static void mails_are_few(struct fixture *f)
{
    const char *address = fixture_address(f, "mara");
    fixture_member(f, "mara");
    for (int i = 0; i < 6; i++)
        assert_int_equal(fixture_post(&f->bob, "/forgot", "email=%s", address).status,
                         i < 5 ? 200 : 429);
    testing_drain(&f->t);
    assert_int_equal(fixture_mail_count(), 5);
    assert_int_equal(
        fixture_post(&f->bob, "/forgot", "email=%s", fixture_address(f, "nobody")).status, 200);
    testing_drain(&f->t);
    assert_int_equal(fixture_mail_count(), 5);
}

static void reset(struct fixture *f)
{
    const char *address = fixture_address(f, "mara");
    struct account_id mara = fixture_member(f, "mara");
    assert_int_equal(fixture_log_in(&f->ann, address, good).status, 303);
    assert_int_equal(fixture_post(&f->bob, "/forgot", "email=%s", address).status, 200);
    const char *path = fixture_mailed_path(f, address);
    assert_int_equal(testing_get(&f->bob, path).status, 200);
    assert_int_equal(fixture_post(&f->bob, path, "password=password1").status, 422);
    assert_int_equal(fixture_post(&f->bob, path, "password=green+window+seven").status, 303);
    assert_int_equal(fixture_viewer(&f->bob).v, mara.v);
    assert_int_equal(fixture_viewer(&f->ann).v, 0);
    assert_int_equal(fixture_post(&f->bob, path, "password=green+window+eight").status, 403);
    assert_int_equal(fixture_log_in(&f->ann, address, good).status, 422);
    assert_int_equal(fixture_log_in(&f->ann, address, "green+window+seven").status, 303);
    /* a link for half an hour */
    assert_int_equal(fixture_post(&f->bob, "/forgot", "email=%s", address).status, 200);
    path = fixture_mailed_path(f, address);
    testing_advance(&f->t, 31 * (int64_t)MINUTE_MS);
    assert_int_equal(testing_get(&f->bob, path).status, 403);
    assert_int_equal(fixture_post(&f->bob, path, "password=green+window+eight").status, 403);
}

static void new_password(struct fixture *f)
{
    const char *address = fixture_address(f, "mara");
    struct account_id mara = fixture_member(f, "mara");
    assert_int_equal(fixture_log_in(&f->ann, address, good).status, 303);
    assert_int_equal(fixture_log_in(&f->bob, address, good).status, 303);
    assert_int_equal(
        fixture_post(&f->ann, "/me/password", "current=%s&password=green+window+seven", wrong)
            .status,
        422);
    assert_int_equal(
        fixture_post(&f->ann, "/me/password", "current=%s&password=12345678", good).status, 422);
    assert_int_equal(fixture_viewer(&f->bob).v, mara.v);
    /* as typed: blanks around, other scripts, more than 72 bytes */
    static const char strange[] =
        "+%E8%8C%B6%E9%A6%86+%E9%9B%A8%E5%A4%A9"
        "+0123456789012345678901234567890123456789012345678901234567890123456789x+";
    assert_int_equal(
        fixture_post(&f->ann, "/me/password", "current=%s&password=%s", good, strange).status, 303);
    assert_int_equal(fixture_viewer(&f->ann).v, mara.v);
    assert_int_equal(fixture_viewer(&f->bob).v, 0);
    assert_int_equal(fixture_log_in(&f->bob, address, strange + 1).status, 422);
    assert_int_equal(fixture_log_in(&f->bob, address, strange).status, 303);
}

static void sessions(struct fixture *f)
{
    struct account_id mara = fixture_member(f, "mara");
    fixture_member(f, "olga");
    assert_int_equal(fixture_log_in(&f->ann, fixture_address(f, "mara"), good).status, 303);
    assert_int_equal(fixture_log_in(&f->bob, fixture_address(f, "mara"), good).status, 303);
    struct testing_browser olga = {.testing = &f->t};
    assert_int_equal(fixture_log_in(&olga, fixture_address(f, "olga"), good).status, 303);
    struct testing_answer page = testing_get(&f->ann, "/me");
    ptrdiff_t at = str_find(page.body, S("/me/sessions/"));
    assert_true(at > 0);
    str rest = str_from(page.body, (size_t)at), path = str_cut(&rest, '"');
    const char *end = fixture_text(f, "%.*s", STR_ARG(path));
    assert_int_equal(testing_post(&olga, end, "").status, 404);
    assert_int_equal(fixture_viewer(&f->bob).v, mara.v);
    assert_int_equal(testing_post(&f->ann, end, "").status, 303);
    assert_int_equal(fixture_viewer(&f->bob).v, 0);
    assert_int_equal(testing_post(&f->ann, end, "").status, 404);
}

static void guest_joins(struct fixture *f)
{
    struct account_id mara = fixture_member(f, "mara");
    assert_int_equal(
        testing_api(&f->ann, HTTP_POST, "/api/v1/guests", "{\"name\":\"Nina\"}", NULL).status, 201);
    struct account_id guest = fixture_viewer(&f->ann);
    assert_int_equal(fixture_log_in(&f->ann, fixture_address(f, "mara"), good).status, 303);
    testing_drain(&f->t);
    assert_int_equal(fixture_merged.from, guest.v);
    assert_int_equal(fixture_merged.into, mara.v);
    /* a member who logs in as another stays herself */
    fixture_member(f, "olga");
    assert_int_equal(fixture_log_in(&f->ann, fixture_address(f, "olga"), good).status, 303);
    testing_drain(&f->t);
    assert_int_equal(fixture_merged.into, mara.v);
    assert_int_equal(fixture_log_in(&f->bob, fixture_address(f, "mara"), good).status, 303);
}

/* The same row: what she did as a guest is hers without any merge. */
static void guest_signs_up(struct fixture *f)
{
    assert_int_equal(
        testing_api(&f->ann, HTTP_POST, "/api/v1/guests", "{\"name\":\"Nina\"}", NULL).status, 201);
    struct account_id guest = fixture_viewer(&f->ann);
    assert_int_equal(fixture_post(&f->ann, "/signup",
                                  "name=Nina+Alves&email=%s&password=red+lantern+hill",
                                  fixture_address(f, "nina"))
                         .status,
                     303);
    assert_int_equal(fixture_viewer(&f->ann).v, guest.v);
    assert_int_equal(fixture_log_in(&f->bob, fixture_address(f, "nina"), wrong).status, 303);
    assert_int_equal(fixture_viewer(&f->bob).v, guest.v);
}

static void hostile_words(struct fixture *f)
{
    const char *address = fixture_address(f, "eve");
    static const char *const names[] = {
        "",      "++",
        "a%0Ab", "%E2%80%AEevil",
        "%FF",   "0123456789012345678901234567890123456789012345678901234567890"};
    for (size_t i = 0; i < COUNT(names); i++) {
        int status = fixture_post(&f->bob, "/signup", "name=%s&email=%s&password=red+lantern+hill",
                                  names[i], address)
                         .status;
        assert_true(status == 422 || status == 400);
    }
    static const char *const addresses[] = {
        "", "x", "a@b", "a@b.c%0D%0ABcc:z@z.zz", "%22a%22@b.cc", "a@b.cc,z@z.zz", "a@@b.cc"};
    for (size_t i = 0; i < COUNT(addresses); i++)
        assert_int_equal(fixture_post(&f->bob, "/signup",
                                      "name=Eve&password=red+lantern+hill&email=%s", addresses[i])
                             .status,
                         422);
    assert_int_equal(fixture_post(&f->bob, "/signup",
                                  "name=%%3Cscript%%3E&email=%s&password=red+lantern+hill", address)
                         .status,
                     303);
    struct testing_answer me = testing_get(&f->bob, "/me");
    assert_true(str_find(me.body, S("<script>")) < 0);
    assert_true(str_find(me.body, S("&lt;script&gt;")) > 0);
    /* fields that are not asked for change nothing */
    assert_int_equal(fixture_post(&f->bob, "/me/profile",
                                  "name=Eve&handle=eve_%.*s&bio=&is_operator=1&email=x@y.zz",
                                  STR_ARG(f->tail))
                         .status,
                     303);
    assert_true(str_find(testing_api(&f->bob, HTTP_GET, "/api/v1/me", NULL, NULL).body,
                         S("\"email\":null")) > 0);
    struct testing_answer taken = fixture_post(&f->bob, "/me/profile", "name=Eve&handle=UPPER");
    assert_int_equal(taken.status, 422);
    fixture_member(f, "mara");
    assert_int_equal(fixture_log_in(&f->ann, fixture_address(f, "mara"), good).status, 303);
    assert_int_equal(
        fixture_post(&f->ann, "/me/profile", "name=Mara&handle=eve_%.*s", STR_ARG(f->tail)).status,
        409);
}

static void api(struct fixture *f)
{
    const char *body =
        fixture_text(f, "{\"name\":\"Zoe\",\"email\":\"%s\",\"password\":\"red lantern hill\"}",
                     fixture_address(f, "zoe"));
    assert_int_equal(testing_api(&f->ann, HTTP_POST, "/api/v1/accounts", body, NULL).status, 201);
    body = fixture_text(f, "{\"email\":\"%s\",\"password\":\"red lantern hill\"}",
                        fixture_address(f, "zoe"));
    struct testing_answer in = testing_api(&f->bob, HTTP_POST, "/api/v1/sessions", body, NULL);
    assert_int_equal(in.status, 201);
    str token = str_sub(in.body, sizeof "{\"token\":\"" - 1, 43);
    struct testing_browser program = {.testing = &f->t, .bearer = token};
    assert_true(fixture_viewer(&program).v != 0);
    struct testing_answer me = testing_api(&program, HTTP_PATCH, "/api/v1/me",
                                           "{\"bio\":\"Tea\",\"language\":\"zh\"}", NULL);
    assert_int_equal(me.status, 200);
    assert_true(str_find(me.body, S("\"bio\":\"Tea\"")) > 0);
    assert_true(str_find(me.body, S("\"language\":\"zh\"")) > 0);
    assert_int_equal(testing_api(&program, HTTP_PATCH, "/api/v1/me", "{\"name\":7}", NULL).status,
                     400);
    struct testing_answer list = testing_api(&program, HTTP_GET, "/api/v1/sessions", NULL, NULL);
    assert_true(str_find(list.body, S("\"is_current\":true")) > 0);
    assert_int_equal(
        testing_api(&program, HTTP_PUT, "/api/v1/me/password",
                    "{\"current\":\"red lantern hill\",\"password\":\"green window seven\"}", NULL)
            .status,
        204);
    assert_int_equal(fixture_viewer(&f->ann).v, 0);
    assert_int_equal(
        testing_api(&program, HTTP_DELETE, "/api/v1/sessions/current", NULL, NULL).status, 204);
    assert_int_equal(testing_api(&program, HTTP_GET, "/api/v1/me", NULL, NULL).status, 401);
    assert_int_equal(testing_api(&f->ann, HTTP_POST, "/api/v1/links",
                                 fixture_text(f, "{\"email\":\"%s\"}", fixture_address(f, "zoe")),
                                 NULL)
                         .status,
                     202);
}

static void languages(struct fixture *f)
{
    fixture_member(f, "mara");
    assert_int_equal(fixture_log_in(&f->ann, fixture_address(f, "mara"), good).status, 303);
    assert_int_equal(testing_post(&f->ann, "/me/language", "language=zh").status, 303);
    assert_true(str_find(testing_get(&f->ann, "/me").body, S("已登录的设备")) > 0);
    /* a new browser follows the account */
    assert_int_equal(fixture_log_in(&f->bob, fixture_address(f, "mara"), good).status, 303);
    assert_true(str_find(testing_get(&f->bob, "/me").body, S("已登录的设备")) > 0);
    assert_int_equal(testing_post(&f->ann, "/me/language", "language=tlh").status, 422);
}

static const struct err *many_try(struct turn *t, void *arg)
{
    (void)arg;
    for (int i = 0; i < JOB_PRUNE_ROWS + 1; i++) {
        str whom;
        TRY(str_fmt(t->arena, &whom, "%lld@example.org", (long long)turn_new_id(t)));
        TRY(account_try_take(t, "login", whom, MOST, 60 * 1000));
    }
    return NULL;
}

static void old_tries_are_forgotten_in_slices(struct fixture *f)
{
    const int64_t day = 24 * 3600 * INT64_C(1000);
    testing_advance(&f->t, 3 * day);
    testing_drain(&f->t); /* what other tests left */
    testing_turn(&f->t, (struct account_id){0}, many_try, NULL);
    assert_false(testing_job_slice(&f->t, &account_feature, "account.prune"));
    testing_advance(&f->t, 2 * day);
    assert_true(testing_job_slice(&f->t, &account_feature, "account.prune"));
    assert_false(testing_job_slice(&f->t, &account_feature, "account.prune"));
}

ON_BOTH_BY(fixture_on, in_and_out)
ON_BOTH_BY(fixture_on, known_and_unknown_look_alike)
ON_BOTH_BY(fixture_on, guessing_locks_nobody_out)
ON_BOTH_BY(fixture_on, guesses_at_once_count)
ON_BOTH_BY(fixture_on, mails_are_few)
ON_BOTH_BY(fixture_on, reset)
ON_BOTH_BY(fixture_on, new_password)
ON_BOTH_BY(fixture_on, sessions)
ON_BOTH_BY(fixture_on, guest_joins)
ON_BOTH_BY(fixture_on, guest_signs_up)
ON_BOTH_BY(fixture_on, hostile_words)
ON_BOTH_BY(fixture_on, api)
ON_BOTH_BY(fixture_on, languages)
ON_BOTH_BY(fixture_on, old_tries_are_forgotten_in_slices)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(in_and_out),
        BOTH(known_and_unknown_look_alike),
        BOTH(guessing_locks_nobody_out),
        BOTH(guesses_at_once_count),
        BOTH(mails_are_few),
        BOTH(reset),
        BOTH(new_password),
        BOTH(sessions),
        BOTH(guest_joins),
        BOTH(guest_signs_up),
        BOTH(hostile_words),
        BOTH(api),
        BOTH(languages),
        BOTH(old_tries_are_forgotten_in_slices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
