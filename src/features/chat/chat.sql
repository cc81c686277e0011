-- include: "identity/identity.h"
-- include: "chat/chat.h"

-- name: chat_conversation_insert :count (id conversation_id, shop_id shop_id,
--    account_id account_id, contact_id contact_id, visitor_id visitor_id, channel text,
--    channel_user_id text, language text, customer_name text, start_payload text, now_ms int)
INSERT INTO conversation (id, shop_id, account_id, contact_id, visitor_id, channel, channel_user_id,
                          language, customer_name, start_payload, holder, staff_id, last_message_ms,
                          last_text, last_sender, unread_customer, unread_shop, deliver_lease_ms,
                          created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 0, $11, '', 0, 0, 0, 0, $11)
    ON CONFLICT (shop_id, channel, channel_user_id) DO NOTHING;

-- name: chat_conversation_row :maybe (shop_id shop_id, id conversation_id)
--    -> (id conversation_id, shop_id shop_id, account_id account_id, contact_id contact_id,
--    visitor_id visitor_id, channel text, channel_user_id text, language text, customer_name text,
--    start_payload text, holder int, staff_id int, last_message_ms int, unread_customer int,
--    unread_shop int)
SELECT id, shop_id, account_id, contact_id, visitor_id, channel, channel_user_id, language,
       customer_name, start_payload, holder, staff_id, last_message_ms, unread_customer, unread_shop
  FROM conversation WHERE shop_id = $1 AND id = $2;

-- name: chat_conversation_of_user :maybe (shop_id shop_id, channel text, channel_user_id text)
--    -> (id conversation_id)
SELECT id FROM conversation WHERE shop_id = $1 AND channel = $2 AND channel_user_id = $3;

-- name: chat_conversation_meet :hit (shop_id shop_id, id conversation_id, contact_id contact_id,
--    visitor_id visitor_id, customer_name text, language text, start_payload text)
UPDATE conversation
   SET contact_id = $3,
       visitor_id = CASE WHEN $4 = 0 THEN visitor_id ELSE $4 END,
       customer_name = CASE WHEN $5 = '' THEN customer_name ELSE $5 END,
       language = CASE WHEN $6 = '' THEN language ELSE $6 END,
       start_payload = CASE WHEN $7 = '' THEN start_payload ELSE $7 END
 WHERE shop_id = $1 AND id = $2;

-- name: chat_conversation_heard :hit (shop_id shop_id, id conversation_id, at_ms int,
--    last_text text, unread int)
UPDATE conversation SET last_message_ms = $3, last_text = $4, last_sender = 1,
       unread_shop = unread_shop + $5, unread_customer = 0
 WHERE shop_id = $1 AND id = $2;

-- name: chat_conversation_said :hit (shop_id shop_id, id conversation_id, at_ms int,
--    last_text text, sender int)
UPDATE conversation SET last_message_ms = $3, last_text = $4, last_sender = $5,
       unread_customer = unread_customer + 1
 WHERE shop_id = $1 AND id = $2;

-- name: chat_conversation_hold :hit (shop_id shop_id, id conversation_id, holder int,
--    staff_id account_id, unread_shop int)
UPDATE conversation SET holder = $3, staff_id = $4, unread_shop = $5 WHERE shop_id = $1 AND id = $2;

-- name: chat_message_insert :exec (id message_id, shop_id shop_id, conversation_id conversation_id,
--    sender int, staff_id account_id, body text, product_id int, media_id int, form text,
--    button_count int, delivery int, now_ms int)
INSERT INTO message (id, shop_id, conversation_id, sender, staff_id, body, product_id, media_id,
                     form, button_count, delivery, delivery_note, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12);

-- name: chat_button_insert :exec (id int, shop_id shop_id, conversation_id conversation_id,
--    message_id message_id, label text, token text?, url text?, is_main bool)
INSERT INTO message_button (id, shop_id, conversation_id, message_id, label, token, url, state,
                            is_main)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8);

-- name: chat_buttons_replace :count (shop_id shop_id, conversation_id conversation_id)
UPDATE message_button SET state = 3
 WHERE shop_id = $1 AND conversation_id = $2 AND token IS NOT NULL AND state = 1;

-- name: chat_button_of_token :maybe (shop_id shop_id, conversation_id conversation_id, token text)
--    -> (id int, message_id message_id, label text, state int)
SELECT id, message_id, label, state FROM message_button
 WHERE shop_id = $1 AND conversation_id = $2 AND token = $3 ORDER BY id DESC LIMIT 1;

