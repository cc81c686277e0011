-- include: "paper/paper.h"

-- name: paper_seller_row :maybe (shop_id shop_id)
--    -> (legal_name text, address text, vat_id text, registration text, bank text, foot text)
SELECT legal_name, address, vat_id, registration, bank, foot FROM paper_seller WHERE shop_id = $1;

-- name: paper_seller_put :exec (shop_id shop_id, legal_name text, address text, vat_id text,
--    registration text, bank text, foot text)
INSERT INTO paper_seller (shop_id, legal_name, address, vat_id, registration, bank, foot)
VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (shop_id) DO UPDATE
   SET legal_name = $2, address = $3, vat_id = $4, registration = $5, bank = $6, foot = $7;

-- name: paper_place_next :one (shop_id shop_id, kind int, year int) -> (place int)
INSERT INTO paper_counter (shop_id, kind, year, last_place) VALUES ($1, $2, $3, 1)
    ON CONFLICT (shop_id, kind, year) DO UPDATE SET last_place = paper_counter.last_place + 1
RETURNING last_place;

-- name: paper_insert :exec (id paper_id, shop_id shop_id, kind int, year int, place int,
--    order_id order_id, about_id paper_id, language text, currency text, total_minor int,
--    tax_minor int, facts text, issued_ms int, issued_by account_id)
INSERT INTO paper (id, shop_id, kind, year, place, order_id, about_id, language, currency,
                   total_minor, tax_minor, facts, issued_ms, issued_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: paper_row :maybe (shop_id shop_id, id paper_id)
--    -> (id paper_id, shop_id shop_id, kind int, year int, place int, order_id order_id,
--    about_id paper_id, language text, currency text, total_minor int, tax_minor int, facts text,
--    issued_ms int)
SELECT id, shop_id, kind, year, place, order_id, about_id, language, currency, total_minor,
       tax_minor, facts, issued_ms
  FROM paper WHERE shop_id = $1 AND id = $2;

-- name: paper_invoice_of :maybe (shop_id shop_id, order_id order_id) -> like paper_row
SELECT id, shop_id, kind, year, place, order_id, about_id, language, currency, total_minor,
       tax_minor, facts, issued_ms
  FROM paper WHERE shop_id = $1 AND order_id = $2 AND kind = 2;

-- name: paper_rows_of_order :many (shop_id shop_id, order_id order_id, max_rows int)
--    -> like paper_row
SELECT id, shop_id, kind, year, place, order_id, about_id, language, currency, total_minor,
       tax_minor, facts, issued_ms
  FROM paper WHERE shop_id = $1 AND order_id = $2 ORDER BY id LIMIT $3;

-- name: paper_rows_newest :many (shop_id shop_id, before int, max_rows int) -> like paper_row
SELECT id, shop_id, kind, year, place, order_id, about_id, language, currency, total_minor,
       tax_minor, facts, issued_ms
  FROM paper WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: paper_credited :one (shop_id shop_id, order_id order_id) -> (minor int)
SELECT CAST(COALESCE(SUM(total_minor), 0) AS BIGINT) FROM paper
 WHERE shop_id = $1 AND order_id = $2 AND kind = 3;

-- name: paper_verify_gaps :many (max_rows int)
--    -> (shop_id shop_id, kind int, year int, last_place int, count int, highest int)
-- @global: verify looks at all shops
SELECT c.shop_id, c.kind, c.year, c.last_place, COUNT(p.id),
       CAST(COALESCE(MAX(p.place), 0) AS BIGINT)
  FROM paper_counter c LEFT JOIN paper p
    ON p.shop_id = c.shop_id AND p.kind = c.kind AND p.year = c.year
 GROUP BY c.shop_id, c.kind, c.year, c.last_place
HAVING COUNT(p.id) <> c.last_place OR COALESCE(MAX(p.place), 0) <> c.last_place
 LIMIT $1;

-- name: paper_verify_credits :many (max_rows int)
--    -> (shop_id shop_id, order_id order_id, credited int, invoiced int)
-- @global: verify looks at all shops
SELECT c.shop_id, c.order_id, CAST(SUM(c.total_minor) AS BIGINT), i.total_minor
  FROM paper c JOIN paper i ON i.shop_id = c.shop_id AND i.id = c.about_id
 WHERE c.kind = 3 GROUP BY c.shop_id, c.order_id, i.total_minor
HAVING SUM(c.total_minor) > i.total_minor LIMIT $1;
