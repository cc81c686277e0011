-- expect: 5: table 't' has no owner
CREATE TABLE t (
    {id}, shop_id {int}
    {key:shop_id}
){strict};
