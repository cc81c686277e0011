-- expect: 2: 'q' does not name the owner
-- name: q :exec (shop_id shop_id, x int)
UPDATE thing SET shop_id = $1 WHERE id = $2;
