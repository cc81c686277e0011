/* Mail: the bytes of a message, what is refused, and one delivery to a small server on loopback. */
#include "base/tests/unit.h"

#include <string.h>

#include "sys/smtp.h"
#include "sys/tests/listener.h"

static struct smtp_message sample(void)
{
    return (struct smtp_message){
        .from = S("shop@pond.example"),
        .from_name = S("Reef \"Tea\""),
        .to = S("an@mail.example"),
        .to_name = S("安"),
        .subject = S("Your order"),
        .text = S("Hello An,\nthank you = 谢谢. \n.\nBye"),
        .html = S("<p>Hello</p>"),
        .message_id = S("order-7@pond.example"),
    };
}

static void builds_a_message(void **state)
{
    (void)state;
    struct smtp_message m = sample();
    str text, again;
    static const str names[] = {STR_INIT("List-Unsubscribe")},
                     values[] = {STR_INIT("<https://pond.example/u>")};
    m.header_names = names;
    m.header_values = values;
    m.header_count = 1;
    m.reply_to = S("help@pond.example");
    assert_null(smtp_build(&a, &m, 784111777000, &text));
    assert_null(smtp_build(&a, &m, 784111777000, &again));
    assert_true(str_eq(text, again));
    assert_true(str_starts(text, S("Date: Sun, 06 Nov 1994 08:49:37 +0000\r\n"
                                   "From: \"Reef \\\"Tea\\\"\"\r\n <shop@pond.example>\r\n"
                                   "To: =?UTF-8?B?5a6J?=\r\n <an@mail.example>\r\n"
                                   "Reply-To: <help@pond.example>\r\n"
                                   "Message-ID: <order-7@pond.example>\r\n"
                                   "Subject: Your order\r\n"
                                   "List-Unsubscribe: <https://pond.example/u>\r\n"
                                   "MIME-Version: 1.0\r\n"
                                   "Content-Type: multipart/alternative; boundary=\"=_")));
    assert_true(
        str_find(text, S("Hello An,\r\nthank you =3D =E8=B0=A2=E8=B0=A2.=20\r\n.\r\nBye\r\n--=_")) >
        0);
    assert_true(str_find(text, S("Content-Type: text/html; charset=utf-8\r\n")) > 0 &&
                str_ends(text, S("--\r\n")));
    m.html = STR_NONE;
    assert_null(smtp_build(&a, &m, 0, &text));
    assert_true(str_find(text, S("multipart")) < 0);
}

static void long_texts_keep_to_the_line(void **state)
{
    (void)state;
    static char words[3 * 290], spaces[2000];
    struct smtp_message m = sample();
    str text;
    for (size_t i = 0; i < sizeof words; i += 3)
        memcpy(words + i, "茶", 3);
    memset(spaces, ' ', sizeof spaces);
    m.subject = (str){words, sizeof words};
    m.text = (str){words, sizeof words};
    m.html = (str){spaces, sizeof spaces};
    assert_null(smtp_build(&a, &m, 0, &text));
    for (str rest = text; !str_is_absent(rest);) {
        str line = str_cut(&rest, '\n');
        assert_true(line.len <= 79);
        assert_true(str_is_absent(rest) || str_ends(line, S("\r")));
        assert_true(!str_ends(line, S(" \r")));
    }
    m.subject = S("=?UTF-8?B?eA==?="); /* a text that looks encoded is encoded once more */
    assert_null(smtp_build(&a, &m, 0, &text));
    assert_true(str_find(text, S("Subject: =?UTF-8?B?PT9V")) > 0);
}

