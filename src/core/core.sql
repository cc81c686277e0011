-- include: "core/ids.h"

-- name: event_insert :exec (kind text, version int, shop_id shop_id, account_id account_id,
--    subject int, object int, number int, note text, actor account_id, cause int, depth int,
--    at_ms int)
-- @global: the owner stands in the row; the sequence is the store's
-- @sqlite
INSERT INTO event (kind, version, shop_id, account_id, subject_id, object_id, number, note,
                   actor_id, cause, depth, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);
-- @pg
WITH x AS MATERIALIZED (SELECT pg_current_xact_id() AS xid)
INSERT INTO event (id, kind, version, shop_id, account_id, subject_id, object_id, number, note,
                   actor_id, cause, depth, at_ms)
SELECT nextval('event_seq'), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM x
 WHERE x.xid IS NOT NULL;

-- name: event_after :many (seq int, horizon int, count int)
--    -> (seq int, kind text, version int, shop_id shop_id, account_id account_id, subject int,
--        object int, number int, note text, actor account_id, depth int, at_ms int)
-- @global: the dispatcher reads for subscribers of all owners
SELECT id, kind, version, shop_id, account_id, subject_id, object_id, number, note, actor_id, depth,
       at_ms
FROM event WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3;

-- name: event_by_seq :maybe (seq int)
--    -> (seq int, kind text, version int, shop_id shop_id, account_id account_id, subject int,
--        object int, number int, note text, actor account_id, depth int, at_ms int)
-- @global: a parked event is tried again by the dispatcher
SELECT id, kind, version, shop_id, account_id, subject_id, object_id, number, note, actor_id, depth,
       at_ms
FROM event WHERE id = $1;

-- name: event_last :one () -> (seq int)
-- @global: the newest event given out so far; on PostgreSQL it may not be committed yet
-- @sqlite
SELECT COALESCE(MAX(id), 0) FROM event;
-- @pg
SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_seq;

-- name: event_own_xid :one () -> (xid int)
-- @global: a number later than that of every transaction that has drawn an event so far
-- @sqlite
SELECT 0;
-- @pg
SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT);

-- name: event_xmin :one () -> (xid int)
-- @global: all transactions below it have ended
-- @sqlite
SELECT 1;
-- @pg
SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT);

-- name: event_cursor_init :exec (name text, seq int)
-- @global: one row per subscriber
INSERT INTO event_cursor (name, seq) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;

-- name: event_cursor_get :maybe (name text) -> (seq int)
-- @global: one row per subscriber
SELECT seq FROM event_cursor WHERE name = $1;

-- name: event_cursor_advance :count (name text, old_seq int, new_seq int)
-- @global: one row per subscriber
UPDATE event_cursor SET seq = $3 WHERE name = $1 AND seq = $2;

-- name: event_cursor_beyond :many (seq int, count int) -> (name text, seq int)
-- @global: one row per subscriber
SELECT name, seq FROM event_cursor WHERE seq > $1 ORDER BY name LIMIT $2;

