/* Invoices, credit notes, proformas and statements, on both engines; a paper as PDF says what its
 * page says. */
#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/testing.h"
#include "core/verify.h"
#include "ledger/ledger.h"
#include "paper/paper_part.h"
#include "sys/child.h"

struct fixture {
    struct testing t;
    struct account_id owner, buyer;
    struct shop_id shop, foreign;
    struct variant_id bowl;
    const char *language;
    int keys;
};

static const struct err *make_people(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    TRY(account_guest_make(t, S("Mara"), S("en"), &f->owner));
    return account_guest_make(t, S("Nina"), str_c(f->language), &f->buyer);
}

static const struct err *make_shop(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    struct id_text tail = id_format(turn_new_id(t));
    struct variant_input one = {.sku = S("BOWL-1"), .price_minor = 1999, .requires_shipping = true,
                                .is_taxable = true, .parcel = {.hs_code = S("691110")}};
    struct product_input in = {.title = S("Tea bowl 茶碗"), .status = PRODUCT_ACTIVE,
                               .variants = &one, .variant_count = 1};
    struct shop_new n = {.name = S("Clay"), .currency = S("EUR"), .country = S("PT"),
                         .zone = S("Europe/Lisbon"), .shipping_minor = 495,
                         .tax_basis_points = 2300, .tax_included = true};
    struct product_id id;
    struct product made;
    bool is_changed;
    TRY(str_fmt(t->arena, &n.handle, "clay-%s", tail.text));
    TRY(shop_create(t, &n, &f->shop));
    TRY(str_fmt(t->arena, &n.handle, "other-%s", tail.text));
    TRY(shop_create(t, &n, &f->foreign));
    TRY(catalog_save(t, f->shop, &in, (struct product_id){0}, &id, &is_changed));
    TRY(catalog_product(t->tx, t->arena, f->shop, id, &made));
    f->bowl = made.variants[0].id;
    return NULL;
}

static const struct err *tell_seller(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    return paper_seller_set(t, f->shop,
                            &(struct paper_seller){.legal_name = S("Clay & Kiln, Lda."),
                                                   .address = S("Rua do Barro 7\nLisboa"),
                                                   .vat_id = S("PT501234567"),
                                                   .registration = S("12-34"),
                                                   .bank = S("IBAN PT50 0002"),
                                                   .foot = S("")});
}

static void fixture_open(struct fixture *f, enum db_engine engine, const char *language)
{
    *f = (struct fixture){.language = language};
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make_people, f);
    testing_turn(&f->t, f->owner, make_shop, f);
    testing_turn(&f->t, f->owner, tell_seller, f);
    testing_drain(&f->t);
}

static void fixture_close(struct fixture *f)
{
    struct strbuf lines;
    int violations;
    testing_drain(&f->t);
    strbuf_init(&lines, &f->t.arena, KiB(64));
    testing_must(verify_run(f->t.platform, &f->t.arena, &lines, &violations));
    if (violations != 0)
        print_message("%.*s\n", STR_ARG(strbuf_view(&lines)));
    assert_int_equal(violations, 0);
    testing_close(&f->t);
}

/* ---- orders ---- */

struct place_call {
    struct order_place want;
    struct order_id id;
};

static const struct err *place_turn(struct turn *t, void *arg)
{
    struct place_call *x = arg;
    return order_place(t, &x->want, &x->id);
}

static str fresh_key(struct fixture *f)
{
    str key;
    testing_must(str_fmt(&f->t.arena, &key, "k%d", ++f->keys));
    return key;
}

static struct order_id place(struct fixture *f, int64_t quantity, int64_t deposit_minor)
{
    struct price_want one = {f->bowl, quantity};
    struct place_call x = {
        .want = {.key = fresh_key(f), .shop_id = f->shop, .buyer_id = f->buyer, .wants = &one,
                 .want_count = 1, .expected_total_minor = -1, .channel = S("site"),
                 .deposit_minor = deposit_minor,
                 .party = {.email = S("nina@example.org"),
                           .address = {.name = S("Nina Alves"), .line1 = S("Dam 1"),
                                       .city = S("Amsterdam"), .postcode = S("1012 JS"),
                                       .country = S("NL")}}}};
    testing_must(turn_run(f->t.platform, &f->t.arena, f->buyer, place_turn, &x));
    return x.id;
}

static struct order get(struct fixture *f, struct order_id id)
{
    struct tx *tx;
    struct order o;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(order_get(tx, &f->t.arena, f->t.platform, f->shop, id, &o));
    db_read_end(tx);
    return o;
}

static const struct err *notice_turn(struct turn *t, void *arg)
{
    return payment_notify(t, arg);
}

