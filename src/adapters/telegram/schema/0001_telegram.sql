-- One bot per shop. The token itself is a sealed setting; its digest keeps two shops from sharing one bot, which would
-- take each other's messages.
CREATE TABLE telegram_bot (
    shop_id {int} NOT NULL PRIMARY KEY,
    token_digest {text} NOT NULL,
    username {text} NOT NULL,
    name {text} NOT NULL,
    next_update {int} NOT NULL,
    trouble {text} NOT NULL,
    trouble_ms {int} NOT NULL
){strict};
CREATE UNIQUE INDEX telegram_bot_token ON telegram_bot (token_digest);
