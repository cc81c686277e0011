-- @global: the events of shops and of accounts share one sequence, which subscribers follow in order
CREATE TABLE event (
    id {int} NOT NULL PRIMARY KEY,
    kind {text} NOT NULL,
    version {int} NOT NULL,
    shop_id {int} NOT NULL,
    account_id {int} NOT NULL,
    subject_id {int} NOT NULL,
    object_id {int} NOT NULL,
    number {int} NOT NULL,
    note {text} NOT NULL,
    actor_id {int} NOT NULL,
    cause {int} NOT NULL,
    depth {int} NOT NULL,
    at_ms {int} NOT NULL
){strict};
-- @pg
CREATE SEQUENCE event_seq;
-- @all

-- @global: one row per subscriber of the program
CREATE TABLE event_cursor (
    name {text} NOT NULL PRIMARY KEY,
    seq {int} NOT NULL
){strict};

-- @global: waits per subscriber, whoever owns the event
CREATE TABLE event_parked (
    subscriber {text} NOT NULL,
    seq {int} NOT NULL,
    family {text} NOT NULL,
    subject_id {int} NOT NULL,
    reason {text} NOT NULL,
    is_head {bool} NOT NULL,
    parked_ms {int} NOT NULL,
    PRIMARY KEY (subscriber, seq)
){strict};
CREATE INDEX event_parked_subject ON event_parked (subscriber, family, subject_id, seq);

CREATE TABLE job (
    id {int} NOT NULL PRIMARY KEY,
    shop_id {int} NOT NULL,
    kind {text} NOT NULL,
    key {text},
    payload {text} NOT NULL,
    state {int} NOT NULL,
    run_at_ms {int} NOT NULL,
    attempt {int} NOT NULL,
    lease_until_ms {int} NOT NULL,
    progress_done {int} NOT NULL,
    progress_total {int} NOT NULL,
    progress_note {text} NOT NULL,
    reason {text} NOT NULL,
    created_ms {int} NOT NULL,
    ended_ms {int} NOT NULL
){strict};
CREATE UNIQUE INDEX job_waiting_key ON job (shop_id, kind, key) WHERE state = 1 AND key IS NOT NULL;
CREATE INDEX job_due ON job (kind, run_at_ms, id) WHERE state = 1;
CREATE INDEX job_leased ON job (lease_until_ms) WHERE state = 2;
CREATE INDEX job_watched ON job (shop_id, kind, id);

CREATE TABLE session (
    id {int} NOT NULL PRIMARY KEY,
    account_id {int} NOT NULL,
    token_hash {bytes} NOT NULL,
    agent {text} NOT NULL,
    created_ms {int} NOT NULL,
    seen_ms {int} NOT NULL,
    expires_ms {int} NOT NULL
){strict};
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_account ON session (account_id, seen_ms);
CREATE INDEX session_expiry ON session (expires_ms);

CREATE TABLE shop_member (
    shop_id {int} NOT NULL,
    account_id {int} NOT NULL,
    role {text} NOT NULL,
    since_ms {int} NOT NULL,
    PRIMARY KEY (shop_id, account_id)
){strict};
CREATE INDEX shop_member_account ON shop_member (account_id, shop_id);

-- shop_id 0 holds the server's own settings
CREATE TABLE setting (
    shop_id {int} NOT NULL,
    key {text} NOT NULL,
    value {text} NOT NULL,
    changed_ms {int} NOT NULL,
    actor_id {int} NOT NULL,
    PRIMARY KEY (shop_id, key)
){strict};

CREATE TABLE audit (
    id {int} NOT NULL PRIMARY KEY,
    shop_id {int} NOT NULL,
    account_id {int} NOT NULL,
    actor_id {int} NOT NULL,
    action {text} NOT NULL,
    subject_id {int} NOT NULL,
    why {text} NOT NULL,
    at_ms {int} NOT NULL
){strict};
CREATE INDEX audit_subject ON audit (shop_id, subject_id, id);
-- @sqlite
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
-- @pg
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
-- @all

-- account_id is whoever sent the key; 0 for callers without an account
CREATE TABLE idempotency (
    account_id {int} NOT NULL,
    key {text} NOT NULL,
    body_hash {bytes} NOT NULL,
    is_done {bool} NOT NULL,
    status {int} NOT NULL,
    body {text} NOT NULL,
    created_ms {int} NOT NULL,
    PRIMARY KEY (account_id, key)
){strict};
CREATE INDEX idempotency_age ON idempotency (created_ms);

-- One-shot links and codes: only the hash of the token is stored.
CREATE TABLE one_shot (
    id {int} NOT NULL PRIMARY KEY,
    account_id {int} NOT NULL,
    purpose {text} NOT NULL,
    subject {text} NOT NULL,
    token_hash {bytes} NOT NULL,
    expires_ms {int} NOT NULL
){strict};
CREATE UNIQUE INDEX one_shot_token ON one_shot (token_hash);
CREATE INDEX one_shot_account ON one_shot (account_id, purpose);
CREATE INDEX one_shot_expiry ON one_shot (expires_ms);

-- @global: numbers of the nodes that make ids over one PostgreSQL
CREATE TABLE id_node (
    node {int} NOT NULL PRIMARY KEY,
    holder {text} NOT NULL,
    lease_until_ms {int} NOT NULL,
    last_id {int} NOT NULL
){strict};
