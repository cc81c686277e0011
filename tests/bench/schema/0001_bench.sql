-- The shape of the order transaction, without the features that own it.
CREATE TABLE bench_idempotency (
    account_id {int} NOT NULL,
    key {text} NOT NULL,
    order_id {int} NOT NULL,
    PRIMARY KEY (account_id, key)
){strict:keyed};

CREATE TABLE bench_stock (
    {id},
    shop_id {int} NOT NULL,
    on_hand {int} NOT NULL,
    held {int} NOT NULL CHECK (held <= on_hand)
    {key:shop_id}
){strict};

CREATE TABLE bench_order (
    {id},
    shop_id {int} NOT NULL,
    buyer_id {int} NOT NULL,
    state {int} NOT NULL,
    total_minor {int} NOT NULL,
    currency {text} NOT NULL,
    placed_ms {int} NOT NULL
    {key:shop_id}
){strict};

CREATE TABLE bench_line (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    variant_id {int} NOT NULL,
    quantity {int} NOT NULL,
    price_minor {int} NOT NULL,
    title {text} NOT NULL
    {key:shop_id}
){strict};

CREATE TABLE bench_ledger (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    book {int} NOT NULL,
    party_id {int} NOT NULL,
    amount_minor {int} NOT NULL
    {key:shop_id}
){strict};

CREATE TABLE bench_audit (
    {id},
    shop_id {int} NOT NULL,
    actor_id {int} NOT NULL,
    action {text} NOT NULL,
    subject_id {int} NOT NULL
    {key:shop_id}
){strict};

CREATE TABLE bench_event (
    {id},
    shop_id {int} NOT NULL,
    kind {text} NOT NULL,
    subject_id {int} NOT NULL,
    note {text} NOT NULL
    {key:shop_id}
){strict};

-- @global: one row per subscriber
CREATE TABLE bench_cursor (
    name {int} NOT NULL PRIMARY KEY,
    seq {int} NOT NULL
){strict};
