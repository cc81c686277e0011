-- include: "core/ids.h"

-- name: bench_idempotency_add :exec (account_id account_id, key text, order_ref int)
INSERT INTO bench_idempotency (account_id, key, order_id) VALUES ($1, $2, $3);

-- name: bench_stock_hold :hit (shop_id shop_id, variant int, quantity int)
UPDATE bench_stock SET held = held + $3 WHERE shop_id = $1 AND id = $2 AND on_hand - held >= $3;

-- name: bench_order_add :exec (id int, shop_id shop_id, buyer int, total_minor int, placed_ms int)
INSERT INTO bench_order (id, shop_id, buyer_id, state, total_minor, currency, placed_ms)
VALUES ($1, $2, $3, 2, $4, 'EUR', $5);

-- name: bench_line_add :exec (id int, shop_id shop_id, order_ref int, variant int, price_minor int,
--    title text)
INSERT INTO bench_line (id, shop_id, order_id, variant_id, quantity, price_minor, title)
VALUES ($1, $2, $3, $4, 1, $5, $6);

-- name: bench_ledger_add :exec (id int, shop_id shop_id, order_ref int, book int, party int,
--    amount_minor int)
INSERT INTO bench_ledger (id, shop_id, order_id, book, party_id, amount_minor)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: bench_audit_add :exec (id int, shop_id shop_id, actor int, subject int)
INSERT INTO bench_audit (id, shop_id, actor_id, action, subject_id)
VALUES ($1, $2, $3, 'order.place', $4);

-- name: bench_event_add :exec (id int, shop_id shop_id, subject int, note text)
INSERT INTO bench_event (id, shop_id, kind, subject_id, note)
VALUES ($1, $2, 'order.placed', $3, $4);

-- name: bench_cursor_add :exec (name int)
-- @global: one row per subscriber
INSERT INTO bench_cursor (name, seq) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING;

-- name: bench_cursor_move :hit (name int, seq int)
-- @global: one row per subscriber
UPDATE bench_cursor SET seq = $2 WHERE name = $1;

-- name: bench_event_after :many (after int) -> (id int, note text)
-- @global: subscribers read the events of all shops
SELECT id, note FROM bench_event WHERE id > $1 ORDER BY id LIMIT 500;

-- name: bench_order_by_id :maybe (shop_id shop_id, id int)
--    -> (buyer int, state int, total_minor int, currency text, placed_ms int)
SELECT buyer_id, state, total_minor, currency, placed_ms FROM bench_order WHERE shop_id = $1
 AND id = $2;

-- name: bench_index_1 :exec ()
CREATE INDEX bench_order_buyer ON bench_order (buyer_id);

-- name: bench_index_2 :exec ()
CREATE INDEX bench_ledger_party ON bench_ledger (party_id);

-- name: bench_index_3 :exec ()
CREATE INDEX bench_line_variant ON bench_line (variant_id);

-- The store as it is after years: rows of orders [first, first + count). Buyers,
-- variants and parties are spread over the numbers by a multiplication, as strangers' orders are.

-- name: bench_fill_stock :exec (count int)
-- @global: fills the bench
-- @sqlite
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
INSERT INTO bench_stock (id, shop_id, on_hand, held) SELECT i, 1, 1000000000, 0 FROM n;
-- @pg
INSERT INTO bench_stock (id, shop_id, on_hand, held) SELECT i, 1, 1000000000, 0
                         FROM generate_series(1, $1) AS i;

-- name: bench_fill_order :exec (first int, count int)
-- @global: fills the bench
-- @sqlite
WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $1 + $2 - 1)
INSERT INTO bench_order (id, shop_id, buyer_id, state, total_minor, currency, placed_ms)
SELECT i, 1, i * 7919 % 1000003, 2, 4200, 'EUR', 1700000000000 + i FROM n;
-- @pg
INSERT INTO bench_order (id, shop_id, buyer_id, state, total_minor, currency, placed_ms)
SELECT i, 1, i * 7919 % 1000003, 2, 4200, 'EUR', 1700000000000 + i
 FROM generate_series($1, $1 + $2 - 1) AS i;

-- name: bench_fill_line :exec (first int, count int)
-- @global: fills the bench
-- @sqlite
WITH RECURSIVE n(i) AS (SELECT $1 * 2 UNION ALL SELECT i + 1 FROM n WHERE i < ($1 + $2) * 2 - 1)
INSERT INTO bench_line (id, shop_id, order_id, variant_id, quantity, price_minor, title)
SELECT i, 1, i / 2, i * 6151 % 100000 + 1, 1, 2100, 'Reef sneaker, sand, 42' FROM n;
-- @pg
INSERT INTO bench_line (id, shop_id, order_id, variant_id, quantity, price_minor, title)
SELECT i, 1, i / 2, i * 6151 % 100000 + 1, 1, 2100, 'Reef sneaker, sand, 42'
 FROM generate_series($1 * 2, ($1 + $2) * 2 - 1) AS i;

-- name: bench_fill_ledger :exec (first int, count int)
-- @global: fills the bench
-- @sqlite
WITH RECURSIVE n(i) AS (SELECT $1 * 4 UNION ALL SELECT i + 1 FROM n WHERE i < ($1 + $2) * 4 - 1)
INSERT INTO bench_ledger (id, shop_id, order_id, book, party_id, amount_minor)
SELECT i, 1, i / 4, i % 4, i / 4 * 7919 % 1000003, 1050 FROM n;
-- @pg
INSERT INTO bench_ledger (id, shop_id, order_id, book, party_id, amount_minor)
SELECT i, 1, i / 4, i % 4, i / 4 * 7919 % 1000003, 1050
 FROM generate_series($1 * 4, ($1 + $2) * 4 - 1) AS i;

-- name: bench_fill_idempotency :exec (first int, count int)
-- @global: fills the bench; only the latest orders, older keys are pruned after a day
-- @sqlite
WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $1 + $2 - 1)
INSERT INTO bench_idempotency (account_id, key, order_id) SELECT i * 7919 % 1000003, 'k' || i, i
                               FROM n;
-- @pg
INSERT INTO bench_idempotency (account_id, key, order_id)
SELECT i * 7919 % 1000003, 'k' || i, i FROM generate_series($1, $1 + $2 - 1) AS i;
