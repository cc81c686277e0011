-- include: "identity/identity.h"

-- name: identity_contact_row :maybe (shop_id shop_id, id contact_id)
--    -> (id contact_id, shop_id shop_id, name text, email text, phone text, account_id account_id,
--        merged_into contact_id, first_seen_ms int, last_seen_ms int, order_count int,
--    spent_minor int, mail_consent bool, mail_consent_source text)
SELECT id, shop_id, name, email, phone, account_id, merged_into, first_seen_ms, last_seen_ms,
       order_count, spent_minor, mail_consent, mail_consent_source
  FROM contact WHERE shop_id = $1 AND id = $2;

-- name: identity_owner :maybe (shop_id shop_id, kind int, value text)
--    -> (contact_id contact_id, is_verified bool, seen_ms int)
SELECT contact_id, is_verified, seen_ms FROM contact_identity WHERE shop_id = $1 AND kind = $2
 AND value = $3;

-- name: identity_ids_of :many (shop_id shop_id, contact_id contact_id)
--    -> (kind int, value text, is_verified bool, seen_ms int)
SELECT kind, value, is_verified, seen_ms FROM contact_identity WHERE shop_id = $1
 AND contact_id = $2
 ORDER BY kind, seen_ms, value LIMIT 200;

-- Those that tell people apart: accounts and channel ids.
-- name: identity_strong_ids_of :many (shop_id shop_id, contact_id contact_id)
--    -> (kind int, value text)
SELECT kind, value FROM contact_identity WHERE shop_id = $1 AND contact_id = $2
 AND kind IN (2, 5) LIMIT 200;

-- The ones beyond the newest `keep` of a kind.
-- name: identity_surplus :many (shop_id shop_id, contact_id contact_id, kind int, keep int)
--    -> (value text)
SELECT value FROM contact_identity WHERE shop_id = $1 AND contact_id = $2 AND kind = $3
 ORDER BY seen_ms DESC, value DESC LIMIT 200 OFFSET $4;

-- name: identity_contact_insert :exec (id contact_id, shop_id shop_id, name text, email text,
--    phone text, account_id account_id, now_ms int)
INSERT INTO contact (id, shop_id, name, email, phone, account_id, merged_into, first_seen_ms,
                     last_seen_ms, order_count, spent_minor, mail_consent, mail_consent_source)
VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $7, 0, 0, 0, '');

-- name: identity_contact_facts :hit (shop_id shop_id, id contact_id, name text, email text,
--    phone text, account_id account_id, last_seen_ms int)
UPDATE contact SET name = $3, email = $4, phone = $5, account_id = $6, last_seen_ms = $7
 WHERE shop_id = $1 AND id = $2;

-- name: identity_attach :exec (shop_id shop_id, kind int, value text, contact_id contact_id,
--    is_verified bool, now_ms int)
INSERT INTO contact_identity (shop_id, kind, value, contact_id, is_verified, seen_ms)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (shop_id, kind, value) DO UPDATE SET seen_ms = excluded.seen_ms,
       is_verified = CASE WHEN excluded.is_verified = 1 THEN 1
       ELSE contact_identity.is_verified END;

-- name: identity_detach :exec (shop_id shop_id, kind int, value text)
DELETE FROM contact_identity WHERE shop_id = $1 AND kind = $2 AND value = $3;

-- name: identity_move :hit (shop_id shop_id, kind int, value text, contact_id contact_id)
UPDATE contact_identity SET contact_id = $4 WHERE shop_id = $1 AND kind = $2 AND value = $3;

-- name: identity_merge_insert :exec (id int, shop_id shop_id, from_id contact_id,
--    into_id contact_id, evidence text, actor_id account_id, at_ms int, old_name text,
--    old_email text, old_phone text, old_account_id account_id, old_first_seen_ms int,
--    old_consent bool, old_consent_source text)
INSERT INTO contact_merge (id, shop_id, from_id, into_id, evidence, actor_id, at_ms, undone_ms,
                           old_name, old_email, old_phone, old_account_id, old_first_seen_ms,
                           old_consent, old_consent_source)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12, $13, $14);

-- name: identity_moved_insert :exec (shop_id shop_id, merge_id int, kind int, value text)
INSERT INTO contact_merge_moved (shop_id, merge_id, kind, value) VALUES ($1, $2, $3, $4);

-- name: identity_contact_absorb :hit (shop_id shop_id, id contact_id, name text, email text,
--    phone text, account_id account_id, first_seen_ms int, last_seen_ms int, order_count int,
--    spent_minor int, mail_consent bool, mail_consent_source text)
UPDATE contact SET name = $3, email = $4, phone = $5, account_id = $6, first_seen_ms = $7,
       last_seen_ms = $8, order_count = $9, spent_minor = $10, mail_consent = $11,
       mail_consent_source = $12
 WHERE shop_id = $1 AND id = $2;

-- name: identity_redirect :hit (shop_id shop_id, id contact_id, into_id contact_id)
UPDATE contact SET merged_into = $3 WHERE shop_id = $1 AND id = $2;

-- name: identity_merge_row :maybe (shop_id shop_id, id int)
--    -> (from_id contact_id, into_id contact_id, undone_ms int, old_name text, old_email text,
--    old_phone text, old_account_id account_id, old_first_seen_ms int, old_consent bool,
--    old_consent_source text)
SELECT from_id, into_id, undone_ms, old_name, old_email, old_phone, old_account_id,
       old_first_seen_ms, old_consent, old_consent_source
  FROM contact_merge WHERE shop_id = $1 AND id = $2;

