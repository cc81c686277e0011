-- include: "core/ids.h"

-- name: account_row :maybe (id account_id)
-- @global: an account is its own owner
--    -> (id account_id, handle text, name text, bio text, language text, email text?, avatar_media_id int,
--        referral_code text, is_operator bool, merged_into account_id, created_ms int)
SELECT id, handle, name, bio, language, email, avatar_media_id, referral_code, is_operator, merged_into, created_ms
  FROM account WHERE id = $1;

-- name: account_id_of_handle :maybe (handle text) -> (id account_id)
-- @global: a profile is public by its handle
SELECT id FROM account WHERE handle = $1;

-- name: account_id_of_referral :maybe (code text) -> (id account_id)
-- @global: a share link names its account by code
SELECT id FROM account WHERE referral_code = $1;

-- name: account_id_of_email :maybe (email text) -> (id account_id)
-- @global: logging in starts from an address
SELECT id FROM account WHERE email = $1;

-- name: account_insert :exec (id account_id, handle text, name text, bio text, language text, email text?,
--    password_hash text?, referral_code text, is_operator bool, created_ms int)
-- @global: makes the owner itself
INSERT INTO account (id, handle, name, bio, language, email, password_hash, referral_code, is_operator, created_ms,
                     avatar_media_id, merged_into)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0);

-- name: account_avatar_update :hit (account_id account_id, media_id int)
-- @global: an account is its own owner
UPDATE account SET avatar_media_id = $2 WHERE id = $1;
