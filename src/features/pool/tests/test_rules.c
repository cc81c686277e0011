/* Verdicts follow from facts; crawlers are known by their own names, people in apps are not taken
 * for them. */
#include "base/tests/unit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool/pool_agent.h"
#include "pool/pool_rules.h"

static void test_verdicts(void **state)
{
    static const struct {
        uint32_t facts;
        enum visit_verdict verdict;
    } cases[] = {
        {0, VISIT_NO_INTERACTION},
        {FACT_HEAD, VISIT_HEAD},
        {FACT_PREFETCH, VISIT_PREFETCH},
        {FACT_CRAWLER | FACT_HEAD, VISIT_CRAWLER},
        {FACT_NO_AGENT, VISIT_CRAWLER},
        {FACT_PREVIEW | FACT_CRAWLER, VISIT_PREVIEW},
        {FACT_CRAWLER | FACT_INTENT, VISIT_CRAWLER},
        {FACT_DATA_CENTRE, VISIT_DATA_CENTRE},
        {FACT_DATA_CENTRE | FACT_COOKIE_BACK | FACT_SECOND_PAGE, VISIT_DATA_CENTRE},
        {FACT_DATA_CENTRE | FACT_DWELL | FACT_POINTER, VISIT_PERSON},
        {FACT_BEACON, VISIT_NO_INTERACTION},
        {FACT_BEACON | FACT_DWELL, VISIT_NO_INTERACTION},
        {FACT_BEACON | FACT_SCROLL, VISIT_NO_INTERACTION},
        {FACT_BEACON | FACT_DWELL | FACT_SCROLL, VISIT_PERSON},
        {FACT_COOKIE_BACK, VISIT_NO_INTERACTION},
        {FACT_SECOND_PAGE, VISIT_NO_INTERACTION},
        {FACT_COOKIE_BACK | FACT_SECOND_PAGE, VISIT_PERSON},
        {FACT_COOKIE_BACK | FACT_SECOND_PAGE | FACT_NO_LANGUAGE, VISIT_NO_INTERACTION},
        {FACT_COOKIE_BACK | FACT_SECOND_PAGE | FACT_HTTP_1_0, VISIT_NO_INTERACTION},
        {FACT_COOKIE_BACK | FACT_SECOND_PAGE | FACT_NO_FETCH_HEADERS, VISIT_NO_INTERACTION},
        {FACT_FORM, VISIT_PERSON},
        {FACT_INTENT, VISIT_INTENT},
        {FACT_ORDER | FACT_NO_LANGUAGE, VISIT_INTENT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (pool_verdict(cases[i].facts) != cases[i].verdict)
            fail_msg("case %zu: %s", i, pool_verdict_name(pool_verdict(cases[i].facts)));
}

static struct pool_request_facts phone(void)
{
    return (struct pool_request_facts){
        .user_agent = S(
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/120.0.0.0 Mobile "
            "Safari/537.36"),
        .accept_language = S("en"),
        .fetch_site = S("none"),
        .fetch_mode = S("navigate"),
        .http_minor = 1,
        .is_https = true};
}

static void test_facts_of_requests(void **state)
{
    (void)state;
    struct pool_request_facts f = phone();
    assert_int_equal(pool_facts_of_request(&f), 0);
    f.fetch_site = f.fetch_mode = STR_NONE;
    assert_int_equal(pool_facts_of_request(&f), FACT_NO_FETCH_HEADERS);
    f.is_https = false; /* over clear text browsers leave them out */
    assert_int_equal(pool_facts_of_request(&f), 0);
    f.purpose = S("prefetch;prerender");
    assert_int_equal(pool_facts_of_request(&f), FACT_PREFETCH);
    f = phone();
    f.fetch_mode = S("no-cors");
    assert_int_equal(pool_facts_of_request(&f), FACT_ODD_FETCH_HEADERS);
    f = phone();
    f.user_agent = S(" ");
    f.accept_language = STR_NONE;
    f.http_minor = 0;
    assert_int_equal(pool_facts_of_request(&f), FACT_NO_AGENT | FACT_NO_LANGUAGE | FACT_HTTP_1_0);
}

static void test_more_facts_of_requests(void **state)
{
    (void)state;
    struct pool_request_facts f = phone();
    f.purpose = S("prerender");
    f.is_data_centre = true;
    assert_int_equal(pool_facts_of_request(&f), FACT_PREFETCH | FACT_DATA_CENTRE);
    f = phone();
    f.purpose = S("Preview");
    f.fetch_mode = STR_NONE;
    assert_int_equal(pool_facts_of_request(&f), FACT_PREFETCH);
    /* Who should have told where it comes from: not the old ones, nor those we do not know. */
    static const struct {
        const char *agent;
        uint32_t facts;
    } cases[] = {
        {"Mozilla/5.0 Firefox/126.0", FACT_NO_FETCH_HEADERS}, {"Mozilla/5.0 Firefox/99.0", 0},
        {"Mozilla/5.0 Chrome/89.0", 0},                       {"Mozilla/5.0 Chrome/new", 0},
        {"Mozilla/5.0 Version/17.5 Safari/605.1.15", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        f = phone();
        f.fetch_site = STR_NONE;
        f.user_agent = str_c(cases[i].agent);
        assert_int_equal(pool_facts_of_request(&f), cases[i].facts);
    }
}

static void test_facts_of_beacons(void **state)
{
    (void)state;
    struct pool_beacon quiet = {.dwell_ms = 999}, lively = {1000, 1, 1};
    assert_int_equal(pool_facts_of_beacon(&quiet), FACT_BEACON);
    assert_int_equal(pool_facts_of_beacon(&lively),
                     FACT_BEACON | FACT_DWELL | FACT_SCROLL | FACT_POINTER);
}

static void before_the_facts(void)
{
    (void)pool_fact_name(-1);
}

static void past_the_facts(void)
{
    (void)pool_fact_name(FACT_COUNT);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(pool_verdict_name(VISIT_PERSON), "person");
    assert_string_equal(pool_verdict_name((enum visit_verdict)77), "unset");
    assert_string_equal(pool_fact_name(0), "head");
    unit_must_abort(before_the_facts);
    unit_must_abort(past_the_facts);
    assert_true(pool_verdict_is_counted_only(VISIT_CRAWLER));
    assert_true(pool_verdict_is_counted_only(VISIT_HEAD));
    assert_false(pool_verdict_is_counted_only(VISIT_UNSET));
    assert_false(pool_verdict_is_counted_only(VISIT_PERSON));
    assert_true(pool_verdict_is_person(VISIT_INTENT));
    assert_false(pool_verdict_is_person(VISIT_DATA_CENTRE));
}

static const struct err *make_key(struct arena *arena)
{
    static const struct {
        const char *name, *key;
    } cases[] = {
        {"Spring @Sale{ 2026!!", "spring-sale-2026"}, {"--:: ", ""},
        {"\xe6\x98\xa5\xe5\xad\xa3 Z", "\xe6\x98\xa5\xe5\xad\xa3-z"},
        {"0123456789012345678901234567890123456789012345678901234567890123456789",
         "01234567890123456789012345678901234567890123456789012345"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        str key;
        TRY(pool_key_of_name(arena, str_c(cases[i].name), &key));
        assert_true(str_eq(key, str_c(cases[i].key)));
    }
    return NULL;
}

static void test_keys_of_names(void **state)
{
    (void)state;
    unit_fault_loop(make_key);
}

static void test_targets(void **state)
{
    (void)state;
    assert_true(pool_target_is_fit(S("/s/tide/p/one?v=2")));
    assert_true(pool_target_is_fit(S("/")));
    assert_false(pool_target_is_fit(S("")));
    assert_false(pool_target_is_fit(S("//evil.example/")));
    assert_false(pool_target_is_fit(S("/\\evil.example")));
    assert_false(pool_target_is_fit(S("https://evil.example/")));
    assert_false(pool_target_is_fit(S("/l/abcdefgh")));
    assert_false(pool_target_is_fit(S("/a b")));
    assert_false(pool_target_is_fit(S("/\xff")));
    char longest[301];
    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    assert_true(pool_target_is_fit((str){longest, 300}));
    assert_false(pool_target_is_fit((str){longest, 301}));
    assert_false(pool_target_is_fit(S("/a\r\nSet-Cookie: x")));
}

/* The package's own examples: what it says of them must be found. */
static void test_crawlers_are_found(void **state)
{
    (void)state;
    json_error_t error;
    json_t *list =
        json_load_file("node_modules/crawler-user-agents/crawler-user-agents.json", 0, &error);
    assert_non_null(list);
    size_t all = 0, found = 0;
    const char *name;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *instances = json_object_get(json_array_get(list, i), "instances");
        for (size_t n = 0; n < json_array_size(instances); n++) {
            const char *agent = json_string_value(json_array_get(instances, n));
            bool is_found = pool_agent_find(str_c(agent), &name) != AGENT_PERSON;
            all++;
            found += is_found;
            if (!is_found)
                print_message("  missed: %s\n", agent);
        }
    }
    json_decref(list);
    print_message("crawlers: %zu of %zu examples found\n", found, all);
    assert_true(all > 1000);
    assert_true(found * 1000 >= all * 995);
}

static void test_people_are_people(void **state)
{
    static const char *const people[] = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/125.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/17.5 Safari/605.1.15",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0",
        "Mozilla/5.0 (Linux; Android 14; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) "
        "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148 Instagram 330.0.0.0 (iPhone15,2; iOS 17_5; en_US; en; scale=3.00; "
        "1179x2556; 600000000)",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A; wv) AppleWebKit/537.36 (KHTML, like "
        "Gecko) Version/4.0 Chrome/125.0.0.0 Mobile Safari/537.36 Instagram 330.0.0.0 Android "
        "(34/14; 420dpi; 1080x2205; Google/google; Pixel 8; shiba; shiba; en_US; 600000000)",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/460.0.0.0;FBDV/iPhone14,"
        "5;FBMD/iPhone;FBSN/iOS;FBSV/17.4]",
        "Mozilla/5.0 (Linux; Android 13; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
        "Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.47.2560(0x28002F30) "
        "Process/appbrand0 WeChat/arm64 Weixin NetType/WIFI Language/zh_CN",
        "Mozilla/5.0 (Linux; U; Android 12; zh-cn) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/100.0.4896.58 UCBrowser/15.4.8.1248 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 "
        "Mobile Safari/537.36 musical_ly_2023105010 BytedanceWebview/d8a21c6",
    };
    const char *name;
    (void)state;
    for (size_t i = 0; i < COUNT(people); i++)
        if (pool_agent_find(str_c(people[i]), &name) != AGENT_PERSON)
            fail_msg("taken for %s: %s", name, people[i]);
    assert_int_equal(pool_agent_find(S("WhatsApp/2.23.20.0 A"), &name), AGENT_PREVIEW);
    assert_int_equal(
        pool_agent_find(
            S("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"), &name),
        AGENT_PREVIEW);
    assert_int_equal(pool_agent_find(S("curl/8.5.0"), &name), AGENT_CRAWLER);
    assert_int_equal(pool_agent_find(S("SEMrushBot"), &name), AGENT_CRAWLER);
}

/* Real telephones, one user agent per line after "user_agent:"; the file is not part of the
 * repository. */
static void test_false_alarms(void **state)
{
    (void)state;
    const char *path = getenv("MILLPOND_TEST_PHONES");
    FILE *file = path == NULL ? NULL : fopen(path, "r");
    if (file == NULL)
        return;
    char line[2048];
    size_t all = 0, wrong = 0;
    const char *name;
    while (fgets(line, sizeof line, file) != NULL) {
        char *at = strstr(line, "user_agent: ");
        if (at == NULL)
            continue;
        all++;
        if (pool_agent_find(str_trim(str_c(at + 12)), &name) != AGENT_PERSON) {
            wrong++;
            print_message("  false alarm (%s): %s", name, at + 12);
        }
    }
    (void)fclose(file);
    print_message("people: %zu of %zu real telephones taken for crawlers\n", wrong, all);
    assert_true(wrong * 100 <= all);
}

static void test_networks(void **state)
{
    (void)state;
    arena_init(&a, 8u << 20);
    assert_null(pool_networks_load(&a, STR_NONE));
    assert_true(pool_network_is_hosting(S("88.198.7.7")));
    assert_true(pool_network_is_hosting(S("2a01:4f8:1::1")));
    assert_false(pool_network_is_hosting(S("84.30.1.2")));
    assert_false(pool_network_is_hosting(S("2a02:a450::1")));
    assert_false(pool_network_is_hosting(S("nonsense")));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),      cmocka_unit_test(test_facts_of_requests),
        cmocka_unit_test(test_more_facts_of_requests), cmocka_unit_test(test_facts_of_beacons),
        cmocka_unit_test(test_names),         cmocka_unit_test(test_keys_of_names),
        cmocka_unit_test(test_targets),       cmocka_unit_test(test_crawlers_are_found),
        cmocka_unit_test(test_people_are_people), cmocka_unit_test(test_false_alarms),
        cmocka_unit_test(test_networks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
