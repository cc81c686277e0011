-- include: "catalog/catalog.h"

-- name: catalog_product_row :maybe (shop_id shop_id, id product_id)
--    -> (id product_id, shop_id shop_id, handle text, title text, description text,
--    description_text text, vendor text, kind text, tags text, status int, option_names text,
--    created_ms int, changed_ms int)
SELECT id, shop_id, handle, title, description, description_text, vendor, kind, tags, status,
       option_names, created_ms, changed_ms
  FROM product WHERE shop_id = $1 AND id = $2;

-- name: catalog_product_by_address :maybe (shop_id shop_id, handle text)
--    -> (id product_id, handle text)
SELECT p.id, p.handle FROM product_address a JOIN product p ON p.shop_id = a.shop_id
 AND p.id = a.product_id
 WHERE a.shop_id = $1 AND a.handle = $2;

-- name: catalog_variants :many (shop_id shop_id, product_id product_id)
--    -> (id variant_id, product_id product_id, sku text?, options text, price_minor int,
--    compare_at_minor int, currency text, weight_g int, barcode text, requires_shipping bool,
--    is_taxable bool, media_id int, position int, length_mm int, width_mm int, height_mm int,
--    tax_class int, hs_code text, min_quantity int, step int, rungs text, sample_minor int?)
SELECT id, product_id, sku, options, price_minor, compare_at_minor, currency, weight_g, barcode,
       requires_shipping, is_taxable, media_id, position, length_mm, width_mm, height_mm, tax_class,
       hs_code, min_quantity, step, rungs, sample_minor
  FROM variant WHERE shop_id = $1 AND product_id = $2 AND is_gone = 0
      ORDER BY position, id LIMIT 100;

-- name: catalog_variant_row :maybe (shop_id shop_id, id variant_id)
--    -> like catalog_variants
SELECT id, product_id, sku, options, price_minor, compare_at_minor, currency, weight_g, barcode,
       requires_shipping, is_taxable, media_id, position, length_mm, width_mm, height_mm, tax_class,
       hs_code, min_quantity, step, rungs, sample_minor
  FROM variant WHERE shop_id = $1 AND id = $2 AND is_gone = 0;

-- What a line of an order takes from the catalogue.
-- name: catalog_sale_row :maybe (shop_id shop_id, id variant_id)
--    -> (product_id product_id, title text, options text, sku text?, price_minor int,
--    currency text, requires_shipping bool, is_taxable bool, weight_g int, length_mm int,
--    width_mm int, height_mm int, tax_class int, hs_code text, min_quantity int, step int,
--    rungs text, sample_minor int?, media_id int, status int, is_only bool)
SELECT v.product_id, p.title, v.options, v.sku, v.price_minor, v.currency, v.requires_shipping,
       v.is_taxable, v.weight_g, v.length_mm, v.width_mm, v.height_mm, v.tax_class, v.hs_code,
       v.min_quantity, v.step, v.rungs, v.sample_minor,
       CASE WHEN v.media_id <> 0 THEN v.media_id
            ELSE COALESCE((SELECT x.media_id FROM product_photo x WHERE x.shop_id = $1
            AND x.product_id = p.id
                            ORDER BY x.position LIMIT 1), 0) END,
       p.status,
       CASE WHEN EXISTS (SELECT 1 FROM variant w WHERE w.shop_id = $1 AND w.product_id = p.id
       AND w.is_gone = 0
                            AND w.id <> v.id) THEN 0 ELSE 1 END
  FROM variant v JOIN product p ON p.shop_id = v.shop_id AND p.id = v.product_id
 WHERE v.shop_id = $1 AND v.id = $2 AND v.is_gone = 0;

-- name: catalog_variant_of_sku :maybe (shop_id shop_id, sku text) -> (id variant_id)
SELECT id FROM variant WHERE shop_id = $1 AND sku = $2 AND is_gone = 0;

