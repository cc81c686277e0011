-- expect: 3: write {fk:
CREATE TABLE t (
    {id}, shop_id {int} NOT NULL, x {int} REFERENCES thing(id) {key:shop_id}
){strict};
