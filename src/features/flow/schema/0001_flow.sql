CREATE TABLE flow (
    {id},
    shop_id {int} NOT NULL,
    name {text} NOT NULL,
    is_standard {bool} NOT NULL,
    live_version_id {int} NOT NULL,
    created_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX flow_standard ON flow (shop_id) WHERE is_standard = 1;
CREATE INDEX flow_of_shop ON flow (shop_id, id);

-- number 0 is the draft of the editor; the others are published, and never change again.
CREATE TABLE flow_version (
    {id},
    shop_id {int} NOT NULL,
    flow_id {int} NOT NULL,
    number {int} NOT NULL,
    published_ms {int} NOT NULL,
    published_by {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX flow_version_number ON flow_version (shop_id, flow_id, number);

CREATE TABLE flow_step (
    {id},
    shop_id {int} NOT NULL,
    version_id {int} NOT NULL,
    position {int} NOT NULL,
    kind {int} NOT NULL,
    key {text} NOT NULL,
    text_en {text} NOT NULL,
    text_zh {text} NOT NULL,
    is_required {bool} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX flow_step_key ON flow_step (shop_id, version_id, key);

-- hashtag is folded, without '#'; post_id 0 is any post of the shop, product_id 0 the products tagged on the post.
CREATE TABLE flow_trigger (
    {id},
    shop_id {int} NOT NULL,
    flow_id {int} NOT NULL,
    hashtag {text} NOT NULL,
    post_id {int} NOT NULL,
    product_id {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX flow_trigger_hashtag ON flow_trigger (shop_id, hashtag, post_id);

-- party_sealed: mail and address while they are collected, emptied when the run ends.
CREATE TABLE flow_run (
    {id},
    shop_id {int} NOT NULL,
    flow_id {int} NOT NULL,
    version_id {int} NOT NULL,
    conversation_id {int} NOT NULL,
    account_id {int} NOT NULL,
    contact_id {int} NOT NULL,
    phase {int} NOT NULL,
    step_at {int} NOT NULL,
    prompt {int} NOT NULL,
    last_kind {int} NOT NULL,
    last_id {int} NOT NULL,
    last_prompt {int} NOT NULL,
    language {text} NOT NULL,
    product_from {int} NOT NULL,
    product_id {int} NOT NULL,
    variant_id {int} NOT NULL,
    pick_1 {text},
    pick_2 {text},
    pick_3 {text},
    quantity {int} NOT NULL,
    quantity_said {bool} NOT NULL,
    party_state {int} NOT NULL,
    party_field {int} NOT NULL,
    party_sealed {text} NOT NULL,
    shown_total_minor {int} NOT NULL,
    order_id {int} NOT NULL,
    is_pay_told {bool} NOT NULL,
    post_id {int} NOT NULL,
    comment_id {int} NOT NULL,
    is_preview {bool} NOT NULL,
    started_ms {int} NOT NULL,
    changed_ms {int} NOT NULL
    {key:shop_id}
){strict};
CREATE UNIQUE INDEX flow_run_active ON flow_run (shop_id, conversation_id) WHERE phase IN (1, 2) AND is_preview = 0;
CREATE UNIQUE INDEX flow_run_comment ON flow_run (shop_id, comment_id) WHERE comment_id <> 0;
CREATE INDEX flow_run_order ON flow_run (shop_id, order_id) WHERE order_id <> 0;
CREATE INDEX flow_run_account ON flow_run (account_id);
CREATE INDEX flow_run_conversation ON flow_run (shop_id, conversation_id, id);
CREATE INDEX flow_run_open ON flow_run (id) WHERE phase IN (1, 2);

CREATE TABLE flow_answer (
    shop_id {int} NOT NULL,
    run_id {int} NOT NULL,
    step_key {text} NOT NULL,
    answer {text} NOT NULL,
    PRIMARY KEY (shop_id, run_id, step_key)
){strict};

-- One row per run and step it came to: what the figures of the editor are counted from.
CREATE TABLE flow_reach (
    shop_id {int} NOT NULL,
    flow_id {int} NOT NULL,
    run_id {int} NOT NULL,
    step_key {text} NOT NULL,
    contact_id {int} NOT NULL,
    reached_ms {int} NOT NULL,
    answered_ms {int} NOT NULL,
    PRIMARY KEY (shop_id, run_id, step_key)
){strict};
CREATE INDEX flow_reach_step ON flow_reach (shop_id, flow_id, step_key, run_id);

-- What "try it as a customer" has said so far: no conversation, nothing is sent. buttons: "label<TAB>token" lines.
CREATE TABLE flow_preview_line (
    {id},
    shop_id {int} NOT NULL,
    run_id {int} NOT NULL,
    is_customer {bool} NOT NULL,
    words {text} NOT NULL,
    buttons {text} NOT NULL,
    form {text} NOT NULL
    {key:shop_id}
){strict};
CREATE INDEX flow_preview_run ON flow_preview_line (shop_id, run_id, id);
