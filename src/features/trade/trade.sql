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
--    columns text, direction int, line_next int, number_first int, number_last int,
--    record_count int, bad_count int, reason text, made_ms int)
SELECT id, account_id, state, file_name, file_bytes, file_hash, layout, columns, direction,
    line_next, number_first, number_last,
       record_count, bad_count, reason, made_ms
  FROM trade_import WHERE shop_id = $1 AND id = $2;

-- name: trade_import_list :many (shop_id shop_id, before int, most int) -> like trade_import_row
SELECT id, account_id, state, file_name, file_bytes, file_hash, layout, columns, direction,
    line_next, number_first, number_last,
       record_count, bad_count, reason, made_ms
  FROM trade_import WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- The same bytes, in already (if only in part) or, last, still waiting.
-- name: trade_import_twin :maybe (shop_id shop_id, file_hash text,
--    file_bytes int) -> (id trade_import_id, state int)
SELECT id, state FROM trade_import WHERE shop_id = $1 AND file_hash = $2 AND file_bytes = $3
    AND (state = 1 OR state = 2 OR state = 3 OR state = 6 OR (state = 4 AND record_count > 0))
 ORDER BY CASE WHEN state = 1 THEN 1 ELSE 0 END, id LIMIT 1;

-- name: trade_imports_waiting :one (shop_id shop_id) -> (count int)
SELECT COUNT(*) FROM trade_import WHERE shop_id = $1 AND state = 1;

-- name: trade_import_begin :count (shop_id shop_id, id trade_import_id, columns text,
--    direction int)
UPDATE trade_import SET state = 2, columns = $3, direction = $4, line_next = 0
    WHERE shop_id = $1 AND id = $2 AND state = 1;

-- A slice that another one overtook hits nothing and is undone.
-- name: trade_import_step :hit (shop_id shop_id, id trade_import_id, line_before int,
--    line_next int, first int, last int, records int, bad int)
UPDATE trade_import SET line_next = $4, record_count = record_count + $7,
       bad_count = bad_count + $8,
       number_first = CASE WHEN number_first = 0 THEN CAST($5 AS BIGINT) ELSE number_first END,
       number_last = CASE WHEN CAST($6 AS BIGINT) > 0 THEN $6 ELSE number_last END
 WHERE shop_id = $1 AND id = $2 AND line_next = $3 AND state = 2;

-- name: trade_import_end :count (shop_id shop_id, id trade_import_id, state int, reason text,
--    now_ms int)
UPDATE trade_import SET state = $3, reason = $4, ended_ms = $5 WHERE shop_id = $1
    AND id = $2 AND state = 2;

-- name: trade_import_resume :count (shop_id shop_id, id trade_import_id)
UPDATE trade_import SET state = 2, reason = '' WHERE shop_id = $1 AND id = $2
    AND (state = 2 OR state = 6);

-- name: trade_import_removing :count (shop_id shop_id, id trade_import_id)
UPDATE trade_import SET state = 5 WHERE shop_id = $1 AND id = $2;

-- As trade_import_step.
-- name: trade_import_removed_to :hit (shop_id shop_id, id trade_import_id, before int, number int,
--    records int)
UPDATE trade_import SET number_first = $4, record_count = record_count - $5
 WHERE shop_id = $1 AND id = $2 AND number_first = $3 AND state = 5;

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
-- name: trade_count_row :one (shop_id shop_id)
--    -> (terms int, records int, companies int, removals int)
INSERT INTO trade_count (shop_id, terms, records, companies) VALUES ($1, 0, 0, 0)
ON CONFLICT (shop_id) DO UPDATE SET terms = trade_count.terms
RETURNING terms, records, companies, removals;

-- name: trade_count_set :exec (shop_id shop_id, terms int, records int, companies int)
UPDATE trade_count SET terms = $2, records = $3, companies = $4 WHERE shop_id = $1;

-- name: trade_count_removal :exec (shop_id shop_id)
UPDATE trade_count SET removals = removals + 1 WHERE shop_id = $1;

