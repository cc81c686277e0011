/* Seals: finished ranges of the books, chained by hash. Writing stays free of it: a job comes
 * later, when no turn can still add to the range (ids are made from the time). Reading is done on
 * snapshots, only the seal itself in a turn. Threads: job "ledger.seal" runs once at a time; a twin
 * on another machine loses by the seal's number. */
#include "ledger/ledger_part.h"

#include "base/id.h"
#include "sys/crypto.h"

enum { MARK_BYTES = 4, ROW_BYTES = 600, SEALS_A_PAGE = 50 };

/* ---- the rows of a range, as text ---- */

struct reading {
    struct strbuf text;       /* of all rows */
    struct strbuf marks;
    int64_t journal;          /* being read; 0: none yet */
    size_t journal_at;        /* where its text begins */
    int64_t journals;
    int64_t wanted, wanted_id; /* whose id is asked for: the how manieth of them */
};

/* FNV-1a: finds the row; the seal proves it. */
static uint32_t mark_of(str text)
{
    uint32_t mark = 2166136261u;
    for (size_t i = 0; i < text.len; i++)
        mark = (mark ^ (unsigned char)text.ptr[i]) * 16777619u;
    return mark;
}

static void end_journal(struct reading *r)
{
    if (r->journal == 0)
        return;
    str all = strbuf_view(&r->text);
    uint32_t mark = mark_of(str_from(all, r->journal_at));
    for (int shift = 24; shift >= 0; shift -= 8)
        strbuf_add_char(&r->marks, (char)(mark >> shift & 0xff));
    r->journals++;
}

static const struct err *read_row(void *self, const struct ledger_sealed_rows_row *row)
{
    struct reading *r = self;
    if (row->id != r->journal) {
        end_journal(r);
        r->journal = row->id;
        r->journal_at = r->text.len;
        if (r->journals == r->wanted)
            r->wanted_id = row->id;
        strbuf_addf(&r->text, "%lld %lld %zu:", (long long)row->id, (long long)row->shop_id.v,
                    row->reason.len);
        strbuf_add(&r->text, row->reason);
        strbuf_addf(&r->text, " %lld %lld ", (long long)row->cause_id, (long long)row->order_id);
        strbuf_add(&r->text, row->currency);
        strbuf_addf(&r->text, " %d %lld\n", row->is_pending, (long long)row->at_ms);
    }
    if (!row->account.has)
        return NULL;
    strbuf_addf(&r->text, " %lld %lld ", (long long)row->account.v,
                (long long)row->amount_minor.v);
    strbuf_add(&r->text, row->entry_currency);
    strbuf_addf(&r->text, " %lld\n", (long long)row->entry_pending.v);
    return NULL;
}

static const struct err *read_range(struct tx *tx, struct arena *a, int64_t after, int64_t until,
                                    struct reading *ret)
{
    strbuf_init(&ret->text, a, MiB(4));
    strbuf_init(&ret->marks, a, (size_t)MARK_BYTES * 100000);
    TRY(ledger_sealed_rows(tx, a, after, until, read_row, ret));
    end_journal(ret);
    str text, marks;
    TRY(strbuf_finish(&ret->text, &text));
    return strbuf_finish(&ret->marks, &marks);
}

static const struct err *hash_of(struct arena *a, str before, int64_t number, int64_t from_id,
                                 int64_t to_id, const struct reading *r, struct digest *ret)
{
    struct strbuf sb;
    str text;
    strbuf_init(&sb, a, MiB(5));
    strbuf_add(&sb, before);
    strbuf_addf(&sb, "\nledger seal %lld: %lld %lld\n", (long long)number, (long long)from_id,
                (long long)to_id);
    strbuf_add(&sb, strbuf_view(&r->text));
    TRY(strbuf_finish(&sb, &text));
    *ret = crypto_sha256(text);
    return NULL;
}

/* ---- sealing ---- */

struct sealing {
    int64_t number, from_id, to_id, journals;
    struct digest hash;
    str marks;
};

static const struct err *add_turn(struct turn *t, void *arg)
{
    const struct sealing *s = arg;
    return ledger_seal_add(t->tx, t->arena, s->number, s->from_id, s->to_id, s->journals,
                           digest_str(&s->hash), s->marks, t->now_ms);
}

/* A whole seal at once; what is less waits up to an hour, so that seals stay few. */
static const struct err *next_range(struct tx *tx, struct arena *a, int64_t now_ms,
                                    struct sealing *s, bool *ret_found)
{
    const struct {
        int64_t until, before; /* ids; how many journals come before that which is looked for */
    } tries[] = {{id_at_time(now_ms - LEDGER_SEAL_AFTER_MS) - 1, LEDGER_SEAL_JOURNALS - 1},
                 {id_at_time(now_ms - LEDGER_SEAL_AT_LATEST_MS), 0}};
    struct ledger_seal_reach_row reached = {.id = 0};
    struct ledger_seal_newest_row newest;
    size_t tried = 0;
    for (*ret_found = false; tried < COUNT(tries) && !*ret_found; tried++)
        TRY(ledger_seal_reach(tx, a, s->from_id, tries[tried].until, tries[tried].before, &reached,
                              ret_found));
    s->to_id = reached.id;
    if (!*ret_found || tried == 1)
        return NULL;
    TRY(ledger_seal_newest(tx, a, s->from_id, tries[0].until, &newest, ret_found));
    s->to_id = newest.id;
    return NULL;
}

