-- include: "order/order_bundle.h"
-- include: "order/order_share.h"

-- ---- payments -----------------------------------------------------------------------------------

-- name: payment_count :one (shop_id shop_id, order_id order_id, share_id share_id,
--    payer_id account_id) -> (apart int, of_shares int, of_share int, of_payer int)
SELECT COUNT(CASE WHEN share_id = 0 THEN 1 END), COUNT(CASE WHEN share_id > 0 THEN 1 END),
       COUNT(CASE WHEN share_id = $3 THEN 1 END),
       COUNT(CASE WHEN share_id = $3 AND account_id = $4 THEN 1 END)
  FROM order_payment WHERE shop_id = $1 AND order_id = $2;

-- name: payment_insert :count (id int, shop_id shop_id, order_id order_id, account_id account_id,
--    key text, gateway text, amount_minor int, currency text, remember bool, used_saved bool,
--    return_path text, now_ms int, ask_ms int, charge_id int, charge_shop_id shop_id,
--    charge_minor int, share_id int)
INSERT INTO order_payment (id, shop_id, order_id, account_id, key, gateway, amount_minor, currency,
                           state, remember, used_saved, return_path, refunded_minor,
                           refunding_minor, begun_ms, captured_ms, ask_ms, asks, charge_id,
                           charge_shop_id, charge_minor, share_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11, 0, 0, $12, 0, $13, 0, $14, $15, $16, $17)
    ON CONFLICT (account_id, shop_id, key) DO NOTHING;

-- name: payment_of_key :maybe (account_id account_id, shop_id shop_id, key text) -> (id int)
SELECT id FROM order_payment WHERE account_id = $1 AND shop_id = $2 AND key = $3;

-- name: payment_row :maybe (shop_id shop_id, id int)
--    -> (id int, order_id order_id, account_id account_id, gateway text, amount_minor int,
--    currency text, state int, remember bool, used_saved bool, return_path text, redirect text?,
--    provider_ref text?, method_label text?, failure_key text?, refunded_minor int,
--    refunding_minor int, begun_ms int, captured_ms int, asks int, shop_id shop_id,
--    charge_id int, charge_shop_id shop_id, charge_minor int, share_id int)
SELECT id, order_id, account_id, gateway, amount_minor, currency, state, remember, used_saved,
       return_path, redirect, provider_ref, method_label, failure_key, refunded_minor,
       refunding_minor, begun_ms, captured_ms, asks, shop_id, charge_id, charge_shop_id,
       charge_minor, share_id
  FROM order_payment WHERE shop_id = $1 AND id = $2;

-- name: charge_shares :many (charge_id int) -> like payment_row
-- @global: the orders of one charge are of several shops; who asks has found the charge by its shop
SELECT id, order_id, account_id, gateway, amount_minor, currency, state, remember, used_saved,
       return_path, redirect, provider_ref, method_label, failure_key, refunded_minor,
       refunding_minor, begun_ms, captured_ms, asks, shop_id, charge_id, charge_shop_id,
       charge_minor, share_id
  FROM order_payment WHERE charge_id = $1 AND charge_id > 0 ORDER BY order_id LIMIT 20;

-- name: payments_of_order :many (shop_id shop_id, order_id order_id)
--    -> (id int, account_id account_id, gateway text, amount_minor int, state int,
--    provider_ref text?, method_label text?, failure_key text?, refunded_minor int,
--    refunding_minor int, begun_ms int, captured_ms int, charge_id int, share_id int)
SELECT id, account_id, gateway, amount_minor, state, provider_ref, method_label, failure_key,
       refunded_minor, refunding_minor, begun_ms, captured_ms, charge_id, share_id
  FROM order_payment WHERE shop_id = $1 AND order_id = $2 ORDER BY id DESC LIMIT 300;

-- name: payment_begun :count (shop_id shop_id, id int, redirect text?, provider_ref text?)
UPDATE order_payment SET state = 2, redirect = COALESCE($3, redirect),
       provider_ref = COALESCE(provider_ref, $4)
 WHERE shop_id = $1 AND id = $2 AND state IN (1, 2);

