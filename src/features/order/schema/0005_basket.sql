-- Orders placed together from one cart, one per shop, in rising order of id.
CREATE TABLE order_bundle (
    account_id {int} NOT NULL,
    bundle_id {int} NOT NULL,
    position {int} NOT NULL,
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    PRIMARY KEY (bundle_id, position, account_id)
){strict};
CREATE UNIQUE INDEX order_bundle_order ON order_bundle (shop_id, order_id);

-- A charge that pays several orders at once: each has its share as a row of its own, so that sums
-- and refunds of an order know nothing of the others. The share of the first order leads: its id
-- and shop are what the provider knows (charge_id, charge_shop_id on every share), charge_minor is
-- the sum of all. 0: the row is a charge of its own.
-- share_id: which friend's share of a split bill it pays, 0 = none.
ALTER TABLE order_payment ADD COLUMN charge_id {int} NOT NULL DEFAULT 0;
ALTER TABLE order_payment ADD COLUMN charge_shop_id {int} NOT NULL DEFAULT 0;
ALTER TABLE order_payment ADD COLUMN charge_minor {int} NOT NULL DEFAULT 0;
ALTER TABLE order_payment ADD COLUMN share_id {int} NOT NULL DEFAULT 0;
CREATE INDEX order_payment_charge ON order_payment (charge_id, order_id) WHERE charge_id > 0;

-- A bill split among friends: who is to pay how much of an order. Together they are its total.
CREATE TABLE order_share (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    position {int} NOT NULL,
    name {text} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0)
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX order_share_place ON order_share (shop_id, order_id, position);
