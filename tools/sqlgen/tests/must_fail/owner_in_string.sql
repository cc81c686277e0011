-- expect: 2: 'q' does not name the owner
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE n = $1 AND title = 'shop_id = $1';
