/* The search: the rarest condition gives candidates, latest first, the others are asked of each by
 * key. */
#include "base/utf8.h"
#include "core/text.h"
#include "trade/trade_terms.h"

#include "trade/trade_sql.h"

enum {
    GROUP_TERMS = 4,
    GROUPS_MANY = 3, /* of several terms: a beginning of a word, of a code, of a port */
    CONDITIONS = TRADE_WORDS_MAX + 4, /* besides the first; company, code, country, port, direction
                                         are five */
    FIRST_DEPTH = 128,
    DEPTH_GROWTH = 4,         /* when none was found */
    DEPTH_LEAP = 16,
    DEPTH_MAX = 20000,
    DIGITS_MIN = 4
};
static const int64_t DAY_MAX = 99991231;
/* Greater than every UTF-8 text that begins with the word. */
#define BEHIND_ALL "\xf4\x8f\xbf\xbf"

/* One condition: any of its terms. */
struct group {
    int64_t terms[GROUP_TERMS];
    size_t count;
    int64_t records;
};

struct search {
    struct tx *tx;
    struct arena *arena;
    struct shop_id shop;
    struct group groups[CONDITIONS + 1]; /* room for all that a query can ask */
    size_t count;
    bool is_hopeless;         /* a condition that nothing meets */
};

static const struct err *add_exact(struct search *s, const char *kind, str value, bool *ret_found)
{
    struct trade_term_row_row row;
    TRY(trade_term_row(s->tx, s->arena, s->shop, str_c(kind), value, &row, ret_found));
    *ret_found = *ret_found && row.records > 0;
    ASSERT(s->count <= CONDITIONS);
    if (*ret_found)
        s->groups[s->count++] = (struct group){
            .terms = {row.term}, .count = 1, .records = row.records};
    return NULL;
}

/* The most frequent terms that begin so. */
static const struct err *add_beginning(struct search *s, const char *kind, str value,
                                       bool *ret_found)
{
    struct trade_terms_from_row *rows;
    struct group *g = &s->groups[s->count];
    size_t count;
    str behind;
    ASSERT(s->count <= CONDITIONS);
    TRY(str_fmt(s->arena, &behind, "%.*s" BEHIND_ALL, STR_ARG(value)));
    TRY(trade_terms_from(s->tx, s->arena, s->shop, str_c(kind), value, behind, GROUP_TERMS,
                         GROUP_TERMS, &rows, &count));
    *g = (struct group){0};
    for (size_t i = 0; i < count; i++) {
        if (rows[i].records == 0)
            continue;
        g->terms[g->count++] = rows[i].term;
        g->records += rows[i].records;
    }
    *ret_found = g->count > 0;
    s->count += *ret_found;
    return NULL;
}

static const struct err *need(struct search *s, const char *kind, str value, bool may_begin)
{
    bool is_found;
    if (str_is_empty(value) || s->is_hopeless)
        return NULL;
    TRY(add_exact(s, kind, value, &is_found));
    if (!is_found && may_begin)
        TRY(add_beginning(s, kind, value, &is_found));
    s->is_hopeless = !is_found;
    return NULL;
}

static bool is_code(str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] < '0' || word.ptr[i] > '9')
            return false;
    return word.len >= DIGITS_MIN;
}

static const struct err *need_words(struct search *s, str words)
{
    str *list;
    size_t count;
    TRY(text_tokens(s->arena, utf8_cut_bytes(words, KiB(1)), TRADE_WORDS_MAX, &list, &count));
    for (size_t i = 0; i < count && !s->is_hopeless; i++) {
        bool is_found = false;
        if (is_code(list[i]))
            TRY(add_exact(s, "h", list[i], &is_found));
        if (!is_found)
            TRY(need(s, "w", list[i], i + 1 == count));
        if (s->is_hopeless && is_code(list[i])) {
            s->is_hopeless = false;
            TRY(need(s, "h", list[i], true));
        }
    }
    return NULL;
}

static const struct err *need_all(struct search *s, const struct trade_query *q)
{
    str value = S("");
    TRY(need_words(s, q->words));
    if (q->company.v != 0)
        TRY(str_fmt(s->arena, &value, "%lld", (long long)q->company.v));
    TRY(need(s, "c", value, false));
    TRY(need(s, "h", q->hs, true));
    TRY(text_fold(s->arena, q->country, &value));
    TRY(need(s, "n", value, false));
    TRY(text_fold(s->arena, q->port, &value));
    TRY(need(s, "p", value, true));
    if (q->direction != TRADE_DIRECTION_UNSET)
        return need(s, "d", q->direction == TRADE_EXPORT ? S("2") : S("1"), false);
    if (s->count > 0 || s->is_hopeless)
        return NULL;
    bool is_found;
    return add_beginning(s, "d", S(""), &is_found);
}

/* The rarest in front: it gives the candidates, and what the next one keeps out costs no more. */
static void arrange(struct search *s)
{
    for (size_t i = 1; i < s->count; i++) {
        struct group g = s->groups[i];
        size_t at = i;
        for (; at > 0 && s->groups[at - 1].records > g.records; at--)
            s->groups[at] = s->groups[at - 1];
        s->groups[at] = g;
    }
}

