-- shop_id 0: from the server itself. state: 1 waiting, 2 sent, 3 dead. Bodies are emptied once sent.
CREATE TABLE mail (
    {id},
    shop_id {int} NOT NULL,
    kind {text} NOT NULL,
    cause_id {int} NOT NULL,
    recipient {text} NOT NULL,
    recipient_name {text} NOT NULL,
    from_name {text} NOT NULL,
    subject {text} NOT NULL,
    body_text {text} NOT NULL,
    body_html {text} NOT NULL,
    state {int} NOT NULL,
    reason {text} NOT NULL,
    created_ms {int} NOT NULL,
    sent_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX mail_cause ON mail (shop_id, kind, cause_id);
CREATE INDEX mail_state ON mail (shop_id, state, id);
