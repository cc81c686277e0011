-- include: "order/order.h"
-- include: "pool/pool.h"

-- ---- placing ------------------------------------------------------------------------------------

-- name: order_key_insert :count (account_id account_id, key text, asked bytes, shop_id shop_id,
--    order_id order_id)
INSERT INTO order_key (account_id, key, asked, shop_id, order_id, refusal_kind, refusal)
VALUES ($1, $2, $3, $4, $5, 0, '') ON CONFLICT (account_id, key) DO NOTHING;

-- name: order_key_row :one (account_id account_id, key text)
--    -> (asked bytes, shop_id shop_id, order_id order_id, refusal_kind int, refusal text,
--        refusal_arg text?)
SELECT asked, shop_id, order_id, refusal_kind, refusal, refusal_arg FROM order_key
 WHERE account_id = $1 AND key = $2;

-- name: order_key_refuse :hit (account_id account_id, key text, refusal_kind int, refusal text,
--    refusal_arg text?)
UPDATE order_key SET order_id = 0, refusal_kind = $3, refusal = $4, refusal_arg = $5
 WHERE account_id = $1 AND key = $2;

-- Two statements and no RETURNING: SQLite makes a table of its own for what that returns.
-- name: order_number_take :exec (shop_id shop_id)
INSERT INTO order_counter (shop_id, last_number) VALUES ($1, 1001)
    ON CONFLICT (shop_id) DO UPDATE SET last_number = order_counter.last_number + 1;

-- name: order_number_taken :one (shop_id shop_id) -> (number int)
SELECT last_number FROM order_counter WHERE shop_id = $1;

-- name: order_insert :exec (id order_id, shop_id shop_id, number int, buyer_id account_id,
--    contact_id contact_id, pool_id pool_id, currency text, goods_minor int, shipping_minor int,
--    tax_minor int, total_minor int, tax_included bool, channel text, conversation_id int,
--    post_id int, party bytes?, placed_ms int, expires_ms int, deposit_minor int,
--    base_currency text, rate_micros int, is_agreed bool)
INSERT INTO orders (id, shop_id, number, buyer_id, contact_id, pool_id, state, fulfilment, currency,
                    base_currency, rate_micros, goods_minor, shipping_minor, tax_minor, total_minor,
                    tax_included, paid_minor, refunded_minor, refunding_minor, channel,
                    conversation_id, post_id, party, tracking, placed_ms, expires_ms, paid_ms,
                    deposit_minor, secured_ms, agreed)
VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7, $20, $21, $8, $9, $10, $11, $12, 0, 0, 0, $13, $14,
       $15, $16, '', $17, $18, 0, $19, 0, $22);

-- name: order_line_insert :exec (shop_id shop_id, order_id order_id, position int,
--    variant_id variant_id, product_id product_id, title text, variant_title text, sku text?,
--    media_id int, quantity int, unit_minor int, total_minor int, is_sample bool)
INSERT INTO order_line (shop_id, order_id, position, variant_id, product_id, title, variant_title,
                        sku, media_id, quantity, unit_minor, total_minor, is_sample)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: order_answer_insert :exec (shop_id shop_id, order_id order_id, position int, question text,
--    answer text)
INSERT INTO order_answer (shop_id, order_id, position, question, answer)
VALUES ($1, $2, $3, $4, $5);

-- ---- the buyer's data ---------------------------------------------------------------------------

-- name: order_party_key :maybe (shop_id shop_id, account_id account_id) -> (sealed_key text)
SELECT sealed_key FROM order_party_key WHERE shop_id = $1 AND account_id = $2;

-- name: order_party_key_insert :count (shop_id shop_id, account_id account_id, sealed_key text)
INSERT INTO order_party_key (shop_id, account_id, sealed_key) VALUES ($1, $2, $3)
    ON CONFLICT (shop_id, account_id) DO NOTHING;

-- name: order_party_key_delete :exec (shop_id shop_id, account_id account_id)
DELETE FROM order_party_key WHERE shop_id = $1 AND account_id = $2;

-- name: order_remembered_row :maybe (account_id account_id)
--    -> (party text?, method text?, method_gateway text?, method_label text?)
SELECT party, method, method_gateway, method_label FROM order_remembered WHERE account_id = $1;

-- name: order_remember_party :exec (account_id account_id, party text)
INSERT INTO order_remembered (account_id, party) VALUES ($1, $2)
    ON CONFLICT (account_id) DO UPDATE SET party = excluded.party;

