-- include: "order/order_bundle.h"
-- include: "order/order_share.h"
-- include: "pool/pool.h"

-- What `millpond verify` asks of orders.

-- name: verify_parcels :many () -> (shop_id shop_id, order_id order_id, position int, shipped int,
--    packed int)
-- @global: verify looks at every shop
SELECT l.shop_id, l.order_id, l.position, l.shipped, COALESCE(p.packed, 0)
  FROM order_line l LEFT JOIN (SELECT shop_id, order_id, position,
                                      CAST(SUM(quantity) AS BIGINT) AS packed
                                 FROM order_parcel_line GROUP BY shop_id, order_id, position) p
    ON p.shop_id = l.shop_id AND p.order_id = l.order_id AND p.position = l.position
 WHERE l.shipped <> COALESCE(p.packed, 0) ORDER BY l.order_id, l.position LIMIT 20;

-- name: verify_shipped :many () -> (shop_id shop_id, id order_id, fulfilment int, shipped int,
--    quantity int)
-- @global: verify looks at every shop
SELECT o.shop_id, o.id, o.fulfilment, l.shipped, l.quantity
  FROM orders o JOIN (SELECT shop_id, order_id, CAST(SUM(shipped) AS BIGINT) AS shipped,
                             CAST(SUM(quantity - dropped) AS BIGINT) AS quantity
                        FROM order_line GROUP BY shop_id, order_id) l
    ON l.shop_id = o.shop_id AND l.order_id = o.id
 WHERE (o.fulfilment = 1 AND l.shipped > 0) OR (o.fulfilment IN (2, 3) AND l.shipped < l.quantity)
    OR (o.fulfilment = 4 AND (l.shipped = 0 OR l.shipped = l.quantity))
 ORDER BY o.id LIMIT 20;

-- name: verify_lines :many () -> (shop_id shop_id, id order_id, goods_minor int, lines int)
-- @global: verify looks at every shop
SELECT o.shop_id, o.id, o.goods_minor, CAST(COALESCE(SUM(l.total_minor), 0) AS BIGINT)
  FROM orders o LEFT JOIN order_line l ON l.shop_id = o.shop_id AND l.order_id = o.id
 GROUP BY o.shop_id, o.id, o.goods_minor, o.shipping_minor, o.tax_minor, o.tax_included,
     o.total_minor
HAVING o.goods_minor <> COALESCE(SUM(l.total_minor), 0)
    OR o.total_minor <> o.goods_minor + o.shipping_minor + CASE WHEN o.tax_included = 1 THEN 0
        ELSE o.tax_minor END
 ORDER BY o.id LIMIT 20;

-- name: verify_paid :many () -> (shop_id shop_id, id order_id, paid_minor int, captured int,
--    refunded_minor int, returned int)
-- @global: verify looks at every shop
SELECT o.shop_id, o.id, o.paid_minor, COALESCE(p.captured, 0), o.refunded_minor,
       COALESCE(p.returned, 0)
  FROM orders o LEFT JOIN (SELECT shop_id, order_id, CAST(SUM(amount_minor) AS BIGINT) AS captured,
                                  CAST(SUM(refunded_minor) AS BIGINT) AS returned
                             FROM order_payment WHERE state = 3 GROUP BY shop_id, order_id) p
    ON p.shop_id = o.shop_id AND p.order_id = o.id
 WHERE o.paid_minor <> COALESCE(p.captured, 0) OR o.refunded_minor <> COALESCE(p.returned, 0)
    OR (o.paid_ms > 0 AND o.paid_minor < o.total_minor)
    OR (o.secured_ms > 0 AND o.paid_minor < CASE WHEN o.deposit_minor > 0 THEN o.deposit_minor
        ELSE o.total_minor END)
 ORDER BY o.id LIMIT 20;

-- name: verify_authorised :many () -> (shop_id shop_id, id order_id, authorised_minor int,
--    promised int)
-- @global: verify looks at every shop
SELECT o.shop_id, o.id, o.authorised_minor, COALESCE(p.promised, 0)
  FROM orders o LEFT JOIN (SELECT shop_id, order_id, CAST(SUM(amount_minor) AS BIGINT) AS promised
                             FROM order_payment WHERE state = 6 GROUP BY shop_id, order_id) p
    ON p.shop_id = o.shop_id AND p.order_id = o.id
 WHERE o.authorised_minor <> COALESCE(p.promised, 0) ORDER BY o.id LIMIT 20;

