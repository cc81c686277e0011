-- countries: two-letter codes, a blank before and behind each: ' DE FR '; '*': everywhere that
-- no other zone names
CREATE TABLE delivery_zone (
    {id},
    shop_id {int} NOT NULL,
    name {text} NOT NULL,
    countries {text} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX delivery_zone_shop ON delivery_zone (shop_id, id);

-- kind: 1 flat, 2 by weight, 3 by the price of the goods, 4 picked up at the shop. steps:
-- 'UPTO=PRICE;...', UPTO in grams (2) or minor units (3). volume_divisor: cubic centimetres
-- that count as one kilogram, 0: only the scales count. Amounts in the shop's currency.
CREATE TABLE delivery_method (
    {id},
    shop_id {int} NOT NULL,
    zone_id {int} NOT NULL,
    name {text} NOT NULL,
    kind {int} NOT NULL CHECK (kind BETWEEN 1 AND 4),
    price_minor {int} NOT NULL CHECK (price_minor >= 0),
    steps {text} NOT NULL,
    volume_divisor {int} NOT NULL CHECK (volume_divisor >= 0),
    free_from_minor {int} NOT NULL CHECK (free_from_minor >= 0),
    days_from {int} NOT NULL CHECK (days_from >= 0),
    days_to {int} NOT NULL CHECK (days_to >= days_from)
    {key:shop_id}
){strict};
CREATE INDEX delivery_method_zone ON delivery_method (shop_id, zone_id, id);
