-- Seal n covers the journals after from_id up to to_id, of all shops: hash is SHA-256 over seal n-1
-- and their rows; marks, four bytes a journal, tell which of them is not what it was.
-- @global: one chain over the books of all shops; chains per shop would be read as often as there
-- are shops
CREATE TABLE ledger_seal (
    number {int} NOT NULL PRIMARY KEY,
    from_id {int} NOT NULL,
    to_id {int} NOT NULL,
    journals {int} NOT NULL CHECK (journals > 0),
    hash {bytes} NOT NULL,
    marks {bytes} NOT NULL,
    made_ms {int} NOT NULL,
    CHECK (to_id > from_id)
){strict};
{append_only:ledger_seal};

-- statements of a period; rows come in this order, so it grows at its end
CREATE INDEX ledger_journal_time ON ledger_journal (shop_id, at_ms, id);
-- @pg
CREATE UNIQUE INDEX ledger_journal_public ON ledger_journal (id);
-- @all
