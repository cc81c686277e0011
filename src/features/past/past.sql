-- include: "past/past.h"

-- name: past_customer_row :maybe (shop_id shop_id, kind int, value text)
--    -> (name text, mail_consent bool, is_told bool, told_orders int, told_minor int,
--        counted_orders int, counted_minor int)
SELECT name, mail_consent, is_told, told_orders, told_minor, counted_orders, counted_minor
 FROM past_customer
 WHERE shop_id = $1 AND kind = $2 AND value = $3;

-- name: past_customer_save :exec (shop_id shop_id, kind int, value text, name text,
--    mail_consent bool, is_told bool, told_orders int, told_minor int, counted_orders int,
--    counted_minor int)
INSERT INTO past_customer (shop_id, kind, value, name, mail_consent, is_told, told_orders,
                           told_minor, counted_orders, counted_minor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (shop_id, kind, value) DO UPDATE
        SET name = excluded.name, mail_consent = excluded.mail_consent,
       is_told = excluded.is_told, told_orders = excluded.told_orders,
       told_minor = excluded.told_minor, counted_orders = excluded.counted_orders,
       counted_minor = excluded.counted_minor;

-- name: past_order_row :maybe (shop_id shop_id, source text, number text)
--    -> (kind int, value text, placed_ms int, total_minor int, refunded_minor int, currency text,
--        counts bool, items text)
SELECT kind, value, placed_ms, total_minor, refunded_minor, currency, counts, items FROM past_order
 WHERE shop_id = $1 AND source = $2 AND number = $3;

-- name: past_order_save :exec (shop_id shop_id, source text, number text, kind int, value text,
--    placed_ms int, total_minor int, refunded_minor int, currency text, counts bool, items text)
INSERT INTO past_order (shop_id, source, number, kind, value, placed_ms, total_minor,
                        refunded_minor, currency, counts, items)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (shop_id, source, number) DO UPDATE
        SET kind = excluded.kind, value = excluded.value,
       placed_ms = excluded.placed_ms, total_minor = excluded.total_minor,
       refunded_minor = excluded.refunded_minor, currency = excluded.currency,
       counts = excluded.counts, items = excluded.items;

-- name: past_order_sums :one (shop_id shop_id, kind int, value text)
--    -> (orders int, counted int?, minor int?)
SELECT COUNT(*), SUM(counts), SUM(CASE WHEN counts = 1 THEN total_minor - refunded_minor ELSE 0 END)
 FROM past_order
 WHERE shop_id = $1 AND kind = $2 AND value = $3;

-- name: past_orders_of :many (shop_id shop_id, kind int, value text, most int)
--    -> (source text, number text, placed_ms int, total_minor int, currency text, counts bool,
--        items text)
SELECT source, number, placed_ms, total_minor, currency, counts, items FROM past_order
 WHERE shop_id = $1 AND kind = $2 AND value = $3 ORDER BY placed_ms DESC LIMIT $4;

-- name: past_verify :many () -> (shop_id shop_id, counted_orders int, orders int)
-- @global: looks at all shops
SELECT c.shop_id, c.counted_orders, CASE WHEN COUNT(o.number) > 0 THEN COALESCE(SUM(o.counts),
       0) ELSE MAX(c.told_orders) END
  FROM past_customer c
  LEFT JOIN past_order o ON o.shop_id = c.shop_id AND o.kind = c.kind AND o.value = c.value
 GROUP BY c.shop_id, c.kind, c.value, c.counted_orders
HAVING c.counted_orders <> CASE WHEN COUNT(o.number) > 0 THEN COALESCE(SUM(o.counts),
       0) ELSE MAX(c.told_orders) END
 ORDER BY c.shop_id LIMIT 20;
