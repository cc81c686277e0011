/* The link of a mail: who becomes whom, and what a stranger can not get by it. */
#include "base/tests/unit.h"
#include "base/timefmt.h"
#include "core/permission.h"
#include "fixture.h"
#include "shop/shop.h"

static struct account get(struct fixture *f, struct account_id id)
{
    struct tx *tx;
    struct account account;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(account_get(tx, &f->t.arena, id, &account));
    db_read_end(tx);
    return account;
}

/* Makes the browser a guest, as a first comment would. */
static struct account_id be_guest(struct testing_browser *b)
{
    struct testing_answer answer =
        testing_api(b, HTTP_POST, "/api/v1/guests", "{\"name\":\"Nina\"}", NULL);
    assert_int_equal(answer.status, 201);
    return fixture_viewer(b);
}

static void claims(struct fixture *f)
{
    const char *address = fixture_address(f, "nina");
    struct account_id guest = be_guest(&f->ann);
    const char *path = fixture_welcome_path(f, guest, address, "/o/abc?key=1");
    for (int i = 0; i < 3; i++) { /* mail scanners look, too */
        struct testing_answer page = testing_get(&f->bob, path);
        assert_int_equal(page.status, 200);
        assert_true(str_find(page.body, str_c(address)) >= 0);
    }
    assert_true(get(f, guest).is_guest);
    struct testing_answer answer = testing_post(&f->bob, path, "");
    assert_int_equal(answer.status, 303);
    assert_str_equal(answer.location, "/o/abc?key=1");
    assert_int_equal(fixture_viewer(&f->bob).v, guest.v);
    assert_true(str_eq(get(f, guest).email, str_c(address)));
    assert_false(get(f, guest).is_guest);
    testing_drain(&f->t);
    assert_int_equal(fixture_verified_count, 1);
    /* the browser before the proof may be anybody's */
    assert_int_equal(fixture_viewer(&f->ann).v, 0);
    assert_int_equal(testing_post(&f->ann, path, "").status, 403);
    assert_int_equal(testing_get(&f->ann, path).status, 403);
    testing_verify(&f->t);
}

static void merges(struct fixture *f)
{
    struct account_id owner = fixture_member(f, "mara"), guest = be_guest(&f->ann);
    const char *path = fixture_welcome_path(f, guest, fixture_address(f, "MARA"), "/me");
    assert_int_equal(testing_post(&f->ann, path, "").status, 303);
    assert_int_equal(fixture_viewer(&f->ann).v, owner.v);
    testing_drain(&f->t);
    assert_int_equal(fixture_merged.from, guest.v);
    assert_int_equal(fixture_merged.into, owner.v);
    assert_int_equal(get(f, guest).id.v, owner.v);
    testing_verify(&f->t);
}

/* The guest of the browser that opens somebody's link comes along as well. */
static void viewer_comes_along(struct fixture *f)
{
    struct account_id owner = fixture_member(f, "mara"), guest = be_guest(&f->bob);
    const char *path = fixture_welcome_path(f, owner, fixture_address(f, "mara"), "/me");
    assert_int_equal(testing_post(&f->bob, path, "").status, 303);
    assert_int_equal(fixture_viewer(&f->bob).v, owner.v);
    assert_int_equal(get(f, guest).id.v, owner.v);
}

static void keeps_nothing_of_a_stranger(struct fixture *f)
{
    const char *address = fixture_address(f, "victim");
    /* somebody signs up under an address that is not hers */
    assert_int_equal(
        fixture_post(&f->bob, "/signup", "name=Eve&email=%s&password=red+lantern+hill", address)
            .status,
        303);
    assert_true(fixture_viewer(&f->bob).v != 0);
    const char *path = fixture_mailed_path(f, address);
    assert_non_null(path);
    assert_int_equal(testing_post(&f->ann, path, "").status, 303);
    assert_true(fixture_viewer(&f->ann).v != 0);
    assert_int_equal(fixture_viewer(&f->bob).v, 0);
    assert_int_equal(fixture_log_in(&f->bob, address, "red+lantern+hill").status, 422);
    /* in her own browser she keeps what she chose */
    struct testing_browser zoe = {.testing = &f->t}, later = {.testing = &f->t};
    const char *own = fixture_address(f, "zoe");
    assert_int_equal(
        fixture_post(&zoe, "/signup", "name=Zoe&email=%s&password=red+lantern+hill", own).status,
        303);
    assert_int_equal(testing_post(&zoe, fixture_mailed_path(f, own), "").status, 303);
    assert_int_equal(fixture_log_in(&later, own, "red+lantern+hill").status, 303);
    assert_int_equal(fixture_viewer(&later).v, fixture_viewer(&zoe).v);
}

/* Signed up on the phone, mail read on the laptop: with her password both stay hers. */
static void keeps_it_by_the_password(struct fixture *f)
{
    const char *address = fixture_address(f, "zoe");
    assert_int_equal(
        fixture_post(&f->ann, "/signup", "name=Zoe&email=%s&password=red+lantern+hill", address)
            .status,
        303);
    struct account_id zoe = fixture_viewer(&f->ann);
    const char *path = fixture_mailed_path(f, address);
    assert_true(str_find(testing_get(&f->bob, path).body, S("name=\"password\"")) > 0);
    assert_true(str_find(testing_get(&f->ann, path).body, S("name=\"password\"")) < 0);
    assert_int_equal(fixture_post(&f->bob, path, "password=blue+kettle+moon").status, 422);
    assert_int_equal(fixture_viewer(&f->bob).v, 0);
    assert_int_equal(fixture_post(&f->bob, path, "password=red+lantern+hill").status, 303);
    assert_int_equal(fixture_viewer(&f->bob).v, zoe.v);
    assert_int_equal(fixture_viewer(&f->ann).v, zoe.v);
    assert_true(str_eq(get(f, zoe).email, str_c(address)));
}

