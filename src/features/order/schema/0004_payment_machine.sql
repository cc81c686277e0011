-- Attempts may be authorised (6) and voided (7), and providers are asked how one stands: ask_ms is
-- when next (0: never again), asks how often they were. orders.authorised_minor: promised by
-- attempts in state 6.
-- @sqlite
CREATE TABLE order_payment_wide (
    id INTEGER PRIMARY KEY,
    shop_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    gateway TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    state INTEGER NOT NULL,
    remember INTEGER NOT NULL,
    used_saved INTEGER NOT NULL,
    return_path TEXT NOT NULL,
    redirect TEXT,
    provider_ref TEXT,
    method_label TEXT,
    failure_key TEXT,
    refunded_minor INTEGER NOT NULL CHECK (refunded_minor >= 0),
    refunding_minor INTEGER NOT NULL CHECK (refunding_minor >= 0),
    begun_ms INTEGER NOT NULL,
    captured_ms INTEGER NOT NULL,
    ask_ms INTEGER NOT NULL DEFAULT 0,
    asks INTEGER NOT NULL DEFAULT 0,
    CHECK (refunded_minor + refunding_minor <= amount_minor)
) STRICT;
INSERT INTO order_payment_wide
      (id, shop_id, order_id, account_id, key, gateway, amount_minor, currency, state,
       remember, used_saved, return_path, redirect, provider_ref, method_label, failure_key,
       refunded_minor, refunding_minor, begun_ms, captured_ms)
SELECT id, shop_id, order_id, account_id, key, gateway, amount_minor, currency, state,
       remember, used_saved, return_path, redirect, provider_ref, method_label, failure_key,
       refunded_minor, refunding_minor, begun_ms, captured_ms
  FROM order_payment;
DROP TABLE order_payment;
ALTER TABLE order_payment_wide RENAME TO order_payment;
CREATE INDEX order_payment_order ON order_payment (shop_id, order_id, id);
CREATE UNIQUE INDEX order_payment_key ON order_payment (account_id, shop_id, key);
-- @pg
ALTER TABLE order_payment DROP CONSTRAINT order_payment_state_check;
ALTER TABLE order_payment ADD COLUMN ask_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_payment ADD COLUMN asks BIGINT NOT NULL DEFAULT 0;
-- @all
CREATE INDEX order_payment_ask ON order_payment (ask_ms) WHERE ask_ms > 0;
ALTER TABLE orders ADD COLUMN authorised_minor {int} NOT NULL DEFAULT 0;
