-- what a parcel needs to know: sizes of the packed piece (0: not told), tax class (1 standard,
-- 2 reduced, 3 zero), and the customs code, digits only
ALTER TABLE variant ADD COLUMN length_mm {int} NOT NULL DEFAULT 0;
ALTER TABLE variant ADD COLUMN width_mm {int} NOT NULL DEFAULT 0;
ALTER TABLE variant ADD COLUMN height_mm {int} NOT NULL DEFAULT 0;
ALTER TABLE variant ADD COLUMN tax_class {int} NOT NULL DEFAULT 1;
ALTER TABLE variant ADD COLUMN hs_code {text} NOT NULL DEFAULT '';
