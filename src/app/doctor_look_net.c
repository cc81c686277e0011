/* What the outside sees: address, certificate, mail server, the sender's DNS records. See doctor.h.
 * OpenSSL's headers use names that base/banned.h takes away, so they come first. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

#include "app/doctor.h"
#include "base/strbuf.h"
#include "sys/dns.h"

static void look_at_certificate(struct doctor_facts *f, const char *path)
{
    FILE *file = fopen(path, "re");
    X509 *certificate = file == NULL ? NULL : PEM_read_X509(file, NULL, NULL, NULL);
    struct tm ends;
    f->has_tls = true;
    if (certificate != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &ends) == 1)
        f->tls_ends_ms = (int64_t)timegm(&ends) * 1000;
    else
        f->tls_trouble = file == NULL ? S("no such file, or no right to read it") : S("it holds no certificate");
    ERR_clear_error();
    X509_free(certificate);
    if (file != NULL)
        fclose(file);
}

/* The first text that begins so (letters of any case), or absent. */
static str first_with(const struct dns_answer *answer, str start)
{
    for (size_t i = 0; i < answer->count; i++)
        if (str_starts_nocase(answer->texts[i], start))
            return answer->texts[i];
    return STR_NONE;
}

static const struct err *ask_records(struct arena *a, str server, struct doctor_facts *f)
{
    struct dns_answer answer;
    str name = STR_NONE;
    TRY(dns_ask(a, server, f->domain, DNS_TXT, &answer));
    f->spf = first_with(&answer, S("v=spf1"));
    TRY(dns_ask(a, server, f->domain, DNS_MX, &answer));
    f->mx = answer.count > 0 ? answer.texts[0] : STR_NONE;
    TRY(str_fmt(a, &name, "_dmarc.%.*s", STR_ARG(f->domain)));
    TRY(dns_ask(a, server, name, DNS_TXT, &answer));
    f->dmarc = first_with(&answer, S("v=DMARC1"));
    if (str_is_empty(f->mail.dkim_selector))
        return NULL;
    TRY(str_fmt(a, &name, "%.*s._domainkey.%.*s", STR_ARG(f->mail.dkim_selector), STR_ARG(f->domain)));
    TRY(dns_ask(a, server, name, DNS_TXT, &answer));
    for (size_t i = 0; i < answer.count; i++) /* the version is optional there, the key is not (RFC 6376, 3.6.1) */
        if (str_find(answer.texts[i], S("p=")) >= 0)
            f->dkim = answer.texts[i];
    return NULL;
}

static const struct err *look_at_mail(struct cli *c, struct doctor_facts *f)
{
    const struct mailer *mailer = mailer_find(c->platform);
    if (mailer == NULL || mailer->look == NULL)
        return NULL;
    TRY(mailer->look(c->platform, c->arena, &f->mail));
    if (!f->mail.is_set)
        return NULL;
    if (f->mail.trouble != NULL)
        f->mail_says = doctor_words(c->arena, f->mail.trouble);
    str domain = f->mail.from;
    str_cut(&domain, '@');
    f->domain = domain;
    if (!str_is_empty(domain))
        f->dns_trouble = ask_records(c->arena, str_c(c->config.dns), f);
    return NULL;
}

const struct err *doctor_look_net(struct cli *c, struct doctor_facts *f)
{
    f->base_url = str_c(c->config.base_url);
    if (c->config.tls_cert != NULL)
        look_at_certificate(f, c->config.tls_cert);
    return c->platform == NULL ? NULL : look_at_mail(c, f);
}
