/* Contacts on both engines: observing, merging, undoing, and what an account's merge brings along.
 */
#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/testing.h"
#include "identity/identity.h"
#include "shop/shop.h"

struct fixture {
    struct testing t;
    struct account_id owner;
    struct shop_id shop, other_shop;
};

static const struct err *make(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    struct id_text tail;
    str handle;
    TRY(account_guest_make(t, S("Mara"), S("en"), &f->owner));
    t->actor = f->owner;
    for (int i = 0; i < 2; i++) {
        tail = id_format(turn_new_id(t));
        TRY(str_fmt(t->arena, &handle, "pond-%s", tail.text));
        TRY(shop_create(
            t,
            &(struct shop_new){
                .handle = handle, .name = S("Pond"), .currency = S("EUR"), .country = S("NL")},
            i == 0 ? &f->shop : &f->other_shop));
    }
    return NULL;
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make, f);
}

struct observation {
    struct shop_id shop;
    struct identity_id ids[4];
    size_t count;
    str name;
    struct contact_id contact;
};

static const struct err *observe(struct turn *t, void *arg)
{
    struct observation *o = arg;
    return identity_observe(t, o->shop, o->ids, o->count, o->name, &o->contact);
}

static int64_t see(struct fixture *f, struct shop_id shop, const struct identity_id *ids,
                   size_t count, str name)
{
    struct observation o = {.shop = shop, .count = count, .name = name};
    for (size_t i = 0; i < count; i++)
        o.ids[i] = ids[i];
    testing_turn(&f->t, f->owner, observe, &o);
    return o.contact.v;
}

/* Values that no earlier run on the same PostgreSQL used. */
static str fresh(struct fixture *f, const char *prefix, const char *suffix)
{
    struct id_text text =
        id_format(id_next(f->t.platform->ids, clock_now_ms(f->t.platform->clock)));
    str value;
    testing_must(str_fmt(&f->t.arena, &value, "%s%s%s", prefix, text.text, suffix));
    return value;
}

static struct contact contact_of(struct fixture *f, struct shop_id shop, int64_t id)
{
    struct contact c;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(identity_contact(tx, &f->t.arena, shop, (struct contact_id){id}, &c));
    db_read_end(tx);
    return c;
}

static size_t id_count(struct fixture *f, struct shop_id shop, int64_t id, enum identity_kind kind)
{
    struct identity_id *ids;
    struct tx *tx;
    size_t count, of_kind = 0;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(identity_ids(tx, &f->t.arena, shop, (struct contact_id){id}, &ids, &count));
    db_read_end(tx);
    for (size_t i = 0; i < count; i++)
        of_kind += ids[i].kind == kind;
    return of_kind;
}

static void a_visitor_becomes_a_customer(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct identity_id visitor = {
        .kind = IDENTITY_VISITOR, .value = fresh(&f, "", ""), .is_verified = false};
    struct identity_id account = {
        .kind = IDENTITY_ACCOUNT, .value = fresh(&f, "", ""), .is_verified = true};
    struct identity_id mail = {
        .kind = IDENTITY_EMAIL, .value = fresh(&f, " Ann", "@Pond.example "), .is_verified = false};
    int64_t first = see(&f, f.shop, &visitor, 1, STR_NONE);
    assert_int_equal(see(&f, f.shop, (struct identity_id[]){visitor, account, mail}, 3, S("Ann")),
                     first);
    assert_int_equal(see(&f, f.shop, &mail, 1, S("Another name")), first);
    struct contact c = contact_of(&f, f.shop, first);
    assert_str_equal(c.name, "Ann");
    assert_true(str_ends(c.email, S("@pond.example")) && str_starts(c.email, S("ann")));
    assert_int_not_equal(see(&f, f.other_shop, &mail, 1, STR_NONE), first);
    for (int i = 0; i < 8; i++)
        see(&f, f.shop,
            (struct identity_id[]){
                account,
                {.kind = IDENTITY_VISITOR, .value = fresh(&f, "", ""), .is_verified = false}},
            2, STR_NONE);
    assert_int_equal(id_count(&f, f.shop, first, IDENTITY_VISITOR), 5);
    testing_verify(&f.t);
    testing_close(&f.t);
}

struct merge {
    struct shop_id shop;
    struct contact_id from, into;
    int64_t id;
};

static const struct err *say_no(struct turn *t, void *arg)
{
    const struct merge *m = arg;
    TRY(identity_consent_set(t, m->shop, m->from, false, "told us"));
    TRY(identity_consent_set(t, m->shop, m->into, true, "checkout"));
    TRY(identity_order_count(t, m->shop, m->from, 1, 4900));
    return identity_order_count(t, m->shop, m->into, 2, 100);
}

