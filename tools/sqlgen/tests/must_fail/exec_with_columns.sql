-- expect: 2: :exec returns no columns
-- name: q :exec (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1;