-- name: payment_move :hit (shop_id shop_id, id int, was int, state int, provider_ref text?,
--    method_label text?, failure_key text?, captured_ms int, ask_ms int)
UPDATE order_payment SET state = $4, provider_ref = COALESCE($5, provider_ref),
       method_label = COALESCE($6, method_label), failure_key = $7, captured_ms = $8, ask_ms = $9
 WHERE shop_id = $1 AND id = $2 AND state = $3;

-- name: payments_to_ask :many (now_ms int, most int) -> (shop_id shop_id, id int)
-- @global: the clock runs for all shops
SELECT shop_id, id FROM order_payment WHERE ask_ms > 0 AND ask_ms <= $1 ORDER BY ask_ms LIMIT $2;

-- name: payment_ask_later :count (shop_id shop_id, id int, ask_ms int)
UPDATE order_payment SET ask_ms = $3, asks = asks + 1
 WHERE shop_id = $1 AND id = $2 AND ask_ms > 0;

-- name: payment_place :maybe (id int) -> (shop_id shop_id)
-- @global: the signature in the address is the proof
SELECT shop_id FROM order_payment WHERE id = $1;

-- name: order_authorise :hit (shop_id shop_id, id order_id, amount_minor int, expires_ms int)
UPDATE orders SET authorised_minor = authorised_minor + $3, expires_ms = $4
 WHERE shop_id = $1 AND id = $2;

-- name: order_waits_until :count (shop_id shop_id, id order_id, expires_ms int)
UPDATE orders SET expires_ms = $3
 WHERE shop_id = $1 AND id = $2 AND state = 1 AND paid_ms = 0 AND expires_ms < $3;

-- ---- orders placed together ---------------------------------------------------------------------

-- name: bundle_insert :exec (account_id account_id, bundle_id bundle_id, position int,
--    shop_id shop_id, order_id order_id)
INSERT INTO order_bundle (account_id, bundle_id, position, shop_id, order_id)
VALUES ($1, $2, $3, $4, $5);

-- name: bundle_of_order :maybe (shop_id shop_id, order_id order_id)
--    -> (bundle_id bundle_id, account_id account_id)
SELECT bundle_id, account_id FROM order_bundle WHERE shop_id = $1 AND order_id = $2;

-- name: bundle_orders :many (bundle_id bundle_id)
--    -> (account_id account_id, shop_id shop_id, order_id order_id)
-- @global: the page of a bundle knows its id only; the handler checks the buyer or the key
SELECT account_id, shop_id, order_id FROM order_bundle WHERE bundle_id = $1
 ORDER BY position LIMIT 20;

-- name: bundles_move :count (account_id account_id, into account_id)
UPDATE order_bundle SET account_id = $2 WHERE account_id = $1;

-- ---- a split bill -------------------------------------------------------------------------------

-- name: share_insert :exec (id share_id, shop_id shop_id, order_id order_id, position int,
--    name text, amount_minor int)
INSERT INTO order_share (id, shop_id, order_id, position, name, amount_minor)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: shares_delete :count (shop_id shop_id, order_id order_id)
DELETE FROM order_share WHERE shop_id = $1 AND order_id = $2;

-- name: shares_of_order :many (shop_id shop_id, order_id order_id)
--    -> (id share_id, position int, name text, amount_minor int)
SELECT id, position, name, amount_minor FROM order_share
 WHERE shop_id = $1 AND order_id = $2 ORDER BY position LIMIT 20;

-- name: share_payments :many (shop_id shop_id, order_id order_id)
--    -> (share_id share_id, account_id account_id, state int, begun_ms int, captured_ms int,
--    amount_minor int, refunded_minor int, refunding_minor int)
SELECT share_id, account_id, state, begun_ms, captured_ms, amount_minor, refunded_minor,
       refunding_minor
  FROM order_payment WHERE shop_id = $1 AND order_id = $2 AND share_id > 0
 ORDER BY id LIMIT 300;

-- name: payment_event_insert :count (id int, shop_id shop_id, gateway text, event_id text,
--    payment_id int, outcome int, amount_minor int, currency text, provider_ref text?, now_ms int)
INSERT INTO payment_event (id, shop_id, gateway, event_id, payment_id, outcome, amount_minor,
                           currency, provider_ref, verdict, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'applied', $10) ON CONFLICT (shop_id, gateway, event_id)
       DO NOTHING;

