-- state 4: held, because there is no mail server yet
CREATE INDEX mail_held ON mail (id) WHERE state = 4;
