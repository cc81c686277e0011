-- expect: 3: block comments
-- name: q :many (shop_id shop_id) -> (id int)
SELECT id /* x */ FROM thing WHERE shop_id = $1;
