/* Sending one mail. Called from a job, outside any transaction. Addresses and subject are checked
 * for line breaks by the caller of the port (feature notify) and again by the adapter.
 */
#ifndef CORE_PORTS_MAIL_PORT_H
#define CORE_PORTS_MAIL_PORT_H

#include "core/platform.h"

struct mail {
    str from, from_name, to, to_name, reply_to;
    str subject, text, html;
    str message_id;           /* without angle brackets; stable over retries */
    const str *header_names, *header_values; /* extra, e.g. List-Unsubscribe */
    size_t header_count;
};

/* How things stand with the mail server, for `doctor`: it is called up, but no mail is sent. */
struct mail_standing {
    bool is_set;
    str from;                 /* the sender's address */
    str dkim_selector;        /* absent: not said */
    const struct err *trouble; /* why no mail would leave now; NULL: all is well */
};

struct mailer {
    const char *name;
    /* Is a mail server set up? Until then nothing is sent, and nothing counts as failed. */
    const struct err *(*ready)(struct platform *p, struct arena *a, bool *ret);
    const struct err *(*send)(struct platform *p, struct arena *a, const struct mail *m);
    const struct err *(*look)(struct platform *p, struct arena *a, struct mail_standing *ret);
};

const struct mailer *mailer_find(const struct platform *p);

#endif
