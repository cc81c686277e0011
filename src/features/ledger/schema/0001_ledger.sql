CREATE TABLE ledger_journal (
    {id},
    shop_id {int} NOT NULL,
    reason {text} NOT NULL,
    cause_id {int} NOT NULL,
    order_id {int} NOT NULL,
    currency {text} NOT NULL,
    is_pending {bool} NOT NULL,
    at_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX ledger_journal_cause ON ledger_journal (shop_id, reason, cause_id);

-- The currency and the state are repeated here, so that a balance is one index range.
CREATE TABLE ledger_entry (
    {id},
    shop_id {int} NOT NULL,
    journal_id {int} NOT NULL,
    account {int} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor <> 0),
    currency {text} NOT NULL,
    is_pending {bool} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX ledger_entry_account ON ledger_entry (shop_id, account, currency, id);

-- @sqlite
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_journal_no_update BEFORE UPDATE ON ledger_journal
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_journal_no_delete BEFORE DELETE ON ledger_journal
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- @pg
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_journal
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
-- @all
