/* The loop that asks Telegram for news, one thread for all shops' bots in turn.
 *
 * An update and the mark that it was taken are one transaction: a crash in between means that
 * Telegram hands it out again, and the inbox knows its number (I11). An update that our side
 * refuses (a button of nobody, words that are no text) is passed over and logged; what may get
 * better waits and is asked for again. Not its duty: several nodes on one store. Telegram itself
 * refuses the second one that polls a bot (409), which then pauses; the numbers keep what both saw
 * from acting twice.
 */
#include <time.h>

#include "base/json.h"
#include "core/edge.h"
#include "core/feature.h"
#include "telegram/telegram_api.h"
#include "telegram/telegram_sql.h"

enum {
    BOTS_MAX = 200,
    POLL_S = 3,               /* how long one bot's call may wait; shared among them */
    CALL_EXTRA_MS = 10000,
    IDLE_MS = 2000,           /* no bots: until the next look */
    QUIET_MS = 300,           /* nothing said, and the answer came at once */
    SLICE_MS = 100,           /* how soon a stop is noticed while waiting */
    PAUSE_TOKEN_MS = 60000, PAUSE_CONFLICT_MS = 30000, PAUSE_SILENCE_MS = 5000,
    ARENA_MAX = 16,
    UPDATES = 50,
};

struct bot {
    struct shop_id shop;
    int64_t next_update;
    str trouble, base, token;
};

/* Bots that are left alone for a while, in memory only. */
struct pauses {
    struct {
        struct shop_id shop;
        int64_t until_ms;
    } items[BOTS_MAX];
    size_t count;
};

static void rest(int64_t ms, const _Atomic bool *stop)
{
    for (; ms > 0 && !*stop; ms -= SLICE_MS)
        nanosleep(&(struct timespec){.tv_nsec = SLICE_MS * 1000000L}, NULL);
}

static int64_t *pause_of(struct pauses *p, struct shop_id shop)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->items[i].shop.v == shop.v)
            return &p->items[i].until_ms;
    size_t at = p->count < BOTS_MAX ? p->count++ : 0;
    p->items[at].shop = shop;
    p->items[at].until_ms = 0;
    return &p->items[at].until_ms;
}

/* ---- one update ---- */

struct taking {
    struct shop_id shop;
    const struct telegram_update *update;
    bool only_advance;
};

static const struct err *take_turn(struct turn *t, void *arg)
{
    const struct taking *x = arg;
    int64_t advanced;
    TRY(telegram_advance(t->tx, t->arena, x->shop, x->update->update_id + 1, &advanced));
    return x->only_advance ? NULL : channel_receive(t, &x->update->message);
}

static const struct err *take(struct platform *p, struct arena *a, const struct bot *bot,
                              struct telegram_update *u)
{
    struct account_id nobody = {0};
    u->message.shop_id = bot->shop;
    struct taking x = {.shop = bot->shop, .update = u, .only_advance = !u->is_for_us};
    const struct err *e = turn_run(p, a, nobody, take_turn, &x);
    if (e == NULL || err_policy_of(e->kind)->job_retries)
        return e;
    edge_log_failure(p, "telegram.update_refused", e);
    x.only_advance = true;
    return turn_run(p, a, nobody, take_turn, &x);
}

/* Stops the button's little clock; nothing depends on it. */
static void answer_tap(struct arena *a, const struct bot *bot, const struct telegram_update *u)
{
    struct strbuf sb;
    struct json j;
    str body;
    const json_t *ignored;
    if (str_is_empty(u->callback_id))
        return;
    strbuf_init(&sb, a, 1000);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("callback_query_id"));
    json_str(&j, u->callback_id);
    json_object_end(&j);
    const struct err *e = json_finish(&j, &body);
    if (e == NULL)
        e = telegram_call(a, bot->base, bot->token, "answerCallbackQuery", body, CALL_EXTRA_MS,
                          &ignored);
    (void)e;
}

/* ---- one bot ---- */

static const struct err *ask(struct arena *a, const struct bot *bot, int64_t wait_s,
                             const json_t **ret)
{
    str body;
    TRY(str_fmt(
        a, &body,
        "{\"offset\":%lld,\"timeout\":%lld,\"limit\":%d,\"allowed_updates\":[\"message\","
        "\"callback_query\"]}",
        (long long)bot->next_update, (long long)wait_s, UPDATES));
    return telegram_call(a, bot->base, bot->token, "getUpdates", body,
                         wait_s * 1000 + CALL_EXTRA_MS, ret);
}

