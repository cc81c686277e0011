/* The head guard: what two readers could understand differently is refused, the rest passes. */
#include "base/tests/unit.h"

#include <string.h>

#include "http/head_guard.h"

static int check(const char *head)
{
    struct head_facts facts;
    return head_guard_check(str_c(head), &facts);
}

#define GET "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"

static const struct {
    const char *head;
    int status;
} cases[] = {
    {GET "\r\n", 0},
    {"GET / HTTP/1.0\r\n\r\n", 0},
    {"GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 0},
    {POST "Content-Length: 5\r\n\r\n", 0},
    {POST "Transfer-Encoding: chunked\r\n\r\n", 0},
    {POST "transfer-encoding:  Chunked \r\n\r\n", 0},
    {GET "X: \xe6\xb1\xa0\ttab\r\n\r\n", 0},
    {GET "X:\r\n\r\n", 0},
    /* line ends */
    {"GET / HTTP/1.1\nHost: a\n\n", 400},
    {GET "X: 1\n\r\n", 400},
    {GET "X: 1\rY: 2\r\n\r\n", 400},
    {GET "X: 1\r\r\n\r\n", 400},
    {GET "\r\nrest", 400},
    {GET, 400},
    /* fields */
    {GET " X: folded\r\n\r\n", 400},
    {GET "X: a\r\n\tfolded\r\n\r\n", 400},
    {GET "X : 1\r\n\r\n", 400},
    {GET ": 1\r\n\r\n", 400},
    {GET "X\r\n\r\n", 400},
    {GET "X(: 1\r\n\r\n", 400},
    {GET "X: \x01\r\n\r\n", 400},
    {GET "X: \x7f\r\n\r\n", 400},
    /* Host */
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {GET "Host: a\r\n\r\n", 400},
    {GET "Host: b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
    /* framing */
    {POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
    {POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
    {POST "Content-Length: 5, 5\r\n\r\n", 400},
    {POST "Content-Length: +5\r\n\r\n", 400},
    {POST "Content-Length: -5\r\n\r\n", 400},
    {POST "Content-Length: 0x5\r\n\r\n", 400},
    {POST "Content-Length:\r\n\r\n", 400},
    {POST "Content-Length: 99999999999999999999\r\n\r\n", 400},
    {POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
    {POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {POST "Transfer-Encoding: xchunked\r\n\r\n", 400},
    {POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 400},
    {POST "Transfer-Encoding: chunked, identity\r\n\r\n", 400},
    {POST "Transfer-Encoding: identity\r\n\r\n", 400},
    {POST "Transfer-Encoding: \"chunked\"\r\n\r\n", 400},
    {POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {POST "Transfer-Encoding: \x0b" "chunked\r\n\r\n", 400},
    {"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    /* request line */
    {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /#f HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /\r\nHost: a\r\n\r\n", 400},
    {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
    {"GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
    {"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
    {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405},
    {"MADEUP / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
    {"get / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
};

static void refuses_what_is_ambiguous(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (check(cases[i].head) != cases[i].status)
            fail_msg("%d instead of %d for %s", check(cases[i].head), cases[i].status,
                     cases[i].head);
    struct head_facts facts;
    assert_int_equal(head_guard_check(S("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"), &facts),
                     400);
}

static void says_how_the_body_is_framed(void **state)
{
    (void)state;
    struct head_facts facts;
    str head = S("POST / HTTP/1.1\r\nhOST: a.example:80\r\nContent-Length: 42\r\n"
                 "Expect: 100-continue\r\n\r\n");
    assert_int_equal(head_guard_check(head, &facts), 0);
    assert_int_equal(facts.content_length, 42);
    assert_false(facts.is_chunked);
    assert_int_equal(facts.minor, 1);
    assert_true(str_eq(facts.host, S("a.example:80")));
    assert_true(str_eq(facts.expect, S("100-continue")));
    assert_int_equal(head_guard_check(S(GET "\r\n"), &facts), 0);
    assert_int_equal(facts.content_length, -1);
}

static void counts_fields_and_bytes(void **state)
{
    (void)state;
    static char head[HEAD_BYTES_MAX * 2];
    struct head_facts facts;
    for (int fields = 99; fields <= 100; fields++) {
        size_t len = 0;
        len += (size_t)snprintf(head, sizeof head, GET);
        for (int i = 0; i < fields; i++)
            len += (size_t)snprintf(head + len, sizeof head - len, "X: %d\r\n", i);
        len += (size_t)snprintf(head + len, sizeof head - len, "\r\n");
        assert_int_equal(head_guard_check((str){head, len}, &facts), fields == 99 ? 0 : 431);
    }
    memset(head, 'A', sizeof head);
    assert_int_equal(head_guard_find_end((str){head, 8000}, 0), 0);
    assert_int_equal(head_guard_find_end((str){head, HEAD_TARGET_BYTES_MAX + 100}, 0), -414);
    memcpy(head, GET, strlen(GET));
    assert_int_equal(head_guard_find_end((str){head, HEAD_BYTES_MAX - 1}, 0), 0);
    assert_int_equal(head_guard_find_end((str){head, HEAD_BYTES_MAX}, 0), -431);
}

/* However the bytes arrive, the end is found once and at the same place. */
static void finds_the_end_in_pieces(void **state)
{
    (void)state;
    str head = S(GET "X: 1\r\n\r\nGET");
    for (size_t first = 0; first <= head.len; first++) {
        int end = head_guard_find_end(str_sub(head, 0, first), 0);
        if (end == 0)
            end = head_guard_find_end(head, first);
        assert_int_equal(end, (int)head.len - 3);
    }
    assert_int_equal(head_guard_find_end(S("GET / HTTP/1.1\n"), 0), -400);
    assert_int_equal(head_guard_find_end(S("\x16\x03\x01"), 0), -400);
    assert_int_equal(head_guard_find_end(S("\n"), 0), -400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_ambiguous),
        cmocka_unit_test(says_how_the_body_is_framed),
        cmocka_unit_test(counts_fields_and_bytes),
        cmocka_unit_test(finds_the_end_in_pieces),
    };
    return cmocka_run_group_tests_name("head_guard", tests, NULL, NULL);
}
