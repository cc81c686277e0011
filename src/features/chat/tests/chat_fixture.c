#include "chat_fixture.h"

#include <stdio.h>

#include "catalog/catalog.h"
#include "pool/pool.h"
#include "core/session.h"
#include "core/web_cookie.h"

struct pigeon pigeon;

static const struct err *pigeon_send(struct platform *p, struct arena *a,
                                     const struct channel_message_out *m, str *ret_ref)
{
    (void)p;
    if (m->shop_id.v != pigeon.shop.v)
        return NULL;
    if (pigeon.refusals_left > 0) {
        pigeon.refusals_left--;
        return pigeon.refusal;
    }
    snprintf(pigeon.texts[pigeon.count++ % 20], sizeof pigeon.texts[0], "%.*s", STR_ARG(m->text));
    return str_fmt(a, ret_ref, "%d", pigeon.count);
}

static const struct channel pigeon_channel = {
    .name = "pigeon", .label_key = "chat.title", .pace_ms = 1000, .send = pigeon_send};
static const char *const no_needs[] = {NULL};
static const struct feature pigeon_feature = {
    .name = "pigeon", .needs = no_needs, .channel = &pigeon_channel};

static const struct feature *const features[] = {
    &account_feature,  &media_feature, &shop_feature, &catalog_feature,
    &identity_feature, &pool_feature,  &chat_feature, &pigeon_feature,
};

struct heard heard;

/* Answers "bot: " and the words; "buttons" gives two of them, "person" asks for one. */
static const struct err *listener(struct turn *t, const struct conversation *c,
                                  const struct chat_in *m)
{
    struct message_id id;
    struct chat_out out = {0};
    heard.count += !db_is_rehearsal(t->tx);
    heard.had_form = m->form != NULL;
    snprintf(heard.text, sizeof heard.text, "%.*s", STR_ARG(m->text));
    snprintf(heard.token, sizeof heard.token, "%.*s", STR_ARG(m->token));
    snprintf(heard.payload, sizeof heard.payload, "%.*s", STR_ARG(c->start_payload));
    if (str_eq(m->text, S("person")))
        return chat_holder_set(t, c->shop_id, c->id, CHAT_WANTS_PERSON);
    TRY(str_fmt(t->arena, &out.text, "bot: %.*s", STR_ARG(m->text)));
    if (str_eq(m->text, S("address")))
        out.form = S("address");
    if (str_eq(m->text, S("buttons"))) {
        out.buttons[0] = (struct chat_button){.label = S("Medium"), .token = S("size-m")};
        out.buttons[1] = (struct chat_button){.label = S("Large"), .token = S("size-l")};
        out.button_count = 2;
    }
    return chat_send(t, c->shop_id, c->id, CHAT_FROM_BOT, &out, &id);
}

struct setup {
    struct chat_fixture *f;
    str suffix;
};

static const struct err *make_shop(struct turn *t, str handle, struct shop_id *ret)
{
    struct shop_new n = {.handle = handle,
                         .name = S("Reef & Salt"),
                         .tagline = S("Swim"),
                         .about = S(""),
                         .currency = S("EUR"),
                         .language = S("en"),
                         .country = S("PT"),
                         .zone = S("Europe/Lisbon"),
                         .contact_email = S("reef@example.org"),
                         .delivery_text = S(""),
                         .returns_text = S(""),
                         .accent = S("water")};
    return shop_create(t, &n, ret);
}

static const struct err *set_up(struct turn *t, void *arg)
{
    struct setup *s = arg;
    struct account_id stranger;
    TRY(account_create(t, &(struct account_new){.name = S("Olga Owner"), .language = S("en")},
                       &s->f->owner));
    TRY(account_create(t, &(struct account_new){.name = S("Sam Stranger"), .language = S("en")},
                       &stranger));
    TRY(account_guest_make(t, S("Nina Alves"), S("en"), &s->f->nina));
    TRY(account_guest_make(t, S("Tom Brandt"), S("zh"), &s->f->tom));
    t->actor = s->f->owner;
    TRY(make_shop(t, s->f->handle, &s->f->shop));
    t->actor = stranger;
    return make_shop(t, s->f->other_handle, &s->f->other_shop);
}

struct sign_in {
    struct account_id account;
    str token;
};

static const struct err *sign_in_turn(struct turn *t, void *arg)
{
    struct sign_in *s = arg;
    struct session_id id;
    return session_create(t, s->account, S("test"), &id, &s->token);
}

static struct testing_browser browser_of(struct chat_fixture *f, struct account_id account)
{
    struct sign_in s = {.account = account};
    testing_turn(&f->t, account, sign_in_turn, &s);
    struct testing_browser b = {.testing = &f->t, .cookie_count = 1};
    b.cookie_names[0] = S("mp");
    b.cookie_values[0] = s.token;
    return b;
}

