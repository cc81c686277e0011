/* Records into the store: their numbers, what they are found by, their companies. A batch is one
 * write. */
#include "trade/trade_terms.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "core/text.h"
#include "trade/trade_sql.h"

enum { MEMO_SLOTS = 1 << 16, MEMO_MIB = 48, NAME_WORDS = 12 };

/* ---- what a record is found by ---- */

static const struct err *push(struct trade_terms *t, char kind, str value)
{
    if (str_is_empty(value) || t->count == TRADE_TERMS_MAX)
        return NULL;
    for (size_t i = 0; i < t->count; i++)
        if (t->items[i].kind == kind && str_eq(t->items[i].value, value))
            return NULL;
    t->items[t->count++] = (struct trade_term_key){kind, value};
    return NULL;
}

static const struct err *push_words(struct arena *a, struct trade_terms *t, str text, size_t max)
{
    str *words;
    size_t count;
    TRY(text_tokens(a, text, max, &words, &count));
    for (size_t i = 0; i < count; i++)
        TRY(push(t, 'w', words[i]));
    return NULL;
}

static const struct err *push_folded(struct arena *a, struct trade_terms *t, char kind, str value)
{
    str folded;
    TRY(text_fold(a, value, &folded));
    return push(t, kind, folded);
}

static const struct err *push_company(struct arena *a, struct trade_terms *t,
                                      struct trade_company_id id)
{
    str number;
    if (id.v == 0)
        return NULL;
    TRY(str_fmt(a, &number, "%lld", (long long)id.v));
    return push(t, 'c', number);
}

const struct err *trade_terms_of(struct arena *a, const struct trade_record *r,
                                 struct trade_terms *ret)
{
    ret->count = 0;
    TRY(push(ret, 'd', r->direction == TRADE_EXPORT ? S("2") : S("1")));
    for (size_t len = 2; len < r->hs.len && len <= 8; len += 2)
        TRY(push(ret, 'h', str_sub(r->hs, 0, len)));
    TRY(push(ret, 'h', r->hs));
    TRY(push_company(a, ret, r->importer.company));
    TRY(push_company(a, ret, r->exporter.company));
    TRY(push_folded(a, ret, 'n', r->origin));
    TRY(push_folded(a, ret, 'n', r->destination));
    TRY(push_folded(a, ret, 'p', r->load_port));
    TRY(push_folded(a, ret, 'p', r->unload_port));
    TRY(push_words(a, ret, r->importer.name, NAME_WORDS));
    TRY(push_words(a, ret, r->exporter.name, NAME_WORDS));
    return push_words(a, ret, r->product, TRADE_PRODUCT_WORDS);
}

/* ---- what a batch remembers ---- */

/* A table of fixed size: a slot holds the last key that fell into it. Right or unknown, never
 * wrong. */
struct memo {
    struct memo_slot {
        str key;
        int64_t value;
    } *slots;
};

struct addend {
    struct trade_term_key key;
    int64_t term, records;
    bool is_new;
};
struct company_addend {
    struct trade_company_id id;
    str key;
    int64_t imports, exports;
};

struct trade_batch {
    struct shop_id shop;
    struct trade_import_id import;
    struct arena *arena;
    struct arena_mark begin;
    struct memo terms, companies;
    int64_t removals;         /* as it was when the memos were begun: see trade_count_row */
    /* Of the last write, in its arena: remembered when it is committed. */
    const struct addend *new_terms;
    const struct company_addend *new_companies;
    size_t new_term_count, new_company_count;
    int64_t new_removals;
};

static const struct err *forget(struct trade_batch *b)
{
    arena_rewind(b->arena, b->begin);
    TRY_NEW_ARRAY(b->arena, b->terms.slots, MEMO_SLOTS);
    TRY_NEW_ARRAY(b->arena, b->companies.slots, MEMO_SLOTS);
    return NULL;
}

static void drop_memory(void *p)
{
    arena_done(p);
}

