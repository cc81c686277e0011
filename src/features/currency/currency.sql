-- include: "currency/currency.h"

-- name: currency_rows :many (shop_id shop_id) -> (currency text, rate_micros int, rounding int)
SELECT currency, rate_micros, rounding FROM shop_currency WHERE shop_id = $1
 ORDER BY currency LIMIT 30;

-- name: currency_row :maybe (shop_id shop_id, currency text) -> like currency_rows
SELECT currency, rate_micros, rounding FROM shop_currency WHERE shop_id = $1 AND currency = $2;

-- name: currency_clear :exec (shop_id shop_id)
DELETE FROM shop_currency WHERE shop_id = $1;

-- name: currency_insert :exec (shop_id shop_id, currency text, rate_micros int, rounding int)
INSERT INTO shop_currency (shop_id, currency, rate_micros, rounding) VALUES ($1, $2, $3, $4);

-- name: currency_price_row :maybe (shop_id shop_id, variant_id variant_id, currency text)
--    -> (price_minor int)
SELECT price_minor FROM currency_price
 WHERE shop_id = $1 AND variant_id = $2 AND currency = $3;

-- name: currency_prices_of :many (shop_id shop_id, variant_id variant_id)
--    -> (currency text, price_minor int)
SELECT currency, price_minor FROM currency_price WHERE shop_id = $1 AND variant_id = $2
 ORDER BY currency LIMIT 30;

-- name: currency_price_put :exec (shop_id shop_id, variant_id variant_id, currency text,
--    price_minor int)
INSERT INTO currency_price (shop_id, variant_id, currency, price_minor) VALUES ($1, $2, $3, $4)
    ON CONFLICT (shop_id, variant_id, currency) DO UPDATE SET price_minor = excluded.price_minor;

-- name: currency_price_delete :exec (shop_id shop_id, variant_id variant_id, currency text)
DELETE FROM currency_price WHERE shop_id = $1 AND variant_id = $2 AND currency = $3;
