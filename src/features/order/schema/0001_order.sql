-- state: 1 placed, 2 cancelled, 3 expired, 4 closed. fulfilment: 1 not yet, 2 shipped, 3 delivered.
-- paid: what was captured for this order; refunding: asked back from a provider, not confirmed yet.
-- party: e-mail and address, sealed with the key of (shop, buyer); absent when nothing was given.
CREATE TABLE orders (
    {id},
    shop_id {int} NOT NULL,
    number {int} NOT NULL,
    buyer_id {int} NOT NULL,
    contact_id {int} NOT NULL,
    pool_id {int} NOT NULL,
    state {int} NOT NULL CHECK (state BETWEEN 1 AND 4),
    fulfilment {int} NOT NULL CHECK (fulfilment BETWEEN 1 AND 3),
    currency {text} NOT NULL,
    -- the shop's own currency, and what one unit of `currency` was worth in it when the order was placed, in millionths
    base_currency {text} NOT NULL,
    rate_micros {int} NOT NULL CHECK (rate_micros > 0),
    goods_minor {int} NOT NULL CHECK (goods_minor >= 0),
    shipping_minor {int} NOT NULL CHECK (shipping_minor >= 0),
    tax_minor {int} NOT NULL CHECK (tax_minor >= 0),
    total_minor {int} NOT NULL CHECK (total_minor >= 0),
    tax_included {bool} NOT NULL,
    paid_minor {int} NOT NULL,
    refunded_minor {int} NOT NULL CHECK (refunded_minor >= 0),
    refunding_minor {int} NOT NULL CHECK (refunding_minor >= 0),
    channel {text} NOT NULL,
    conversation_id {int} NOT NULL,
    post_id {int} NOT NULL,
    party {bytes},
    tracking {text} NOT NULL,
    placed_ms {int} NOT NULL,
    expires_ms {int} NOT NULL,
    paid_ms {int} NOT NULL,
    CHECK (refunded_minor + refunding_minor <= paid_minor)
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX orders_number ON orders (shop_id, number);
CREATE INDEX orders_buyer ON orders (buyer_id, id);
CREATE INDEX orders_waiting ON orders (expires_ms) WHERE state = 1 AND paid_ms = 0;
-- @pg
CREATE UNIQUE INDEX orders_public ON orders (id);
-- @all

-- one key of a buyer, one order (I4); a refusal is kept, so that the same key stays refused
CREATE TABLE order_key (
    account_id {int} NOT NULL,
    key {text} NOT NULL,
    asked {bytes} NOT NULL,
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    refusal_kind {int} NOT NULL,
    refusal {text} NOT NULL,
    refusal_arg {text},
    PRIMARY KEY (account_id, key)
){strict};

CREATE TABLE order_counter (
    shop_id {int} NOT NULL PRIMARY KEY,
    last_number {int} NOT NULL
){strict};

CREATE TABLE order_line (
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    position {int} NOT NULL,
    variant_id {int} NOT NULL,
    product_id {int} NOT NULL,
    title {text} NOT NULL,
    variant_title {text} NOT NULL,
    sku {text},
    media_id {int} NOT NULL,
    quantity {int} NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    unit_minor {int} NOT NULL CHECK (unit_minor >= 0),
    total_minor {int} NOT NULL CHECK (total_minor = quantity * unit_minor),
    PRIMARY KEY (order_id, position, shop_id)
){strict};

CREATE TABLE order_answer (
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    position {int} NOT NULL,
    question {text} NOT NULL,
    answer {text} NOT NULL,
    PRIMARY KEY (order_id, position, shop_id)
){strict};

-- the key that opens what this person told this shop; without it nobody reads it again
CREATE TABLE order_party_key (
    shop_id {int} NOT NULL,
    account_id {int} NOT NULL,
    sealed_key {text} NOT NULL,
    PRIMARY KEY (shop_id, account_id)
){strict};

-- what a person need not type a second time
CREATE TABLE order_remembered (
    account_id {int} NOT NULL PRIMARY KEY,
    party {text},
    method {text},
    method_gateway {text},
    method_label {text}
){strict};

-- attempts to pay. state: 1 begun, 2 waits for the payer or the provider, 3 captured, 4 failed, 5 captured but of no
-- use to the order (too late, or paid twice): it goes back.
CREATE TABLE order_payment (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    account_id {int} NOT NULL,
    key {text} NOT NULL,
    gateway {text} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    currency {text} NOT NULL,
    state {int} NOT NULL CHECK (state BETWEEN 1 AND 5),
    remember {bool} NOT NULL,
    used_saved {bool} NOT NULL,
    return_path {text} NOT NULL,
    redirect {text},
    provider_ref {text},
    method_label {text},
    failure_key {text},
    refunded_minor {int} NOT NULL CHECK (refunded_minor >= 0),
    refunding_minor {int} NOT NULL CHECK (refunding_minor >= 0),
    begun_ms {int} NOT NULL,
    captured_ms {int} NOT NULL,
    CHECK (refunded_minor + refunding_minor <= amount_minor)
    {key:shop_id}
){strict};
CREATE INDEX order_payment_order ON order_payment (shop_id, order_id, id);
CREATE UNIQUE INDEX order_payment_key ON order_payment (account_id, shop_id, key);

-- every verified notice of a provider, once. verdict: "applied", "known", "waits", or why it was not applied
CREATE TABLE payment_event (
    {id},
    shop_id {int} NOT NULL,
    gateway {text} NOT NULL,
    event_id {text} NOT NULL,
    payment_id {int} NOT NULL,
    outcome {int} NOT NULL,
    amount_minor {int} NOT NULL,
    currency {text} NOT NULL,
    provider_ref {text},
    verdict {text} NOT NULL,
    at_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX payment_event_once ON payment_event (shop_id, gateway, event_id);
CREATE INDEX payment_event_payment ON payment_event (shop_id, payment_id);

-- state: 1 asked, 2 done, 3 failed. cause: the key of who asked; one row per payment it takes from
CREATE TABLE order_refund (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    payment_id {int} NOT NULL,
    key {text} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    state {int} NOT NULL CHECK (state BETWEEN 1 AND 3),
    provider_ref {text},
    asked_ms {int} NOT NULL,
    done_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX order_refund_key ON order_refund (shop_id, order_id, key, payment_id);
CREATE INDEX order_refund_payment ON order_refund (shop_id, payment_id);

CREATE TABLE cart_line (
    account_id {int} NOT NULL,
    variant_id {int} NOT NULL,
    shop_id {int} NOT NULL,
    quantity {int} NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    added_ms {int} NOT NULL,
    PRIMARY KEY (account_id, variant_id)
){strict};
