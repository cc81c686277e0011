-- How few of a variant are sold and in which steps, and what many pieces cost: rungs "FROM:MINOR,"
-- in the shop's currency, rising; low_minor is the lowest of them, for cards. sample_minor: one
-- piece to try; without it there are no samples.
ALTER TABLE variant ADD COLUMN min_quantity {int} NOT NULL DEFAULT 1 CHECK (min_quantity > 0);
ALTER TABLE variant ADD COLUMN step {int} NOT NULL DEFAULT 1 CHECK (step > 0);
ALTER TABLE variant ADD COLUMN rungs {text} NOT NULL DEFAULT '';
ALTER TABLE variant ADD COLUMN sample_minor {int} CHECK (sample_minor >= 0);
ALTER TABLE variant ADD COLUMN low_minor {int};
