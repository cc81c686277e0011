-- expect: 3: 'q': SQLite: no such column: nosuch
-- name: q :many (shop_id shop_id) -> (id int)
SELECT nosuch FROM thing WHERE shop_id = $1;
