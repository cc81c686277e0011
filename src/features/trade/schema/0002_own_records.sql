-- Two files of one shop may go in side by side: each record names its import, which counts its own.
ALTER TABLE trade_record ADD COLUMN import_id {int} NOT NULL DEFAULT 0;
ALTER TABLE trade_import ADD COLUMN record_count {int} NOT NULL DEFAULT 0;
UPDATE trade_record SET import_id = COALESCE((SELECT i.id FROM trade_import i
    WHERE i.shop_id = trade_record.shop_id AND trade_record.number >= i.number_first
      AND trade_record.number <= i.number_last AND i.number_first > 0 ORDER BY i.id LIMIT 1), 0);
UPDATE trade_import SET record_count = (SELECT COUNT(*) FROM trade_record r
    WHERE r.shop_id = trade_import.shop_id AND r.import_id = trade_import.id);
