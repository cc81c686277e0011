-- include: "delivery/delivery.h"

-- name: delivery_zone_rows :many (shop_id shop_id)
--    -> (id delivery_zone_id, name text, countries text)
SELECT id, name, countries FROM delivery_zone WHERE shop_id = $1 ORDER BY id LIMIT 30;

-- name: delivery_method_rows :many (shop_id shop_id, zone_id delivery_zone_id)
--    -> (id delivery_method_id, name text, kind int, price_minor int, steps text,
--    volume_divisor int, free_from_minor int, days_from int, days_to int)
SELECT id, name, kind, price_minor, steps, volume_divisor, free_from_minor, days_from, days_to
  FROM delivery_method WHERE shop_id = $1 AND zone_id = $2 ORDER BY id LIMIT 8;

-- name: delivery_zone_insert :exec (id delivery_zone_id, shop_id shop_id, name text,
--    countries text)
INSERT INTO delivery_zone (id, shop_id, name, countries) VALUES ($1, $2, $3, $4);

-- name: delivery_zone_update :count (id delivery_zone_id, shop_id shop_id, name text,
--    countries text)
UPDATE delivery_zone SET name = $3, countries = $4 WHERE id = $1 AND shop_id = $2;

-- name: delivery_zone_delete :count (id delivery_zone_id, shop_id shop_id)
DELETE FROM delivery_zone WHERE id = $1 AND shop_id = $2;

-- name: delivery_methods_delete :exec (shop_id shop_id, zone_id delivery_zone_id)
DELETE FROM delivery_method WHERE shop_id = $1 AND zone_id = $2;

-- name: delivery_method_insert :exec (id delivery_method_id, shop_id shop_id,
--    zone_id delivery_zone_id, name text, kind int, price_minor int, steps text,
--    volume_divisor int, free_from_minor int, days_from int, days_to int)
INSERT INTO delivery_method (id, shop_id, zone_id, name, kind, price_minor, steps, volume_divisor,
                             free_from_minor, days_from, days_to)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
