-- include: "core/ids.h"

-- name: test_payment_insert :exec (id int, shop_id shop_id, order_id int, amount_minor int,
--    currency text, description text, return_path text, now_ms int)
INSERT INTO test_payment (id, shop_id, order_id, amount_minor, currency, description, return_path,
                          state, made_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8) ON CONFLICT DO NOTHING;

-- name: test_payment_row :maybe (id int)
--    -> (shop_id shop_id, order_id int, amount_minor int, currency text, description text,
--        return_path text, state int)
-- @global: the signature in the address is the proof
SELECT shop_id, order_id, amount_minor, currency, description, return_path, state FROM test_payment
 WHERE id = $1;

-- name: test_payment_decide :count (shop_id shop_id, id int, state int)
UPDATE test_payment SET state = $3 WHERE shop_id = $1 AND id = $2 AND state = 1;
