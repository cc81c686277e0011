-- the address a person typed and has not proven yet: she may log in with it, but it finds nobody
ALTER TABLE account ADD COLUMN pending_email {text};
CREATE INDEX account_pending ON account (pending_email) WHERE pending_email IS NOT NULL;

-- @global: who tries to sign in is nobody yet; key: a digest of what is counted
CREATE TABLE sign_in_try (
    key {bytes} NOT NULL PRIMARY KEY,
    tries {int} NOT NULL,
    since_ms {int} NOT NULL
){strict};
CREATE INDEX sign_in_try_age ON sign_in_try (since_ms);
