-- the words by which a product is found in the console
CREATE TABLE product_word (
    shop_id {int} NOT NULL,
    product_id {int} NOT NULL,
    word {text} NOT NULL,
    PRIMARY KEY (shop_id, product_id, word)
){strict:keyed};
