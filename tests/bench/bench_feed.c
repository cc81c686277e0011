/* How long a home feed takes to read: FOLLOWEES sources followed, POSTS posts in all, 20 posts a
 * page, photos and tags left out. Prints the method, the figures, and as its last line one JSON
 * object. Not a test: no timing fails.
 *
 *   bench_feed [posts]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "account/account.h"
#include "app/features.h"
#include "core/testing.h"
#include "social/social.h"

enum { FOLLOWEES = 200, POSTS = 100000, TURN_POSTS = 500, READS = 2000, PAGE = 20 };

struct bench {
    struct testing t;
    struct account_id reader, authors[FOLLOWEES];
    int made, wanted;
};

static const struct err *make_people(struct turn *t, void *arg)
{
    struct bench *b = arg;
    TRY(account_guest_make(t, S("Reader"), S("en"), &b->reader));
    t->actor = b->reader;
    for (int i = 0; i < FOLLOWEES; i++) {
        TRY(account_guest_make(t, S("Author"), S("en"), &b->authors[i]));
        TRY(social_follow_set(t, b->authors[i], true));
    }
    return NULL;
}

static const struct err *make_posts(struct turn *t, void *arg)
{
    struct bench *b = arg;
    for (int i = 0; i < TURN_POSTS; i++) {
        struct post_id id;
        t->actor = b->authors[(b->made + i) * 7 % FOLLOWEES];
        TRY(social_post_make(t, &(struct post_new){.text = S("Morning at the mill. #pond")}, &id));
    }
    return NULL;
}

static int compare(const void *x, const void *y)
{
    int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
    return (p > q) - (p < q);
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
    static struct bench b;
    static int64_t took_us[READS];
    b.wanted = argc > 1 ? (int)strtol(argv[1], NULL, 10) : POSTS;
    testing_open(&b.t, DB_SQLITE, app_features, app_feature_count);
    testing_turn(&b.t, (struct account_id){0}, make_people, &b);
    for (; b.made < b.wanted; b.made += TURN_POSTS) {
        struct arena_mark mark = arena_get_mark(&b.t.arena);
        testing_turn(&b.t, (struct account_id){0}, make_posts, &b);
        testing_drain(&b.t);
        arena_rewind(&b.t.arena, mark);
    }
    struct post_id cursor = {0};
    size_t seen = 0;
    for (int i = 0; i < READS; i++) {
        struct arena_mark mark = arena_get_mark(&b.t.arena);
        struct post *posts;
        struct tx *tx;
        size_t count;
        int64_t began = now_us();
        testing_must(db_read_begin(b.t.platform->db, &b.t.arena, &tx));
        testing_must(social_list(
            tx, &b.t.arena,
            &(struct social_query){
                .list = SOCIAL_HOME, .viewer = b.reader, .cursor = cursor, .limit = PAGE},
            &posts, &count, &cursor));
        db_read_end(tx);
        took_us[i] = now_us() - began;
        ASSERT(count == PAGE ||
               cursor.v == 0); /* else the feed was never filled, and nothing was measured */
        seen += count;
        arena_rewind(&b.t.arena, mark);
    }
    qsort(took_us, READS, sizeof took_us[0], compare);
    printf(
        "home feed: %d followees, %d posts, pages of %d read one after another on SQLite, %zu "
        "posts read\n",
        FOLLOWEES, b.made, PAGE, seen);
    printf("p50 %lld us, p99 %lld us, max %lld us\n", (long long)took_us[READS / 2],
           (long long)took_us[READS * 99 / 100], (long long)took_us[READS - 1]);
    printf(
        "{\"bench\":\"feed\",\"figures\":{\"p50_us\":%lld,\"p99_us\":%lld,\"posts\":%d},"
        "\"ratios\":{},\"machine\":\"\"}\n",
        (long long)took_us[READS / 2], (long long)took_us[READS * 99 / 100], b.made);
    testing_close(&b.t);
    return 0;
}
