-- expect: 3: parameters are written $1..$n
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1 AND n = ?2;
