-- include: "tax/tax.h"

-- name: tax_shop_row :maybe (shop_id shop_id)
--    -> (rounding int, vat_id text, reverse_charge bool, ioss_number text, ioss_limit_minor int)
SELECT rounding, vat_id, reverse_charge, ioss_number, ioss_limit_minor
  FROM tax_shop WHERE shop_id = $1;

-- name: tax_shop_put :exec (shop_id shop_id, rounding int, vat_id text, reverse_charge bool,
--    ioss_number text, ioss_limit_minor int)
INSERT INTO tax_shop (shop_id, rounding, vat_id, reverse_charge, ioss_number, ioss_limit_minor)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (shop_id) DO UPDATE
    SET rounding = excluded.rounding, vat_id = excluded.vat_id,
        reverse_charge = excluded.reverse_charge, ioss_number = excluded.ioss_number,
        ioss_limit_minor = excluded.ioss_limit_minor;

-- name: tax_rate_rows :many (shop_id shop_id)
--    -> (country text, region text, is_included bool, standard_bp int, reduced_bp int,
--    suggested_day text)
SELECT country, region, is_included, standard_bp, reduced_bp, suggested_day
  FROM tax_rate WHERE shop_id = $1 ORDER BY country, region LIMIT 400;

-- name: tax_rate_for :many (shop_id shop_id, country text)
--    -> like tax_rate_rows
SELECT country, region, is_included, standard_bp, reduced_bp, suggested_day
  FROM tax_rate WHERE shop_id = $1 AND country = $2 ORDER BY country, region LIMIT 100;

-- name: tax_rates_any :maybe (shop_id shop_id) -> (one int)
SELECT 1 FROM tax_rate WHERE shop_id = $1 LIMIT 1;

-- name: tax_rates_clear :exec (shop_id shop_id)
DELETE FROM tax_rate WHERE shop_id = $1;

-- name: tax_rate_insert :exec (shop_id shop_id, country text, region text, is_included bool,
--    standard_bp int, reduced_bp int, suggested_day text)
INSERT INTO tax_rate (shop_id, country, region, is_included, standard_bp, reduced_bp,
                      suggested_day)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- ---- duties -------------------------------------------------------------------------------------

-- name: duty_put :exec (country text, hs text, rate_bp int, source text, day text)
-- @global: customs know no shops; only the operator writes here
INSERT INTO duty_rate (country, hs, rate_bp, source, day) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (country, hs) DO UPDATE
    SET rate_bp = excluded.rate_bp, source = excluded.source, day = excluded.day;

-- name: duty_find :maybe (country text, hs2 text, hs4 text, hs6 text, hs8 text, hs10 text)
--    -> (hs text, rate_bp int, source text, day text)
-- @global: customs know no shops
SELECT hs, rate_bp, source, day FROM duty_rate
 WHERE country = $1 AND hs IN ($2, $3, $4, $5, $6) ORDER BY LENGTH(hs) DESC LIMIT 1;