-- name: chat_button_tap :count (shop_id shop_id, id int)
UPDATE message_button SET state = 2 WHERE shop_id = $1 AND id = $2 AND state <> 2;

-- name: chat_buttons_left :count (shop_id shop_id, message_id message_id)
UPDATE message_button SET state = 3 WHERE shop_id = $1 AND message_id = $2 AND token IS NOT NULL
 AND state = 1;

-- name: chat_inbound_insert :count (shop_id shop_id, channel text, event_id text, at_ms int)
INSERT INTO chat_inbound (shop_id, channel, event_id, at_ms) VALUES ($1, $2, $3, $4)
    ON CONFLICT (shop_id, channel, event_id) DO NOTHING;

-- ---- delivery to other channels ----

-- name: chat_deliver_claim :count (shop_id shop_id, id conversation_id, now_ms int, until_ms int)
UPDATE conversation SET deliver_lease_ms = $4 WHERE shop_id = $1 AND id = $2
 AND deliver_lease_ms <= $3;

-- name: chat_deliver_release :exec (shop_id shop_id, id conversation_id)
UPDATE conversation SET deliver_lease_ms = 0 WHERE shop_id = $1 AND id = $2;

-- name: chat_deliver_next :maybe (shop_id shop_id, conversation_id conversation_id)
--    -> (id message_id, body text, product_id int, media_id int)
SELECT id, body, product_id, media_id FROM message
 WHERE shop_id = $1 AND conversation_id = $2 AND delivery = 1 ORDER BY id LIMIT 1;

-- name: chat_deliver_mark :count (shop_id shop_id, id message_id, delivery int, note text)
UPDATE message SET delivery = $3, delivery_note = $4 WHERE shop_id = $1 AND id = $2
 AND delivery = 1;

-- name: chat_buttons_of :many (shop_id shop_id, message_id message_id)
--    -> (label text, token text?, url text?, state int)
SELECT label, token, url, state FROM message_button WHERE shop_id = $1 AND message_id = $2
 ORDER BY id LIMIT 12;

-- ---- what pages and the API read ----

-- name: chat_of_account :many (account_id account_id, before_ms int, before_id int, most int)
--    -> (id conversation_id, shop_id shop_id, holder int, last_message_ms int, last_text text,
--    last_sender int, unread_customer int, channel text)
SELECT id, shop_id, holder, last_message_ms, last_text, last_sender, unread_customer, channel
  FROM conversation
 WHERE account_id = $1 AND channel = 'site' AND last_sender > 0 AND (last_message_ms, id) < ($2, $3)
 ORDER BY last_message_ms DESC, id DESC LIMIT $4;

-- name: chat_shop_of :maybe (id conversation_id) -> (shop_id shop_id, account_id account_id)
-- @global: an address names a conversation only; the caller checks whose it is
SELECT shop_id, account_id FROM conversation WHERE id = $1;

-- name: chat_messages_before :many (shop_id shop_id, conversation_id conversation_id, before int,
--    most int)
--    -> (id message_id, sender int, staff_id account_id, body text, product_id int, media_id int,
--    form text, button_count int, delivery int, delivery_note text, at_ms int)
SELECT id, sender, staff_id, body, product_id, media_id, form, button_count, delivery,
       delivery_note, at_ms
  FROM message WHERE shop_id = $1 AND conversation_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4;

-- name: chat_messages_after :many (shop_id shop_id, conversation_id conversation_id, after int,
--    most int)
--    -> (id message_id, sender int, staff_id account_id, body text, product_id int, media_id int,
--    form text, button_count int, delivery int, delivery_note text, at_ms int)
SELECT id, sender, staff_id, body, product_id, media_id, form, button_count, delivery,
       delivery_note, at_ms
  FROM message WHERE shop_id = $1 AND conversation_id = $2 AND id > $3 ORDER BY id LIMIT $4;

-- name: chat_buttons_between :many (shop_id shop_id, conversation_id conversation_id,
--    first message_id, last message_id) -> (message_id message_id, label text, token text?,
--    url text?, state int, is_main bool)
SELECT message_id, label, token, url, state, is_main FROM message_button
 WHERE shop_id = $1 AND conversation_id = $2 AND message_id BETWEEN $3 AND $4
     ORDER BY id LIMIT 1200;

