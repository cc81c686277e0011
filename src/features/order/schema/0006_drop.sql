-- Pieces that were taken out of a paid order before they were sent; their money went back.
ALTER TABLE order_line ADD COLUMN dropped {int} NOT NULL DEFAULT 0
    CHECK (dropped >= 0 AND shipped + dropped <= quantity);

-- What was changed of an order, once per key of who changed it.
CREATE TABLE order_change (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    key {text} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
    at_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX order_change_key ON order_change (shop_id, order_id, key);
