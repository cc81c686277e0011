/* Requests through http_loopback: what the application sees, and what is written back. */
#include "base/tests/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "http/address.h"
#include "http/server.h"

/* What the handler does is the test's to say. */
static void (*behave)(const struct http_request *rq, struct http_response *rs);
static struct http_admission admission;

static struct http_admission admit(void *self, const struct http_request *head)
{
    (void)self;
    (void)head;
    return admission;
}

static void handle(void *self, const struct http_request *rq, struct http_response *rs, void *route)
{
    (void)self;
    (void)route;
    behave(rq, rs);
}

static void refuse(void *self, const struct http_request *head, int status,
                   struct http_response *rs)
{
    (void)self;
    http_response_body(rs, status, "text/plain", head == NULL ? S("no head") : S("refused"));
}

static str run(str raw)
{
    static const struct http_app app = {.admit = admit, .handle = handle, .refuse = refuse};
    str answer;
    assert_null(http_loopback(&a, &app, raw, &answer));
    return answer;
}

static bool has(str answer, const char *line)
{
    return str_find(answer, str_c(line)) >= 0;
}

static int status_of(str answer)
{
    int64_t status = 0;
    assert_true(str_starts(answer, S("HTTP/1.1 ")));
    assert_true(str_to_int(str_sub(answer, 9, 3), &status));
    return (int)status;
}

static str body_of(str answer)
{
    ptrdiff_t end = str_find(answer, S("\r\n\r\n"));
    assert_true(end > 0);
    return str_from(answer, (size_t)end + 4);
}

static void show(const struct http_request *rq, struct http_response *rs)
{
    str text;
    assert_null(str_fmt(rq->arena, &text, "%.*s|%.*s|%.*s|%.*s|%.*s",
                        STR_ARG(http_method_name(rq->method)), STR_ARG(rq->path),
                        STR_ARG(rq->query), STR_ARG(rq->body), STR_ARG(rq->client_ip)));
    http_response_body(rs, 200, "text/plain", text);
}

