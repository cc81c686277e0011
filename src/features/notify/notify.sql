-- include: "core/ids.h"

-- name: notify_mail_insert :count (id int, shop_id shop_id, kind text, cause_id int,
--    recipient text, recipient_name text, from_name text, subject text, body_text text,
--    body_html text, now_ms int)
INSERT INTO mail (id, shop_id, kind, cause_id, recipient, recipient_name, from_name, subject,
                  body_text, body_html, state, reason, created_ms, sent_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, '', $11, 0)
 ON CONFLICT (shop_id, kind, cause_id) DO NOTHING;

-- name: notify_mail_waiting :maybe (shop_id shop_id, id int)
--    -> (recipient text, recipient_name text, from_name text, subject text, body_text text,
--        body_html text)
SELECT recipient, recipient_name, from_name, subject, body_text, body_html FROM mail
 WHERE shop_id = $1 AND id = $2 AND state = 1;

-- name: notify_mail_sent :exec (shop_id shop_id, id int, now_ms int)
UPDATE mail SET state = 2, sent_ms = $3, body_text = '', body_html = '', reason = ''
 WHERE shop_id = $1 AND id = $2;

-- name: notify_mail_dead :exec (shop_id shop_id, id int, reason text)
UPDATE mail SET state = 3, reason = $3 WHERE shop_id = $1 AND id = $2 AND state = 1;

-- name: notify_mail_hold :exec (shop_id shop_id, id int)
UPDATE mail SET state = 4 WHERE shop_id = $1 AND id = $2 AND state = 1;

-- name: notify_mails_held :many (most int) -> (id int, shop_id shop_id)
-- @global: the server's own job lets the mails of all shops go
SELECT id, shop_id FROM mail WHERE state = 4 ORDER BY id LIMIT $1;

-- name: notify_mails_held_count :one () -> (count int)
-- @global: for the operator
SELECT COUNT(*) FROM mail WHERE state = 4;

-- name: notify_mail_release :count (shop_id shop_id, id int)
UPDATE mail SET state = 1 WHERE shop_id = $1 AND id = $2 AND state = 4;

-- name: notify_mail_revive :count (shop_id shop_id, id int)
UPDATE mail SET state = 1 WHERE shop_id = $1 AND id = $2 AND state = 3;

-- name: notify_mails_dead :one (shop_id shop_id) -> (count int)
SELECT COUNT(*) FROM mail WHERE shop_id = $1 AND state = 3;

-- name: notify_mails :many (shop_id shop_id, state int, before int, most int)
--    -> (id int, kind text, recipient text, subject text, reason text, state int, created_ms int,
--        sent_ms int)
SELECT id, kind, recipient, subject, reason, state, created_ms, sent_ms FROM mail
 WHERE shop_id = $1 AND ($2 = 0 OR state = $2 OR ($2 = 1 AND state = 4)) AND id < $3
     ORDER BY id DESC LIMIT $4;
