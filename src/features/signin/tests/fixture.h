/* Accounts, browsers and a mailbox in memory, on either engine. */
#ifndef SIGNIN_TESTS_FIXTURE_H
#define SIGNIN_TESTS_FIXTURE_H

#include "account/account.h"
#include "core/testing.h"

struct fixture {
    struct testing t;
    struct testing_browser ann, bob;  /* two browsers without cookies */
    str tail;                         /* makes addresses and handles unique in a store that stays */
};

void fixture_open(struct fixture *f, enum db_engine engine);
void fixture_close(struct fixture *f);
void fixture_on(enum db_engine engine, void (*test)(struct fixture *f));

/* "ann-x7k2@example.com" */
const char *fixture_address(struct fixture *f, const char *who);
/* A member with a proven address and the password "blue kettle moon". */
struct account_id fixture_member(struct fixture *f, const char *who);
struct account_id fixture_guest(struct fixture *f);
/* What an order confirmation would hold. */
const char *fixture_welcome_path(struct fixture *f, struct account_id id, const char *address,
                                 const char *next);

/* printf into the testing's arena. */
PRINTF_LIKE(2, 3) const char *fixture_text(struct fixture *f, const char *fmt, ...);
/* Posts a form made by printf. */
PRINTF_LIKE(3, 4)
struct testing_answer fixture_post(struct testing_browser *b, const char *path, const char *fmt,
                                   ...);
struct testing_answer fixture_log_in(struct testing_browser *b, const char *address,
                                     const char *password);
/* Who the browser is signed in as, v == 0: nobody. */
struct account_id fixture_viewer(struct testing_browser *b);

/* Runs jobs; then the local path of the link in the newest mail to the address, or NULL when there
 * is none. */
const char *fixture_mailed_path(struct fixture *f, const char *address);
size_t fixture_mail_count(void);

struct fixture_merge {
    int64_t from, into;
};
extern struct fixture_merge fixture_merged;  /* the latest account.merged */
extern int fixture_verified_count;

#endif
