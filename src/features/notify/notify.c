/* The outbox of mails and the job that empties it. */
#include "notify/notify.h"

#include <stdatomic.h>

#include "base/log.h"
#include "base/utf8.h"
#include "core/ports/mail_port.h"
#include "notify/notify_letter.h"
#include "notify/notify_part.h"
#include "notify/notify_sql.h"

enum { ADDRESS_MAX = 254, SUBJECT_MAX = 200, NAME_MAX_BYTES = 200, RELEASE_MOST = 200 };

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

static const struct err *enqueue(struct turn *t, struct shop_id shop, int64_t mail_id)
{
    struct id_text shown = id_format(mail_id);
    str payload;
    TRY(str_dup(t->arena, id_str(&shown), &payload));
    return job_enqueue(
        t, &(struct job_request){.kind = "mail.send", .shop_id = shop, .payload = payload});
}

const struct err *notify_letter_send(struct turn *t, const struct notify_letter *letter)
{
    str text, html;
    int64_t id = turn_new_id(t), made;
    if (!notify_address_is_fit(letter->to))
        return err_with_field(
            t->arena, ERR(t->arena, ERR_INVALID, "notify.bad_address", "%zu bytes", letter->to.len),
            "email");
    if (!utf8_is_title(letter->subject))
        return ERR(t->arena, ERR_INVALID, "notify.bad_subject", "%zu bytes", letter->subject.len);
    TRY(notify_letter_render(t->platform, t->arena, letter, &text, &html));
    TRY(notify_mail_insert(
        t->tx, t->arena, id, letter->shop_id, str_c(letter->kind), letter->cause_id, letter->to,
        utf8_cut_bytes(letter->to_name, NAME_MAX_BYTES),
        utf8_cut_bytes(letter->from_name, NAME_MAX_BYTES),
        utf8_cut_bytes(letter->subject, SUBJECT_MAX), text, html, t->now_ms, &made));
    if (made == 0)
        return NULL;
    return enqueue(t, letter->shop_id, id);
}

const struct err *notify_send_again(struct turn *t, struct shop_id shop, int64_t mail_id)
{
    int64_t revived;
    TRY(notify_mail_revive(t->tx, t->arena, shop, mail_id, &revived));
    if (revived == 0)
        return ERR(t->arena, ERR_NOT_FOUND, "notify.gone", "mail %lld", (long long)mail_id);
    return enqueue(t, shop, mail_id);
}

