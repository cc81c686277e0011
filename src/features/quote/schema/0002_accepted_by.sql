-- Who accepted it, when that was not the buyer's own account (a link given on): besides the buyer
-- she alone is led to the order. 0: the buyer, or before this was kept.
ALTER TABLE quote ADD COLUMN accepted_by {int} NOT NULL DEFAULT 0;
