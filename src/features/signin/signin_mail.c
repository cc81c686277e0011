/* The letters: confirm your address, a link to log in, a link for a new password. */
#include "base/timefmt.h"
#include "core/i18n.h"
#include "core/secret.h"
#include "notify/notify.h"
#include "signin/signin_part.h"

enum { LINK_TTL_MINUTES = 30 };

/* `which` is the first part of the texts' keys: "signin.mail.reset". */
static const struct err *send_letter(struct turn *t, const char *which, int64_t cause_id, str to,
                                     str name, str language, str path)
{
    struct locale locale;
    struct notify_letter letter = {.kind = which,
                                   .cause_id = cause_id,
                                   .to = to,
                                   .to_name = name,
                                   .language = language,
                                   .from_name = S("Millpond"),
                                   .paragraph_count = 1,
                                   .button_path = path};
    const char *keys[4];
    static const char *const parts[4] = {"subject", "words", "button", "footer"};
    for (size_t i = 0; i < COUNT(parts); i++) {
        str key;
        TRY(str_fmt(t->arena, &key, "%s.%s", which, parts[i]));
        keys[i] = key.ptr;
    }
    locale_init(&locale, t->platform->texts, language, STR_NONE, STR_NONE, t->now_ms);
    letter.language = language_tag(locale.language);
    letter.subject = letter.heading = locale_text(&locale, keys[0]);
    TRY(locale_format(t->arena, &locale, keys[1], &name, 1, &letter.paragraphs[0]));
    letter.button_label = locale_text(&locale, keys[2]);
    letter.footer = locale_text(&locale, keys[3]);
    return notify_letter_send(t, &letter);
}

const struct err *signin_letter(struct turn *t, const char *which, str to,
                                const struct account *account, str language, str path)
{
    return send_letter(t, which, turn_new_id(t), to, account->name, language, path);
}

const struct err *signin_letter_verify(struct turn *t, struct account_id id, str email, str name,
                                       str language)
{
    str path;
    TRY(account_welcome_path(t, id, email, S("/me"), &path));
    return send_letter(t, "signin.mail.verify", turn_new_id(t), email, name, language, path);
}

struct wish {
    struct job_run *run;
    str kind, language, next, email;
};

static const struct err *link_path(struct turn *t, const struct wish *wish, struct account_id id,
                                   str *ret)
{
    str token;
    struct strbuf sb;
    bool is_reset = str_eq(wish->kind, S("reset"));
    TRY(secret_token_issue(t, is_reset ? "account.reset" : "account.welcome", id, wish->email,
                           LINK_TTL_MINUTES * MINUTE_MS, &token));
    strbuf_init(&sb, t->arena, KiB(4));
    strbuf_addf(&sb, is_reset ? "/reset/%.*s?next=" : "/welcome/%.*s?next=", STR_ARG(token));
    url_encode(&sb, wish->next);
    return strbuf_finish(&sb, ret);
}

static const struct err *answer_wish(struct turn *t, void *arg)
{
    const struct wish *wish = arg;
    struct account_id id;
    struct account account;
    str ignored_hash, path;
    TRY(account_login_find(t->tx, t->arena, wish->email, &id, &ignored_hash));
    if (id.v == 0)
        return NULL;
    TRY(account_get(t->tx, t->arena, id, &account));
    TRY(link_path(t, wish, id, &path));
    return send_letter(t, str_eq(wish->kind, S("reset")) ? "signin.mail.reset" : "signin.mail.link",
                       wish->run->id, wish->email, account.name, wish->language, path);
}

/* Whether anybody has that address is found out here and not where the wish was written down: so
 * the answer to a stranger takes the same time either way. */
const struct err *signin_job_mail(struct job_run *run)
{
    str rest = run->payload;
    struct wish wish = {.run = run};
    wish.kind = str_cut(&rest, '\n');
    wish.language = str_cut(&rest, '\n');
    wish.next = str_cut(&rest, '\n');
    wish.email = rest;
    return turn_run(run->platform, run->arena, (struct account_id){0}, answer_wish, &wish);
}
