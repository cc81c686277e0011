CREATE TABLE pool (
    {id},
    shop_id {int} NOT NULL,
    key {text} NOT NULL,
    name {text} NOT NULL,
    is_builtin {bool} NOT NULL,
    created_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX pool_key ON pool (shop_id, key);

-- expires_ms 0: never
CREATE TABLE pool_link (
    {id},
    shop_id {int} NOT NULL,
    pool_id {int} NOT NULL,
    code {text} NOT NULL,
    target_path {text} NOT NULL,
    label {text} NOT NULL,
    expires_ms {int} NOT NULL,
    created_ms {int} NOT NULL,
    {fk:shop_id,pool_id->pool}
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX pool_link_code ON pool_link (code);
CREATE INDEX pool_link_pool ON pool_link (shop_id, pool_id, id);

-- One row per visitor, session and way in. shop_id 0: pages of no certain shop. facts: bits of pool_rules.h,
-- from which verdict follows. pool_id 0: the visitor came by herself.
CREATE TABLE pool_visit (
    {id},
    shop_id {int} NOT NULL,
    visitor_id {int} NOT NULL,
    account_id {int} NOT NULL,
    pool_id {int} NOT NULL,
    link_id {int} NOT NULL,
    sharer_id {int} NOT NULL,
    verdict {int} NOT NULL,
    facts {int} NOT NULL,
    landing {text} NOT NULL,
    referrer {text} NOT NULL,
    started_ms {int} NOT NULL,
    last_ms {int} NOT NULL,
    pages {int} NOT NULL CHECK (pages >= 0),
    dwell_ms {int} NOT NULL CHECK (dwell_ms >= 0)
    {key:shop_id}
){strict};
CREATE INDEX pool_visit_visitor ON pool_visit (visitor_id, started_ms);
CREATE INDEX pool_visit_pool ON pool_visit (shop_id, pool_id, started_ms);

-- What fetched without being a visitor: crawlers, previews, prefetches and HEAD, per hour.
CREATE TABLE pool_visit_hour (
    shop_id {int} NOT NULL,
    pool_id {int} NOT NULL,
    link_id {int} NOT NULL,
    hour_ms {int} NOT NULL,
    verdict {int} NOT NULL,
    reason {text} NOT NULL,
    visits {int} NOT NULL CHECK (visits > 0),
    PRIMARY KEY (shop_id, pool_id, link_id, hour_ms, verdict, reason)
){strict};

-- Browsers in which an account was signed in.
CREATE TABLE pool_visitor (
    account_id {int} NOT NULL,
    visitor_id {int} NOT NULL,
    since_ms {int} NOT NULL,
    PRIMARY KEY (account_id, visitor_id)
){strict};
CREATE INDEX pool_visitor_back ON pool_visitor (visitor_id);

-- id is the order's: every order is attributed once. visit_id, link_id, sharer_id: 0 = none.
CREATE TABLE pool_attribution (
    {id},
    shop_id {int} NOT NULL,
    pool_id {int} NOT NULL,
    visit_id {int} NOT NULL,
    link_id {int} NOT NULL,
    sharer_id {int} NOT NULL,
    visitor_id {int} NOT NULL,
    account_id {int} NOT NULL,
    channel {text} NOT NULL,
    currency {text} NOT NULL,
    total_minor {int} NOT NULL,
    paid_minor {int} NOT NULL,
    refunded_minor {int} NOT NULL,
    at_ms {int} NOT NULL,
    CHECK (refunded_minor >= 0),
    {fk:shop_id,pool_id->pool}
    {key:shop_id}
){strict};
CREATE INDEX pool_attribution_pool ON pool_attribution (shop_id, pool_id, at_ms);

-- Every movement of an attributed order's money: delta_minor > 0 paid, < 0 refunded. Append-only.
CREATE TABLE pool_attribution_money (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    pool_id {int} NOT NULL,
    delta_minor {int} NOT NULL,
    reason {text} NOT NULL,
    at_ms {int} NOT NULL,
    {fk:shop_id,order_id->pool_attribution}
    {key:shop_id}
){strict};
CREATE INDEX pool_attribution_money_order ON pool_attribution_money (shop_id, order_id);

-- id is the contact's: which pool brought her when the shop first knew her.
CREATE TABLE pool_lead (
    {id},
    shop_id {int} NOT NULL,
    pool_id {int} NOT NULL,
    at_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX pool_lead_pool ON pool_lead (shop_id, pool_id, at_ms);
