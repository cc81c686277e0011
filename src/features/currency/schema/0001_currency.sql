-- rate_micros: units of `currency` for one unit of the shop's own, in millionths. rounding: 1
-- exact, 2 up to .90, 3 up to .99, 4 up to a whole unit, 5 up to ten units
CREATE TABLE shop_currency (
    shop_id {int} NOT NULL,
    currency {text} NOT NULL,
    rate_micros {int} NOT NULL CHECK (rate_micros > 0),
    rounding {int} NOT NULL,
    PRIMARY KEY (shop_id, currency)
){strict};

-- a price that the shop fixed in another currency, whatever the rate
CREATE TABLE currency_price (
    shop_id {int} NOT NULL,
    variant_id {int} NOT NULL,
    currency {text} NOT NULL,
    price_minor {int} NOT NULL CHECK (price_minor >= 0),
    PRIMARY KEY (shop_id, variant_id, currency)
){strict};
