-- expect: 3: -- @sqlite comes before -- @pg
-- name: q :many (shop_id shop_id) -> (id int)
-- @pg
SELECT id FROM thing WHERE shop_id = $1;
-- @sqlite
SELECT id FROM thing WHERE shop_id = $1;
