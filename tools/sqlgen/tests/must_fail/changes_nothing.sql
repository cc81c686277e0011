-- expect: 2: 'q' changes nothing
-- name: q :exec (shop_id shop_id)
SELECT id FROM thing WHERE shop_id = $1;