-- name: trade_record_insert :exec (shop_id shop_id, number int, day int, direction int,
--    importer_id int, exporter_id int,
--    importer text, exporter text, hs text, product text, origin text, destination text,
--    load_port text, unload_port text,
--    quantity_milli int?, weight_g int?, value_minor int?, unit text, currency text,
--    import_id trade_import_id)
INSERT INTO trade_record (shop_id, number, day, direction, importer_id, exporter_id, importer,
    exporter, hs, product, origin,
                          destination, load_port, unload_port, quantity_milli, weight_g,
                              value_minor, unit, currency, import_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

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

-- name: trade_records_from :many (shop_id shop_id, import_id trade_import_id, first int, last int,
--    most int) -> like trade_record_row
SELECT number, day, direction, importer_id, exporter_id, importer, exporter, hs, product, origin,
    destination, load_port,
       unload_port, quantity_milli, weight_g, value_minor, unit, currency
  FROM trade_record WHERE shop_id = $1 AND import_id = $2 AND number >= $3 AND number <= $4
 ORDER BY number LIMIT $5;

-- name: trade_record_delete :exec (shop_id shop_id, number int)
DELETE FROM trade_record WHERE shop_id = $1 AND number = $2;

-- name: trade_term_row :maybe (shop_id shop_id, kind text, value text) -> (term int, records int)
SELECT term, records FROM trade_term WHERE shop_id = $1 AND kind = $2 AND value = $3;

-- name: trade_term_insert :exec (shop_id shop_id, kind text, value text, term int, records int)
INSERT INTO trade_term (shop_id, kind, value, term, records) VALUES ($1, $2, $3, $4, $5);

-- name: trade_term_add :exec (shop_id shop_id, kind text, value text, records int)
UPDATE trade_term SET records = records + $4 WHERE shop_id = $1 AND kind = $2 AND value = $3;

-- name: trade_term_delete :exec (shop_id shop_id, kind text, value text)
DELETE FROM trade_term WHERE shop_id = $1 AND kind = $2 AND value = $3;

-- name: trade_post_insert :exec (shop_id shop_id, term int, day int, number int)
INSERT INTO trade_post (shop_id, term, day, number) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- As many postings with one statement: each statement costs PostgreSQL more than its posting.
-- name: trade_post_insert_8 :exec (shop_id shop_id, term1 int, day1 int, number1 int, term2
--    int, day2 int, number2 int, term3 int, day3 int, number3 int, term4 int, day4 int, number4
--    int, term5 int, day5 int, number5 int, term6 int, day6 int, number6 int, term7 int, day7
--    int, number7 int, term8 int, day8 int, number8 int)
INSERT INTO trade_post (shop_id, term, day, number)
VALUES ($1, $2, $3, $4), ($1, $5, $6, $7), ($1, $8, $9, $10), ($1, $11, $12, $13),
       ($1, $14, $15, $16), ($1, $17, $18, $19), ($1, $20, $21, $22), ($1, $23, $24, $25)
    ON CONFLICT DO NOTHING;

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

-- Both at once: more records, and then the most frequent writing.
-- name: trade_company_grow :exec (shop_id shop_id, number int, imports int, exports int)
UPDATE trade_company SET imports = imports + $3, exports = exports + $4,
    name = COALESCE((SELECT n.name FROM trade_company_name n
   WHERE n.shop_id = $1 AND n.company_number = $2 AND n.records > 0 ORDER BY n.records DESC,
       n.name LIMIT 1), name)
 WHERE shop_id = $1 AND number = $2;

-- name: trade_company_name_add :exec (shop_id shop_id, company_number int, name text, records int)
INSERT INTO trade_company_name (shop_id, company_number, name, records) VALUES ($1, $2, $3, $4)
ON CONFLICT (shop_id, company_number, name) DO UPDATE SET records = trade_company_name.records + $4;

-- name: trade_company_word_insert :exec (shop_id shop_id, word text, company_number int)
INSERT INTO trade_company_word (shop_id, word, company_number) VALUES ($1, $2,
    $3) ON CONFLICT DO NOTHING;

-- name: trade_company_names_drop :exec (shop_id shop_id, company_number int)
DELETE FROM trade_company_name WHERE shop_id = $1 AND company_number = $2 AND records <= 0;

-- name: trade_company_drop :count (shop_id shop_id, number int)
DELETE FROM trade_company WHERE shop_id = $1 AND number = $2 AND imports + exports <= 0;

-- name: trade_company_words_delete :exec (shop_id shop_id, company_number int)
DELETE FROM trade_company_word WHERE shop_id = $1 AND company_number = $2;

-- name: trade_hs_insert :exec (shop_id shop_id, code text, title text)
INSERT INTO trade_hs (shop_id, code, title, is_given) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING;

-- name: trade_hs_give :exec (shop_id shop_id, code text, title text)
INSERT INTO trade_hs (shop_id, code, title, is_given) VALUES ($1, $2, $3, 1)
ON CONFLICT (shop_id, code) DO UPDATE SET title = $3, is_given = 1;

-- ---- searching ----

-- Candidates of up to four terms, latest first, before a place; then what the others and the
-- filters leave of them: o, p, q are conditions that any of four terms meets, t those of one term.
-- A term 0 matches nothing as a candidate and everything as a condition. `deep` is how many
-- candidates to look at; the rows themselves are fetched of those alone that are left, and their
-- values looked at of those that the terms left: a level of its own, for PostgreSQL thought the
-- value the cheapest condition and asked it first.
-- name: trade_scan :many (shop_id shop_id, k1 int, k2 int, k3 int, k4 int, day int, number int,
--    day_from int, deep int, o1 int, o2 int, o3 int, o4 int, p1 int, p2 int, p3 int, p4 int,
--    q1 int, q2 int, q3 int, q4 int, t1 int, t2 int, t3 int, t4 int, t5 int, t6 int, t7 int,
--    t8 int, value_from int, value_to int, most int)
--    -> like trade_record_row
SELECT r.number, r.day, r.direction, r.importer_id, r.exporter_id, r.importer, r.exporter, r.hs,
    r.product, r.origin,
       r.destination, r.load_port, r.unload_port, r.quantity_milli, r.weight_g, r.value_minor,
           r.unit, r.currency
  FROM (SELECT h.day, h.number FROM (SELECT f.day, f.number FROM (SELECT day, number FROM (
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
 WHERE (CAST($10 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term IN ($10, $11, $12, $13) AND p.day = f.day AND p.number = f.number))
   AND (CAST($14 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term IN ($14, $15, $16, $17) AND p.day = f.day AND p.number = f.number))
   AND (CAST($18 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term IN ($18, $19, $20, $21) AND p.day = f.day AND p.number = f.number))
   AND (CAST($22 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $22 AND p.day = f.day AND p.number = f.number))
   AND (CAST($23 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $23 AND p.day = f.day AND p.number = f.number))
   AND (CAST($24 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $24 AND p.day = f.day AND p.number = f.number))
   AND (CAST($25 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $25 AND p.day = f.day AND p.number = f.number))
   AND (CAST($26 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $26 AND p.day = f.day AND p.number = f.number))
   AND (CAST($27 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $27 AND p.day = f.day AND p.number = f.number))
   AND (CAST($28 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $28 AND p.day = f.day AND p.number = f.number))
   AND (CAST($29 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM trade_post p WHERE p.shop_id = $1
       AND p.term = $29 AND p.day = f.day AND p.number = f.number))
 ORDER BY f.day DESC, f.number DESC LIMIT $9) AS h
 WHERE (CAST($30 AS BIGINT) = 0 AND CAST($31 AS BIGINT) = 0) OR EXISTS (SELECT 1
       FROM trade_record v WHERE v.shop_id = $1 AND v.number = h.number
        AND (CAST($30 AS BIGINT) = 0 OR v.value_minor >= $30)
        AND (CAST($31 AS BIGINT) = 0 OR v.value_minor <= $31))
 ORDER BY h.day DESC, h.number DESC LIMIT $32) AS g
  JOIN trade_record r ON r.shop_id = $1 AND r.number = g.number
 ORDER BY r.day DESC, r.number DESC;

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

-- The second word is asked of the numbers alone, before a company's row is fetched.
-- name: trade_company_search :many (shop_id shop_id, first1 text, behind1 text, first2 text,
--    behind2 text, most int)
--    -> like trade_company_row
SELECT c.number, c.name, c.imports, c.exports FROM trade_company c
 WHERE c.shop_id = $1 AND c.imports + c.exports > 0
   AND c.number IN (SELECT k.company_number
       FROM (SELECT w.company_number FROM trade_company_word w WHERE w.shop_id = $1
             AND w.word >= $2 AND w.word < $3 LIMIT 2000) AS k
       WHERE CAST($4 AS TEXT) = '' OR EXISTS (SELECT 1 FROM trade_company_word w
             WHERE w.shop_id = $1 AND w.word >= $4 AND w.word < $5
               AND w.company_number = k.company_number))
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

-- ---- the sweep ----

-- Imports under way, whose job a crash between the two stores may have lost; and those that
--    stopped.
-- name: trade_imports_open :many () -> (shop_id shop_id, id trade_import_id)
-- @global: the sweep works for all shops
SELECT shop_id, id FROM trade_import WHERE state = 2 OR state = 5 OR state = 6
 ORDER BY id LIMIT 100;

-- Files that were looked at and left.
-- name: trade_imports_left :many (before_ms int) -> like trade_imports_open
-- @global: the sweep works for all shops
SELECT shop_id, id FROM trade_import WHERE state = 1 AND made_ms < $1 ORDER BY id LIMIT 100;

-- Whether the file of an import is still wanted.
-- name: trade_import_wants :maybe (id trade_import_id) -> (state int)
-- @global: the sweep works for all shops
SELECT state FROM trade_import WHERE id = $1
    AND (state = 1 OR state = 2 OR state = 5 OR state = 6);

-- ---- verify ----

-- name: trade_verify_companies :many (most int) -> (shop_id shop_id, number int, imports int,
--    exports int, named_imports int, named_exports int)
-- @global: verify looks at all shops
SELECT c.shop_id, c.number, c.imports, c.exports,
       COALESCE(SUM(s.imports), 0), COALESCE(SUM(s.exports), 0)
  FROM trade_company c
  LEFT JOIN (SELECT shop_id, importer_id AS number, 1 AS imports, 0 AS exports FROM trade_record
              UNION ALL
             SELECT shop_id, exporter_id, 0, 1 FROM trade_record) AS s
    ON s.shop_id = c.shop_id AND s.number = c.number
 GROUP BY c.shop_id, c.number, c.imports, c.exports
HAVING c.imports <> COALESCE(SUM(s.imports), 0) OR c.exports <> COALESCE(SUM(s.exports), 0)
 ORDER BY c.shop_id, c.number LIMIT $1;

-- name: trade_verify_names :many (most int) -> (shop_id shop_id, number int, records int,
--    named int)
-- @global: verify looks at all shops
SELECT c.shop_id, c.number, c.imports + c.exports, COALESCE(SUM(n.records), 0)
  FROM trade_company c
  LEFT JOIN trade_company_name n ON n.shop_id = c.shop_id AND n.company_number = c.number
 GROUP BY c.shop_id, c.number, c.imports, c.exports
HAVING c.imports + c.exports <> COALESCE(SUM(n.records), 0)
 ORDER BY c.shop_id, c.number LIMIT $1;

-- Companies that records name and that are not there.
-- name: trade_verify_strangers :many (most int) -> (shop_id shop_id, number int, company int)
-- @global: verify looks at all shops
SELECT r.shop_id, r.number, CASE WHEN i.number IS NULL AND r.importer_id <> 0 THEN r.importer_id
                                 ELSE r.exporter_id END
  FROM trade_record r
  LEFT JOIN trade_company i ON i.shop_id = r.shop_id AND i.number = r.importer_id
  LEFT JOIN trade_company e ON e.shop_id = r.shop_id AND e.number = r.exporter_id
 WHERE (r.importer_id <> 0 AND i.number IS NULL) OR (r.exporter_id <> 0 AND e.number IS NULL)
 ORDER BY r.shop_id, r.number LIMIT $1;

-- name: trade_verify_terms :many (most int) -> (shop_id shop_id, kind text, value text,
--    records int, postings int)
-- @global: verify looks at all shops
SELECT t.shop_id, t.kind, t.value, t.records, COUNT(p.number)
  FROM trade_term t LEFT JOIN trade_post p ON p.shop_id = t.shop_id AND p.term = t.term
 GROUP BY t.shop_id, t.kind, t.value, t.records HAVING t.records <> COUNT(p.number)
 ORDER BY t.shop_id, t.kind, t.value LIMIT $1;

-- Postings of no record, of another day, or of no term.
-- name: trade_verify_posts :many (most int) -> (shop_id shop_id, term int, number int)
-- @global: verify looks at all shops
SELECT p.shop_id, p.term, p.number FROM trade_post p
  LEFT JOIN trade_record r ON r.shop_id = p.shop_id AND r.number = p.number AND r.day = p.day
 WHERE r.number IS NULL ORDER BY p.shop_id, p.term, p.number LIMIT $1;

-- name: trade_verify_imports :many (most int) -> (shop_id shop_id, id trade_import_id,
--    records int, counted int)
-- @global: verify looks at all shops
SELECT i.shop_id, i.id, i.record_count, COUNT(r.number)
  FROM trade_import i LEFT JOIN trade_record r ON r.shop_id = i.shop_id AND r.import_id = i.id
 GROUP BY i.shop_id, i.id, i.record_count HAVING i.record_count <> COUNT(r.number)
 ORDER BY i.shop_id, i.id LIMIT $1;

-- Records of an import that is not there.
-- name: trade_verify_orphans :many (most int) -> (shop_id shop_id, number int)
-- @global: verify looks at all shops
SELECT r.shop_id, r.number FROM trade_record r
  LEFT JOIN trade_import i ON i.shop_id = r.shop_id AND i.id = r.import_id
 WHERE i.id IS NULL ORDER BY r.shop_id, r.number LIMIT $1;

-- name: trade_verify_counts :many (most int) -> (shop_id shop_id, records int, last int)
-- @global: verify looks at all shops
SELECT c.shop_id, c.records, MAX(r.number)
  FROM trade_count c JOIN trade_record r ON r.shop_id = c.shop_id
 GROUP BY c.shop_id, c.records HAVING MAX(r.number) > c.records ORDER BY c.shop_id LIMIT $1;
