/* fetch against a server on loopback: what the operator trusts is asked, what a stranger names is
 * not; caps, deadline, redirects, headers. The canary sees 0 connections (C-34, C-35).
 */
#include "base/tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "sys/clock.h"
#include "sys/fetch.h"
#include "sys/tests/listener.h"

static struct listener server, other;

static void answer(int connection, const char *head, str body)
{
    char text[512];
    int len = snprintf(text, sizeof text, "%s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                       head, body.len);
    listener_write(connection, (str){text, (size_t)len});
    listener_write(connection, body);
}

static void redirect(int connection, int port, const char *path)
{
    char head[256];
    snprintf(head, sizeof head, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d%s", port,
             path);
    answer(connection, head, S(""));
}

static void serve(struct listener *l, int connection)
{
    static char much[30000];
    if (!listener_read_until(l, connection, 0, S("\r\n\r\n")))
        return;
    str seen = {l->seen, l->seen_len};
    if (str_starts(seen, S("POST /echo ")) && listener_read_until(l, connection, 0, S("END")))
        answer(connection,
               "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nX-One:  a \r\nx-two: b",
               S("made"));
    else if (str_starts(seen, S("GET /much ")))
        answer(connection, "HTTP/1.1 200 OK", (str){much, sizeof much});
    else if (str_starts(seen, S("GET /slow ")))
        listener_read_until(l, connection, l->seen_len, S("never"));
    else if (str_starts(seen, S("GET /here ")))
        redirect(connection, server.port, "/end");
    else if (str_starts(seen, S("GET /loop ")))
        redirect(connection, server.port, "/loop");
    else if (str_starts(seen, S("GET /away ")))
        redirect(connection, other.port, "/end");
    else if (str_starts(seen, S("GET /file ")))
        answer(connection, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd", S(""));
    else if (str_starts(seen, S("GET /headers "))) {
        listener_write(connection, S("HTTP/1.1 200 OK\r\n"));
        for (int i = 0; i < 3000; i++)
            listener_write(connection, S("X-Filler: 0123456789012345678901234567890123456789\r\n"));
        listener_write(connection, S("\r\n"));
    } else
        answer(connection, "HTTP/1.1 404 Not Found", S("none"));
}

static int start(void **state)
{
    (void)state;
    listener_start(&server, serve);
    listener_start(&other, serve);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    listener_stop(&server);
    listener_stop(&other);
    return 0;
}

static str url_of(const char *host, int port, const char *path)
{
    str url;
    assert_null(str_fmt(&a, &url, "http://%s:%d%s", host, port, path));
    return url;
}

static const struct err *get(const char *path, int redirects_max, struct fetch_response *ret)
{
    struct fetch_request request = {.url = url_of("127.0.0.1", server.port, path),
                                    .timeout_ms = 20000,
                                    .max_bytes = 30000,
                                    .redirects_max = redirects_max,
                                    .trusted = true};
    return fetch(&a, &request, ret);
}

static void asks_whom_the_operator_trusts(void **state)
{
    (void)state;
    static const struct fetch_header headers[] = {
        {STR_INIT("Authorization"), STR_INIT("Bearer x")},
        {STR_INIT("Content-Type"), STR_INIT("application/json")}};
    struct fetch_request request = {.method = "POST",
                                    .url = url_of("localhost", server.port, "/echo#part"),
                                    .headers = headers,
                                    .header_count = 2,
                                    .body = S("{\"a\":1}END"),
                                    .timeout_ms = 20000,
                                    .max_bytes = 100,
                                    .trusted = true};
    struct fetch_response r;
    assert_null(fetch(&a, &request, &r));
    assert_int_equal(r.status, 201);
    assert_str_equal(r.body, "made");
    assert_str_equal(r.content_type, "text/plain");
    assert_str_equal(fetch_header_of(&r, S("x-one")), "a");
    assert_true(str_is_absent(fetch_header_of(&r, S("x-three"))));
    str seen = {server.seen, server.seen_len};
    assert_true(str_find(seen, S("Authorization: Bearer x\r\n")) > 0 &&
                str_find(seen, S("{\"a\":1}END")) > 0);
    assert_null(get("/none", 0, &r));
    assert_int_equal(r.status, 404);
}

static void keeps_size_and_time(void **state)
{
    (void)state;
    struct fetch_response r;
    struct fetch_request request = {.url = url_of("127.0.0.1", server.port, "/much"),
                                    .timeout_ms = 20000,
                                    .max_bytes = 29999,
                                    .trusted = true};
    assert_null(get("/much", 0, &r));
    assert_int_equal(r.body.len, 30000);
    assert_string_equal(fetch(&a, &request, &r)->key, "fetch.too_big");
    assert_string_equal(get("/headers", 0, &r)->key, "fetch.too_big");
    request.url = url_of("127.0.0.1", server.port, "/slow");
    request.timeout_ms = 100;
    assert_string_equal(fetch(&a, &request, &r)->key, "fetch.unreachable");
}

static void checks_every_hop(void **state)
{
    (void)state;
    struct fetch_response r;
    assert_null(get("/here", 0, &r));
    assert_int_equal(r.status, 302);
    assert_null(get("/here", 1, &r));
    assert_true(r.status == 404 && str_ends(r.url, S("/end")));
    assert_string_equal(get("/loop", 3, &r)->key, "fetch.redirect");
    int before = atomic_load(&other.connections);
    assert_non_null(get("/away", 3, &r)); /* the trust is for the first origin only */
    assert_int_equal(atomic_load(&other.connections), before);
    assert_non_null(get("/file", 3, &r));
}

static void never_dials_what_a_stranger_names(void **state)
{
    (void)state;
    static const char *const hosts[] = {
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.01",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:0:0:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "127.0.0.1.",
        "1.1.1.1@127.0.0.1",
        "%31%32%37.0.0.1",
        "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1",
        "169.254.169.254",
        "10.0.0.1",
        "[fe80::1%25lo]",
        "127.0.0.1\\@1.1.1.1",
        "user:pass@localhost",
        "ⓛⓞcalhost",
    };
    struct fetch_response r;
    int before = atomic_load(&server.connections);
    for (size_t i = 0; i < COUNT(hosts); i++) {
        const int ports[] = {server.port, 80, 8080};
        for (size_t p = 0; p < COUNT(ports); p++) {
            struct fetch_request request = {
                .url = url_of(hosts[i], ports[p], "/"), .timeout_ms = 5000, .max_bytes = 100};
            const struct err *e = fetch(&a, &request, &r);
            if (e == NULL)
                fail_msg("%s was asked", hosts[i]);
            if (ports[p] == 80 && str_eq_nocase(str_c(hosts[i]), S("localhost")) &&
                strcmp(e->key, "fetch.address") != 0)
                fail_msg("%s: %s", hosts[i], e->key);
        }
    }
    assert_int_equal(atomic_load(&server.connections), before);
}

static void refuses_what_is_no_request(void **state)
{
    (void)state;
    static const char *const urls[] = {"",
                                       "file:///etc/passwd",
                                       "ftp://1.1.1.1/",
                                       "gopher://1.1.1.1/",
                                       "//1.1.1.1/",
                                       "http://",
                                       "http:///x",
                                       "javascript:alert(1)",
                                       "http://1.1.1.1:0/",
                                       "http://1.1.1.1:99999/",
                                       "http://1.1.1.1:22/",
                                       "http://a b/",
                                       "http://x/\r\nEvil: 1",
                                       "smtp://1.1.1.1/",
                                       "dict://1.1.1.1/",
                                       "http://u@1.1.1.1/"};
    static const struct fetch_header evil[] = {{STR_INIT("X"), STR_INIT("a\r\nEvil: 1")}};
    struct fetch_response r;
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct fetch_request request = {
            .url = str_c(urls[i]), .timeout_ms = 1000, .max_bytes = 100};
        const struct err *e = fetch(&a, &request, &r);
        if (e == NULL || strcmp(e->key, "fetch.url") != 0)
            fail_msg("%s: %s", urls[i], e == NULL ? "asked" : e->key);
    }
    struct fetch_request request = {.url = url_of("127.0.0.1", server.port, "/"),
                                    .headers = evil,
                                    .header_count = 1,
                                    .timeout_ms = 1000,
                                    .max_bytes = 100,
                                    .trusted = true};
    assert_string_equal(fetch(&a, &request, &r)->key, "fetch.header");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(asks_whom_the_operator_trusts),
        TEST(keeps_size_and_time),
        TEST(checks_every_hop),
        TEST(never_dials_what_a_stranger_names),
        TEST(refuses_what_is_no_request),
    };
    return cmocka_run_group_tests_name("fetch", tests, start, stop);
}
