-- expect: 4: table 't' has no owner
CREATE TABLE t (
    {id} {key:shop_id}
){strict};
