-- state: 1 asked, 2 quoted, 3 accepted, 4 declined, 5 withdrawn, 6 expired. version: the one that
-- may be accepted, 0 while it is only asked for. account_id: the buyer, 0 when an offer was made to
-- somebody without an account.
CREATE TABLE quote (
    {id},
    shop_id {int} NOT NULL,
    number {int} NOT NULL,
    account_id {int} NOT NULL,
    contact_id {int} NOT NULL,
    conversation_id {int} NOT NULL,
    state {int} NOT NULL CHECK (state BETWEEN 1 AND 6),
    version {int} NOT NULL CHECK (version >= 0),
    is_offer {bool} NOT NULL,
    currency {text} NOT NULL,
    country {text} NOT NULL,
    incoterm_wish {text} NOT NULL,
    needed_by {text} NOT NULL,
    note {text} NOT NULL,
    words {text} NOT NULL,
    order_id {int} NOT NULL,
    made_ms {int} NOT NULL,
    changed_ms {int} NOT NULL,
    valid_until_ms {int} NOT NULL,
    remind_ms {int} NOT NULL,
    CHECK ((state = 3) = (order_id <> 0)),
    CHECK (version > 0 OR state NOT IN (2, 3, 6))
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX quote_number ON quote (shop_id, number);
CREATE INDEX quote_buyer ON quote (account_id, id);
CREATE INDEX quote_state ON quote (shop_id, state, id);
CREATE INDEX quote_due ON quote (valid_until_ms) WHERE state = 2;
CREATE INDEX quote_remind ON quote (remind_ms) WHERE state = 2 AND remind_ms > 0;
-- @pg
CREATE UNIQUE INDEX quote_public ON quote (id);
-- @all

CREATE TABLE quote_counter (
    shop_id {int} NOT NULL PRIMARY KEY,
    last_number {int} NOT NULL
){strict};

-- what the buyer asked for; target_minor: the price of a piece she hopes for, 0 = none told
CREATE TABLE quote_wish (
    shop_id {int} NOT NULL,
    quote_id {int} NOT NULL,
    place {int} NOT NULL,
    variant_id {int} NOT NULL,
    quantity {int} NOT NULL CHECK (quantity > 0),
    target_minor {int} NOT NULL CHECK (target_minor >= 0),
    is_sample {bool} NOT NULL,
    PRIMARY KEY (shop_id, quote_id, place),
    {fk:shop_id,quote_id->quote}
){strict:keyed};

-- what the shop answered: a version is never changed, a revision is the next one
CREATE TABLE quote_version (
    shop_id {int} NOT NULL,
    quote_id {int} NOT NULL,
    version {int} NOT NULL,
    goods_minor {int} NOT NULL CHECK (goods_minor >= 0),
    shipping_minor {int} NOT NULL CHECK (shipping_minor >= 0),
    tax_minor {int} NOT NULL CHECK (tax_minor >= 0),
    tax_bp {int} NOT NULL CHECK (tax_bp BETWEEN 0 AND 10000),
    tax_included {bool} NOT NULL,
    total_minor {int} NOT NULL CHECK (total_minor >= 0),
    deposit_percent {int} NOT NULL CHECK (deposit_percent BETWEEN 0 AND 100),
    deposit_minor {int} NOT NULL CHECK (deposit_minor BETWEEN 0 AND total_minor),
    incoterm {text} NOT NULL,
    place {text} NOT NULL,
    lead_time {text} NOT NULL,
    note {text} NOT NULL,
    valid_until_ms {int} NOT NULL,
    made_ms {int} NOT NULL,
    made_by {int} NOT NULL,
    PRIMARY KEY (shop_id, quote_id, version),
    {fk:shop_id,quote_id->quote}
){strict:keyed};
{append_only:quote_version};

CREATE TABLE quote_line (
    shop_id {int} NOT NULL,
    quote_id {int} NOT NULL,
    version {int} NOT NULL,
    variant_id {int} NOT NULL,
    product_id {int} NOT NULL,
    title {text} NOT NULL,
    variant_title {text} NOT NULL,
    sku {text} NOT NULL,
    media_id {int} NOT NULL,
    quantity {int} NOT NULL CHECK (quantity > 0),
    unit_minor {int} NOT NULL CHECK (unit_minor >= 0),
    total_minor {int} NOT NULL CHECK (total_minor >= 0),
    is_sample {bool} NOT NULL,
    requires_shipping {bool} NOT NULL,
    PRIMARY KEY (shop_id, quote_id, version, variant_id)
){strict:keyed};
{append_only:quote_line};
