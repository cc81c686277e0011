-- expect: 3: string literal without an end
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id FROM thing WHERE shop_id = $1 AND title = 'it;
