-- include: "identity/identity.h"
-- include: "chat/chat.h"

-- name: chat_conversation_insert :count (id conversation_id, shop_id shop_id, account_id account_id,
--    contact_id contact_id, visitor_id visitor_id, channel text, channel_user_id text, language text,
--    customer_name text, start_payload text, now_ms int)
INSERT INTO conversation (id, shop_id, account_id, contact_id, visitor_id, channel, channel_user_id, language,
                          customer_name, start_payload, holder, staff_id, last_message_ms, last_text, last_sender,
                          unread_customer, unread_shop, deliver_lease_ms, created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 0, $11, '', 0, 0, 0, 0, $11)
    ON CONFLICT (shop_id, channel, channel_user_id) DO NOTHING;

-- name: chat_conversation_row :maybe (shop_id shop_id, id conversation_id)
--    -> (id conversation_id, shop_id shop_id, account_id account_id, contact_id contact_id, visitor_id visitor_id,
--        channel text, channel_user_id text, language text, customer_name text, start_payload text, holder int,
--        staff_id int, last_message_ms int, unread_customer int, unread_shop int)
SELECT id, shop_id, account_id, contact_id, visitor_id, channel, channel_user_id, language, customer_name,
       start_payload, holder, staff_id, last_message_ms, unread_customer, unread_shop
  FROM conversation WHERE shop_id = $1 AND id = $2;

-- name: chat_conversation_of_user :maybe (shop_id shop_id, channel text, channel_user_id text) -> (id conversation_id)
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

-- name: chat_conversation_heard :hit (shop_id shop_id, id conversation_id, at_ms int, last_text text, holder int)
UPDATE conversation SET last_message_ms = $3, last_text = $4, last_sender = 1, holder = $5,
       unread_shop = unread_shop + 1, unread_customer = 0
 WHERE shop_id = $1 AND id = $2;

-- name: chat_conversation_said :hit (shop_id shop_id, id conversation_id, at_ms int, last_text text, sender int)
UPDATE conversation SET last_message_ms = $3, last_text = $4, last_sender = $5, unread_customer = unread_customer + 1
 WHERE shop_id = $1 AND id = $2;

-- name: chat_conversation_hold :hit (shop_id shop_id, id conversation_id, holder int, staff_id int)
UPDATE conversation SET holder = $3, staff_id = $4 WHERE shop_id = $1 AND id = $2;

-- name: chat_message_insert :exec (id message_id, shop_id shop_id, conversation_id conversation_id, sender int,
--    staff_id int, body text, product_id int, media_id int, form text, button_count int, delivery int, now_ms int)
INSERT INTO message (id, shop_id, conversation_id, sender, staff_id, body, product_id, media_id, form, button_count,
                     delivery, delivery_note, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12);

-- name: chat_button_insert :exec (id int, shop_id shop_id, conversation_id conversation_id, message_id message_id,
--    label text, token text?, url text?)
INSERT INTO message_button (id, shop_id, conversation_id, message_id, label, token, url, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1);

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
UPDATE message_button SET state = 3 WHERE shop_id = $1 AND message_id = $2 AND token IS NOT NULL AND state = 1;

-- name: chat_inbound_insert :count (shop_id shop_id, channel text, event_id text, at_ms int)
INSERT INTO chat_inbound (shop_id, channel, event_id, at_ms) VALUES ($1, $2, $3, $4)
    ON CONFLICT (shop_id, channel, event_id) DO NOTHING;

-- ---- delivery to other channels ----

-- name: chat_deliver_claim :count (shop_id shop_id, id conversation_id, now_ms int, until_ms int)
UPDATE conversation SET deliver_lease_ms = $4 WHERE shop_id = $1 AND id = $2 AND deliver_lease_ms <= $3;

-- name: chat_deliver_release :exec (shop_id shop_id, id conversation_id)
UPDATE conversation SET deliver_lease_ms = 0 WHERE shop_id = $1 AND id = $2;

-- name: chat_deliver_next :maybe (shop_id shop_id, conversation_id conversation_id)
--    -> (id message_id, body text, product_id int, media_id int)
SELECT id, body, product_id, media_id FROM message
 WHERE shop_id = $1 AND conversation_id = $2 AND delivery = 1 ORDER BY id LIMIT 1;

-- name: chat_deliver_mark :count (shop_id shop_id, id message_id, delivery int, note text)
UPDATE message SET delivery = $3, delivery_note = $4 WHERE shop_id = $1 AND id = $2 AND delivery = 1;

-- name: chat_buttons_of :many (shop_id shop_id, message_id message_id)
--    -> (label text, token text?, url text?, state int)
SELECT label, token, url, state FROM message_button WHERE shop_id = $1 AND message_id = $2 ORDER BY id LIMIT 12;
