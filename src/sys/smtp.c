#include "sys/smtp.h"

#include <curl/curl.h>
#include <string.h>

#include "base/base64.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "sys/crypto.h"

enum {
    MESSAGE_MAX = 2 * 1024 * 1024,
    HEADER_VALUE_MAX = 900,
    ADDRESS_MAX = 254,
    WORD_BYTES = 39,
    LINE_CHARS = 75
};

static const struct err *bad_header(struct arena *a, const char *name)
{
    return ERR(a, ERR_INVALID, "mail.header", "control characters or too long: %s", name);
}

static bool is_printable_ascii(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < ' ' || s.ptr[i] > '~')
            return false;
    return true;
}

static const struct err *check_address(struct arena *a, str address)
{
    ptrdiff_t at = str_find_char(address, '@');
    bool valid = at > 0 && (size_t)at < address.len - 1 && address.len <= ADDRESS_MAX &&
                 is_printable_ascii(address) && str_rfind_char(address, '@') == at;
    for (size_t i = 0; valid && i < address.len; i++)
        valid = strchr(" <>()[]\\,;:\"", address.ptr[i]) == NULL;
    return valid ? NULL : ERR(a, ERR_INVALID, "mail.address", "not a plain address");
}

/* RFC 2047: "=?UTF-8?B?...?=" words of at most 75 characters, cut between code points, on lines of
 * their own. */
static const struct err *add_encoded_words(struct arena *a, struct strbuf *sb, str text)
{
    for (bool first = true; text.len > 0; first = false) {
        str piece = utf8_cut_bytes(text, WORD_BYTES), word;
        TRY(base64_encode(a, piece, &word));
        strbuf_addf(sb, "%s=?UTF-8?B?%.*s?=", first ? "" : "\r\n ", STR_ARG(word));
        text = str_from(text, piece.len);
    }
    return NULL;
}

/* Unstructured text: as it is when short printable ASCII that cannot be taken for an encoded word.
 */
static const struct err *add_text_header(struct arena *a, struct strbuf *sb, const char *name,
                                         str text)
{
    if (!utf8_is_title(text) || text.len > HEADER_VALUE_MAX)
        return bad_header(a, name);
    strbuf_addf(sb, "%s: ", name);
    if (is_printable_ascii(text) && str_find(text, S("=?")) < 0)
        strbuf_add(sb, text);
    else
        TRY(add_encoded_words(a, sb, text));
    strbuf_add(sb, S("\r\n"));
    return NULL;
}

static const struct err *add_address_header(struct arena *a, struct strbuf *sb, const char *name,
                                            str address, str label)
{
    TRY(check_address(a, address));
    if (!utf8_is_title(label) || label.len > HEADER_VALUE_MAX)
        return bad_header(a, name);
    strbuf_addf(sb, "%s: ", name);
    if (label.len > 0 && is_printable_ascii(label) && str_find(label, S("=?")) < 0) {
        strbuf_add_char(sb, '"');
        for (size_t i = 0; i < label.len; i++) {
            if (label.ptr[i] == '"' || label.ptr[i] == '\\')
                strbuf_add_char(sb, '\\');
            strbuf_add_char(sb, label.ptr[i]);
        }
        strbuf_add(sb, S("\"\r\n "));
    } else if (label.len > 0) {
        TRY(add_encoded_words(a, sb, label));
        strbuf_add(sb, S("\r\n "));
    }
    strbuf_addf(sb, "<%.*s>\r\n", STR_ARG(address));
    return NULL;
}

/* Quoted-printable, RFC 2045 6.7: line breaks become CR LF, blanks at a line's end are encoded. */
static void add_quoted_printable(struct strbuf *sb, str text)
{
    size_t column = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool before_break = i + 1 == text.len || text.ptr[i + 1] == '\n' || text.ptr[i + 1] == '\r';
        if (c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n')
            continue;
        if (c == '\n') {
            strbuf_add(sb, S("\r\n"));
            column = 0;
            continue;
        }
        bool plain = (c > ' ' && c <= '~' && c != '=') ||
                     ((c == ' ' || c == '\t') && !before_break);
        size_t width = plain ? 1 : 3;
        if (column + width > LINE_CHARS) {
            strbuf_add(sb, S("=\r\n"));
            column = 0;
        }
        if (plain)
            strbuf_add_char(sb, (char)c);
        else
            strbuf_addf(sb, "=%02X", c);
        column += width;
    }
    strbuf_add(sb, S("\r\n"));
}

static void add_part(struct strbuf *sb, const char *type, str text)
{
    strbuf_addf(
        sb,
        "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
        type);
    add_quoted_printable(sb, text);
}

static const struct err *add_extra_headers(struct arena *a, struct strbuf *sb,
                                           const struct smtp_message *m)
{
    for (size_t i = 0; i < m->header_count; i++) {
        str name = m->header_names[i], value = m->header_values[i];
        bool valid = name.len > 0 && name.len < 64 && value.len <= HEADER_VALUE_MAX &&
                     is_printable_ascii(value);
        for (size_t n = 0; valid && n < name.len; n++)
            valid = name.ptr[n] == '-' || (name.ptr[n] >= '0' && name.ptr[n] <= '9') ||
                    ((name.ptr[n] | 32) >= 'a' && (name.ptr[n] | 32) <= 'z');
        if (!valid)
            return bad_header(a, "an extra one");
        strbuf_addf(sb, "%.*s: %.*s\r\n", STR_ARG(name), STR_ARG(value));
    }
    return NULL;
}

