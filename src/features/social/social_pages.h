/* The handlers of social; rows stand in social_feature.c. */
#ifndef SOCIAL_SOCIAL_PAGES_H
#define SOCIAL_SOCIAL_PAGES_H

#include "core/web.h"
#include "social/social.h"

route_handler social_page_home, social_page_explore, social_page_tag, social_page_tag_search,
    social_page_profile, social_page_shop, social_page_front;
route_handler social_page_post, social_page_comments, social_page_answer, social_page_share;
route_handler social_page_new, social_act_post, social_console_posts, social_console_new,
    social_console_post;
route_handler social_act_comment, social_act_comment_remove, social_act_remove, social_act_like,
    social_act_share, social_act_follow, social_act_follow_shop;
route_handler social_api_feed, social_api_post, social_api_post_make, social_api_post_remove,
    social_api_comments, social_api_comment_make, social_api_comment_remove, social_api_like,
    social_api_unlike, social_api_follow, social_api_unfollow, social_api_follow_shop,
    social_api_unfollow_shop, social_api_profile, social_api_account_posts, social_api_shop_posts,
    social_api_tag_posts;

/* The post page; failure: why her comment was refused (what she typed stays), or NULL. */
const struct err *social_show_post(struct web *w, struct post_id id,
                                   const struct err *failure) MUST_CHECK;

#endif
