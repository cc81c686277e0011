-- expect: 3: 'group_concat'
-- name: q :many (shop_id shop_id) -> (t text)
SELECT group_concat(title) FROM thing WHERE shop_id = $1;
