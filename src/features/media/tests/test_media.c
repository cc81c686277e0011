/* Photos on both engines: what becomes of an upload, who may see what of it, what is refused and
 * how it is said. */
#include <stdio.h>
#include <unistd.h>

#include "account/account.h"
#include "app/features.h"
#include "base/tests/png.h"
#include "base/tests/unit.h"
#include "core/session.h"
#include "core/testing.h"
#include "media/media.h"
#include "sys/file.h"

struct fixture {
    struct testing t;
    struct account_id ann, bob;
    struct testing_browser ann_browser, bob_browser, anyone;
};

struct person {
    struct account_id id;
    str token;
};

static const struct err *make_person(struct turn *t, void *arg)
{
    struct person *p = arg;
    struct session_id session;
    TRY(account_guest_make(t, S("Ann"), S("en"), &p->id));
    return session_create(t, p->id, S("test"), &session, &p->token);
}

static struct testing_browser signed_in(struct fixture *f, const struct person *p)
{
    return (struct testing_browser){.testing = &f->t,
                                    .cookie_names = {S("mp")},
                                    .cookie_values = {p->token},
                                    .cookie_count = 1};
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    struct person ann, bob;
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make_person, &ann);
    testing_turn(&f->t, (struct account_id){0}, make_person, &bob);
    f->ann = ann.id;
    f->bob = bob.id;
    f->ann_browser = signed_in(f, &ann);
    f->bob_browser = signed_in(f, &bob);
    f->anyone = (struct testing_browser){.testing = &f->t};
}

/* A file as the web server would leave it. */
static str put_file(struct fixture *f, const char *name, str bytes)
{
    str folder, path;
    testing_must(str_fmt(&f->t.arena, &folder, "%.*s/uploads", STR_ARG(f->t.data_dir)));
    testing_must(file_make_folder(&f->t.arena, folder.ptr, 0700));
    testing_must(str_fmt(&f->t.arena, &path, "%.*s/%s", STR_ARG(folder), name));
    testing_must(file_write(&f->t.arena, path.ptr, bytes, 0600));
    return path;
}

struct adding {
    str path, alt;
    struct media_id id;
    int times;
};

static const struct err *add(struct turn *t, void *arg)
{
    struct adding *x = arg;
    for (int i = 0; i < x->times; i++)
        TRY(media_add_file(t, x->path, x->alt, &x->id));
    return NULL;
}

static struct media_id add_file(struct fixture *f, str path, str alt)
{
    struct adding x = {.path = path, .alt = alt, .times = 1};
    testing_turn(&f->t, f->ann, add, &x);
    return x.id;
}

static struct photo photo_of(struct fixture *f, struct media_id id)
{
    struct photo photo;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(media_photo(tx, &f->t.arena, id.v, &photo));
    db_read_end(tx);
    return photo;
}

static struct testing_answer get(struct testing_browser *b, const char *before, struct media_id id,
                                 const char *after)
{
    struct id_text text = id_format(id.v);
    char path[100];
    (void)snprintf(path, sizeof path, "%s%s%s", before, text.text, after);
    return testing_get(b, path);
}

static void an_upload_becomes_three_sizes(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    str path = put_file(&f, "req-1-1.part", png_make(&f.t.arena, 1600, 800, 0x3366cc));
    struct media_id id = add_file(&f, path, S("A blue wall"));
    struct photo before = photo_of(&f, id);
    assert_int_equal(before.state, MEDIA_WAITING);
    assert_true(str_is_absent(before.url.url));
    assert_int_equal(get(&f.anyone, "/m/", id, "/600.webp").status, 404);
    assert_int_not_equal(access(path.ptr, F_OK), 0);

    testing_drain(&f.t);
    struct photo p = photo_of(&f, id);
    assert_int_equal(p.state, MEDIA_READY);
    assert_int_equal(p.width, 1200);
    assert_int_equal(p.height, 600);
    assert_str_equal(p.alt, "A blue wall");
    assert_int_equal(p.average.len, 7);
    assert_true(str_ends(p.srcset.srcset, S("/1200.webp 1200w")));

    struct testing_answer page = get(&f.anyone, "/m/", id, "/600.webp");
    assert_int_equal(page.status, 200);
    assert_str_equal(testing_header(&page, "content-type"), "image/webp");
    assert_str_equal(testing_header(&page, "cache-control"), "public, max-age=31536000, immutable");
    assert_str_equal(testing_header(&page, "content-security-policy"),
                     "default-src 'none'; sandbox");
    assert_int_equal(get(&f.anyone, "/m/", id, "/601.webp").status, 404);
    assert_int_equal(get(&f.anyone, "/m/", id, "/original.png").status, 404);
    testing_close(&f.t);
}

static void a_small_photo_is_not_enlarged(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct media_id id;
    str path = put_file(&f, "small.png", png_make(&f.t.arena, 400, 500, 0xffffff));
    testing_must(media_import(f.t.platform, &f.t.arena, f.ann, path, STR_NONE, &id));
    struct photo p = photo_of(&f, id);
    assert_int_equal(p.width, 400);
    assert_str_equal(p.average, "#ffffff");
    assert_true(str_ends(p.srcset.srcset, S("/600.webp 400w")));
    assert_int_equal(access(path.ptr, F_OK), 0);
    struct media_id twin;
    testing_must(media_import(f.t.platform, &f.t.arena, f.bob, path, S("Twin"), &twin));
    struct testing_answer page = get(&f.anyone, "/m/", id, "/300.webp"),
                          b = get(&f.anyone, "/m/", twin, "/300.webp");
    assert_true(str_eq(testing_header(&page, "etag"), testing_header(&b, "etag")));
    testing_close(&f.t);
}

