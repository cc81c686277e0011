-- name_rank: 0 none, 1 told by a channel, 2 typed by the person
CREATE TABLE contact (
    {id},
    shop_id {int} NOT NULL,
    name {text} NOT NULL,
    email {text} NOT NULL,
    phone {text} NOT NULL,
    account_id {int} NOT NULL,
    merged_into {int} NOT NULL,
    first_seen_ms {int} NOT NULL,
    last_seen_ms {int} NOT NULL,
    order_count {int} NOT NULL,
    spent_minor {int} NOT NULL,
    mail_consent {bool} NOT NULL,
    mail_consent_source {text} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX contact_recent ON contact (shop_id, merged_into, last_seen_ms);

CREATE TABLE contact_identity (
    shop_id {int} NOT NULL,
    kind {int} NOT NULL,
    value {text} NOT NULL,
    contact_id {int} NOT NULL,
    is_verified {bool} NOT NULL,
    seen_ms {int} NOT NULL,
    PRIMARY KEY (shop_id, kind, value)
){strict};
CREATE INDEX contact_identity_contact ON contact_identity (shop_id, contact_id, kind);

-- What a merge changed, so that it can be undone: the kept contact's own values before it.
CREATE TABLE contact_merge (
    {id},
    shop_id {int} NOT NULL,
    from_id {int} NOT NULL,
    into_id {int} NOT NULL,
    evidence {text} NOT NULL,
    actor_id {int} NOT NULL,
    at_ms {int} NOT NULL,
    undone_ms {int} NOT NULL,
    old_name {text} NOT NULL,
    old_email {text} NOT NULL,
    old_phone {text} NOT NULL,
    old_account_id {int} NOT NULL,
    old_first_seen_ms {int} NOT NULL,
    old_consent {bool} NOT NULL,
    old_consent_source {text} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX contact_merge_into ON contact_merge (shop_id, into_id, id);

CREATE TABLE contact_merge_moved (
    shop_id {int} NOT NULL,
    merge_id {int} NOT NULL,
    kind {int} NOT NULL,
    value {text} NOT NULL,
    PRIMARY KEY (shop_id, merge_id, kind, value)
){strict};

-- Perhaps the same person; one_id < other_id. state: 1 open, 2 merged, 3 different people
CREATE TABLE contact_suggestion (
    shop_id {int} NOT NULL,
    one_id {int} NOT NULL,
    other_id {int} NOT NULL,
    evidence {text} NOT NULL,
    state {int} NOT NULL,
    at_ms {int} NOT NULL,
    PRIMARY KEY (shop_id, one_id, other_id)
){strict};
