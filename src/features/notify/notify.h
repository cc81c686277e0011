/* notify: what is told by mail, in the reader's language: order confirmation, magic link, password
 * reset. A mail is a row (outbox) written in the turn of its cause and sent by a job through the
 * mail port; each (kind, cause) is sent once; a dead letter keeps its reason and can be sent again
 * from the console.
 */
#ifndef NOTIFY_NOTIFY_H
#define NOTIFY_NOTIFY_H

#include "core/feature.h"

/* Plain ASCII local@domain.tld without quotes, comments or line breaks. */
bool notify_address_is_fit(str address);

enum { NOTIFY_PARAGRAPHS_MAX = 6, NOTIFY_ROWS_MAX = 64 };

struct notify_row {
    str label, value;         /* "Coral suit / M x 1", "49.00"; label alone spans the row */
    bool is_sum;              /* set apart: the total */
};

/* Words in the reader's language, final. */
struct notify_letter {
    struct shop_id shop_id;   /* 0 = from the server itself */
    const char *kind;         /* "order.confirmation"; unique with shop and cause_id */
    int64_t cause_id;
    str to, to_name;          /* address: INVALID "notify.bad_address" unless plain local@domain */
    str language;             /* "en" or "zh": of the HTML's lang attribute */
    str from_name;            /* the shop's name; absent: the server's */
    str subject;              /* line breaks refused */
    str heading;
    str paragraphs[NOTIFY_PARAGRAPHS_MAX];
    size_t paragraph_count;
    const struct notify_row *rows;
    size_t row_count;
    str button_label;         /* absent: no button */
    str button_path;          /* local path; the configured base URL is put before it */
    str footer;
};

/* Writes the outbox row and its job. The same kind and cause again does nothing. */
const struct err *notify_letter_send(struct turn *t, const struct notify_letter *letter) MUST_CHECK;
/* A dead letter once more. NOT_FOUND unless it is one of that shop. */
const struct err *notify_send_again(struct turn *t, struct shop_id shop,
                                    int64_t mail_id) MUST_CHECK;

/* Can anything be sent at all? While not, mails are held, and go out once a server is set up. */
const struct err *notify_is_ready(struct platform *p, struct arena *a, bool *ret) MUST_CHECK;

enum notify_state { NOTIFY_STATE_UNSET = 0, NOTIFY_WAITING, NOTIFY_SENT, NOTIFY_DEAD, NOTIFY_HELD };

struct notify_mail {
    int64_t id;
    str kind, recipient, subject, reason;
    enum notify_state state;
    int64_t created_ms, sent_ms;
};
/* Newest first, before `cursor` (0 = newest); state 0 = all. */
const struct err *notify_list(struct tx *tx, struct arena *a, struct shop_id shop, int state,
                              int64_t cursor, size_t limit, struct notify_mail **ret,
                              size_t *ret_count) MUST_CHECK;

/* Letters that could not be delivered and wait for somebody to look. */
const struct err *notify_dead_count(struct tx *tx, struct arena *a, struct shop_id shop,
                                    int64_t *ret) MUST_CHECK;

/* Letters of all shops that wait for a mail server to be set up. */
const struct err *notify_held_count(struct tx *tx, struct arena *a, int64_t *ret) MUST_CHECK;

extern const struct feature notify_feature;

#endif
