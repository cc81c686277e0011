-- The one button of a message that leads on: shown as the page's main action.
ALTER TABLE message_button ADD COLUMN is_main {bool} NOT NULL DEFAULT 0;