static void what_is_no_photo_is_refused_in_words(enum db_engine engine)
{
    static const struct {
        str bytes;
        const char *words;
    } bad[] = {
        {STR_INIT("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
         "not a photo we can read"},
        {STR_INIT("%PDF-1.7 and so on"), "not a photo we can read"},
        {STR_INIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "damaged"},
    };
    struct fixture f;
    open_fixture(&f, engine);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct media_id id = add_file(&f, put_file(&f, "bad.part", bad[i].bytes), STR_NONE);
        testing_drain(&f.t);
        assert_int_equal(photo_of(&f, id).state, MEDIA_REFUSED);
        struct testing_answer page = get(&f.ann_browser, "/api/v1/media/", id, "");
        assert_int_equal(page.status, 200);
        assert_true(str_find(page.body, S("\"state\":\"refused\"")) > 0);
        assert_true(str_find(page.body, str_c(bad[i].words)) > 0);
        assert_int_equal(get(&f.anyone, "/m/", id, "/1200.webp").status, 404);
    }
    str gone = put_file(&f, "gone.part", S("x"));
    struct media_id id = add_file(&f, gone, STR_NONE);
    str kept;
    testing_must(str_fmt(&f.t.arena, &kept, "%.*s.kept", STR_ARG(gone)));
    assert_int_equal(unlink(kept.ptr), 0);
    testing_drain(&f.t);
    assert_int_equal(photo_of(&f, id).state, MEDIA_REFUSED);
    testing_close(&f.t);
}

static void a_turn_may_run_twice(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    str path = put_file(&f, "again.part", png_make(&f.t.arena, 20, 20, 0x00ff00));
    struct adding x = {.path = path, .alt = S(""), .times = 2};
    testing_turn(&f.t, f.ann, add, &x);
    testing_close(&f.t);
}

static void others_see_the_picture_only(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct media_id id =
        add_file(&f, put_file(&f, "a.part", png_make(&f.t.arena, 30, 30, 0xff0000)), STR_NONE);
    testing_drain(&f.t);
    struct id_text text = id_format(id.v);
    assert_int_equal(get(&f.ann_browser, "/api/v1/media/", id, "").status, 200);
    assert_int_equal(get(&f.bob_browser, "/api/v1/media/", id, "").status, 404);
    assert_int_equal(get(&f.anyone, "/api/v1/media/", id, "").status, 401);
    char path[100];
    (void)snprintf(path, sizeof path, "/media/%s/alt", text.text);
    assert_int_equal(testing_post(&f.bob_browser, path, "alt=mine").status, 404);
    assert_int_equal(testing_post(&f.ann_browser, path, "alt=two%0Alines").status, 422);
    assert_int_equal(testing_post(&f.ann_browser, path, "alt=A+%3Cred%3E+tile").status, 303);
    assert_str_equal(photo_of(&f, id).alt, "A <red> tile");
    struct testing_answer page = testing_get(&f.ann_browser, "/media");
    assert_int_equal(page.status, 200);
    assert_true(str_find(page.body, S("A &lt;red&gt; tile")) > 0);
    page = testing_get(&f.bob_browser, "/media");
    assert_true(str_find(page.body, S("A &lt;red&gt; tile")) < 0);
    testing_close(&f.t);
}

static const struct err *merge(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return event_emit(t, &(struct event){.kind = "account.merged",
                                         .version = 1,
                                         .account_id = f->bob,
                                         .subject_id = f->ann.v,
                                         .object_id = f->bob.v});
}

static void photos_follow_a_merged_account(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct media_id id =
        add_file(&f, put_file(&f, "m.part", png_make(&f.t.arena, 30, 30, 0xff0000)), STR_NONE);
    testing_turn(&f.t, f.ann, merge, &f);
    testing_drain(&f.t);
    assert_int_equal(photo_of(&f, id).state, MEDIA_READY);
    assert_int_equal(get(&f.bob_browser, "/api/v1/media/", id, "").status, 200);
    assert_int_equal(get(&f.ann_browser, "/api/v1/media/", id, "").status, 404);
    testing_close(&f.t);
}

ON_BOTH(an_upload_becomes_three_sizes)
ON_BOTH(a_small_photo_is_not_enlarged)
ON_BOTH(what_is_no_photo_is_refused_in_words)
ON_BOTH(a_turn_may_run_twice)
ON_BOTH(others_see_the_picture_only)
ON_BOTH(photos_follow_a_merged_account)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_upload_becomes_three_sizes), BOTH(a_small_photo_is_not_enlarged),
        BOTH(what_is_no_photo_is_refused_in_words), BOTH(a_turn_may_run_twice),
        BOTH(others_see_the_picture_only), BOTH(photos_follow_a_merged_account),
    };
    return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