static const struct err *prepare(struct tx *tx, struct arena *a, int64_t now_ms, struct sealing *s,
                                 bool *ret_found)
{
    struct ledger_seal_last_row last = {.hash = S("")};
    struct reading r = {.journal = 0};
    bool has_last;
    TRY(ledger_seal_last(tx, a, &last, &has_last));
    *s = (struct sealing){.number = has_last ? last.number + 1 : 1,
                          .from_id = has_last ? last.to_id : 0};
    TRY(next_range(tx, a, now_ms, s, ret_found));
    if (!*ret_found)
        return NULL;
    TRY(read_range(tx, a, s->from_id, s->to_id, &r));
    s->journals = r.journals;
    s->marks = strbuf_view(&r.marks);
    return hash_of(a, has_last ? last.hash : S(""), s->number, s->from_id, s->to_id, &r, &s->hash);
}

/* One range after another; a shop that brought its books along has very many. */
const struct err *ledger_seal_job(struct job_run *run)
{
    do {
        struct arena_mark mark = arena_get_mark(run->arena);
        struct sealing s;
        struct tx *tx;
        bool is_found = false;
        TRY(db_read_begin(run->platform->db, run->arena, &tx));
        const struct err *e = prepare(tx, run->arena, run->now_ms, &s, &is_found);
        db_read_end(tx);
        TRY(e);
        if (!is_found)
            return NULL;
        TRY(turn_run(run->platform, run->arena, (struct account_id){0}, add_turn, &s));
        arena_rewind(run->arena, mark);
    } while (!job_should_rest(run));
    return NULL;
}

/* ---- verifying ---- */

/* Which of the journals has another mark; -1 when there are too few of them. */
static int64_t first_wrong(const struct reading *r, str marks)
{
    str now = strbuf_view(&r->marks);
    for (size_t i = 0; i + MARK_BYTES <= now.len; i += MARK_BYTES)
        if (i + MARK_BYTES > marks.len || memcmp(now.ptr + i, marks.ptr + i, MARK_BYTES) != 0)
            return (int64_t)(i / MARK_BYTES);
    return -1;
}

static const struct err *check_seal(struct tx *tx, struct arena *a,
                                    const struct ledger_seals_row *s, str before,
                                    int64_t expected_from, struct verify_report *report,
                                    bool *ret_fine)
{
    struct reading r = {.wanted = -1}, again = {.journal = 0};
    struct digest hash;
    TRY(read_range(tx, a, s->from_id, s->to_id, &r));
    TRY(hash_of(a, before, s->number, s->from_id, s->to_id, &r, &hash));
    *ret_fine = s->from_id == expected_from && str_eq(digest_str(&hash), s->hash);
    if (*ret_fine)
        return NULL;
    again.wanted = first_wrong(&r, s->marks);
    TRY(read_range(tx, a, s->from_id, s->to_id, &again));
    if (again.wanted_id != 0)
        verify_violation(report, "I2", "seal %lld: journal %lld is not what was sealed",
                         (long long)s->number, (long long)again.wanted_id);
    else
        verify_violation(report, "I2",
                         "seal %lld of journals %lld to %lld: %lld sealed, %lld there",
                         (long long)s->number, (long long)s->from_id, (long long)s->to_id,
                         (long long)s->journals, (long long)r.journals);
    return NULL;
}

const struct err *ledger_verify_seals(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct digest before = {{0}};
    int64_t number = 0, reached = 0;
    bool is_fine = true;
    for (;;) {
        struct arena_mark mark = arena_get_mark(a);
        struct ledger_seals_row *seals;
        size_t count;
        TRY(ledger_seals(tx, a, number, SEALS_A_PAGE, SEALS_A_PAGE, &seals, &count));
        for (size_t i = 0; i < count && is_fine; i++) {
            struct arena_mark one = arena_get_mark(a);
            str hash = number == 0 ? S("") : digest_str(&before);
            if (seals[i].number != number + 1)
                verify_violation(report, "I2", "seal %lld is missing", (long long)number + 1);
            TRY(check_seal(tx, a, &seals[i], hash, reached, report, &is_fine));
            number = seals[i].number;
            reached = seals[i].to_id;
            if (seals[i].hash.len == sizeof before.bytes)
                memcpy(before.bytes, seals[i].hash.ptr, sizeof before.bytes);
            arena_rewind(a, one);
        }
        arena_rewind(a, mark);
        if (count < SEALS_A_PAGE || !is_fine)
            return NULL;
    }
}
