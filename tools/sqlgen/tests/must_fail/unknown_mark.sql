-- expect: 3: unknown mark
-- name: q :many (shop_id shop_id) -> (id int)
-- @gobal: typo
SELECT id FROM thing WHERE n = $1;
