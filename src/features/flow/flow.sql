-- include: "flow/flow.h"

-- ---- flows and their versions ----

-- name: flow_insert :exec (id flow_id, shop_id shop_id, name text, is_standard bool,
--    version_id int, now_ms int)
INSERT INTO flow (id, shop_id, name, is_standard, live_version_id, created_ms)
VALUES ($1, $2, $3, $4, $5, $6);

-- Whoever changes the steps of a flow holds its row: two editors in one moment go one after the
-- other.
-- name: flow_hold :count (shop_id shop_id, id flow_id)
UPDATE flow SET name = name WHERE shop_id = $1 AND id = $2;

-- name: flow_count :one (shop_id shop_id) -> (number int)
SELECT COUNT(*) FROM flow WHERE shop_id = $1;

-- name: flow_row :maybe (shop_id shop_id, id flow_id)
--    -> (id flow_id, name text, is_standard bool, live_version_id int)
SELECT id, name, is_standard, live_version_id FROM flow WHERE shop_id = $1 AND id = $2;

-- name: flow_standard_row :maybe (shop_id shop_id) -> (id flow_id, live_version_id int)
SELECT id, live_version_id FROM flow WHERE shop_id = $1 AND is_standard = 1;

-- name: flow_rows :many (shop_id shop_id)
--    -> (id flow_id, name text, is_standard bool, live_number int, started int, finished int,
--        questions int)
SELECT f.id, f.name, f.is_standard, v.number,
       (SELECT COUNT(*) FROM flow_run r WHERE r.shop_id = f.shop_id AND r.flow_id = f.id
       AND r.is_preview = 0),
       (SELECT COUNT(*) FROM flow_run r WHERE r.shop_id = f.shop_id AND r.flow_id = f.id
       AND r.is_preview = 0 AND r.phase = 3),
       (SELECT COUNT(*) FROM flow_step s WHERE s.shop_id = f.shop_id
       AND s.version_id = f.live_version_id AND s.kind = 5)
FROM flow f JOIN flow_version v ON v.shop_id = f.shop_id AND v.id = f.live_version_id
WHERE f.shop_id = $1 ORDER BY f.is_standard DESC, f.id LIMIT 50;

-- name: flow_live_set :hit (shop_id shop_id, id flow_id, version_id int)
UPDATE flow SET live_version_id = $3 WHERE shop_id = $1 AND id = $2;

-- name: flow_version_insert :exec (id int, shop_id shop_id, flow_id flow_id, number int,
--    now_ms int, by account_id)
INSERT INTO flow_version (id, shop_id, flow_id, number, published_ms, published_by)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: flow_version_row :one (shop_id shop_id, id int)
--    -> (flow_id flow_id, number int, published_ms int)
SELECT flow_id, number, published_ms FROM flow_version WHERE shop_id = $1 AND id = $2;

-- name: flow_draft_row :maybe (shop_id shop_id, flow_id flow_id) -> (id int)
SELECT id FROM flow_version WHERE shop_id = $1 AND flow_id = $2 AND number = 0;

-- name: flow_version_last :one (shop_id shop_id, flow_id flow_id) -> (number int)
SELECT COALESCE(MAX(number), 0) FROM flow_version WHERE shop_id = $1 AND flow_id = $2;

-- name: flow_draft_publish :hit (shop_id shop_id, id int, number int, now_ms int, by account_id)
UPDATE flow_version SET number = $3, published_ms = $4, published_by = $5 WHERE shop_id = $1
 AND id = $2 AND number = 0;

-- name: flow_version_delete :count (shop_id shop_id, id int)
DELETE FROM flow_version WHERE shop_id = $1 AND id = $2 AND number = 0;

-- name: flow_step_insert :exec (id int, shop_id shop_id, version_id int, position int, kind int,
--    key text, text_en text, text_zh text, is_required bool)
INSERT INTO flow_step (id, shop_id, version_id, position, kind, key, text_en, text_zh, is_required)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: flow_steps_of :many (shop_id shop_id, version_id int)
--    -> (id int, kind int, key text, text_en text, text_zh text, is_required bool)
SELECT id, kind, key, text_en, text_zh, is_required FROM flow_step
WHERE shop_id = $1 AND version_id = $2 ORDER BY position LIMIT 20;

