-- include: "core/ids.h"

-- name: account_row :maybe (id account_id)
-- @global: an account is its own owner
--    -> (id account_id, handle text, name text, bio text, language text, email text?,
--    avatar_media_id int, referral_code text, is_operator bool, has_password bool,
--    pending_email text?, merged_into account_id, created_ms int)
SELECT id, handle, name, bio, language, email, avatar_media_id, referral_code, is_operator,
       password_hash IS NOT NULL, pending_email, merged_into, created_ms
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

-- name: account_insert :count (id account_id, handle text, name text, bio text, language text,
--    email text?, password_hash text?, referral_code text, is_operator bool, created_ms int)
-- @global: makes the owner itself
INSERT INTO account (id, handle, name, bio, language, email, password_hash, referral_code,
                     is_operator, created_ms, avatar_media_id, merged_into)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0);

-- name: account_avatar_update :hit (account_id account_id, media_id int)
-- @global: an account is its own owner
UPDATE account SET avatar_media_id = $2 WHERE id = $1;

-- name: account_login_of :maybe (email text) -> (id account_id, password_hash text?)
-- @global: logging in starts from an address; whoever has proven it comes before those who only
-- typed it
SELECT id, password_hash FROM account
 WHERE email = $1 OR (pending_email = $1 AND email IS NULL AND merged_into = 0)
 ORDER BY CASE WHEN email IS NULL THEN 1 ELSE 0 END, id DESC LIMIT 1;

-- name: account_password_of :one (account_id account_id) -> (password_hash text?)
-- @global: an account is its own owner
SELECT password_hash FROM account WHERE id = $1;

-- name: account_guest_sign_up :count (account_id account_id, name text, handle text, email text,
--    password_hash text)
-- @global: an account is its own owner
UPDATE account SET name = $2, handle = $3, pending_email = $4, password_hash = $5
 WHERE id = $1 AND email IS NULL AND password_hash IS NULL AND merged_into = 0;

-- name: account_pending_set :hit (account_id account_id, email text)
-- @global: an account is its own owner
UPDATE account SET pending_email = $2 WHERE id = $1;

-- name: account_email_prove :hit (account_id account_id, email text)
-- @global: an account is its own owner
UPDATE account SET email = $2, pending_email = NULL WHERE id = $1 AND merged_into = 0;

-- name: account_password_update :hit (account_id account_id, password_hash text?)
-- @global: an account is its own owner
UPDATE account SET password_hash = $2 WHERE id = $1 AND merged_into = 0;

-- name: account_profile_update :count (account_id account_id, name text, handle text, bio text)
-- @global: an account is its own owner
UPDATE account SET name = $2, handle = $3, bio = $4
 WHERE id = $1 AND merged_into = 0
   AND NOT EXISTS (SELECT 1 FROM account b WHERE b.handle = $3 AND b.id <> $1);

-- name: account_language_update :hit (account_id account_id, language text)
-- @global: an account is its own owner
UPDATE account SET language = $2 WHERE id = $1;

-- name: account_operator_update :hit (account_id account_id, is_operator bool)
-- @global: an account is its own owner
UPDATE account SET is_operator = $2 WHERE id = $1;

-- name: account_merge_mark :hit (account_id account_id, merged_into account_id)
-- @global: an account is its own owner
UPDATE account SET merged_into = $2, password_hash = NULL, pending_email = NULL
 WHERE id = $1 AND merged_into = 0 AND email IS NULL;

-- name: sign_in_try_count :one (key bytes, now_ms int, since_ms int) -> (tries int)
-- @global: who tries to sign in is nobody yet
INSERT INTO sign_in_try (key, tries, since_ms) VALUES ($1, 1, $2)
ON CONFLICT (key) DO UPDATE SET
  tries = CASE WHEN sign_in_try.since_ms <= $3 THEN 1 ELSE sign_in_try.tries + 1 END,
  since_ms = CASE WHEN sign_in_try.since_ms <= $3 THEN $2 ELSE sign_in_try.since_ms END
RETURNING tries;

-- name: sign_in_try_clear :exec (key bytes)
-- @global: who tries to sign in is nobody yet
DELETE FROM sign_in_try WHERE key = $1;

-- name: sign_in_try_prune :count (before_ms int, most int)
-- @global: of everybody
DELETE FROM sign_in_try WHERE key IN (SELECT t.key FROM sign_in_try t WHERE t.since_ms < $1
                                       ORDER BY t.since_ms LIMIT $2);

-- name: account_merge_loops :many (max_rows int) -> (id account_id)
-- @global: for verify: a merged account leads to one that is none
SELECT a.id FROM account a LEFT JOIN account b ON b.id = a.merged_into
 WHERE a.merged_into <> 0 AND (b.id IS NULL OR a.email IS NOT NULL OR a.password_hash IS NOT NULL)
     LIMIT $1;
