/* What a shop may know of a person's social acts with it: for the story on her contact page. */
#include "base/utf8.h"
#include "social/social_part.h"
#include "social/social_sql.h"

enum { WORDS_SHOWN = 80 };

typedef VEC(struct timeline_entry) entries;

static const struct err *add(struct arena *a, entries *list, const char *kind, const char *text_key,
                             const struct social_story_comments_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct timeline_entry *e = VEC_PUSH(a, list);
        struct id_text post = id_format(rows[i].post_id.v);
        if (e == NULL)
            return &err_out_of_memory;
        *e = (struct timeline_entry){.at_ms = rows[i].at_ms, .kind = kind, .text_key = text_key,
                                     .args = {utf8_cut_points(rows[i].body, WORDS_SHOWN)}};
        TRY(str_fmt(a, &e->path, "/post/%s", post.text));
    }
    return NULL;
}

const struct err *social_timeline(struct tx *tx, struct arena *a,
                                  const struct timeline_subject *who, size_t limit,
                                  struct timeline_entry **ret, size_t *ret_count)
{
    entries list = {0};
    struct social_story_comments_row *rows;
    size_t count;
    for (size_t i = 0; i < who->account_count; i++) {
        struct account_id account = {who->account_ids[i]};
        struct social_story_follow_row follow;
        bool follows;
        TRY(social_story_comments(tx, a, who->shop_id, account, (int64_t)limit, limit, &rows,
                                  &count));
        TRY(add(a, &list, "comment", "social.story_commented", rows, count));
        TRY(social_story_likes(tx, a, who->shop_id, account, (int64_t)limit, limit, &rows, &count));
        TRY(add(a, &list, "like", "social.story_liked", rows, count));
        TRY(social_story_tagging(tx, a, who->shop_id, account, (int64_t)limit, limit, &rows,
                                 &count));
        TRY(add(a, &list, "post", "social.story_posted", rows, count));
        TRY(social_story_follow(tx, a, who->shop_id.v, account, &follow, &follows));
        struct timeline_entry *e = follows ? VEC_PUSH(a, &list) : NULL;
        if (follows && e == NULL)
            return &err_out_of_memory;
        if (follows)
            *e = (struct timeline_entry){
                .at_ms = follow.at_ms, .kind = "follow", .text_key = "social.story_followed"};
    }
    *ret = list.items;
    *ret_count = list.count;
    return NULL;
}
