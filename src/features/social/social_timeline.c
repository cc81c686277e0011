/* Who sees which posts. A post of an ordinary source is copied to its followers' timelines after
 * the post's turn, in slices; a star's posts are merged in when the feed is read. A timeline row
 * counts only while its reader follows the source, so a fan-out that runs beside an unfollow leaves
 * nothing to see.
 */
#include "social/social.h"
#include "social/social_part.h"
#include "social/social_sql.h"
#include "social/social_text.h"

/* One slice of followers with ids above *after; moves *after on, 0 when there are no more. */
static const struct err *fan_out(struct turn *t, struct post_id post, int64_t source,
                                 int64_t *after)
{
    struct social_slice_end_row end = {{INT64_MAX}};
    bool has_more;
    int64_t copied;
    TRY(social_slice_end(t->tx, t->arena, source, *after, SOCIAL_SLICE - 1, &end, &has_more));
    TRY(social_fan_out(t->tx, t->arena, post, source, *after,
                       has_more ? end.account_id.v : INT64_MAX, &copied));
    *after = has_more ? end.account_id.v : 0;
    return NULL;
}

const struct err *social_on_post(struct turn *t, const struct event *e)
{
    struct social_post_row_row post;
    struct social_source_row_row source;
    bool is_there, has_followers;
    int64_t after = 0;
    str payload;
    TRY(social_post_row(t->tx, t->arena, (struct post_id){e->subject_id}, &post, &is_there));
    if (!is_there)
        return NULL;
    TRY(social_source_row(t->tx, t->arena, post.source_id, &source, &has_followers));
    if (!has_followers || source.is_star)
        return NULL;
    TRY(fan_out(t, post.id, post.source_id, &after));
    if (after == 0)
        return NULL;
    struct id_text key = id_format(post.id.v);
    TRY(str_fmt(t->arena, &payload, "%lld %lld %lld", (long long)post.id.v,
                (long long)post.source_id, (long long)after));
    return job_enqueue(t, &(struct job_request){
                              .kind = "social.fan_out", .key = id_str(&key), .payload = payload});
}

struct slice {
    struct post_id post;
    int64_t source, after, next;
};

static const struct err *do_slice(struct turn *t, void *arg)
{
    struct slice *s = arg;
    s->next = s->after;
    return fan_out(t, s->post, s->source, &s->next);
}

const struct err *social_fan_out_run(struct job_run *run)
{
    struct slice s = {0};
    str rest = run->payload;
    if (!str_to_int(str_cut(&rest, ' '), &s.post.v) ||
        !str_to_int(str_cut(&rest, ' '), &s.source) || !str_to_int(rest, &s.after))
        return ERR(run->arena, ERR_BUG, "error.bug", "payload %.*s", STR_ARG(run->payload));
    do {
        struct arena_mark mark = arena_get_mark(run->arena);
        TRY(turn_run(run->platform, run->arena, (struct account_id){0}, do_slice, &s));
        s.after = s.next;
        arena_rewind(run->arena, mark);
    } while (s.after != 0);
    return NULL;
}

/* A new follower finds the source's latest posts in her feed. */
const struct err *social_on_follow(struct turn *t, const struct event *e)
{
    struct social_source_row_row source;
    bool is_known;
    TRY(social_source_row(t->tx, t->arena, e->subject_id, &source, &is_known));
    if (!is_known || source.is_star)
        return NULL;
    return social_back_fill(t->tx, t->arena, e->account_id, e->subject_id, SOCIAL_BACK_FILL);
}

/* ---- rebuilding ---- */

struct refill {
    int64_t source, after;
    int64_t next; /* set by the slice; 0: no follower is left */
};

static const struct err *refill_slice(struct turn *t, void *arg)
{
    struct refill *r = arg;
    struct social_followers_after_row *followers;
    size_t count;
    TRY(social_followers_after(t->tx, t->arena, r->source, r->after, SOCIAL_REFILL_SLICE,
                               SOCIAL_REFILL_SLICE, &followers, &count));
    for (size_t i = 0; i < count; i++)
        TRY(social_back_fill(t->tx, t->arena, followers[i].account_id, r->source, SOCIAL_REFILL));
    r->next = count < SOCIAL_REFILL_SLICE ? 0 : followers[count - 1].account_id.v;
    return NULL;
}

