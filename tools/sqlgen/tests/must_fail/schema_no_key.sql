-- expect: 5: table 't' has {id} but no {key:owner}
CREATE TABLE t (
    {id},
    shop_id {int} NOT NULL
){strict};
