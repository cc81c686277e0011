-- The last reminder of an unpaid checkout that a contact got from a shop.
CREATE TABLE order_reminder (
    shop_id {int} NOT NULL,
    contact_id {int} NOT NULL,
    order_id {int} NOT NULL,
    at_ms {int} NOT NULL,
    PRIMARY KEY (shop_id, contact_id)
){strict};
