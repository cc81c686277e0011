-- expect: 2: 'q' has no statement
-- name: q :many (shop_id shop_id) -> (id int)