const struct err *notify_list(struct tx *tx, struct arena *a, struct shop_id shop, int state,
                              int64_t cursor, size_t limit, struct notify_mail **ret,
                              size_t *ret_count)
{
    struct notify_mails_row *rows;
    TRY(notify_mails(tx, a, shop, state, cursor == 0 ? INT64_MAX : cursor, (int64_t)limit, limit,
                     &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct notify_mail){.id = rows[i].id,
                                         .kind = rows[i].kind,
                                         .recipient = rows[i].recipient,
                                         .subject = rows[i].subject,
                                         .reason = rows[i].reason,
                                         .state = (enum notify_state)rows[i].state,
                                         .created_ms = rows[i].created_ms,
                                         .sent_ms = rows[i].sent_ms};
    return NULL;
}

const struct err *notify_dead_count(struct tx *tx, struct arena *a, struct shop_id shop,
                                    int64_t *ret)
{
    struct notify_mails_dead_row row;
    TRY(notify_mails_dead(tx, a, shop, &row));
    *ret = row.count;
    return NULL;
}

const struct err *notify_is_ready(struct platform *p, struct arena *a, bool *ret)
{
    const struct mailer *mailer = mailer_find(p);
    *ret = false;
    return mailer == NULL ? NULL : mailer->ready(p, a, ret);
}

/* ---- sending ---- */

struct outcome {
    struct shop_id shop;
    int64_t id;
    bool is_held;
    const struct err *failure;   /* NULL: sent */
};

static const struct err *write_outcome(struct turn *t, void *arg)
{
    const struct outcome *o = arg;
    if (o->is_held)
        return notify_mail_hold(t->tx, t->arena, o->shop, o->id);
    if (o->failure == NULL)
        return notify_mail_sent(t->tx, t->arena, o->shop, o->id, t->now_ms);
    return notify_mail_dead(t->tx, t->arena, o->shop, o->id,
                            utf8_cut_bytes(o->failure->detail, SUBJECT_MAX));
}

static const struct err *send(struct job_run *run, const struct outcome *o,
                              const struct notify_mail_waiting_row *row)
{
    struct platform *p = run->platform;
    struct id_text shown = id_format(o->id);
    str message_id;
    TRY(str_fmt(run->arena, &message_id, "%s@millpond", shown.text));
    return mailer_find(p)->send(p, run->arena,
                                &(struct mail){.from_name = row->from_name,
                                               .to = row->recipient,
                                               .to_name = row->recipient_name,
                                               .subject = row->subject,
                                               .text = row->body_text,
                                               .html = row->body_html,
                                               .message_id = message_id});
}

static const struct err *find_waiting(struct job_run *run, int64_t id,
                                      struct notify_mail_waiting_row *ret, bool *ret_found)
{
    struct tx *tx;
    TRY(db_read_begin(run->platform->db, run->arena, &tx));
    const struct err *e = notify_mail_waiting(tx, run->arena, run->shop_id, id, ret, ret_found);
    db_read_end(tx);
    return e;
}

const struct err *notify_job_send(struct job_run *run)
{
    struct outcome o = {.shop = run->shop_id};
    struct notify_mail_waiting_row row;
    bool is_waiting, is_ready;
    if (!id_parse(run->payload, &o.id))
        return ERR(run->arena, ERR_BUG, "error.bug", "mail %.*s", STR_ARG(run->payload));
    TRY(find_waiting(run, o.id, &row, &is_waiting));
    if (!is_waiting)
        return NULL;
    TRY(notify_is_ready(run->platform, run->arena, &is_ready));
    o.is_held = !is_ready;
    if (is_ready)
        o.failure = send(run, &o, &row);
    if (o.failure != NULL && err_policy_of(o.failure->kind)->job_retries &&
        run->attempt < NOTIFY_ATTEMPTS_MAX)
        return o.failure;
    return turn_run(run->platform, run->arena, (struct account_id){0}, write_outcome, &o);
}

static const struct err *release(struct turn *t, void *arg)
{
    struct notify_mails_held_row *rows;
    size_t count;
    (void)arg;
    TRY(notify_mails_held(t->tx, t->arena, RELEASE_MOST, RELEASE_MOST, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t released;
        TRY(notify_mail_release(t->tx, t->arena, rows[i].shop_id, rows[i].id, &released));
        if (released == 1)
            TRY(enqueue(t, rows[i].shop_id, rows[i].id));
    }
    return NULL;
}

const struct err *notify_start(struct platform *p, struct arena *a)
{
    bool is_ready;
    TRY(notify_is_ready(p, a, &is_ready));
    return is_ready ? turn_run(p, a, (struct account_id){0}, release, NULL) : NULL;
}

/* Says once when there is no mail server. */
const struct err *notify_job_held(struct job_run *run)
{
    static _Atomic bool was_said;
    bool is_ready;
    TRY(notify_is_ready(run->platform, run->arena, &is_ready));
    if (is_ready)
        return notify_start(run->platform, run->arena);
    if (!atomic_exchange(&was_said, true)) {
        struct log_line line;
        log_begin(&line, LOG_WARNING, run->now_ms, "mail.held");
        log_add(&line, "reason",
                "no mail server is set up (MILLPOND_SMTP_URL); mails wait in the outbox");
        log_end(&line);
    }
    return NULL;
}

const struct err *notify_held_count(struct tx *tx, struct arena *a, int64_t *ret)
{
    struct notify_mails_held_count_row row;
    TRY(notify_mails_held_count(tx, a, &row));
    *ret = row.count;
    return NULL;
}