-- name: order_remember_method :exec (account_id account_id, method text?, gateway text?,
--    label text?)
INSERT INTO order_remembered (account_id, method, method_gateway, method_label)
VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id) DO UPDATE
    SET method = excluded.method, method_gateway = excluded.method_gateway,
        method_label = excluded.method_label;

-- name: order_remembered_delete :exec (account_id account_id)
DELETE FROM order_remembered WHERE account_id = $1;

-- ---- reading ------------------------------------------------------------------------------------

-- name: order_row :maybe (shop_id shop_id, id order_id)
--    -> (id order_id, shop_id shop_id, number int, buyer_id account_id, contact_id contact_id,
--    pool_id pool_id, state int, fulfilment int, currency text, goods_minor int,
--    shipping_minor int, tax_minor int, total_minor int, tax_included bool, paid_minor int,
--    refunded_minor int, refunding_minor int, channel text, conversation_id int, post_id int,
--    party bytes?, tracking text, placed_ms int, expires_ms int, paid_ms int, deposit_minor int,
--    secured_ms int, authorised_minor int, base_currency text, rate_micros int, agreed bool)
SELECT id, shop_id, number, buyer_id, contact_id, pool_id, state, fulfilment, currency, goods_minor,
       shipping_minor, tax_minor, total_minor, tax_included, paid_minor, refunded_minor,
       refunding_minor, channel, conversation_id, post_id, party, tracking, placed_ms, expires_ms,
       paid_ms, deposit_minor, secured_ms, authorised_minor, base_currency,
       rate_micros, agreed
  FROM orders WHERE shop_id = $1 AND id = $2;

-- name: order_row_lock :maybe (shop_id shop_id, id order_id) -> (id order_id)
-- @sqlite
SELECT id FROM orders WHERE shop_id = $1 AND id = $2;
-- @pg
SELECT id FROM orders WHERE shop_id = $1 AND id = $2 FOR UPDATE;

-- name: order_shop :maybe (id order_id) -> (shop_id shop_id, buyer_id account_id)
-- @global: the page of an order knows its id only; the handler checks the buyer or the key
SELECT shop_id, buyer_id FROM orders WHERE id = $1;

-- name: order_lines :many (shop_id shop_id, order_id order_id)
--    -> (variant_id variant_id, product_id product_id, title text, variant_title text, sku text?,
--    media_id int, quantity int, unit_minor int, total_minor int, shipped int,
--    dropped int, is_sample bool)
SELECT variant_id, product_id, title, variant_title, sku, media_id, quantity, unit_minor,
       total_minor, shipped, dropped, is_sample
  FROM order_line WHERE shop_id = $1 AND order_id = $2 ORDER BY position LIMIT 50;

-- name: order_answers :many (shop_id shop_id, order_id order_id) -> (question text, answer text)
SELECT question, answer FROM order_answer WHERE shop_id = $1 AND order_id = $2
 ORDER BY position LIMIT 8;

-- name: order_ids_of_buyer :many (buyer_id account_id, before int, most int)
--    -> (id order_id, shop_id shop_id)
-- @global: a person's own orders, over all shops
SELECT order_id, shop_id FROM order_key
 WHERE account_id = $1 AND refusal_kind = 0 AND order_id < $2 ORDER BY order_id DESC LIMIT $3;

-- name: order_has_recent :one (shop_id shop_id, buyer_id account_id, after int, most int)
--    -> (orders int)
SELECT COUNT(*) FROM (SELECT 1 AS one FROM order_key
 WHERE shop_id = $1 AND account_id = $2 AND order_id > $3 LIMIT $4) k;

-- name: order_ids_recent :many (shop_id shop_id, buyer_id account_id, after int, most int)
--    -> (id order_id)
SELECT order_id FROM order_key
 WHERE shop_id = $1 AND account_id = $2 AND order_id > $3 ORDER BY order_id DESC LIMIT $4;

-- ---- transitions --------------------------------------------------------------------------------

-- name: order_step :hit (shop_id shop_id, id order_id, was_state int, was_fulfilment int,
--    state int, fulfilment int)
UPDATE orders SET state = $5, fulfilment = $6
 WHERE shop_id = $1 AND id = $2 AND state = $3 AND fulfilment = $4;

