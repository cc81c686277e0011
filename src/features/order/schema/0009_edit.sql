-- An order to which something was added after money had come for it: each addition is an order of
-- its own, paid by itself. key: of who added it, so that a second click adds nothing.
CREATE TABLE order_addition (
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    addition_id {int} NOT NULL,
    key {text} NOT NULL,
    PRIMARY KEY (order_id, addition_id, shop_id)
){strict};
CREATE UNIQUE INDEX order_addition_key ON order_addition (shop_id, order_id, key);
CREATE UNIQUE INDEX order_addition_one ON order_addition (shop_id, addition_id);

-- Prices that both sides agreed on, of a quotation or an addition: the order is not written anew.
ALTER TABLE orders ADD COLUMN agreed {bool} NOT NULL DEFAULT 0;
