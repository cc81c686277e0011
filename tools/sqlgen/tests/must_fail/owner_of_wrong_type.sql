-- expect: 2: 'q' does not name the owner
-- name: q :many (shop_id thing_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1;
