-- expect: 2: 'q' returns 2 columns, its header names 1
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id, n FROM thing WHERE shop_id = $1;
