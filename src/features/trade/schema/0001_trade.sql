-- state: 1 guessed (waits for its owner), 2 running, 3 done, 4 failed (reason), 5 removing.
-- columns: "field=place,..." (places from 1). line_next: that line is the next to be taken.
-- Records number_first to number_last are its own.
CREATE TABLE trade_import (
    {id},
    shop_id {int} NOT NULL,
    account_id {int} NOT NULL,
    state {int} NOT NULL,
    file_name {text} NOT NULL,
    file_bytes {int} NOT NULL,
    file_hash {text} NOT NULL,
    layout {text} NOT NULL,
    columns {text} NOT NULL,
    direction {int} NOT NULL,
    country {text} NOT NULL,
    line_next {int} NOT NULL,
    number_first {int} NOT NULL,
    number_last {int} NOT NULL,
    bad_count {int} NOT NULL,
    reason {text} NOT NULL,
    made_ms {int} NOT NULL,
    ended_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX trade_import_listed ON trade_import (shop_id, id);

-- What a header meant the last time. layout: a hash of its titles.
CREATE TABLE trade_layout (
    shop_id {int} NOT NULL,
    layout {text} NOT NULL,
    columns {text} NOT NULL,
    direction {int} NOT NULL,
    PRIMARY KEY (shop_id, layout)
){strict:keyed};

CREATE TABLE trade_problem (
    shop_id {int} NOT NULL,
    import_id {int} NOT NULL,
    line {int} NOT NULL,
    reason {text} NOT NULL,
    detail {text} NOT NULL,
    PRIMARY KEY (shop_id, import_id, line)
){strict:keyed};

-- The last numbers given out.
CREATE TABLE trade_count (
    shop_id {int} NOT NULL,
    terms {int} NOT NULL,
    records {int} NOT NULL,
    companies {int} NOT NULL,
    PRIMARY KEY (shop_id)
){strict:keyed};

-- value_minor: hundredths. Companies 0: none.
CREATE TABLE trade_record (
    shop_id {int} NOT NULL,
    number {int} NOT NULL,
    day {int} NOT NULL,
    direction {int} NOT NULL,
    importer_id {int} NOT NULL,
    exporter_id {int} NOT NULL,
    importer {text} NOT NULL,
    exporter {text} NOT NULL,
    hs {text} NOT NULL,
    product {text} NOT NULL,
    origin {text} NOT NULL,
    destination {text} NOT NULL,
    load_port {text} NOT NULL,
    unload_port {text} NOT NULL,
    quantity_milli {int},
    weight_g {int},
    value_minor {int},
    unit {text} NOT NULL,
    currency {text} NOT NULL,
    PRIMARY KEY (shop_id, number)
){strict:keyed};

-- kind: d direction, w word, h HS code, c company, n country, p port.
CREATE TABLE trade_term (
    shop_id {int} NOT NULL,
    kind {text} NOT NULL,
    value {text} NOT NULL,
    term {int} NOT NULL,
    records {int} NOT NULL,
    PRIMARY KEY (shop_id, kind, value)
){strict:keyed};

CREATE TABLE trade_post (
    shop_id {int} NOT NULL,
    term {int} NOT NULL,
    day {int} NOT NULL,
    number {int} NOT NULL,
    PRIMARY KEY (shop_id, term, day, number)
){strict:keyed};

-- name_key: see trade_company_key
CREATE TABLE trade_company (
    shop_id {int} NOT NULL,
    number {int} NOT NULL,
    name_key {text} NOT NULL,
    name {text} NOT NULL,
    imports {int} NOT NULL,
    exports {int} NOT NULL,
    PRIMARY KEY (shop_id, number)
){strict:keyed};
CREATE UNIQUE INDEX trade_company_key ON trade_company (shop_id, name_key);

CREATE TABLE trade_company_name (
    shop_id {int} NOT NULL,
    company_number {int} NOT NULL,
    name {text} NOT NULL,
    records {int} NOT NULL,
    PRIMARY KEY (shop_id, company_number, name)
){strict:keyed};

CREATE TABLE trade_company_word (
    shop_id {int} NOT NULL,
    word {text} NOT NULL,
    company_number {int} NOT NULL,
    PRIMARY KEY (shop_id, word, company_number)
){strict:keyed};

-- Texts of HS codes, from records or (is_given) from an operator's file.
CREATE TABLE trade_hs (
    shop_id {int} NOT NULL,
    code {text} NOT NULL,
    title {text} NOT NULL,
    is_given {bool} NOT NULL,
    PRIMARY KEY (shop_id, code)
){strict:keyed};
