-- include: "identity/identity.h"
-- include: "pool/pool.h"

-- name: pool_insert :exec (id pool_id, shop_id shop_id, key text, name text, is_builtin bool,
--    created_ms int)
INSERT INTO pool (id, shop_id, key, name, is_builtin, created_ms) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (shop_id, key) DO NOTHING;

-- name: pool_by_key :maybe (shop_id shop_id, key text) -> (id pool_id)
SELECT id FROM pool WHERE shop_id = $1 AND key = $2;

-- name: pool_row :maybe (shop_id shop_id, id pool_id) -> (key text, name text, is_builtin bool)
SELECT key, name, is_builtin FROM pool WHERE shop_id = $1 AND id = $2;

-- name: pool_shop :maybe (id pool_id) -> (shop_id shop_id)
-- @global: a signed share path names its pool
SELECT shop_id FROM pool WHERE id = $1;

-- name: pool_link_insert :exec (id link_id, shop_id shop_id, pool_id pool_id, code text,
--    target_path text, label text, expires_ms int, created_ms int)
INSERT INTO pool_link (id, shop_id, pool_id, code, target_path, label, expires_ms, created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: pool_link_by_code :maybe (code text)
--    -> (id link_id, shop_id shop_id, pool_id pool_id, target_path text, expires_ms int)
-- @global: a code is unique on the server
SELECT id, shop_id, pool_id, target_path, expires_ms FROM pool_link WHERE code = $1;

-- name: pool_link_of_shop :maybe (shop_id shop_id, code text, now_ms int)
--    -> (id link_id, pool_id pool_id, target_path text)
SELECT id, pool_id, target_path FROM pool_link
 WHERE shop_id = $1 AND code = $2 AND (expires_ms = 0 OR expires_ms > $3);

-- name: pool_link_last :maybe (shop_id shop_id) -> (id link_id)
SELECT id FROM pool_link WHERE shop_id = $1 ORDER BY id DESC LIMIT 1;

-- The latest visit of a person that somebody or something brought,
-- in the shop or before a shop was known.
-- name: pool_touch_last :maybe (shop_id shop_id, visitor_id visitor_id, account_id account_id,
--    since_ms int)
--    -> (visit_id int, pool_id pool_id, link_id link_id, sharer_id account_id)
SELECT v.id, v.pool_id, v.link_id, v.sharer_id FROM pool_visit v
 WHERE v.visitor_id IN (SELECT w.visitor_id FROM pool_visitor w WHERE w.account_id = $3
                         UNION SELECT CAST($2 AS BIGINT))
   AND v.started_ms >= $4 AND (v.shop_id = $1 OR v.shop_id = 0)
   AND v.verdict >= 7 AND (v.pool_id <> 0 OR v.sharer_id <> 0)
 ORDER BY v.started_ms DESC, v.id DESC LIMIT 1;

-- The same over all shops: for what is shared from a page of no certain shop.
-- name: pool_touch_anywhere :maybe (visitor_id visitor_id, account_id account_id, since_ms int)
--    -> (shop_id shop_id, pool_id pool_id)
SELECT v.shop_id, v.pool_id FROM pool_visit v
 WHERE v.visitor_id IN (SELECT w.visitor_id FROM pool_visitor w WHERE w.account_id = $2
                         UNION SELECT CAST($1 AS BIGINT))
   AND v.started_ms >= $3 AND v.verdict >= 7 AND v.pool_id <> 0
 ORDER BY v.started_ms DESC, v.id DESC LIMIT 1;

-- name: pool_browser_of :maybe (account_id account_id) -> (visitor_id visitor_id)
SELECT visitor_id FROM pool_visitor WHERE account_id = $1 LIMIT 1;

-- Her last touch, else her last visit.
-- name: pool_visit_best :maybe (shop_id shop_id, visitor_id visitor_id, account_id account_id,
--    since_ms int)
--    -> (visit_id int, pool_id pool_id, link_id link_id, sharer_id account_id, is_touch bool)
SELECT x.id, x.pool_id, x.link_id, x.sharer_id, x.is_touch
  FROM (SELECT v.id, v.pool_id, v.link_id, v.sharer_id, v.started_ms,
               CASE WHEN v.started_ms >= $4 AND v.verdict >= 7
               AND (v.pool_id <> 0 OR v.sharer_id <> 0) THEN 1 ELSE 0 END AS is_touch
          FROM pool_visit v
         WHERE v.visitor_id IN (SELECT w.visitor_id FROM pool_visitor w WHERE w.account_id = $3
                                 UNION SELECT CAST($2 AS BIGINT))
           AND v.last_ms >= $4 AND (v.shop_id = $1 OR v.shop_id = 0)) x
 ORDER BY x.is_touch DESC, x.started_ms DESC, x.id DESC LIMIT 1;

-- name: pool_attribution_insert :count (id int, shop_id shop_id, pool_id pool_id, visit_id int,
--    link_id link_id, sharer_id account_id, visitor_id visitor_id, account_id account_id,
--    channel text, currency text, total_minor int, at_ms int)
INSERT INTO pool_attribution (id, shop_id, pool_id, visit_id, link_id, sharer_id, visitor_id,
                              account_id, channel, currency, total_minor, paid_minor,
                              refunded_minor, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12)
ON CONFLICT DO NOTHING;

-- name: pool_attribution_row :maybe (shop_id shop_id, id int)
--    -> (pool_id pool_id, total_minor int, paid_minor int, refunded_minor int)
SELECT pool_id, total_minor, paid_minor, refunded_minor FROM pool_attribution WHERE shop_id = $1
 AND id = $2;

-- name: pool_attribution_sums :many (keys text)
--    -> (place int, pool_id pool_id, total_minor int, paid_minor int, refunded_minor int)
-- @global: verify looks at every shop
-- @sqlite
SELECT k.key, p.pool_id, p.total_minor, p.paid_minor, p.refunded_minor
  FROM json_each($1) k
 CROSS JOIN pool_attribution p ON p.id = k.value ->> 1 AND p.shop_id = k.value ->> 0;
-- @pg
SELECT k.place - 1, p.pool_id, p.total_minor, p.paid_minor, p.refunded_minor
  FROM jsonb_array_elements(CAST($1 AS JSONB)) WITH ORDINALITY AS k (pair, place)
  JOIN pool_attribution p ON p.shop_id = CAST(k.pair ->> 0 AS BIGINT)
                         AND p.id = CAST(k.pair ->> 1 AS BIGINT);

-- name: pool_attribution_move :maybe (shop_id shop_id, id int, paid_minor int, refunded_minor int)
--    -> (pool_id pool_id)
UPDATE pool_attribution SET paid_minor = paid_minor + $3, refunded_minor = refunded_minor + $4
 WHERE shop_id = $1 AND id = $2 RETURNING pool_id;

-- name: pool_attribution_total :hit (shop_id shop_id, id int, total_minor int)
UPDATE pool_attribution SET total_minor = $3
 WHERE shop_id = $1 AND id = $2 AND paid_minor = 0;

-- name: pool_money_insert :exec (id int, shop_id shop_id, order_id int, pool_id pool_id,
--    delta_minor int, reason text, at_ms int)
INSERT INTO pool_attribution_money (id, shop_id, order_id, pool_id, delta_minor, reason, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: pool_visitor_insert :exec (account_id account_id, visitor_id visitor_id, since_ms int)
INSERT INTO pool_visitor (account_id, visitor_id, since_ms) VALUES ($1, $2, $3)
ON CONFLICT (account_id, visitor_id) DO NOTHING;

-- name: pool_visitor_of :maybe (account_id account_id) -> (visitor_id visitor_id)
SELECT visitor_id FROM pool_visitor WHERE account_id = $1 ORDER BY visitor_id LIMIT 1;

-- Visits that go on: of this browser, not idle for too long.
-- name: pool_visits_open :many (visitor_id visitor_id, since_ms int)
--    -> (id int, shop_id shop_id, link_id link_id, sharer_id account_id)
-- @global: a browser's own visits, in whatever shop
SELECT id, shop_id, link_id, sharer_id FROM pool_visit
 WHERE visitor_id = $1 AND last_ms >= $2 ORDER BY started_ms DESC, id DESC LIMIT 50;

-- name: pool_visits_of_visitor :many (shop_id shop_id, visitor_id visitor_id, since_ms int)
--    -> (id int, shop_id shop_id, last_ms int)
SELECT id, shop_id, last_ms FROM pool_visit
 WHERE visitor_id = $2 AND started_ms >= $3 AND (shop_id = $1 OR shop_id = 0)
 ORDER BY started_ms DESC, id DESC LIMIT 100;

-- name: pool_visit_insert :count (id int, shop_id shop_id, visitor_id visitor_id,
--    account_id account_id, pool_id pool_id, link_id link_id, sharer_id account_id, verdict int,
--    facts int, landing text, referrer text, started_ms int, last_ms int, pages int, dwell_ms int)
INSERT INTO pool_visit (id, shop_id, visitor_id, account_id, pool_id, link_id, sharer_id, verdict,
                        facts, landing, referrer, started_ms, last_ms, pages, dwell_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT DO NOTHING;

-- name: pool_visit_more :one (shop_id shop_id, id int, account_id account_id, facts int,
--    last_ms int, pages int, dwell_ms int, second_page int)
--    -> (facts int, verdict int, pool_id pool_id, visitor_id visitor_id, sharer_id account_id)
UPDATE pool_visit
   SET account_id = CASE WHEN CAST($3 AS BIGINT) <> 0 THEN CAST($3 AS BIGINT) ELSE account_id END,
       facts = facts | CAST($4 AS BIGINT)
               | CASE WHEN pages + CAST($6 AS BIGINT) >= 2 THEN CAST($8 AS BIGINT) ELSE 0 END,
       last_ms = CASE WHEN last_ms < $5 THEN CAST($5 AS BIGINT) ELSE last_ms END,
       pages = pages + CAST($6 AS BIGINT),
       dwell_ms = CASE WHEN dwell_ms < $7 THEN CAST($7 AS BIGINT) ELSE dwell_ms END
 WHERE shop_id = $1 AND id = $2
RETURNING facts, verdict, pool_id, visitor_id, sharer_id;

-- name: pool_visit_verdict_set :hit (shop_id shop_id, id int, verdict int)
UPDATE pool_visit SET verdict = $3 WHERE shop_id = $1 AND id = $2;

-- name: pool_visit_hour_add :exec (shop_id shop_id, pool_id pool_id, link_id link_id, hour_ms int,
--    verdict int, reason text, visits int)
INSERT INTO pool_visit_hour (shop_id, pool_id, link_id, hour_ms, verdict, reason, visits)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (shop_id, pool_id, link_id, hour_ms, verdict, reason)
DO UPDATE SET visits = pool_visit_hour.visits + excluded.visits;

-- name: pool_lead_insert :exec (id contact_id, shop_id shop_id, pool_id pool_id, at_ms int)
INSERT INTO pool_lead (id, shop_id, pool_id, at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- The guest's browsers are the member's from now on.
-- name: pool_visitors_inherit :exec (from_id account_id, into_id account_id)
-- @global: both belong to the person
INSERT INTO pool_visitor (account_id, visitor_id, since_ms)
SELECT $2, visitor_id, since_ms FROM pool_visitor WHERE account_id = $1
ON CONFLICT (account_id, visitor_id) DO NOTHING;

-- name: pool_visitors_leave :exec (account_id account_id)
DELETE FROM pool_visitor WHERE account_id = $1;

-- name: pool_visits_inherit :exec (from_id account_id, into_id account_id)
-- @global: both belong to the person
UPDATE pool_visit SET account_id = $2
 WHERE visitor_id IN (SELECT w.visitor_id FROM pool_visitor w WHERE w.account_id = $1)
     AND account_id = $1;

-- name: pool_verify_money :many ()
--    -> (shop_id shop_id, id int, paid_minor int, refunded_minor int, moved int)
-- @global: verify looks at every shop
SELECT o.shop_id, o.id, o.paid_minor, o.refunded_minor, COALESCE(m.moved, 0) FROM pool_attribution o
  LEFT JOIN (SELECT shop_id, order_id, CAST(SUM(delta_minor) AS BIGINT) AS moved
      FROM pool_attribution_money
              GROUP BY shop_id, order_id) m
    ON m.shop_id = o.shop_id AND m.order_id = o.id
 WHERE o.paid_minor - o.refunded_minor <> COALESCE(m.moved, 0) ORDER BY o.id LIMIT 20;

-- name: pool_verify_strays :many () -> (shop_id shop_id, order_id int, pool_id pool_id)
-- @global: verify looks at every shop
SELECT m.shop_id, m.order_id, m.pool_id FROM pool_attribution_money m
  LEFT JOIN pool_attribution o ON o.shop_id = m.shop_id AND o.id = m.order_id
      AND o.pool_id = m.pool_id
 WHERE o.id IS NULL ORDER BY m.id LIMIT 20;

-- ---- reports ----

-- name: pool_list :many (shop_id shop_id) -> (id pool_id, key text, name text, is_builtin bool)
SELECT id, key, name, is_builtin FROM pool WHERE shop_id = $1 ORDER BY is_builtin, id LIMIT 200;

-- name: pool_sum_visits :many (shop_id shop_id, from_ms int, to_ms int)
--    -> (pool_id pool_id, verdict int, visits int)
SELECT pool_id, verdict, COUNT(*) FROM pool_visit
 WHERE shop_id = $1 AND started_ms >= $2 AND started_ms < $3 GROUP BY pool_id, verdict LIMIT 2000;

-- name: pool_sum_people :many (shop_id shop_id, from_ms int, to_ms int)
--    -> (pool_id pool_id, people int)
SELECT pool_id, COUNT(DISTINCT visitor_id) FROM pool_visit
 WHERE shop_id = $1 AND started_ms >= $2 AND started_ms < $3 AND verdict >= 7
     GROUP BY pool_id LIMIT 300;

-- name: pool_sum_hours :many (shop_id shop_id, from_ms int, to_ms int)
--    -> (pool_id pool_id, verdict int, visits int)
SELECT pool_id, verdict, CAST(SUM(visits) AS BIGINT) FROM pool_visit_hour
 WHERE shop_id = $1 AND hour_ms >= $2 AND hour_ms < $3 GROUP BY pool_id, verdict LIMIT 2000;

-- name: pool_sum_leads :many (shop_id shop_id, from_ms int, to_ms int)
--    -> (pool_id pool_id, leads int)
SELECT pool_id, COUNT(*) FROM pool_lead WHERE shop_id = $1 AND at_ms >= $2 AND at_ms < $3
 GROUP BY pool_id LIMIT 300;

-- name: pool_sum_orders :many (shop_id shop_id, from_ms int, to_ms int)
--    -> (pool_id pool_id, orders int, total_minor int, paid_minor int, refunded_minor int)
SELECT pool_id, COUNT(*), CAST(SUM(total_minor) AS BIGINT), CAST(SUM(paid_minor) AS BIGINT),
       CAST(SUM(refunded_minor) AS BIGINT)
  FROM pool_attribution WHERE shop_id = $1 AND at_ms >= $2 AND at_ms < $3
      GROUP BY pool_id LIMIT 300;

-- name: pool_sum_days :many (shop_id shop_id, pool_id pool_id, from_ms int, offset_ms int)
--    -> (day int, orders int, kept_minor int)
SELECT (at_ms + CAST($4 AS BIGINT)) / 86400000, COUNT(*),
       CAST(SUM(paid_minor - refunded_minor) AS BIGINT)
  FROM pool_attribution
 WHERE shop_id = $1 AND (CAST($2 AS BIGINT) = 0 OR pool_id = $2) AND at_ms >= $3
 GROUP BY 1 ORDER BY 1 LIMIT 400;

-- name: pool_order_list :many (shop_id shop_id, pool_id pool_id, from_ms int, to_ms int,
--    before int)
--    -> (id int, at_ms int, total_minor int, paid_minor int, refunded_minor int, pool_id pool_id,
--    pool_name text, channel text, account_id account_id, sharer_id account_id)
SELECT o.id, o.at_ms, o.total_minor, o.paid_minor, o.refunded_minor, o.pool_id, p.name, o.channel,
       o.account_id, o.sharer_id
  FROM pool_attribution o JOIN pool p ON p.shop_id = o.shop_id AND p.id = o.pool_id
 WHERE o.shop_id = $1 AND (CAST($2 AS BIGINT) = 0 OR o.pool_id = $2) AND o.at_ms >= $3
     AND o.at_ms < $4
   AND (CAST($5 AS BIGINT) = 0 OR o.id < $5)
 ORDER BY o.id DESC LIMIT 51;

-- pool_id 0 asks for those who came by themselves; verdict 0: all.
-- name: pool_visit_list :many (shop_id shop_id, pool_id pool_id, verdict_from int, verdict_to int,
--    from_ms int, to_ms int, before int)
--    -> (id int, visitor_id visitor_id, account_id account_id, sharer_id account_id, verdict int,
--    facts int, landing text, referrer text, started_ms int, pages int, dwell_ms int)
SELECT id, visitor_id, account_id, sharer_id, verdict, facts, landing, referrer, started_ms, pages,
       dwell_ms FROM pool_visit
 WHERE shop_id = $1 AND pool_id = $2 AND verdict >= $3 AND verdict <= $4 AND started_ms >= $5
     AND started_ms < $6
   AND (CAST($7 AS BIGINT) = 0 OR id < $7)
 ORDER BY id DESC LIMIT 51;

-- name: pool_reason_list :many (shop_id shop_id, pool_id pool_id, from_ms int, to_ms int)
--    -> (verdict int, reason text, visits int)
SELECT verdict, reason, CAST(SUM(visits) AS BIGINT) FROM pool_visit_hour
 WHERE shop_id = $1 AND pool_id = $2 AND hour_ms >= $3 AND hour_ms < $4
 GROUP BY verdict, reason ORDER BY 3 DESC, 2 LIMIT 100;

-- name: pool_link_list :many (shop_id shop_id, pool_id pool_id)
--    -> (id link_id, code text, target_path text, label text, created_ms int, people int,
--        orders int)
SELECT l.id, l.code, l.target_path, l.label, l.created_ms,
       (SELECT COUNT(DISTINCT v.visitor_id) FROM pool_visit v
         WHERE v.shop_id = l.shop_id AND v.pool_id = l.pool_id AND v.link_id = l.id
         AND v.verdict >= 7),
       (SELECT COUNT(*) FROM pool_attribution o
         WHERE o.shop_id = l.shop_id AND o.pool_id = l.pool_id AND o.link_id = l.id)
  FROM pool_link l WHERE l.shop_id = $1 AND l.pool_id = $2 ORDER BY l.id DESC LIMIT 200;

-- name: pool_link_row :maybe (shop_id shop_id, id link_id)
--    -> (pool_id pool_id, code text, target_path text, label text)
SELECT pool_id, code, target_path, label FROM pool_link WHERE shop_id = $1 AND id = $2;

-- name: pool_lead_list :many (shop_id shop_id, pool_id pool_id, from_ms int, to_ms int, before int)
--    -> (id int, at_ms int)
SELECT id, at_ms FROM pool_lead
 WHERE shop_id = $1 AND pool_id = $2 AND at_ms >= $3 AND at_ms < $4
     AND (CAST($5 AS BIGINT) = 0 OR id < $5)
 ORDER BY id DESC LIMIT 51;

-- Visits of these browsers, newest first.
-- name: pool_timeline_visits :many (shop_id shop_id, visitor_id visitor_id, account_id account_id,
--    max_rows int)
--    -> (id int, started_ms int, verdict int, pool_name text?, sharer_id account_id, landing text)
SELECT v.id, v.started_ms, v.verdict, p.name, v.sharer_id, v.landing FROM pool_visit v
  LEFT JOIN pool p ON p.shop_id = v.shop_id AND p.id = v.pool_id
 WHERE (v.shop_id = $1 OR v.shop_id = 0)
   AND v.visitor_id IN (SELECT w.visitor_id FROM pool_visitor w WHERE w.account_id = $3
                         UNION SELECT CAST($2 AS BIGINT))
 ORDER BY v.started_ms DESC, v.id DESC LIMIT $4;