static const struct err *next_source(struct platform *p, struct arena *a, int64_t *source,
                                     bool *ret_found)
{
    struct social_ordinary_after_row row;
    struct tx *tx;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = social_ordinary_after(tx, a, *source, &row, ret_found);
    db_read_end(tx);
    if (e == NULL && *ret_found)
        *source = row.id;
    return e;
}

/* Adds what is missing; what does not belong is never read. */
const struct err *social_timeline_rebuild(struct platform *p, struct arena *a)
{
    struct refill r = {0};
    bool is_found;
    for (;;) {
        struct arena_mark mark = arena_get_mark(a);
        TRY(next_source(p, a, &r.source, &is_found));
        if (!is_found)
            return NULL;
        do {
            r.after = r.next;
            TRY(turn_run(p, a, (struct account_id){0}, refill_slice, &r));
        } while (r.next != 0);
        arena_rewind(a, mark);
    }
}

/* ---- reading ---- */

/* Puts an id into a list that falls, at most `max` long, no id twice. */
static void put(int64_t *ids, size_t *count, size_t max, int64_t id)
{
    size_t at = *count;
    while (at > 0 && ids[at - 1] < id)
        at--;
    if (at == max || (at > 0 && ids[at - 1] == id))
        return;
    size_t last = *count < max ? *count : max - 1;
    for (size_t i = last; i > at; i--)
        ids[i] = ids[i - 1];
    ids[at] = id;
    *count = last + 1;
}

static const struct err *home_ids(struct tx *tx, struct arena *a, const struct social_query *q,
                                  int64_t before, int64_t *ret, size_t *ret_count)
{
    struct social_timeline_ids_row *own;
    struct social_stars_followed_row *stars;
    size_t own_count, star_count;
    TRY(social_timeline_ids(tx, a, q->viewer, before, (int64_t)q->limit, q->limit, &own,
                            &own_count));
    TRY(social_stars_followed(tx, a, q->viewer, SOCIAL_STARS_MAX, SOCIAL_STARS_MAX, &stars,
                              &star_count));
    for (size_t i = 0; i < own_count; i++)
        ret[(*ret_count)++] = own[i].id.v;
    for (size_t s = 0; s < star_count; s++) {
        struct social_timeline_ids_row *posts;
        size_t count;
        TRY(social_source_ids(tx, a, stars[s].source_id, before, (int64_t)q->limit, q->limit,
                              &posts, &count));
        for (size_t i = 0; i < count; i++)
            put(ret, ret_count, q->limit, posts[i].id.v);
    }
    return NULL;
}

const struct err *social_list_ids(struct tx *tx, struct arena *a, const struct social_query *q,
                                  int64_t *ret, size_t *ret_count)
{
    int64_t before = q->cursor.v == 0 ? INT64_MAX : q->cursor.v, max = (int64_t)q->limit;
    struct social_timeline_ids_row *rows = NULL;
    size_t count = 0;
    str tag;
    *ret_count = 0;
    switch (q->list) {
    case SOCIAL_HOME:
        return home_ids(tx, a, q, before, ret, ret_count);
    case SOCIAL_EVERYONE:
        TRY(social_all_ids(tx, a, before, max, q->limit, &rows, &count));
        break;
    case SOCIAL_SHOPS:
        TRY(social_shop_ids(tx, a, before, max, q->limit, &rows, &count));
        break;
    case SOCIAL_SOURCE:
        TRY(social_source_ids(tx, a, q->source, before, max, q->limit, &rows, &count));
        break;
    case SOCIAL_TAG:
        TRY(social_tag_fold(a, q->tag, &tag));
        TRY(social_hashtag_ids(tx, a, tag, before, max, q->limit, &rows, &count));
        break;
    case SOCIAL_LIKED:
        TRY(social_liked_ids(tx, a, q->viewer, before, max, q->limit, &rows, &count));
        break;
    case SOCIAL_LIST_UNSET:
        return ERR(a, ERR_BUG, "error.bug", "no list named");
    }
    for (size_t i = 0; i < count; i++)
        ret[i] = rows[i].id.v;
    *ret_count = count;
    return NULL;
}
