-- the photos of an account, newest first
CREATE INDEX media_owner ON media (account_id, id);