-- name: order_paid :hit (shop_id shop_id, id order_id, amount_minor int, state int, paid_ms int,
--    secured_ms int, expires_ms int)
UPDATE orders SET paid_minor = paid_minor + $3, state = $4, paid_ms = $5, secured_ms = $6,
       expires_ms = $7
 WHERE shop_id = $1 AND id = $2;

-- name: order_line_ship :hit (shop_id shop_id, order_id order_id, position int, quantity int)
UPDATE order_line SET shipped = shipped + $4
 WHERE shop_id = $1 AND order_id = $2 AND position = $3 AND shipped + dropped + $4 <= quantity;

-- name: order_line_drop :hit (shop_id shop_id, order_id order_id, position int, quantity int)
UPDATE order_line SET dropped = dropped + $4
 WHERE shop_id = $1 AND order_id = $2 AND position = $3 AND shipped + dropped + $4 <= quantity;

-- name: change_insert :exec (id int, shop_id shop_id, order_id order_id, key text,
--    amount_minor int, now_ms int)
INSERT INTO order_change (id, shop_id, order_id, key, amount_minor, at_ms)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: change_of_key :maybe (shop_id shop_id, order_id order_id, key text) -> (amount_minor int)
SELECT amount_minor FROM order_change WHERE shop_id = $1 AND order_id = $2 AND key = $3;

-- name: changes_count :one (shop_id shop_id, order_id order_id) -> (changes int)
SELECT COUNT(*) FROM order_change WHERE shop_id = $1 AND order_id = $2;

-- name: order_lines_delete :exec (shop_id shop_id, order_id order_id)
DELETE FROM order_line WHERE shop_id = $1 AND order_id = $2;

-- name: order_rewritten :hit (shop_id shop_id, id order_id, goods_minor int, shipping_minor int,
--    tax_minor int, total_minor int, tax_included bool, expires_ms int)
UPDATE orders SET goods_minor = $3, shipping_minor = $4, tax_minor = $5, total_minor = $6,
       tax_included = $7, expires_ms = $8
 WHERE shop_id = $1 AND id = $2 AND state = 1 AND paid_minor = 0 AND authorised_minor = 0;

-- name: addition_insert :exec (shop_id shop_id, order_id order_id, addition order_id, key text)
INSERT INTO order_addition (shop_id, order_id, addition_id, key) VALUES ($1, $2, $3, $4);

-- name: addition_of_key :maybe (shop_id shop_id, order_id order_id, key text) -> (id order_id)
SELECT addition_id FROM order_addition WHERE shop_id = $1 AND order_id = $2 AND key = $3;

-- name: additions_of :many (shop_id shop_id, order_id order_id) -> (id order_id)
SELECT addition_id FROM order_addition WHERE shop_id = $1 AND order_id = $2
 ORDER BY addition_id LIMIT 10;

-- name: additions_pieces :many (shop_id shop_id, order_id order_id, most int)
--    -> (variant_id variant_id, kept int, left int, is_sample bool)
SELECT l.variant_id, l.quantity - l.dropped, l.quantity - l.dropped - l.shipped, l.is_sample
  FROM order_addition a
  JOIN orders o ON o.shop_id = a.shop_id AND o.id = a.addition_id AND o.state NOT IN (2, 3)
  JOIN order_line l ON l.shop_id = a.shop_id AND l.order_id = a.addition_id
 WHERE a.shop_id = $1 AND a.order_id = $2 ORDER BY l.order_id, l.position LIMIT $3;

-- name: added_to :maybe (shop_id shop_id, addition order_id) -> (id order_id)
SELECT order_id FROM order_addition WHERE shop_id = $1 AND addition_id = $2;

-- name: parcel_of_key :maybe (shop_id shop_id, order_id order_id, key text)
--    -> (id int, tracking text)
SELECT id, tracking FROM order_parcel WHERE shop_id = $1 AND order_id = $2 AND key = $3;

-- name: parcel_insert :exec (id int, shop_id shop_id, order_id order_id, key text, tracking text,
--    now_ms int)
INSERT INTO order_parcel (id, shop_id, order_id, key, tracking, sent_ms, delivered_ms)
VALUES ($1, $2, $3, $4, $5, $6, 0);

-- name: parcel_line_insert :exec (shop_id shop_id, order_id order_id, parcel_id int, position int,
--    quantity int)
INSERT INTO order_parcel_line (shop_id, order_id, parcel_id, position, quantity)
VALUES ($1, $2, $3, $4, $5);

