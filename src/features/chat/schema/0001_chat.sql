CREATE TABLE conversation (
    {id},
    shop_id {int} NOT NULL,
    account_id {int} NOT NULL,
    contact_id {int} NOT NULL,
    visitor_id {int} NOT NULL,
    channel {text} NOT NULL,
    channel_user_id {text} NOT NULL,
    language {text} NOT NULL,
    customer_name {text} NOT NULL,
    start_payload {text} NOT NULL,
    holder {int} NOT NULL CHECK (holder BETWEEN 1 AND 4),
    staff_id {int} NOT NULL,
    last_message_ms {int} NOT NULL,
    last_text {text} NOT NULL,
    last_sender {int} NOT NULL,
    unread_customer {int} NOT NULL CHECK (unread_customer >= 0),
    unread_shop {int} NOT NULL CHECK (unread_shop >= 0),
    deliver_lease_ms {int} NOT NULL,
    created_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX conversation_person ON conversation (shop_id, channel, channel_user_id);
CREATE INDEX conversation_of_account ON conversation (account_id, last_message_ms);
CREATE INDEX conversation_inbox
    ON conversation (shop_id, holder, (CASE WHEN unread_shop > 0 THEN 1 ELSE 0 END), last_message_ms, id);

CREATE TABLE message (
    {id},
    shop_id {int} NOT NULL,
    conversation_id {int} NOT NULL,
    sender {int} NOT NULL CHECK (sender BETWEEN 1 AND 4),
    staff_id {int} NOT NULL,
    body {text} NOT NULL,
    product_id {int} NOT NULL,
    media_id {int} NOT NULL,
    form {text} NOT NULL,
    button_count {int} NOT NULL,
    delivery {int} NOT NULL CHECK (delivery BETWEEN 0 AND 3),
    delivery_note {text} NOT NULL,
    at_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX message_of_conversation ON message (shop_id, conversation_id, id);
CREATE INDEX message_to_deliver ON message (shop_id, conversation_id, id) WHERE delivery = 1;

CREATE TABLE message_button (
    {id},
    shop_id {int} NOT NULL,
    conversation_id {int} NOT NULL,
    message_id {int} NOT NULL,
    label {text} NOT NULL,
    token {text},
    url {text},
    state {int} NOT NULL CHECK (state BETWEEN 1 AND 3)
    {key:shop_id}
){strict};
CREATE INDEX message_button_shown ON message_button (shop_id, message_id, id);
CREATE INDEX message_button_token ON message_button (shop_id, conversation_id, token);

-- What came in, by the channel's own event id: the same again does nothing.
CREATE TABLE chat_inbound (
    shop_id {int} NOT NULL,
    channel {text} NOT NULL,
    event_id {text} NOT NULL,
    at_ms {int} NOT NULL,
    PRIMARY KEY (shop_id, channel, event_id)
){strict};
CREATE INDEX chat_inbound_age ON chat_inbound (at_ms);

-- The address a person typed last, sealed: her next form begins with it.
CREATE TABLE chat_address (
    account_id {int} NOT NULL PRIMARY KEY,
    sealed {text} NOT NULL,
    at_ms {int} NOT NULL
){strict};
