-- include: "catalog_import/catalog_import.h"

-- name: import_insert :exec (id import_id, shop_id shop_id, account_id account_id, state int,
--    file_name text, file_bytes int, now_ms int, format text)
INSERT INTO catalog_import (id, shop_id, account_id, state, file_name, file_bytes, line_next, lines,
                            created_count, changed_count, same_count, problem_count, item_count,
                            reason, started_ms, ended_ms, format)
VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, 0, 0, 0, '', $7, 0, $8);

-- name: import_row :maybe (shop_id shop_id, id import_id)
--    -> (id import_id, shop_id shop_id, account_id account_id, state int, file_name text,
--    file_bytes int, line_next int, lines int, created_count int, changed_count int,
--    same_count int, problem_count int, item_count int, reason text, started_ms int, ended_ms int,
--    format text)
SELECT id, shop_id, account_id, state, file_name, file_bytes, line_next, lines, created_count,
       changed_count, same_count, problem_count, item_count, reason, started_ms, ended_ms, format
  FROM catalog_import WHERE shop_id = $1 AND id = $2;

-- name: import_latest :many (shop_id shop_id, most int) -> like import_row
SELECT id, shop_id, account_id, state, file_name, file_bytes, line_next, lines, created_count,
       changed_count, same_count, problem_count, item_count, reason, started_ms, ended_ms, format
  FROM catalog_import WHERE shop_id = $1 ORDER BY id DESC LIMIT $2;

-- A slice that another one overtook hits nothing and is undone.
-- name: import_step :hit (shop_id shop_id, id import_id, line_before int, line_next int, lines int,
--    created int, changed int, same int, problems int, items int)
UPDATE catalog_import SET line_next = $4, lines = $5, created_count = created_count + $6,
       changed_count = changed_count + $7, same_count = same_count + $8,
       problem_count = problem_count + $9, item_count = item_count + $10
 WHERE shop_id = $1 AND id = $2 AND line_next = $3 AND (state = 1 OR state = 3);

-- name: import_end :count (shop_id shop_id, id import_id, state_before int, state int, reason text,
--    now_ms int)
UPDATE catalog_import SET state = $4, reason = $5, ended_ms = $6 WHERE shop_id = $1 AND id = $2
 AND state = $3;

-- From checked to going in: the counts begin anew.
-- name: import_begin :count (shop_id shop_id, id import_id, now_ms int)
UPDATE catalog_import SET state = 3, line_next = 0, created_count = 0, changed_count = 0,
       same_count = 0, problem_count = 0, item_count = 0, started_ms = $3, ended_ms = 0
 WHERE shop_id = $1 AND id = $2 AND state = 2;

-- Its columns are known now; again after a look at what would change.
-- name: import_mapped :count (shop_id shop_id, id import_id, now_ms int)
UPDATE catalog_import SET state = 1, line_next = 0, created_count = 0, changed_count = 0,
       same_count = 0, problem_count = 0, item_count = 0, started_ms = $3
 WHERE shop_id = $1 AND id = $2 AND (state = 6 OR state = 2) AND format = 'mapped';

-- name: import_columns_save :exec (shop_id shop_id, head_key int, columns text)
INSERT INTO catalog_import_columns (shop_id, head_key, columns) VALUES ($1, $2, $3)
    ON CONFLICT (shop_id, head_key) DO UPDATE SET columns = excluded.columns;

-- name: import_columns :maybe (shop_id shop_id, head_key int) -> (columns text)
SELECT columns FROM catalog_import_columns WHERE shop_id = $1 AND head_key = $2;

