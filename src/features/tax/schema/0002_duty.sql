-- Duties as the operator loaded them: what customs of a country charge for codes that begin with
-- `hs`; where that is from, and of which day. For estimates only, the same for all shops.
-- @global: customs know no shops
CREATE TABLE duty_rate (
    country {text} NOT NULL,
    hs {text} NOT NULL,
    rate_bp {int} NOT NULL CHECK (rate_bp BETWEEN 0 AND 100000),
    source {text} NOT NULL,
    day {text} NOT NULL,
    PRIMARY KEY (country, hs)
){strict:keyed};
