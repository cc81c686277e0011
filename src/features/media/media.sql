-- include: "media/media.h"

-- name: media_row :maybe (id media_id)
-- @global: a photo in use is public, whoever owns it
--    -> (id media_id, account_id account_id, state int, alt text, width int, height int,
--    average text, large text, medium text, small text, source text, reason text)
SELECT id, account_id, state, alt, width, height, average, large, medium, small, source, reason
  FROM media WHERE id = $1;

-- name: media_of_account :many (account_id account_id, before int, most int) -> like media_row
SELECT id, account_id, state, alt, width, height, average, large, medium, small, source, reason
  FROM media WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: media_count_since :one (account_id account_id, since int) -> (photos int)
SELECT COUNT(*) FROM media WHERE account_id = $1 AND id >= $2;

-- name: media_insert_waiting :exec (id media_id, account_id account_id, alt text, source text,
--    now_ms int)
INSERT INTO media (id, account_id, state, alt, width, height, average, large, medium, small, source,
                   reason, created_ms)
VALUES ($1, $2, 1, $3, 0, 0, '', '', '', '', $4, '', $5);

-- name: media_insert_ready :exec (id media_id, account_id account_id, alt text, width int,
--    height int, average text, large text, medium text, small text, now_ms int)
INSERT INTO media (id, account_id, state, alt, width, height, average, large, medium, small, source,
                   reason, created_ms)
VALUES ($1, $2, 2, $3, $4, $5, $6, $7, $8, $9, '', '', $10);

-- name: media_set_ready :exec (account_id account_id, id media_id, width int, height int,
--    average text, large text, medium text, small text)
UPDATE media SET state = 2, width = $3, height = $4, average = $5, large = $6, medium = $7,
       small = $8, source = ''
 WHERE account_id = $1 AND id = $2 AND state = 1;

-- name: media_set_refused :exec (account_id account_id, id media_id, reason text)
UPDATE media SET state = 3, reason = $3, source = '' WHERE account_id = $1 AND id = $2
 AND state = 1;

-- name: media_set_alt :count (account_id account_id, id media_id, alt text)
UPDATE media SET alt = $3 WHERE account_id = $1 AND id = $2;

-- name: media_move_owner :exec (account_id account_id, into_id account_id)
UPDATE media SET account_id = $2 WHERE account_id = $1;
