-- include: "social/social.h"

-- name: social_post_insert :exec (id post_id, account_id account_id, shop_id shop_id,
--    source_id int, body text, now_ms int)
INSERT INTO post (id, account_id, shop_id, source_id, body, like_count, comment_count, share_count,
                  created_ms, removed_ms)
VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, 0);

-- name: social_photo_insert :exec (account_id account_id, post_id post_id, position int,
--    media_id int)
INSERT INTO post_photo (account_id, post_id, position, media_id) VALUES ($1, $2, $3, $4);

-- name: social_tag_insert :exec (account_id account_id, post_id post_id, position int,
--    product_id product_id, photo_index int, x_permille int, y_permille int)
INSERT INTO post_tag (account_id, post_id, position, product_id, photo_index, x_permille,
                      y_permille)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: social_hashtag_insert :exec (account_id account_id, tag text, post_id post_id)
INSERT INTO post_hashtag (account_id, tag, post_id) VALUES ($1, $2, $3);

-- name: social_post_row :maybe (id post_id)
-- @global: posts are public
--    -> (id post_id, account_id account_id, shop_id shop_id, source_id int, body text,
--    like_count int, comment_count int, share_count int, created_ms int)
SELECT id, account_id, shop_id, source_id, body, like_count, comment_count, share_count, created_ms
  FROM post WHERE id = $1 AND removed_ms = 0;

-- name: social_photo_ids :many (post_id post_id) -> (media_id int)
-- @global: posts are public
SELECT media_id FROM post_photo WHERE post_id = $1 ORDER BY position LIMIT 10;

-- name: social_tag_rows :many (post_id post_id)
--    -> (product_id product_id, photo_index int, x_permille int, y_permille int)
-- @global: posts are public
SELECT product_id, photo_index, x_permille, y_permille FROM post_tag WHERE post_id = $1
 ORDER BY position LIMIT 20;

-- name: social_post_remove_row :count (id post_id, now_ms int)
-- @global: the caller has checked who may
UPDATE post SET removed_ms = $2 WHERE id = $1 AND removed_ms = 0;

-- name: social_like_insert :count (account_id account_id, post_id post_id, now_ms int)
INSERT INTO post_like (account_id, post_id, created_ms) VALUES ($1, $2, $3)
                       ON CONFLICT (account_id, post_id) DO NOTHING;

-- name: social_like_delete :count (account_id account_id, post_id post_id)
DELETE FROM post_like WHERE account_id = $1 AND post_id = $2;

-- name: social_like_row :maybe (account_id account_id, post_id post_id) -> (created_ms int)
SELECT created_ms FROM post_like WHERE account_id = $1 AND post_id = $2;

-- name: social_like_count_add :hit (id post_id, change int)
-- @global: the count of a public post
UPDATE post SET like_count = like_count + $2 WHERE id = $1;

-- name: social_comment_count_add :hit (id post_id, change int)
-- @global: the count of a public post
UPDATE post SET comment_count = comment_count + $2 WHERE id = $1;

-- name: social_share_count_add :count (id post_id)
-- @global: the count of a public post
UPDATE post SET share_count = share_count + 1 WHERE id = $1 AND removed_ms = 0;

