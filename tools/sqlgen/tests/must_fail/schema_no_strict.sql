-- expect: 2: table 't' does not end with ){strict};
CREATE TABLE t (
    {id},
    shop_id {int} NOT NULL
    {key:shop_id}
);
