-- how many of a sold hold came back to the shelf: never more than were sold
ALTER TABLE stock_hold ADD COLUMN returned {int} NOT NULL DEFAULT 0
    CHECK (returned >= 0 AND returned <= quantity);
