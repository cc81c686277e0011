-- expect: 2: 'x' is named twice
-- name: q :many (shop_id shop_id, x int, x int) -> (id int)
SELECT id FROM thing WHERE shop_id = $1;
