-- expect: 2: the name 'limit' is taken
-- name: q :many (shop_id shop_id, limit int) -> (id int)
SELECT id FROM thing WHERE shop_id = $1 LIMIT $2;
