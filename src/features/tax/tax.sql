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
