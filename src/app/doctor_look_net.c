/* What the outside sees: address, certificate, mail server, the sender's DNS records. See doctor.h.
 */
#include <stdio.h>

#include "app/doctor.h"
#include "base/strbuf.h"
#include "sys/dns.h"
#include "sys/es256.h"
#include "sys/file.h"

enum { PEM_MAX = 256 * 1024 };

static void look_at_certificate(struct arena *a, struct doctor_facts *f, const char *path)
{
    str pem = STR_NONE;
    struct certificate_facts facts = {0};
    const struct err *e = file_read(a, path, PEM_MAX, &pem);
    if (e == NULL)
        e = certificate_look(a, pem, &facts);
    f->has_tls = true;
    f->tls_ends_ms = facts.until_ms;
    f->is_self_made = facts.is_self_made;
    if (e != NULL)
        f->tls_trouble = doctor_words(a, e);
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
    TRY(str_fmt(a, &name, "%.*s._domainkey.%.*s", STR_ARG(f->mail.dkim_selector),
                STR_ARG(f->domain)));
    TRY(dns_ask(a, server, name, DNS_TXT, &answer));
    for (size_t i = 0; i < answer.count;
         i++) /* the version is optional there, the key is not (RFC 6376, 3.6.1) */
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
    str own = STR_NONE, pem = STR_NONE;
    f->base_url = str_c(c->config.base_url);
    TRY(str_fmt(c->arena, &own, "%s/keys/tls.pem", c->config.data)); /* of --acme */
    if (c->config.tls_cert != NULL)
        look_at_certificate(c->arena, f, c->config.tls_cert);
    else if (file_read(c->arena, own.ptr, PEM_MAX, &pem) == NULL)
        look_at_certificate(c->arena, f, own.ptr);
    return c->platform == NULL ? NULL : look_at_mail(c, f);
}
