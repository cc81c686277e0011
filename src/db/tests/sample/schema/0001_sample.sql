CREATE TABLE item (
    {id},
    shop_id {int} NOT NULL,
    title {text} NOT NULL,
    note {text},
    picture {bytes},
    parent_id {int},
    weight {int},
    is_open {bool} NOT NULL,
    on_hand {int} NOT NULL,
    held {int} NOT NULL,
    CONSTRAINT item_held_in_hand CHECK (held <= on_hand)
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX item_title ON item (shop_id, title);

CREATE TABLE sale (
    {id},
    shop_id {int} NOT NULL,
    item_id {int} NOT NULL,
    quantity {int} NOT NULL,
    {fk:shop_id,item_id->item}
    {key:shop_id}
){strict};
{append_only:sale};

-- @global: one counter for all
CREATE TABLE counter (
    name {text} NOT NULL PRIMARY KEY,
    value {int} NOT NULL
){strict:keyed};
