-- What a real provider would keep on its own machines. state: 1 open, 2 paid, 3 declined, 4 nobody knows.
CREATE TABLE test_payment (
    {id},
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    amount_minor {int} NOT NULL,
    currency {text} NOT NULL,
    description {text} NOT NULL,
    return_path {text} NOT NULL,
    state {int} NOT NULL,
    made_ms {int} NOT NULL
    {key:shop_id}
){strict};
-- @pg
CREATE UNIQUE INDEX test_payment_public ON test_payment (id);
-- @all
