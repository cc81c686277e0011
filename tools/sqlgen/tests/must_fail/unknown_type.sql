-- expect: 2: unknown type 'float'
-- name: q :many (shop_id shop_id, x float) -> (id int)
SELECT id FROM thing WHERE shop_id = $1;
