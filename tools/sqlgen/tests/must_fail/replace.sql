-- expect: 3: 'replace'
-- name: q :exec (shop_id shop_id)
REPLACE INTO thing (id, shop_id) VALUES (1, $1);
