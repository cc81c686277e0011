-- rounding: 1 once per order and rate, 2 each line by itself. ioss_limit_minor: goods up to it
-- are taxed for the buyer, in the shop's currency
CREATE TABLE tax_shop (
    shop_id {int} NOT NULL PRIMARY KEY,
    rounding {int} NOT NULL CHECK (rounding BETWEEN 1 AND 2),
    vat_id {text} NOT NULL,
    reverse_charge {bool} NOT NULL,
    ioss_number {text} NOT NULL,
    ioss_limit_minor {int} NOT NULL CHECK (ioss_limit_minor >= 0)
){strict};

-- rates in hundredths of a percent. region '': all of the country. suggested_day: the day a
-- suggestion of ours was made for, '' once the shop wrote its own
CREATE TABLE tax_rate (
    shop_id {int} NOT NULL,
    country {text} NOT NULL,
    region {text} NOT NULL,
    is_included {bool} NOT NULL,
    standard_bp {int} NOT NULL CHECK (standard_bp BETWEEN 0 AND 10000),
    reduced_bp {int} NOT NULL CHECK (reduced_bp BETWEEN 0 AND 10000),
    suggested_day {text} NOT NULL,
    PRIMARY KEY (shop_id, country, region)
){strict};
