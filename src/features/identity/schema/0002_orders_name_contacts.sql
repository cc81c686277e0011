-- An order names its contact itself: it is no identity of a person, and was never looked up as one.
DELETE FROM contact_identity WHERE kind = 6;
DELETE FROM contact_merge_moved WHERE kind = 6;
