-- expect: 3: type 'integer'
CREATE TABLE t (
    id INTEGER PRIMARY KEY, shop_id {int} NOT NULL
){strict};