-- name: identity_moved_rows :many (shop_id shop_id, merge_id int) -> (kind int, value text)
SELECT kind, value FROM contact_merge_moved WHERE shop_id = $1 AND merge_id = $2
 ORDER BY kind, value LIMIT 200;

-- name: identity_merge_undone :hit (shop_id shop_id, id int, now_ms int)
UPDATE contact_merge SET undone_ms = $3 WHERE shop_id = $1 AND id = $2 AND undone_ms = 0;

-- name: identity_suggest :exec (shop_id shop_id, one_id contact_id, other_id contact_id,
--    evidence text, now_ms int)
INSERT INTO contact_suggestion (shop_id, one_id, other_id, evidence, state, at_ms)
VALUES ($1, $2, $3, $4, 1, $5)
    ON CONFLICT (shop_id, one_id, other_id) DO NOTHING;

-- name: identity_suggestion_close :exec (shop_id shop_id, one_id contact_id, other_id contact_id,
--    state int)
UPDATE contact_suggestion SET state = $4 WHERE shop_id = $1 AND one_id = $2 AND other_id = $3;

-- name: identity_consent_update :hit (shop_id shop_id, id contact_id, mail_consent bool,
--    source text)
UPDATE contact SET mail_consent = $3, mail_consent_source = $4 WHERE shop_id = $1 AND id = $2;

-- name: identity_order_counted :hit (shop_id shop_id, id contact_id, orders int, minor int)
UPDATE contact SET order_count = order_count + $3, spent_minor = spent_minor + $4 WHERE shop_id = $1
 AND id = $2;

-- name: identity_contacts_of_account :many (value text) -> (shop_id shop_id, contact_id contact_id)
-- @global: an account that was merged has a contact in each shop it met
SELECT shop_id, contact_id FROM contact_identity WHERE kind = 2 AND value = $1
 ORDER BY shop_id LIMIT 1000;

-- name: identity_verify_strays :many () -> (shop_id shop_id, contact_id contact_id)
-- @global: verify looks at every shop
SELECT i.shop_id, i.contact_id FROM contact_identity i
  LEFT JOIN contact c ON c.shop_id = i.shop_id AND c.id = i.contact_id
 WHERE c.id IS NULL OR c.merged_into <> 0 ORDER BY i.contact_id LIMIT 20;

-- name: identity_verify_accounts :many () -> (shop_id shop_id, contact_id contact_id, accounts int)
-- @global: verify looks at every shop
SELECT shop_id, contact_id, COUNT(*) FROM contact_identity WHERE kind = 2
 GROUP BY shop_id, contact_id HAVING COUNT(*) > 1 ORDER BY contact_id LIMIT 20;

-- ---- lists for the merchant ----

-- pattern: LIKE with '\' as escape, folded; has_order and consent: -1 any, 0 no, 1 yes.
-- name: identity_list :many (shop_id shop_id, pattern text, has_order int, consent int,
--    before_ms int, before_id int)
--    -> (id contact_id, name text, email text, phone text, account_id account_id,
--    first_seen_ms int, last_seen_ms int, order_count int, spent_minor int, mail_consent bool,
--    mail_consent_source text)
SELECT id, name, email, phone, account_id, first_seen_ms, last_seen_ms, order_count, spent_minor,
       mail_consent, mail_consent_source
  FROM contact
 WHERE shop_id = $1 AND merged_into = 0
   AND (LOWER(name) LIKE $2 ESCAPE '\' OR LOWER(email) LIKE $2 ESCAPE '\'
       OR phone LIKE $2 ESCAPE '\')
   AND (CAST($3 AS BIGINT) < 0 OR (CAST($3 AS BIGINT) = 1 AND order_count > 0)
        OR (CAST($3 AS BIGINT) = 0 AND order_count = 0))
   AND (CAST($4 AS BIGINT) < 0 OR mail_consent = $4)
   AND (CAST($5 AS BIGINT) = 0 OR (last_seen_ms, id) < ($5, $6))
 ORDER BY last_seen_ms DESC, id DESC LIMIT 51;

-- name: identity_count_of_shop :one (shop_id shop_id) -> (people int)
SELECT COUNT(*) FROM contact WHERE shop_id = $1 AND merged_into = 0;

-- name: identity_suggestion_list :many (shop_id shop_id, contact_id contact_id)
--    -> (one_id contact_id, other_id contact_id, evidence text, at_ms int)
SELECT s.one_id, s.other_id, s.evidence, s.at_ms FROM contact_suggestion s
  JOIN contact x ON x.shop_id = s.shop_id AND x.id = s.one_id AND x.merged_into = 0
  JOIN contact y ON y.shop_id = s.shop_id AND y.id = s.other_id AND y.merged_into = 0
 WHERE s.shop_id = $1 AND s.state = 1
   AND (CAST($2 AS BIGINT) = 0 OR s.one_id = $2 OR s.other_id = $2)
 ORDER BY s.at_ms DESC, s.one_id, s.other_id LIMIT 50;

-- name: identity_merge_list :many (shop_id shop_id, contact_id contact_id)
--    -> (id int, from_id contact_id, from_name text, evidence text, actor_id account_id, at_ms int,
--        undone_ms int)
SELECT m.id, m.from_id, c.name, m.evidence, m.actor_id, m.at_ms, m.undone_ms
  FROM contact_merge m JOIN contact c ON c.shop_id = m.shop_id AND c.id = m.from_id
 WHERE m.shop_id = $1 AND m.into_id = $2 ORDER BY m.id DESC LIMIT 50;
