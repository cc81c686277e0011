-- include: "media/media.h"

-- name: media_row :maybe (id media_id)
-- @global: a photo in use is public, whoever owns it
--    -> (id media_id, account_id account_id, state int, alt text, width int, height int, average text,
--        large text, medium text, small text, source text, reason text)
SELECT id, account_id, state, alt, width, height, average, large, medium, small, source, reason
  FROM media WHERE id = $1;
