-- include: "quote/quote.h"

-- name: quote_number_next :one (shop_id shop_id) -> (number int)
INSERT INTO quote_counter (shop_id, last_number) VALUES ($1, 1)
    ON CONFLICT (shop_id) DO UPDATE SET last_number = quote_counter.last_number + 1
RETURNING last_number;

-- name: quote_insert :exec (id quote_id, shop_id shop_id, number int, account_id account_id,
--    contact_id contact_id, conversation_id conversation_id, is_offer bool, currency text,
--    country text, incoterm_wish text, needed_by text, note text, made_ms int)
INSERT INTO quote (id, shop_id, number, account_id, contact_id, conversation_id, state, version,
                   is_offer, currency, country, incoterm_wish, needed_by, note, words, order_id,
                   made_ms, changed_ms, valid_until_ms, remind_ms)
VALUES ($1, $2, $3, $4, $5, $6, 1, 0, $7, $8, $9, $10, $11, $12, '', 0, $13, $13, 0, 0);

-- name: quote_wish_insert :exec (shop_id shop_id, quote_id quote_id, place int,
--    variant_id variant_id, quantity int, target_minor int, is_sample bool)
INSERT INTO quote_wish (shop_id, quote_id, place, variant_id, quantity, target_minor, is_sample)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: quote_version_insert :exec (shop_id shop_id, quote_id quote_id, version int,
--    goods_minor int, shipping_minor int, tax_minor int, tax_bp int, tax_included bool,
--    total_minor int, deposit_percent int, deposit_minor int, incoterm text, place text,
--    lead_time text, note text, valid_until_ms int, made_ms int, made_by account_id, pay_days int)
INSERT INTO quote_version (shop_id, quote_id, version, goods_minor, shipping_minor, tax_minor,
                           tax_bp, tax_included, total_minor, deposit_percent, deposit_minor,
                           incoterm, place, lead_time, note, valid_until_ms, made_ms, made_by,
                           pay_days)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: quote_line_insert :exec (shop_id shop_id, quote_id quote_id, version int,
--    variant_id variant_id, product_id product_id, title text, variant_title text, sku text,
--    media_id int, quantity int, unit_minor int, total_minor int, is_sample bool,
--    requires_shipping bool)
INSERT INTO quote_line (shop_id, quote_id, version, variant_id, product_id, title, variant_title,
                        sku, media_id, quantity, unit_minor, total_minor, is_sample,
                        requires_shipping)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: quote_step :hit (shop_id shop_id, id quote_id, from_state int, to_state int, version int,
--    words text, now_ms int, valid_until_ms int, remind_ms int)
UPDATE quote SET state = $4, version = $5, words = $6, changed_ms = $7, valid_until_ms = $8,
                 remind_ms = $9
 WHERE shop_id = $1 AND id = $2 AND state = $3;

-- name: quote_order_set :hit (shop_id shop_id, id quote_id, version int, account_id account_id,
--    order_id order_id, now_ms int, accepted_by account_id)
UPDATE quote SET state = 3, account_id = $4, order_id = $5, changed_ms = $6, remind_ms = 0,
       accepted_by = $7
 WHERE shop_id = $1 AND id = $2 AND state = 2 AND version = $3;

-- name: quote_reminded :count (shop_id shop_id, id quote_id)
UPDATE quote SET remind_ms = 0 WHERE shop_id = $1 AND id = $2 AND state = 2 AND remind_ms > 0;

-- name: quote_row_lock :maybe (shop_id shop_id, id quote_id) -> (id quote_id)
-- @sqlite
SELECT id FROM quote WHERE shop_id = $1 AND id = $2;
-- @pg
SELECT id FROM quote WHERE shop_id = $1 AND id = $2 FOR UPDATE;

-- name: quote_row :maybe (shop_id shop_id, id quote_id)
--    -> (id quote_id, shop_id shop_id, number int, account_id account_id, contact_id contact_id,
--    conversation_id conversation_id, state int, version int, is_offer bool, currency text,
--    country text, incoterm_wish text, needed_by text, note text, words text, order_id order_id,
--    made_ms int, changed_ms int, valid_until_ms int, accepted_by account_id)
SELECT id, shop_id, number, account_id, contact_id, conversation_id, state, version, is_offer,
       currency, country, incoterm_wish, needed_by, note, words, order_id, made_ms, changed_ms,
       valid_until_ms, accepted_by
  FROM quote WHERE shop_id = $1 AND id = $2;

-- name: quote_shop :maybe (id quote_id) -> (shop_id shop_id, account_id account_id)
-- @global: the reader knows only the id; whether she may see it is decided by account or key
SELECT shop_id, account_id FROM quote WHERE id = $1;

-- name: quote_wishes :many (shop_id shop_id, quote_id quote_id)
--    -> (variant_id variant_id, quantity int, target_minor int, is_sample bool)
SELECT variant_id, quantity, target_minor, is_sample FROM quote_wish
 WHERE shop_id = $1 AND quote_id = $2 ORDER BY place;

-- name: quote_version_row :one (shop_id shop_id, quote_id quote_id, version int)
--    -> (goods_minor int, shipping_minor int, tax_minor int, tax_bp int, tax_included bool,
--    total_minor int, deposit_percent int, deposit_minor int, incoterm text, place text,
--    lead_time text, note text, valid_until_ms int, made_ms int, made_by account_id, pay_days int)
SELECT goods_minor, shipping_minor, tax_minor, tax_bp, tax_included, total_minor, deposit_percent,
       deposit_minor, incoterm, place, lead_time, note, valid_until_ms, made_ms, made_by, pay_days
  FROM quote_version WHERE shop_id = $1 AND quote_id = $2 AND version = $3;

