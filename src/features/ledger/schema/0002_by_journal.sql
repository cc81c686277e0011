-- the entries of one journal: shown beside its order, and summed by verify
CREATE INDEX ledger_entry_journal ON ledger_entry (shop_id, journal_id);