-- name: parcel_delivered :count (shop_id shop_id, order_id order_id, id int, now_ms int)
UPDATE order_parcel SET delivered_ms = $4
 WHERE shop_id = $1 AND order_id = $2 AND id = $3 AND delivered_ms = 0;

-- name: parcels_delivered :exec (shop_id shop_id, order_id order_id, now_ms int)
UPDATE order_parcel SET delivered_ms = $3
 WHERE shop_id = $1 AND order_id = $2 AND delivered_ms = 0;

-- name: parcels_waiting :one (shop_id shop_id, order_id order_id) -> (parcels int)
SELECT COUNT(*) FROM order_parcel WHERE shop_id = $1 AND order_id = $2 AND delivered_ms = 0;

-- name: parcels_of_order :many (shop_id shop_id, order_id order_id)
--    -> (id int, tracking text, sent_ms int, delivered_ms int)
SELECT id, tracking, sent_ms, delivered_ms FROM order_parcel
 WHERE shop_id = $1 AND order_id = $2 ORDER BY id LIMIT 100;

-- name: parcel_lines :many (shop_id shop_id, order_id order_id)
--    -> (parcel_id int, position int, quantity int)
SELECT parcel_id, position, quantity FROM order_parcel_line
 WHERE shop_id = $1 AND order_id = $2 ORDER BY parcel_id, position LIMIT 5000;

-- name: order_tracking :hit (shop_id shop_id, id order_id, tracking text)
UPDATE orders SET tracking = $3 WHERE shop_id = $1 AND id = $2;

-- name: order_expired :many (now_ms int, after_ms int, after int, most int)
--    -> (id order_id, shop_id shop_id, expires_ms int)
-- @global: the clock runs for all shops
SELECT id, shop_id, expires_ms FROM orders WHERE state = 1 AND secured_ms = 0 AND expires_ms <= $1
   AND (expires_ms, id) > ($2, $3)
 ORDER BY expires_ms, id LIMIT $4;

-- name: orders_to_remind :many (from_ms int, to_ms int, hold_ms int, after int, most int)
--    -> (id order_id, shop_id shop_id)
-- @global: the clock runs for all shops; a longer time to pay than usual is not a checkout's
SELECT id, shop_id FROM orders
 WHERE state = 1 AND secured_ms = 0 AND expires_ms > $1 AND expires_ms <= $2
   AND expires_ms - placed_ms <= $3 AND paid_minor = 0 AND authorised_minor = 0 AND id > $4
 ORDER BY id LIMIT $5;

-- name: orders_to_remind_late :many (from_ms int, to_ms int, hold_ms int, after int, most int)
--    -> like orders_to_remind
-- @global: the clock runs for all shops
SELECT id, shop_id FROM orders
 WHERE state = 3 AND expires_ms > $1 AND expires_ms <= $2 AND expires_ms - placed_ms <= $3
   AND paid_minor = 0 AND id > $4
 ORDER BY id LIMIT $5;

-- name: orders_newer :one (shop_id shop_id, buyer_id account_id, id order_id) -> (orders int)
SELECT COUNT(*) FROM order_key
 WHERE shop_id = $1 AND account_id = $2 AND order_id > $3 AND refusal_kind = 0;

-- name: reminder_take :count (shop_id shop_id, contact_id contact_id, order_id order_id,
--    now_ms int, before_ms int)
INSERT INTO order_reminder (shop_id, contact_id, order_id, at_ms) VALUES ($1, $2, $3, $4)
    ON CONFLICT (shop_id, contact_id) DO UPDATE
    SET order_id = excluded.order_id, at_ms = excluded.at_ms
  WHERE order_reminder.at_ms < $5;

-- name: order_key_delete :exec (account_id account_id, key text)
DELETE FROM order_key WHERE account_id = $1 AND key = $2;

-- ---- cart ---------------------------------------------------------------------------------------

-- name: cart_line_row :maybe (account_id account_id, variant_id variant_id) -> (quantity int)
SELECT quantity FROM cart_line WHERE account_id = $1 AND variant_id = $2;

-- name: cart_size :one (account_id account_id) -> (lines int)
SELECT COUNT(*) FROM cart_line WHERE account_id = $1;

