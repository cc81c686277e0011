/* Forms of all three kinds, the URL codec and cookies: what is read, what is refused, what is
 * limited. */
#include "base/tests/unit.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "http/form.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/test_form-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

/* Fails when a test left a file behind: it would be somebody's upload. */
static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static struct http_request request_of(struct arena *arena, const char *content_type, str body)
{
    static struct http_header header;
    header = (struct http_header){S("Content-Type"), str_c(content_type)};
    return (struct http_request){.arena = arena,
                                 .method = HTTP_POST,
                                 .headers = &header,
                                 .header_count = 1,
                                 .body = body,
                                 .body_bytes = (int64_t)body.len,
                                 .id = S("req-1"),
                                 .own_id = S("req-1"),
                                 .upload_dir = str_c(folder)};
}

static str value_of(const struct form *f, str name)
{
    str value;
    assert_null(form_get(&a, f, name, &value));
    return value;
}

static void decodes_and_encodes(void **state)
{
    (void)state;
    str text;
    struct strbuf sb;
    assert_null(url_decode(&a, S("a%20b+c%E6%B1%A0"), false, &text));
    assert_str_equal(text, "a b+c\xe6\xb1\xa0");
    assert_null(url_decode(&a, S("a+b"), true, &text));
    assert_str_equal(text, "a b");
    static const char *bad[] = {"%", "%1", "%zz", "%00", "%ff", "%c0%af", "%ed%a0%80", "a%2"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(url_decode(&a, str_c(bad[i]), false, &text)->kind, ERR_INVALID);
    strbuf_init(&sb, &a, 100);
    url_encode(&sb, S("a b/~\xe6\xb1\xa0"));
    assert_str_equal(strbuf_view(&sb), "a%20b%2F~%E6%B1%A0");
}

static void takes_only_plain_paths(void **state)
{
    (void)state;
    str path;
    assert_null(url_path_decode(&a, S("/a/%E6%B1%A0/"), &path));
    assert_str_equal(path, "/a/\xe6\xb1\xa0/");
    static const char *bad[] = {"",        "a",         "//a",    "/a//b",  "/.",
                                "/a/../b", "/%2e%2e/a", "/a%2fb", "/a%5cb", "/a\\b",
                                "/a%00",   "/a%0a",     "/%ff",   "/a/.."};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(url_path_decode(&a, str_c(bad[i]), &path)->kind, ERR_INVALID);
    assert_true(url_is_site_path(S("/orders?x=1")));
    static const char *foreign[] = {"//evil",       "/\\evil", "\\evil", "https:evil",
                                    "https://evil", "",        "/a\r\nb"};
    for (size_t i = 0; i < COUNT(foreign); i++)
        assert_false(url_is_site_path(str_c(foreign[i])));
}

static void reads_urlencoded(void **state)
{
    (void)state;
    struct form f;
    str *all, value;
    size_t count;
    assert_null(form_parse_urlencoded(&a, S("a=1&b=x+y&&c&d=%26&t=1&t=2"), &f));
    assert_int_equal(f.count, 6);
    assert_str_equal(value_of(&f, S("b")), "x y");
    assert_str_equal(value_of(&f, S("c")), "");
    assert_str_equal(value_of(&f, S("d")), "&");
    assert_true(str_is_absent(value_of(&f, S("z"))));
    assert_string_equal(form_get(&a, &f, S("t"), &value)->key, "error.repeated_field");
    assert_null(form_get_all(&a, &f, S("t"), &all, &count));
    assert_int_equal(count, 2);
    assert_str_equal(all[1], "2");
}

static void limits_urlencoded(void **state)
{
    (void)state;
    struct strbuf sb;
    struct form f;
    strbuf_init(&sb, &a, MiB(1));
    for (int i = 0; i < FORM_FIELDS_MAX; i++)
        strbuf_add(&sb, S("a=1&"));
    assert_null(form_parse_urlencoded(&a, strbuf_view(&sb), &f));
    strbuf_add(&sb, S("a=1&"));
    assert_int_equal(form_parse_urlencoded(&a, strbuf_view(&sb), &f)->kind, ERR_LIMIT);
    strbuf_clear(&sb);
    strbuf_add(&sb, S("a="));
    for (int i = 0; i < FORM_VALUE_BYTES_MAX; i++)
        strbuf_add_char(&sb, 'x');
    assert_null(form_parse_urlencoded(&a, strbuf_view(&sb), &f));
    strbuf_add_char(&sb, 'x');
    assert_int_equal(form_parse_urlencoded(&a, strbuf_view(&sb), &f)->kind, ERR_LIMIT);
}

static const char multipart_type[] = "multipart/form-data; boundary=\"b-1\"";
#define PART(head, body) "--b-1\r\nContent-Disposition: form-data; " head "\r\n\r\n" body "\r\n"

static void reads_multipart(void **state)
{
    (void)state;
    struct form f;
    char got[16] = "";
    str body = S(PART("name=\"text\"", "line\r\n--b-\r\n") PART("name=\"empty\"", "") PART(
        "name=\"photo\"; filename=\"C:\\\\dir\\\\cat \xe6\xb1\xa0.jpg\"\r\nContent-Type: "
        "image/jpeg",
        "\x00\xff\r\n--b\r\n") PART("name=\"none\"; filename=\"\"", "") "--b-1--\r\n");
    struct http_request rq = request_of(&a, multipart_type, body);
    assert_null(form_parse(&rq, &f));
    assert_int_equal(f.count, 4);
    assert_str_equal(value_of(&f, S("text")), "line\r\n--b-\r\n");
    assert_str_equal(value_of(&f, S("empty")), "");
    const struct form_field *photo = form_file(&f, S("photo"));
    assert_str_equal(photo->file_name, "cat \xe6\xb1\xa0.jpg");
    assert_str_equal(photo->file_type, "image/jpeg");
    assert_int_equal(photo->file_bytes, 9);
    assert_true(str_starts(photo->file_path, str_c(folder)));
    int fd = open(photo->file_path.ptr, O_RDONLY);
    assert_int_equal(read(fd, got, sizeof got), 9);
    assert_memory_equal(got, "\x00\xff\r\n--b\r\n", 9);
    (void)close(fd);
    assert_null(form_file(&f, S("none")));
    arena_reset(&a);
}

static str disguised(const char *file_name)
{
    str body;
    struct form f;
    assert_null(
        str_fmt(&a, &body,
                "--b-1\r\nContent-Disposition: form-data; name=\"p\"; filename=\"%s\"\r\n\r\n"
                "x\r\n--b-1--",
                file_name));
    struct http_request rq = request_of(&a, multipart_type, body);
    assert_null(form_parse(&rq, &f));
    assert_int_equal(f.fields[0].file_bytes, 1);
    return f.fields[0].file_name;
}

static void shows_no_deceiving_file_names(void **state)
{
    (void)state;
    char long_name[301];
    memset(long_name, 'x', 300);
    long_name[300] = '\0';
    const char *names[] = {"../", "a\xe2\x80\xaegpj.exe", "\xff", "\x01", long_name};
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_str_equal(disguised(names[i]), "");
        arena_reset(&a);
    }
    assert_str_equal(disguised("../../etc/passwd"), "passwd");
    arena_reset(&a);
}

