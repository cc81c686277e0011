-- include: "sample.h"

-- name: item_add :exec (id item_id, shop_id shop_id, title text, note text?, picture bytes?,
--    parent_id item_id?, weight int?, is_open bool, on_hand int)
INSERT INTO item (id, shop_id, title, note, picture, parent_id, weight, is_open, on_hand, held)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0);

-- name: item_by_id :one (shop_id shop_id, id item_id)
--    -> (id item_id, title text, note text?, picture bytes?, parent_id item_id?, weight int?,
--    is_open bool, on_hand int, held int)
SELECT id, title, note, picture, parent_id, weight, is_open, on_hand, held FROM item
 WHERE shop_id = $1 AND id = $2;

-- name: item_find :maybe (shop_id shop_id, title text) -> like item_by_id
-- The parameters stand in the other order in the text: bound by number, not by appearance.
SELECT id, title, note, picture, parent_id, weight, is_open, on_hand, held FROM item
 WHERE title = $2 AND shop_id = $1;

-- name: item_list :many (shop_id shop_id, max_rows int) -> (id item_id, title text)
SELECT id, title FROM item WHERE shop_id = $1 ORDER BY title LIMIT $2;

-- name: item_walk :each (shop_id shop_id) -> (id item_id, title text, note text?)
SELECT id, title, note FROM item WHERE shop_id = $1 ORDER BY id;

-- name: item_like :many (shop_id shop_id, pattern text) -> (id item_id, title text)
SELECT id, title FROM item WHERE shop_id = $1 AND title LIKE $2 ORDER BY title;

-- name: item_hold :hit (shop_id shop_id, id item_id, quantity int)
UPDATE item SET held = held + $3 WHERE shop_id = $1 AND id = $2 AND on_hand - held >= $3;

-- name: item_hold_blindly :exec (shop_id shop_id, id item_id, quantity int)
UPDATE item SET held = held + $3 WHERE shop_id = $1 AND id = $2;

-- name: item_close_all :count (shop_id shop_id)
UPDATE item SET is_open = 0 WHERE shop_id = $1 AND is_open = 1;

-- name: item_clear :exec (shop_id shop_id)
DELETE FROM item WHERE shop_id = $1;

-- name: item_sums :one (shop_id shop_id) -> (count int, on_hand int?, note_count int)
SELECT COUNT(*), SUM(on_hand), COUNT(*) FILTER (WHERE note IS NOT NULL) FROM item
 WHERE shop_id = $1;

-- name: item_wrong_type :one (shop_id shop_id, id item_id) -> (note text)
SELECT note FROM item WHERE shop_id = $1 AND id = $2;

-- name: sale_add :exec (id sale_id, shop_id shop_id, item_id item_id, quantity int)
INSERT INTO sale (id, shop_id, item_id, quantity) VALUES ($1, $2, $3, $4);

-- name: sale_change :exec (shop_id shop_id, quantity int)
UPDATE sale SET quantity = $2 WHERE shop_id = $1;

-- name: counter_bump :one (name text, by int) -> (value int)
-- @global: one counter for all
INSERT INTO counter (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = counter.value + $2 RETURNING value;

-- name: counter_get :maybe (name text) -> (value int)
-- @global: one counter for all
SELECT value FROM counter WHERE name = $1;

-- name: counter_lock :one (name text) -> (value int)
-- @global: one counter for all
-- @sqlite
SELECT value FROM counter WHERE name = $1;
-- @pg
SELECT value FROM counter WHERE name = $1 FOR UPDATE;

-- name: connection_end :exec ()
-- @global: the server ends this connection, and nobody waits for it
-- @sqlite
UPDATE counter SET value = value WHERE 0 = 1;
-- @pg
UPDATE counter SET value = value WHERE pg_terminate_backend(pg_backend_pid());

-- name: connection_kill :one () -> (done int)
-- @global: touches no table; the server ends this connection
-- @sqlite
SELECT 0;
-- @pg
SELECT CASE WHEN pg_terminate_backend(pg_backend_pid()) THEN 1 ELSE 0 END;
