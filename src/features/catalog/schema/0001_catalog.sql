-- status: 1 draft, 2 active, 3 archived. option names: one per line, at most three.
CREATE TABLE product (
    {id},
    shop_id {int} NOT NULL,
    handle {text} NOT NULL,
    title {text} NOT NULL,
    description {text} NOT NULL,
    description_text {text} NOT NULL,
    vendor {text} NOT NULL,
    kind {text} NOT NULL,
    tags {text} NOT NULL,
    status {int} NOT NULL,
    option_names {text} NOT NULL,
    created_ms {int} NOT NULL,
    changed_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX product_handle ON product (shop_id, handle);
-- @pg
CREATE UNIQUE INDEX product_public ON product (id);
-- @all
CREATE INDEX product_listed ON product (shop_id, status, id);

-- options: the values, one per line, in the order of the product's option names
CREATE TABLE variant (
    {id},
    shop_id {int} NOT NULL,
    product_id {int} NOT NULL,
    sku {text},
    options {text} NOT NULL,
    price_minor {int} NOT NULL CHECK (price_minor >= 0),
    compare_at_minor {int} NOT NULL CHECK (compare_at_minor >= 0),
    currency {text} NOT NULL,
    weight_g {int} NOT NULL,
    barcode {text} NOT NULL,
    requires_shipping {bool} NOT NULL,
    is_taxable {bool} NOT NULL,
    media_id {int} NOT NULL,
    position {int} NOT NULL,
    is_gone {bool} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX variant_product ON variant (shop_id, product_id, position);
CREATE UNIQUE INDEX variant_sku ON variant (shop_id, sku) WHERE sku IS NOT NULL AND is_gone = 0;

CREATE TABLE product_photo (
    shop_id {int} NOT NULL,
    product_id {int} NOT NULL,
    position {int} NOT NULL,
    media_id {int} NOT NULL,
    PRIMARY KEY (shop_id, product_id, position)
){strict};

-- every handle a product ever had
CREATE TABLE product_address (
    shop_id {int} NOT NULL,
    handle {text} NOT NULL,
    product_id {int} NOT NULL,
    PRIMARY KEY (shop_id, handle)
){strict};
