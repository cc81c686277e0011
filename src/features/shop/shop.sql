-- include: "core/ids.h"

-- name: shop_row :maybe (shop_id shop_id)
-- @global: a shop is its own owner; id is the owner
--    -> (id shop_id, handle text, name text, tagline text, about text, currency text, language text, country text,
--        zone text, contact_email text, delivery_text text, returns_text text, shipping_minor int,
--        free_shipping_from_minor int, tax_basis_points int, tax_included bool, owner_id account_id,
--        logo_media_id int, accent text, is_demo bool, created_ms int)
SELECT id, handle, name, tagline, about, currency, language, country, zone, contact_email, delivery_text, returns_text,
       shipping_minor, free_shipping_from_minor, tax_basis_points, tax_included, owner_id, logo_media_id, accent,
       is_demo, created_ms
  FROM shop WHERE id = $1;

-- name: shop_id_of_handle :maybe (handle text) -> (id shop_id)
-- @global: the handle is what a path names before a shop is known
SELECT id FROM shop WHERE handle = $1;

-- name: shop_insert :exec (id shop_id, handle text, name text, tagline text, about text, currency text, language text,
--    country text, zone text, contact_email text, delivery_text text, returns_text text, shipping_minor int,
--    free_shipping_from_minor int, tax_basis_points int, tax_included bool, owner_id account_id, accent text,
--    is_demo bool, created_ms int)
-- @global: makes the owner itself
INSERT INTO shop (id, handle, name, tagline, about, currency, language, country, zone, contact_email, delivery_text,
                  returns_text, shipping_minor, free_shipping_from_minor, tax_basis_points, tax_included, owner_id,
                  accent, is_demo, created_ms, logo_media_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 0);
