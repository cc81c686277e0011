-- include: "trade/trade.h"

-- ---- imports ----

-- name: trade_import_insert :exec (id trade_import_id, shop_id shop_id, account_id account_id,
--    file_name text, file_bytes int,
--    file_hash text, layout text, columns text, direction int, now_ms int)
INSERT INTO trade_import (id, shop_id, account_id, state, file_name, file_bytes, file_hash,
    layout, columns, direction, country,
                          line_next, number_first, number_last, bad_count, reason, made_ms,
                              ended_ms)
VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, '', 0, 0, 0, 0, '', $10, 0);

-- name: trade_import_row :maybe (shop_id shop_id, id trade_import_id)
--    -> (id trade_import_id, account_id account_id, state int, file_name text, file_bytes int,
--    file_hash text, layout text,
--        columns text, direction int, line_next int, number_first int, number_last int,
--    bad_count int, reason text, made_ms int)
SELECT id, account_id, state, file_name, file_bytes, file_hash, layout, columns, direction,
    line_next, number_first, number_last,
       bad_count, reason, made_ms
  FROM trade_import WHERE shop_id = $1 AND id = $2;

-- name: trade_import_list :many (shop_id shop_id, before int, most int) -> like trade_import_row
SELECT id, account_id, state, file_name, file_bytes, file_hash, layout, columns, direction,
    line_next, number_first, number_last,
       bad_count, reason, made_ms
  FROM trade_import WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: trade_import_twin :maybe (shop_id shop_id, file_hash text,
--    file_bytes int) -> (id trade_import_id)
SELECT id FROM trade_import WHERE shop_id = $1 AND file_hash = $2 AND file_bytes = $3
    AND (state = 2 OR state = 3)
 ORDER BY id LIMIT 1;

-- name: trade_import_begin :count (shop_id shop_id, id trade_import_id, columns text,
--    direction int)
UPDATE trade_import SET state = 2, columns = $3, direction = $4, line_next = 0
    WHERE shop_id = $1 AND id = $2 AND state = 1;

-- A slice that another one overtook hits nothing and is undone.
-- name: trade_import_step :hit (shop_id shop_id, id trade_import_id, line_before int,
--    line_next int, first int, last int, bad int)
UPDATE trade_import SET line_next = $4, bad_count = bad_count + $7,
       number_first = CASE WHEN number_first = 0 THEN CAST($5 AS BIGINT) ELSE number_first END,
       number_last = CASE WHEN CAST($6 AS BIGINT) > 0 THEN $6 ELSE number_last END
 WHERE shop_id = $1 AND id = $2 AND line_next = $3 AND state = 2;

-- name: trade_import_state :count (shop_id shop_id, id trade_import_id, state_before int,
--    state int, reason text, now_ms int)
UPDATE trade_import SET state = $4, reason = $5, ended_ms = $6 WHERE shop_id = $1
    AND id = $2 AND state = $3;

-- name: trade_import_removed_to :exec (shop_id shop_id, id trade_import_id, number int)
UPDATE trade_import SET number_first = $3 WHERE shop_id = $1 AND id = $2;

-- name: trade_import_delete :exec (shop_id shop_id, id trade_import_id)
DELETE FROM trade_import WHERE shop_id = $1 AND id = $2;

-- name: trade_problem_insert :exec (shop_id shop_id, import_id trade_import_id, line int,
--    reason text, detail text)
INSERT INTO trade_problem (shop_id, import_id, line, reason, detail) VALUES ($1, $2, $3, $4,
    $5) ON CONFLICT DO NOTHING;

-- name: trade_problems :many (shop_id shop_id, import_id trade_import_id,
--    most int) -> (line int, reason text, detail text)
SELECT line, reason, detail FROM trade_problem WHERE shop_id = $1 AND import_id = $2
    ORDER BY line LIMIT $3;

-- name: trade_problems_delete :exec (shop_id shop_id, import_id trade_import_id)
DELETE FROM trade_problem WHERE shop_id = $1 AND import_id = $2;

-- name: trade_layout_row :maybe (shop_id shop_id, layout text) -> (columns text, direction int)
SELECT columns, direction FROM trade_layout WHERE shop_id = $1 AND layout = $2;

-- name: trade_layout_save :exec (shop_id shop_id, layout text, columns text, direction int)
INSERT INTO trade_layout (shop_id, layout, columns, direction) VALUES ($1, $2, $3, $4)
ON CONFLICT (shop_id, layout) DO UPDATE SET columns = $3, direction = $4;

-- ---- writing records ----

