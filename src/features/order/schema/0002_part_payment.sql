-- An order may be paid in parts: a deposit secures it (deposit_minor, 0 = only the whole does),
-- friends may share it. secured_ms: when enough had arrived that the goods left the shelf; from
-- then on it does not expire. What growing enums may hold is checked by code and verify, not by a
-- CHECK, which SQLite cannot change.
-- @sqlite
CREATE TABLE orders_next (
    id INTEGER PRIMARY KEY,
    shop_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    buyer_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    pool_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    fulfilment INTEGER NOT NULL,
    currency TEXT NOT NULL,
    base_currency TEXT NOT NULL,
    rate_micros INTEGER NOT NULL CHECK (rate_micros > 0),
    goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
    shipping_minor INTEGER NOT NULL CHECK (shipping_minor >= 0),
    tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
    total_minor INTEGER NOT NULL CHECK (total_minor >= 0),
    tax_included INTEGER NOT NULL,
    paid_minor INTEGER NOT NULL,
    refunded_minor INTEGER NOT NULL CHECK (refunded_minor >= 0),
    refunding_minor INTEGER NOT NULL CHECK (refunding_minor >= 0),
    channel TEXT NOT NULL,
    conversation_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    party BLOB,
    tracking TEXT NOT NULL,
    placed_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    paid_ms INTEGER NOT NULL,
    deposit_minor INTEGER NOT NULL DEFAULT 0 CHECK (deposit_minor BETWEEN 0 AND total_minor),
    secured_ms INTEGER NOT NULL DEFAULT 0,
    CHECK (refunded_minor + refunding_minor <= paid_minor)
) STRICT;
INSERT INTO orders_next (id, shop_id, number, buyer_id, contact_id, pool_id, state, fulfilment,
    currency, base_currency, rate_micros, goods_minor, shipping_minor, tax_minor, total_minor,
    tax_included, paid_minor, refunded_minor, refunding_minor, channel, conversation_id,
    post_id, party, tracking, placed_ms, expires_ms, paid_ms, secured_ms)
SELECT id, shop_id, number, buyer_id, contact_id, pool_id, state, fulfilment, currency,
    base_currency, rate_micros, goods_minor, shipping_minor, tax_minor, total_minor,
    tax_included, paid_minor, refunded_minor, refunding_minor, channel, conversation_id,
    post_id, party, tracking, placed_ms, expires_ms, paid_ms, paid_ms
  FROM orders;
DROP TABLE orders;
ALTER TABLE orders_next RENAME TO orders;
CREATE UNIQUE INDEX orders_number ON orders (shop_id, number);
CREATE INDEX orders_buyer ON orders (buyer_id, id);
-- @pg
ALTER TABLE orders DROP CONSTRAINT orders_state_check;
ALTER TABLE orders DROP CONSTRAINT orders_fulfilment_check;
ALTER TABLE orders ADD COLUMN deposit_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN secured_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD CONSTRAINT orders_deposit CHECK (deposit_minor BETWEEN 0 AND total_minor);
UPDATE orders SET secured_ms = paid_ms;
DROP INDEX orders_waiting;
-- @all
CREATE INDEX orders_waiting ON orders (expires_ms) WHERE state = 1 AND secured_ms = 0;