static void injections_are_refused(void **state)
{
    (void)state;
    static const char *const addresses[] = {"",
                                            "x",
                                            "@x",
                                            "x@",
                                            "a b@x.example",
                                            "a@b@c",
                                            "a@x.example>",
                                            "<a@x.example>",
                                            "a@x.example\r\nBcc: v@x.example",
                                            "a@x.example\nX",
                                            "a,b@x.example",
                                            "ä@x.example"};
    static const char *const texts[] = {"Hi\r\nBcc: v@x.example", "Hi\nX: y", "Hi\rX", "\x1b[0m",
                                        "\xff"};
    str text;
    for (size_t i = 0; i < COUNT(addresses); i++) {
        struct smtp_message m = sample();
        m.to = str_c(addresses[i]);
        assert_string_equal(smtp_build(&a, &m, 0, &text)->key, "mail.address");
        m = sample();
        m.from = str_c(addresses[i]);
        assert_string_equal(smtp_build(&a, &m, 0, &text)->key, "mail.address");
        m = sample();
        m.message_id = str_c(addresses[i]);
        assert_string_equal(smtp_build(&a, &m, 0, &text)->key, "mail.address");
    }
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct smtp_message m = sample();
        str name = S("X-Test"), value = str_c(texts[i]);
        m.subject = value;
        assert_string_equal(smtp_build(&a, &m, 0, &text)->key, "mail.header");
        m = sample();
        m.to_name = value;
        assert_string_equal(smtp_build(&a, &m, 0, &text)->key, "mail.header");
        m = sample();
        m.header_names = &name;
        m.header_values = &value;
        m.header_count = 1;
        assert_string_equal(smtp_build(&a, &m, 0, &text)->key, "mail.header");
        m.header_names = &value;
        m.header_values = &name;
        assert_string_equal(smtp_build(&a, &m, 0, &text)->key, "mail.header");
    }
}

static const char *answer_to_rcpt;

/* Just enough SMTP; keeps all that was said in `seen`. */
static void serve(struct listener *l, int connection)
{
    size_t at = 0;
    listener_write(connection, S("220 pond ESMTP\r\n"));
    while (listener_read_until(l, connection, at, S("\r\n"))) {
        str line = str_from((str){l->seen, l->seen_len}, at);
        at += (size_t)str_find(line, S("\r\n")) + 2;
        if (str_starts(line, S("RCPT")))
            listener_write(connection, str_c(answer_to_rcpt));
        else if (str_starts(line, S("DATA"))) {
            listener_write(connection, S("354 go on\r\n"));
            if (!listener_read_until(l, connection, at, S("\r\n.\r\n")))
                return;
            at = l->seen_len;
            listener_write(connection, S("250 kept\r\n"));
        } else if (str_starts(line, S("QUIT"))) {
            listener_write(connection, S("221 bye\r\n"));
            return;
        } else
            listener_write(connection, S("250 fine\r\n"));
    }
}

static void delivers_to_a_server(void **state)
{
    (void)state;
    struct listener l;
    struct smtp_message m = sample();
    listener_start(&l, serve);
    struct smtp_server server = {
        .host = S("127.0.0.1"), .port = l.port, .tls = SMTP_PLAIN, .timeout_ms = 20000};
    answer_to_rcpt = "250 fine\r\n";
    assert_null(smtp_send(&a, &server, &m, 0));
    str seen = {l.seen, l.seen_len};
    assert_true(str_starts(seen, S("EHLO pond.example\r\n")) &&
                str_find(seen, S("MAIL FROM:<shop@pond.example>")) > 0 &&
                str_find(seen, S("RCPT TO:<an@mail.example>")) > 0 &&
                str_find(seen, S("Subject: Your order\r\n")) > 0);
    assert_true(str_find(seen, S("\r\n..\r\nBye")) > 0); /* stuffed on the wire */
    answer_to_rcpt = "550 nobody here\r\n";
    assert_string_equal(smtp_send(&a, &server, &m, 0)->key, "mail.refused");
    answer_to_rcpt = "451 later\r\n";
    assert_string_equal(smtp_send(&a, &server, &m, 0)->key, "mail.unreachable");
    answer_to_rcpt = "250 fine\r\n";
    server.tls = SMTP_STARTTLS; /* the server offers none: nothing is sent in the clear */
    assert_string_equal(smtp_send(&a, &server, &m, 0)->key, "mail.unreachable");
    assert_true(str_find((str){l.seen, l.seen_len}, S("MAIL")) < 0);
    listener_stop(&l);
    server.tls = SMTP_PLAIN;
    assert_string_equal(smtp_send(&a, &server, &m, 0)->key, "mail.unreachable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(builds_a_message),
        TEST(long_texts_keep_to_the_line),
        TEST(injections_are_refused),
        TEST(delivers_to_a_server),
    };
    return cmocka_run_group_tests_name("smtp", tests, NULL, NULL);
}