-- name: catalog_photo_ids :many (shop_id shop_id, product_id product_id) -> (media_id int)
SELECT media_id FROM product_photo WHERE shop_id = $1 AND product_id = $2
 ORDER BY position LIMIT 20;

-- name: catalog_card_row :maybe (id product_id)
-- @global: an active product is public; posts of any account show cards of any shop
--    -> (id product_id, shop_id shop_id, handle text, title text, status int, price_minor int?,
--    price_to_minor int?, low_minor int?, compare_at_minor int?, currency text?, variants int,
--    media_id int?)
SELECT p.id, p.shop_id, p.handle, p.title, p.status, MIN(v.price_minor), MAX(v.price_minor),
       MIN(v.low_minor),
       (SELECT c.compare_at_minor FROM variant c WHERE c.shop_id = p.shop_id AND c.product_id = p.id
       AND c.is_gone = 0
         ORDER BY c.price_minor, c.compare_at_minor DESC LIMIT 1), MIN(v.currency),
       COUNT(v.id),
       (SELECT f.media_id FROM product_photo f WHERE f.shop_id = p.shop_id AND f.product_id = p.id
         ORDER BY f.position LIMIT 1)
  FROM product p LEFT JOIN variant v ON v.shop_id = p.shop_id AND v.product_id = p.id
      AND v.is_gone = 0
 WHERE p.id = $1 GROUP BY p.id, p.shop_id, p.handle, p.title, p.status;

-- name: catalog_active_ids :many (shop_id shop_id, before int, most int) -> (id int)
SELECT id FROM product WHERE shop_id = $1 AND status = 2 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: catalog_all_ids :many (shop_id shop_id, after int, most int) -> (id product_id)
SELECT id FROM product WHERE shop_id = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: catalog_product_insert :exec (id product_id, shop_id shop_id, handle text, title text,
--    description text, description_text text, vendor text, kind text, tags text, status int,
--    option_names text, now_ms int)
INSERT INTO product (id, shop_id, handle, title, description, description_text, vendor, kind, tags,
                     status, option_names, created_ms, changed_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12);

-- name: catalog_product_update :hit (shop_id shop_id, id product_id, handle text, title text,
--    description text, description_text text, vendor text, kind text, tags text, status int,
--    option_names text, now_ms int)
UPDATE product SET handle = $3, title = $4, description = $5, description_text = $6, vendor = $7,
       kind = $8, tags = $9, status = $10, option_names = $11, changed_ms = $12
 WHERE shop_id = $1 AND id = $2;

-- name: catalog_address_insert :exec (shop_id shop_id, handle text, product_id product_id)
INSERT INTO product_address (shop_id, handle, product_id) VALUES ($1, $2, $3)
    ON CONFLICT (shop_id, handle) DO NOTHING;

-- name: catalog_handle_owner :maybe (shop_id shop_id, handle text) -> (id product_id)
SELECT product_id FROM product_address WHERE shop_id = $1 AND handle = $2;

-- name: catalog_variant_insert :count (id variant_id, shop_id shop_id, product_id product_id,
--    sku text?, options text, price_minor int, compare_at_minor int, currency text, weight_g int,
--    barcode text, requires_shipping bool, is_taxable bool, media_id int, position int,
--    length_mm int, width_mm int, height_mm int, tax_class int, hs_code text, min_quantity int,
--    step int, rungs text, sample_minor int?, low_minor int?)
INSERT INTO variant (id, shop_id, product_id, sku, options, price_minor, compare_at_minor, currency,
                     weight_g, barcode, requires_shipping, is_taxable, media_id, position, is_gone,
                     length_mm, width_mm, height_mm, tax_class, hs_code, min_quantity, step, rungs,
                     sample_minor, low_minor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24);

