-- include: "core/ids.h"

-- name: manual_confirm :count (shop_id shop_id, attempt_id int, account_id account_id, now_ms int)
INSERT INTO manual_confirmation (shop_id, attempt_id, account_id, at_ms) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING;

-- name: manual_confirmations :one (shop_id shop_id, attempt_id int) -> (people int)
SELECT COUNT(*) FROM manual_confirmation WHERE shop_id = $1 AND attempt_id = $2;
