-- include: "core/ids.h"

-- name: ledger_journal_insert :count (id int, shop_id shop_id, reason text, cause_id int,
--    order_id int, currency text, is_pending bool, at_ms int)
INSERT INTO ledger_journal (id, shop_id, reason, cause_id, order_id, currency, is_pending, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: ledger_entry_insert :exec (id int, shop_id shop_id, journal_id int, account int,
--    amount_minor int, currency text, is_pending bool)
INSERT INTO ledger_entry (id, shop_id, journal_id, account, amount_minor, currency, is_pending)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: ledger_account_sum :one (shop_id shop_id, account int, currency text) -> (minor int)
SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM ledger_entry
 WHERE shop_id = $1 AND account = $2 AND currency = $3 AND is_pending = 0;

-- name: ledger_entries_of_cause :many (shop_id shop_id, reason text, cause_id int)
--    -> (account int, amount_minor int, is_pending bool, at_ms int)
SELECT e.account, e.amount_minor, e.is_pending, j.at_ms
  FROM ledger_journal j JOIN ledger_entry e ON e.shop_id = j.shop_id AND e.journal_id = j.id
 WHERE j.shop_id = $1 AND j.reason = $2 AND j.cause_id = $3 ORDER BY e.id LIMIT 16;

-- name: ledger_sums_of_causes :many (keys text, reason text, account int)
--    -> (place int, minor int)
-- @global: verify looks at every shop
-- @sqlite
SELECT k.key, SUM(e.amount_minor)
  FROM json_each($1) k
 CROSS JOIN ledger_journal j
    ON j.shop_id = k.value ->> 0 AND j.reason = $2 AND j.cause_id = k.value ->> 1
  JOIN ledger_entry e ON e.shop_id = j.shop_id AND e.journal_id = j.id
 WHERE e.account = $3 AND e.is_pending = 0 GROUP BY k.key;
-- @pg
SELECT k.place - 1, CAST(SUM(e.amount_minor) AS BIGINT)
  FROM jsonb_array_elements(CAST($1 AS JSONB)) WITH ORDINALITY AS k (pair, place)
  JOIN ledger_journal j ON j.shop_id = CAST(k.pair ->> 0 AS BIGINT) AND j.reason = $2
                       AND j.cause_id = CAST(k.pair ->> 1 AS BIGINT)
  JOIN ledger_entry e ON e.shop_id = j.shop_id AND e.journal_id = j.id
 WHERE e.account = $3 AND e.is_pending = 0 GROUP BY k.place;

-- name: ledger_verify_journals :many () -> (shop_id shop_id, journal_id int, minor int)
-- @global: verify looks at every shop
SELECT shop_id, journal_id, CAST(SUM(amount_minor) AS BIGINT) FROM ledger_entry
 GROUP BY shop_id, journal_id HAVING SUM(amount_minor) <> 0 ORDER BY journal_id LIMIT 20;

-- name: ledger_verify_currencies :many () -> (currency text, is_pending bool, minor int)
-- @global: verify looks at every shop
SELECT currency, is_pending, CAST(SUM(amount_minor) AS BIGINT) FROM ledger_entry
 GROUP BY currency, is_pending HAVING SUM(amount_minor) <> 0 ORDER BY currency LIMIT 20;

-- name: ledger_verify_strays :many () -> (shop_id shop_id, journal_id int)
-- @global: verify looks at every shop
SELECT e.shop_id, e.journal_id FROM ledger_entry e
  LEFT JOIN ledger_journal j ON j.shop_id = e.shop_id AND j.id = e.journal_id
 WHERE j.id IS NULL OR j.currency <> e.currency OR j.is_pending <> e.is_pending
 ORDER BY e.id LIMIT 20;

-- name: ledger_sums_rows :many (shop_id shop_id, from_ms int, to_ms int)
--    -> (currency text, account int, is_pending bool, debit int, credit int)
SELECT e.currency, e.account, e.is_pending,
       CAST(COALESCE(SUM(CASE WHEN e.amount_minor > 0 THEN e.amount_minor END), 0) AS BIGINT),
       CAST(COALESCE(SUM(CASE WHEN e.amount_minor < 0 THEN -e.amount_minor END), 0) AS BIGINT)
  FROM ledger_journal j JOIN ledger_entry e ON e.shop_id = j.shop_id AND e.journal_id = j.id
 WHERE j.shop_id = $1 AND j.at_ms >= $2 AND j.at_ms < $3
 GROUP BY e.currency, e.account, e.is_pending
 ORDER BY e.currency, e.account, e.is_pending LIMIT 500;

-- name: ledger_movements_newest :many (shop_id shop_id, from_ms int, to_ms int, reason text,
--    before_ms int, before_id int, max_rows int, max_entries int, kind int)
--    -> (id int, reason text, order_id int, currency text, is_pending bool, at_ms int,
--    account int, amount_minor int)
SELECT j.id, j.reason, j.order_id, j.currency, j.is_pending, j.at_ms, e.account, e.amount_minor
  FROM (SELECT id, shop_id, reason, order_id, currency, is_pending, at_ms FROM ledger_journal
         WHERE shop_id = $1 AND at_ms >= $2 AND at_ms < $3 AND ($4 = '' OR reason = $4)
           AND ($9 = 0 OR is_pending = $9 - 1)
           AND (at_ms, id) < ($5, $6)
         ORDER BY at_ms DESC, id DESC LIMIT $7) j
  JOIN ledger_entry e ON e.shop_id = j.shop_id AND e.journal_id = j.id
 ORDER BY j.at_ms DESC, j.id DESC LIMIT $8;

-- name: ledger_movements_oldest :many (shop_id shop_id, from_ms int, to_ms int, reason text,
--    after_ms int, after_id int, max_rows int, max_entries int, kind int)
--    -> like ledger_movements_newest
SELECT j.id, j.reason, j.order_id, j.currency, j.is_pending, j.at_ms, e.account, e.amount_minor
  FROM (SELECT id, shop_id, reason, order_id, currency, is_pending, at_ms FROM ledger_journal
         WHERE shop_id = $1 AND at_ms >= $2 AND at_ms < $3 AND ($4 = '' OR reason = $4)
           AND ($9 = 0 OR is_pending = $9 - 1)
           AND (at_ms, id) > ($5, $6)
         ORDER BY at_ms, id LIMIT $7) j
  JOIN ledger_entry e ON e.shop_id = j.shop_id AND e.journal_id = j.id
 ORDER BY j.at_ms, j.id LIMIT $8;

-- name: ledger_seal_last :maybe () -> (number int, to_id int, hash bytes)
-- @global: one chain over the books of all shops
SELECT number, to_id, hash FROM ledger_seal ORDER BY number DESC LIMIT 1;

-- name: ledger_seal_add :exec (number int, from_id int, to_id int, journals int, hash bytes,
--    marks bytes, made_ms int)
-- @global: one chain over the books of all shops
INSERT INTO ledger_seal (number, from_id, to_id, journals, hash, marks, made_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: ledger_seals :many (after int, max_rows int)
--    -> (number int, from_id int, to_id int, journals int, hash bytes, marks bytes)
-- @global: verify looks at every shop
SELECT number, from_id, to_id, journals, hash, marks FROM ledger_seal
 WHERE number > $1 ORDER BY number LIMIT $2;

-- name: ledger_seal_reach :maybe (after int, until int, at int) -> (id int)
-- @global: one chain over the books of all shops
SELECT id FROM ledger_journal WHERE id > $1 AND id <= $2 ORDER BY id LIMIT 1 OFFSET $3;

-- name: ledger_seal_newest :maybe (after int, until int) -> (id int)
-- @global: one chain over the books of all shops
SELECT id FROM ledger_journal WHERE id > $1 AND id <= $2 ORDER BY id DESC LIMIT 1;

-- + 0: else SQLite reads all entries of the shop for each journal, in the order of their accounts.
-- name: ledger_sealed_rows :each (after int, until int)
--    -> (id int, shop_id shop_id, reason text, cause_id int, order_id int, currency text,
--    is_pending bool, at_ms int, account int?, amount_minor int?, entry_currency text?,
--    entry_pending int?)
-- @global: a seal covers the books of all shops
SELECT j.id, j.shop_id, j.reason, j.cause_id, j.order_id, j.currency, j.is_pending, j.at_ms,
       e.account, e.amount_minor, e.currency, e.is_pending
  FROM ledger_journal j
  LEFT JOIN ledger_entry e ON e.shop_id = j.shop_id AND e.journal_id = j.id
 WHERE j.id > $1 AND j.id <= $2
 ORDER BY j.id, e.account + 0, e.amount_minor;
