#include "flow_fixture.h"

#include <stdio.h>


#include "app/features.h"
#include "catalog/catalog.h"
#include "chat/chat_sql.h"
#include "core/session.h"
#include "order/order.h"
#include "social/social.h"

enum { HEARD_MAX = 4000, TOKEN_SPACE = 80, LABEL_SPACE = 100 };

enum payment_step gateway_step;
int gateway_calls;
bool fixture_drains = true;

static struct payment_attempt last_attempt;

static void drain(struct flow_fixture *f)
{
    if (fixture_drains)
        testing_drain(&f->t);
}

/* ---- the ports ---- */

static const struct err *begin(struct platform *p, struct arena *a,
                               const struct payment_attempt *attempt, struct payment_begin *ret)
{
    (void)p;
    gateway_calls++;
    last_attempt = *attempt;
    *ret = (struct payment_begin){
        .step = gateway_step, .saved_method = S("tok"), .method_label = S("Test card ···4242")};
    if (gateway_step == PAYMENT_STEP_REDIRECT)
        ret->redirect = S("/pay/test");
    if (gateway_step == PAYMENT_STEP_FAILED)
        ret->failure_key = "flow.pay_failed";
    return str_fmt(a, &ret->provider_ref, "ref-%lld", (long long)attempt->attempt_id);
}

static const struct payment_gateway gateway = {
    .name = "test", .label_key = "flow.step.pay", .is_test = true, .begin = begin};

static struct {
    char user[40];
    struct said said;
    char labels[CHAT_BUTTONS_MAX][LABEL_SPACE], tokens[CHAT_BUTTONS_MAX][TOKEN_SPACE];
} pigeons[10];

static const struct err *pigeon_send(struct platform *p, struct arena *a,
                                     const struct channel_message_out *m, str *ret_ref)
{
    (void)p;
    (void)a;
    size_t i = 0;
    while (pigeons[i].user[0] != '\0' && !str_eq(str_c(pigeons[i].user), m->user_id))
        i++;
    ASSERT(i + 1 < COUNT(pigeons));
    snprintf(pigeons[i].user, sizeof pigeons[i].user, "%.*s", STR_ARG(m->user_id));
    struct said *said = &pigeons[i].said;
    said->count++;
    snprintf(said->text, sizeof said->text, "%.*s", STR_ARG(m->text));
    said->button_count = m->button_count;
    for (size_t b = 0; b < m->button_count; b++) {
        snprintf(pigeons[i].labels[b], LABEL_SPACE, "%.*s", STR_ARG(m->buttons[b].label));
        snprintf(pigeons[i].tokens[b], TOKEN_SPACE, "%.*s", STR_ARG(m->buttons[b].token));
        said->buttons[b] = (struct chat_button){.label = str_c(pigeons[i].labels[b]),
                                                .token = str_c(pigeons[i].tokens[b])};
    }
    *ret_ref = S("coo");
    return NULL;
}

static const struct channel pigeon = {.name = "pigeon",
                                      .label_key = "flow.preview.bot",
                                      .buttons_per_message = 10,
                                      .buttons_per_row = 2,
                                      .may_write_first = true,
                                      .send = pigeon_send};

static struct {
    struct account_id account;
    struct conversation_id conversation;
    struct message_id message;
} heard[HEARD_MAX];
static int heard_count;

static const struct err *message_heard(struct turn *t, const struct event *e)
{
    if (e->number != CHAT_FROM_BOT || heard_count >= HEARD_MAX || db_is_rehearsal(t->tx))
        return NULL;
    heard[heard_count].account = e->account_id;
    heard[heard_count].conversation = (struct conversation_id){e->subject_id};
    heard[heard_count++].message = (struct message_id){e->object_id};
    return NULL;
}

static const char *const chat_messages[] = {"chat.message", NULL};
static const struct event_subscriber subscribers[] = {
    {"flow_test.heard", chat_messages, message_heard}};
static const char *const no_needs[] = {NULL};
static const struct feature gateway_feature = {.name = "flow_test_gateway",
                                               .needs = no_needs,
                                               .payment_gateway = &gateway,
                                               .subscribers = subscribers,
                                               .subscriber_count = 1};
static const struct feature pigeon_feature = {
    .name = "flow_test_pigeon", .needs = no_needs, .channel = &pigeon};

/* The program's own features without its ports; those are played here. */
static const struct feature *features[64];

