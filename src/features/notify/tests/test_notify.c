/* The outbox: told once, tried again, dead, sent again, held while there is no mail server; and its
 * console page. */
#include <string.h>

#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "base/timefmt.h"
#include "core/ports/mail_port.h"
#include "core/session.h"
#include "core/testing.h"
#include "notify/notify.h"
#include "shop/shop.h"
#include "web/page.h"

enum { FEATURES_MAX = 60, TRIES_MOST = 14 };

/* ---- a mail server that does as it is told ---- */

static enum { TAKES, SAYS_LATER, SAYS_NEVER, IS_AWAY } mood;
static int sent, tried;
static char last_text[4000], last_html[4000], last_id[80], first_id[80];

static const struct err *ready(struct platform *p, struct arena *arena, bool *ret)
{
    (void)p;
    (void)arena;
    *ret = mood != IS_AWAY;
    return NULL;
}

static void keep(char *to, size_t room, str text)
{
    size_t length = text.len < room ? text.len : room - 1;
    memcpy(to, text.ptr, length);
    to[length] = '\0';
}

static const struct err *send(struct platform *p, struct arena *arena, const struct mail *m)
{
    (void)p;
    keep(tried++ == 0 ? first_id : last_id, sizeof last_id, m->message_id);
    if (mood == SAYS_LATER)
        return ERR(arena, ERR_UNAVAILABLE, "mail.unreachable", "451 later");
    if (mood == SAYS_NEVER)
        return ERR(arena, ERR_INVALID, "mail.refused", "550 no such box");
    keep(last_text, sizeof last_text, m->text);
    keep(last_html, sizeof last_html, m->html);
    sent++;
    return NULL;
}

static const struct mailer mailer = {.name = "mailbox", .ready = ready, .send = send};
static const char *const no_needs[] = {NULL};
static const struct feature mailbox_feature = {
    .name = "mailbox", .needs = no_needs, .mailer = &mailer};
static const struct feature *features[FEATURES_MAX] = {&mailbox_feature};

/* ---- two shops ---- */

struct fixture {
    struct testing t;
    struct account_id owner;
    struct shop_id shop, other_shop;
    str handle, other_handle;
    struct testing_browser browser;
    int64_t cause;
};

static const struct err *make_shop(struct turn *t, str handle, struct shop_id *ret)
{
    TRY(account_guest_make(t, S("Mara"), S("en"), &t->actor));
    return shop_create(
        t,
        &(struct shop_new){
            .handle = handle, .name = S("Reef"), .currency = S("EUR"), .country = S("NL")},
        ret);
}

static const struct err *set_up(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    struct session_id id;
    str token;
    TRY(make_shop(t, f->other_handle, &f->other_shop));
    TRY(make_shop(t, f->handle, &f->shop));
    f->owner = t->actor;
    TRY(session_create(t, f->owner, S("test"), &id, &token));
    f->browser = (struct testing_browser){.testing = &f->t, .cookie_count = 1};
    f->browser.cookie_names[0] = S("mp");
    f->browser.cookie_values[0] = token;
    return NULL;
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    *f = (struct fixture){.cause = 7};
    ASSERT(app_feature_count < FEATURES_MAX);
    for (size_t i = 0; i < app_feature_count; i++)
        features[i + 1] = app_features[i];
    struct testing_config config = {.engine = engine,
                                    .features = features,
                                    .feature_count = app_feature_count + 1,
                                    .texts = &texts,
                                    .pages = {page_error, page_confirm, page_personal}};
    mood = TAKES;
    testing_open_config(&f->t, &config);
    unsigned number = (unsigned)(rng_u64(&rng_system) % 1000000000);
    testing_must(str_fmt(&f->t.arena, &f->handle, "reef-%u", number));
    testing_must(str_fmt(&f->t.arena, &f->other_handle, "kiln-%u", number));
    testing_turn(&f->t, (struct account_id){0}, set_up, f);
    testing_drain(&f->t);
    sent = tried = 0;
}

static void on(enum db_engine engine, void (*test)(struct fixture *f))
{
    struct fixture f;
    open_fixture(&f, engine);
    test(&f);
    testing_close(&f.t);
}