const struct err *trade_batch_new(struct arena *a, struct shop_id shop,
                                  struct trade_import_id import, struct trade_batch **ret)
{
    TRY_NEW(a, *ret);
    TRY_NEW(a, (*ret)->arena);
    (*ret)->shop = shop;
    (*ret)->import = import;
    arena_init((*ret)->arena, MiB(MEMO_MIB));
    (*ret)->begin = arena_get_mark((*ret)->arena);
    if (!arena_defer(a, drop_memory, (*ret)->arena))
        return &err_out_of_memory;
    return forget(*ret);
}

static struct memo_slot *slot_of(struct memo *m, str key)
{
    return &m->slots[str_hash(key) % MEMO_SLOTS];
}

/* 0: not known. */
static int64_t recall(struct memo *m, str key)
{
    const struct memo_slot *slot = slot_of(m, key);
    return !str_is_absent(slot->key) && str_eq(slot->key, key) ? slot->value : 0;
}

static const struct err *note(struct trade_batch *b, struct memo *m, char kind, str value,
                              int64_t number)
{
    str key;
    if (b->arena->used_bytes > MiB(MEMO_MIB) / 4 * 3)
        TRY(forget(b));
    TRY(m == &b->terms ? str_fmt(b->arena, &key, "%c%.*s", kind, STR_ARG(value))
                       : str_dup(b->arena, value, &key));
    *slot_of(m, key) = (struct memo_slot){key, number};
    return NULL;
}

/* ---- one write ---- */

enum { INDEX_SLOTS = 1 << 15 };
_Static_assert(TRADE_BATCH_MAX * TRADE_TERMS_MAX < INDEX_SLOTS / 4 * 3, "the index is never full");

struct posting {
    int64_t term, day, number;
};

struct write {
    struct tx *tx;
    struct arena *arena;
    struct trade_batch *batch;
    struct trade_count_row_row last;
    bool is_forgetful;        /* numbers went meanwhile: what the batch remembers counts no more */
    VEC(struct addend) terms;
    uint32_t *index;          /* of terms, by hash: places from 1 */
    VEC(struct company_addend) companies;
    VEC(struct posting) posts;
};

static const struct err *key_text(struct arena *a, struct trade_term_key key, str *ret)
{
    return str_fmt(a, ret, "%c%.*s", key.kind, STR_ARG(key.value));
}

/* Where the term stands in this write, or would. */
static uint32_t *place_of(struct write *w, struct trade_term_key key)
{
    uint64_t at = str_hash(key.value) + (uint64_t)key.kind * 7919;
    for (;; at++) {
        uint32_t *place = &w->index[at % INDEX_SLOTS];
        if (*place == 0)
            return place;
        const struct addend *t = &w->terms.items[*place - 1];
        if (t->key.kind == key.kind && str_eq(t->key.value, key.value))
            return place;
    }
}

static const struct err *count_term(struct write *w, struct trade_term_key key, struct addend **ret)
{
    struct trade_term_row_row row;
    uint32_t *place = place_of(w, key);
    bool is_found = false;
    str text;
    if (*place > 0) {
        *ret = &w->terms.items[*place - 1];
        (*ret)->records++;
        return NULL;
    }
    struct addend *t = VEC_PUSH(w->arena, &w->terms);
    if (t == NULL)
        return &err_out_of_memory;
    *t = (struct addend){.key = key, .records = 1};
    *place = (uint32_t)w->terms.count;
    TRY(key_text(w->arena, key, &text));
    t->term = w->is_forgetful ? 0 : recall(&w->batch->terms, text);
    if (t->term == 0) {
        TRY(trade_term_row(w->tx, w->arena, w->batch->shop, str_sub(text, 0, 1), key.value, &row,
                           &is_found));
        t->is_new = !is_found;
        t->term = is_found ? row.term : ++w->last.terms;
    }
    *ret = t;
    return NULL;
}