-- name: social_comment_insert :count (id comment_id, post_id post_id, account_id account_id,
--    shop_id shop_id, body text, once_key text?, now_ms int)
INSERT INTO comment (id, post_id, account_id, shop_id, body, once_key, created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT DO NOTHING;

-- name: social_comment_of_key :maybe (account_id account_id, once_key text)
--    -> (id comment_id, post_id post_id, body text)
SELECT id, post_id, body FROM comment WHERE account_id = $1 AND once_key = $2;

-- name: social_comment_row :maybe (id comment_id)
-- @global: comments are public
--    -> (id comment_id, post_id post_id, account_id account_id, body text, created_ms int)
SELECT id, post_id, account_id, body, created_ms FROM comment WHERE id = $1;

-- name: social_comment_delete :count (id comment_id)
-- @global: the caller has checked who may
DELETE FROM comment WHERE id = $1;

-- name: social_comments_before :many (post_id post_id, cursor int, max_rows int)
-- @global: comments are public
--    -> like social_comment_row
SELECT id, post_id, account_id, body, created_ms FROM comment WHERE post_id = $1 AND id < $2
 ORDER BY id DESC LIMIT $3;

-- name: social_follow_insert :count (account_id account_id, source_id int, now_ms int)
INSERT INTO follow (account_id, source_id, created_ms) VALUES ($1, $2, $3)
                    ON CONFLICT (account_id, source_id) DO NOTHING;

-- name: social_follow_delete :count (account_id account_id, source_id int)
DELETE FROM follow WHERE account_id = $1 AND source_id = $2;

-- name: social_follow_row :maybe (account_id account_id, source_id int) -> (created_ms int)
SELECT created_ms FROM follow WHERE account_id = $1 AND source_id = $2;

-- name: social_source_follower_add :exec (id int, stars_above int)
-- @global: the count of a public profile
INSERT INTO social_source (id, follower_count, is_star) VALUES ($1, 1, 0)
    ON CONFLICT (id) DO UPDATE SET follower_count = social_source.follower_count + 1,
       is_star = CASE WHEN social_source.follower_count >= $2 THEN 1 ELSE social_source.is_star END;

-- name: social_source_follower_drop :hit (id int)
-- @global: the count of a public profile
UPDATE social_source SET follower_count = follower_count - 1 WHERE id = $1;

-- name: social_source_row :maybe (id int) -> (follower_count int, is_star bool)
-- @global: the count of a public profile
SELECT follower_count, is_star FROM social_source WHERE id = $1;

-- name: social_source_post_count :one (source_id int) -> (posts int)
-- @global: the count of a public profile
SELECT COUNT(*) FROM post WHERE source_id = $1 AND removed_ms = 0;

-- name: social_following_count :one (account_id account_id) -> (sources int)
SELECT COUNT(*) FROM follow WHERE account_id = $1;

-- name: social_slice_end :maybe (source_id int, after int, skip int) -> (account_id account_id)
-- @global: the followers of one source, by slices
SELECT account_id FROM follow WHERE source_id = $1 AND account_id > $2
 ORDER BY account_id LIMIT 1 OFFSET $3;

-- name: social_fan_out :count (post_id post_id, source_id int, after int, upto int)
-- @global: one post to many followers
INSERT INTO timeline (account_id, post_id, source_id)
SELECT account_id, $1, source_id FROM follow WHERE source_id = $2 AND account_id > $3
 AND account_id <= $4
    ON CONFLICT (account_id, post_id) DO NOTHING;

-- name: social_back_fill :exec (account_id account_id, source_id int, max_rows int)
INSERT INTO timeline (account_id, post_id, source_id)
SELECT f.account_id, p.id, p.source_id
  FROM follow f
  JOIN (SELECT id, source_id FROM post WHERE source_id = $2 AND removed_ms = 0 ORDER BY id DESC
      LIMIT $3) p
    ON p.source_id = f.source_id
 WHERE f.account_id = $1
    ON CONFLICT (account_id, post_id) DO NOTHING;

-- name: social_timeline_forget :exec (account_id account_id, source_id int)
DELETE FROM timeline WHERE account_id = $1 AND source_id = $2;

-- name: social_timeline_ids :many (account_id account_id, cursor int, max_rows int) -> (id post_id)
SELECT t.post_id FROM timeline t JOIN follow f ON f.account_id = t.account_id
 AND f.source_id = t.source_id
 WHERE t.account_id = $1 AND t.post_id < $2 ORDER BY t.post_id DESC LIMIT $3;

-- name: social_stars_followed :many (account_id account_id, max_rows int) -> (source_id int)
SELECT f.source_id FROM follow f JOIN social_source s ON s.id = f.source_id
 WHERE f.account_id = $1 AND s.is_star = 1 ORDER BY f.source_id LIMIT $2;

-- name: social_source_ids :many (source_id int, cursor int, max_rows int)
--    -> like social_timeline_ids
-- @global: the posts of a public profile
SELECT id FROM post WHERE source_id = $1 AND id < $2 AND removed_ms = 0 ORDER BY id DESC LIMIT $3;

-- name: social_all_ids :many (cursor int, max_rows int) -> like social_timeline_ids
-- @global: everyone's posts are public
SELECT id FROM post WHERE id < $1 AND removed_ms = 0 ORDER BY id DESC LIMIT $2;

-- name: social_shop_ids :many (cursor int, max_rows int) -> like social_timeline_ids
-- @global: the posts of all shops are public
SELECT id FROM post WHERE id < $1 AND shop_id <> 0 AND removed_ms = 0 ORDER BY id DESC LIMIT $2;

-- name: social_hashtag_ids :many (tag text, cursor int, max_rows int) -> like social_timeline_ids
-- @global: the posts with a hashtag are public
SELECT p.id FROM post_hashtag h JOIN post p ON p.id = h.post_id
 WHERE h.tag = $1 AND h.post_id < $2 AND p.removed_ms = 0 ORDER BY h.post_id DESC LIMIT $3;

-- name: social_liked_ids :many (account_id account_id, cursor int, max_rows int)
--    -> like social_timeline_ids
SELECT l.post_id FROM post_like l JOIN post p ON p.id = l.post_id
 WHERE l.account_id = $1 AND l.post_id < $2 AND p.removed_ms = 0 ORDER BY l.post_id DESC LIMIT $3;

-- name: social_merge_posts :exec (account_id account_id, into_id account_id)
UPDATE post SET account_id = $2, source_id = CASE WHEN shop_id = 0 THEN $2 ELSE source_id END
 WHERE account_id = $1;

-- name: social_merge_photos :exec (account_id account_id, into_id account_id)
UPDATE post_photo SET account_id = $2 WHERE account_id = $1;

-- name: social_merge_tags :exec (account_id account_id, into_id account_id)
UPDATE post_tag SET account_id = $2 WHERE account_id = $1;

-- name: social_merge_hashtags :exec (account_id account_id, into_id account_id)
UPDATE post_hashtag SET account_id = $2 WHERE account_id = $1;

-- name: social_merge_comments :exec (account_id account_id, into_id account_id)
UPDATE comment SET account_id = $2, once_key = NULL WHERE account_id = $1;

-- name: social_likes_of :many (account_id account_id, max_rows int)
--    -> (post_id post_id, created_ms int)
SELECT post_id, created_ms FROM post_like WHERE account_id = $1 ORDER BY post_id LIMIT $2;

-- name: social_follows_of :many (account_id account_id, max_rows int)
--    -> (source_id int, created_ms int)
SELECT source_id, created_ms FROM follow WHERE account_id = $1 ORDER BY source_id LIMIT $2;

-- name: social_followers_of :many (source_id int, max_rows int)
--    -> (account_id account_id, created_ms int)
-- @global: the followers of one source
SELECT account_id, created_ms FROM follow WHERE source_id = $1 ORDER BY account_id LIMIT $2;

-- name: social_timeline_drop :exec (account_id account_id)
DELETE FROM timeline WHERE account_id = $1;

-- name: social_verify_likes :many () -> (id post_id, stored int, counted int)
-- @global: verify looks at everyone
SELECT p.id, p.like_count, COALESCE(l.n, 0) FROM post p
  LEFT JOIN (SELECT post_id, COUNT(*) AS n FROM post_like GROUP BY post_id) l ON l.post_id = p.id
 WHERE p.like_count <> COALESCE(l.n, 0) ORDER BY p.id LIMIT 20;

-- name: social_verify_comments :many () -> like social_verify_likes
-- @global: verify looks at everyone
SELECT p.id, p.comment_count, COALESCE(c.n, 0) FROM post p
  LEFT JOIN (SELECT post_id, COUNT(*) AS n FROM comment GROUP BY post_id) c ON c.post_id = p.id
 WHERE p.comment_count <> COALESCE(c.n, 0) ORDER BY p.id LIMIT 20;

-- name: social_verify_followers :many () -> (source_id int, stored int, counted int)
-- @global: verify looks at everyone
SELECT s.id, s.follower_count, COALESCE(f.n, 0) FROM social_source s
  LEFT JOIN (SELECT source_id, COUNT(*) AS n FROM follow GROUP BY source_id) f ON f.source_id = s.id
 WHERE s.follower_count <> COALESCE(f.n, 0) ORDER BY s.id LIMIT 20;

-- name: social_story_comments :many (shop_id shop_id, account_id account_id, max_rows int)
--    -> (post_id post_id, body text, at_ms int)
SELECT post_id, body, created_ms FROM comment WHERE shop_id = $1 AND account_id = $2
 ORDER BY id DESC LIMIT $3;

-- name: social_story_likes :many (shop_id shop_id, account_id account_id, max_rows int)
--    -> like social_story_comments
SELECT l.post_id, p.body, l.created_ms FROM post_like l JOIN post p ON p.id = l.post_id
 WHERE p.shop_id = $1 AND l.account_id = $2 AND p.removed_ms = 0 ORDER BY l.post_id DESC LIMIT $3;

-- name: social_story_tagging :many (shop_id shop_id, account_id account_id, max_rows int)
--    -> like social_story_comments
SELECT p.id, p.body, p.created_ms FROM post p
 WHERE p.account_id = $2 AND p.shop_id = $1 AND p.removed_ms = 0 ORDER BY p.id DESC LIMIT $3;

-- name: social_story_follow :maybe (shop int, account_id account_id) -> (at_ms int)
SELECT created_ms FROM follow WHERE source_id = $1 AND account_id = $2;

-- name: social_followers_after :many (source_id int, after int, max_rows int)
--    -> (account_id account_id)
-- @global: the followers of one source, by slices
SELECT account_id FROM follow WHERE source_id = $1 AND account_id > $2 ORDER BY account_id LIMIT $3;

-- name: social_ordinary_after :maybe (after int) -> (id int)
-- @global: rebuilding looks at every source
SELECT id FROM social_source WHERE id > $1 AND is_star = 0 ORDER BY id LIMIT 1;