-- name: verify_refunds :many () -> (shop_id shop_id, id int, refunded_minor int, rows_minor int)
-- @global: verify looks at every shop
SELECT p.shop_id, p.id, p.refunded_minor, COALESCE(r.done, 0)
  FROM order_payment p LEFT JOIN (SELECT shop_id, payment_id,
                                    CAST(SUM(amount_minor) AS BIGINT) AS done FROM order_refund
                                    WHERE state = 2 GROUP BY shop_id, payment_id) r
    ON r.shop_id = p.shop_id AND r.payment_id = p.id
 WHERE p.refunded_minor <> COALESCE(r.done, 0) ORDER BY p.id LIMIT 20;

-- name: verify_notices :many () -> (shop_id shop_id, id int)
-- @global: verify looks at every shop
SELECT p.shop_id, p.id FROM order_payment p
 WHERE p.state IN (3, 5) AND NOT EXISTS (SELECT 1 FROM payment_event e
       WHERE e.shop_id = CASE WHEN p.charge_id > 0 THEN p.charge_shop_id ELSE p.shop_id END
       AND e.payment_id = CASE WHEN p.charge_id > 0 THEN p.charge_id ELSE p.id END
       AND e.amount_minor = CASE WHEN p.charge_id > 0 THEN p.charge_minor ELSE p.amount_minor END
       AND e.outcome = 1 AND e.currency = p.currency)
 ORDER BY p.id LIMIT 20;

-- name: verify_charges :many () -> (charge_id int, charge_minor int, shares_minor int, shares int)
-- @global: verify looks at every shop
SELECT charge_id, MAX(charge_minor), CAST(SUM(amount_minor) AS BIGINT), COUNT(*)
  FROM order_payment WHERE charge_id > 0 GROUP BY charge_id
HAVING SUM(amount_minor) <> MAX(charge_minor) OR MIN(charge_minor) <> MAX(charge_minor)
    OR MIN(currency) <> MAX(currency) OR MIN(gateway) <> MAX(gateway)
    OR MIN(CASE WHEN state IN (3, 5) THEN 1 ELSE 0 END)
       <> MAX(CASE WHEN state IN (3, 5) THEN 1 ELSE 0 END)
    OR MAX(CASE WHEN id = charge_id AND shop_id = charge_shop_id THEN 1 ELSE 0 END) = 0
 ORDER BY charge_id LIMIT 20;

-- name: verify_bundles :many () -> (bundle_id bundle_id, shop_id shop_id, order_id order_id)
-- @global: verify looks at every shop
SELECT b.bundle_id, b.shop_id, b.order_id FROM order_bundle b
 LEFT JOIN orders o ON o.shop_id = b.shop_id AND o.id = b.order_id
 WHERE o.id IS NULL OR o.buyer_id <> b.account_id ORDER BY b.bundle_id, b.order_id LIMIT 20;

-- name: verify_shares :many () -> (shop_id shop_id, id int, amount_minor int, share_minor int?)
-- @global: verify looks at every shop
SELECT p.shop_id, p.id, p.amount_minor, s.amount_minor
  FROM order_payment p LEFT JOIN order_share s ON s.shop_id = p.shop_id AND s.id = p.share_id
        AND s.order_id = p.order_id
 WHERE p.share_id > 0 AND p.state = 3 AND (s.id IS NULL OR s.amount_minor <> p.amount_minor)
 ORDER BY p.id LIMIT 20;

-- name: verify_share_twice :many () -> (shop_id shop_id, share_id share_id, payments int)
-- @global: verify looks at every shop
SELECT shop_id, share_id, COUNT(*) FROM order_payment WHERE share_id > 0 AND state = 3
 GROUP BY shop_id, share_id HAVING COUNT(*) > 1 ORDER BY share_id LIMIT 20;

