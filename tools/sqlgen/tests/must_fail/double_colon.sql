-- expect: 3: '::' is PostgreSQL only
-- name: q :many (shop_id shop_id, x int) -> (id int)
SELECT id FROM thing WHERE shop_id = $1 AND n = $2::int;