-- name: flow_steps_delete :count (shop_id shop_id, version_id int)
DELETE FROM flow_step WHERE shop_id = $1 AND version_id = $2;

-- ---- triggers ----

-- name: flow_trigger_put :exec (id int, shop_id shop_id, flow_id flow_id, hashtag text,
--    post_id post_id, product_id product_id)
INSERT INTO flow_trigger (id, shop_id, flow_id, hashtag, post_id, product_id)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (shop_id, hashtag, post_id) DO UPDATE
 SET flow_id = excluded.flow_id, product_id = excluded.product_id;

-- name: flow_trigger_delete :count (shop_id shop_id, id int)
DELETE FROM flow_trigger WHERE shop_id = $1 AND id = $2;

-- name: flow_trigger_of :maybe (shop_id shop_id, hashtag text, post_id post_id)
--    -> (flow_id flow_id, version_id int, post_id post_id, product_id product_id)
SELECT t.flow_id, f.live_version_id, t.post_id, t.product_id
FROM flow_trigger t JOIN flow f ON f.shop_id = t.shop_id AND f.id = t.flow_id
WHERE t.shop_id = $1 AND t.hashtag = $2 AND t.post_id IN (0, $3) ORDER BY t.post_id DESC LIMIT 1;

-- name: flow_trigger_by_hashtag :maybe (shop_id shop_id, hashtag text)
--    -> (flow_id flow_id, version_id int, post_id post_id, product_id product_id)
SELECT t.flow_id, f.live_version_id, t.post_id, t.product_id
FROM flow_trigger t JOIN flow f ON f.shop_id = t.shop_id AND f.id = t.flow_id
WHERE t.shop_id = $1 AND t.hashtag = $2 ORDER BY t.post_id DESC LIMIT 1;

-- name: flow_trigger_of_post :maybe (shop_id shop_id, post_id post_id) -> (flow_id flow_id)
SELECT flow_id FROM flow_trigger WHERE shop_id = $1 AND post_id = $2 ORDER BY id DESC LIMIT 1;

-- name: flow_trigger_count :one (shop_id shop_id) -> (number int)
SELECT COUNT(*) FROM flow_trigger WHERE shop_id = $1;

-- name: flow_triggers_of :many (shop_id shop_id, flow_id flow_id)
--    -> (id int, hashtag text, post_id post_id, product_id product_id)
SELECT id, hashtag, post_id, product_id FROM flow_trigger WHERE shop_id = $1 AND flow_id = $2
 ORDER BY id DESC LIMIT 500;

-- ---- runs ----

-- name: flow_run_insert :exec (id int, shop_id shop_id, flow_id flow_id, version_id int,
--    conversation_id conversation_id, account_id account_id, contact_id contact_id, language text,
--    product_from int, product_id product_id, post_id post_id, comment_id comment_id,
--    is_preview bool, now_ms int)
INSERT INTO flow_run (id, shop_id, flow_id, version_id, conversation_id, account_id, contact_id,
                      phase, step_at, prompt,
    last_kind, last_id, last_prompt, language, product_from, product_id, variant_id, quantity,
        quantity_said, party_state,
    party_field, party_sealed, shown_total_minor, order_id, is_pay_told, post_id, comment_id,
        is_preview, started_ms, changed_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 0, 0, 0, 0, 0, $8, $9, $10, 0, 1, 0, 0, 0, '', -1, 0, 0, $11,
       $12, $13, $14, $14);

