/* account.merged: everything the ended account did becomes the other's. What both did stays once.
 */
#include "social/social_part.h"
#include "social/social_sql.h"

enum { MERGE_ROWS = 500 };

static const struct err *move_likes(struct turn *t, struct account_id from, struct account_id into)
{
    struct social_likes_of_row *rows;
    size_t count;
    int64_t changed;
    do {
        TRY(social_likes_of(t->tx, t->arena, from, MERGE_ROWS, MERGE_ROWS, &rows, &count));
        for (size_t i = 0; i < count; i++) {
            TRY(social_like_delete(t->tx, t->arena, from, rows[i].post_id, &changed));
            TRY(social_like_insert(t->tx, t->arena, into, rows[i].post_id, rows[i].created_ms,
                                   &changed));
            if (changed == 0)
                TRY(social_like_count_add(t->tx, t->arena, rows[i].post_id, -1));
        }
    } while (count == MERGE_ROWS);
    return NULL;
}

/* One follow taken over by another follower or another source; following oneself ends. */
static const struct err *move_follow(struct turn *t, struct account_id follower, int64_t source,
                                     struct account_id new_follower, int64_t new_source)
{
    bool is_changed;
    TRY(social_follow_change(t, follower, source, false, &is_changed));
    if (new_follower.v == new_source)
        return NULL;
    TRY(social_follow_change(t, new_follower, new_source, true, &is_changed));
    return social_back_fill(t->tx, t->arena, new_follower, new_source, SOCIAL_BACK_FILL);
}

static const struct err *move_follows(struct turn *t, struct account_id from,
                                      struct account_id into)
{
    struct social_follows_of_row *follows;
    struct social_followers_of_row *followers;
    size_t count;
    do {
        TRY(social_follows_of(t->tx, t->arena, from, MERGE_ROWS, MERGE_ROWS, &follows, &count));
        for (size_t i = 0; i < count; i++)
            TRY(move_follow(t, from, follows[i].source_id, into, follows[i].source_id));
    } while (count == MERGE_ROWS);
    do {
        TRY(social_followers_of(t->tx, t->arena, from.v, MERGE_ROWS, MERGE_ROWS, &followers,
                                &count));
        for (size_t i = 0; i < count; i++)
            TRY(move_follow(t, followers[i].account_id, from.v, followers[i].account_id, into.v));
    } while (count == MERGE_ROWS);
    return NULL;
}

const struct err *social_on_account_merged(struct turn *t, const struct event *e)
{
    struct account_id from = {e->subject_id}, into = {e->object_id};
    TRY(social_merge_posts(t->tx, t->arena, from, into));
    TRY(social_merge_photos(t->tx, t->arena, from, into));
    TRY(social_merge_tags(t->tx, t->arena, from, into));
    TRY(social_merge_hashtags(t->tx, t->arena, from, into));
    TRY(social_merge_comments(t->tx, t->arena, from, into));
    TRY(move_likes(t, from, into));
    TRY(move_follows(t, from, into));
    return social_timeline_drop(t->tx, t->arena, from);
}
