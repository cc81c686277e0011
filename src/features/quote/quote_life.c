/* What time and other features do to quotations: reminders, expiry, accounts that become one; the
 * contact's story, and what must hold at rest. */
#include "quote/quote_part.h"

enum { SLICE = 20, PAGE = 500 };

/* ---- the sweep ---- */

static const struct err *expire_turn(struct turn *t, void *arg)
{
    const struct quote_due_list_row *due = arg;
    struct quote q;
    TRY(quote_load(t, due->shop_id, due->id, &q));
    if (q.state != QUOTE_QUOTED || q.terms.valid_until_ms > t->now_ms)
        return NULL; /* accepted or revised since it was listed */
    return quote_move(t, &q, QUOTE_ACT_EXPIRE, "quote.expired", STR_NONE);
}

static const struct err *remind_turn(struct turn *t, void *arg)
{
    const struct quote_due_list_row *due = arg;
    struct quote q;
    int64_t changed;
    TRY(quote_load(t, due->shop_id, due->id, &q));
    TRY(quote_reminded(t->tx, t->arena, q.shop_id, q.id, &changed));
    if (changed == 0 || q.terms.valid_until_ms <= t->now_ms)
        return NULL;
    return quote_say_reminder(t, &q);
}

typedef const struct err *list_fn(struct tx *tx, struct arena *a, int64_t now_ms, int64_t after_ms,
                                  int64_t after, int64_t max_rows, size_t limit,
                                  struct quote_due_list_row **ret, size_t *ret_count);

static const struct err *sweep(struct job_run *run, list_fn *list, turn_fn *fn)
{
    const struct err *first = NULL;
    struct quote_due_list_row last = {.due_ms = 0};
    for (;;) {
        struct quote_due_list_row *due;
        size_t count;
        struct tx *tx;
        TRY(db_read_begin(run->platform->db, run->arena, &tx));
        const struct err *e = list(tx, run->arena, run->now_ms, last.due_ms, last.id.v, SLICE,
                                   SLICE, &due, &count);
        db_read_end(tx);
        TRY(e);
        /* One that cannot be done holds nobody else up. */
        for (size_t i = 0; i < count; i++) {
            e = turn_run(run->platform, run->arena, (struct account_id){0}, fn, &due[i]);
            first = first == NULL ? e : first;
        }
        if (count < SLICE || job_should_rest(run))
            return first;
        last = due[count - 1];
    }
}

const struct err *quote_sweep(struct job_run *run)
{
    const struct err *reminding = sweep(run, quote_remind_list, remind_turn);
    if (run->is_unfinished)
        return reminding;
    const struct err *expiring = sweep(run, quote_due_list, expire_turn);
    return reminding != NULL ? reminding : expiring;
}

/* ---- two accounts became one ---- */

const struct err *quote_account_merged(struct turn *t, const struct event *e)
{
    struct account_id from = {e->subject_id}, into = {e->object_id};
    int64_t moved;
    TRY(quote_accepted_by_move(t->tx, t->arena, from, into, &moved));
    return quote_buyer_move(t->tx, t->arena, from, into, &moved);
}

/* ---- the contact's story ---- */

struct story {
    struct shop shop;
    struct timeline_entry *entries;
    size_t count, limit;
};

static const struct err *add(struct arena *a, struct story *to, const struct quote_timeline_row *q,
                             const char *key, int64_t at_ms)
{
    struct id_text id = id_format(q->id.v);
    if (to->count == to->limit)
        return NULL;
    struct timeline_entry *entry = &to->entries[to->count++];
    *entry = (struct timeline_entry){.at_ms = at_ms, .kind = "quote", .text_key = key};
    TRY(str_fmt(a, &entry->args[0], "%lld", (long long)q->number));
    return str_fmt(a, &entry->path, "/console/%.*s/quotes/%s", STR_ARG(to->shop.handle), id.text);
}

