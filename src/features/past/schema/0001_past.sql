-- kind, value: the id by which identity knows her. told_*: what the old system counted; counted_*: what stands in her
-- contact's totals because of it or of her past orders.
CREATE TABLE past_customer (
    shop_id {int} NOT NULL,
    kind {int} NOT NULL,
    value {text} NOT NULL,
    name {text} NOT NULL,
    mail_consent {bool} NOT NULL,
    is_told {bool} NOT NULL,
    told_orders {int} NOT NULL,
    told_minor {int} NOT NULL,
    counted_orders {int} NOT NULL,
    counted_minor {int} NOT NULL,
    PRIMARY KEY (shop_id, kind, value)
){strict};

-- counts: it stands in her totals
CREATE TABLE past_order (
    shop_id {int} NOT NULL,
    source {text} NOT NULL,
    number {text} NOT NULL,
    kind {int} NOT NULL,
    value {text} NOT NULL,
    placed_ms {int} NOT NULL,
    total_minor {int} NOT NULL CHECK (total_minor >= 0),
    refunded_minor {int} NOT NULL CHECK (refunded_minor >= 0),
    currency {text} NOT NULL,
    counts {bool} NOT NULL,
    items {text} NOT NULL,
    PRIMARY KEY (shop_id, source, number)
){strict};
CREATE INDEX past_order_person ON past_order (shop_id, kind, value, placed_ms);
