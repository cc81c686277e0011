-- expect: 2: unknown kind ':some'
-- name: q :some (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1;
