/* flow_trigger: how a run begins: a comment with a hashtag, a deep link, a first message; and the
 * standard flow that every shop has. One message per comment, ever: the run of a comment is unique.
 */
#include "flow/flow_talk.h"

#include "account/account.h"
#include "core/permission.h"
#include "core/setting.h"
#include "flow/flow_edit.h"
#include "pool/pool.h"

/* ---- the standard flow ---- */

static const struct err *standard_steps(struct turn *t, struct shop_id shop, int64_t version)
{
    static const struct flow_step steps[] = {
        {FLOW_PRODUCT, STR_INIT("product"), STR_INIT(""), STR_INIT(""), true},
        {FLOW_OPTION, STR_INIT("option"), STR_INIT(""), STR_INIT(""), true},
        {FLOW_ADDRESS, STR_INIT("address"), STR_INIT(""), STR_INIT(""), true},
        {FLOW_SUMMARY, STR_INIT("summary"), STR_INIT(""), STR_INIT(""), true},
    };
    for (size_t i = 0; i < COUNT(steps); i++)
        TRY(flow_step_insert(t->tx, t->arena, turn_new_id(t), shop, version, (int64_t)i,
                             steps[i].kind, steps[i].key, steps[i].text_en, steps[i].text_zh,
                             steps[i].is_required));
    return NULL;
}

const struct err *flow_standard(struct turn *t, struct shop_id shop, struct flow_id *ret,
                                int64_t *ret_version)
{
    struct flow_standard_row_row row;
    bool found = false;
    TRY(flow_standard_row(t->tx, t->arena, shop, &row, &found));
    if (found) {
        *ret = row.id;
        *ret_version = row.live_version_id;
        return NULL;
    }
    *ret = (struct flow_id){turn_new_id(t)};
    *ret_version = turn_new_id(t);
    TRY(flow_insert(t->tx, t->arena, *ret, shop, S("Checkout"), true, *ret_version, t->now_ms));
    TRY(flow_version_insert(t->tx, t->arena, *ret_version, shop, *ret, 1, t->now_ms, t->actor));
    return standard_steps(t, shop, *ret_version);
}

const struct err *flow_shop_created(struct turn *t, const struct event *e)
{
    struct flow_id flow;
    int64_t version = 0;
    return flow_standard(t, e->shop_id, &flow, &version);
}

const struct err *flow_account_merged(struct turn *t, const struct event *e)
{
    int64_t moved = 0;
    return flow_runs_move_account(t->tx, t->arena, (struct account_id){e->subject_id},
                                  (struct account_id){e->object_id}, &moved);
}

static const struct err *flow_of_shop(struct turn *t, struct shop_id shop, struct flow_id flow)
{
    struct flow_row_row row;
    bool found = false;
    TRY(flow_row(t->tx, t->arena, shop, flow, &row, &found));
    return found ? NULL
                 : ERR(t->arena, ERR_NOT_FOUND, "flow.error.flow_gone", "flow %lld",
                       (long long)flow.v);
}

const struct err *flow_trigger_set(struct turn *t, const struct flow_trigger *g)
{
    struct flow_trigger_count_row triggers;
    struct flow_id flow;
    int64_t version = 0;
    str *tags = NULL, text;
    size_t count = 0;
    str hashtag = str_trim(g->hashtag);
    TRY(str_fmt(t->arena, &text, "%s%.*s", str_starts(hashtag, S("#")) ? "" : "#",
                STR_ARG(hashtag)));
    TRY(social_hashtags(t->arena, text, &tags, &count));
    if (count != 1 || str_find_char(hashtag, ' ') >= 0)
        return err_with_field(
            t->arena,
            ERR(t->arena, ERR_INVALID, "flow.error.bad_hashtag", "%.*s", STR_ARG(g->hashtag)),
            "hashtag");
    TRY(flow_standard(t, g->shop_id, &flow, &version));
    if (g->flow_id.v != 0)
        TRY(flow_of_shop(t, g->shop_id, flow = g->flow_id));
    TRY(flow_trigger_count(t->tx, t->arena, g->shop_id, &triggers));
    if (triggers.number >= FLOW_TRIGGERS_MAX)
        return err_with_field(t->arena,
                              ERR(t->arena, ERR_INVALID, "flow.error.too_many_triggers", "%lld",
                                  (long long)triggers.number),
                              "hashtag");
    return flow_trigger_put(t->tx, t->arena, turn_new_id(t), g->shop_id, flow, tags[0], g->post_id,
                            g->product_id);
}

/* ---- a comment ---- */

/* "zh-hans" of a channel, "" of an unknown reader: one of ours. */
static str language_of(str tag)
{
    enum language language = language_parse(tag);
    return language_code(language == LANGUAGE_UNSET ? LANGUAGE_EN : language);
}

