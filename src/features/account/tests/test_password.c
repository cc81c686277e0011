/* Which passwords are refused. */
#include "account/account.h"
#include <string.h>

#include "base/tests/unit.h"

static const char *verdict(const char *password)
{
    const struct err *e =
        account_password_check(&a, str_c(password), S("nina.alves@example.com"), S("Nina Alves"));
    return e == NULL ? "" : e->key;
}

static void refuses_what_all_try_first(void **state)
{
    (void)state;
    static const char *const common[] = {
        "password",     "Password1",    "p4ssw0rd",
        "P@ssw0rd123!", "passw0rd!",    "12345678",
        "123456789",    "87654321",     "11111111",
        "qwertyuiop",   "qwerty123456", "1q2w3e4r5t",
        "1qaz2wsx",     "abcd1234",     "abc12345",
        "iloveyou",     "iloveyou2",    "sunshine1",
        "princess1",    "football",     "baseball123",
        "trustno1",     "welcome1",     "admin123",
        "Admin@123",    "letmein!",     "changeme",
        "aaaaaaaa",     "abababab",     "abcabcabc",
        "asdfasdf",     "zxcvbnm123",   "superman1",
        "michael1",     "liverpool1",   "19840412",
        "woaini520",    "nina.alves",   "NINA.ALVES@example.com",
        "Nina Alves",   "nina alves1",  "computer",
        "internet1",
    };
    for (size_t i = 0; i < COUNT(common); i++) {
        if (strcmp(verdict(common[i]), "account.password_common") != 0)
            print_message("passed: %s\n", common[i]);
        assert_string_equal(verdict(common[i]), "account.password_common");
    }
}

static void takes_the_others_as_typed(void **state)
{
    (void)state;
    static const char *const fine[] = {
        "blue kettle moon", " leading blank", "茶馆雨天的灯笼真好看", "correct horse battery staple",
        "xK7#mQ2pL", "kettle93moon", "nina alves rides a kettle", "4815162342108",
        "my password is long and strange",
    };
    for (size_t i = 0; i < COUNT(fine); i++)
        assert_string_equal(verdict(fine[i]), "");
}

static void length_is_bounded(void **state)
{
    (void)state;
    static char longest[1026];
    for (size_t i = 0; i < 1025; i++)
        longest[i] = (char)('a' + (i * 7 + i / 5) % 26);
    assert_string_equal(verdict("x7#kq2p"), "account.password_short");
    assert_string_equal(verdict("茶馆雨"), "account.password_short");
    assert_string_equal(verdict(""), "account.password_short");
    assert_string_equal(verdict(longest), "account.password_long");
    longest[1024] = '\0';
    assert_string_equal(verdict(longest), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(refuses_what_all_try_first),
                                       TEST(takes_the_others_as_typed), TEST(length_is_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