-- name: payment_event_verdict :hit (shop_id shop_id, id int, verdict text)
UPDATE payment_event SET verdict = $3 WHERE shop_id = $1 AND id = $2;

-- name: payment_events_waiting :many (shop_id shop_id, payment_id int)
--    -> (id int, amount_minor int, provider_ref text?)
SELECT id, amount_minor, provider_ref FROM payment_event
 WHERE shop_id = $1 AND payment_id = $2 AND verdict = 'waits' ORDER BY id LIMIT 20;

-- ---- refunds ------------------------------------------------------------------------------------

-- name: refund_insert :count (id int, shop_id shop_id, order_id order_id, payment_id int, key text,
--    amount_minor int, now_ms int)
INSERT INTO order_refund (id, shop_id, order_id, payment_id, key, amount_minor, state, asked_ms,
                          done_ms)
VALUES ($1, $2, $3, $4, $5, $6, 1, $7, 0) ON CONFLICT (shop_id, order_id, key, payment_id)
       DO NOTHING;

-- name: refund_row :maybe (shop_id shop_id, id int)
--    -> (id int, order_id order_id, payment_id int, amount_minor int, state int, gateway text,
--    payment_ref text?, payment_state int, currency text, refund_ref text?, charge_id int,
--    charge_shop_id shop_id)
SELECT r.id, r.order_id, r.payment_id, r.amount_minor, r.state, p.gateway, p.provider_ref, p.state,
       p.currency, r.provider_ref, p.charge_id, p.charge_shop_id
  FROM order_refund r JOIN order_payment p ON p.shop_id = r.shop_id AND p.id = r.payment_id
 WHERE r.shop_id = $1 AND r.id = $2;

-- name: refunds_of_key :many (shop_id shop_id, order_id order_id, key text)
--    -> (id int, amount_minor int, state int)
SELECT id, amount_minor, state FROM order_refund WHERE shop_id = $1 AND order_id = $2 AND key = $3
 ORDER BY id LIMIT 50;

-- name: refunds_of_order :many (shop_id shop_id, order_id order_id)
--    -> (id int, payment_id int, amount_minor int, state int, asked_ms int, done_ms int)
SELECT id, payment_id, amount_minor, state, asked_ms, done_ms FROM order_refund
 WHERE shop_id = $1 AND order_id = $2 ORDER BY id LIMIT 100;

-- name: refund_of_ref :maybe (shop_id shop_id, payment_id int, provider_ref text) -> (id int)
SELECT id FROM order_refund WHERE shop_id = $1 AND payment_id = $2 AND provider_ref = $3;

-- name: refund_ref_set :count (shop_id shop_id, id int, provider_ref text)
UPDATE order_refund SET provider_ref = $3 WHERE shop_id = $1 AND id = $2 AND provider_ref IS NULL;

-- name: refund_end :count (shop_id shop_id, id int, state int, now_ms int)
UPDATE order_refund SET state = $3, done_ms = $4 WHERE shop_id = $1 AND id = $2 AND state = 1;

-- name: payment_refund_ask :hit (shop_id shop_id, id int, amount_minor int)
UPDATE order_payment SET refunding_minor = refunding_minor + $3
 WHERE shop_id = $1 AND id = $2 AND amount_minor - refunded_minor - refunding_minor >= $3;

-- name: payment_refund_end :hit (shop_id shop_id, id int, asked_minor int, done_minor int)
UPDATE order_payment SET refunding_minor = refunding_minor - $3,
       refunded_minor = refunded_minor + $4
 WHERE shop_id = $1 AND id = $2;

-- name: order_refund_ask :hit (shop_id shop_id, id order_id, amount_minor int)
UPDATE orders SET refunding_minor = refunding_minor + $3
 WHERE shop_id = $1 AND id = $2 AND paid_minor - refunded_minor - refunding_minor >= $3;

-- name: order_refund_end :hit (shop_id shop_id, id order_id, asked_minor int, done_minor int)
UPDATE orders SET refunding_minor = refunding_minor - $3, refunded_minor = refunded_minor + $4
 WHERE shop_id = $1 AND id = $2;
