/* notify: what is told by mail, in the reader's language: order confirmation, magic link, password reset.
 * A mail is a row (outbox) written in the turn of its cause and sent by a job through the mail port; each
 * (kind, cause) is sent once; a dead letter keeps its reason and can be sent again from the console.
 */
#ifndef NOTIFY_NOTIFY_H
#define NOTIFY_NOTIFY_H

#include "core/feature.h"

struct notify_mail {
    struct shop_id shop_id;   /* 0 = from the server itself */
    const char *kind;         /* "order.confirmation"; with cause_id unique */
    int64_t cause_id;
    str to, to_name, language;
    str subject;              /* line breaks refused */
    str text;
    struct html_safe html;
};
const struct err *notify_mail_send(struct turn *t, const struct notify_mail *m) MUST_CHECK;

extern const struct feature notify_feature;

#endif
