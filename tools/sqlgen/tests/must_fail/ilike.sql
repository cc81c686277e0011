-- expect: 3: 'ilike'
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1 AND title ILIKE 'a';
