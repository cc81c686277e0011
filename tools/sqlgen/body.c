/* One statement: tokens are checked against what differs between the engines, the parameters
 * against the signature, the owner rule is applied, and the text is written once per engine with
 * comments gone and blanks collapsed. SQLite gets ?N, because it numbers $N by first appearance.
 */
#include "sqlgen.h"

#include <string.h>

/* Words (with `(` behind them when `call`) that one engine lacks or reads otherwise. */
static const struct {
    const char *word;
    bool call;
    const char *instead;
} banned[] = {
    {"now", true, "pass now_ms as a parameter"},
    {"current_timestamp", false, "pass now_ms as a parameter"},
    {"current_time", false, "pass now_ms as a parameter"},
    {"current_date", false, "pass now_ms as a parameter"},
    {"datetime", true, "time is integer milliseconds"},
    {"strftime", true, "time is integer milliseconds"},
    {"random", true, "randomness is a parameter"},
    {"greatest", true, "write CASE WHEN"},
    {"least", true, "write CASE WHEN"},
    {"ilike", false, "store a folded column and use LIKE"},
    {"glob", false, "SQLite only; use LIKE"},
    {"regexp", false, "differs by engine"},
    {"string_agg", true, "collect the rows in C"},
    {"group_concat", true, "collect the rows in C"},
    {"autoincrement", false, "ids come from id_next"},
    {"serial", false, "ids come from id_next"},
    {"bigserial", false, "ids come from id_next"},
    {"ifnull", true, "write COALESCE"},
    {"nvl", true, "write COALESCE"},
    {"last_insert_rowid", true, "write RETURNING"},
    {"rowid", false, "SQLite only; name the key"},
    {"skip", false, "SKIP LOCKED belongs under -- @pg"},
    {"replace", false, "write INSERT ... ON CONFLICT DO UPDATE"},
    {"pragma", false, "belongs to src/db"},
    {"attach", false, "belongs to src/db"},
    {"begin", false, "transactions belong to src/db"},
    {"commit", false, "transactions belong to src/db"},
    {"rollback", false, "transactions belong to src/db"},
    {"savepoint", false, "transactions belong to src/db"},
};

struct walk {
    struct arena *arena;
    struct query *q;
    struct token before, now, next; /* three tokens in view */
    struct lexer lx;
    bool is_variant;
    bool used[SQLGEN_PARAM_MAX + 1];
    bool binds; /* inside WHERE / ON: a comparison with the owner narrows the rows */
    bool has_owner;
    bool in_insert_list;
    bool saw_from_or_into;
};

static const struct err *fail_at(const struct walk *w, const char *what, const char *why)
{
    return sqlgen_error(w->arena, w->q->path, w->now.line, "'%s': %s", what, why);
}

static const struct err *lint(const struct walk *w)
{
    if (w->is_variant || w->now.kind != TOKEN_WORD)
        return NULL;
    for (size_t i = 0; i < COUNT(banned); i++) {
        bool is_function = token_is(&w->next, "(");
        if (!token_is(&w->now, banned[i].word) || (banned[i].call && !is_function))
            continue;
        if (token_is(&w->now, "replace") && is_function)
            continue; /* replace(x, y, z) exists on both */
        return fail_at(w, banned[i].word, banned[i].instead);
    }
    if (token_is(&w->now, "for") && token_is(&w->next, "update"))
        return fail_at(w, "FOR UPDATE", "PostgreSQL only; it belongs under -- @pg");
    return NULL;
}

static bool is_owner_word(const struct token *t)
{
    return token_is(t, "shop_id") || token_is(t, "account_id");
}

/* shop_id = $k, where $k was declared as a shop_id. */
static bool binds_owner(const struct walk *w, const struct token *column, const struct token *param)
{
    if (!is_owner_word(column) || param->kind != TOKEN_PARAM ||
        (size_t)param->number > w->q->param_count)
        return false;
    struct sql_type type = w->q->params[param->number - 1].type;
    return type.letter == 'd' && str_eq_nocase(type.name, column->text);
}

