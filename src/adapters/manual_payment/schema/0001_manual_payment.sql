-- Who said that the money of an attempt is there. Above the shop's limit two people have to.
CREATE TABLE manual_confirmation (
    shop_id {int} NOT NULL,
    attempt_id {int} NOT NULL,
    account_id {int} NOT NULL,
    at_ms {int} NOT NULL,
    PRIMARY KEY (shop_id, attempt_id, account_id)
){strict};
