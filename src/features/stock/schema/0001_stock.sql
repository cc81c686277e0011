-- id is the variant's: a variant has one row at most
CREATE TABLE stock (
    {id},
    shop_id {int} NOT NULL,
    product_id {int} NOT NULL,
    on_hand {int} NOT NULL,
    held {int} NOT NULL,
    changed_ms {int} NOT NULL,
    CHECK (held >= 0 AND held <= on_hand)
    {key:shop_id}
){strict};
CREATE INDEX stock_product ON stock (shop_id, product_id);

-- state: 1 live, 2 consumed, 3 released, 4 expired
CREATE TABLE stock_hold (
    {id},
    shop_id {int} NOT NULL,
    variant_id {int} NOT NULL,
    order_id {int} NOT NULL,
    account_id {int} NOT NULL,
    quantity {int} NOT NULL CHECK (quantity > 0),
    state {int} NOT NULL,
    expires_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX stock_hold_order ON stock_hold (shop_id, order_id, variant_id);
CREATE INDEX stock_hold_live ON stock_hold (shop_id, variant_id, account_id) WHERE state = 1;

-- reason: "set", "sold", "returned"
CREATE TABLE stock_movement (
    {id},
    shop_id {int} NOT NULL,
    variant_id {int} NOT NULL,
    order_id {int} NOT NULL,
    actor_id {int} NOT NULL,
    quantity {int} NOT NULL,
    reason {text} NOT NULL,
    at_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX stock_movement_variant ON stock_movement (shop_id, variant_id, id);