static const struct err *merge_them(struct turn *t, void *arg)
{
    struct merge *m = arg;
    int64_t before = turn_new_id(t);
    TRY(identity_merge(t, m->shop, m->from, m->into, "merchant says so"));
    m->id = before + 1; /* the merge's own id is the next of the same turn */
    return NULL;
}

static const struct err *undo_it(struct turn *t, void *arg)
{
    const struct merge *m = arg;
    return identity_merge_undo(t, m->shop, m->id);
}

static void a_merge_can_be_undone(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct identity_id mail = {
        .kind = IDENTITY_EMAIL, .value = fresh(&f, "b", "@pond.example"), .is_verified = false};
    struct identity_id channel = {
        .kind = IDENTITY_CHANNEL, .value = fresh(&f, "telegram:", ""), .is_verified = true};
    struct merge m = {.shop = f.shop};
    m.from.v = see(&f, f.shop, &mail, 1, S("Bo"));
    m.into.v = see(&f, f.shop, &channel, 1, STR_NONE);
    testing_turn(&f.t, f.owner, say_no, &m);
    testing_turn(&f.t, f.owner, merge_them, &m);
    struct contact both = contact_of(&f, f.shop, m.from.v);
    assert_int_equal(both.id.v, m.into.v);
    assert_str_equal(both.name, "Bo");
    assert_int_equal(both.order_count, 3);
    assert_int_equal(both.spent_minor, 5000);
    assert_false(both.mail_consent);
    assert_int_equal(see(&f, f.shop, &mail, 1, STR_NONE), m.into.v);
    testing_turn(&f.t, f.owner, undo_it, &m);
    testing_turn(&f.t, f.owner, undo_it, &m);
    struct contact from = contact_of(&f, f.shop, m.from.v), into = contact_of(&f, f.shop, m.into.v);
    assert_int_equal(from.id.v, m.from.v);
    assert_int_equal(from.order_count, 1);
    assert_int_equal(into.order_count, 2);
    assert_int_equal(into.spent_minor, 100);
    assert_true(str_is_empty(into.name));
    assert_true(into.mail_consent);
    assert_int_equal(see(&f, f.shop, &mail, 1, STR_NONE), m.from.v);
    assert_int_equal(see(&f, f.shop, &channel, 1, STR_NONE), m.into.v);
    testing_verify(&f.t);
    testing_close(&f.t);
}

struct account_merge {
    struct account_id from, into;
};

static const struct err *tell_account_merged(struct turn *t, void *arg)
{
    const struct account_merge *m = arg;
    return event_emit(t, &(struct event){.kind = "account.merged",
                                         .version = 1,
                                         .account_id = m->into,
                                         .subject_id = m->from.v,
                                         .object_id = m->into.v});
}

static void merged_accounts_merge_contacts_in_every_shop(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    int64_t one, two;
    str first = fresh(&f, "", ""), second = fresh(&f, "", "");
    assert_true(id_parse(first, &one));
    assert_true(id_parse(second, &two));
    struct identity_id guest = {.kind = IDENTITY_ACCOUNT, .value = first, .is_verified = true},
                       member = {.kind = IDENTITY_ACCOUNT, .value = second, .is_verified = true};
    int64_t here_guest = see(&f, f.shop, &guest, 1, S("Guest")),
            here = see(&f, f.shop, &member, 1, S("Member"));
    int64_t there_guest = see(&f, f.other_shop, &guest, 1, S("Guest"));
    struct account_merge m = {{one}, {two}};
    testing_turn(&f.t, f.owner, tell_account_merged, &m);
    testing_drain(&f.t);
    assert_int_equal(contact_of(&f, f.shop, here_guest).id.v, here);
    assert_int_equal(see(&f, f.other_shop, &member, 1, STR_NONE), there_guest);
    assert_int_equal(id_count(&f, f.shop, here, IDENTITY_ACCOUNT), 1);
    testing_verify(&f.t);
    testing_close(&f.t);
}

ON_BOTH(a_visitor_becomes_a_customer)
ON_BOTH(a_merge_can_be_undone)
ON_BOTH(merged_accounts_merge_contacts_in_every_shop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_visitor_becomes_a_customer),
        BOTH(a_merge_can_be_undone),
        BOTH(merged_accounts_merge_contacts_in_every_shop),
    };
    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
