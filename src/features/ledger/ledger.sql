-- include: "core/ids.h"

-- name: ledger_journal_insert :exec (id int, shop_id shop_id, reason text, cause_id int,
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
