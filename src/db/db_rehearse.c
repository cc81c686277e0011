/* Rehearsal: every command runs twice, and what the first run did is taken back before the second.
 * That is what a serialisation failure does to a command now and then; here it happens always, so
 * that tests find commands that keep something from one run to the next.
 *
 * It exists only in builds with sanitizers, and there only with MILLPOND_REHEARSE in the
 * environment. "run": both runs, the arena rewound in between. "compare", for tests whose clock
 * stands still: on SQLite, where nobody else can write in between, the second run must also do what
 * the first did: the same statements, with texts of the same lengths and the same small numbers
 * (ids and times may differ), and the same outcome; otherwise the program says where
 * they part, and aborts. Threads: a thread runs one command at a time, so it keeps the account.
 */
#include "db/db_engine.h"

#ifdef DB_CAN_REHEARSE

#include <sanitizer/common_interface_defs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 1024, SMALL_MAX = 1 << 30 };

struct step {
    const struct db_query *query;
    uint64_t sum; /* of the parameters */
};

static _Thread_local struct {
    struct step steps[STEPS_MAX];
    size_t count, at;
    bool is_compared, is_rehearsing;
    const char *key; /* NULL: the rehearsal succeeded */
} account;

static bool wish_is(const char *word)
{
    const char *wish = getenv("MILLPOND_REHEARSE");
    return wish != NULL && strcmp(wish, word) == 0;
}

bool db_rehearsal_is_wanted(void)
{
    return wish_is("run") || wish_is("compare");
}

static uint64_t sum_of(const struct db_query *query, const struct db_value *params)
{
    uint64_t sum = 0;
    for (int i = 0; i < query->param_count; i++) {
        const struct db_value *v = &params[i];
        bool is_compared = (query->param_types[i] | 0x20) != 'd' && v->integer > -SMALL_MAX &&
                           v->integer < SMALL_MAX;
        uint64_t one = v->type == DB_INT ? is_compared ? (uint64_t)v->integer : 1 : v->text.len;
        sum = sum * 1000003 + one * 8 + v->type;
    }
    return sum;
}

NORETURN static void part(const char *what, const char *first, const char *second)
{
    fprintf(stderr,
            "rehearsal: a command that was run again did otherwise than before: %s: "
            "at first %s, then %s (statement %zu of %zu)\n",
            what, first, second, account.at, account.count);
    __sanitizer_print_stack_trace();
    abort();
}

void db_rehearse_note(const struct db_query *query, const struct db_value *params)
{
    if (!account.is_compared)
        return;
    struct step now = {query, sum_of(query, params)};
    if (account.is_rehearsing) {
        if (account.count < STEPS_MAX)
            account.steps[account.count] = now;
        account.count++;
        return;
    }
    if (account.at >= account.count)
        part("a statement more", "its end", query->name);
    if (account.at < STEPS_MAX) {
        const struct step *before = &account.steps[account.at];
        if (before->query != query)
            part("another statement", before->query->name, query->name);
        if (before->sum != now.sum)
            part("other parameters", before->query->name, query->name);
    }
    account.at++;
}

const struct err *db_rehearse(struct tx *tx, struct arena *a, db_write_fn *fn, void *arg)
{
    struct arena_mark mark = arena_get_mark(a);
    account.count = account.at = 0;
    account.is_compared = tx->db->engine == DB_SQLITE && wish_is("compare");
    account.is_rehearsing = true;
    const struct err *e = fn(tx, a, arg);
    if (e == NULL)
        e = tx->failed;
    account.is_rehearsing = false;
    account.key = e == NULL ? NULL : e->key;
    arena_rewind(a, mark);
    tx->failed = tx->db->ops->undo(tx, a);
    if (tx->failed != NULL)
        account.is_compared = false;
    return tx->failed;
}

bool db_rehearsal_runs(void)
{
    return account.is_rehearsing;
}

void db_rehearse_end(const struct err *e)
{
    if (!account.is_compared)
        return;
    account.is_compared = false;
    if (account.at < account.count)
        part("a statement less",
             account.at < STEPS_MAX ? account.steps[account.at].query->name : "more", "its end");
    const char *key = e == NULL ? NULL : e->key;
    bool is_same = key == NULL || account.key == NULL ? key == account.key
                                                      : strcmp(key, account.key) == 0;
    if (!is_same)
        part("another outcome", account.key == NULL ? "success" : account.key,
             key == NULL ? "success" : key);
}

#endif
