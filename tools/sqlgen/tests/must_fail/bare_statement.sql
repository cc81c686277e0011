-- expect: 2: a statement without a '-- name:'
SELECT id FROM thing WHERE shop_id = $1;