static const struct err *greeting_of(struct turn *t, str language, str name, str *ret)
{
    struct locale locale;
    locale_init(&locale, t->platform->texts, language, STR_NONE, STR_NONE, t->now_ms);
    return locale_format(t->arena, &locale, "flow.thanks_for_comment", &name, 1, ret);
}

static const struct err *comment_start(struct turn *t, const struct event *e,
                                       const struct flow_trigger_of_row *trigger)
{
    struct account account;
    struct conversation conversation;
    struct flow_start start = {.shop_id = e->shop_id,
                               .flow_id = trigger->flow_id,
                               .version_id = trigger->version_id,
                               .conversation = &conversation,
                               .post_id = {e->subject_id},
                               .comment_id = {e->object_id},
                               .product_id = trigger->product_id};
    int64_t run_id = 0;
    bool made = false;
    TRY(account_get(t->tx, t->arena, e->account_id, &account));
    struct id_text id = id_format(account.id.v);
    struct chat_open open = {.shop_id = e->shop_id,
                             .channel = S("site"),
                             .channel_user_id = id_str(&id),
                             .account_id = account.id,
                             .customer_name = account.name,
                             .language = account.language};
    TRY(chat_open(t, &open, &conversation, &made));
    if (conversation.holder != CHAT_BOT) /* she asked the bot */
        TRY(chat_holder_set(t, e->shop_id, conversation.id, CHAT_BOT));
    start.language = language_of(conversation.language);
    start.product_from = trigger->product_id.v != 0 ? FLOW_FROM_FIXED : FLOW_FROM_POST;
    TRY(greeting_of(t, start.language, account.name, &start.greeting));
    return flow_talk_start(t, &start, &run_id);
}

/* Without a trigger: a hashtag that the post itself carries, on a post that shows products of the
 * shop. Whoever repeats it there asks about them. The shop may switch this off. */
static const struct err *find_own_hashtag(struct turn *t, const struct event *e,
                                          struct flow_trigger_of_row *ret, bool *ret_found)
{
    struct post post;
    str *own = NULL;
    size_t count = 0;
    bool is_on = false, has_products = false;
    TRY(setting_bool(t->tx, t->arena, t->platform, e->shop_id, "flow.answer_post_hashtags",
                     &is_on));
    if (!is_on)
        return NULL;
    TRY(social_post(t->tx, t->arena, (struct post_id){e->subject_id}, e->account_id, &post));
    for (size_t i = 0; i < post.tag_count; i++)
        has_products = has_products || post.tags[i].product.shop_id.v == e->shop_id.v;
    if (!has_products)
        return NULL;
    TRY(social_hashtags(t->arena, post.text, &own, &count));
    for (str rest = e->text; !*ret_found && !str_is_absent(rest);) {
        str tag = str_cut(&rest, ' ');
        for (size_t i = 0; i < count && !*ret_found; i++)
            *ret_found = str_eq(tag, own[i]);
    }
    *ret = (struct flow_trigger_of_row){0};
    return *ret_found ? flow_standard(t, e->shop_id, &ret->flow_id, &ret->version_id) : NULL;
}

const struct err *flow_comment_made(struct turn *t, const struct event *e)
{
    struct flow_trigger_of_row trigger;
    struct flow_run_of_comment_row earlier;
    bool found = false;
    str rest = e->text, role;
    if (e->shop_id.v == 0 || str_is_empty(e->text))
        return NULL;
    TRY(flow_run_of_comment(t->tx, t->arena, e->shop_id, (struct comment_id){e->object_id},
                            &earlier, &found));
    if (found)
        return NULL;
    while (!found && !str_is_absent(rest)) {
        str tag = str_cut(&rest, ' ');
        if (tag.len > 0)
            TRY(flow_trigger_of(t->tx, t->arena, e->shop_id, tag, (struct post_id){e->subject_id},
                                &trigger, &found));
    }
    if (!found)
        TRY(find_own_hashtag(t, e, &trigger, &found));
    if (!found)
        return NULL;
    TRY(permission_role(t->tx, t->arena, e->shop_id, e->account_id, &role));
    return str_is_absent(role) ? comment_start(t, e, &trigger)
                               : NULL; /* the shop does not answer itself */
}

/* ---- a link, or a first message ---- */

/* A post that is gone, or shows nothing of this shop, leads to the shop's products. */
static const struct err *about_post(struct turn *t, struct post_id id, struct flow_start *start)
{
    struct post post;
    bool shows = false;
    const struct err *e = social_post(t->tx, t->arena, id, start->conversation->account_id, &post);
    if (e != NULL)
        return e->kind == ERR_NOT_FOUND ? NULL : e;
    for (size_t i = 0; i < post.tag_count; i++)
        shows = shows || post.tags[i].product.shop_id.v == start->shop_id.v;
    if (shows) {
        start->product_from = FLOW_FROM_POST;
        start->post_id = id;
    }
    return NULL;
}

