-- expect: 2: parameter $2 (x) is not used
-- name: q :many (shop_id shop_id, x int) -> (id int)
SELECT id FROM thing WHERE shop_id = $1;
