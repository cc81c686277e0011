-- Orders that nobody paid, by when their goods went back: a shop may remind of them hours later.
CREATE INDEX orders_lapsed ON orders (expires_ms) WHERE state = 3;
