-- expect: 2: :many needs '-> (columns)'
-- name: q :many (shop_id shop_id)
SELECT id FROM thing WHERE shop_id = $1;