static const struct err *poll_bot(struct platform *p, struct arena *a, const struct bot *bot,
                                  int64_t wait_s, bool *ret_heard)
{
    const json_t *updates;
    TRY(ask(a, bot, wait_s, &updates));
    for (size_t i = 0; i < json_array_size(updates); i++) {
        struct telegram_update u;
        TRY(telegram_read_update(a, json_array_get(updates, i), &u));
        if (u.update_id <= 0)
            continue;
        *ret_heard = true;
        TRY(take(p, a, bot, &u));
        answer_tap(a, bot, &u);
    }
    return NULL;
}

struct trouble {
    struct shop_id shop;
    const char *key;
};

static const struct err *trouble_turn(struct turn *t, void *arg)
{
    const struct trouble *x = arg;
    int64_t changed;
    return telegram_trouble_set(t->tx, t->arena, x->shop, str_c(x->key), t->now_ms, &changed);
}

/* What the merchant sees on the page of channels; written when it changes only. */
static void note_trouble(struct platform *p, struct arena *a, const struct bot *bot,
                         const struct err *e)
{
    struct trouble x = {bot->shop, e == NULL ? "" : e->key};
    if (str_eq(bot->trouble, str_c(x.key)))
        return;
    edge_log_failure(p, "telegram.poll", e);
    edge_log_failure(p, "telegram.poll", turn_run(p, a, (struct account_id){0}, trouble_turn, &x));
}

static int64_t pause_after(const struct err *e)
{
    int64_t seconds;
    if (str_eq(str_c(e->key), S("channel.wait")) && str_to_int(e->args[0], &seconds))
        return seconds * 1000;
    if (e->kind == ERR_DENIED)
        return PAUSE_TOKEN_MS;
    return e->kind == ERR_CONFLICT ? PAUSE_CONFLICT_MS : PAUSE_SILENCE_MS;
}

/* ---- all bots ---- */

static const struct err *read_bots(struct platform *p, struct arena *a, struct tx *tx,
                                   struct bot **ret, size_t *ret_count)
{
    struct telegram_bots_row *rows;
    size_t count;
    TRY(telegram_bots(tx, a, BOTS_MAX, BOTS_MAX, &rows, &count));
    TRY_NEW_ARRAY(a, *ret, count);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct bot bot = {.shop = rows[i].shop_id,
                          .next_update = rows[i].next_update,
                          .trouble = rows[i].trouble};
        TRY(telegram_settings(p, a, tx, bot.shop, &bot.base, &bot.token));
        if (!str_is_empty(bot.token))
            (*ret)[(*ret_count)++] = bot;
    }
    return NULL;
}

static const struct err *load_bots(struct platform *p, struct arena *a, struct bot **ret,
                                   size_t *ret_count)
{
    struct tx *tx;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = read_bots(p, a, tx, ret, ret_count);
    db_read_end(tx);
    return e;
}

/* Asks each bot once. *ret_idle_ms: how long to rest before the next round. */
static void poll_round(struct platform *p, struct arena *a, struct pauses *pauses,
                       const _Atomic bool *stop, int64_t *ret_idle_ms)
{
    struct bot *bots = NULL;
    size_t count = 0;
    bool heard = false;
    int64_t began_ms = clock_now_ms(p->clock);
    const struct err *e = load_bots(p, a, &bots, &count);
    edge_log_failure(p, "telegram.poll", e);
    for (size_t i = 0; i < count && e == NULL && !*stop; i++) {
        int64_t *pause = pause_of(pauses, bots[i].shop);
        struct arena call;
        if (*pause > began_ms)
            continue;
        arena_init(&call, MiB(ARENA_MAX));
        const struct err *failure =
            poll_bot(p, &call, &bots[i], count <= POLL_S ? POLL_S / (int64_t)count : 0, &heard);
        if (failure != NULL)
            *pause = began_ms + pause_after(failure);
        note_trouble(p, &call, &bots[i], failure);
        arena_done(&call);
    }
    *ret_idle_ms = count == 0 ? IDLE_MS : heard ? 0 : QUIET_MS;
}

void telegram_poll(struct platform *p, const _Atomic bool *stop)
{
    static struct pauses pauses;
    while (!*stop) {
        struct arena a;
        int64_t idle_ms = IDLE_MS;
        arena_init(&a, MiB(ARENA_MAX));
        poll_round(p, &a, &pauses, stop, &idle_ms);
        arena_done(&a);
        rest(idle_ms, stop);
    }
}
