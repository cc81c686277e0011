-- expect: 3: only whole decimal numbers
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1 AND n > 1.5;