static void refuses_broken_multipart(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        str body;
    } cases[] = {
        {multipart_type, STR_INIT("--b-1\r\n")},
        {multipart_type, STR_INIT("--b-1\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b-1--")},
        {multipart_type, STR_INIT("--b-1\r\nX: y\r\n\r\nx\r\n--b-1--")},
        {multipart_type,
         STR_INIT("--b-1\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b-1--")},
        {multipart_type, STR_INIT(PART("name=a", "x"))},
        {multipart_type, STR_INIT(PART("name=a", "x") "--b-1x")},
        {multipart_type, STR_INIT(PART("name=a", "\xff") "--b-1--")},
        {multipart_type, STR_INIT(PART("name=\"\xff\"", "x") "--b-1--")},
        {"multipart/form-data", STR_INIT("--b-1--")},
        {"multipart/form-data; boundary=", STR_INIT("--b-1--")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct form f;
        struct http_request rq = request_of(&a, cases[i].type, cases[i].body);
        const struct err *e = form_parse(&rq, &f);
        if (e == NULL || e->kind != ERR_INVALID)
            fail_msg("case %zu", i);
    }
}

/* The same parts whatever the sizes: from memory and from a file, across the window's edges. */
static void reads_large_files(void **state)
{
    (void)state;
    enum { BYTES = 200 * 1024 };
    struct strbuf sb;
    strbuf_init(&sb, &a, MiB(1));
    strbuf_add(&sb, S("--b-1\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n"));
    for (size_t i = 0; i < BYTES; i += 8)
        strbuf_add(&sb, S("\r\n--b-2x"));
    strbuf_add(&sb, S("\r\n--b-1--\r\n"));
    struct http_request rq = request_of(&a, multipart_type, strbuf_view(&sb));
    struct form f;
    assert_null(form_parse(&rq, &f));
    assert_int_equal(form_file(&f, S("f"))->file_bytes, BYTES);

    char path[96];
    (void)snprintf(path, sizeof path, "%s/body", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, rq.body.ptr, rq.body.len), rq.body.len);
    (void)close(fd);
    rq.body = STR_NONE;
    rq.body_path = str_c(path);
    rq.own_id = S("req-3");
    assert_null(form_parse(&rq, &f));
    assert_int_equal(form_file(&f, S("f"))->file_bytes, BYTES);
    (void)unlink(path);
    arena_reset(&a);
}

