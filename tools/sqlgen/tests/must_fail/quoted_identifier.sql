-- expect: 3: quoted identifiers
-- name: q :many (shop_id shop_id) -> (id int)
SELECT "id" FROM thing WHERE shop_id = $1;