static size_t features_fill(void)
{
    size_t count = 0;
    for (size_t i = 0; i < app_feature_count && count + 2 < COUNT(features); i++) {
        const struct feature *feature = app_features[i];
        if (feature->payment_gateway == NULL && feature->channel == NULL && feature->mailer == NULL)
            features[count++] = feature;
    }
    features[count++] = &gateway_feature;
    features[count++] = &pigeon_feature;
    return count;
}

/* ---- the shop ---- */

static const struct err *make_products(struct turn *t, struct flow_fixture *f)
{
    struct variant_input suits[] = {
        {.options = {S("S"), S("Coral")},
         .price_minor = 4900,
         .requires_shipping = true,
         .is_taxable = true},
        {.options = {S("M"), S("Coral")},
         .price_minor = 4900,
         .requires_shipping = true,
         .is_taxable = true},
        {.options = {S("M"), S("Navy")},
         .price_minor = 4900,
         .requires_shipping = true,
         .is_taxable = true},
    };
    struct variant_input mug = {.price_minor = 1800, .requires_shipping = true, .is_taxable = true};
    struct product_input in = {.title = S("Reef One-Piece"),
                               .status = PRODUCT_ACTIVE,
                               .option_names = {S("Size"), S("Colour")},
                               .option_count = 2,
                               .variants = suits,
                               .variant_count = COUNT(suits)};
    struct product product;
    bool changed = false;
    TRY(catalog_save(t, f->shop, &in, (struct product_id){0}, &f->suit, &changed));
    TRY(catalog_product(t->tx, t->arena, f->shop, f->suit, &product));
    for (size_t i = 0; i < product.variant_count; i++)
        TRY(stock_set(t, f->shop, product.variants[i].id, 5, "set"));
    f->suit_m_navy = product.variants[2].id;
    in = (struct product_input){
        .title = S("Tide Mug"), .status = PRODUCT_ACTIVE, .variants = &mug, .variant_count = 1};
    TRY(catalog_save(t, f->shop, &in, (struct product_id){0}, &f->mug, &changed));
    TRY(catalog_product(t->tx, t->arena, f->shop, f->mug, &product));
    f->mug_only = product.variants[0].id;
    return stock_set(t, f->shop, f->mug_only, 5, "set");
}

static const struct err *make_shop(struct turn *t, void *arg)
{
    struct flow_fixture *f = arg;
    struct id_text tail = id_format(turn_new_id(t));
    TRY(str_fmt(t->arena, &f->handle, "reef-%s", tail.text));
    TRY(shop_create(t,
                    &(struct shop_new){.handle = f->handle,
                                       .name = S("Reef & Salt"),
                                       .currency = S("EUR"),
                                       .country = S("NL"),
                                       .zone = S("Europe/Amsterdam"),
                                       .language = S("en"),
                                       .shipping_minor = 495,
                                       .delivery_text = S("Two days in the Netherlands."),
                                       .returns_text = S("Thirty days.")},
                    &f->shop));
    TRY(make_products(t, f));
    struct post_tag_new tags[] = {{f->suit, 0, -1, -1}, {f->mug, 0, -1, -1}};
    TRY(social_post_make(t,
                         &(struct post_new){.shop_id = f->shop,
                                            .text = S("New today #reef #mug #newin"),
                                            .tags = tags,
                                            .tag_count = COUNT(tags)},
                         &f->post));
    TRY(flow_trigger_set(t, &(struct flow_trigger){.shop_id = f->shop,
                                                   .hashtag = S("#Reef"),
                                                   .post_id = f->post,
                                                   .product_id = f->suit}));
    TRY(flow_trigger_set(
        t, &(struct flow_trigger){.shop_id = f->shop, .hashtag = S("mug"), .product_id = f->mug}));
    return NULL;
}

struct person {
    str name, language, token;
    struct account_id account;
};

static const struct err *make_person(struct turn *t, void *arg)
{
    struct person *p = arg;
    return account_guest_make(t, p->name, p->language, &p->account);
}

static const struct err *make_owner(struct turn *t, void *arg)
{
    struct person *p = arg;
    struct session_id id;
    TRY(account_create(t, &(struct account_new){.name = S("Olga Owner"), .language = S("en")},
                       &p->account));
    return session_create(t, p->account, S("test"), &id, &p->token);
}