static const struct err *new_company(struct write *w, str key, str name,
                                     struct trade_company_id *ret)
{
    str *words;
    size_t count;
    ret->v = ++w->last.companies;
    TRY(trade_company_insert(w->tx, w->arena, w->batch->shop, ret->v, key, name));
    TRY(text_tokens(w->arena, name, NAME_WORDS, &words, &count));
    for (size_t i = 0; i < count; i++)
        TRY(trade_company_word_insert(w->tx, w->arena, w->batch->shop, words[i], ret->v));
    return trade_company_word_insert(w->tx, w->arena, w->batch->shop,
                                     utf8_cut_bytes(key, TEXT_TOKEN_MAX_BYTES), ret->v);
}

static const struct err *add_to_company(struct write *w, struct trade_company_id id, str key,
                                        bool is_importer)
{
    for (size_t i = 0; i < w->companies.count; i++)
        if (w->companies.items[i].id.v == id.v) {
            w->companies.items[i].imports += is_importer;
            w->companies.items[i].exports += !is_importer;
            return NULL;
        }
    struct company_addend *c = VEC_PUSH(w->arena, &w->companies);
    if (c == NULL)
        return &err_out_of_memory;
    *c = (struct company_addend){id, key, is_importer, !is_importer};
    return NULL;
}

static const struct err *find_company(struct write *w, struct trade_party *party, bool is_importer)
{
    struct trade_company_by_key_row row;
    bool is_found = false;
    str key;
    party->company.v = 0;
    TRY(trade_company_key(w->arena, party->name, &key));
    if (str_is_empty(key))
        return NULL;
    party->company.v = w->is_forgetful ? 0 : recall(&w->batch->companies, key);
    if (party->company.v == 0) {
        TRY(trade_company_by_key(w->tx, w->arena, w->batch->shop, key, &row, &is_found));
        if (is_found)
            party->company = row.number;
        else
            TRY(new_company(w, key, party->name, &party->company));
    }
    TRY(trade_company_name_add(w->tx, w->arena, w->batch->shop, party->company.v, party->name, 1));
    return add_to_company(w, party->company, key, is_importer);
}

static struct opt_int opt(bool has, int64_t v)
{
    return (struct opt_int){has, v};
}

static const struct err *write_record(struct write *w, struct trade_item *item)
{
    struct trade_record *r = &item->record;
    struct trade_terms *terms;
    TRY(find_company(w, &r->importer, true));
    TRY(find_company(w, &r->exporter, false));
    r->number = ++w->last.records;
    TRY(trade_record_insert(
        w->tx, w->arena, w->batch->shop, r->number, r->day, (int64_t)r->direction,
        r->importer.company.v, r->exporter.company.v, r->importer.name, r->exporter.name, r->hs,
        r->product, r->origin, r->destination, r->load_port, r->unload_port,
        opt(r->has_quantity, r->quantity_milli), opt(r->has_weight, r->weight_g),
        opt(r->has_value, r->value_minor), r->unit, r->currency, w->batch->import));
    TRY_NEW(w->arena, terms);
    TRY(trade_terms_of(w->arena, r, terms));
    for (size_t i = 0; i < terms->count; i++) {
        struct addend *term;
        TRY(count_term(w, terms->items[i], &term));
        struct posting *post = VEC_PUSH(w->arena, &w->posts);
        if (post == NULL)
            return &err_out_of_memory;
        *post = (struct posting){term->term, r->day, r->number};
        bool is_new_code = term->is_new && term->records == 1 && term->key.kind == 'h' &&
                           str_eq(term->key.value, r->hs);
        if (is_new_code && item->hs_text.len > 0)
            TRY(trade_hs_insert(w->tx, w->arena, w->batch->shop, r->hs, item->hs_text));
    }
    return NULL;
}

static int compare_posts(const void *x, const void *y)
{
    const struct posting *p = x, *q = y;
    if (p->term != q->term)
        return p->term < q->term ? -1 : 1;
    return p->day != q->day ? (p->day > q->day) - (p->day < q->day)
                            : (p->number > q->number) - (p->number < q->number);
}

