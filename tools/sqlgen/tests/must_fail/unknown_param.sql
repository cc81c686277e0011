-- expect: 3: $2 is not in the signature
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1 AND n = $2;
