-- expect: 2: column 'id' is declared TEXT
-- name: q :many (shop_id shop_id) -> (id int)
SELECT title FROM thing WHERE shop_id = $1;
