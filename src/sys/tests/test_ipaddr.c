/* Addresses: canonical spellings only, and none of the special ranges is global unicast (C-34). */
#include "base/tests/unit.h"

#include "sys/ipaddr.h"

static const char *const special[] = {
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.171",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:1ff:ffff::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "3fff:fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fdff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ffff::1",
    "[::1]",
    "[::ffff:7f00:1]",
};
static const char *const global[] = {
    "1.1.1.1",         "8.8.8.8",         "9.255.255.255",
    "11.0.0.1",        "100.63.255.255",  "100.128.0.1",
    "126.255.255.255", "128.0.0.1",       "169.253.0.1",
    "172.15.255.255",  "172.32.0.1",      "192.0.1.1",
    "192.0.3.1",       "192.88.98.1",     "192.167.0.1",
    "198.17.0.1",      "198.20.0.1",      "203.0.114.1",
    "223.255.255.255", "2001:200::1",     "2001:4860:4860::8888",
    "2003::1",         "2606:4700::1111", "2a00::1",
    "3ffe::1",         "3fff:1000::1",    "[2a00::1]",
};

static void only_public_addresses_are_global(void **state)
{
    (void)state;
    struct ipaddr ip;
    for (size_t i = 0; i < COUNT(special); i++) {
        assert_true(ipaddr_parse(str_c(special[i]), &ip));
        if (ipaddr_is_global_unicast(&ip))
            fail_msg("%s counts as global", special[i]);
    }
    for (size_t i = 0; i < COUNT(global); i++) {
        assert_true(ipaddr_parse(str_c(global[i]), &ip));
        if (!ipaddr_is_global_unicast(&ip))
            fail_msg("%s does not count as global", global[i]);
    }
    assert_false(ipaddr_is_global_unicast(&(struct ipaddr){0}));
}

static void other_spellings_are_no_addresses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "127.1",      "127.0.1",      "0x7f.0.0.1",   "0x7f000001",  "2130706433",
        "0177.0.0.1", "127.0.0.01", "127.0.0.1.",   "127.0.0.256",  " 127.0.0.1",  "127.0.0.1 ",
        "1.2.3.4.5",  "::1%lo",     "fe80::1%eth0", "[::1",         "[127.0.0.1]", ":::1",
        "1::2::3",    "12345::1",   "localhost",    "１２７.0.0.1", "::ffff:127.1"};
    struct ipaddr ip;
    for (size_t i = 0; i < COUNT(bad); i++)
        if (ipaddr_parse(str_c(bad[i]), &ip))
            fail_msg("%s was read as an address", bad[i]);
    assert_false(ipaddr_parse(S("127.0.0.1\0.example"), &ip) || ipaddr_parse(STR_NONE, &ip));
}

static void networks_contain(void **state)
{
    (void)state;
    static const struct {
        const char *net, *ip;
        bool inside;
    } cases[] = {
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.1", false},
        {"10.0.0.0/9", "10.128.0.1", false},
        {"0.0.0.0/0", "1.2.3.4", true},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.8", false},
        {"10.0.0.0/8", "::ffff:10.1.1.1", true},
        {"2001:db8::/33", "2001:db8::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"::/0", "::1", true},
        {"::1/128", "::1", true},
        {"::/0", "1.2.3.4", false},
        {"::ffff:0:0/96", "::ffff:1.2.3.4", true},
    };
    struct ipnet net;
    struct ipaddr ip;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(ipnet_parse(str_c(cases[i].net), &net) &&
                    ipaddr_parse(str_c(cases[i].ip), &ip));
        assert_int_equal(ipnet_contains(&net, &ip), cases[i].inside);
    }
    static const char *const bad[] = {"10.0.0.0/33", "::/129", "10.0.0.0/",    "10.0.0.0/-1",
                                      "10/8",        "/8",     "10.0.0.0/0008"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(ipnet_parse(str_c(bad[i]), &net));
    assert_true(ipaddr_parse(S("2001:0db8::0001"), &ip));
    assert_string_equal(ipaddr_format(&ip).text, "2001:db8::1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_public_addresses_are_global),
        TEST(other_spellings_are_no_addresses),
        TEST(networks_contain),
    };
    return cmocka_run_group_tests_name("ipaddr", tests, NULL, NULL);
}