/* Signing up with a member's address looks like any other, and gives no more than an empty account.
 */
static void owner_is_not_touched(struct fixture *f)
{
    const char *address = fixture_address(f, "mara");
    struct account_id owner = fixture_member(f, "mara");
    struct testing_answer answer =
        fixture_post(&f->bob, "/signup", "name=Eve&email=%s&password=red+lantern+hill", address);
    assert_int_equal(answer.status, 303);
    struct account_id eve = fixture_viewer(&f->bob);
    assert_true(eve.v != owner.v);
    assert_int_equal(fixture_log_in(&f->ann, address, "blue+kettle+moon").status, 303);
    struct testing_browser mail = {.testing = &f->t};
    assert_int_equal(testing_post(&mail, fixture_mailed_path(f, address), "").status, 303);
    assert_int_equal(fixture_viewer(&mail).v, owner.v);
    assert_int_equal(fixture_viewer(&f->ann).v, owner.v);
    assert_int_equal(fixture_viewer(&f->bob).v, 0);
    assert_int_equal(fixture_log_in(&f->bob, address, "red+lantern+hill").status, 422);
}

/* A member's order with a slip in the address: its reader sees the order, not the account. */
static void slip_of_the_pen(struct fixture *f)
{
    struct account_id member = fixture_member(f, "mara");
    const char *path = fixture_welcome_path(f, member, fixture_address(f, "maria"), "/o/x?key=1");
    struct testing_answer answer = testing_post(&f->bob, path, "");
    assert_str_equal(answer.location, "/o/x?key=1");
    assert_int_equal(fixture_viewer(&f->bob).v, 0);
    assert_int_equal(fixture_post(&f->ann, "/signup", "name=Una&email=%s&password=red+lantern+hill",
                                  fixture_address(f, "una")).status, 303);
    path = fixture_welcome_path(f, fixture_viewer(&f->ann), fixture_address(f, "unna"), "/o/y");
    assert_int_equal(testing_post(&f->bob, path, "").status, 303);
    assert_int_equal(fixture_viewer(&f->bob).v, 0);
    assert_true(fixture_viewer(&f->ann).v != 0);
}

static void tokens_fit_one_lock(struct fixture *f)
{
    const char *address = fixture_address(f, "mara");
    struct account_id member = fixture_member(f, "mara");
    const char *welcome = fixture_welcome_path(f, member, address, "/me");
    const char *crossed = fixture_text(f, "/reset/%s", welcome + sizeof "/welcome/" - 1);
    assert_int_equal(fixture_post(&f->bob, crossed, "password=green+window+seven").status, 403);
    const char *altered = fixture_text(f, "/welcome/x%s", welcome + sizeof "/welcome/" - 1);
    assert_int_equal(testing_post(&f->bob, altered, "").status, 403);
    assert_int_equal(testing_get(&f->bob, altered).status, 403);
    testing_advance(&f->t, 15 * (int64_t)DAY_MS);
    assert_int_equal(testing_post(&f->bob, welcome, "").status, 403);
    const char *abroad = fixture_welcome_path(f, member, address, "//evil.test/x");
    assert_str_equal(testing_post(&f->bob, abroad, "").location, "/");
}

struct opening {
    struct shop_id shop;
    str handle, role;
    struct account_id account;
};

static const struct err *open_shop(struct turn *t, void *arg)
{
    struct opening *o = arg;
    return shop_create(
        t,
        &(struct shop_new){
            .handle = o->handle, .name = S("Kiln"), .currency = S("EUR"), .country = S("PT")},
        &o->shop);
}

static void roles_move(struct fixture *f)
{
    struct account_id owner = fixture_member(f, "mara");
    assert_int_equal(fixture_post(&f->ann, "/signup", "name=Una&email=%s&password=red+lantern+hill",
                                  fixture_address(f, "mara")).status, 303);
    struct account_id una = fixture_viewer(&f->ann);
    struct opening o = {.handle = str_c(fixture_text(f, "kiln-%.*s", STR_ARG(f->tail)))};
    testing_turn(&f->t, una, open_shop, &o);
    assert_int_equal(
        testing_post(&f->ann, fixture_mailed_path(f, fixture_address(f, "mara")), "").status, 303);
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(permission_role(tx, &f->t.arena, o.shop, owner, &o.role));
    assert_str_equal(o.role, "owner");
    testing_must(permission_role(tx, &f->t.arena, o.shop, una, &o.role));
    assert_true(str_is_absent(o.role));
    db_read_end(tx);
    testing_verify(&f->t);
}

ON_BOTH_BY(fixture_on, claims)
ON_BOTH_BY(fixture_on, merges)
ON_BOTH_BY(fixture_on, viewer_comes_along)
ON_BOTH_BY(fixture_on, keeps_nothing_of_a_stranger)
ON_BOTH_BY(fixture_on, keeps_it_by_the_password)
ON_BOTH_BY(fixture_on, owner_is_not_touched)
ON_BOTH_BY(fixture_on, slip_of_the_pen)
ON_BOTH_BY(fixture_on, tokens_fit_one_lock)
ON_BOTH_BY(fixture_on, roles_move)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(claims),
        BOTH(merges),
        BOTH(viewer_comes_along),
        BOTH(keeps_nothing_of_a_stranger),
        BOTH(keeps_it_by_the_password),
        BOTH(owner_is_not_touched),
        BOTH(slip_of_the_pen),
        BOTH(tokens_fit_one_lock),
        BOTH(roles_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
