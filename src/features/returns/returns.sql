-- include: "returns/returns.h"

-- name: return_number_next :one (shop_id shop_id) -> (number int)
INSERT INTO return_counter (shop_id, last_number) VALUES ($1, 1)
    ON CONFLICT (shop_id) DO UPDATE SET last_number = return_counter.last_number + 1
RETURNING last_number;

-- name: return_insert :exec (id return_id, shop_id shop_id, order_id order_id, number int,
--    key text, contact_id contact_id, reason int, value_minor int, shipping_minor int,
--    fee_minor int, words text, now_ms int, due_ms int)
INSERT INTO return_case (id, shop_id, order_id, number, key, contact_id, state, reason, keeps,
                         restocked, value_minor, shipping_minor, fee_minor, refund_minor,
                         struck_minor, words, answer, verdict, tracking, asked_ms, changed_ms,
                         due_ms)
VALUES ($1, $2, $3, $4, $5, $6, 1, $7, 0, 0, $8, $9, $10, 0, 0, $11, '', '', '', $12, $12, $13);

-- name: return_line_insert :exec (shop_id shop_id, return_id return_id, position int, quantity int)
INSERT INTO return_line (shop_id, return_id, position, quantity) VALUES ($1, $2, $3, $4);

-- name: return_photo_insert :exec (shop_id shop_id, return_id return_id, place int, media_id int)
INSERT INTO return_photo (shop_id, return_id, place, media_id) VALUES ($1, $2, $3, $4);

-- name: return_step :hit (shop_id shop_id, id return_id, from_state int, to_state int, keeps bool,
--    restocked bool, fee_minor int, refund_minor int, answer text, verdict text, tracking text,
--    now_ms int, due_ms int, struck_minor int)
UPDATE return_case SET state = $4, keeps = $5, restocked = $6, fee_minor = $7, refund_minor = $8,
       answer = $9, verdict = $10, tracking = $11, changed_ms = $12, due_ms = $13,
       struck_minor = $14
 WHERE shop_id = $1 AND id = $2 AND state = $3;

-- name: return_of_key :maybe (shop_id shop_id, order_id order_id, key text) -> (id return_id)
SELECT id FROM return_case WHERE shop_id = $1 AND order_id = $2 AND key = $3;

-- name: return_row :maybe (shop_id shop_id, id return_id)
--    -> (id return_id, shop_id shop_id, order_id order_id, number int, contact_id contact_id,
--    state int, reason int, keeps bool, restocked bool, value_minor int, shipping_minor int,
--    fee_minor int, refund_minor int, words text, answer text, verdict text, tracking text,
--    asked_ms int, changed_ms int, due_ms int)
SELECT id, shop_id, order_id, number, contact_id, state, reason, keeps, restocked, value_minor,
       shipping_minor, fee_minor, refund_minor, words, answer, verdict, tracking, asked_ms,
       changed_ms, due_ms
  FROM return_case WHERE shop_id = $1 AND id = $2;

-- name: return_struck :one (shop_id shop_id, order_id order_id, id return_id) -> (minor int?)
SELECT SUM(struck_minor) FROM return_case
 WHERE shop_id = $1 AND order_id = $2 AND id <> $3 AND state = 6;

-- name: return_lines :many (shop_id shop_id, return_id return_id)
--    -> (position int, quantity int)
SELECT position, quantity FROM return_line WHERE shop_id = $1 AND return_id = $2
 ORDER BY position;

-- name: return_photos :many (shop_id shop_id, return_id return_id) -> (media_id int)
SELECT media_id FROM return_photo WHERE shop_id = $1 AND return_id = $2 ORDER BY place;

-- name: return_ids :many (shop_id shop_id, state int, before int, max_rows int) -> (id return_id)
SELECT id FROM return_case
 WHERE shop_id = $1 AND (CAST($2 AS BIGINT) = 0 OR state = $2) AND id < $3
 ORDER BY id DESC LIMIT $4;

-- name: return_ids_of_order :many (shop_id shop_id, order_id order_id, max_rows int)
--    -> like return_ids
SELECT id FROM return_case WHERE shop_id = $1 AND order_id = $2 ORDER BY id DESC LIMIT $3;

-- name: return_waiting :one (shop_id shop_id) -> (cases int)
SELECT COUNT(*) FROM (SELECT 1 AS one FROM return_case
 WHERE shop_id = $1 AND state IN (1, 4, 5) LIMIT 100) w;

-- name: return_due_list :many (now_ms int, after int, max_rows int)
--    -> (shop_id shop_id, id return_id, state int)
-- @global: the sweep goes over those of all shops
SELECT shop_id, id, state FROM return_case WHERE due_ms > 0 AND due_ms <= $1 AND id > $2
 ORDER BY id LIMIT $3;

-- name: return_timeline :many (shop_id shop_id, contact_id contact_id, max_rows int)
--    -> (id return_id, number int, asked_ms int)
SELECT id, number, asked_ms FROM return_case WHERE shop_id = $1 AND contact_id = $2
 ORDER BY id DESC LIMIT $3;

-- name: return_taken :many (shop_id shop_id, order_id order_id)
--    -> (position int, pieces int)
SELECT l.position, CAST(SUM(l.quantity) AS BIGINT)
  FROM return_case c JOIN return_line l ON l.shop_id = c.shop_id AND l.return_id = c.id
 WHERE c.shop_id = $1 AND c.order_id = $2 AND c.state NOT IN (3, 7)
 GROUP BY l.position ORDER BY l.position LIMIT 50;

-- name: return_verify_cases :many (after int, max_rows int)
--    -> (shop_id shop_id, id return_id, order_id order_id, state int, refund_minor int)
-- @global: verify looks at all shops
SELECT shop_id, id, order_id, state, refund_minor FROM return_case
 WHERE id > $1 ORDER BY id LIMIT $2;