static void watch_owner(struct walk *w)
{
    if (token_is(&w->now, "where"))
        w->binds = true;
    if (token_is(&w->now, "on"))
        w->binds = !token_is(&w->next, "conflict");
    if (token_is(&w->now, "set") || token_is(&w->now, "select") || token_is(&w->now, "returning"))
        w->binds = false;
    if (token_is(&w->now, "=") && w->binds &&
        (binds_owner(w, &w->before, &w->next) || binds_owner(w, &w->next, &w->before)))
        w->has_owner = true;
    /* INSERT INTO t (columns) */
    if (token_is(&w->now, "into"))
        w->in_insert_list = true;
    if (w->in_insert_list && token_is(&w->now, ")"))
        w->in_insert_list = false;
    if (token_is(&w->now, "values") || token_is(&w->now, "select"))
        w->in_insert_list = false;
    if (w->in_insert_list && is_owner_word(&w->now))
        w->has_owner = true;
    if (token_is(&w->now, "from") || token_is(&w->now, "into") || token_is(&w->now, "update"))
        w->saw_from_or_into = true;
}

static const struct err *watch_param(struct walk *w)
{
    if (w->now.kind != TOKEN_PARAM)
        return NULL;
    if ((size_t)w->now.number > w->q->param_count)
        return sqlgen_error(w->arena, w->q->path, w->now.line, "$%d is not in the signature",
                            (int)w->now.number);
    w->used[w->now.number] = true;
    return NULL;
}

static void write_token(const struct walk *w, struct strbuf *sqlite, struct strbuf *pg)
{
    struct strbuf *outs[] = {sqlite, pg};
    for (size_t i = 0; i < COUNT(outs); i++) {
        if (w->now.blank_before && outs[i]->len > 0)
            strbuf_add_char(outs[i], ' ');
        if (w->now.kind == TOKEN_PARAM)
            strbuf_addf(outs[i], "%c%d", i == 0 ? '?' : '$', (int)w->now.number);
        else
            strbuf_add(outs[i], w->now.text);
    }
}

static const struct err *check_whole(const struct walk *w)
{
    const struct query *q = w->q;
    for (size_t i = 1; i <= q->param_count; i++)
        if (!w->used[i])
            return sqlgen_error(w->arena, q->path, q->line, "parameter $%zu (%.*s) is not used", i,
                                STR_ARG(q->params[i - 1].name));
    if (w->saw_from_or_into && !w->has_owner && str_is_empty(q->global_reason))
        return sqlgen_error(w->arena, q->path, q->line,
                            "'%.*s' does not name the owner: bind shop_id = $k or account_id = $k, "
                            "or say -- @global: reason", STR_ARG(q->name));
    return NULL;
}

static const struct err *walk_body(struct arena *a, struct query *q, struct sql_body body,
                                   bool is_variant, str *ret_sqlite, str *ret_pg)
{
    struct strbuf sqlite, pg;
    struct walk w = {.arena = a, .q = q, .is_variant = is_variant};
    w.lx = (struct lexer){.arena = a, .path = q->path, .rest = body.text, .line = body.line,
                          .allow_params = true};
    strbuf_init(&sqlite, a, SQLGEN_SQL_MAX);
    strbuf_init(&pg, a, SQLGEN_SQL_MAX);
    TRY(lexer_next(&w.lx, &w.now));
    if (w.now.kind == TOKEN_END)
        return sqlgen_error(a, q->path, q->line, "'%.*s' has no statement", STR_ARG(q->name));
    while (w.now.kind != TOKEN_END) {
        TRY(lexer_next(&w.lx, &w.next));
        if (token_is(&w.now, ";")) {
            if (w.next.kind != TOKEN_END)
                return sqlgen_error(a, q->path, w.next.line,
                                    "a second statement; one per query, each under its '-- name:'");
            break;
        }
        TRY(lint(&w));
        TRY(watch_param(&w));
        watch_owner(&w);
        write_token(&w, &sqlite, &pg);
        w.before = w.now;
        w.now = w.next;
    }
    TRY(check_whole(&w));
    TRY(strbuf_finish(&sqlite, ret_sqlite));
    return strbuf_finish(&pg, ret_pg);
}

const struct err *body_expand(struct arena *a, struct query *q)
{
    str unused;
    if (!str_is_absent(q->both.text))
        return walk_body(a, q, q->both, false, &q->sql_sqlite, &q->sql_pg);
    TRY(walk_body(a, q, q->sqlite, true, &q->sql_sqlite, &unused));
    return walk_body(a, q, q->pg, true, &unused, &q->sql_pg);
}
