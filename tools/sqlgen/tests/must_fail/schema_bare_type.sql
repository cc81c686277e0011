-- expect: 3: 'integer' is the word of a type
CREATE TABLE t (
    id INTEGER PRIMARY KEY, shop_id {int} NOT NULL
){strict};
