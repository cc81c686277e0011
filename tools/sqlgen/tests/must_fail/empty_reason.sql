-- expect: 3: @global needs a reason
-- name: q :many (shop_id shop_id) -> (id int)
-- @global:
SELECT id FROM thing WHERE n = $1;