-- name: cart_line_set :exec (account_id account_id, variant_id variant_id, shop_id shop_id,
--    quantity int, now_ms int)
INSERT INTO cart_line (account_id, variant_id, shop_id, quantity, added_ms)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account_id, variant_id) DO UPDATE SET quantity = excluded.quantity;

-- name: cart_line_remove :exec (account_id account_id, variant_id variant_id)
DELETE FROM cart_line WHERE account_id = $1 AND variant_id = $2;

-- name: cart_lines :many (account_id account_id)
--    -> (variant_id variant_id, shop_id shop_id, quantity int)
SELECT variant_id, shop_id, quantity FROM cart_line WHERE account_id = $1
 ORDER BY shop_id, added_ms, variant_id LIMIT 100;

-- name: cart_ordered_clear :exec (account_id account_id, shop_id shop_id, order_id order_id)
DELETE FROM cart_line WHERE account_id = $1 AND shop_id = $2
   AND variant_id IN (SELECT variant_id FROM order_line WHERE shop_id = $2 AND order_id = $3);

-- ---- accounts that become one -------------------------------------------------------------------

-- name: order_parties_of :many (buyer_id account_id)
--    -> (id order_id, shop_id shop_id, key text, party bytes?)
-- @global: a person's own orders, over all shops
SELECT o.id, o.shop_id, k.key, o.party
  FROM order_key k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
 WHERE k.account_id = $1 AND k.refusal_kind = 0 ORDER BY o.id LIMIT 500;

-- name: order_key_move :hit (account_id account_id, key text, into_id account_id)
-- she may have used the key in both accounts, for an order each
UPDATE order_key SET account_id = $3, key = CASE WHEN EXISTS (SELECT 1 FROM order_key hers
       WHERE hers.account_id = $3 AND hers.key = $2) THEN key || '-' || account_id ELSE key END
 WHERE account_id = $1 AND key = $2;

-- name: order_keys_refused_move :exec (account_id account_id, into_id account_id)
UPDATE order_key SET account_id = $2 WHERE account_id = $1 AND key NOT IN (
       SELECT hers.key FROM order_key hers WHERE hers.account_id = $2);

-- name: order_keys_forget :exec (account_id account_id)
DELETE FROM order_key WHERE account_id = $1;

-- name: order_buyer_set :hit (shop_id shop_id, id order_id, buyer_id account_id, party bytes?)
UPDATE orders SET buyer_id = $3, party = $4 WHERE shop_id = $1 AND id = $2;

-- name: order_remembered_move :exec (account_id account_id, into_id account_id)
INSERT INTO order_remembered (account_id, party, method, method_gateway, method_label)
SELECT CAST($2 AS BIGINT), r.party, r.method, r.method_gateway, r.method_label
 FROM order_remembered r WHERE r.account_id = $1
    ON CONFLICT (account_id) DO NOTHING;

-- name: order_party_keys_delete :exec (account_id account_id)
-- @global: one person's keys in every shop
DELETE FROM order_party_key WHERE account_id = $1;

-- ---- pages --------------------------------------------------------------------------------------

-- name: order_of_key :maybe (account_id account_id, key text) -> (order_id order_id)
SELECT order_id FROM order_key WHERE account_id = $1 AND key = $2 AND refusal_kind = 0;

-- name: order_last_attempt :maybe (shop_id shop_id, order_id order_id)
--    -> (id int, state int, failure_key text?, method_label text?, begun_ms int)
SELECT id, state, failure_key, method_label, begun_ms FROM order_payment
 WHERE shop_id = $1 AND order_id = $2 ORDER BY id DESC LIMIT 1;

-- name: console_orders :many (shop_id shop_id, before int, pool_id int, wanted_state int,
--    wanted_payment int, wanted_fulfilment int, from_ms int, most int, contact_id contact_id)
--    -> (id order_id, number int)
SELECT id, number FROM orders
 WHERE shop_id = $1 AND number < $2
   AND (CAST($9 AS BIGINT) = 0 OR contact_id = $9)
   AND (CAST($3 AS BIGINT) = 0 OR pool_id = $3)
   AND (CAST($4 AS BIGINT) = 0 OR state = $4)
   AND (CAST($5 AS BIGINT) = 0 OR (CAST($5 AS BIGINT) = 1 AND paid_ms = 0 AND authorised_minor = 0)
       OR (CAST($5 AS BIGINT) = 2 AND paid_ms > 0 AND refunded_minor < paid_minor)
       OR (CAST($5 AS BIGINT) = 2 AND paid_ms = 0 AND authorised_minor > 0)
        OR (CAST($5 AS BIGINT) = 4 AND refunded_minor > 0 AND refunded_minor >= paid_minor))
   AND (CAST($6 AS BIGINT) = 0 OR fulfilment = $6
       OR (CAST($6 AS BIGINT) = 1 AND fulfilment = 4))
   AND placed_ms >= $7
 ORDER BY number DESC LIMIT $8;

