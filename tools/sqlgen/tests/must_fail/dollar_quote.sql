-- expect: 3: '$' must begin a parameter
-- name: q :many (shop_id shop_id) -> (id int)
SELECT $$x$$ FROM thing WHERE shop_id = $1;