struct letter_arg {
    struct fixture *f;
    struct notify_letter letter;
};

static const struct err *letter_turn(struct turn *t, void *arg)
{
    return notify_letter_send(t, &((struct letter_arg *)arg)->letter);
}

static const struct notify_row rows[] = {{STR_INIT("Coral <suit> x 1"), STR_INIT("49.00"), false},
                                         {STR_INIT("Total"), STR_INIT("49.00"), true}};

static struct notify_letter letter_of(const struct fixture *f)
{
    return (struct notify_letter){.shop_id = f->shop,
                                  .kind = "order.confirmation",
                                  .cause_id = f->cause,
                                  .to = S("nina@example.com"),
                                  .to_name = S("Nina"),
                                  .language = S("en"),
                                  .from_name = S("Reef"),
                                  .subject = S("Your order 7"),
                                  .heading = S("Thank you, <Nina>"),
                                  .paragraphs = {S("It is on its way.")},
                                  .paragraph_count = 1,
                                  .rows = rows,
                                  .row_count = COUNT(rows),
                                  .button_label = S("See it"),
                                  .button_path = S("/o/7?key=a&b=c")};
}

static const struct err *tell(struct fixture *f, const struct notify_letter *letter)
{
    struct letter_arg x = {f, *letter};
    return turn_run(f->t.platform, &f->t.arena, f->owner, letter_turn, &x);
}

static struct notify_mail the_mail(struct fixture *f)
{
    struct tx *tx;
    struct notify_mail *mails;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(notify_list(tx, &f->t.arena, f->shop, 0, 0, 10, &mails, &count));
    db_read_end(tx);
    assert_int_equal(count, 1);
    return mails[0];
}

static const char *path_of(struct fixture *f, str handle, const char *rest)
{
    str path;
    testing_must(str_fmt(&f->t.arena, &path, "/console/%.*s/mails%s", STR_ARG(handle), rest));
    return path.ptr;
}

/* ---- tests ---- */

static void told_once(struct fixture *f)
{
    struct notify_letter letter = letter_of(f);
    testing_must(tell(f, &letter));
    testing_must(tell(f, &letter));
    testing_drain(&f->t);
    testing_must(tell(f, &letter));
    testing_drain(&f->t);
    assert_int_equal(sent, 1);
    assert_int_equal(the_mail(f).state, NOTIFY_SENT);
    assert_non_null(strstr(last_text, "Coral <suit> x 1: 49.00"));
    assert_non_null(strstr(last_text, "http://pond.test/o/7?key=a&b=c"));
    assert_non_null(strstr(last_html, "Thank you, &lt;Nina&gt;"));
    assert_non_null(strstr(last_html, "href=\"http://pond.test/o/7?key=a&amp;b=c\""));
    assert_null(strstr(last_html, "<suit>"));
}

static void later_means_again(struct fixture *f)
{
    struct notify_letter letter = letter_of(f);
    mood = SAYS_LATER;
    testing_must(tell(f, &letter));
    testing_drain(&f->t);
    assert_int_equal(tried, 1);
    assert_int_equal(the_mail(f).state, NOTIFY_WAITING);
    mood = TAKES;
    testing_advance(&f->t, MINUTE_MS);
    testing_drain(&f->t);
    assert_int_equal(sent, 1);
    assert_string_equal(last_id, first_id);
}

static void ends_as_a_dead_letter(struct fixture *f)
{
    struct notify_letter letter = letter_of(f);
    mood = SAYS_LATER;
    testing_must(tell(f, &letter));
    for (int i = 0; i < TRIES_MOST; i++) {
        testing_drain(&f->t);
        assert_int_equal(tried, i + 1);
        testing_advance(&f->t, 8 * (int64_t)HOUR_MS); /* beyond the longest wait, 7.5 */
    }
    struct notify_mail mail = the_mail(f);
    assert_int_equal(mail.state, NOTIFY_DEAD);
    assert_str_equal(mail.reason, "451 later");
}