/* What is due next: the deposit, or the rest. */
static void pay(struct fixture *f, struct order_id id)
{
    int64_t attempt;
    struct payment_begin begun;
    struct order o = get(f, id);
    struct order_pay want = {.key = fresh_key(f), .shop_id = f->shop, .order_id = id,
                             .payer_id = f->buyer, .return_path = S("/")};
    int64_t amount = order_due_now_minor(&o);
    testing_must(order_pay_begin(f->t.platform, &f->t.arena, &want, &begun));
    assert_true(id_parse(str_sub(begun.redirect, sizeof "/pay/test/" - 1, ID_TEXT_LEN), &attempt));
    struct payment_notice n = {.gateway = "test", .event_id = fresh_key(f),
                               .attempt_id = attempt, .shop_id = f->shop,
                               .outcome = PAYMENT_CAPTURED,
                               .amount = {.minor = amount, .currency = o.currency}};
    testing_must(turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, notice_turn, &n));
    testing_drain(&f->t);
}

static void refund(struct fixture *f, struct order_id id, int64_t minor)
{
    testing_must(order_refund(f->t.platform, &f->t.arena, f->shop, id, minor, fresh_key(f),
                              f->owner));
    testing_drain(&f->t);
}

static size_t papers_of(struct fixture *f, struct order_id id, struct paper_row **ret)
{
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(paper_list_of_order(tx, &f->t.arena, f->shop, id, ret, &count));
    db_read_end(tx);
    return count;
}

static struct paper read_paper(struct fixture *f, struct paper_id id)
{
    struct tx *tx;
    struct paper p;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(paper_get(tx, &f->t.arena, f->t.platform, f->shop, id, &p));
    db_read_end(tx);
    return p;
}

struct invoice_call {
    struct shop_id shop;
    struct order_id order;
    struct paper_id id;
};

static const struct err *invoice_turn(struct turn *t, void *arg)
{
    struct invoice_call *x = arg;
    return paper_invoice(t, x->shop, x->order, &x->id);
}

/* ---- tests ---- */

static void an_order_paid_gets_one_invoice(enum db_engine engine)
{
    struct fixture f;
    struct paper_row *rows;
    fixture_open(&f, engine, "en");
    struct order_id first = place(&f, 2, 0), second = place(&f, 1, 0);
    struct invoice_call x = {.shop = f.shop, .order = first};
    const struct err *e =
        turn_run(f.t.platform, &f.t.arena, f.owner, invoice_turn, &x);
    assert_string_equal(e->key, "paper.not_paid");
    pay(&f, second);
    pay(&f, first);
    assert_int_equal(papers_of(&f, second, &rows), 1);
    assert_string_equal(rows[0].number.ptr, "2026-0001");
    assert_int_equal(papers_of(&f, first, &rows), 1);
    assert_string_equal(rows[0].number.ptr, "2026-0002");
    testing_must(turn_run(f.t.platform, &f.t.arena, f.owner, invoice_turn, &x));
    assert_int_equal(x.id.v, rows[0].id.v);
    struct paper p = read_paper(&f, rows[0].id);
    assert_int_equal(p.total_minor, 2 * 1999 + 495);
    assert_int_equal(p.paid_minor, p.total_minor);
    assert_int_equal(p.tax_count, 1);
    assert_int_equal(p.taxes[0].rate_bp, 2300);
    assert_int_equal(p.taxes[0].base_minor + p.taxes[0].tax_minor, p.total_minor);
    assert_true(str_eq(p.lines[0].hs_code, S("691110")));
    assert_true(str_eq(p.buyer.address.name, S("Nina Alves")));
    x.shop = f.foreign;
    e = turn_run(f.t.platform, &f.t.arena, f.owner, invoice_turn, &x);
    assert_string_equal(e->key, "order.gone");
    fixture_close(&f);
}

static int64_t tax_of_refunds(struct fixture *f)
{
    struct ledger_sum *sums;
    struct tx *tx;
    size_t count;
    int64_t tax = 0;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(ledger_sums(tx, &f->t.arena, f->shop, 0, INT64_MAX, &sums, &count));
    db_read_end(tx);
    for (size_t i = 0; i < count; i++)
        if (sums[i].account == LEDGER_TAX_PAYABLE && !sums[i].pending)
            tax += sums[i].debit_minor;
    return tax;
}

static void what_goes_back_is_credited_to_the_cent(enum db_engine engine)
{
    struct fixture f;
    struct paper_row *rows;
    int64_t credited = 0, tax = 0;
    fixture_open(&f, engine, "en");
    struct order_id id = place(&f, 3, 0);
    pay(&f, id);
    int64_t total = get(&f, id).total_minor;
    refund(&f, id, 333);
    refund(&f, id, 1);
    refund(&f, id, total - 334);
    size_t count = papers_of(&f, id, &rows);
    assert_int_equal(count, 4);
    for (size_t i = 1; i < count; i++) {
        struct paper p = read_paper(&f, rows[i].id);
        assert_int_equal(p.kind, PAPER_CREDIT);
        assert_true(str_eq(p.about, S("2026-0001")));
        credited += p.total_minor;
        tax += p.tax_minor;
    }
    assert_string_equal(rows[3].number.ptr, "C2026-0003");
    assert_int_equal(credited, total);
    assert_int_equal(tax, tax_of_refunds(&f));
    assert_int_equal(tax, get(&f, id).tax_minor);
    fixture_close(&f);
}