-- name: import_problem_insert :exec (shop_id shop_id, import_id import_id, number int, line int,
--    place int, column_name text, reason text, detail text)
INSERT INTO catalog_import_problem (shop_id, import_id, number, line, place, column_name, reason,
                                    detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: import_problems :many (shop_id shop_id, import_id import_id, most int)
--    -> (line int, place int, column_name text, reason text, detail text)
SELECT line, place, column_name, reason, detail FROM catalog_import_problem
 WHERE shop_id = $1 AND import_id = $2 ORDER BY number LIMIT $3;

-- name: import_problems_clear :exec (shop_id shop_id, import_id import_id)
DELETE FROM catalog_import_problem WHERE shop_id = $1 AND import_id = $2;

-- name: import_item_insert :exec (shop_id shop_id, import_id import_id, number int, line int,
--    is_new bool, handle text, title text, differences text)
INSERT INTO catalog_import_item (shop_id, import_id, number, line, is_new, handle, title,
                                 differences)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: import_items :many (shop_id shop_id, import_id import_id, most int)
--    -> (line int, is_new bool, handle text, title text, differences text)
SELECT line, is_new, handle, title, differences FROM catalog_import_item
 WHERE shop_id = $1 AND import_id = $2 ORDER BY number LIMIT $3;

-- name: import_items_clear :exec (shop_id shop_id, import_id import_id)
DELETE FROM catalog_import_item WHERE shop_id = $1 AND import_id = $2;

-- Files of imports that are still wanted.
-- name: import_wanted :maybe (id import_id) -> (state int, started_ms int)
-- @global: the sweep of files works for all shops
SELECT state, started_ms FROM catalog_import WHERE id = $1;

-- name: import_photo_row :maybe (shop_id shop_id, source text)
--    -> (account_id account_id, alt text, state int, media_id int, reason text)
SELECT account_id, alt, state, media_id, reason FROM catalog_import_photo WHERE shop_id = $1
 AND source = $2;

-- name: import_photo_insert :exec (shop_id shop_id, source text, account_id account_id, alt text)
INSERT INTO catalog_import_photo (shop_id, source, account_id, alt, state, media_id, reason)
VALUES ($1, $2, $3, $4, 1, 0, '');

-- name: import_photo_retry :exec (shop_id shop_id, source text)
UPDATE catalog_import_photo SET state = 1, reason = '' WHERE shop_id = $1 AND source = $2
 AND state = 3;

-- name: import_photo_retry_all :count (shop_id shop_id)
UPDATE catalog_import_photo SET state = 1, reason = '' WHERE shop_id = $1 AND state = 3;

-- name: import_photo_set :exec (shop_id shop_id, source text, state int, media_id int, reason text)
UPDATE catalog_import_photo SET state = $3, media_id = $4, reason = $5 WHERE shop_id = $1
 AND source = $2;

-- name: import_photo_counts :many (shop_id shop_id) -> (state int, photos int)
SELECT state, COUNT(*) FROM catalog_import_photo WHERE shop_id = $1 GROUP BY state
 ORDER BY state LIMIT 4;

-- name: import_photo_failed :many (shop_id shop_id, most int) -> (source text, reason text)
SELECT source, reason FROM catalog_import_photo WHERE shop_id = $1 AND state = 3
 ORDER BY source LIMIT $2;

-- name: import_photo_waiting_product :maybe (shop_id shop_id) -> (product_id product_id)
SELECT u.product_id FROM catalog_import_photo p
  JOIN catalog_import_use u ON u.shop_id = p.shop_id AND u.source = p.source
 WHERE p.shop_id = $1 AND p.state = 1 ORDER BY u.product_id LIMIT 1;

-- name: import_uses :many (shop_id shop_id, product_id product_id)
--    -> (variant_id variant_id, position int, source text, alt text, state int, media_id int)
SELECT u.variant_id, u.position, u.source, p.alt, p.state, p.media_id FROM catalog_import_use u
  JOIN catalog_import_photo p ON p.shop_id = u.shop_id AND p.source = u.source
 WHERE u.shop_id = $1 AND u.product_id = $2 ORDER BY u.variant_id, u.position LIMIT 200;

-- name: import_uses_clear :exec (shop_id shop_id, product_id product_id)
DELETE FROM catalog_import_use WHERE shop_id = $1 AND product_id = $2;

-- name: import_use_insert :exec (shop_id shop_id, product_id product_id, variant_id variant_id,
--    position int, source text)
INSERT INTO catalog_import_use (shop_id, product_id, variant_id, position, source)
VALUES ($1, $2, $3, $4, $5);
