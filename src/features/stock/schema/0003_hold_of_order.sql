-- Who holds how much at a time is the order's to say, which knows the buyer and her other orders.
DROP INDEX stock_hold_live;
ALTER TABLE stock_hold DROP COLUMN account_id;
