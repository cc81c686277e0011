-- expect: 2: bool cannot be NULL
-- name: q :many (shop_id shop_id) -> (id bool?)
SELECT id FROM thing WHERE shop_id = $1;
