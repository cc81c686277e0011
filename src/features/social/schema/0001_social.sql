-- source_id: who it appears from: the shop (shop_id) of a shop's post, else the author's account. Ids are unique over
-- all tables, so one column serves both. removed_ms: 0 = shown.
-- @global: posts are public and found by their own id
CREATE TABLE post (
    id {int} NOT NULL PRIMARY KEY,
    account_id {int} NOT NULL,
    shop_id {int} NOT NULL,
    source_id {int} NOT NULL,
    body {text} NOT NULL,
    like_count {int} NOT NULL CHECK (like_count >= 0),
    comment_count {int} NOT NULL CHECK (comment_count >= 0),
    share_count {int} NOT NULL CHECK (share_count >= 0),
    created_ms {int} NOT NULL,
    removed_ms {int} NOT NULL
){strict};
CREATE INDEX post_source ON post (source_id, id);
CREATE INDEX post_account ON post (account_id, id);
CREATE INDEX post_of_shops ON post (id) WHERE shop_id <> 0;

CREATE TABLE post_photo (
    account_id {int} NOT NULL,
    post_id {int} NOT NULL,
    position {int} NOT NULL,
    media_id {int} NOT NULL,
    PRIMARY KEY (post_id, position)
){strict:keyed};

-- x_permille, y_permille: -1 = not placed on the photo
CREATE TABLE post_tag (
    account_id {int} NOT NULL,
    post_id {int} NOT NULL,
    position {int} NOT NULL,
    product_id {int} NOT NULL,
    photo_index {int} NOT NULL,
    x_permille {int} NOT NULL,
    y_permille {int} NOT NULL,
    PRIMARY KEY (post_id, position)
){strict:keyed};
CREATE INDEX post_tag_product ON post_tag (product_id, post_id);

-- tag: folded, without '#'
CREATE TABLE post_hashtag (
    account_id {int} NOT NULL,
    tag {text} NOT NULL,
    post_id {int} NOT NULL,
    PRIMARY KEY (tag, post_id)
){strict:keyed};

-- shop_id: the post's shop, 0 = a person's post. once_key: the same key by the same author is the same comment
-- @global: comments are read with their post, whoever wrote them
CREATE TABLE comment (
    id {int} NOT NULL PRIMARY KEY,
    post_id {int} NOT NULL,
    account_id {int} NOT NULL,
    shop_id {int} NOT NULL,
    body {text} NOT NULL,
    once_key {text},
    created_ms {int} NOT NULL
){strict};
CREATE INDEX comment_post ON comment (post_id, id);
CREATE INDEX comment_account ON comment (account_id, id);
CREATE UNIQUE INDEX comment_once ON comment (account_id, once_key) WHERE once_key IS NOT NULL;

CREATE TABLE post_like (
    account_id {int} NOT NULL,
    post_id {int} NOT NULL,
    created_ms {int} NOT NULL,
    PRIMARY KEY (account_id, post_id)
){strict:keyed};
CREATE INDEX post_like_post ON post_like (post_id);

CREATE TABLE follow (
    account_id {int} NOT NULL,
    source_id {int} NOT NULL,
    created_ms {int} NOT NULL,
    PRIMARY KEY (account_id, source_id)
){strict:keyed};
CREATE INDEX follow_source ON follow (source_id, account_id);

-- Counts of a shop or an account as a source of posts. is_star: its posts are merged when read, not fanned out;
-- once a star, always a star, so that no post is in neither place.
-- @global: a source may be a shop or an account
CREATE TABLE social_source (
    id {int} NOT NULL PRIMARY KEY,
    follower_count {int} NOT NULL CHECK (follower_count >= 0),
    is_star {bool} NOT NULL
){strict};

-- Posts of ordinary sources, copied to each follower.
CREATE TABLE timeline (
    account_id {int} NOT NULL,
    post_id {int} NOT NULL,
    source_id {int} NOT NULL,
    PRIMARY KEY (account_id, post_id)
){strict:keyed};