-- The row is locked until the turn ends: two imports of one shop take their numbers one after
--    the other.
-- name: trade_count_row :one (shop_id shop_id) -> (terms int, records int, companies int)
INSERT INTO trade_count (shop_id, terms, records, companies) VALUES ($1, 0, 0, 0)
ON CONFLICT (shop_id) DO UPDATE SET terms = trade_count.terms
RETURNING terms, records, companies;

-- name: trade_count_set :exec (shop_id shop_id, terms int, records int, companies int)
UPDATE trade_count SET terms = $2, records = $3, companies = $4 WHERE shop_id = $1;

-- name: trade_record_insert :exec (shop_id shop_id, number int, day int, direction int,
--    importer_id int, exporter_id int,
--    importer text, exporter text, hs text, product text, origin text, destination text,
--    load_port text, unload_port text,
--    quantity_milli int?, weight_g int?, value_minor int?, unit text, currency text)
INSERT INTO trade_record (shop_id, number, day, direction, importer_id, exporter_id, importer,
    exporter, hs, product, origin,
                          destination, load_port, unload_port, quantity_milli, weight_g,
                              value_minor, unit, currency)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: trade_record_row :maybe (shop_id shop_id, number int)
--    -> (number int, day int, direction int, importer_id trade_company_id,
--    exporter_id trade_company_id, importer text,
--        exporter text, hs text, product text, origin text, destination text, load_port text,
--    unload_port text,
--        quantity_milli int?, weight_g int?, value_minor int?, unit text, currency text)
SELECT number, day, direction, importer_id, exporter_id, importer, exporter, hs, product, origin,
    destination, load_port,
       unload_port, quantity_milli, weight_g, value_minor, unit, currency
  FROM trade_record WHERE shop_id = $1 AND number = $2;

-- name: trade_records_from :many (shop_id shop_id, first int, last int,
--    most int) -> like trade_record_row
SELECT number, day, direction, importer_id, exporter_id, importer, exporter, hs, product, origin,
    destination, load_port,
       unload_port, quantity_milli, weight_g, value_minor, unit, currency
  FROM trade_record WHERE shop_id = $1 AND number >= $2 AND number <= $3 ORDER BY number LIMIT $4;

-- name: trade_record_delete :exec (shop_id shop_id, number int)
DELETE FROM trade_record WHERE shop_id = $1 AND number = $2;

-- name: trade_term_row :maybe (shop_id shop_id, kind text, value text) -> (term int, records int)
SELECT term, records FROM trade_term WHERE shop_id = $1 AND kind = $2 AND value = $3;

-- name: trade_term_insert :exec (shop_id shop_id, kind text, value text, term int, records int)
INSERT INTO trade_term (shop_id, kind, value, term, records) VALUES ($1, $2, $3, $4, $5);

-- name: trade_term_add :exec (shop_id shop_id, kind text, value text, records int)
UPDATE trade_term SET records = records + $4 WHERE shop_id = $1 AND kind = $2 AND value = $3;

-- name: trade_post_insert :exec (shop_id shop_id, term int, day int, number int)
INSERT INTO trade_post (shop_id, term, day, number) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: trade_post_delete :count (shop_id shop_id, term int, day int, number int)
DELETE FROM trade_post WHERE shop_id = $1 AND term = $2 AND day = $3 AND number = $4;

-- name: trade_company_by_key :maybe (shop_id shop_id, name_key text) -> (number trade_company_id)
SELECT number FROM trade_company WHERE shop_id = $1 AND name_key = $2;

-- name: trade_company_insert :exec (shop_id shop_id, number int, name_key text, name text)
INSERT INTO trade_company (shop_id, number, name_key, name, imports, exports) VALUES ($1, $2, $3,
    $4, 0, 0);

-- name: trade_company_add :exec (shop_id shop_id, number int, imports int, exports int)
UPDATE trade_company SET imports = imports + $3, exports = exports + $4 WHERE shop_id = $1
    AND number = $2;

-- The most frequent writing is the company's name.
-- name: trade_company_name_set :exec (shop_id shop_id, number int)
UPDATE trade_company SET name = COALESCE((SELECT n.name FROM trade_company_name n
   WHERE n.shop_id = $1 AND n.company_number = $2 AND n.records > 0 ORDER BY n.records DESC,
       n.name LIMIT 1), name)
 WHERE shop_id = $1 AND number = $2;

-- name: trade_company_name_add :exec (shop_id shop_id, company_number int, name text, records int)
INSERT INTO trade_company_name (shop_id, company_number, name, records) VALUES ($1, $2, $3, $4)
ON CONFLICT (shop_id, company_number, name) DO UPDATE SET records = trade_company_name.records + $4;

-- name: trade_company_word_insert :exec (shop_id shop_id, word text, company_number int)
INSERT INTO trade_company_word (shop_id, word, company_number) VALUES ($1, $2,
    $3) ON CONFLICT DO NOTHING;

