-- expect: 3: a second statement
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1; DELETE FROM thing;