static void sent_again_from_the_console(struct fixture *f)
{
    struct notify_letter letter = letter_of(f);
    mood = SAYS_NEVER;
    testing_must(tell(f, &letter));
    testing_drain(&f->t);
    struct notify_mail mail = the_mail(f);
    assert_int_equal(tried, 1);
    assert_int_equal(mail.state, NOTIFY_DEAD);
    struct testing_answer page = testing_get(&f->browser, path_of(f, f->handle, "?state=dead"));
    assert_int_equal(page.status, 200);
    assert_true(str_find(page.body, S("550 no such box")) > 0);
    assert_true(str_find(page.body, S("Your order 7")) > 0);
    struct id_text shown = id_format(mail.id);
    str again;
    testing_must(str_fmt(&f->t.arena, &again, "/%s/again", shown.text));
    struct testing_browser nobody = {.testing = &f->t};
    assert_int_equal(testing_post(&nobody, path_of(f, f->handle, again.ptr), "").status, 401);
    assert_int_equal(testing_post(&f->browser, path_of(f, f->other_handle, again.ptr), "").status,
                     404);
    assert_int_equal(testing_get(&f->browser, path_of(f, f->other_handle, "")).status, 404);
    mood = TAKES;
    assert_int_equal(testing_post(&f->browser, path_of(f, f->handle, again.ptr), "").status, 303);
    assert_int_equal(testing_post(&f->browser, path_of(f, f->handle, again.ptr), "").status, 404);
    testing_drain(&f->t);
    assert_int_equal(sent, 1);
    assert_int_equal(the_mail(f).state, NOTIFY_SENT);
    assert_true(str_find(testing_get(&f->browser, path_of(f, f->handle, "?state=dead")).body,
                         S("No mail here")) > 0);
}

/* Without waiting for its minute, which in a store that stays may be of an earlier run. */
static const struct err *look_now(struct turn *t, void *arg)
{
    (void)arg;
    return job_enqueue(t, &(struct job_request){.kind = "mail.held", .key = S("now")});
}

static void held_without_a_server(struct fixture *f)
{
    struct notify_letter letter = letter_of(f);
    mood = IS_AWAY;
    testing_must(tell(f, &letter));
    testing_drain(&f->t);
    assert_int_equal(tried, 0);
    assert_int_equal(the_mail(f).state, NOTIFY_HELD);
    str body = testing_get(&f->browser, path_of(f, f->handle, "?state=waiting")).body;
    assert_true(str_find(body, S("No mail server is set up yet")) > 0);
    assert_true(str_find(body, S("Held back")) > 0);
    mood = TAKES;
    testing_turn(&f->t, (struct account_id){0}, look_now, NULL);
    testing_drain(&f->t);
    assert_int_equal(sent, 1);
    assert_int_equal(the_mail(f).state, NOTIFY_SENT);
}

static void bad_letters(struct fixture *f)
{
    static const char *const addresses[] = {"",
                                            "nina", "nina@", "@x.org", "nina@localhost",
                                            "a@b.org\r\nBcc: z@z.org", "a@b.org, z@z.org",
                                            "\"a b\"@b.org", "a b@b.org", "a@b@c.org", "<a@b.org>",
                                            "j\xc3\xb6rg@b.org", "a@b.org."};
    struct notify_letter letter = letter_of(f);
    for (size_t i = 0; i < COUNT(addresses); i++) {
        letter.to = str_c(addresses[i]);
        const struct err *e = tell(f, &letter);
        assert_non_null(e);
        assert_string_equal(e->key, "notify.bad_address");
        assert_string_equal(e->field, "email");
    }
    letter = letter_of(f);
    letter.subject = S("Your order\r\nBcc: z@z.org");
    assert_string_equal(tell(f, &letter)->key, "notify.bad_subject");
    testing_drain(&f->t);
    assert_int_equal(tried, 0);
}

ON_BOTH_BY(on, told_once)
ON_BOTH_BY(on, later_means_again)
ON_BOTH_BY(on, ends_as_a_dead_letter)
ON_BOTH_BY(on, sent_again_from_the_console)
ON_BOTH_BY(on, held_without_a_server)
ON_BOTH_BY(on, bad_letters)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(told_once),
        BOTH(later_means_again),
        BOTH(ends_as_a_dead_letter),
        BOTH(sent_again_from_the_console),
        BOTH(held_without_a_server),
        BOTH(bad_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