static const struct err *scan(struct search *s, const struct trade_query *q,
                              struct trade_cursor from, int64_t deep, size_t most,
                              struct trade_record_row_row **ret, size_t *ret_count)
{
    const int64_t *a = s->groups[0].terms;
    int64_t many[GROUPS_MANY][GROUP_TERMS] = {{0}}, t[CONDITIONS] = {0};
    const int64_t *o = many[0], *p = many[1], *m = many[2];
    size_t at = 0, many_at = 0;
    for (size_t i = 1; i < s->count; i++) {
        const struct group *g = &s->groups[i];
        if (g->count == 1) {
            t[at++] = g->terms[0];
            continue;
        }
        ASSERT(many_at < GROUPS_MANY);
        for (size_t k = 0; k < GROUP_TERMS; k++)
            many[many_at][k] = g->terms[k];
        many_at++;
    }
    return trade_scan(s->tx, s->arena, s->shop, a[0], a[1], a[2], a[3], from.day, from.number,
                      q->day_from, deep, o[0], o[1], o[2], o[3], p[0], p[1], p[2], p[3], m[0], m[1],
                      m[2], m[3], t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], q->value_from,
                      q->value_to, (int64_t)most, most, ret, ret_count);
}

struct trade_record trade_record_of(const struct trade_record_row_row *row)
{
    return (struct trade_record){.number = row->number,
                                 .day = row->day,
                                 .direction = (enum trade_direction)row->direction,
                                 .importer = {row->importer_id, row->importer},
                                 .exporter = {row->exporter_id, row->exporter},
                                 .hs = row->hs,
                                 .product = row->product,
                                 .origin = row->origin,
                                 .destination = row->destination,
                                 .load_port = row->load_port,
                                 .unload_port = row->unload_port,
                                 .has_quantity = row->quantity_milli.has,
                                 .has_weight = row->weight_g.has,
                                 .has_value = row->value_minor.has,
                                 .quantity_milli = row->quantity_milli.v,
                                 .weight_g = row->weight_g.v,
                                 .value_minor = row->value_minor.v,
                                 .unit = row->unit,
                                 .currency = row->currency};
}

/* As many candidates as the rest of the page will take, going by the last ones. */
static int64_t next_depth(int64_t deep, size_t found, size_t wanted, int64_t seen)
{
    int64_t next = found == 0 ? deep * DEPTH_GROWTH
                              : deep * (int64_t)wanted * 5 / 4 / (int64_t)found;
    if (next > deep * DEPTH_LEAP)
        next = deep * DEPTH_LEAP;
    if (next < FIRST_DEPTH)
        next = FIRST_DEPTH;
    return next > DEPTH_MAX - seen && seen < DEPTH_MAX ? DEPTH_MAX - seen : next;
}

/* Deeper and deeper, until the page is full, the candidates or the patience are at an end. */
static const struct err *walk(struct search *s, const struct trade_query *q,
                              struct trade_found *ret)
{
    struct trade_cursor from = q->cursor;
    int64_t deep = FIRST_DEPTH, seen = 0;
    if (from.day == 0 || (q->day_to > 0 && from.day > q->day_to))
        from = (struct trade_cursor){q->day_to > 0 ? q->day_to : DAY_MAX, INT64_MAX};
    ret->next = from;
    while (ret->count < q->limit && ret->next.day != 0 && seen < DEPTH_MAX) {
        struct trade_record_row_row *rows;
        struct trade_scan_end_row end;
        const int64_t *a = s->groups[0].terms;
        size_t count, wanted = q->limit - ret->count;
        bool is_found;
        from = ret->next;
        TRY(scan(s, q, from, deep, wanted, &rows, &count));
        for (size_t i = 0; i < count; i++)
            ret->records[ret->count++] = trade_record_of(&rows[i]);
        if (count == wanted) {
            ret->next = (struct trade_cursor){rows[count - 1].day, rows[count - 1].number};
            return NULL;
        }
        TRY(trade_scan_end(s->tx, s->arena, s->shop, a[0], a[1], a[2], a[3], from.day, from.number,
                           q->day_from, deep, &end, &is_found));
        ret->next = is_found ? (struct trade_cursor){end.day, end.number}
                             : (struct trade_cursor){0};
        seen += deep;
        deep = next_depth(deep, count, wanted - count, seen);
    }
    return NULL;
}

const struct err *trade_search(struct tx *tx, struct arena *a, struct shop_id shop,
                               const struct trade_query *q, struct trade_found *ret)
{
    struct search s = {.tx = tx, .arena = a, .shop = shop};
    *ret = (struct trade_found){0};
    ASSERT(q->limit > 0 && q->limit <= TRADE_PAGE_MAX);
    TRY_NEW_ARRAY(a, ret->records, q->limit);
    TRY(need_all(&s, q));
    if (s.is_hopeless || s.count == 0)
        return NULL;
    arrange(&s);
    ret->estimate = s.groups[0].records;
    return walk(&s, q, ret);
}