static void passes_requests(void **state)
{
    (void)state;
    behave = show;
    admission = (struct http_admission){.body_max = 10};
    assert_str_equal(body_of(run(S("GET /a%20b?q=1&r HTTP/1.1\r\nHost: h\r\n\r\n"))),
                     "GET|/a b|q=1&r||127.0.0.1");
    assert_str_equal(body_of(run(S("GET http://H/x HTTP/1.1\r\nHost: h\r\n\r\n"))),
                     "GET|/x|||127.0.0.1");
    assert_str_equal(body_of(run(S("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"))),
                     "OPTIONS|*|||127.0.0.1");
    assert_str_equal(body_of(run(S("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"))),
                     "PUT|/||hi|127.0.0.1");
    assert_str_equal(
        body_of(run(S("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "2;x=y\r\nhi\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n"))),
        "POST|/||hi!|127.0.0.1");
    assert_str_equal(
        body_of(run(S("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"))),
        "GET|/|||127.0.0.1");
}

static void show_upgrade(const struct http_request *rq, struct http_response *rs)
{
    bool is_there = !str_is_absent(http_request_header(rq, S("UPGRADE")));
    http_response_body(rs, 200, NULL, is_there ? S("there") : S("dropped"));
}

static void refuses_before_the_body(void **state)
{
    (void)state;
    static const struct {
        str raw;
        int status;
    } cases[] = {
        {STR_INIT("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1073741824\r\n\r\n"), 413},
        {STR_INIT(
             "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
             "chunked\r\n\r\nb\r\n12345678901\r\n"),
         413},
        {STR_INIT("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"), 400},
        {STR_INIT("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 200-ok\r\n\r\n12345"),
         417},
        {STR_INIT("GET /../x HTTP/1.1\r\nHost: h\r\n\r\n"), 400},
        {STR_INIT("GET http://other/x HTTP/1.1\r\nHost: h\r\n\r\n"), 400},
        {STR_INIT("GET * HTTP/1.1\r\nHost: h\r\n\r\n"), 400},
        {STR_INIT("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n"), 405},
        {STR_INIT("GET / HTTP/1.1\r\n\r\n"), 400},
    };
    behave = show;
    admission = (struct http_admission){.body_max = 10};
    for (size_t i = 0; i < COUNT(cases); i++) {
        str answer = run(cases[i].raw);
        if (status_of(answer) != cases[i].status)
            fail_msg("%d for %.*s", status_of(answer), STR_ARG(cases[i].raw));
        assert_true(has(answer, "Connection: close\r\n"));
    }
    behave = show_upgrade;
    str upgrade =
        S("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    assert_str_equal(body_of(run(upgrade)), "dropped");
}

static void refusals_say_what_to_do(void **state)
{
    (void)state;
    behave = show;
    admission = (struct http_admission){.status = 429, .retry_after_s = 30};
    str answer = run(S("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    assert_int_equal(status_of(answer), 429);
    assert_true(has(answer, "Retry-After: 30\r\n"));
    assert_false(has(answer, "Connection: close"));
    admission = (struct http_admission){.status = 405};
    assert_true(has(run(S("GET / HTTP/1.1\r\nHost: h\r\n\r\n")), "Allow: GET"));
}

static void every_answer_is_guarded(void **state)
{
    (void)state;
    static const char *wanted[] = {
        "X-Content-Type-Options: nosniff\r\n",
        ("Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self'; "
         "img-src 'self' data: blob:; "
         "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'\r\n"),
        "Referrer-Policy: strict-origin-when-cross-origin\r\n",
        "Cross-Origin-Opener-Policy: same-origin\r\n",
        "Cache-Control: no-store\r\n",
    };
    behave = show;
    admission = (struct http_admission){0};
    str answers[] = {run(S("GET / HTTP/1.1\r\nHost: h\r\n\r\n")), run(S("nonsense")),
                     run(S("POST / HTTP/1.1\r\nHost: h\r\n\r\n"))};
    for (size_t i = 0; i < COUNT(answers); i++)
        for (size_t w = 0; w < COUNT(wanted); w++)
            assert_true(has(answers[i], wanted[w]));
    assert_false(has(answers[0], "Strict-Transport-Security"));
}

static void send_page(const struct http_request *rq, struct http_response *rs)
{
    struct strbuf sb;
    strbuf_init(&sb, rq->arena, KiB(8));
    for (int i = 0; i < 500; i++)
        strbuf_add(&sb, S("pond "));
    assert_null(http_response_header(rs, S("ETag"), S("\"v1\"")));
    rs->cache_control = "no-cache";
    http_response_body(rs, 200, "text/html; charset=utf-8", strbuf_view(&sb));
}

static void compresses_when_asked(void **state)
{
    (void)state;
    behave = send_page;
    admission = (struct http_admission){0};
    str plain = run(S("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    str packed = run(S("GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: br, gzip;q=0.5\r\n\r\n"));
    str refused = run(S("GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip;q=0.0\r\n\r\n"));
    assert_true(has(plain, "Content-Length: 2500\r\n"));
    assert_true(has(plain, "Vary: Accept-Encoding\r\n"));
    assert_true(has(plain, "ETag: \"v1\"\r\n"));
    assert_true(has(packed, "Content-Encoding: gzip\r\n"));
    assert_true(has(packed, "ETag: W/\"v1\"\r\n"));
    assert_true(body_of(packed).len < 200);
    assert_false(has(refused, "Content-Encoding"));
}

static void answers_conditionally(void **state)
{
    (void)state;
    behave = send_page;
    admission = (struct http_admission){0};
    static const str same[] = {STR_INIT("\"v1\""), STR_INIT("W/\"v1\""), STR_INIT("\"v0\", \"v1\""),
                               STR_INIT("*")};
    for (size_t i = 0; i < COUNT(same); i++) {
        str raw;
        assert_null(str_fmt(&a, &raw, "GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: %.*s\r\n\r\n",
                            STR_ARG(same[i])));
        str answer = run(raw);
        assert_int_equal(status_of(answer), 304);
        assert_int_equal(body_of(answer).len, 0);
        assert_false(has(answer, "Content-Length"));
        assert_true(has(answer, "ETag: \"v1\""));
    }
    assert_int_equal(
        status_of(run(S("GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"v2\"\r\n\r\n"))), 200);
    str head = run(S("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"));
    assert_true(has(head, "Content-Length: 2500\r\n"));
    assert_int_equal(body_of(head).len, 0);
}

static void try_headers(const struct http_request *rq, struct http_response *rs)
{
    (void)rq;
    struct http_cookie cookie = {
        .name = S("s"), .value = S("v"), .http_only = true, .secure = true, .max_age_s = 60};
    struct http_cookie bad = {.name = S("s"), .value = S("v; Domain=evil")};
    assert_null(http_response_cookie(rs, &cookie));
    assert_int_equal(http_response_cookie(rs, &bad)->kind, ERR_BUG);
    assert_int_equal(http_response_header(rs, S("X"), S("a\r\nSet-Cookie: b"))->kind, ERR_INVALID);
    assert_int_equal(http_response_header(rs, S("X\r\n"), S("a"))->kind, ERR_BUG);
    assert_int_equal(http_response_redirect(rs, S("//evil"))->kind, ERR_INVALID);
    assert_int_equal(http_response_redirect(rs, S("https:evil"))->kind, ERR_INVALID);
    assert_null(http_response_redirect(rs, S("/p/\xe6\xb1\xa0?a=b c")));
}

static void headers_carry_no_lines(void **state)
{
    (void)state;
    behave = try_headers;
    admission = (struct http_admission){0};
    str answer = run(S("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    assert_int_equal(status_of(answer), 303);
    assert_true(has(answer, "Location: /p/%E6%B1%A0?a=b%20c\r\n"));
    assert_true(
        has(answer, "Set-Cookie: s=v; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax\r\n"));
}

static void send_too_much(const struct http_request *rq, struct http_response *rs)
{
    (void)rq;
    while (arena_alloc(rs->arena, 4096) != NULL)
        continue;
    while (arena_alloc(rs->arena, 16) != NULL)
        continue;
    http_response_body(rs, 200, "text/plain", S("never seen"));
}

static void a_full_arena_is_an_error_of_ours(void **state)
{
    (void)state;
    behave = send_too_much;
    admission = (struct http_admission){0};
    str answer = run(S("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    assert_int_equal(answer.len, 0); /* nothing half-written: the connection is closed */
}

static void believes_only_listed_proxies(void **state)
{
    (void)state;
    struct address_range proxies[2];
    struct address address;
    str text;
    assert_null(address_range_parse(&a, S("10.0.0.0/8"), &proxies[0]));
    assert_null(address_range_parse(&a, S("fd00::/8"), &proxies[1]));
    static const char *bad[] = {"10.0.0.0/33", "x", "10.0.0.0/", "::/129", "", "10.0.0.0/-1"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct address_range range;
        assert_int_equal(address_range_parse(&a, str_c(bad[i]), &range)->kind, ERR_INVALID);
    }
    assert_true(
        address_walk_forwarded(S("6.6.6.6, 1.2.3.4 , 10.1.1.1, fd00::1"), proxies, 2, &address));
    assert_null(address_format(&a, &address, &text));
    assert_str_equal(text, "1.2.3.4");
    assert_true(address_parse(S("10.9.9.9"), &address));
    assert_false(address_walk_forwarded(S("6.6.6.6, unknown"), proxies, 2, &address));
    assert_null(address_format(&a, &address, &text));
    assert_str_equal(text, "10.9.9.9");
    assert_true(address_parse(S("11.0.0.1"), &address));
    assert_false(address_in(&address, proxies, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(passes_requests),           TEST(refuses_before_the_body),
        TEST(refusals_say_what_to_do),   TEST(every_answer_is_guarded),
        TEST(compresses_when_asked),     TEST(answers_conditionally),
        TEST(headers_carry_no_lines),    TEST(a_full_arena_is_an_error_of_ours),
        TEST(believes_only_listed_proxies),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