-- name: catalog_variant_update :count (id variant_id, shop_id shop_id, sku text?, options text,
--    price_minor int, compare_at_minor int, weight_g int, barcode text, requires_shipping bool,
--    is_taxable bool, media_id int, position int, length_mm int, width_mm int, height_mm int,
--    tax_class int, hs_code text, min_quantity int, step int, rungs text, sample_minor int?,
--    low_minor int?)
UPDATE variant SET sku = $3, options = $4, price_minor = $5, compare_at_minor = $6, weight_g = $7,
       barcode = $8, requires_shipping = $9, is_taxable = $10, media_id = $11, position = $12,
       length_mm = $13, width_mm = $14, height_mm = $15, tax_class = $16, hs_code = $17,
       min_quantity = $18, step = $19, rungs = $20, sample_minor = $21, low_minor = $22
 WHERE id = $1 AND shop_id = $2;

-- name: catalog_ladder_put :hit (shop_id shop_id, id variant_id, min_quantity int, step int,
--    rungs text, sample_minor int?, low_minor int?)
UPDATE variant SET min_quantity = $3, step = $4, rungs = $5, sample_minor = $6, low_minor = $7
 WHERE shop_id = $1 AND id = $2;

-- name: catalog_variant_remove :hit (shop_id shop_id, id variant_id)
UPDATE variant SET is_gone = 1 WHERE shop_id = $1 AND id = $2;

-- name: catalog_photos_clear :exec (shop_id shop_id, product_id product_id)
DELETE FROM product_photo WHERE shop_id = $1 AND product_id = $2;

-- name: catalog_photo_used :one (shop_id shop_id, media_id int) -> (used int)
SELECT COUNT(*) FROM (SELECT 1 AS one FROM product_photo WHERE shop_id = $1 AND media_id = $2
 LIMIT 1) f;

-- name: catalog_photo_insert :exec (shop_id shop_id, product_id product_id, position int,
--    media_id int)
INSERT INTO product_photo (shop_id, product_id, position, media_id) VALUES ($1, $2, $3, $4);

-- name: catalog_words_clear :exec (shop_id shop_id, product_id product_id)
DELETE FROM product_word WHERE shop_id = $1 AND product_id = $2;

-- name: catalog_word_insert :exec (shop_id shop_id, product_id product_id, word text)
INSERT INTO product_word (shop_id, product_id, word) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- status 0: all but archived. A word is given as the range of what begins with it; empty words
-- match everything.
-- name: catalog_find :many (shop_id shop_id, before int, status int, from1 text, to1 text,
--    from2 text, to2 text, from3 text, to3 text, most int) -> (id int, status int)
SELECT p.id, p.status FROM product p
 WHERE p.shop_id = $1 AND p.id < $2
     AND ((CAST($3 AS BIGINT) = 0 AND p.status <> 3) OR p.status = $3)
   AND (CAST($4 AS TEXT) = '' OR EXISTS (SELECT 1 FROM product_word w WHERE w.shop_id = p.shop_id
       AND w.product_id = p.id
        AND w.word >= $4 AND w.word < $5))
   AND (CAST($6 AS TEXT) = '' OR EXISTS (SELECT 1 FROM product_word w WHERE w.shop_id = p.shop_id
       AND w.product_id = p.id
        AND w.word >= $6 AND w.word < $7))
   AND (CAST($8 AS TEXT) = '' OR EXISTS (SELECT 1 FROM product_word w WHERE w.shop_id = p.shop_id
       AND w.product_id = p.id
        AND w.word >= $8 AND w.word < $9))
 ORDER BY p.id DESC LIMIT $10;

-- name: catalog_status_set :count (shop_id shop_id, id product_id, status int, now_ms int)
UPDATE product SET status = $3, changed_ms = $4 WHERE shop_id = $1 AND id = $2 AND status <> $3;

-- name: catalog_status_counts :many (shop_id shop_id) -> (status int, products int)
SELECT status, COUNT(*) FROM product WHERE shop_id = $1 GROUP BY status ORDER BY status LIMIT 9;