-- name: console_order_of_number :maybe (shop_id shop_id, number int) -> (id order_id)
SELECT id FROM orders WHERE shop_id = $1 AND number = $2;

-- name: console_waiting :one (shop_id shop_id) -> (orders int)
SELECT COUNT(*) FROM (SELECT 1 AS one FROM orders
 WHERE shop_id = $1 AND state = 1 AND fulfilment IN (1, 4) AND paid_ms > 0
     AND refunded_minor < paid_minor LIMIT 100) w;

-- name: cart_count :one (account_id account_id) -> (things int)
SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM cart_line WHERE account_id = $1;

-- name: order_timeline :many (shop_id shop_id, buyer_id account_id, most int)
--    -> (id order_id, number int, total_minor int, currency text, placed_ms int, paid_ms int)
SELECT o.id, o.number, o.total_minor, o.currency, o.placed_ms, o.paid_ms
  FROM order_key k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
 WHERE k.shop_id = $1 AND k.account_id = $2 AND k.refusal_kind = 0 ORDER BY o.id DESC LIMIT $3;

-- ---- samples ----------------------------------------------------------------------------------

-- name: sample_take :count (account_id account_id, product_id product_id, shop_id shop_id,
--    order_id order_id)
INSERT INTO order_sample (account_id, product_id, shop_id, order_id) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING;

-- name: sample_of :maybe (account_id account_id, product_id product_id) -> (order_id order_id)
SELECT order_id FROM order_sample WHERE account_id = $1 AND product_id = $2;

-- name: samples_free :count (shop_id shop_id, order_id order_id, product_id product_id)
-- product 0: all of them
DELETE FROM order_sample WHERE shop_id = $1 AND order_id = $2 AND ($3 = 0 OR product_id = $3);

-- name: sample_orders_lock :many (shop_id shop_id, account_id account_id, order_id order_id)
--    -> (id order_id)
-- @sqlite
SELECT o.id FROM order_key k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
 WHERE k.shop_id = $1 AND k.account_id = $2 AND k.refusal_kind = 0 AND o.id <> $3
   AND o.state NOT IN (2, 3) AND EXISTS (SELECT 1 FROM order_line l WHERE l.shop_id = o.shop_id
                                          AND l.order_id = o.id AND l.is_sample = 1)
 ORDER BY o.id LIMIT 200;
-- @pg
SELECT o.id FROM order_key k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
 WHERE k.shop_id = $1 AND k.account_id = $2 AND k.refusal_kind = 0 AND o.id <> $3
   AND o.state NOT IN (2, 3) AND EXISTS (SELECT 1 FROM order_line l WHERE l.shop_id = o.shop_id
                                          AND l.order_id = o.id AND l.is_sample = 1)
 ORDER BY o.id LIMIT 200 FOR UPDATE OF o;

-- name: samples_pass_on :exec (shop_id shop_id, account_id account_id, order_id order_id)
INSERT INTO order_sample (account_id, product_id, shop_id, order_id)
SELECT o.buyer_id, l.product_id, o.shop_id, MIN(o.id)
  FROM order_key k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
  JOIN order_line l ON l.shop_id = o.shop_id AND l.order_id = o.id
 WHERE k.shop_id = $1 AND k.account_id = $2 AND k.refusal_kind = 0 AND o.id <> $3
   AND o.state NOT IN (2, 3) AND o.agreed = 0 AND l.is_sample = 1 AND l.dropped < l.quantity
 GROUP BY o.buyer_id, l.product_id, o.shop_id ON CONFLICT DO NOTHING;

-- name: samples_move :exec (account_id account_id, into_id account_id)
UPDATE order_sample SET account_id = $2
 WHERE account_id = $1 AND product_id NOT IN (SELECT s.product_id FROM order_sample s
                                               WHERE s.account_id = $2);

-- name: samples_forget :exec (account_id account_id)
DELETE FROM order_sample WHERE account_id = $1;