struct account_id fixture_person(struct flow_fixture *f, const char *name, const char *language)
{
    struct person p = {.name = str_c(name), .language = str_c(language)};
    testing_turn(&f->t, (struct account_id){0}, make_person, &p);
    return p.account;
}

struct flow_fixture *flow_fixture_open(enum db_engine engine)
{
    static struct flow_fixture f;
    struct person owner = {0};
    f = (struct flow_fixture){0};
    heard_count = 0;
    gateway_calls = 0;
    gateway_step = PAYMENT_STEP_PAID;
    memset(pigeons, 0, sizeof pigeons);
    testing_open(&f.t, engine, features, features_fill());
    testing_turn(&f.t, (struct account_id){0}, make_owner, &owner);
    f.owner = owner.account;
    testing_turn(&f.t, f.owner, make_shop, &f);
    f.browser = (struct testing_browser){.testing = &f.t,
                                         .cookie_names = {S("mp")},
                                         .cookie_values = {owner.token},
                                         .cookie_count = 1};
    testing_drain(&f.t);
    return &f;
}

void flow_each_engine(void (*test)(struct flow_fixture *f))
{
    for (enum db_engine engine = DB_SQLITE; engine <= DB_POSTGRES; engine++) {
        if (testing_has_engine(engine)) {
            struct flow_fixture *f = flow_fixture_open(engine);
            test(f);
            testing_close(&f->t);
        }
    }
}

/* ---- people ---- */

struct commenting {
    struct flow_fixture *f;
    str text, key;
    struct comment_id comment;
};

static const struct err *comment(struct turn *t, void *arg)
{
    struct commenting *c = arg;
    struct id_text key = id_format(turn_new_id(t));
    return social_comment_make(t, c->f->post, c->text, id_str(&key), &c->comment);
}

struct comment_id fixture_comment(struct flow_fixture *f, struct account_id who, str text)
{
    struct commenting c = {.f = f, .text = text};
    testing_turn(&f->t, who, comment, &c);
    drain(f);
    return c.comment;
}

struct said fixture_said(struct flow_fixture *f, struct account_id who)
{
    struct said said = {0};
    struct message_id message = {0};
    struct chat_buttons_of_row *rows = NULL;
    struct tx *tx = NULL;
    size_t count = 0;
    for (int i = 0; i < heard_count; i++) {
        if (heard[i].account.v == who.v) {
            said.count++;
            said.conversation = heard[i].conversation;
            message = heard[i].message;
        }
    }
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(
        chat_buttons_of(tx, &f->t.arena, f->shop, message, CHAT_BUTTONS_MAX, &rows, &count));
    db_read_end(tx);
    for (size_t i = 0; i < count; i++)
        said.buttons[said.button_count++] = (struct chat_button){
            .label = rows[i].label, .token = rows[i].token, .url = rows[i].url};
    return said;
}

struct receiving {
    struct chat_in in;
};

static const struct err *receive(struct turn *t, void *arg)
{
    struct receiving *r = arg;
    return chat_receive_message(t, &r->in);
}

static const struct err *receive_now(struct flow_fixture *f, struct chat_in in)
{
    struct receiving r = {.in = in};
    r.in.shop_id = f->shop;
    const struct err *e = turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, receive, &r);
    if (e != NULL)
        fprintf(stderr, "# refused: %s: %.*s (%s:%d)\n", e->key, STR_ARG(e->detail), e->file,
                e->line);
    drain(f);
    return e;
}

const struct err *fixture_token(struct flow_fixture *f, struct conversation_id c, str token)
{
    return receive_now(f, (struct chat_in){.conversation_id = c, .token = token});
}

bool fixture_tap(struct flow_fixture *f, struct account_id who, const char *label)
{
    struct said said = fixture_said(f, who);
    for (size_t i = 0; i < said.button_count; i++) {
        if (str_starts(said.buttons[i].label, str_c(label)) &&
            !str_is_empty(said.buttons[i].token)) {
            testing_must(fixture_token(f, said.conversation, said.buttons[i].token));
            return true;
        }
    }
    return false;
}

void fixture_type(struct flow_fixture *f, struct account_id who, const char *text)
{
    testing_must(
        receive_now(f, (struct chat_in){.conversation_id = fixture_said(f, who).conversation,
                                        .text = str_c(text)}));
}