static void limits_multipart(void **state)
{
    (void)state;
    struct strbuf sb;
    struct form f;
    strbuf_init(&sb, &a, MiB(4));
    for (int i = 0; i < 10000; i++)
        strbuf_add(&sb, S(PART("name=a", "")));
    struct http_request rq = request_of(&a, multipart_type, strbuf_view(&sb));
    assert_int_equal(form_parse(&rq, &f)->kind, ERR_LIMIT);
    strbuf_clear(&sb);
    strbuf_add(&sb, S("--b-1\r\nX: "));
    for (int i = 0; i < 5000; i++)
        strbuf_add_char(&sb, 'x');
    rq = request_of(&a, multipart_type, strbuf_view(&sb));
    assert_int_equal(form_parse(&rq, &f)->kind, ERR_LIMIT);
}

static const struct err *parse_json(const char *text, struct form *ret)
{
    struct http_request rq = request_of(&a, "application/json; charset=utf-8", str_c(text));
    return form_parse(&rq, ret);
}

static void reads_json_as_a_form(void **state)
{
    (void)state;
    struct form f;
    assert_null(
        parse_json("{\"s\":\"\xe6\xb1\xa0\",\"i\":-42,\"t\":true,\"f\":false,\"n\":null,\"r\":1.5,"
                   "\"o\":{\"x\":[1,2]}}",
                   &f));
    assert_str_equal(value_of(&f, S("s")), "\xe6\xb1\xa0");
    assert_str_equal(value_of(&f, S("i")), "-42");
    assert_str_equal(value_of(&f, S("t")), "1");
    assert_str_equal(value_of(&f, S("f")), "");
    assert_true(str_is_absent(value_of(&f, S("n"))));
    assert_true(str_is_absent(value_of(&f, S("r"))));
    assert_int_equal(json_array_size(json_object_get(json_object_get(f.json, "o"), "x")), 2);
}

static void refuses_bad_json(void **state)
{
    (void)state;
    static const char *bad[] = {"{",
                                "[]", "1", "{\"a\":1,\"a\":2}", "{\"a\":\"\\u0000\"}",
                                "{\"a\":\"\xff\"}", "{} x", "{\"a\":99999999999999999999}",
                                "{'a':1}", "{\"a\":01}"};
    struct form f;
    for (size_t i = 0; i < COUNT(bad); i++)
        if (parse_json(bad[i], &f) == NULL)
            fail_msg("%s passes", bad[i]);
    for (int depth = 31; depth <= 100000; depth = depth == 31 ? 32 : 100000 + (depth == 100000)) {
        struct strbuf sb;
        strbuf_init(&sb, &a, MiB(1));
        strbuf_add(&sb, S("{\"a\":"));
        for (int i = 0; i < depth; i++)
            strbuf_add_char(&sb, '[');
        for (int i = 0; i < depth; i++)
            strbuf_add_char(&sb, ']');
        strbuf_add_char(&sb, '}');
        str text;
        assert_null(strbuf_finish(&sb, &text));
        assert_int_equal(parse_json(text.ptr, &f) == NULL, depth == 31);
    }
}

