-- The keys of one buyer stand side by side, each with its order, so they are the list of her orders
-- as well: an index of orders by buyer would be a second page at random per order. The key of an
-- order follows it when two accounts become one; it did not before.
-- @sqlite
CREATE TABLE order_key_next (
    account_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    asked BLOB NOT NULL,
    shop_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    refusal_kind INTEGER NOT NULL,
    refusal TEXT NOT NULL,
    refusal_arg TEXT,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO order_key_next (account_id, key, asked, shop_id, order_id, refusal_kind, refusal,
       refusal_arg)
SELECT COALESCE(o.buyer_id, k.account_id),
       CASE WHEN o.buyer_id <> k.account_id THEN k.key || '-' || k.account_id ELSE k.key END,
       k.asked, k.shop_id, k.order_id, k.refusal_kind, k.refusal, k.refusal_arg
  FROM order_key k LEFT JOIN orders o ON o.id = k.order_id AND o.shop_id = k.shop_id;
DROP TABLE order_key;
ALTER TABLE order_key_next RENAME TO order_key;
-- @pg
UPDATE order_key SET account_id = o.buyer_id, key = order_key.key || '-' || order_key.account_id
  FROM orders o WHERE o.id = order_key.order_id AND o.shop_id = order_key.shop_id
   AND o.buyer_id <> order_key.account_id;
-- @all
DROP INDEX orders_buyer;
