-- @global: a shop is its own owner; found by handle before anybody is known
CREATE TABLE shop (
    id {int} NOT NULL PRIMARY KEY,
    handle {text} NOT NULL,
    name {text} NOT NULL,
    tagline {text} NOT NULL,
    about {text} NOT NULL,
    currency {text} NOT NULL,
    language {text} NOT NULL,
    country {text} NOT NULL,
    zone {text} NOT NULL,
    contact_email {text} NOT NULL,
    delivery_text {text} NOT NULL,
    returns_text {text} NOT NULL,
    shipping_minor {int} NOT NULL CHECK (shipping_minor >= 0),
    free_shipping_from_minor {int} NOT NULL CHECK (free_shipping_from_minor >= 0),
    tax_basis_points {int} NOT NULL CHECK (tax_basis_points >= 0 AND tax_basis_points <= 10000),
    tax_included {bool} NOT NULL,
    owner_id {int} NOT NULL,
    logo_media_id {int} NOT NULL,
    accent {text} NOT NULL,
    is_demo {bool} NOT NULL,
    created_ms {int} NOT NULL
){strict};
CREATE UNIQUE INDEX shop_handle ON shop (handle);
