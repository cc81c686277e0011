#include "base/tests/unit.h"

#include "app/features.h"
#include "social_fixture.h"

/* ---- set-up: person 0 owns a shop, person 1 another ---- */

static const struct err *make_people(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    for (size_t i = 0; i < PEOPLE; i++)
        TRY(account_guest_make(t, S("Ann"), S("en"), &f->people[i]));
    return NULL;
}

static const struct err *make_product(struct turn *t, struct shop_id shop,
                                      enum product_status status, struct product_id *ret)
{
    bool is_changed;
    struct variant_input one = {.price_minor = 4900};
    struct product_input in = {
        .title = S("Suit"), .status = status, .variants = &one, .variant_count = 1};
    return catalog_save(t, shop, &in, (struct product_id){0}, ret, &is_changed);
}

static const struct err *make_shop(struct turn *t, struct shop_id *ret)
{
    struct id_text tail = id_format(turn_new_id(t));
    str handle;
    TRY(str_fmt(t->arena, &handle, "reef-%s", tail.text));
    return shop_create(
        t,
        &(struct shop_new){
            .handle = handle, .name = S("Reef"), .currency = S("EUR"), .country = S("NL")},
        ret);
}

static const struct err *make_first(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    TRY(make_shop(t, &f->shop));
    TRY(make_product(t, f->shop, PRODUCT_DRAFT, &f->draft));
    return make_product(t, f->shop, PRODUCT_ACTIVE, &f->suit);
}

static const struct err *make_second(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    TRY(make_shop(t, &f->other_shop));
    return make_product(t, f->other_shop, PRODUCT_ACTIVE, &f->foreign);
}

void open_fixture(struct fixture *f, enum db_engine engine)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make_people, f);
    testing_turn(&f->t, f->people[0], make_first, f);
    testing_turn(&f->t, f->people[1], make_second, f);
}

void close_fixture(struct fixture *f)
{
    testing_drain(&f->t);
    testing_verify(&f->t);
    testing_close(&f->t);
}

/* ---- one act per turn ---- */

const struct err *do_step(struct turn *t, void *arg)
{
    struct step *s = arg;
    struct post_id post = {s->id};
    struct comment_id comment = {s->id};
    const struct err *e = NULL;
    switch (s->act) {
    case POST:
        e = social_post_make(t, &s->post, &post);
        s->made = post.v;
        return e;
    case REMOVE:
        return social_post_remove(t, post);
    case COMMENT:
        e = social_comment_make(t, post, s->text, s->key, &comment);
        s->made = comment.v;
        return e;
    case UNCOMMENT:
        return social_comment_remove(t, comment);
    case LIKE:
    case UNLIKE:
        return social_like_set(t, post, s->act == LIKE);
    case FOLLOW:
    case UNFOLLOW:
        return social_follow_set(t, (struct account_id){s->id}, s->act == FOLLOW);
    case FOLLOW_SHOP:
        return social_shop_follow_set(t, (struct shop_id){s->id}, true);
    case SHARE:
        return social_share_count(t, post);
    }
    return NULL;
}

const struct err *act(struct fixture *f, int who, enum act what, int64_t id)
{
    struct step s = {.act = what, .id = id};
    return turn_run(f->t.platform, &f->t.arena, f->people[who], do_step, &s);
}

const struct err *say(struct fixture *f, int who, int64_t post, str text, str key, int64_t *ret)
{
    struct step s = {.act = COMMENT, .id = post, .text = text, .key = key};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->people[who], do_step, &s);
    *ret = s.made;
    return e;
}

const struct err *try_post(struct fixture *f, int who, const struct post_new *n, int64_t *ret)
{
    struct step s = {.act = POST, .post = *n};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->people[who], do_step, &s);
    *ret = s.made;
    return e;
}

int64_t publish(struct fixture *f, int who, str text)
{
    int64_t id;
    testing_must(try_post(f, who, &(struct post_new){.text = text}, &id));
    return id;
}

struct post show(struct fixture *f, int viewer, int64_t id)
{
    struct tx *tx;
    struct post post;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(social_post(tx, &f->t.arena, (struct post_id){id}, f->people[viewer], &post));
    db_read_end(tx);
    return post;
}

struct posts list(struct fixture *f, const struct social_query *q)
{
    struct tx *tx;
    struct posts page;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(social_list(tx, &f->t.arena, q, &page.posts, &page.count, &page.next));
    db_read_end(tx);
    return page;
}

struct posts home(struct fixture *f, int who, int64_t cursor, size_t limit)
{
    return list(
        f, &(struct social_query){
               .list = SOCIAL_HOME, .viewer = f->people[who], .cursor = {cursor}, .limit = limit});
}
