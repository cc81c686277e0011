-- expect: 3: write {fk:owner,column->table}
CREATE TABLE t (
    {id}, shop_id {int} NOT NULL, {fk:thing} {key:shop_id}
){strict};
