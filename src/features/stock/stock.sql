-- include: "stock/stock.h"

-- name: stock_row :maybe (shop_id shop_id, variant_id variant_id)
--    -> (on_hand int, held int, product_id product_id)
SELECT on_hand, held, product_id FROM stock WHERE shop_id = $1 AND id = $2;

-- name: stock_row_lock :maybe (shop_id shop_id, variant_id variant_id) -> (on_hand int)
-- @sqlite
SELECT on_hand FROM stock WHERE shop_id = $1 AND id = $2;
-- @pg
SELECT on_hand FROM stock WHERE shop_id = $1 AND id = $2 FOR UPDATE;

-- name: stock_promise :count (shop_id shop_id, variant_id variant_id, quantity int, now_ms int)
UPDATE stock SET held = held + $3, changed_ms = $4
 WHERE shop_id = $1 AND id = $2 AND on_hand - held >= $3;

-- name: stock_unpromise :hit (shop_id shop_id, variant_id variant_id, quantity int, now_ms int)
UPDATE stock SET held = held - $3, changed_ms = $4 WHERE shop_id = $1 AND id = $2;

-- name: stock_sell_held :hit (shop_id shop_id, variant_id variant_id, quantity int, now_ms int)
UPDATE stock SET on_hand = on_hand - $3, held = held - $3, changed_ms = $4
 WHERE shop_id = $1 AND id = $2;

-- name: stock_sell_free :count (shop_id shop_id, variant_id variant_id, quantity int, now_ms int)
UPDATE stock SET on_hand = on_hand - $3, changed_ms = $4
 WHERE shop_id = $1 AND id = $2 AND on_hand - held >= $3;

-- name: stock_put_back :count (shop_id shop_id, variant_id variant_id, quantity int, now_ms int)
UPDATE stock SET on_hand = on_hand + $3, changed_ms = $4 WHERE shop_id = $1 AND id = $2;

-- name: stock_insert :exec (variant_id variant_id, shop_id shop_id, product_id product_id,
--    on_hand int, now_ms int)
INSERT INTO stock (id, shop_id, product_id, on_hand, held, changed_ms)
VALUES ($1, $2, $3, $4, 0, $5);

-- name: stock_count_set :count (shop_id shop_id, variant_id variant_id, on_hand int, now_ms int)
UPDATE stock SET on_hand = $3, changed_ms = $4 WHERE shop_id = $1 AND id = $2 AND held <= $3;

-- name: stock_forget :count (shop_id shop_id, variant_id variant_id)
DELETE FROM stock WHERE shop_id = $1 AND id = $2 AND held = 0;

-- name: stock_hold_insert :exec (id int, shop_id shop_id, variant_id variant_id, order_id int,
--    quantity int, expires_ms int)
INSERT INTO stock_hold (id, shop_id, variant_id, order_id, quantity, state, expires_ms)
VALUES ($1, $2, $3, $4, $5, 1, $6);

-- name: stock_holds_of_order :many (shop_id shop_id, order_id int)
--    -> (id int, variant_id variant_id, quantity int, state int, returned int)
SELECT id, variant_id, quantity, state, returned FROM stock_hold
 WHERE shop_id = $1 AND order_id = $2
 ORDER BY variant_id LIMIT 200;

-- name: stock_hold_end :count (shop_id shop_id, id int, state int)
UPDATE stock_hold SET state = $3 WHERE shop_id = $1 AND id = $2 AND state = 1;

-- name: stock_hold_of :maybe (shop_id shop_id, order_id int, variant_id variant_id)
--    -> (id int, quantity int, state int)
SELECT id, quantity, state FROM stock_hold
 WHERE shop_id = $1 AND order_id = $2 AND variant_id = $3;

-- name: stock_hold_resize :hit (shop_id shop_id, id int, was int, quantity int, state int)
UPDATE stock_hold SET quantity = $4, state = $5 WHERE shop_id = $1 AND id = $2 AND state = $3;

-- name: stock_sold_hold :maybe (shop_id shop_id, order_id int, variant_id variant_id) -> (id int)
SELECT id FROM stock_hold WHERE shop_id = $1 AND order_id = $2 AND variant_id = $3 AND state = 2;

-- name: stock_hold_return :count (shop_id shop_id, id int, quantity int)
UPDATE stock_hold SET returned = returned + $3
 WHERE shop_id = $1 AND id = $2 AND state = 2 AND returned + $3 <= quantity;

-- name: stock_hold_revive :hit (shop_id shop_id, id int)
UPDATE stock_hold SET state = 2 WHERE shop_id = $1 AND id = $2 AND state = 4;

-- name: stock_movement_insert :exec (id int, shop_id shop_id, variant_id variant_id, order_id int,
--    actor_id account_id, quantity int, reason text, at_ms int)
INSERT INTO stock_movement (id, shop_id, variant_id, order_id, actor_id, quantity, reason, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: stock_low_of_shop :many (shop_id shop_id, low_at int)
--    -> (product_id product_id, available int)
SELECT s.product_id, MIN(s.on_hand - s.held) FROM stock s WHERE s.shop_id = $1
 AND s.on_hand - s.held <= $2
 GROUP BY s.product_id ORDER BY 2, 1 LIMIT 20;

-- name: stock_verify_held :many () -> (shop_id shop_id, variant_id variant_id, held int, holds int)
-- @global: verify looks at every shop
SELECT s.shop_id, s.id, s.held, COALESCE(h.quantity, 0) FROM stock s
  LEFT JOIN (SELECT shop_id, variant_id, CAST(SUM(quantity) AS BIGINT) AS quantity FROM stock_hold
              WHERE state = 1 GROUP BY shop_id, variant_id) h
    ON h.shop_id = s.shop_id AND h.variant_id = s.id
 WHERE s.held <> COALESCE(h.quantity, 0) ORDER BY s.id LIMIT 20;

-- name: stock_verify_on_hand :many ()
--    -> (shop_id shop_id, variant_id variant_id, on_hand int, moved int)
-- @global: verify looks at every shop
SELECT s.shop_id, s.id, s.on_hand, COALESCE(m.quantity, 0) FROM stock s
  LEFT JOIN (SELECT shop_id, variant_id, CAST(SUM(quantity) AS BIGINT) AS quantity
      FROM stock_movement
              GROUP BY shop_id, variant_id) m
    ON m.shop_id = s.shop_id AND m.variant_id = s.id
 WHERE s.on_hand <> COALESCE(m.quantity, 0) ORDER BY s.id LIMIT 20;

-- name: stock_of_product :many (shop_id shop_id, product_id product_id)
--    -> (variant_id variant_id, on_hand int, held int)
SELECT id, on_hand, held FROM stock WHERE shop_id = $1 AND product_id = $2 ORDER BY id LIMIT 100;
