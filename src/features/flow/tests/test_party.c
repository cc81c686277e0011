/* Who and where, from messages and from a form; and the token of a button. */
#include "base/tests/unit.h"

#include "flow/flow_party.h"

static struct order_party party;
static int at;

/* Says it; the key of the refusal, or NULL. *ret_done as flow_party_take. */
static const char *say(str text, bool *ret_done)
{
    const struct err *e = flow_party_take(&a, &party, &at, text, ret_done);
    if (e != NULL)
        assert_int_equal(e->kind, ERR_INVALID);
    return e == NULL ? NULL : e->key;
}

static void begin(void)
{
    party = (struct order_party){0};
    at = 0;
}

static void test_field_after_field(void **state)
{
    static const char *const labels[] = {"address.country", "address.name", "address.line1"};
    bool done = false;
    (void)state;
    begin();
    for (size_t i = 0; i < COUNT(labels); i++) {
        assert_string_equal(flow_party_label(&party, at), labels[i]);
        assert_null(say(i == 0 ? S("荷兰") : S(" Ana Lima "), &done));
    }
    assert_str_equal(party.address.country, "NL");
    assert_str_equal(party.address.name, "Ana Lima");
    assert_null(say(S("1012 js"), &done));
    assert_null(say(S("Amsterdam"), &done));
    assert_false(done);
    assert_string_equal(flow_party_label(&party, at), "flow.ask.email");
    assert_string_equal(say(S("ana at example"), &done), "flow.error.bad_email");
    assert_null(say(S("ana@example.org"), &done));
    assert_true(done);
    assert_str_equal(party.address.postcode, "1012 JS");
}

static void test_one_message_of_many_lines(void **state)
{
    bool done = false;
    (void)state;
    begin();
    assert_null(
        say(S("Germany\nKarl Klein\r\nHauptstr. 5\n10115\nBerlin\nkarl@example.org"), &done));
    assert_true(done);
    assert_str_equal(party.address.country, "DE");
    assert_str_equal(party.address.city, "Berlin");
    assert_null(flow_party_label(&party, at));
}

static void test_what_is_wrong_is_asked_again(void **state)
{
    bool done = false;
    (void)state;
    begin();
    assert_string_equal(say(S("Atlantis"), &done), "address.bad_country");
    assert_int_equal(at, 0);
    assert_null(say(S("nl"), &done));
    assert_string_equal(say(S("Ana\nDam 1\n999\nAmsterdam\nana@example.org"), &done),
                        "address.bad_postcode");
    assert_string_equal(flow_party_label(&party, at), "address.postcode");
    assert_string_equal(say(S("  "), &done), "address.required");
    assert_null(say(S("1012JS"), &done)); /* then city and mail are asked once more */
    assert_false(done);
    assert_null(say(S("Amsterdam\nana@example.org"), &done));
    assert_true(done);
}

static void test_packed_and_back(void **state)
{
    struct order_party back;
    str packed;
    (void)state;
    begin();
    party = (struct order_party){
        .email = S("a@b.cd"),
        .address = {
            .name = S("Ana"), .line1 = S("Dam 1"), .country = S("NL"), .phone = S("+31 20 1")}};
    assert_null(flow_party_pack(&a, &party, &packed));
    flow_party_unpack(packed, &back);
    assert_str_equal(back.email, "a@b.cd");
    assert_str_equal(back.address.line1, "Dam 1");
    assert_str_equal(back.address.city, "");
    assert_str_equal(back.address.phone, "+31 20 1");
    flow_party_unpack(S(""), &back);
    assert_true(str_is_empty(back.email));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_field_after_field), TEST(test_one_message_of_many_lines),
        TEST(test_what_is_wrong_is_asked_again), TEST(test_packed_and_back)};
    return cmocka_run_group_tests_name("flow_party", tests, NULL, NULL);
}
