-- What left the shop together, with how many pieces of which line. key: of who sent it, so that a
-- second click sends nothing. An order that was shipped before has one parcel with its own id.
CREATE TABLE order_parcel (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    key {text} NOT NULL,
    tracking {text} NOT NULL,
    sent_ms {int} NOT NULL,
    delivered_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX order_parcel_key ON order_parcel (shop_id, order_id, key);

CREATE TABLE order_parcel_line (
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    parcel_id {int} NOT NULL,
    position {int} NOT NULL,
    quantity {int} NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, parcel_id, position, shop_id)
){strict};

ALTER TABLE order_line ADD COLUMN shipped {int} NOT NULL DEFAULT 0
    CHECK (shipped >= 0 AND shipped <= quantity);

INSERT INTO order_parcel (id, shop_id, order_id, key, tracking, sent_ms, delivered_ms)
SELECT id, shop_id, id, 'rest', tracking, paid_ms, CASE WHEN fulfilment = 3 THEN paid_ms ELSE 0 END
  FROM orders WHERE fulfilment IN (2, 3);
INSERT INTO order_parcel_line (shop_id, order_id, parcel_id, position, quantity)
SELECT l.shop_id, l.order_id, l.order_id, l.position, l.quantity
  FROM order_line l JOIN orders o ON o.shop_id = l.shop_id AND o.id = l.order_id
 WHERE o.fulfilment IN (2, 3);
UPDATE order_line SET shipped = quantity
 WHERE EXISTS (SELECT 1 FROM order_parcel_line p WHERE p.shop_id = order_line.shop_id
                  AND p.order_id = order_line.order_id AND p.position = order_line.position);
