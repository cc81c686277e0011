-- expect: 6: the last statement does not end with ';'
CREATE TABLE t (
    {id},
    shop_id {int} NOT NULL
    {key:shop_id}){strict}
