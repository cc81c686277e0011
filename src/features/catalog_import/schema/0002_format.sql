-- shopify: read as it is; another: translated before
ALTER TABLE catalog_import ADD COLUMN format {text} NOT NULL DEFAULT 'shopify';
