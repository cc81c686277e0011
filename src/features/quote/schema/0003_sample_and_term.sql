-- A sample and the series of one article stand in one quotation; and a version says how many days
-- an accepted one waits for its money.
ALTER TABLE quote_version ADD COLUMN pay_days {int} NOT NULL DEFAULT 7;

-- @sqlite
CREATE TABLE quote_line_next (
    shop_id INTEGER NOT NULL,
    quote_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    variant_title TEXT NOT NULL,
    sku TEXT NOT NULL,
    media_id INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_minor INTEGER NOT NULL CHECK (unit_minor >= 0),
    total_minor INTEGER NOT NULL CHECK (total_minor >= 0),
    is_sample INTEGER NOT NULL,
    requires_shipping INTEGER NOT NULL,
    PRIMARY KEY (shop_id, quote_id, version, variant_id, is_sample)
) STRICT, WITHOUT ROWID;
INSERT INTO quote_line_next (shop_id, quote_id, version, variant_id, product_id, title,
       variant_title, sku, media_id, quantity, unit_minor, total_minor, is_sample,
       requires_shipping)
SELECT shop_id, quote_id, version, variant_id, product_id, title, variant_title, sku, media_id,
       quantity, unit_minor, total_minor, is_sample, requires_shipping
  FROM quote_line;
DROP TABLE quote_line;
ALTER TABLE quote_line_next RENAME TO quote_line;
CREATE TRIGGER quote_line_no_update BEFORE UPDATE ON quote_line
BEGIN SELECT RAISE(ABORT, 'append-only: quote_line'); END;
CREATE TRIGGER quote_line_no_delete BEFORE DELETE ON quote_line
BEGIN SELECT RAISE(ABORT, 'append-only: quote_line'); END;
-- @pg
ALTER TABLE quote_line DROP CONSTRAINT quote_line_pkey;
ALTER TABLE quote_line ADD PRIMARY KEY (shop_id, quote_id, version, variant_id, is_sample);
-- @all