static void a_deposit_waits_for_the_button(enum db_engine engine)
{
    struct fixture f;
    struct paper_row *rows;
    struct paper p;
    struct tx *tx;
    fixture_open(&f, engine, "en");
    struct order_id id = place(&f, 10, 6000);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(paper_proforma_of_order(tx, &f.t.arena, f.t.platform, f.shop, id, &p));
    db_read_end(tx);
    assert_int_equal(p.deposit_minor, 6000);
    assert_true(p.until_ms > p.issued_ms);
    pay(&f, id);
    assert_int_equal(papers_of(&f, id, &rows), 0);
    struct invoice_call x = {.shop = f.shop, .order = id};
    testing_must(turn_run(f.t.platform, &f.t.arena, f.owner, invoice_turn, &x));
    p = read_paper(&f, x.id);
    assert_int_equal(p.paid_minor, 6000);
    pay(&f, id);
    assert_int_equal(papers_of(&f, id, &rows), 1);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    const struct err *e =
        paper_proforma_of_order(tx, &f.t.arena, f.t.platform, f.shop, id, &p);
    db_read_end(tx);
    assert_string_equal(e->key, "paper.no_proforma");
    fixture_close(&f);
}

/* ---- a paper as PDF ---- */

/* Without blanks: how a page breaks is not what it says. */
static str squeeze(struct arena *arena, str text)
{
    struct strbuf sb;
    strbuf_init(&sb, arena, MiB(1));
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool is_wide = c == 0xc2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] == 0xa0;
        i += is_wide ? 1 : 0;
        if (c > ' ' && !is_wide)
            strbuf_add_char(&sb, text.ptr[i]);
    }
    return strbuf_view(&sb);
}

static void assert_says(struct fixture *f, str pdf, str words)
{
    str found = squeeze(&f->t.arena, words);
    if (str_find(pdf, found) < 0)
        fail_msg("the PDF does not say '%.*s':\n%.*s", STR_ARG(words), STR_ARG(pdf));
}

static str text_of_pdf(struct fixture *f, str pdf)
{
    static const char *const argv[] = {"/usr/bin/pdftotext", "-raw", "-", "-", NULL};
    struct child_result child;
    testing_must(child_run(&f->t.arena, &(struct child_options){.argv = argv, .input = pdf,
                                                       .output_max = MiB(1), .timeout_ms = 20000},
                           &child));
    assert_int_equal(child.exit_code, 0);
    return squeeze(&f->t.arena, child.output);
}

static void pdf_says_what_the_page_says(const char *language)
{
    struct fixture f;
    struct paper_row *rows;
    struct sheet s;
    str pdf, again;
    fixture_open(&f, DB_SQLITE, language);
    struct order_id id = place(&f, 40, 0);
    pay(&f, id);
    assert_int_equal(papers_of(&f, id, &rows), 1);
    struct paper p = read_paper(&f, rows[0].id);
    testing_must(paper_sheet(&f.t.arena, f.t.platform, &p, &s));
    testing_must(paper_pdf(&f.t.arena, &s, &pdf));
    testing_must(paper_pdf(&f.t.arena, &s, &again));
    assert_true(str_eq(pdf, again));
    str text = text_of_pdf(&f, pdf);
    assert_says(&f, text, s.title);
    assert_says(&f, text, str_eq(str_c(language), S("zh")) ? S("发票") : S("Invoice"));
    for (size_t i = 0; i < s.fact_count; i++) {
        assert_says(&f, text, s.facts[i].label);
        assert_says(&f, text, s.facts[i].value);
    }
    for (size_t i = 0; i < s.seller_count; i++)
        assert_says(&f, text, s.seller[i]);
    for (size_t i = 0; i < s.buyer_count; i++)
        assert_says(&f, text, s.buyer[i]);
    for (size_t i = 0; i < s.row_count; i++) {
        assert_says(&f, text, s.rows[i].what);
        assert_says(&f, text, s.rows[i].note);
        assert_says(&f, text, s.rows[i].total);
    }
    for (size_t i = 0; i < s.sum_count; i++) {
        assert_says(&f, text, s.sums[i].label);
        assert_says(&f, text, s.sums[i].value);
    }
    for (size_t i = 0; i < s.term_count; i++) {
        assert_says(&f, text, s.terms[i].label);
        assert_says(&f, text, s.terms[i].value);
    }
    assert_says(&f, text, S("Tea bowl 茶碗"));
    fixture_close(&f);
}

static void in_english(void **state)
{
    (void)state;
    pdf_says_what_the_page_says("en");
}

static void in_chinese(void **state)
{
    (void)state;
    pdf_says_what_the_page_says("zh");
}

ON_BOTH(an_order_paid_gets_one_invoice)
ON_BOTH(what_goes_back_is_credited_to_the_cent)
ON_BOTH(a_deposit_waits_for_the_button)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_order_paid_gets_one_invoice),
        BOTH(what_goes_back_is_credited_to_the_cent),
        BOTH(a_deposit_waits_for_the_button),
        cmocka_unit_test(in_english),
        cmocka_unit_test(in_chinese),
    };
    return cmocka_run_group_tests_name("paper: invoices, credit notes, PDF", tests, NULL, NULL);
}
