-- expect: 4: table 't' has neither {id} nor PRIMARY KEY
CREATE TABLE t (
    shop_id {int} NOT NULL
){strict};