-- name: flow_run_by_id :maybe (shop_id shop_id, id int)
--    -> (id int, shop_id shop_id, flow_id flow_id, version_id int, conversation_id conversation_id,
--        account_id account_id, contact_id contact_id, phase int, step_at int, prompt int,
--    last_kind int, last_id int, last_prompt int, language text, product_from int,
--    product_id product_id, variant_id int, pick_1 text?, pick_2 text?, pick_3 text?, quantity int,
--    quantity_said bool, party_state int, party_field int, party_sealed text,
--    shown_total_minor int, order_id order_id, is_pay_told bool, post_id post_id,
--    comment_id comment_id, is_preview bool)
-- @sqlite
SELECT id, shop_id, flow_id, version_id, conversation_id, account_id, contact_id, phase, step_at,
       prompt, last_kind, last_id, last_prompt, language, product_from, product_id, variant_id,
       pick_1, pick_2, pick_3, quantity, quantity_said, party_state, party_field, party_sealed,
       shown_total_minor, order_id, is_pay_told, post_id, comment_id, is_preview
FROM flow_run WHERE shop_id = $1 AND id = $2;
-- @pg
SELECT id, shop_id, flow_id, version_id, conversation_id, account_id, contact_id, phase, step_at,
       prompt, last_kind, last_id, last_prompt, language, product_from, product_id, variant_id,
       pick_1, pick_2, pick_3, quantity, quantity_said, party_state, party_field, party_sealed,
       shown_total_minor, order_id, is_pay_told, post_id, comment_id, is_preview
FROM flow_run WHERE shop_id = $1 AND id = $2 FOR UPDATE;

-- name: flow_run_active :maybe (shop_id shop_id, conversation_id conversation_id) -> (id int)
SELECT id FROM flow_run WHERE shop_id = $1 AND conversation_id = $2 AND phase IN (1, 2)
 AND is_preview = 0;

-- name: flow_run_latest :maybe (shop_id shop_id, conversation_id conversation_id)
--    -> (id int, phase int)
SELECT id, phase FROM flow_run WHERE shop_id = $1 AND conversation_id = $2 AND is_preview = 0
 ORDER BY id DESC LIMIT 1;

-- name: flow_run_of_order :maybe (shop_id shop_id, order_id order_id) -> (id int)
SELECT id FROM flow_run WHERE shop_id = $1 AND order_id = $2 AND order_id <> 0;

-- name: flow_run_of_comment :maybe (shop_id shop_id, comment_id comment_id) -> (id int)
SELECT id FROM flow_run WHERE shop_id = $1 AND comment_id = $2 AND comment_id <> 0;

-- name: flow_run_save :hit (shop_id shop_id, id int, phase int, step_at int, prompt int,
--    last_kind int, last_id int, last_prompt int, language text, product_from int,
--    product_id product_id, variant_id int, pick_1 text?, pick_2 text?, pick_3 text?, quantity int,
--    quantity_said bool, party_state int, party_field int, party_sealed text,
--    shown_total_minor int, order_id order_id, is_pay_told bool, now_ms int)
UPDATE flow_run SET phase = $3, step_at = $4, prompt = $5, last_kind = $6, last_id = $7,
       last_prompt = $8, language = $9,
    product_from = $10, product_id = $11, variant_id = $12, pick_1 = $13, pick_2 = $14,
        pick_3 = $15, quantity = $16,
    quantity_said = $17, party_state = $18, party_field = $19, party_sealed = $20,
        shown_total_minor = $21, order_id = $22,
    is_pay_told = $23, changed_ms = $24
WHERE shop_id = $1 AND id = $2;

-- name: flow_runs_idle :many (before_ms int, after int, count int) -> (shop_id shop_id, id int)
-- @global: the sweep looks at every shop
SELECT shop_id, id FROM flow_run WHERE phase IN (1, 2) AND changed_ms < $1 AND id > $2
 ORDER BY id LIMIT $3;

-- name: flow_runs_move_account :count (account_id account_id, into account_id)
UPDATE flow_run SET account_id = $2 WHERE account_id = $1;

-- name: flow_answer_put :exec (shop_id shop_id, run_id int, step_key text, answer text)
INSERT INTO flow_answer (shop_id, run_id, step_key, answer) VALUES ($1, $2, $3, $4)
ON CONFLICT (shop_id, run_id, step_key) DO UPDATE SET answer = excluded.answer;