void fixture_address(struct flow_fixture *f, struct account_id who, const char *email)
{
    struct form_field fields[] = {{.name = S("email"), .value = str_c(email)},
                                  {.name = S("country"), .value = S("NL")},
                                  {.name = S("name"), .value = S("Ana Lima")},
                                  {.name = S("line1"), .value = S("Keizersgracht 1")},
                                  {.name = S("postcode"), .value = S("1015cn")},
                                  {.name = S("city"), .value = S("Amsterdam")}};
    struct form form = {.fields = fields, .count = COUNT(fields)};
    testing_must(
        receive_now(f, (struct chat_in){.conversation_id = fixture_said(f, who).conversation,
                                        .text = S("Ana Lima, Amsterdam"),
                                        .form = &form}));
}

struct order fixture_order(struct flow_fixture *f, struct account_id who)
{
    struct order *orders = NULL, order = {0};
    struct tx *tx = NULL;
    size_t count = 0;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(order_list_of_buyer(tx, &f->t.arena, who, 5, &orders, &count));
    if (count > 0)
        testing_must(order_get(tx, &f->t.arena, f->t.platform, f->shop, orders[0].id, &order));
    db_read_end(tx);
    return order;
}

int64_t fixture_available(struct flow_fixture *f, struct variant_id variant)
{
    struct tx *tx = NULL;
    int64_t left = 0;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(stock_available(tx, &f->t.arena, f->shop, &variant, 1, &left));
    db_read_end(tx);
    return left;
}

struct stocking {
    struct flow_fixture *f;
    struct variant_id variant;
    int64_t on_hand;
};

static const struct err *set_stock(struct turn *t, void *arg)
{
    struct stocking *s = arg;
    return stock_set(t, s->f->shop, s->variant, s->on_hand, "set");
}

void fixture_stock(struct flow_fixture *f, struct variant_id variant, int64_t on_hand)
{
    struct stocking s = {f, variant, on_hand};
    testing_turn(&f->t, (struct account_id){0}, set_stock, &s);
}

static const struct err *notify(struct turn *t, void *arg)
{
    return payment_notify(t, arg);
}

void fixture_payment_arrives(struct flow_fixture *f)
{
    str event;
    testing_must(str_fmt(&f->t.arena, &event, "arrived-%lld", (long long)last_attempt.attempt_id));
    struct payment_notice notice = {.gateway = "test",
                                    .event_id = event,
                                    .attempt_id = last_attempt.attempt_id,
                                    .shop_id = f->shop,
                                    .outcome = PAYMENT_CAPTURED,
                                    .amount = last_attempt.amount,
                                    .provider_ref = event};
    testing_turn(&f->t, (struct account_id){0}, notify, &notice);
    testing_drain(&f->t);
}

/* ---- pigeons ---- */

static const struct err *coo(struct turn *t, void *arg)
{
    return channel_receive(t, arg);
}

void fixture_pigeon(struct flow_fixture *f, const char *user, const char *text, const char *token,
                    const char *payload)
{
    static int64_t serial;
    str event;
    testing_must(str_fmt(&f->t.arena, &event, "coo-%lld", (long long)++serial));
    struct channel_message_in m = {.channel = "pigeon",
                                   .shop_id = f->shop,
                                   .event_id = event,
                                   .user_id = str_c(user),
                                   .user_name = S("Pim"),
                                   .language = S("en"),
                                   .text = str_c(text),
                                   .token = str_c(token),
                                   .start_payload = str_c(payload)};
    testing_turn(&f->t, (struct account_id){0}, coo, &m);
    testing_drain(&f->t);
}

struct said fixture_pigeon_said(const char *user)
{
    for (size_t i = 0; i < COUNT(pigeons); i++) {
        if (str_eq(str_c(pigeons[i].user), str_c(user)))
            return pigeons[i].said;
    }
    return (struct said){0};
}

bool fixture_pigeon_tap(struct flow_fixture *f, const char *user, const char *label)
{
    struct said said = fixture_pigeon_said(user);
    for (size_t i = 0; i < said.button_count; i++) {
        if (str_starts(said.buttons[i].label, str_c(label))) {
            fixture_pigeon(f, user, NULL, said.buttons[i].token.ptr, NULL);
            return true;
        }
    }
    return false;
}

/* ---- judging ---- */

void fixture_verify(struct flow_fixture *f)
{
    testing_verify(&f->t);
}

bool said_has(const struct said *said, const char *label)
{
    for (size_t i = 0; i < said->button_count; i++) {
        if (str_starts(said->buttons[i].label, str_c(label)))
            return true;
    }
    return false;
}
