-- include: "core/ids.h"

-- name: telegram_bots :many (most int) -> (shop_id shop_id, next_update int, trouble text)
-- @global: the loop serves every shop's bot
SELECT shop_id, next_update, trouble FROM telegram_bot ORDER BY shop_id LIMIT $1;

-- name: telegram_bot_row :maybe (shop_id shop_id)
--    -> (username text, name text, trouble text, trouble_ms int)
SELECT username, name, trouble, trouble_ms FROM telegram_bot WHERE shop_id = $1;

-- name: telegram_bot_set :count (shop_id shop_id, token_digest text, username text, name text)
INSERT INTO telegram_bot (shop_id, token_digest, username, name, next_update, trouble, trouble_ms)
VALUES ($1, $2, $3, $4, 0, '', 0)
    ON CONFLICT (shop_id) DO UPDATE
       SET next_update = CASE WHEN telegram_bot.token_digest = excluded.token_digest
       THEN telegram_bot.next_update ELSE 0 END,
           token_digest = excluded.token_digest, username = excluded.username, name = excluded.name,
           trouble = '', trouble_ms = 0;

-- name: telegram_bot_remove :count (shop_id shop_id)
DELETE FROM telegram_bot WHERE shop_id = $1;

-- name: telegram_advance :count (shop_id shop_id, next_update int)
UPDATE telegram_bot SET next_update = $2 WHERE shop_id = $1 AND next_update < $2;

-- name: telegram_trouble_set :count (shop_id shop_id, trouble text, now_ms int)
UPDATE telegram_bot SET trouble = $2, trouble_ms = $3 WHERE shop_id = $1 AND trouble <> $2;
