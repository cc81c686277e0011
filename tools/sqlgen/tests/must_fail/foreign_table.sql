-- expect: 3: 'q' uses table 'stranger' of 'other'
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM stranger WHERE shop_id = $1;
