/* `millpond doctor`: what is wrong with this server, and how to mend it.
 *
 * Two halves, so that every finding can be tried: doctor_look*.c gather facts (files, kernel,
 * store, mail server, DNS) and judge nothing; doctor_checks.c is one table of pure judgements over
 * them, one row per check. Looking changes nothing on the disk, save that opening the store does
 * what every command does.
 */
#ifndef APP_DOCTOR_H
#define APP_DOCTOR_H

#include "app/cli.h"
#include "core/health.h"
#include "core/ports/mail_port.h"

enum { DOCTOR_LOOSE_MAX = 8 };

/* Numbers that could not be found out are -1, texts absent. */
struct doctor_facts {
    int64_t now_ms;
    /* the folder */
    str data;
    bool is_ours;              /* the folder's owner is who we run as */
    int64_t data_mode, keys_mode; /* permission bits */
    str loose[DOCTOR_LOOSE_MAX];  /* files in keys/ that others may read */
    size_t loose_count;
    int64_t free_bytes, disk_bytes, free_inodes, inodes;
    int64_t backup_ms;         /* when the latest backup was made */
    /* the machine */
    int64_t ntp_synced;        /* 1, 0 */
    int64_t open_files;        /* the limit */
    int64_t memory_bytes, memory_free_bytes;
    /* millpond-media */
    bool has_media;
    int64_t media_exit;        /* of its self-test */
    str media_says;            /* its warning or trouble; absent: none */
    /* the store */
    bool is_pg;
    bool is_new;               /* nothing was served from the folder yet */
    const struct err *store_trouble; /* why it could not be opened */
    str store_says;            /* the same in words */
    struct health_store store;
    int64_t wal_bytes, dead_jobs, parked_events, held_mails;
    /* the public side */
    str base_url;              /* absent: not given */
    bool has_tls;
    bool is_self_made;         /* by ourselves, until an authority signs one */
    int64_t tls_ends_ms;
    str tls_trouble;
    /* mail */
    struct mail_standing mail;
    str mail_says;             /* of mail.trouble, in words */
    str domain;                /* of the sender; absent: no mail */
    const struct err *dns_trouble;
    str spf, dmarc, dkim, mx;  /* the records */
};

enum doctor_state { DOCTOR_UNSET = 0, DOCTOR_OK, DOCTOR_WARN, DOCTOR_BAD };

/* What one check found. `mend` is empty when nothing is to be done. */
struct doctor_finding {
    struct arena *arena;
    enum doctor_state state;
    str says, mend;
};

struct doctor_check {
    const char *name;
    void (*judge)(const struct doctor_facts *f,
                  struct doctor_finding *ret); /* leaves UNSET what does not apply */
};
extern const struct doctor_check doctor_checks[];
extern const size_t doctor_check_count;

/* doctor_look.c, doctor_look_net.c. An error means that nothing can be said at all. */
const struct err *doctor_look(struct cli *c, struct doctor_facts *ret) MUST_CHECK;
const struct err *doctor_look_net(struct cli *c, struct doctor_facts *f) MUST_CHECK;
/* What a person reads of an error. */
str doctor_words(struct arena *a, const struct err *e);

#endif