-- name: chat_inbox :many (shop_id shop_id, holder int, before_unread int, before_ms int,
--    before_id int, most int)
--    -> (id conversation_id, account_id account_id, contact_id contact_id, visitor_id visitor_id,
--    channel text, customer_name text, holder int, staff_id account_id, last_message_ms int,
--    last_text text, last_sender int, unread_shop int)
SELECT id, account_id, contact_id, visitor_id, channel, customer_name, holder, staff_id,
       last_message_ms, last_text, last_sender, unread_shop
  FROM conversation
 WHERE shop_id = $1 AND holder = $2 AND last_sender > 0
   AND (CASE WHEN unread_shop > 0 THEN 1 ELSE 0 END, last_message_ms, id) < (CAST($3 AS BIGINT), $4,
       $5)
 ORDER BY CASE WHEN unread_shop > 0 THEN 1 ELSE 0 END DESC, last_message_ms DESC, id DESC LIMIT $6;

-- name: chat_inbox_named :many (shop_id shop_id, name text, before_ms int, before_id int, most int)
--    -> (id conversation_id, account_id account_id, contact_id contact_id, visitor_id visitor_id,
--    channel text, customer_name text, holder int, staff_id account_id, last_message_ms int,
--    last_text text, last_sender int, unread_shop int)
SELECT id, account_id, contact_id, visitor_id, channel, customer_name, holder, staff_id,
       last_message_ms, last_text, last_sender, unread_shop
  FROM conversation
 WHERE shop_id = $1 AND last_sender > 0 AND LOWER(customer_name) LIKE $2 ESCAPE '\'
   AND (last_message_ms, id) < ($3, $4)
 ORDER BY last_message_ms DESC, id DESC LIMIT $5;

-- name: chat_inbox_counts :many (shop_id shop_id) -> (holder int, count int)
SELECT holder, COUNT(*) FROM conversation WHERE shop_id = $1 AND holder IN (2, 3)
 AND last_sender > 0 GROUP BY holder
 LIMIT 8;

-- name: chat_unread_of_account :one (account_id account_id) -> (count int)
SELECT CAST(COALESCE(SUM(unread_customer), 0) AS BIGINT) FROM conversation WHERE account_id = $1
 AND channel = 'site';

-- name: chat_unread_with_shop :one (shop_id shop_id, account_id account_id) -> (count int)
SELECT CAST(COALESCE(SUM(unread_customer), 0) AS BIGINT) FROM conversation
 WHERE shop_id = $1 AND account_id = $2 AND channel = 'site';

-- name: chat_waiting_of_shop :one (shop_id shop_id) -> (count int)
SELECT COUNT(*) FROM conversation WHERE shop_id = $1
 AND (holder = 2 OR (holder = 3 AND unread_shop > 0));

-- name: chat_read_by_customer :count (shop_id shop_id, id conversation_id, account_id account_id)
UPDATE conversation SET unread_customer = 0 WHERE shop_id = $1 AND id = $2 AND account_id = $3
 AND unread_customer > 0;

-- name: chat_read_by_shop :count (shop_id shop_id, id conversation_id)
UPDATE conversation SET unread_shop = 0 WHERE shop_id = $1 AND id = $2 AND unread_shop > 0;

-- name: chat_pace :one (shop_id shop_id, conversation_id conversation_id, since int, since_ms int)
--    -> (count int, last_ms int)
SELECT COUNT(*), CAST(COALESCE(MAX(at_ms), 0) AS BIGINT) FROM message
 WHERE shop_id = $1 AND conversation_id = $2 AND id >= $3 AND at_ms > $4 AND sender = 1;

-- name: chat_failed_of :one (shop_id shop_id, conversation_id conversation_id) -> (count int)
SELECT COUNT(*) FROM message WHERE shop_id = $1 AND conversation_id = $2 AND delivery = 3;

-- name: chat_resend :count (shop_id shop_id, id message_id, conversation_id conversation_id)
UPDATE message SET delivery = 1, delivery_note = '' WHERE shop_id = $1 AND id = $2
 AND conversation_id = $3 AND delivery = 3;

-- ---- addresses people typed, for the next form ----

-- name: chat_address_get :maybe (account_id account_id) -> (sealed text)
SELECT sealed FROM chat_address WHERE account_id = $1;

-- name: chat_address_set :exec (account_id account_id, sealed text, at_ms int)
INSERT INTO chat_address (account_id, sealed, at_ms) VALUES ($1, $2, $3)
    ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed, at_ms = excluded.at_ms;

-- ---- accounts that become one ----

