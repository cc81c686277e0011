-- expect: 2: 'like nobody': no such query
-- name: q :many (shop_id shop_id) -> like nobody
SELECT id FROM thing WHERE shop_id = $1;