-- name: quote_lines :many (shop_id shop_id, quote_id quote_id, version int)
--    -> (variant_id variant_id, product_id product_id, title text, variant_title text, sku text,
--    media_id int, quantity int, unit_minor int, total_minor int, is_sample bool,
--    requires_shipping bool)
SELECT variant_id, product_id, title, variant_title, sku, media_id, quantity, unit_minor,
       total_minor, is_sample, requires_shipping
  FROM quote_line WHERE shop_id = $1 AND quote_id = $2 AND version = $3
 ORDER BY variant_id, is_sample DESC;

-- name: quote_ids :many (shop_id shop_id, before int, max_rows int)
--    -> (id quote_id, shop_id shop_id)
SELECT id, shop_id FROM quote WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: quote_ids_in_state :many (shop_id shop_id, state int, before int, max_rows int)
--    -> like quote_ids
SELECT id, shop_id FROM quote WHERE shop_id = $1 AND state = $2 AND id < $3
 ORDER BY id DESC LIMIT $4;

-- name: quote_ids_of_buyer :many (account_id account_id, before int, max_rows int)
--    -> like quote_ids
SELECT id, shop_id FROM quote WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: quote_open_of_buyer :one (shop_id shop_id, account_id account_id) -> (count int)
SELECT COUNT(*) FROM quote WHERE shop_id = $1 AND account_id = $2 AND state = 1;

-- name: quote_due_list :many (now_ms int, after_ms int, after int, max_rows int)
--    -> (shop_id shop_id, id quote_id, due_ms int)
-- @global: the sweep expires those of all shops
SELECT shop_id, id, valid_until_ms FROM quote WHERE state = 2 AND valid_until_ms <= $1
   AND (valid_until_ms, id) > ($2, $3)
 ORDER BY valid_until_ms, id LIMIT $4;

-- name: quote_remind_list :many (now_ms int, after_ms int, after int, max_rows int)
--    -> like quote_due_list
-- @global: the sweep reminds of those of all shops
SELECT shop_id, id, remind_ms FROM quote WHERE state = 2 AND remind_ms > 0 AND remind_ms <= $1
   AND (remind_ms, id) > ($2, $3)
 ORDER BY remind_ms, id LIMIT $4;

-- name: quote_buyer_move :count (account_id account_id, into account_id)
UPDATE quote SET account_id = $2 WHERE account_id = $1;

-- name: quote_accepted_by_move :count (accepted_by account_id, into account_id)
-- @global: a person's own acts, over all shops
UPDATE quote SET accepted_by = $2 WHERE accepted_by = $1;

-- name: quote_timeline :many (shop_id shop_id, contact_id contact_id, max_rows int)
--    -> (id quote_id, number int, state int, is_offer bool, version int, made_ms int,
--    changed_ms int)
SELECT id, number, state, is_offer, version, made_ms, changed_ms FROM quote
 WHERE shop_id = $1 AND contact_id = $2 ORDER BY id DESC LIMIT $3;

-- name: quote_timeline_of_account :many (shop_id shop_id, account_id account_id,
--    contact_id contact_id, max_rows int) -> like quote_timeline
SELECT id, number, state, is_offer, version, made_ms, changed_ms FROM quote
 WHERE shop_id = $1 AND account_id = $2 AND contact_id <> $3 ORDER BY id DESC LIMIT $4;

-- name: quote_verify_accepted :many (after int, max_rows int)
--    -> (shop_id shop_id, id quote_id, order_id order_id, total_minor int, deposit_minor int,
--    currency text)
-- @global: verify looks at all shops
SELECT q.shop_id, q.id, q.order_id, v.total_minor, v.deposit_minor, q.currency
  FROM quote q JOIN quote_version v
    ON v.shop_id = q.shop_id AND v.quote_id = q.id AND v.version = q.version
 WHERE q.state = 3 AND q.id > $1 ORDER BY q.id LIMIT $2;

-- name: quote_verify_sums :many (max_rows int)
--    -> (shop_id shop_id, id quote_id, version int, goods_minor int, lines int?)
-- @global: verify looks at all shops
SELECT v.shop_id, v.quote_id, v.version, v.goods_minor,
       (SELECT SUM(l.total_minor) FROM quote_line l
         WHERE l.shop_id = v.shop_id AND l.quote_id = v.quote_id AND l.version = v.version)
  FROM quote_version v
 WHERE v.goods_minor <> COALESCE((SELECT SUM(l.quantity * l.unit_minor) FROM quote_line l
         WHERE l.shop_id = v.shop_id AND l.quote_id = v.quote_id AND l.version = v.version), -1)
    OR v.total_minor <> v.goods_minor + v.shipping_minor
                        + CASE WHEN v.tax_included = 1 THEN 0 ELSE v.tax_minor END
 LIMIT $1;

-- name: quote_verify_twice :many (max_rows int) -> (order_id order_id, count int)
-- @global: verify looks at all shops
SELECT order_id, COUNT(*) FROM quote WHERE order_id <> 0 GROUP BY order_id
HAVING COUNT(*) > 1 LIMIT $1;

-- name: quote_verify_newest :many (max_rows int) -> (shop_id shop_id, id quote_id, version int)
-- @global: verify looks at all shops
SELECT q.shop_id, q.id, q.version FROM quote q
 WHERE q.version <> COALESCE((SELECT MAX(v.version) FROM quote_version v
         WHERE v.shop_id = q.shop_id AND v.quote_id = q.id), 0)
 LIMIT $1;

-- name: quote_waiting :one (shop_id shop_id) -> (count int)
SELECT COUNT(*) FROM quote WHERE shop_id = $1 AND state = 1;
