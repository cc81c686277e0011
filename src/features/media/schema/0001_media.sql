-- state: 1 waiting, 2 ready, 3 refused. source: file name in data_dir/uploads while waiting.
-- large, medium, small: SHA-256 hex of the WebP blobs; one blob may serve many rows.
CREATE TABLE media (
    {id},
    account_id {int} NOT NULL,
    state {int} NOT NULL,
    alt {text} NOT NULL,
    width {int} NOT NULL,
    height {int} NOT NULL,
    average {text} NOT NULL,
    large {text} NOT NULL,
    medium {text} NOT NULL,
    small {text} NOT NULL,
    source {text} NOT NULL,
    reason {text} NOT NULL,
    created_ms {int} NOT NULL
    {key:account_id}
){strict};
-- @pg
CREATE UNIQUE INDEX media_public ON media (id);
-- @all
