/* The outbox of mails and the job that empties it. */
#include "notify/notify.h"

#include "base/utf8.h"
#include "core/ports/mail_port.h"
#include "notify/notify_letter.h"
#include "notify/notify_part.h"
#include "notify/notify_sql.h"

enum { ADDRESS_MAX = 254, SUBJECT_MAX = 200, NAME_MAX_BYTES = 200 };

bool notify_address_is_fit(str address)
{
    ptrdiff_t at = str_rfind_char(address, '@');
    if (at < 1 || address.len > ADDRESS_MAX || (size_t)at + 1 >= address.len || at > 64)
        return false;
    for (size_t i = 0; i < address.len; i++) {
        char c = address.ptr[i];
        if (c <= ' ' || c >= 127 || str_find_char(S("()<>[]\\,;:\""), c) >= 0)
            return false;
        if (c == '@' && (ptrdiff_t)i != at)
            return false;
    }
    str domain = str_from(address, (size_t)at + 1);
    return str_find_char(domain, '.') > 0 && domain.ptr[domain.len - 1] != '.';
}

const struct err *notify_letter_send(struct turn *t, const struct notify_letter *letter)
{
    str text, html, payload;
    struct id_text id_shown;
    int64_t id = turn_new_id(t), made;
    if (!notify_address_is_fit(letter->to))
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "notify.bad_address", "%zu bytes", letter->to.len),
                              "email");
    if (!utf8_is_title(letter->subject))
        return ERR(t->arena, ERR_INVALID, "notify.bad_subject", "%zu bytes", letter->subject.len);
    TRY(notify_letter_render(t->platform, t->arena, letter, &text, &html));
    TRY(notify_mail_insert(t->tx, t->arena, id, letter->shop_id, str_c(letter->kind), letter->cause_id, letter->to,
                           utf8_cut_bytes(letter->to_name, NAME_MAX_BYTES),
                           utf8_cut_bytes(letter->from_name, NAME_MAX_BYTES),
                           utf8_cut_bytes(letter->subject, SUBJECT_MAX), text, html, t->now_ms, &made));
    if (made == 0)
        return NULL;
    id_shown = id_format(id);
    TRY(str_dup(t->arena, id_str(&id_shown), &payload));
    return job_enqueue(t, &(struct job_request){.kind = "mail.send", .shop_id = letter->shop_id, .payload = payload});
}

const struct err *notify_send_again(struct turn *t, struct shop_id shop, int64_t mail_id)
{
    struct id_text id_shown = id_format(mail_id);
    int64_t revived;
    str payload;
    TRY(notify_mail_revive(t->tx, t->arena, shop, mail_id, &revived));
    if (revived == 0)
        return ERR(t->arena, ERR_NOT_FOUND, "notify.gone", "mail %lld", (long long)mail_id);
    TRY(str_dup(t->arena, id_str(&id_shown), &payload));
    return job_enqueue(t, &(struct job_request){.kind = "mail.send", .shop_id = shop, .payload = payload});
}

const struct err *notify_list(struct tx *tx, struct arena *a, struct shop_id shop, int state, int64_t cursor,
                              size_t limit, struct notify_mail **ret, size_t *ret_count)
{
    struct notify_mails_row *rows;
    TRY(notify_mails(tx, a, shop, state, cursor == 0 ? INT64_MAX : cursor, (int64_t)limit, limit, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct notify_mail){
            .id = rows[i].id, .kind = rows[i].kind, .recipient = rows[i].recipient, .subject = rows[i].subject,
            .reason = rows[i].reason, .state = (int)rows[i].state, .created_ms = rows[i].created_ms,
            .sent_ms = rows[i].sent_ms};
    return NULL;
}

struct outcome {
    struct shop_id shop;
    int64_t id;
    const struct err *failure;   /* NULL: sent */
};

static const struct err *write_outcome(struct turn *t, void *arg)
{
    const struct outcome *o = arg;
    if (o->failure == NULL)
        return notify_mail_sent(t->tx, t->arena, o->shop, o->id, t->now_ms);
    return notify_mail_dead(t->tx, t->arena, o->shop, o->id, utf8_cut_bytes(o->failure->detail, SUBJECT_MAX));
}

static const struct err *send(struct job_run *run, int64_t id, bool *ret_done)
{
    struct platform *p = run->platform;
    struct arena *a = run->arena;
    struct notify_mail_waiting_row row;
    struct id_text shown = id_format(id);
    struct tx *tx;
    str message_id;
    bool is_waiting;
    *ret_done = false;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = notify_mail_waiting(tx, a, run->shop_id, id, &row, &is_waiting);
    db_read_end(tx);
    TRY(e);
    if (!is_waiting)
        return NULL;
    const struct mailer *mailer = mailer_find(p);
    if (mailer == NULL)
        return ERR(a, ERR_UNAVAILABLE, "notify.no_mailer", "no mail server is set up");
    TRY(str_fmt(a, &message_id, "%s@millpond", shown.text));
    TRY(mailer->send(p, a, &(struct mail){.from_name = row.from_name, .to = row.recipient,
                                          .to_name = row.recipient_name, .subject = row.subject,
                                          .text = row.body_text, .html = row.body_html, .message_id = message_id}));
    *ret_done = true;
    return NULL;
}

const struct err *notify_job_send(struct job_run *run)
{
    struct outcome o = {.shop = run->shop_id};
    bool is_sent;
    if (!id_parse(run->payload, &o.id))
        return ERR(run->arena, ERR_BUG, "error.bug", "mail %.*s", STR_ARG(run->payload));
    o.failure = send(run, o.id, &is_sent);
    bool tries_again = o.failure != NULL && err_policy_of(o.failure->kind)->job_retries &&
                       run->attempt < NOTIFY_ATTEMPTS_MAX;
    if (tries_again || (o.failure == NULL && !is_sent))
        return o.failure;
    TRY(turn_run(run->platform, run->arena, (struct account_id){0}, write_outcome, &o));
    return NULL;
}
