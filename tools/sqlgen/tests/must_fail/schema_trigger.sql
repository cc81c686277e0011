-- expect: 2: triggers differ by engine
CREATE TRIGGER x AFTER INSERT ON thing BEGIN SELECT 1; END;