-- name: chat_site_of_account :many (account_id account_id) -> (id conversation_id, shop_id shop_id)
SELECT id, shop_id FROM conversation WHERE account_id = $1 AND channel = 'site'
 ORDER BY id LIMIT 1000;

-- name: chat_move_account :count (account_id account_id, into_id account_id)
UPDATE conversation SET account_id = $2 WHERE account_id = $1;

-- name: chat_rename_user :hit (shop_id shop_id, id conversation_id, channel_user_id text)
UPDATE conversation SET channel_user_id = $3 WHERE shop_id = $1 AND id = $2;

-- name: chat_move_messages :count (shop_id shop_id, conversation_id conversation_id,
--    into_id conversation_id)
UPDATE message SET conversation_id = $3 WHERE shop_id = $1 AND conversation_id = $2;

-- name: chat_move_buttons :count (shop_id shop_id, conversation_id conversation_id,
--    into_id conversation_id)
UPDATE message_button SET conversation_id = $3 WHERE shop_id = $1 AND conversation_id = $2;

-- name: chat_fold :hit (shop_id shop_id, from_id conversation_id, into_id conversation_id)
UPDATE conversation
   SET unread_customer = conversation.unread_customer + f.unread_customer,
       unread_shop = conversation.unread_shop + f.unread_shop,
       last_text = CASE WHEN f.last_message_ms > conversation.last_message_ms THEN f.last_text
       ELSE conversation.last_text END,
       last_sender = CASE WHEN f.last_message_ms > conversation.last_message_ms THEN f.last_sender
       ELSE conversation.last_sender END,
       holder = CASE WHEN f.last_message_ms > conversation.last_message_ms THEN f.holder
       ELSE conversation.holder END,
       last_message_ms = CASE WHEN f.last_message_ms > conversation.last_message_ms
       THEN f.last_message_ms
                              ELSE conversation.last_message_ms END
  FROM conversation f
 WHERE conversation.shop_id = $1 AND conversation.id = $3 AND f.shop_id = $1 AND f.id = $2;

-- name: chat_end_folded :hit (shop_id shop_id, id conversation_id, account_id account_id)
DELETE FROM conversation WHERE shop_id = $1 AND id = $2 AND account_id = $3;

-- name: chat_address_drop :exec (account_id account_id)
DELETE FROM chat_address WHERE account_id = $1;

-- ---- upkeep ----

-- name: chat_inbound_prune :count (before_ms int, most int)
-- @global: every shop's; what is older than any retry of any channel
DELETE FROM chat_inbound WHERE (shop_id, channel, event_id) IN (
       SELECT i.shop_id, i.channel, i.event_id FROM chat_inbound i WHERE i.at_ms < $1
        ORDER BY i.at_ms LIMIT $2);

-- name: chat_said_by_contact :many (shop_id shop_id, contact_id contact_id, most int)
--    -> (id conversation_id, at_ms int)
SELECT c.id, MAX(m.at_ms) FROM conversation c
  JOIN message m ON m.shop_id = c.shop_id AND m.conversation_id = c.id AND m.sender = 1
 WHERE c.shop_id = $1 AND c.contact_id = $2 GROUP BY c.id ORDER BY MAX(m.at_ms) DESC LIMIT $3;

-- name: chat_said_by_account :many (shop_id shop_id, account_id account_id, not_contact contact_id,
--    most int)
--    -> (id conversation_id, at_ms int)
SELECT c.id, MAX(m.at_ms) FROM conversation c
  JOIN message m ON m.shop_id = c.shop_id AND m.conversation_id = c.id AND m.sender = 1
 WHERE c.shop_id = $1 AND c.account_id = $2 AND c.contact_id <> $3
 GROUP BY c.id ORDER BY MAX(m.at_ms) DESC LIMIT $4;

-- name: chat_verify_strays :many () -> (shop_id shop_id, id int)
-- @global: verify looks at every shop
SELECT m.shop_id, m.id FROM message m LEFT JOIN conversation c ON c.shop_id = m.shop_id
 AND c.id = m.conversation_id
 WHERE c.id IS NULL ORDER BY m.id LIMIT 20;

-- name: chat_verify_buttons :many () -> (shop_id shop_id, id int)
-- @global: verify looks at every shop
SELECT b.shop_id, b.id FROM message_button b LEFT JOIN message m
       ON m.shop_id = b.shop_id AND m.id = b.message_id AND m.conversation_id = b.conversation_id
 WHERE m.id IS NULL ORDER BY b.id LIMIT 20;