/* A million bytes of brackets are some fifty of values. */
static void bounds_the_memory_of_json(void **state)
{
    (void)state;
    struct arena small;
    struct strbuf sb;
    struct form f;
    strbuf_init(&sb, &a, MiB(1));
    strbuf_add(&sb, S("{\"a\":[[]"));
    for (int i = 0; i < 300000; i++)
        strbuf_add(&sb, S(",[]"));
    strbuf_add(&sb, S("]}"));
    arena_init(&small, MiB(16));
    struct http_request rq = request_of(&small, "application/json", strbuf_view(&sb));
    const struct err *e = form_parse(&rq, &f);
    assert_int_equal(e->kind, ERR_LIMIT);
    assert_string_equal(e->key, "error.form_too_large");
    assert_non_null(arena_alloc(&small, KiB(64))); /* there is room to say so */
    arena_done(&small);
    arena_reset(&a);
    assert_null(parse_json("{\"after\":\"it\"}", &f));
    assert_str_equal(value_of(&f, S("after")), "it");
}

static void knows_the_kinds_of_forms(void **state)
{
    (void)state;
    struct form f;
    struct http_request rq = request_of(&a, "text/plain", S("a=1"));
    assert_string_equal(form_parse(&rq, &f)->key, "error.bad_content_type");
    rq = request_of(&a, NULL, STR_NONE);
    assert_null(form_parse(&rq, &f));
    assert_int_equal(f.count, 0);
    rq.query = S("a=1&b=2&b=3");
    str value;
    assert_null(http_request_query(&rq, S("a"), &value));
    assert_str_equal(value, "1");
    assert_int_equal(http_request_query(&rq, S("b"), &value)->kind, ERR_INVALID);
}

static void finds_cookies(void **state)
{
    (void)state;
    str header = S("a=1; b=x=y;c=; d=\"q\"; e=a b; a=2");
    assert_str_equal(http_cookie_find(header, S("a")), "1");
    assert_str_equal(http_cookie_find(header, S("b")), "x=y");
    assert_str_equal(http_cookie_find(header, S("c")), "");
    assert_true(str_is_absent(http_cookie_find(header, S("d"))));
    assert_true(str_is_absent(http_cookie_find(header, S("e"))));
    assert_true(str_is_absent(http_cookie_find(header, S("z"))));
}

static const struct err *read_all_kinds(struct arena *arena)
{
    struct form f;
    str body = S(PART("name=\"text\"", "x") PART("name=f; filename=f", "x") "--b-1--\r\n");
    struct http_request rq = request_of(arena, multipart_type, body);
    TRY(form_parse(&rq, &f));
    TRY(form_parse_urlencoded(arena, S("a=1&b=2"), &f));
    rq = request_of(arena, "application/json", S("{\"a\":\"1\"}"));
    return form_parse(&rq, &f);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    unit_fault_loop(read_all_kinds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(decodes_and_encodes),       TEST(takes_only_plain_paths),
        TEST(reads_urlencoded),          TEST(limits_urlencoded),
        TEST(reads_multipart),           TEST(shows_no_deceiving_file_names),
        TEST(refuses_broken_multipart),  TEST(reads_large_files),
        TEST(limits_multipart),          TEST(reads_json_as_a_form),
        TEST(refuses_bad_json),          TEST(bounds_the_memory_of_json),
        TEST(knows_the_kinds_of_forms),
        TEST(finds_cookies),             TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("form", tests, make_folder, remove_folder);
}