-- name: verify_overdue :many () -> (shop_id shop_id, id order_id)
-- @global: verify looks at every shop; the newest row of all tells the time,
-- so that a stopped server is not accused
SELECT shop_id, id FROM orders
 WHERE state = 1 AND secured_ms = 0 AND expires_ms < (SELECT MAX(placed_ms) FROM orders) - 600000
 ORDER BY id LIMIT 20;

-- name: verify_samples :many () -> (product_id product_id, order_id order_id)
-- @global: verify looks at every shop
SELECT s.product_id, s.order_id
  FROM order_sample s LEFT JOIN orders o ON o.shop_id = s.shop_id AND o.id = s.order_id
 WHERE o.id IS NULL OR o.state IN (2, 3) OR o.buyer_id <> s.account_id ORDER BY s.order_id LIMIT 20;

-- name: verify_unclaimed :many () -> (shop_id shop_id, id order_id, product_id product_id)
-- @global: verify looks at every shop; of two accounts that became one, one order holds the claim,
-- and samples of a quotation are no claims
SELECT o.shop_id, o.id, l.product_id
  FROM order_line l JOIN orders o ON o.shop_id = l.shop_id AND o.id = l.order_id
  LEFT JOIN order_sample s ON s.account_id = o.buyer_id AND s.product_id = l.product_id
 WHERE l.is_sample = 1 AND l.dropped < l.quantity AND o.state NOT IN (2, 3)
   AND o.agreed = 0 AND s.account_id IS NULL ORDER BY o.id, l.product_id LIMIT 20;

-- name: verify_keys :many () -> (account_id account_id, shop_id shop_id, order_id order_id)
-- @global: verify looks at every shop
SELECT k.account_id, k.shop_id, k.order_id
  FROM order_key k LEFT JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
 WHERE k.refusal_kind = 0 AND (o.id IS NULL OR o.buyer_id <> k.account_id)
 ORDER BY k.order_id LIMIT 20;

-- name: verify_key_count :one () -> (orders int, keys int)
-- @global: verify looks at every shop
SELECT (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM order_key WHERE refusal_kind = 0);

-- name: verify_numbers :many () -> (shop_id shop_id, last_number int, orders int)
-- @global: verify looks at every shop
SELECT c.shop_id, c.last_number, COUNT(o.id) FROM order_counter c
 LEFT JOIN orders o ON o.shop_id = c.shop_id
 GROUP BY c.shop_id, c.last_number HAVING COUNT(o.id) <> c.last_number - 1000 LIMIT 20;

-- name: verify_captured :many (after_shop int, after int)
--    -> (shop_id shop_id, id int, amount_minor int)
-- @global: verify looks at every shop, in the order that the rows stand in; on SQLite that is the
-- id alone, and $1 says nothing
-- @sqlite
SELECT shop_id, id, amount_minor FROM order_payment
 WHERE state IN (3, 5) AND id > $2 AND $1 >= 0 ORDER BY id LIMIT 500;
-- @pg
SELECT shop_id, id, amount_minor FROM order_payment
 WHERE state IN (3, 5) AND (shop_id, id) > ($1, $2) ORDER BY shop_id, id LIMIT 500;

-- name: verify_returned :many (after_shop int, after int) -> like verify_captured
-- @global: verify looks at every shop, in the order that the rows stand in; on SQLite that is the
-- id alone, and $1 says nothing
-- @sqlite
SELECT shop_id, id, amount_minor FROM order_refund
 WHERE state = 2 AND id > $2 AND $1 >= 0 ORDER BY id LIMIT 500;
-- @pg
SELECT shop_id, id, amount_minor FROM order_refund
 WHERE state = 2 AND (shop_id, id) > ($1, $2) ORDER BY shop_id, id LIMIT 500;

-- name: verify_orders :many (after int)
--    -> (shop_id shop_id, id order_id, pool_id pool_id, total_minor int, paid_minor int,
--        refunded_minor int, currency text, base_currency text, rate_micros int, goods_minor int,
--        shipping_minor int, tax_minor int)
-- @global: verify looks at every shop
SELECT shop_id, id, pool_id, total_minor, paid_minor, refunded_minor, currency, base_currency,
       rate_micros, goods_minor, shipping_minor, tax_minor
  FROM orders WHERE id > $1
 ORDER BY id LIMIT 500;
