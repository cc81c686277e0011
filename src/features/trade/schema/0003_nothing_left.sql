-- Companies and terms that no record names any more go with the last one. removals: how often that
-- happened; what an import under way remembers of numbers is forgotten when it has changed.
ALTER TABLE trade_count ADD COLUMN removals {int} NOT NULL DEFAULT 0;
CREATE INDEX trade_company_word_of ON trade_company_word (shop_id, company_number);
DELETE FROM trade_company_name WHERE records <= 0;
DELETE FROM trade_company_word WHERE NOT EXISTS (SELECT 1 FROM trade_company c
    WHERE c.shop_id = trade_company_word.shop_id AND c.number = trade_company_word.company_number
      AND c.imports + c.exports > 0);
DELETE FROM trade_company WHERE imports + exports <= 0;
DELETE FROM trade_term WHERE records <= 0;
