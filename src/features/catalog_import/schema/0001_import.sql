-- state: 1 waiting to be checked, 2 checked (a dry run stands), 3 going in, 4 done, 5 ended early (reason).
-- line_next: the product that begins there is the next to be taken; everything before is committed.
CREATE TABLE catalog_import (
    {id},
    shop_id {int} NOT NULL,
    account_id {int} NOT NULL,
    state {int} NOT NULL,
    file_name {text} NOT NULL,
    file_bytes {int} NOT NULL,
    line_next {int} NOT NULL,
    lines {int} NOT NULL,
    created_count {int} NOT NULL,
    changed_count {int} NOT NULL,
    same_count {int} NOT NULL,
    problem_count {int} NOT NULL,
    item_count {int} NOT NULL,
    reason {text} NOT NULL,
    started_ms {int} NOT NULL,
    ended_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX catalog_import_listed ON catalog_import (shop_id, id);

-- place: of the cell in its line, from 1; 0 = the line as a whole
CREATE TABLE catalog_import_problem (
    shop_id {int} NOT NULL,
    import_id {int} NOT NULL,
    number {int} NOT NULL,
    line {int} NOT NULL,
    place {int} NOT NULL,
    column_name {text} NOT NULL,
    reason {text} NOT NULL,
    detail {text} NOT NULL,
    PRIMARY KEY (shop_id, import_id, number)
){strict};

-- The first products that are new or differ. differences: lines of "field TAB before TAB after".
CREATE TABLE catalog_import_item (
    shop_id {int} NOT NULL,
    import_id {int} NOT NULL,
    number {int} NOT NULL,
    line {int} NOT NULL,
    is_new {bool} NOT NULL,
    handle {text} NOT NULL,
    title {text} NOT NULL,
    differences {text} NOT NULL,
    PRIMARY KEY (shop_id, import_id, number)
){strict};

-- A picture's address and the photo it became. state: 1 waiting, 2 here, 3 failed (reason).
CREATE TABLE catalog_import_photo (
    shop_id {int} NOT NULL,
    source {text} NOT NULL,
    account_id {int} NOT NULL,
    alt {text} NOT NULL,
    state {int} NOT NULL,
    media_id {int} NOT NULL,
    reason {text} NOT NULL,
    PRIMARY KEY (shop_id, source)
){strict};
CREATE INDEX catalog_import_photo_state ON catalog_import_photo (shop_id, state);

-- Which product shows it, where; variant_id 0: in the gallery.
CREATE TABLE catalog_import_use (
    shop_id {int} NOT NULL,
    product_id {int} NOT NULL,
    variant_id {int} NOT NULL,
    position {int} NOT NULL,
    source {text} NOT NULL,
    PRIMARY KEY (shop_id, product_id, variant_id, position)
){strict};
CREATE INDEX catalog_import_use_source ON catalog_import_use (shop_id, source);