static const struct err *about_product(struct turn *t, str handle, struct flow_start *start)
{
    struct product product;
    const struct err *e =
        catalog_product_by_handle(t->tx, t->arena, start->shop_id, handle, &product);
    if (e != NULL && e->kind == ERR_CONFLICT) /* it has another handle today */
        e = catalog_product_by_handle(t->tx, t->arena, start->shop_id, e->args[0], &product);
    if (e != NULL)
        return e->kind == ERR_NOT_FOUND ? NULL : e;
    start->product_from = FLOW_FROM_FIXED;
    start->product_id = product.id;
    return NULL;
}

/* What a tracked link leads to is what its chat is about: "/post/ID", "/s/SHOP/p/HANDLE"; else the
 * shop. */
static const struct err *about_path(struct turn *t, str path, struct flow_start *start)
{
    struct post_id post;
    path = str_cut(&path, '?');
    if (str_starts(path, S("/post/")) && id_parse(str_from(path, S("/post/").len), &post.v))
        return about_post(t, post, start);
    ptrdiff_t at = str_find(path, S("/p/"));
    if (str_starts(path, S("/s/")) && at > 0)
        return about_product(t, str_from(path, (size_t)at + S("/p/").len), start);
    return NULL;
}

/* A hashtag that a trigger knows, without '#'. */
static const struct err *about_hashtag(struct turn *t, str tag, struct flow_start *start,
                                       bool *ret_found)
{
    struct flow_trigger_by_hashtag_row trigger;
    TRY(flow_trigger_by_hashtag(t->tx, t->arena, start->shop_id, tag, &trigger, ret_found));
    if (!*ret_found)
        return NULL;
    start->flow_id = trigger.flow_id;
    start->version_id = trigger.version_id;
    if (trigger.product_id.v != 0) {
        start->product_from = FLOW_FROM_FIXED;
        start->product_id = trigger.product_id;
    }
    return trigger.product_id.v == 0 && trigger.post_id.v != 0
               ? about_post(t, trigger.post_id, start)
               : NULL;
}

/* "p-" and a product's id, the code of a tracked link, or a hashtag that a trigger knows. */
static const struct err *read_payload(struct turn *t, str payload, struct flow_start *start)
{
    bool found = false;
    str *tags = NULL, text, path;
    size_t count = 0;
    if (str_starts(payload, S("p-")) && id_parse(str_from(payload, 2), &start->product_id.v)) {
        start->product_from = FLOW_FROM_FIXED;
        return NULL;
    }
    TRY(pool_link_target(t->tx, t->arena, start->shop_id, payload, t->now_ms, &path));
    if (!str_is_absent(path))
        return about_path(t, path, start);
    TRY(str_fmt(t->arena, &text, "#%.*s", STR_ARG(payload)));
    TRY(social_hashtags(t->arena, text, &tags, &count));
    return count == 1 ? about_hashtag(t, tags[0], start, &found) : NULL;
}

static const struct err *start_of(struct turn *t, const struct conversation *c,
                                  struct flow_start *ret)
{
    *ret = (struct flow_start){.shop_id = c->shop_id,
                               .conversation = c,
                               .product_from = FLOW_FROM_SHOP,
                               .language = language_of(c->language)};
    return flow_standard(t, c->shop_id, &ret->flow_id, &ret->version_id);
}

static const struct err *greet(struct turn *t, struct flow_start *start)
{
    struct locale locale;
    locale_init(&locale, t->platform->texts, start->language, STR_NONE, STR_NONE, t->now_ms);
    return locale_format(t->arena, &locale, "flow.hello", &start->conversation->customer_name, 1,
                         &start->greeting);
}

const struct err *flow_begin_by_hashtag(struct turn *t, const struct conversation *c, str said,
                                        bool *ret_begun)
{
    struct flow_start start;
    int64_t run_id = 0;
    str *tags = NULL, text = str_trim(said);
    size_t count = 0;
    *ret_begun = false;
    if (!str_starts(text, S("#")) || str_find_char(text, ' ') >= 0)
        return NULL;
    TRY(social_hashtags(t->arena, text, &tags, &count));
    if (count != 1)
        return NULL;
    TRY(start_of(t, c, &start));
    TRY(about_hashtag(t, tags[0], &start, ret_begun));
    if (!*ret_begun)
        return NULL;
    TRY(greet(t, &start));
    return flow_talk_start(t, &start, &run_id);
}

const struct err *flow_begin(struct turn *t, const struct conversation *c, str payload,
                             str greeting, struct product_id product)
{
    struct flow_start start;
    int64_t run_id = 0;
    TRY(start_of(t, c, &start));
    start.greeting = greeting;
    if (product.v != 0) {
        start.product_from = FLOW_FROM_FIXED;
        start.product_id = product;
    }
    if (!str_is_empty(payload))
        TRY(read_payload(t, payload, &start));
    if (str_is_empty(start.greeting))
        TRY(greet(t, &start));
    return flow_talk_start(t, &start, &run_id);
}
