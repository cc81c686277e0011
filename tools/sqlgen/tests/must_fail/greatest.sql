-- expect: 3: 'greatest'
-- name: q :many (shop_id shop_id) -> (id int)
SELECT greatest(id, n) FROM thing WHERE shop_id = $1;