struct chat_fixture *chat_fixture_open(enum db_engine engine)
{
    static struct chat_fixture f;
    f = (struct chat_fixture){0};
    heard = (struct heard){0};
    pigeon = (struct pigeon){0};
    testing_open(&f.t, engine, features, COUNT(features));
    chat_listen(listener);
    uint64_t number = rng_u64(&rng_system) % 1000000000;
    testing_must(str_fmt(&f.t.arena, &f.handle, "reef-%llu", (unsigned long long)number));
    testing_must(str_fmt(&f.t.arena, &f.other_handle, "kiln-%llu", (unsigned long long)number));
    struct setup s = {.f = &f};
    testing_turn(&f.t, (struct account_id){0}, set_up, &s);
    pigeon.shop = f.shop;
    f.owner_browser = browser_of(&f, f.owner);
    f.nina_browser = browser_of(&f, f.nina);
    f.tom_browser = browser_of(&f, f.tom);
    return &f;
}

void chat_on(enum db_engine engine, void (*test)(struct chat_fixture *f))
{
    struct chat_fixture *f = chat_fixture_open(engine);
    test(f);
    testing_close(&f->t);
}

/* ---- commands ---- */

struct opening {
    struct chat_open open;
    struct conversation conversation;
    bool made;
};

static const struct err *open_turn(struct turn *t, void *arg)
{
    struct opening *o = arg;
    return chat_open(t, &o->open, &o->conversation, &o->made);
}

struct conversation chat_fixture_open_site(struct chat_fixture *f, struct account_id account)
{
    struct id_text user = id_format(account.v);
    struct opening o = {.open = {.shop_id = f->shop,
                                 .channel = S("site"),
                                 .channel_user_id = id_str(&user),
                                 .account_id = account,
                                 .customer_name = S("Nina Alves"),
                                 .language = S("en")}};
    testing_turn(&f->t, account, open_turn, &o);
    return o.conversation;
}

static const struct err *say_turn(struct turn *t, void *arg)
{
    return chat_receive_message(t, arg);
}

const struct err *chat_fixture_say(struct chat_fixture *f, struct conversation_id id,
                                   const char *event, const char *text, const char *token)
{
    struct chat_in in = {.shop_id = f->shop,
                         .conversation_id = id,
                         .event_id = str_c(event),
                         .text = str_c(text),
                         .token = str_c(token)};
    return turn_run(f->t.platform, &f->t.arena, f->nina, say_turn, &in);
}

struct sending {
    struct shop_id shop;
    struct conversation_id id;
    struct chat_out out;
    struct message_id message;
};

static const struct err *send_turn(struct turn *t, void *arg)
{
    struct sending *s = arg;
    return chat_send(t, s->shop, s->id, CHAT_FROM_BOT, &s->out, &s->message);
}

struct message_id chat_fixture_send(struct chat_fixture *f, struct conversation_id id,
                                    const char *text, const char *const *buttons)
{
    struct sending s = {.shop = f->shop, .id = id, .out = {.text = str_c(text)}};
    for (; buttons != NULL && *buttons != NULL; buttons += 2)
        s.out.buttons[s.out.button_count++] =
            (struct chat_button){.label = str_c(buttons[0]), .token = str_c(buttons[1])};
    testing_turn(&f->t, (struct account_id){0}, send_turn, &s);
    return s.message;
}

struct conversation chat_fixture_read(struct chat_fixture *f, struct shop_id shop,
                                      struct conversation_id id)
{
    struct conversation c;
    struct tx *tx = NULL;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(chat_conversation(tx, &f->t.arena, shop, id, &c));
    db_read_end(tx);
    return c;
}

/* ---- the other channel ---- */

static const struct err *fly_turn(struct turn *t, void *arg)
{
    return channel_receive(t, arg);
}

const struct err *chat_fixture_fly(struct chat_fixture *f, const char *user, const char *event,
                                   const char *text, const char *payload)
{
    struct channel_message_in m = {.channel = "pigeon",
                                   .shop_id = f->shop,
                                   .event_id = str_c(event),
                                   .user_id = str_c(user),
                                   .user_name = S("Pia \x07<b>"),
                                   .language = S("zh-hans"),
                                   .text = str_c(text),
                                   .start_payload = str_c(payload)};
    return turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, fly_turn, &m);
}

struct finding {
    struct chat_open open;
    struct conversation conversation;
};

static const struct err *find_turn(struct turn *t, void *arg)
{
    struct finding *x = arg;
    bool is_made;
    TRY(chat_open(t, &x->open, &x->conversation, &is_made));
    ASSERT(!is_made);
    return NULL;
}

struct conversation chat_fixture_pigeon(struct chat_fixture *f, const char *user)
{
    struct finding x = {
        .open = {.shop_id = f->shop, .channel = S("pigeon"), .channel_user_id = str_c(user)}};
    testing_turn(&f->t, (struct account_id){0}, find_turn, &x);
    return x.conversation;
}
