-- expect: 2: 'q' does not name the owner
-- name: q :many (x int) -> (shop int)
SELECT shop_id FROM thing WHERE n = $1;