-- name: event_parked_add :exec (subscriber text, seq int, family text, subject int, reason text,
--    is_head bool, now_ms int)
-- @global: waits per subscriber
INSERT INTO event_parked (subscriber, seq, family, subject_id, reason, is_head, parked_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (subscriber, seq) DO NOTHING;

-- name: event_parked_count :one (subscriber text, family text, subject int) -> (count int)
-- @global: waits per subscriber
SELECT COUNT(*) FROM event_parked WHERE subscriber = $1 AND family = $2 AND subject_id = $3;

-- name: event_parked_any :one (subscriber text) -> (count int)
-- @global: waits per subscriber
SELECT COUNT(*) FROM event_parked WHERE subscriber = $1;

-- name: event_parked_rows :many (count int)
--    -> (subscriber text, seq int, family text, subject int, reason text, is_head bool,
--        parked_ms int)
-- @global: for the operator
SELECT subscriber, seq, family, subject_id, reason, is_head, parked_ms
FROM event_parked ORDER BY subscriber, seq LIMIT $1;

-- name: event_parked_first :maybe (subscriber text, after_seq int) -> (seq int)
-- @global: for the operator's retry
SELECT seq FROM event_parked WHERE subscriber = $1 AND seq > $2 ORDER BY seq LIMIT 1;

-- name: event_parked_earlier :one (subscriber text, seq int, family text, subject int)
--    -> (count int)
-- @global: waits per subscriber
SELECT COUNT(*) FROM event_parked WHERE subscriber = $1 AND seq < $2 AND family = $3
 AND subject_id = $4;

-- name: event_parked_remove :count (subscriber text, seq int)
-- @global: waits per subscriber
DELETE FROM event_parked WHERE subscriber = $1 AND seq = $2;

-- name: event_parked_reason :exec (subscriber text, seq int, reason text)
-- @global: waits per subscriber
UPDATE event_parked SET reason = $3, is_head = 1 WHERE subscriber = $1 AND seq = $2;

-- name: event_prune :count (before_ms int, most int, now_ms int)
-- @global: the row at the lowest cursor stays, so that numbers are never given twice; the oldest
-- have the lowest numbers, so only they are looked at, but for those of a clock that went ahead
DELETE FROM event WHERE at_ms < $1
  AND id IN (SELECT e.id FROM event e
              WHERE e.id < (SELECT COALESCE(MIN(c.seq), 0) FROM event_cursor c)
                AND e.at_ms <= $3
                AND NOT EXISTS (SELECT 1 FROM event_parked p WHERE p.seq = e.id)
              ORDER BY e.id LIMIT $2);

-- name: job_insert :count (id int, shop_id shop_id, kind text, key text?, payload text,
--    run_at_ms int, now_ms int)
INSERT INTO job (id, shop_id, kind, key, payload, state, run_at_ms, attempt, lease_until_ms,
                 progress_done, progress_total, progress_note, reason, created_ms, ended_ms)
VALUES ($1, $2, $3, $4, $5, 1, $6, 0, 0, 0, 0, '', '', $7, 0) ON CONFLICT DO NOTHING;

-- name: job_due :many (kind text, now_ms int, count int) -> (id int, shop_id shop_id)
-- @global: the runner works for all shops
SELECT id, shop_id FROM job WHERE kind = $1 AND state = 1 AND run_at_ms <= $2
 ORDER BY run_at_ms, id LIMIT $3;

-- name: job_claim :maybe (id int, lease_until_ms int)
--    -> (id int, shop_id shop_id, kind text, key text?, payload text, attempt int)
-- @global: the runner works for all shops
-- @sqlite
UPDATE job SET state = 2, attempt = attempt + 1, lease_until_ms = $2 WHERE id = $1 AND state = 1
RETURNING id, shop_id, kind, key, payload, attempt;
-- @pg
UPDATE job SET state = 2, attempt = attempt + 1, lease_until_ms = $2
WHERE id = (SELECT j.id FROM job j WHERE j.id = $1 AND j.state = 1 FOR UPDATE SKIP LOCKED)
RETURNING id, shop_id, kind, key, payload, attempt;

-- name: job_expired :many (now_ms int, count int)
--    -> (id int, shop_id shop_id, kind text, attempt int)
-- @global: the runner works for all shops
SELECT id, shop_id, kind, attempt FROM job WHERE state = 2 AND lease_until_ms < $1 LIMIT $2;

-- name: job_extend :count (id int, attempt int, lease_until_ms int, done int, total int, note text)
-- @global: by the attempt that holds the lease
UPDATE job SET lease_until_ms = $3, progress_done = $4, progress_total = $5, progress_note = $6
WHERE id = $1 AND state = 2 AND attempt = $2;

-- name: job_remove :count (id int, attempt int)
-- @global: by the attempt that holds the lease
DELETE FROM job WHERE id = $1 AND state = 2 AND attempt = $2 AND progress_total = 0;

-- name: job_end :count (id int, attempt int, state int, reason text, now_ms int)
-- @global: by the attempt that holds the lease
UPDATE job SET state = $3, reason = $4, ended_ms = $5 WHERE id = $1 AND state = 2 AND attempt = $2;

-- name: job_again :count (id int, attempt int, run_at_ms int, reason text)
-- @global: by the attempt that holds the lease; not when a twin with the same key waits already
UPDATE job SET state = 1, run_at_ms = $3, reason = $4 WHERE id = $1 AND state = 2 AND attempt = $2
  AND NOT EXISTS (SELECT 1 FROM job twin WHERE twin.state = 1 AND twin.shop_id = job.shop_id
                  AND twin.kind = job.kind AND twin.key = job.key);

-- name: job_alive :one (kind text) -> (count int)
-- @global: periodic jobs of the server
SELECT COUNT(*) FROM job WHERE shop_id = 0 AND kind = $1 AND state IN (1, 2);

-- name: job_open :one (shop_id shop_id) -> (count int)
SELECT COUNT(*) FROM job WHERE shop_id = $1 AND state IN (1, 2);

-- name: job_watch :maybe (shop_id shop_id, kind text, key text)
--    -> (id int, state int, attempt int, done int, total int, note text, reason text)
SELECT id, state, attempt, progress_done, progress_total, progress_note, reason
FROM job WHERE shop_id = $1 AND kind = $2 AND key = $3 ORDER BY id DESC LIMIT 1;

-- name: job_dead_rows :many (count int)
--    -> (id int, shop_id shop_id, kind text, attempt int, reason text, ended_ms int)
-- @global: for the operator
SELECT id, shop_id, kind, attempt, reason, ended_ms FROM job WHERE state = 4 ORDER BY id LIMIT $1;

-- name: job_dead_latest :many (before int, count int) -> like job_dead_rows
-- @global: for the operator
SELECT id, shop_id, kind, attempt, reason, ended_ms FROM job WHERE state = 4 AND id < $1
 ORDER BY id DESC LIMIT $2;

-- name: job_dead_one :maybe (id int) -> (kind text)
-- @global: by the operator
SELECT kind FROM job WHERE id = $1 AND state = 4;

-- name: job_dead_delete :exec (id int)
-- @global: by the operator
DELETE FROM job WHERE id = $1 AND state = 4;

-- name: job_back :count (id int, now_ms int)
-- @global: by the operator
UPDATE job SET state = 1, attempt = 0, run_at_ms = $2 WHERE id = $1 AND state = 4
  AND NOT EXISTS (SELECT 1 FROM job twin WHERE twin.state = 1 AND twin.shop_id = job.shop_id
                  AND twin.kind = job.kind AND twin.key = job.key);

-- name: job_prune :count (before_ms int, most int)
-- @global: finished ones that people have watched
DELETE FROM job WHERE id IN (SELECT j.id FROM job j WHERE j.state = 3 AND j.ended_ms < $1
                              ORDER BY j.id LIMIT $2);

-- name: session_insert :exec (id session_id, account_id account_id, token_hash bytes, agent text,
--    now_ms int, expires_ms int)
INSERT INTO session (id, account_id, token_hash, agent, created_ms, seen_ms, expires_ms)
VALUES ($1, $2, $3, $4, $5, $5, $6);

-- name: session_by_token :maybe (token_hash bytes, now_ms int)
--    -> (id session_id, account_id account_id, seen_ms int)
-- @global: the token is the proof
SELECT id, account_id, seen_ms FROM session WHERE token_hash = $1 AND expires_ms > $2;

-- name: session_seen :exec (id session_id, account_id account_id, now_ms int, expires_ms int)
UPDATE session SET seen_ms = $3, expires_ms = $4 WHERE id = $1 AND account_id = $2;

-- name: session_list_of :many (account_id account_id, now_ms int, count int)
--    -> (id session_id, agent text, created_ms int, seen_ms int)
SELECT id, agent, created_ms, seen_ms FROM session WHERE account_id = $1 AND expires_ms > $2
ORDER BY seen_ms DESC LIMIT $3;

-- name: session_delete :count (account_id account_id, id session_id)
DELETE FROM session WHERE account_id = $1 AND id = $2;

-- name: session_delete_others :count (account_id account_id, keep session_id)
DELETE FROM session WHERE account_id = $1 AND id <> $2;

-- name: session_prune :count (now_ms int, most int)
-- @global: expired ones of everybody
DELETE FROM session WHERE id IN (SELECT s.id FROM session s WHERE s.expires_ms <= $1
                                  ORDER BY s.expires_ms LIMIT $2);

-- name: member_put :exec (shop_id shop_id, account_id account_id, role text, now_ms int)
INSERT INTO shop_member (shop_id, account_id, role, since_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (shop_id, account_id) DO UPDATE SET role = excluded.role;

-- name: member_delete :count (shop_id shop_id, account_id account_id)
DELETE FROM shop_member WHERE shop_id = $1 AND account_id = $2;

-- name: member_role :maybe (shop_id shop_id, account_id account_id) -> (role text)
SELECT role FROM shop_member WHERE shop_id = $1 AND account_id = $2;

-- name: member_owners :one (shop_id shop_id, except_account account_id) -> (count int)
SELECT COUNT(*) FROM shop_member WHERE shop_id = $1 AND role = 'owner' AND account_id <> $2;

-- name: member_list_of_shop :many (shop_id shop_id, count int)
--    -> (account_id account_id, role text, since_ms int)
SELECT account_id, role, since_ms FROM shop_member WHERE shop_id = $1
 ORDER BY since_ms, account_id LIMIT $2;

-- name: member_list_of_account :many (account_id account_id, count int)
--    -> (shop_id shop_id, role text)
SELECT shop_id, role FROM shop_member WHERE account_id = $1 ORDER BY shop_id LIMIT $2;

-- name: setting_value :maybe (shop_id shop_id, key text) -> (value text)
SELECT value FROM setting WHERE shop_id = $1 AND key = $2;

-- name: setting_put :exec (shop_id shop_id, key text, value text, now_ms int, actor account_id)
INSERT INTO setting (shop_id, key, value, changed_ms, actor_id) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (shop_id, key) DO UPDATE
SET value = excluded.value, changed_ms = excluded.changed_ms, actor_id = excluded.actor_id;

-- name: setting_delete :exec (shop_id shop_id, key text)
DELETE FROM setting WHERE shop_id = $1 AND key = $2;

-- name: audit_insert :exec (id int, shop_id shop_id, account_id account_id, actor account_id,
--    action text, subject int, why text, at_ms int)
INSERT INTO audit (id, shop_id, account_id, actor_id, action, subject_id, why, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: audit_of_subject :many (shop_id shop_id, subject int, count int)
--    -> (id int, actor account_id, action text, why text, at_ms int)
SELECT id, actor_id, action, why, at_ms FROM audit WHERE shop_id = $1 AND subject_id = $2
ORDER BY id LIMIT $3;

-- name: audit_tamper :exec (shop_id shop_id)
UPDATE audit SET why = '' WHERE shop_id = $1;

-- name: idempotency_insert :count (account_id account_id, key text, body_hash bytes, now_ms int)
INSERT INTO idempotency (account_id, key, body_hash, is_done, status, body, created_ms)
VALUES ($1, $2, $3, 0, 0, '', $4) ON CONFLICT (account_id, key) DO NOTHING;

-- name: idempotency_get :maybe (account_id account_id, key text)
--    -> (body_hash bytes, is_done bool, status int, body text, created_ms int)
SELECT body_hash, is_done, status, body, created_ms FROM idempotency WHERE account_id = $1
 AND key = $2;

-- name: idempotency_done :count (account_id account_id, key text, status int, body text)
UPDATE idempotency SET is_done = 1, status = $3, body = $4 WHERE account_id = $1 AND key = $2
 AND is_done = 0;

-- name: idempotency_take_over :count (account_id account_id, key text, old_ms int, now_ms int)
UPDATE idempotency SET created_ms = $4 WHERE account_id = $1 AND key = $2 AND created_ms = $3
 AND is_done = 0;

-- name: idempotency_prune :count (before_ms int, most int)
-- @global: old keys of everybody
DELETE FROM idempotency
 WHERE (account_id, key) IN (SELECT i.account_id, i.key FROM idempotency i WHERE i.created_ms < $1
                              ORDER BY i.created_ms LIMIT $2);

-- name: one_shot_insert :exec (id int, account_id account_id, purpose text, subject text,
--    token_hash bytes, expires_ms int)
INSERT INTO one_shot (id, account_id, purpose, subject, token_hash, expires_ms)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: one_shot_take :maybe (token_hash bytes, purpose text, now_ms int)
--    -> (account_id account_id, subject text)
-- @global: the token is the proof
DELETE FROM one_shot WHERE token_hash = $1 AND purpose = $2 AND expires_ms > $3
 RETURNING account_id, subject;

-- name: one_shot_peek :maybe (token_hash bytes, purpose text, now_ms int)
--    -> (account_id account_id, subject text)
-- @global: the token is the proof
SELECT account_id, subject FROM one_shot WHERE token_hash = $1 AND purpose = $2 AND expires_ms > $3;

-- name: one_shot_revoke :count (account_id account_id, purpose text)
DELETE FROM one_shot WHERE account_id = $1 AND purpose = $2;

-- name: one_shot_prune :count (now_ms int, most int)
-- @global: expired ones of everybody
DELETE FROM one_shot WHERE id IN (SELECT o.id FROM one_shot o WHERE o.expires_ms <= $1
                                   ORDER BY o.expires_ms LIMIT $2);

-- name: id_node_last :one () -> (last_id int)
-- @global: node numbers belong to nobody
SELECT COALESCE(MAX(last_id), 0) FROM id_node;

-- name: id_node_claim :count (node int, holder text, now_ms int, lease_until_ms int, last_id int)
-- @global: node numbers belong to nobody
INSERT INTO id_node (node, holder, lease_until_ms, last_id) VALUES ($1, $2, $4, $5)
ON CONFLICT (node) DO UPDATE SET holder = excluded.holder, lease_until_ms = excluded.lease_until_ms
WHERE id_node.lease_until_ms < $3;

-- name: id_node_renew :hit (node int, holder text, lease_until_ms int, last_id int)
-- @global: node numbers belong to nobody
UPDATE id_node SET lease_until_ms = $3, last_id = $4 WHERE node = $1 AND holder = $2;

-- name: health_store :one () -> (version text, durability text)
-- @global: the engine's own words
-- @sqlite
SELECT sqlite_version(), 'full';
-- @pg
SELECT current_setting('server_version'), current_setting('synchronous_commit');

-- name: health_jobs :many (count int) -> (kind text, state int, count int)
-- @global: for the operator
SELECT kind, state, COUNT(*) FROM job GROUP BY kind, state ORDER BY kind, state LIMIT $1;
