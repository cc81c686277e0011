-- include: "core/ids.h"

-- name: shop_row :maybe (shop_id shop_id)
-- @global: a shop is its own owner; id is the owner
--    -> (id shop_id, handle text, name text, tagline text, about text, currency text,
--    language text, country text, zone text, contact_email text, delivery_text text,
--    returns_text text, shipping_minor int, free_shipping_from_minor int, tax_basis_points int,
--    tax_included bool, owner_id account_id, logo_media_id int, accent text, is_demo bool,
--    created_ms int)
SELECT id, handle, name, tagline, about, currency, language, country, zone, contact_email,
       delivery_text, returns_text, shipping_minor, free_shipping_from_minor, tax_basis_points,
       tax_included, owner_id, logo_media_id, accent, is_demo, created_ms
  FROM shop WHERE id = $1;

-- name: shop_id_of_handle :maybe (handle text) -> (id shop_id)
-- @global: the handle is what a path names before a shop is known
SELECT id FROM shop WHERE handle = $1;

-- name: shop_first :maybe () -> (id shop_id)
-- @global: whether the store has any shop is asked before it is anybody's
SELECT id FROM shop ORDER BY id LIMIT 1;

-- name: shop_insert :count (id shop_id, handle text, name text, tagline text, about text,
--    currency text, language text, country text, zone text, contact_email text, delivery_text text,
--    returns_text text, shipping_minor int, free_shipping_from_minor int, tax_basis_points int,
--    tax_included bool, owner_id account_id, accent text, is_demo bool, created_ms int)
-- @global: makes the owner itself
INSERT INTO shop (id, handle, name, tagline, about, currency, language, country, zone,
                  contact_email, delivery_text, returns_text, shipping_minor,
                  free_shipping_from_minor, tax_basis_points, tax_included, owner_id, accent,
                  is_demo, created_ms, logo_media_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
       0);

-- name: shop_update :hit (shop_id shop_id, name text, tagline text, about text, language text,
--    country text, zone text, contact_email text, delivery_text text, returns_text text,
--    shipping_minor int, free_shipping_from_minor int, tax_basis_points int, tax_included bool,
--    accent text)
-- @global: a shop is its own owner; id is the owner
UPDATE shop SET name = $2, tagline = $3, about = $4, language = $5, country = $6, zone = $7,
       contact_email = $8, delivery_text = $9, returns_text = $10, shipping_minor = $11,
       free_shipping_from_minor = $12, tax_basis_points = $13, tax_included = $14, accent = $15
 WHERE id = $1;

-- name: shop_update_logo :hit (shop_id shop_id, media_id int)
-- @global: a shop is its own owner; id is the owner
UPDATE shop SET logo_media_id = $2 WHERE id = $1;