/* In the order of their key: neighbours fall onto the same pages. */
static const struct err *write_posts(struct write *w)
{
    if (w->posts.count == 0)
        return NULL;
    qsort(w->posts.items, w->posts.count, sizeof w->posts.items[0], compare_posts);
    const struct posting *p = w->posts.items, *end = p + w->posts.count;
    struct shop_id shop = w->batch->shop;
    for (; end - p >= 8; p += 8)
        TRY(trade_post_insert_8(w->tx, w->arena, shop,
                                p[0].term, p[0].day, p[0].number, p[1].term, p[1].day,
                                p[1].number, p[2].term, p[2].day, p[2].number, p[3].term,
                                p[3].day, p[3].number, p[4].term, p[4].day, p[4].number,
                                p[5].term, p[5].day, p[5].number, p[6].term, p[6].day,
                                p[6].number, p[7].term, p[7].day, p[7].number));
    for (; p < end; p++)
        TRY(trade_post_insert(w->tx, w->arena, shop, p->term, p->day, p->number));
    return NULL;
}

static const struct err *write_sums(struct write *w)
{
    struct shop_id shop = w->batch->shop;
    for (size_t i = 0; i < w->terms.count; i++) {
        const struct addend *t = &w->terms.items[i];
        str kind = (str){&t->key.kind, 1};
        if (t->is_new)
            TRY(trade_term_insert(w->tx, w->arena, shop, kind, t->key.value, t->term, t->records));
        else
            TRY(trade_term_add(w->tx, w->arena, shop, kind, t->key.value, t->records));
    }
    for (size_t i = 0; i < w->companies.count; i++) {
        const struct company_addend *c = &w->companies.items[i];
        TRY(trade_company_grow(w->tx, w->arena, shop, c->id.v, c->imports, c->exports));
    }
    return trade_count_set(w->tx, w->arena, shop, w->last.terms, w->last.records,
                           w->last.companies);
}

const struct err *trade_batch_write(struct tx *tx, struct arena *a, struct trade_batch *b,
                                    struct trade_item *items, size_t count, int64_t *ret_first,
                                    int64_t *ret_last)
{
    struct write w = {.tx = tx, .arena = a, .batch = b};
    ASSERT(count <= TRADE_BATCH_MAX);
    b->new_term_count = b->new_company_count = 0;
    TRY_NEW_ARRAY(a, w.index, INDEX_SLOTS);
    TRY(trade_count_row(tx, a, b->shop, &w.last));
    w.is_forgetful = w.last.removals != b->removals;
    *ret_first = count == 0 ? 0 : w.last.records + 1;
    for (size_t i = 0; i < count; i++)
        TRY(write_record(&w, &items[i]));
    *ret_last = count == 0 ? 0 : w.last.records;
    TRY(write_posts(&w));
    TRY(write_sums(&w));
    b->new_terms = w.terms.items;
    b->new_term_count = w.terms.count;
    b->new_companies = w.companies.items;
    b->new_company_count = w.companies.count;
    b->new_removals = w.last.removals;
    return NULL;
}

const struct err *trade_batch_committed(struct trade_batch *b)
{
    if (b->new_removals != b->removals)
        TRY(forget(b));
    b->removals = b->new_removals;
    for (size_t i = 0; i < b->new_term_count; i++) {
        struct arena_mark mark = arena_get_mark(b->arena);
        str text;
        TRY(key_text(b->arena, b->new_terms[i].key, &text));
        bool is_known = recall(&b->terms, text) != 0;
        arena_rewind(b->arena, mark);
        if (!is_known)
            TRY(note(b, &b->terms, b->new_terms[i].key.kind, b->new_terms[i].key.value,
                     b->new_terms[i].term));
    }
    for (size_t i = 0; i < b->new_company_count; i++)
        if (recall(&b->companies, b->new_companies[i].key) == 0)
            TRY(note(b, &b->companies, 'c', b->new_companies[i].key, b->new_companies[i].id.v));
    b->new_term_count = b->new_company_count = 0;
    return NULL;
}