-- name: flow_answer_delete :count (shop_id shop_id, run_id int, step_key text)
DELETE FROM flow_answer WHERE shop_id = $1 AND run_id = $2 AND step_key = $3;

-- name: flow_answers_of :many (shop_id shop_id, run_id int) -> (step_key text, answer text)
SELECT step_key, answer FROM flow_answer WHERE shop_id = $1 AND run_id = $2
 ORDER BY step_key LIMIT 20;

-- ---- how far people came ----

-- name: flow_reach_put :exec (shop_id shop_id, flow_id flow_id, run_id int, step_key text,
--    contact_id contact_id, now_ms int)
INSERT INTO flow_reach (shop_id, flow_id, run_id, step_key, contact_id, reached_ms, answered_ms)
VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (shop_id, run_id, step_key) DO NOTHING;

-- name: flow_reach_answer :count (shop_id shop_id, run_id int, step_key text, now_ms int)
UPDATE flow_reach SET answered_ms = $4 WHERE shop_id = $1 AND run_id = $2 AND step_key = $3
 AND answered_ms = 0;

-- name: flow_reach_counts :many (shop_id shop_id, flow_id flow_id)
--    -> (step_key text, reached int, answered int, has_left int)
SELECT x.step_key, COUNT(*), COUNT(*) FILTER (WHERE x.answered_ms > 0),
       COUNT(*) FILTER (WHERE x.answered_ms = 0 AND r.phase IN (4, 5))
FROM flow_reach x JOIN flow_run r ON r.shop_id = x.shop_id AND r.id = x.run_id
WHERE x.shop_id = $1 AND x.flow_id = $2 AND r.is_preview = 0 GROUP BY x.step_key
 ORDER BY x.step_key LIMIT 100;

-- name: flow_reach_people :many (shop_id shop_id, flow_id flow_id, step_key text, what int,
--    before int, count int)
--    -> (run_id int, contact_id contact_id, conversation_id conversation_id, reached_ms int,
--        answered_ms int, phase int)
SELECT x.run_id, x.contact_id, r.conversation_id, x.reached_ms, x.answered_ms, r.phase
FROM flow_reach x JOIN flow_run r ON r.shop_id = x.shop_id AND r.id = x.run_id
WHERE x.shop_id = $1 AND x.flow_id = $2 AND x.step_key = $3 AND r.is_preview = 0
  AND (CAST($4 AS BIGINT) = 1 OR (CAST($4 AS BIGINT) = 2 AND x.answered_ms > 0)
       OR (CAST($4 AS BIGINT) = 3 AND x.answered_ms = 0 AND r.phase IN (4, 5)))
  AND (CAST($5 AS BIGINT) = 0 OR x.run_id < $5)
ORDER BY x.run_id DESC LIMIT $6;

-- ---- verify ----

-- name: flow_verify_paid :many () -> (shop_id shop_id, run_id int)
-- @global: verify looks at every shop
SELECT shop_id, id FROM flow_run WHERE phase = 3 AND order_id = 0 AND is_preview = 0
 ORDER BY id LIMIT 20;

-- ---- try it as a customer ----

-- name: flow_preview_add :exec (id int, shop_id shop_id, run_id int, is_customer bool, words text,
--    buttons text, form text)
INSERT INTO flow_preview_line (id, shop_id, run_id, is_customer, words, buttons, form)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- The newest first: a long try shows its end.
-- name: flow_preview_lines :many (shop_id shop_id, run_id int, count int)
--    -> (is_customer bool, words text, buttons text, form text)
SELECT is_customer, words, buttons, form FROM flow_preview_line WHERE shop_id = $1 AND run_id = $2
 ORDER BY id DESC LIMIT $3;

-- name: flow_preview_run :maybe (shop_id shop_id, flow_id flow_id, account_id account_id)
--    -> (id int)
SELECT id FROM flow_run WHERE shop_id = $1 AND flow_id = $2 AND account_id = $3 AND is_preview = 1
ORDER BY id DESC LIMIT 1;
