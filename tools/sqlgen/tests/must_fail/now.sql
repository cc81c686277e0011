-- expect: 3: 'now': pass now_ms
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1 AND n < now();
