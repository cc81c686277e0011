-- One piece of a product to try, at a price of its own: once per buyer and product. Freed when the
-- order is cancelled or expires, or the piece is taken out of it.
CREATE TABLE order_sample (
    account_id {int} NOT NULL,
    product_id {int} NOT NULL,
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    PRIMARY KEY (account_id, product_id)
){strict:keyed};
CREATE INDEX order_sample_order ON order_sample (shop_id, order_id);
ALTER TABLE order_line ADD COLUMN is_sample {bool} NOT NULL DEFAULT 0;
