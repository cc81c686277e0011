/* What time does to returns, the contact's story, and what must hold at rest. */
#include "returns/returns_part.h"

enum { SLICE = 20, PAGE = 500 };

/* ---- the sweep ---- */

static const struct err *late_turn(struct turn *t, void *arg)
{
    const struct return_due_list_row *due = arg;
    return due->state == RETURNS_ASKED ? returns_agree_late(t, due->shop_id, due->id)
                                       : returns_lapse(t, due->shop_id, due->id);
}

const struct err *returns_sweep(struct job_run *run)
{
    const struct err *first = NULL;
    int64_t after = 0;
    for (;;) {
        struct return_due_list_row *due;
        size_t count;
        struct tx *tx;
        TRY(db_read_begin(run->platform->db, run->arena, &tx));
        const struct err *e =
            return_due_list(tx, run->arena, run->now_ms, after, SLICE, SLICE, &due, &count);
        db_read_end(tx);
        TRY(e);
        /* One that cannot be done holds nobody else up. */
        for (size_t i = 0; i < count; i++) {
            e = turn_run(run->platform, run->arena, (struct account_id){0}, late_turn, &due[i]);
            first = first == NULL ? e : first;
        }
        if (count < SLICE || job_should_rest(run))
            return first;
        after = due[count - 1].id.v;
    }
}

/* ---- the contact's story ---- */

const struct err *returns_tell_timeline(struct tx *tx, struct arena *a,
                                        const struct timeline_subject *who, size_t limit,
                                        struct timeline_entry **ret, size_t *ret_count)
{
    struct return_timeline_row *rows;
    struct shop shop;
    TRY(shop_get(tx, a, who->shop_id, &shop));
    TRY(return_timeline(tx, a, who->shop_id, (struct contact_id){who->contact_id}, (int64_t)limit,
                        limit, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        struct id_text id = id_format(rows[i].id.v);
        struct timeline_entry *entry = &(*ret)[i];
        *entry = (struct timeline_entry){
            .at_ms = rows[i].asked_ms, .kind = "order", .text_key = "returns.timeline.asked"};
        TRY(str_fmt(a, &entry->args[0], "%lld", (long long)rows[i].number));
        TRY(str_fmt(a, &entry->path, "/console/%.*s/returns/%s", STR_ARG(shop.handle), id.text));
    }
    return NULL;
}

/* ---- verify ---- */

/* Pieces that arrived, line by line. */
static const struct err *arrived(struct tx *tx, struct arena *a, struct shop_id shop,
                                 struct order_id order, int64_t **ret)
{
    struct order_parcel *parcels;
    size_t count;
    TRY_NEW_ARRAY(a, *ret, PRICE_LINES_MAX);
    TRY(order_parcels(tx, a, shop, order, &parcels, &count));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < parcels[i].line_count && parcels[i].delivered_ms > 0; k++)
            (*ret)[parcels[i].lines[k].position] += parcels[i].lines[k].quantity;
    return NULL;
}

static const struct err *check(struct tx *tx, struct arena *a,
                               const struct return_verify_cases_row *c,
                               struct verify_report *report)
{
    int64_t *taken, *here, asked;
    str key;
    TRY(returns_taken(tx, a, c->shop_id, c->order_id, &taken));
    TRY(arrived(tx, a, c->shop_id, c->order_id, &here));
    for (size_t i = 0; i < PRICE_LINES_MAX; i++)
        if (taken[i] > here[i])
            verify_violation(report, "returns",
                             "order %lld of shop %lld: line %zu: %lld returned, %lld arrived",
                             (long long)c->order_id.v, (long long)c->shop_id.v, i,
                             (long long)taken[i], (long long)here[i]);
    TRY(returns_refund_key(a, c->id, &key));
    TRY(order_refund_asked(tx, a, c->shop_id, c->order_id, key, &asked));
    if (asked != c->refund_minor)
        verify_violation(report, "returns",
                         "return %lld of shop %lld: %lld to pay back, refunds of %lld",
                         (long long)c->id.v, (long long)c->shop_id.v, (long long)c->refund_minor,
                         (long long)asked);
    return NULL;
}

const struct err *returns_verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct return_verify_cases_row *rows;
    size_t count;
    int64_t after = 0;
    do {
        TRY(return_verify_cases(tx, a, after, PAGE, PAGE, &rows, &count));
        for (size_t i = 0; i < count; i++)
            TRY(check(tx, a, &rows[i], report));
        after = count == 0 ? 0 : rows[count - 1].id.v;
    } while (count == PAGE);
    return NULL;
}
