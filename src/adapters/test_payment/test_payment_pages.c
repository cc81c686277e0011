/* The provider's page, and where its notices arrive. */
#include "core/secret.h"
#include "test_payment/test_payment_part.h"
#include "test_payment/test_payment_tpl.h"

static const struct err *load(struct web *w, str sig, int64_t *ret_id,
                              struct test_payment_row_row *ret)
{
    struct tx *tx;
    struct id_text text;
    bool is_found;
    TRY(web_param_id(w, 0, ret_id));
    text = id_format(*ret_id);
    if (str_is_empty(sig) ||
        !secret_verify(w->platform, w->arena, "test_payment.page", id_str(&text), sig))
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found",
                   "test payment without its signature");
    TRY(web_read(w, &tx));
    TRY(test_payment_row(tx, w->arena, *ret_id, ret, &is_found));
    return is_found ? NULL : ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "test payment");
}

const struct err *test_payment_show(struct web *w)
{
    struct test_pay_view v = {.sig = web_query(w, "sig")};
    struct test_payment_row_row row;
    struct html h;
    TRY(load(w, v.sig, &v.attempt_id.v, &row));
    TRY(page_init(w, &v.page, locale_text(w->locale, "test_payment.title")));
    v.page.width = "narrow";
    v.page.is_private = true;
    v.description = row.description;
    v.amount.minor = row.amount_minor;
    TRY(currency_parse(w->arena, row.currency, &v.amount.currency));
    v.is_open = row.state == 1;
    if (!url_check(row.return_path, &v.back))
        v.back = (struct url_safe){S("/")};
    web_html_begin(w, &h);
    tpl_test_pay(&h, &v);
    return web_html(w, 200, &h);
}

const struct err *test_payment_post(struct web *w)
{
    struct test_payment_row_row row;
    int64_t id;
    str sig, digits, decision;
    TRY(web_text(w, "sig", 1, 100, &sig));
    TRY(load(w, sig, &id, &row));
    TRY(web_text(w, "decision", 1, 10, &decision));
    TRY(web_text(w, "card", 0, 10, &digits));
    const struct test_card_row *card = test_card_find(str_is_empty(digits) ? S("4242") : digits);
    if (card == NULL || (!str_eq(decision, S("pay")) && !str_eq(decision, S("decline"))))
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "error.field_choice", "card or decision"), "card");
    enum test_card chosen = str_eq(decision, S("pay")) ? card->card : TEST_CARD_DECLINED;
    web_read_end(w);
    TRY(test_payment_decide_with(w->platform, w->arena, id, &row, chosen, web_has(w, "remember")));
    return web_redirect_to(w, row.return_path);
}

const struct err *test_payment_webhook(struct web *w)
{
    web_read_end(w);
    TRY(test_payment_receive(w->platform, w->arena, w->rq->body,
                             http_request_header(w->rq, S("x-test-signature"))));
    return web_json(w, 200, S("{\"ok\":true}"));
}