-- name: trade_hs_insert :exec (shop_id shop_id, code text, title text)
INSERT INTO trade_hs (shop_id, code, title, is_given) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING;

-- name: trade_hs_give :exec (shop_id shop_id, code text, title text)
INSERT INTO trade_hs (shop_id, code, title, is_given) VALUES ($1, $2, $3, 1)
ON CONFLICT (shop_id, code) DO UPDATE SET title = $3, is_given = 1;

-- ---- searching ----

-- Candidates of up to four terms, latest first,
--    before a place; then what the others and the filters leave of them. A term 0
-- matches nothing as a candidate and everything as a condition. `deep` is how many candidates to
--    look at.
-- name: trade_scan :many (shop_id shop_id, k1 int, k2 int, k3 int, k4 int, day int, number int,
--    day_from int, deep int,
--    p1 int, p2 int, p3 int, p4 int, t1 int, t2 int, t3 int, t4 int, t5 int, t6 int,
--    value_from int, value_to int, most int)
--    -> like trade_record_row
SELECT r.number, r.day, r.direction, r.importer_id, r.exporter_id, r.importer, r.exporter, r.hs,
    r.product, r.origin,
       r.destination, r.load_port, r.unload_port, r.quantity_milli, r.weight_g, r.value_minor,
           r.unit, r.currency
  FROM (SELECT day, number FROM (
          SELECT * FROM (SELECT day, number FROM trade_post WHERE shop_id = $1
              AND term = $2 AND (day, number) < ($6, $7)
                          AND day >= $8 ORDER BY day DESC, number DESC LIMIT $9) AS ka
          UNION
          SELECT * FROM (SELECT day, number FROM trade_post WHERE shop_id = $1
              AND term = $3 AND (day, number) < ($6, $7)
                          AND day >= $8 ORDER BY day DESC, number DESC LIMIT $9) AS kb
          UNION
          SELECT * FROM (SELECT day, number FROM trade_post WHERE shop_id = $1
              AND term = $4 AND (day, number) < ($6, $7)
                          AND day >= $8 ORDER BY day DESC, number DESC LIMIT $9) AS kc
          UNION
          SELECT * FROM (SELECT day, number FROM trade_post WHERE shop_id = $1
              AND term = $5 AND (day, number) < ($6, $7)
                          AND day >= $8 ORDER BY day DESC, number DESC LIMIT $9) AS kd
        ) AS k ORDER BY day DESC, number DESC LIMIT $9) AS f
  JOIN trade_record r ON r.shop_id = $1 AND r.number = f.number
 WHERE (CAST($10 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
          AND p.term IN ($10, $11, $12, $13) AND p.day = f.day AND p.number = f.number))
   AND (CAST($14 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $14 AND p.day = f.day
          AND p.number = f.number))
   AND (CAST($15 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $15 AND p.day = f.day
          AND p.number = f.number))
   AND (CAST($16 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $16 AND p.day = f.day
          AND p.number = f.number))
   AND (CAST($17 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $17 AND p.day = f.day
          AND p.number = f.number))
   AND (CAST($18 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $18 AND p.day = f.day
          AND p.number = f.number))
   AND (CAST($19 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $19 AND p.day = f.day
          AND p.number = f.number))
   AND (CAST($20 AS BIGINT) = 0 OR r.value_minor >= $20)
       AND (CAST($21 AS BIGINT) = 0 OR r.value_minor <= $21)
 ORDER BY r.day DESC, r.number DESC LIMIT $22;

-- The last of so many candidates: where a scan of that depth ended.
-- name: trade_scan_end :maybe (shop_id shop_id, k1 int, k2 int, k3 int, k4 int, day int,
--    number int, day_from int, deep int)
--    -> (day int, number int)
SELECT day, number FROM (
          SELECT * FROM (SELECT day, number FROM trade_post WHERE shop_id = $1
              AND term = $2 AND (day, number) < ($6, $7)
                          AND day >= $8 ORDER BY day DESC, number DESC LIMIT $9) AS ka
          UNION
          SELECT * FROM (SELECT day, number FROM trade_post WHERE shop_id = $1
              AND term = $3 AND (day, number) < ($6, $7)
                          AND day >= $8 ORDER BY day DESC, number DESC LIMIT $9) AS kb
          UNION
          SELECT * FROM (SELECT day, number FROM trade_post WHERE shop_id = $1
              AND term = $4 AND (day, number) < ($6, $7)
                          AND day >= $8 ORDER BY day DESC, number DESC LIMIT $9) AS kc
          UNION
          SELECT * FROM (SELECT day, number FROM trade_post WHERE shop_id = $1
              AND term = $5 AND (day, number) < ($6, $7)
                          AND day >= $8 ORDER BY day DESC, number DESC LIMIT $9) AS kd
        ) AS k ORDER BY day DESC, number DESC LIMIT 1 OFFSET $9 - 1;

