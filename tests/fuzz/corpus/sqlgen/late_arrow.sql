-- expect: 2: '->' must stand right after
-- name: q :exec (shop_id shop_id)
-- some prose
-- -> (id int)
SELECT id FROM thing WHERE shop_id = $1;