static const struct err *add_body(struct arena *a, struct strbuf *sb, const struct smtp_message *m)
{
    struct digest digest = crypto_sha256(m->message_id);
    str boundary;
    if (str_is_absent(m->html)) {
        add_part(sb, "text/plain", m->text);
        return NULL;
    }
    /* "=_" cannot occur in quoted-printable, so no text contains the boundary. */
    TRY(hex_encode(a, str_sub(digest_str(&digest), 0, 12), &boundary));
    strbuf_addf(sb, "Content-Type: multipart/alternative; boundary=\"=_%s\"\r\n\r\n--=_%s\r\n",
                boundary.ptr, boundary.ptr);
    add_part(sb, "text/plain", m->text);
    strbuf_addf(sb, "--=_%s\r\n", boundary.ptr);
    add_part(sb, "text/html", m->html);
    strbuf_addf(sb, "--=_%s--\r\n", boundary.ptr);
    return NULL;
}

const struct err *smtp_build(struct arena *a, const struct smtp_message *m, int64_t now_ms,
                             str *ret)
{
    struct strbuf sb;
    struct time_text date = time_format_mail(now_ms);
    strbuf_init(&sb, a, MESSAGE_MAX);
    strbuf_addf(&sb, "Date: %s\r\n", date.text);
    TRY(add_address_header(a, &sb, "From", m->from, m->from_name));
    TRY(add_address_header(a, &sb, "To", m->to, m->to_name));
    if (!str_is_empty(m->reply_to))
        TRY(add_address_header(a, &sb, "Reply-To", m->reply_to, STR_NONE));
    TRY(check_address(a, m->message_id));
    strbuf_addf(&sb, "Message-ID: <%.*s>\r\n", STR_ARG(m->message_id));
    TRY(add_text_header(a, &sb, "Subject", m->subject));
    TRY(add_extra_headers(a, &sb, m));
    strbuf_add(&sb, S("MIME-Version: 1.0\r\n"));
    TRY(add_body(a, &sb, m));
    return strbuf_finish(&sb, ret);
}

static size_t give_message(char *bytes, size_t one, size_t count, void *self)
{
    str *rest = self;
    str part = str_sub(*rest, 0, one * count);
    if (part.len > 0)
        memcpy(bytes, part.ptr, part.len);
    *rest = str_from(*rest, part.len);
    return part.len;
}

struct envelope {
    const char *url, *from, *user, *password;
    struct curl_slist *to;
};

static const struct err *make_envelope(struct arena *a, const struct smtp_server *server,
                                       const struct smtp_message *m, struct envelope *ret)
{
    str url, from, domain = m->from;
    str_cut(&domain, '@'); /* what we call ourselves in EHLO */
    TRY(str_fmt(a, &url, "%s://%.*s:%d/%.*s", server->tls == SMTP_TLS ? "smtps" : "smtp",
                STR_ARG(server->host), server->port, STR_ARG(domain)));
    TRY(str_fmt(a, &from, "<%.*s>", STR_ARG(m->from)));
    TRY(str_to_c(a, server->user, &ret->user));
    TRY(str_to_c(a, secret_reveal(server->password), &ret->password));
    ret->url = url.ptr;
    ret->from = from.ptr;
    str to;
    TRY(str_fmt(a, &to, "<%.*s>", STR_ARG(m->to)));
    ret->to = curl_slist_append(NULL, to.ptr);
    return ret->to == NULL ? &err_out_of_memory : NULL;
}

static void set_server(CURL *curl, const struct smtp_server *server,
                       const struct envelope *envelope)
{
    curl_easy_setopt(curl, CURLOPT_URL, envelope->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)server->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     (long)(server->tls == SMTP_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (!str_is_empty(server->user)) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, envelope->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, envelope->password);
    }
}

static const struct err *perform(struct arena *a, CURL *curl)
{
    long answer = 0;
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    if (code == CURLE_OK)
        return NULL;
    if (answer >= 500 && answer < 600)
        return ERR(a, ERR_INVALID, "mail.refused", "server says %ld: %s", answer,
                   curl_easy_strerror(code));
    return ERR(a, ERR_UNAVAILABLE, "mail.unreachable", "%s (last answer %ld)",
               curl_easy_strerror(code), answer);
}

static const struct err *transfer(struct arena *a, CURL *curl, const struct smtp_server *server,
                                  const struct envelope *envelope, str message)
{
    set_server(curl, server, envelope);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, envelope->from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, envelope->to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_message);
    curl_easy_setopt(curl, CURLOPT_READDATA, &message);
    return perform(a, curl);
}

const struct err *smtp_send(struct arena *a, const struct smtp_server *server,
                            const struct smtp_message *m, int64_t now_ms)
{
    struct envelope envelope = {0};
    str message;
    ASSERT(server->timeout_ms > 0 && server->tls != SMTP_TLS_UNSET);
    TRY(smtp_build(a, m, now_ms, &message));
    TRY(make_envelope(a, server, m, &envelope));
    CURL *curl = curl_easy_init();
    const struct err *e = curl == NULL ? &err_out_of_memory
                                       : transfer(a, curl, server, &envelope, message);
    curl_easy_cleanup(curl);
    curl_slist_free_all(envelope.to);
    return e;
}

const struct err *smtp_check(struct arena *a, const struct smtp_server *server)
{
    struct envelope envelope = {0};
    const struct smtp_message nobody = {.from = S("doctor@localhost"), .to = S("doctor@localhost")};
    TRY(make_envelope(a, server, &nobody, &envelope));
    CURL *curl = curl_easy_init();
    const struct err *e = curl == NULL ? &err_out_of_memory : NULL;
    if (e == NULL) {
        set_server(curl, server, &envelope);
        curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
        e = perform(a, curl);
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(envelope.to);
    return e;
}