-- Terms that begin so, most records first.
-- name: trade_terms_from :many (shop_id shop_id, kind text, first text, behind text, most int)
--    -> (value text, term int, records int)
SELECT value, term, records FROM trade_term WHERE shop_id = $1 AND kind = $2
    AND value >= $3 AND value < $4
 ORDER BY records DESC, value LIMIT $5;

-- ---- companies ----

-- name: trade_company_row :maybe (shop_id shop_id, number trade_company_id)
--    -> (number trade_company_id, name text, imports int, exports int)
SELECT number, name, imports, exports FROM trade_company WHERE shop_id = $1 AND number = $2;

-- name: trade_company_names :many (shop_id shop_id, company_number trade_company_id,
--    most int) -> (name text, records int)
SELECT name, records FROM trade_company_name WHERE shop_id = $1 AND company_number = $2
    AND records > 0
 ORDER BY records DESC, name LIMIT $3;

-- name: trade_company_search :many (shop_id shop_id, first1 text, behind1 text, first2 text,
--    behind2 text, most int)
--    -> like trade_company_row
SELECT c.number, c.name, c.imports, c.exports FROM trade_company c
 WHERE c.shop_id = $1 AND c.imports + c.exports > 0
   AND c.number IN (SELECT w.company_number FROM trade_company_word w WHERE w.shop_id = $1
       AND w.word >= $2 AND w.word < $3
                     LIMIT 2000)
   AND (CAST($4 AS TEXT) = '' OR EXISTS (SELECT 1 FROM trade_company_word w
       WHERE w.shop_id = $1 AND w.word >= $4 AND w.word < $5
        AND w.company_number = c.number))
 ORDER BY c.imports + c.exports DESC, c.number LIMIT $6;

-- name: trade_span :one (shop_id shop_id, term int) -> (first_day int?, last_day int?)
SELECT MIN(day), MAX(day) FROM trade_post WHERE shop_id = $1 AND term = $2;

-- name: trade_months :many (shop_id shop_id, term int, most int) -> (month int, records int)
SELECT day / 100, COUNT(*) FROM trade_post WHERE shop_id = $1
    AND term = $2 GROUP BY day / 100 ORDER BY 1 DESC LIMIT $3;

-- Of a company's latest records: what they are of.
-- name: trade_company_goods :many (shop_id shop_id, term int, deep int, most int) -> (code text,
--    records int)
SELECT substr(r.hs, 1, 6), COUNT(*) FROM (SELECT day, number FROM trade_post
    WHERE shop_id = $1 AND term = $2
   ORDER BY day DESC, number DESC LIMIT $3) AS f
  JOIN trade_record r ON r.shop_id = $1 AND r.number = f.number
 WHERE r.hs <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $4;

-- Of a company's latest records: with whom.
-- name: trade_company_partners :many (shop_id shop_id, company trade_company_id, term int,
--    deep int, most int)
--    -> (partner trade_company_id, records int, is_buyer bool)
SELECT CASE WHEN r.importer_id = $2 THEN r.exporter_id ELSE r.importer_id END, COUNT(*),
       MAX(CASE WHEN r.exporter_id = $2 THEN 1 ELSE 0 END)
  FROM (SELECT day, number FROM trade_post WHERE shop_id = $1 AND term = $3 ORDER BY day DESC,
      number DESC LIMIT $4) AS f
  JOIN trade_record r ON r.shop_id = $1 AND r.number = f.number
 WHERE r.importer_id <> 0 AND r.exporter_id <> 0
     AND r.importer_id <> r.exporter_id GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $5;

-- ---- the HS tree ----

-- name: trade_hs_children :many (shop_id shop_id, first text, behind text, length int, most int)
--    -> (code text, records int)
SELECT value, records FROM trade_term
 WHERE shop_id = $1 AND kind = 'h' AND value >= $2 AND value < $3 AND length(value) = $4
     AND records > 0 ORDER BY value LIMIT $5;

-- name: trade_hs_title :maybe (shop_id shop_id, first text, behind text) -> (code text, title text)
SELECT code, title FROM trade_hs WHERE shop_id = $1 AND code >= $2 AND code < $3
    ORDER BY is_given DESC, length(code), code LIMIT 1;

-- Imports under way, whose job a crash between the two stores may have lost.
-- name: trade_imports_open :many () -> (shop_id shop_id, id trade_import_id)
-- @global: the sweep works for all shops
SELECT shop_id, id FROM trade_import WHERE state = 2 OR state = 5 ORDER BY id LIMIT 100;
