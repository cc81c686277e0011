-- What a merchant said about the columns of a file, for the next one with the same head (head_key: its hash): a line per
-- column with the field's name, empty where it is left out.
CREATE TABLE catalog_import_columns (
    shop_id {int} NOT NULL,
    head_key {int} NOT NULL,
    columns {text} NOT NULL,
    PRIMARY KEY (shop_id, head_key)
){strict};