static const struct err *add_all(struct arena *a, struct story *to,
                                 const struct quote_timeline_row *rows, size_t count)
{
    static const char *const ends[QUOTE_STATE_COUNT] = {
        [QUOTE_QUOTED] = "quote.timeline.quoted",
        [QUOTE_ACCEPTED] = "quote.timeline.accepted",
        [QUOTE_DECLINED] = "quote.timeline.declined",
        [QUOTE_WITHDRAWN] = "quote.timeline.withdrawn",
        [QUOTE_EXPIRED] = "quote.timeline.expired"};
    for (size_t i = 0; i < count; i++) {
        const char *end = ends[rows[i].state];
        if (!rows[i].is_offer)
            TRY(add(a, to, &rows[i], "quote.timeline.asked", rows[i].made_ms));
        if (end != NULL)
            TRY(add(a, to, &rows[i], end, rows[i].changed_ms));
    }
    return NULL;
}

const struct err *quote_tell_timeline(struct tx *tx, struct arena *a,
                                      const struct timeline_subject *who, size_t limit,
                                      struct timeline_entry **ret, size_t *ret_count)
{
    struct contact_id contact = {who->contact_id};
    struct story story = {.limit = limit};
    struct quote_timeline_row *rows;
    size_t count;
    TRY(shop_get(tx, a, who->shop_id, &story.shop));
    TRY_NEW_ARRAY(a, story.entries, limit);
    TRY(quote_timeline(tx, a, who->shop_id, contact, (int64_t)limit, limit, &rows, &count));
    TRY(add_all(a, &story, rows, count));
    for (size_t i = 0; i < who->account_count; i++) {
        TRY(quote_timeline_of_account(tx, a, who->shop_id,
                                      (struct account_id){who->account_ids[i]}, contact,
                                      (int64_t)limit, limit, &rows, &count));
        TRY(add_all(a, &story, rows, count));
    }
    *ret = story.entries;
    *ret_count = story.count;
    return NULL;
}

/* ---- verify ---- */

static const struct err *accepted(struct tx *tx, struct arena *a,
                                  const struct quote_verify_accepted_row *q,
                                  struct verify_report *report)
{
    struct shop_id shop;
    struct account_id buyer;
    struct order order;
    const struct err *e = order_find(tx, a, q->order_id, &shop, &buyer);
    if (e != NULL && e->kind != ERR_NOT_FOUND)
        return e;
    if (e != NULL || shop.v != q->shop_id.v) {
        verify_violation(report, "quote", "quotation %lld of shop %lld: no order %lld",
                         (long long)q->id.v, (long long)q->shop_id.v, (long long)q->order_id.v);
        return NULL;
    }
    TRY(order_head(tx, a, shop, q->order_id, &order));
    if (order.total_minor != q->total_minor || order.deposit_minor != q->deposit_minor ||
        !str_eq(currency_str(&order.currency), q->currency))
        verify_violation(report, "quote",
                         "quotation %lld of shop %lld: total %lld, deposit %lld; its order %lld: "
                         "%lld and %lld",
                         (long long)q->id.v, (long long)q->shop_id.v, (long long)q->total_minor,
                         (long long)q->deposit_minor, (long long)q->order_id.v,
                         (long long)order.total_minor, (long long)order.deposit_minor);
    return NULL;
}

static const struct err *orders(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct quote_verify_accepted_row *rows;
    struct quote_verify_twice_row *twice;
    size_t count;
    int64_t after = 0;
    do {
        TRY(quote_verify_accepted(tx, a, after, PAGE, PAGE, &rows, &count));
        for (size_t i = 0; i < count; i++)
            TRY(accepted(tx, a, &rows[i], report));
        after = count == 0 ? 0 : rows[count - 1].id.v;
    } while (count == PAGE);
    TRY(quote_verify_twice(tx, a, SLICE, SLICE, &twice, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "quote", "order %lld belongs to %lld quotations",
                         (long long)twice[i].order_id.v, (long long)twice[i].count);
    return NULL;
}

const struct err *quote_verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct quote_verify_sums_row *sums;
    struct quote_verify_newest_row *newest;
    size_t count;
    TRY(quote_verify_sums(tx, a, SLICE, SLICE, &sums, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "quote", "quotation %lld of shop %lld, version %lld: goods %lld",
                         (long long)sums[i].id.v, (long long)sums[i].shop_id.v,
                         (long long)sums[i].version, (long long)sums[i].goods_minor);
    TRY(quote_verify_newest(tx, a, SLICE, SLICE, &newest, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "quote",
                         "quotation %lld of shop %lld: version %lld is not its newest",
                         (long long)newest[i].id.v, (long long)newest[i].shop_id.v,
                         (long long)newest[i].version);
    return orders(tx, a, report);
}
