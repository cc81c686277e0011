-- @global: an account is its own owner; found by handle, address or code before anybody is known
CREATE TABLE account (
    id {int} NOT NULL PRIMARY KEY,
    handle {text} NOT NULL,
    name {text} NOT NULL,
    bio {text} NOT NULL,
    language {text} NOT NULL,
    email {text},
    password_hash {text},
    avatar_media_id {int} NOT NULL,
    referral_code {text} NOT NULL,
    is_operator {bool} NOT NULL,
    merged_into {int} NOT NULL,
    created_ms {int} NOT NULL
){strict};
CREATE UNIQUE INDEX account_handle ON account (handle);
CREATE UNIQUE INDEX account_referral ON account (referral_code);
-- only proven addresses stand here: two people may type the same one, one can prove it
CREATE UNIQUE INDEX account_mail ON account (email) WHERE email IS NOT NULL;
