#include "fixture.h"

#include <stdarg.h>
#include <string.h>

#include "app/features.h"
#include "core/ports/mail_port.h"
#include "sys/crypto.h"
#include "web/page.h"

enum { MAILS_MAX = 64, MAIL_MAX = 4000, FEATURES_MAX = 60 };

struct fixture_merge fixture_merged;
int fixture_verified_count;

static struct {
    char to[300], text[MAIL_MAX];
} mails[MAILS_MAX];
static size_t mail_count;

static void keep(char *to, size_t room, str text)
{
    size_t length = text.len < room ? text.len : room - 1;
    memcpy(to, text.ptr, length);
    to[length] = '\0';
}

static const struct err *ready(struct platform *p, struct arena *a, bool *ret)
{
    (void)p;
    (void)a;
    *ret = true;
    return NULL;
}

static const struct err *send(struct platform *p, struct arena *a, const struct mail *m)
{
    (void)p;
    (void)a;
    ASSERT(mail_count < MAILS_MAX);
    keep(mails[mail_count].to, sizeof mails[0].to, m->to);
    keep(mails[mail_count].text, sizeof mails[0].text, m->text);
    mail_count++;
    return NULL;
}

static const struct err *note(struct turn *t, const struct event *e)
{
    if (str_eq(str_c(e->kind), S("account.merged")))
        fixture_merged = (struct fixture_merge){e->subject_id, e->object_id};
    else
        fixture_verified_count += !db_is_rehearsal(t->tx);
    return NULL;
}

static const struct mailer mailer = {.name = "mailbox", .ready = ready, .send = send};
static const char *const kinds[] = {"account.merged", "account.verified", NULL};
static const struct event_subscriber subscribers[] = {{"mailbox.note", kinds, note}};
static const char *const needs[] = {NULL};
static const struct feature mailbox_feature = {.name = "mailbox",
                                               .needs = needs,
                                               .mailer = &mailer,
                                               .subscribers = subscribers,
                                               .subscriber_count = COUNT(subscribers)};

/* The mailbox comes before the program's own mailer. */
static const struct feature *features[FEATURES_MAX] = {&mailbox_feature};

void fixture_open(struct fixture *f, enum db_engine engine)
{
    *f = (struct fixture){.ann = {.testing = &f->t}, .bob = {.testing = &f->t}};
    ASSERT(app_feature_count < FEATURES_MAX);
    for (size_t i = 0; i < app_feature_count; i++)
        features[i + 1] = app_features[i];
    struct testing_config config = {.engine = engine,
                                    .features = features,
                                    .feature_count = app_feature_count + 1,
                                    .texts = &texts,
                                    .pages = {page_error, page_confirm, page_personal}};
    testing_open_config(&f->t, &config);
    struct id_text tail = id_format((int64_t)(rng_u64(&rng_system) >> 1));
    testing_must(str_dup(&f->t.arena, str_from(id_str(&tail), 5), &f->tail));
    testing_drain(&f->t); /* what an earlier run left in a store that stays */
    mail_count = 0;
    fixture_verified_count = 0;
    fixture_merged = (struct fixture_merge){0};
}

void fixture_close(struct fixture *f)
{
    testing_close(&f->t);
}

void fixture_on(enum db_engine engine, void (*test)(struct fixture *f))
{
    struct fixture f;
    fixture_open(&f, engine);
    test(&f);
    fixture_close(&f);
}

const char *fixture_text(struct fixture *f, const char *fmt, ...)
{
    struct strbuf sb;
    str text;
    va_list args;
    strbuf_init(&sb, &f->t.arena, MiB(2));
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    testing_must(strbuf_finish(&sb, &text));
    return text.ptr;
}

const char *fixture_address(struct fixture *f, const char *who)
{
    return fixture_text(f, "%s-%.*s@example.com", who, STR_ARG(f->tail));
}

struct making {
    struct account_new made;
    struct account_id id;
};

static const struct err *make(struct turn *t, void *arg)
{
    struct making *m = arg;
    return account_create(t, &m->made, &m->id);
}

struct account_id fixture_member(struct fixture *f, const char *who)
{
    struct making m = {.made = {.name = str_c(who),
                                .email = str_c(fixture_address(f, who)),
                                .email_verified = true}};
    testing_must(crypto_password_hash(&f->t.arena, &rng_system, secret_of(S("blue kettle moon")),
                                      &m.made.password_hash));
    testing_turn(&f->t, (struct account_id){0}, make, &m);
    return m.id;
}

struct account_id fixture_guest(struct fixture *f)
{
    struct making m = {.made = {.name = S("Guest")}};
    testing_turn(&f->t, (struct account_id){0}, make, &m);
    return m.id;
}

struct inviting {
    struct account_id id;
    str address, next, path;
};

static const struct err *invite(struct turn *t, void *arg)
{
    struct inviting *x = arg;
    return account_welcome_path(t, x->id, x->address, x->next, &x->path);
}

const char *fixture_welcome_path(struct fixture *f, struct account_id id, const char *address,
                                 const char *next)
{
    struct inviting x = {.id = id, .address = str_c(address), .next = str_c(next)};
    testing_turn(&f->t, (struct account_id){0}, invite, &x);
    return fixture_text(f, "%.*s", STR_ARG(x.path));
}

struct testing_answer fixture_post(struct testing_browser *b, const char *path, const char *fmt,
                                   ...)
{
    static _Thread_local char form[4096];
    va_list args;
    va_start(args, fmt);
    int length = vsnprintf(form, sizeof form, fmt, args);
    va_end(args);
    ASSERT(length >= 0 && (size_t)length < sizeof form);
    return testing_post(b, path, form);
}

struct testing_answer fixture_log_in(struct testing_browser *b, const char *address,
                                     const char *password)
{
    return fixture_post(b, "/login", "email=%s&password=%s&next=/me", address, password);
}

struct account_id fixture_viewer(struct testing_browser *b)
{
    struct testing_answer me = testing_api(b, HTTP_GET, "/api/v1/me", NULL, NULL);
    struct account_id id = {0};
    ptrdiff_t at = str_find(me.body, S("\"id\":\""));
    if (me.status == 200)
        ASSERT(id_parse(str_sub(me.body, (size_t)at + 6, ID_TEXT_LEN), &id.v));
    return id;
}

const char *fixture_mailed_path(struct fixture *f, const char *address)
{
    static const str base = STR_INIT("http://pond.test");
    testing_drain(&f->t);
    for (size_t i = mail_count; i > 0; i--) {
        str text = str_c(mails[i - 1].text);
        ptrdiff_t at = str_find(text, base);
        if (!str_eq(str_c(mails[i - 1].to), str_c(address)) || at < 0)
            continue;
        str rest = str_from(text, (size_t)at + base.len), path = str_cut(&rest, '\n');
        return fixture_text(f, "%.*s", STR_ARG(path));
    }
    return NULL;
}

size_t fixture_mail_count(void)
{
    return mail_count;
}
