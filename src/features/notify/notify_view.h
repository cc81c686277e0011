/* What the console's page of mails shows. */
#ifndef NOTIFY_NOTIFY_VIEW_H
#define NOTIFY_NOTIFY_VIEW_H

#include "notify/notify.h"
#include "web/page.h"

ID_TYPE(mail);
static inline struct mail_id mail_id_of(const struct notify_mail *m)
{
    return (struct mail_id){m->id};
}

struct notify_view {
    struct page page;
    enum notify_state state;  /* chosen; 0 = all */
    bool is_ready;            /* a mail server is set up */
    bool may_send;
    struct notify_mail *mails;
    size_t count;
    struct url_safe more;
};

/* What a mail is about, in the reader's words. */
str notify_kind_words(struct html *h, str kind);

#endif
