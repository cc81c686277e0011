-- expect: 2: the name 'default' is taken
-- name: q :many (shop_id shop_id) -> (default int)
SELECT id FROM thing WHERE shop_id = $1;
