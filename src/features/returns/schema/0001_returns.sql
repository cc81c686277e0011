-- state: 1 asked, 2 agreed, 3 refused, 4 sent, 5 received, 6 refunded, 7 closed (taken back by the
-- buyer, or not sent in time). reason: 1 another mind, 2 does not fit, 3 broken, 4 not what was
-- ordered, 5 too late. value: the goods with their tax; shipping: the way there, when all of the
-- order comes back; fee: what the shop keeps, told before. refund: what was asked to go back, once
-- state is 6; struck: what she had not paid of the order and need not pay any more. due_ms: until
-- when the next step has to be done, 0 = no limit.
CREATE TABLE return_case (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    number {int} NOT NULL,
    key {text} NOT NULL,
    contact_id {int} NOT NULL,
    state {int} NOT NULL,
    reason {int} NOT NULL,
    keeps {bool} NOT NULL,
    restocked {bool} NOT NULL,
    value_minor {int} NOT NULL CHECK (value_minor >= 0),
    shipping_minor {int} NOT NULL CHECK (shipping_minor >= 0),
    fee_minor {int} NOT NULL CHECK (fee_minor BETWEEN 0 AND value_minor),
    refund_minor {int} NOT NULL CHECK (refund_minor BETWEEN 0 AND value_minor + shipping_minor),
    struck_minor {int} NOT NULL CHECK (struck_minor >= 0),
    words {text} NOT NULL,
    answer {text} NOT NULL,
    verdict {text} NOT NULL,
    tracking {text} NOT NULL,
    asked_ms {int} NOT NULL,
    changed_ms {int} NOT NULL,
    due_ms {int} NOT NULL,
    CHECK (refund_minor = 0 OR state = 6)
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX return_case_number ON return_case (shop_id, number);
CREATE UNIQUE INDEX return_case_key ON return_case (shop_id, order_id, key);
CREATE INDEX return_case_state ON return_case (shop_id, state, id);
CREATE INDEX return_case_contact ON return_case (shop_id, contact_id, id);
CREATE INDEX return_case_due ON return_case (due_ms) WHERE due_ms > 0;

CREATE TABLE return_counter (
    shop_id {int} NOT NULL PRIMARY KEY,
    last_number {int} NOT NULL
){strict};

-- which pieces of which line of the order
CREATE TABLE return_line (
    shop_id {int} NOT NULL,
    return_id {int} NOT NULL,
    position {int} NOT NULL,
    quantity {int} NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (shop_id, return_id, position),
    {fk:shop_id,return_id->return_case}
){strict:keyed};

CREATE TABLE return_photo (
    shop_id {int} NOT NULL,
    return_id {int} NOT NULL,
    place {int} NOT NULL,
    media_id {int} NOT NULL,
    PRIMARY KEY (shop_id, return_id, place),
    {fk:shop_id,return_id->return_case}
){strict:keyed};
