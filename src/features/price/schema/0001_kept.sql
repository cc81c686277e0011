-- What an order's price was made of, beside its sums: how it travels, when it was promised, why it
-- was taxed so, and the taxes by rate. One row per order that has more to say than a flat rate.
CREATE TABLE price_kept (
    shop_id {int} NOT NULL,
    order_id {int} NOT NULL,
    method_id {int} NOT NULL,
    method_kind {int} NOT NULL,
    method_name {text} NOT NULL,
    deliver_from_ms {int} NOT NULL,
    deliver_to_ms {int} NOT NULL,
    tax_ground {int} NOT NULL,
    tax_included {bool} NOT NULL,
    taxes {text} NOT NULL,
    goods_minor {int} NOT NULL,
    shipping_minor {int} NOT NULL,
    tax_minor {int} NOT NULL,
    total_minor {int} NOT NULL,
    PRIMARY KEY (order_id, shop_id)
){strict};
