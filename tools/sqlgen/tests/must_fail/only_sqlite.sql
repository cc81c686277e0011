-- expect: 2: -- @sqlite without -- @pg
-- name: q :many (shop_id shop_id) -> (id int)
-- @sqlite
SELECT id FROM thing WHERE shop_id = $1;
