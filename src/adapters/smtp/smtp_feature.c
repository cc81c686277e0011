/* The mail port over SMTP. Reads its settings for each mail, so a change needs no restart. */
#include "core/feature.h"
#include "core/ports/mail_port.h"
#include "core/setting.h"
#include "sys/smtp.h"

enum { SEND_TIMEOUT_MS = 30000, LOOK_TIMEOUT_MS = 8000 };

static const struct setting_def settings[] = {
    {"smtp.url", SETTING_SERVER, SETTING_TEXT, NULL, 0, 300, false,
     "mail server: smtp://, smtp+starttls:// or smtps://host:port"},
    {"smtp.user", SETTING_SERVER, SETTING_TEXT, NULL, 0, 200, false,
     "user of the mail server; empty: no login"},
    {"smtp.password", SETTING_SERVER, SETTING_SECRET, NULL, 0, 200, false, "its password"},
    {"smtp.from", SETTING_SERVER, SETTING_TEXT, "shop@localhost.localdomain", 0, 254, false,
     "sender's address of all mails"},
    {"smtp.dkim_selector", SETTING_SERVER, SETTING_TEXT, NULL, 0, 63, false,
     "selector under which the mail server signs; only `doctor` asks"},
};

static const struct {
    const char *prefix;
    enum smtp_tls tls;
    int port;
} schemes[] = {
    {"smtp://", SMTP_PLAIN, 25},
    {"smtp+starttls://", SMTP_STARTTLS, 587},
    {"smtps://", SMTP_TLS, 465},
};

static const struct err *parse_url(struct arena *a, str url, struct smtp_server *ret)
{
    for (size_t i = 0; i < COUNT(schemes); i++) {
        str prefix = str_c(schemes[i].prefix);
        if (!str_starts(url, prefix))
            continue;
        str rest = str_from(url, prefix.len);
        ptrdiff_t colon = str_rfind_char(rest, ':');
        uint64_t port = (uint64_t)schemes[i].port;
        if (colon >= 0 && !str_to_uint(str_from(rest, (size_t)colon + 1), 65535, &port))
            break;
        ret->host = colon >= 0 ? str_sub(rest, 0, (size_t)colon) : rest;
        ret->port = (int)port;
        ret->tls = schemes[i].tls;
        if (!str_is_empty(ret->host) && port > 0)
            return NULL;
    }
    return ERR(a, ERR_UNAVAILABLE, "smtp.bad_url", "smtp.url is no smtp://host:port");
}

static const struct err *read_settings(struct platform *p, struct arena *a, struct tx *tx,
                                       str *ret_url, struct smtp_server *ret, str *ret_from)
{
    struct shop_id server = {0};
    str password;
    TRY(setting_text(tx, a, p, server, "smtp.url", ret_url));
    TRY(setting_text(tx, a, p, server, "smtp.user", &ret->user));
    TRY(setting_text(tx, a, p, server, "smtp.password", &password));
    TRY(setting_text(tx, a, p, server, "smtp.from", ret_from));
    ret->password = secret_of(password);
    ret->timeout_ms = SEND_TIMEOUT_MS;
    return NULL;
}

static const struct err *ready(struct platform *p, struct arena *a, bool *ret)
{
    struct tx *tx;
    str url = STR_NONE;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = setting_text(tx, a, p, (struct shop_id){0}, "smtp.url", &url);
    db_read_end(tx);
    *ret = !str_is_empty(url);
    return e;
}

static const struct err *send(struct platform *p, struct arena *a, const struct mail *m)
{
    struct smtp_server server = {0};
    struct tx *tx;
    str url, from;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = read_settings(p, a, tx, &url, &server, &from);
    db_read_end(tx);
    TRY(e);
    if (str_is_empty(url))
        return ERR(a, ERR_UNAVAILABLE, "smtp.not_set", "smtp.url is not set");
    TRY(parse_url(a, url, &server));
    struct smtp_message message = {.from = str_is_empty(m->from) ? from : m->from,
                                   .from_name = m->from_name,
                                   .to = m->to,
                                   .to_name = m->to_name,
                                   .reply_to = m->reply_to,
                                   .subject = m->subject,
                                   .text = m->text,
                                   .html = m->html,
                                   .message_id = m->message_id,
                                   .header_names = m->header_names,
                                   .header_values = m->header_values,
                                   .header_count = m->header_count};
    return smtp_send(a, &server, &message, clock_now_ms(p->clock));
}

static const struct err *look(struct platform *p, struct arena *a, struct mail_standing *ret)
{
    struct smtp_server server = {0};
    struct tx *tx;
    str url;
    *ret = (struct mail_standing){0};
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = read_settings(p, a, tx, &url, &server, &ret->from);
    if (e == NULL)
        e = setting_text(tx, a, p, (struct shop_id){0}, "smtp.dkim_selector", &ret->dkim_selector);
    db_read_end(tx);
    TRY(e);
    ret->is_set = !str_is_empty(url);
    if (!ret->is_set)
        return NULL;
    server.timeout_ms = LOOK_TIMEOUT_MS;
    ret->trouble = parse_url(a, url, &server);
    if (ret->trouble == NULL)
        ret->trouble = smtp_check(a, &server);
    return NULL;
}

static const struct mailer mailer = {.name = "smtp", .ready = ready, .send = send, .look = look};
static const char *const needs[] = {NULL};

const struct feature smtp_feature = {
    .name = "smtp",
    .needs = needs,
    .settings = settings,
    .setting_count = COUNT(settings),
    .mailer = &mailer,
};
