-- What a shop's papers say about the seller, as the law wants it on them.
CREATE TABLE paper_seller (
    shop_id {int} NOT NULL PRIMARY KEY,
    legal_name {text} NOT NULL,
    address {text} NOT NULL,
    vat_id {text} NOT NULL,
    registration {text} NOT NULL,
    bank {text} NOT NULL,
    foot {text} NOT NULL
){strict};

-- Numbers have no gaps: the counter's row is locked and raised in the turn that stores the paper.
CREATE TABLE paper_counter (
    shop_id {int} NOT NULL,
    kind {int} NOT NULL,
    year {int} NOT NULL,
    last_place {int} NOT NULL,
    PRIMARY KEY (shop_id, kind, year)
){strict};

-- kind: 2 invoice, 3 credit note (about_id: its invoice, else 0). facts: what it says, but for the
-- buyer, who stands sealed with the order. year: in the shop's own zone.
CREATE TABLE paper (
    {id},
    shop_id {int} NOT NULL,
    kind {int} NOT NULL,
    year {int} NOT NULL,
    place {int} NOT NULL,
    order_id {int} NOT NULL,
    about_id {int} NOT NULL,
    language {text} NOT NULL,
    currency {text} NOT NULL,
    total_minor {int} NOT NULL CHECK (total_minor > 0),
    tax_minor {int} NOT NULL CHECK (tax_minor >= 0),
    facts {text} NOT NULL,
    issued_ms {int} NOT NULL,
    issued_by {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX paper_number ON paper (shop_id, kind, year, place);
CREATE UNIQUE INDEX paper_once ON paper (shop_id, order_id) WHERE kind = 2;
CREATE INDEX paper_order ON paper (shop_id, order_id, id);
CREATE INDEX paper_newest ON paper (shop_id, id);
{append_only:paper};
