-- expect: 3: 'FOR UPDATE'
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1 FOR UPDATE;
