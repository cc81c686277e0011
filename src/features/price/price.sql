-- include: "price/price.h"

-- name: price_kept_put :exec (shop_id shop_id, order_key int, method_id int, method_kind int,
--    method_name text, deliver_from_ms int, deliver_to_ms int, tax_ground int, tax_included bool,
--    taxes text, goods_minor int, shipping_minor int, tax_minor int, total_minor int)
INSERT INTO price_kept (shop_id, order_id, method_id, method_kind, method_name, deliver_from_ms,
                        deliver_to_ms, tax_ground, tax_included, taxes, goods_minor,
                        shipping_minor, tax_minor, total_minor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: price_kept_delete :exec (shop_id shop_id, order_key int)
DELETE FROM price_kept WHERE shop_id = $1 AND order_id = $2;

-- name: price_kept_row :maybe (shop_id shop_id, order_key int)
--    -> (method_id int, method_kind int, method_name text, deliver_from_ms int,
--    deliver_to_ms int,
--    tax_ground int, tax_included bool, taxes text, goods_minor int, shipping_minor int,
--    tax_minor int, total_minor int)
SELECT method_id, method_kind, method_name, deliver_from_ms, deliver_to_ms, tax_ground,
       tax_included, taxes,
       goods_minor, shipping_minor, tax_minor, total_minor
  FROM price_kept WHERE shop_id = $1 AND order_id = $2;

-- name: price_kept_rows :many (keys text)
--    -> (place int, goods_minor int, shipping_minor int, tax_minor int, total_minor int)
-- @global: verify looks at every shop
-- @sqlite
SELECT k.key, p.goods_minor, p.shipping_minor, p.tax_minor, p.total_minor
  FROM json_each($1) k
 CROSS JOIN price_kept p ON p.order_id = k.value ->> 1 AND p.shop_id = k.value ->> 0;
-- @pg
SELECT k.place - 1, p.goods_minor, p.shipping_minor, p.tax_minor, p.total_minor
  FROM jsonb_array_elements(CAST($1 AS JSONB)) WITH ORDINALITY AS k (pair, place)
  JOIN price_kept p ON p.order_id = CAST(k.pair ->> 1 AS BIGINT)
                   AND p.shop_id = CAST(k.pair ->> 0 AS BIGINT);

-- name: price_verify_rows :many (after int) -> (shop_id shop_id, order_key int, tax_included bool,
--    taxes text, goods_minor int, shipping_minor int, tax_minor int, total_minor int)
-- @global: verify looks at every shop
SELECT shop_id, order_id, tax_included, taxes, goods_minor, shipping_minor, tax_minor, total_minor
  FROM price_kept WHERE order_id > $1 ORDER BY order_id LIMIT 500;
